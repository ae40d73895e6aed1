"""Paints the last cell of a row: its check with the one-click fix, and once it was sent its receipt."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPen

from core.live.receipts import Stage
from core.live.workout_log import WorkoutTrace
from core.roster.check import RowState, RowVerdict
from core.roster.grid import RosterRow
from gui.forms.formatting import energy_number
from gui.forms.starts import start_words
from gui.shortcuts import SHORTCUTS, Scope
from gui.theme.theme import Theme
from gui.widgets import badge_width, paint_badge, paint_glyph
from gui.widgets.cells import Cell, CellButton, draw_elided
from gui.workspaces.console.receipts.formatting import ReceiptFormat, stage_text
from gui.workspaces.console.receipts.stepper import STAGE_INK, paint_stepper
from gui.workspaces.roster.field_cell import frame_cell
from gui.workspaces.roster.texts import problem_words, question_words

KEEP, USE = "keep", "use"
READY = "ready"
STEP_PX, NARROW_STEP_PX = 17.0, 9.0
BUTTON_PX, GAP_PX, PADDING_PX = 22, 6, 9
FIX_CHARACTERS = 14


@dataclass(frozen=True, slots=True)
class CheckTexts:
    """`theme`: to measure the buttons."""

    theme: Theme
    verdict: Callable[[RosterRow], RowVerdict]
    trace: Callable[[RosterRow], WorkoutTrace]
    receipt: ReceiptFormat
    unlocks: Callable[[RosterRow], Sequence[str]]  # names of new badges

    def words(self, row: RosterRow) -> str:
        if not row.key:
            return ""
        if row.is_sent:
            trace = self.trace(row)
            return f"{stage_text(trace)} {self.receipt.took(trace)}, {self.receipt.result(trace)}"
        verdict = self.verdict(row)
        if verdict.state is RowState.UNUSUAL:
            return question_words(verdict)
        if verdict.state is RowState.WRONG:
            return problem_words(verdict, row.texts.get(verdict.field, ""))
        return ", ".join(filter(None, (READY, self.promise(row)))) if verdict.state is RowState.READY else ""

    def promise(self, row: RosterRow) -> str:
        """`unlocks 5K Runner`, of one that is ready."""
        names = self.unlocks(row)
        return "" if not names else f"unlocks {names[0] if len(names) == 1 else f'{len(names)} badges'}"

    def tip(self, row: RosterRow) -> str:
        """All of it: the column has room for a few words."""
        if not row.key:
            return ""
        if row.is_sent:
            return self.receipt.tip(self.trace(row))
        verdict = self.verdict(row)
        if names := self.unlocks(row):
            return f"Would unlock {', '.join(names)}."
        sentences = [*(each.problem for each in verdict.problems), *(each.text for each in verdict.questions)]
        return "\n".join(f"{text[:1].upper()}{text[1:].removesuffix('.')}." for text in sentences)

    def start(self, row: RosterRow) -> str:
        return start_words(self.trace(row).started_at, self.receipt.now_ms(), self.receipt.zone, brief=True)

    def energy(self, row: RosterRow) -> str:
        kcal = self.trace(row).calories_kcal
        return "" if kcal is None else energy_number(kcal, 0)

    def buttons(self, row: RosterRow) -> list[tuple[str, str]]:
        """Name and words of each, from left to right."""
        verdict = self.verdict(row) if row.key else None
        if verdict is None or verdict.state not in (RowState.WRONG, RowState.UNUSUAL):
            return []
        keep = [(KEEP, "Keep")] if verdict.state is RowState.UNUSUAL else []
        fix = verdict.fix if len(verdict.fix) <= FIX_CHARACTERS else f"{verdict.fix[:FIX_CHARACTERS]}…"
        return [*keep, (USE, f"Use {fix}")] if fix else keep


def check_buttons(texts: CheckTexts, area: QRectF, row: RosterRow, narrow: bool) -> Sequence[CellButton]:
    right, top = area.right() - GAP_PX - 2, round(area.center().y() - BUTTON_PX / 2 - 0.5)
    found = []
    for name, words in reversed(texts.buttons(row)):
        width = texts.theme.metrics("small").horizontalAdvance(words) + 2 * PADDING_PX
        found.append(CellButton(name, QRectF(round(right - width), top, round(width), BUTTON_PX), _TIPS[name]))
        right -= width + GAP_PX
    return found[::-1]


_TIPS = {KEEP: SHORTCUTS[Scope.ROSTER]["keep"].hint(), USE: SHORTCUTS[Scope.ROSTER]["use"].hint()}


def paint_check(texts: CheckTexts, cell: Cell[RosterRow]) -> None:
    frame_cell(cell, is_last=True)
    row = cell.row
    if not row.key:
        return
    if row.is_sent:
        _paint_receipt(texts, cell, texts.trace(row))
        return
    verdict, box = texts.verdict(row), cell.box
    buttons = check_buttons(texts, cell.area, row, cell.narrow)
    if buttons:
        box = box.adjusted(0, 0, buttons[0].box.left() - GAP_PX - box.right(), 0)
    if verdict.state is RowState.READY:
        glyph = QRectF(box.left() + 1, round(box.center().y() - 5), 10, 10)
        paint_glyph(cell.painter, glyph, "check", cell.theme.colour("stored"))
        left = cell.draw(READY, ink="second", box=box.adjusted(19, 0, 0, 0))
        _paint_promise(texts.promise(row), cell, left + GAP_PX)
        return
    cell.draw(cell.text, ink="waiting" if verdict.state is RowState.UNUSUAL else "failed", box=box)
    for (_, words), button in zip(texts.buttons(row), buttons, strict=True):
        _paint_button(cell, button, words)


def _paint_promise(promise: str, cell: Cell[RosterRow], left: float) -> None:
    """At the right; where there is no room for the name of a badge, that there is one."""
    if not promise:
        return
    room_px = cell.box.right() - left
    if badge_width(cell.theme, promise) > room_px:
        promise = "1 badge" if "badges" not in promise else promise.removeprefix("unlocks ")
    width = badge_width(cell.theme, promise)
    top = round(cell.box.center().y() - 10.5)
    paint_badge(cell.painter, QPointF(cell.box.right() - width, top), promise, cell.theme, is_promised=True)


def _paint_button(cell: Cell[RosterRow], button: CellButton, words: str) -> None:
    painter, theme = cell.painter, cell.theme
    painter.setPen(QPen(theme.colour("line"), 1))
    painter.setBrush(theme.colour("line", 60) if cell.hovered == button.name else theme.colour("raised"))
    painter.drawRoundedRect(button.box.adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
    inner = button.box.adjusted(PADDING_PX, 0, -PADDING_PX + 2, 0)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    draw_elided(painter, theme, inner, words, "small", "text")


def _paint_receipt(texts: CheckTexts, cell: Cell[RosterRow], trace: WorkoutTrace) -> None:
    stage, box = trace.stage, cell.box
    step_px = NARROW_STEP_PX if cell.narrow else STEP_PX
    left = paint_stepper(cell.painter, box.left() - 2, round(box.center().y()) - 0.5, stage, cell.theme, step_px)
    left = cell.draw(stage_text(trace), "body", STAGE_INK[stage], box.adjusted(left + 8 - box.left(), 0, 0, 0))
    badges = [badge.name for badge in trace.badges] if stage is Stage.STORED else []
    room = box.adjusted(left + 6 - box.left(), 0, 0, 0)
    if badges:
        name = badges[0] if len(badges) == 1 else f"{badges[0]} +{len(badges) - 1}"
        if badge_width(cell.theme, name) > room.width():
            name = "1 badge" if len(badges) == 1 else f"{len(badges)} badges"
        width = badge_width(cell.theme, name)
        paint_badge(cell.painter, QPointF(box.right() - width, round(box.center().y() - 10.5)), name, cell.theme)
        room = room.adjusted(0, 0, -width - GAP_PX, 0)
    took = texts.receipt.took(trace)
    result = "" if stage is Stage.STORED else texts.receipt.result(trace)
    words = " ".join(filter(None, (took, f"on {result}" if stage is Stage.RUNNING and result else result)))
    if room.width() > cell.theme.metrics("body").horizontalAdvance(took):
        cell.draw(words, ink="second", box=room)
