"""The columns of the tail and of search results."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import tzinfo

from PySide6.QtCore import QRectF

from core.events import OutcomeKind
from core.workouts.names import isolated
from gui.formatting import clock_text, day_clock
from gui.forms.formatting import Units
from gui.forms.starts import start_words
from gui.frame.worker_names import WorkerNames
from gui.widgets import STATE_GLYPHS, paint_glyph
from gui.widgets.cells import Cell, Column
from gui.workspaces.pipeline.formatting import KIND_STATES, KIND_WORDS
from gui.workspaces.pipeline.tail.rows import Line

RESULT = "Badge or reason"
_RESULT_PX = 184  # with this much for the result, what is left over goes to names, too


@dataclass(slots=True)
class LineFormat:
    """What the texts of lines depend on. Live ones show milliseconds, found ones their day."""

    names: WorkerNames
    now_ms: Callable[[], int]
    zone: tzinfo | None = None
    units: Units = field(default_factory=Units)
    live: bool = True

    def time(self, line: Line) -> str:
        if self.live:
            return clock_text(line.at_ms, self.zone, "milliseconds")
        return day_clock(line.at_ms, self.now_ms(), self.zone)

    def start(self, line: Line, *, brief: bool = True) -> str:
        return start_words(line.started_at, self.now_ms(), self.zone, brief=brief)

    def distance(self, line: Line) -> str:
        return line.distance(self.units)

    def result(self, line: Line) -> str:
        return line.short_result(self.units)

    def whole_result(self, line: Line) -> str:
        return line.result(self.units)

    def spoken_result(self, line: Line) -> str:
        return f"{RESULT}: {self.whole_result(line)}"

    def worker(self, line: Line) -> str:
        return self.names.short(line.worker)

    def tip(self, line: Line) -> str:
        who, sport = isolated(line.athlete) or "no athlete named", isolated(line.sport) or "no sport"
        lines = [f"{who}, {sport}: {KIND_WORDS[line.kind]}"]
        lines += [f"started {start}"] if (start := self.start(line, brief=False)) else []
        lines += [result] if (result := self.whole_result(line)) else []
        return "\n".join([*lines, f"by {line.worker}", f"id {line.workout_id}"])


def tail_columns(texts: LineFormat) -> tuple[Column[Line], ...]:
    """Start is hidden in a narrow table; the tool tip always has it."""
    return (
        Column(title="Time", width_px=88, text=texts.time, font="small", ink="second", indent_px=6),
        Column(title="State", width_px=76, text=lambda line: KIND_WORDS[line.kind], paint=_paint_state, gap_px=0),
        Column(title="Athlete", width_px=96, text=lambda line: line.athlete, font="medium", grows=_quarter),
        Column(title="Sport", width_px=94, narrow_px=26, text=lambda line: line.sport, paint=_paint_sport),
        Column(title="Start", width_px=148, from_px=1_000, text=texts.start),
        Column(title="Duration", width_px=66, text=Line.duration, right=True),
        Column(title="Distance", width_px=90, narrow_px=80, text=texts.distance, right=True),
        Column(title="Wait", width_px=56, from_px=640, text=Line.wait, right=True),
        Column(title="Run", width_px=56, from_px=640, text=Line.run, right=True),
        Column(title="Worker", width_px=48, text=texts.worker, right=True, grows=_quarter),
        Column(
            title=RESULT,
            width_px=60,
            takes_rest=True,
            text=texts.result,
            spoken=texts.spoken_result,
            paint=_paint_result,
            indent_px=4,
            gap_px=4,
        ),
    )


def _quarter(rest_px: int) -> int:
    return max(0, rest_px - _RESULT_PX) // 4


def _paint_state(cell: Cell[Line]) -> None:
    state, role = KIND_STATES[cell.row.kind]
    glyph = QRectF(cell.box.left(), round(cell.box.center().y() - 6), 12, 12)
    paint_glyph(cell.painter, glyph, STATE_GLYPHS[state][0], cell.theme.colour(role))
    cell.draw(cell.text, ink=role, box=cell.box.adjusted(17, 0, 0, 0))


def _paint_sport(cell: Cell[Line]) -> None:
    cell.paint_sport(cell.row.sport, cell.text)


def _paint_result(cell: Cell[Line]) -> None:
    line = cell.row
    if line.kind is OutcomeKind.STORED and line.badges:
        cell.paint_badges(line.badges)
    else:
        cell.draw(cell.text, "small", "failed" if line.kind is OutcomeKind.FAILED else "second")
