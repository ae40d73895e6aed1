"""Table model of the tail or of search results."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import tzinfo
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QObject, Qt
from typing_extensions import override

from core.workouts.names import isolated
from gui.formatting import clock_text, day_clock
from gui.forms.formatting import Units
from gui.forms.starts import start_words
from gui.widgets.table_base import NO_PARENT, Index, TitledTable
from gui.workspaces.pipeline.formatting import KIND_WORDS
from gui.workspaces.pipeline.tail.rows import Line
from gui.workspaces.pipeline.worker_names import WorkerNames


class TailColumn(IntEnum):
    TIME = 0
    STATE = 1
    ATHLETE = 2
    SPORT = 3
    START = 4  # hidden in a narrow table; the tool tip always has it
    DURATION = 5
    DISTANCE = 6
    WAIT = 7
    RUN = 8
    WORKER = 9
    RESULT = 10


TITLES = (
    "Time",
    "State",
    "Athlete",
    "Sport",
    "Start",
    "Duration",
    "Distance",
    "Wait",
    "Run",
    "Worker",
    "Badge or reason",
)
NUMBERS = frozenset({TailColumn.DURATION, TailColumn.DISTANCE, TailColumn.WAIT, TailColumn.RUN, TailColumn.WORKER})
LineRole = int(Qt.ItemDataRole.UserRole)


class TailModel(TitledTable):
    """Main thread. Newest first; rows are inserted at the top, so selection and scroll position stay."""

    titles = TITLES
    numbers = NUMBERS

    def __init__(
        self,
        names: WorkerNames,
        *,
        now_ms: Callable[[], int],
        zone: tzinfo | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._names, self._now_ms, self._zone = names, now_ms, zone
        self._units = Units()
        self._lines: list[Line] = []
        self._live = True

    @property
    def lines(self) -> Sequence[Line]:
        return self._lines

    def set_units(self, units: Units) -> None:
        self._units = units
        if self._lines:
            first, last = self.index(0, TailColumn.DISTANCE), self.index(len(self._lines) - 1, TailColumn.DISTANCE)
            self.dataChanged.emit(first, last)

    def take(self, lines: Sequence[Line], *, live: bool) -> None:
        """Show these rows, newest first. Live ones show milliseconds, found ones their day."""
        if live and self._live and self._shift(lines):
            return
        self.beginResetModel()
        self._lines, self._live = list(lines), live
        self.endResetModel()

    def _shift(self, lines: Sequence[Line]) -> bool:
        """Insert new rows at the top and remove old ones at the end; False if anything else changed."""
        if not self._lines or not lines:
            return False
        top = self._lines[0].key
        come = next((place for place, line in enumerate(lines) if line.key == top), None)
        if come is None or not _begins(lines[come:], self._lines):
            return False
        if come:
            self.beginInsertRows(NO_PARENT, 0, come - 1)
            self._lines[0:0] = lines[:come]
            self.endInsertRows()
        if len(self._lines) > len(lines):
            self.beginRemoveRows(NO_PARENT, len(lines), len(self._lines) - 1)
            del self._lines[len(lines) :]
            self.endRemoveRows()
        return True

    @override
    def count(self) -> int:
        return len(self._lines)

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._lines):
            return None
        line = self._lines[index.row()]
        if role == LineRole:
            return line
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(line, index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tip(line)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{TITLES[index.column()]}: {self._text(line, index.column())}"
        return None

    def _text(self, line: Line, column: int) -> str:
        match column:
            case TailColumn.TIME:
                at_ms = line.at_ms
                return (
                    clock_text(at_ms, self._zone, "milliseconds")
                    if self._live
                    else day_clock(at_ms, self._now_ms(), self._zone)
                )
            case TailColumn.STATE:
                return KIND_WORDS[line.kind]
            case TailColumn.ATHLETE:
                return line.athlete
            case TailColumn.SPORT:
                return line.sport
            case TailColumn.START:
                return self._start(line, brief=True)
            case TailColumn.DURATION:
                return line.duration()
            case TailColumn.DISTANCE:
                return line.distance(self._units)
            case TailColumn.WAIT:
                return line.wait()
            case TailColumn.RUN:
                return line.run()
            case TailColumn.WORKER:
                return self._names.short(line.worker)
            case _:
                return line.result()

    def _start(self, line: Line, *, brief: bool = False) -> str:
        return start_words(line.started_at, self._now_ms(), self._zone, brief=brief)

    def _tip(self, line: Line) -> str:
        lines = [
            f"{isolated(line.athlete) or 'nobody named'}, {isolated(line.sport) or 'no sport'}: {KIND_WORDS[line.kind]}"
        ]
        lines += [f"started {start}"] if (start := self._start(line)) else []
        lines += [line.result()] if line.result() else []
        return "\n".join([*lines, f"by {line.worker}", f"id {line.workout_id}"])


def _begins(lines: Sequence[Line], shown: Sequence[Line]) -> bool:
    """Whether the common rows are equal; keys of a tail rise, so comparing the ends is enough."""
    if len(lines) > len(shown):
        return False
    return all(one.key == other.key for one, other in zip(lines, shown, strict=False))
