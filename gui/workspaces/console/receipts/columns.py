"""The columns of the receipts."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPen

from core.live.receipts import Stage
from core.live.workout_log import WorkoutTrace
from core.processing.apply_batch import DELETED_REASON
from gui.forms.formatting import duration_text
from gui.theme.palette import Role
from gui.theme.theme import Theme
from gui.widgets.cells import Cell, CellButton, Column, draw_elided
from gui.workspaces.console.receipts.formatting import ReceiptFormat, stage_text
from gui.workspaces.console.receipts.stepper import STAGE_INK, paint_stepper

REPAIR = "repair"
_FIGURES_FROM_PX = 560
_CORRECT_HEIGHTS = 4.1
_STEP_PX, _NARROW_STEP_PX = 22.0, 13.0
_REPAIR_HEIGHTS, _NARROW_REPAIR_PX, _AROUND_REPAIR_PX = 2.6, 28, 4  # as wide as so many rows, which grow with texts


def receipt_columns(texts: ReceiptFormat) -> tuple[Column[WorkoutTrace], ...]:
    """A narrower table has fewer columns: the tool tip has them all. Athlete, sport and stage stay to the last."""
    return (
        Column(title="Sent", width_px=70, narrow_px=46, from_px=396, text=texts.sent, paint=_paint_sent),
        Column(title="Athlete", width_px=104, narrow_px=98, text=lambda receipt: receipt.athlete, font="medium"),
        Column(
            title="Sport", width_px=92, narrow_px=20, text=lambda receipt: receipt.sport, paint=_paint_sport, gap_px=2
        ),
        Column(title="Start", width_px=148, from_px=980, text=texts.brief_start),
        Column(
            title="Duration",
            width_px=58,
            narrow_px=52,
            from_px=_FIGURES_FROM_PX,
            text=lambda receipt: duration_text(receipt.duration_min),
            right=True,
            gap_px=0,
        ),
        Column(
            title="Distance",
            width_px=70,
            narrow_px=62,
            from_px=_FIGURES_FROM_PX,
            text=texts.distance,
            right=True,
            gap_px=0,
        ),
        Column(
            title="Stage",
            width_px=194,
            narrow_px=150,
            text=stage_text,
            paint=_paint_stage,
            indent_px=20,
            narrow_indent_px=12,
            gap_px=0,
        ),
        Column(
            title="Took", width_px=50, narrow_px=42, from_px=554, text=texts.took, ink=_took_ink, right=True, gap_px=0
        ),
        Column(
            title="Result",
            width_px=80,
            from_px=350,
            takes_rest=True,
            text=texts.short_result,
            spoken=lambda receipt: f"Result: {texts.result(receipt)}",
            paint=_paint_result,
            buttons=_result_buttons,
            indent_px=16,
            gap_px=0,
        ),
    )


def _paint_sent(cell: Cell[WorkoutTrace]) -> None:
    cell.draw(cell.text[:5] if cell.narrow else cell.text, ink="second")


def _paint_sport(cell: Cell[WorkoutTrace]) -> None:
    cell.paint_sport(cell.row.sport, cell.text)


def _paint_stage(cell: Cell[WorkoutTrace]) -> None:
    stage, box = cell.row.stage, cell.box
    step_px = _NARROW_STEP_PX if cell.narrow else _STEP_PX
    end = paint_stepper(cell.painter, box.left(), round(box.center().y()) - 0.5, stage, cell.theme, step_px)
    words = box.adjusted(end + 8 - box.left(), 0, 0, 0)
    ink: Role = "second" if cell.text == DELETED_REASON else STAGE_INK[stage]
    cell.draw(cell.text, "medium" if stage.is_pending else "body", ink, words)


def _took_ink(receipt: WorkoutTrace) -> Role:
    counting = receipt.stage in (Stage.WAITING, Stage.RUNNING, Stage.RETRYING)
    return STAGE_INK[receipt.stage] if counting else "text"


def _paint_result(cell: Cell[WorkoutTrace]) -> None:
    if cell.row.stage.is_failure:
        button = _repair_box(cell.area, cell.row, narrow=cell.narrow)
        _paint_repair(cell.painter, cell.theme, button, repair_words(cell.row), narrow=cell.narrow)
        words = cell.box.adjusted(0, 0, -button.width() - 6, 0)
        cell.draw(cell.text, "small" if cell.narrow else "body", box=words)
    elif cell.row.badges and cell.row.stage is Stage.STORED:
        cell.paint_badges([badge.name for badge in cell.row.badges])
    else:
        cell.draw(cell.text.replace(" about", "") if cell.narrow else cell.text, "small", "second")


def _result_buttons(area: QRectF, receipt: WorkoutTrace, narrow: bool) -> Sequence[CellButton]:
    return [CellButton(REPAIR, _repair_box(area, receipt, narrow=narrow))] if receipt.stage.is_failure else []


def repair_words(receipt: WorkoutTrace) -> str:
    return "Repair" if receipt.conflict is None else "Correct again"


def _repair_box(area: QRectF, receipt: WorkoutTrace, *, narrow: bool) -> QRectF:
    heights = _REPAIR_HEIGHTS if receipt.conflict is None else _CORRECT_HEIGHTS
    width = _NARROW_REPAIR_PX if narrow else round(heights * area.height())
    height = area.height() - _AROUND_REPAIR_PX
    top = round(area.center().y() - height / 2 - 0.5)
    return QRectF(area.right() - width, top, width, height)


def _paint_repair(painter: QPainter, theme: Theme, box: QRectF, words: str, *, narrow: bool) -> None:
    painter.setPen(QPen(theme.colour("line"), 1))
    painter.setBrush(theme.colour("raised"))
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
    icon = QRectF(box.left() + 8, round(box.center().y() - 6.5), 13, 13)
    theme.paint_icon(painter, icon, "pencil-outline", theme.colour("second"))
    if not narrow:
        draw_elided(painter, theme, box.adjusted(25, 0, -4, 0), words, "small", "text")
