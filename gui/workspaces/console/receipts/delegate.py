"""Paints the cells of the receipts: stepper, stage, badges and repair button."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFontMetricsF, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QHeaderView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget
from typing_extensions import override

from core.live.receipts import NODES, Stage
from core.live.workout_log import WorkoutTrace
from core.workouts.sports import UNKNOWN_SPORT_ICON, default_catalogue
from gui.theme.palette import Role
from gui.theme.states import State
from gui.theme.theme import FontRole, Theme
from gui.widgets import badge_width, paint_badge, paint_state_disc
from gui.widgets.table_base import rect_of, state_of
from gui.workspaces.console.receipts.table_model import NUMBERS, TITLES, ReceiptColumn, ReceiptRole

ROW_PX = 26
HEAD_PX = 23
STEP_PX, NARROW_STEP_PX = 22.0, 13.0
STEPPER_EDGE_PX = 8.0
STAGE_LEFT_PX, RESULT_LEFT_PX = 20, 16
REPAIR_WIDTH_PX, NARROW_REPAIR_WIDTH_PX, REPAIR_HEIGHT_PX = 68, 28, 22
BADGE_GAP_PX = 6
REST_PX = 24  # of the `+2` behind badges, with its gap

STAGE_STATE: dict[Stage, State] = {
    Stage.ACCEPTED: "kept",
    Stage.PENDING: "kept",
    Stage.REFUSED: "kept",
    Stage.REJECTED: "failed",
    Stage.WAITING: "waiting",
    Stage.OTHER_QUEUE: "waiting",
    Stage.RETRYING: "waiting",
    Stage.RUNNING: "running",
    Stage.FAILED: "failed",
    Stage.DUPLICATE: "stored",
    Stage.STORED: "stored",
}
STAGE_INK: dict[Stage, Role] = {
    Stage.ACCEPTED: "second",
    Stage.PENDING: "text",
    Stage.REFUSED: "text",
    Stage.REJECTED: "failed",
    Stage.WAITING: "waiting",
    Stage.OTHER_QUEUE: "second",
    Stage.RETRYING: "waiting",
    Stage.RUNNING: "running",
    Stage.FAILED: "failed",
    Stage.DUPLICATE: "second",
    Stage.STORED: "stored",
}
_Index = QModelIndex | QPersistentModelIndex


def paint_stepper(painter: QPainter, left: float, middle: float, stage: Stage, theme: Theme, step_px: float) -> float:
    """Draw five nodes from `left`, 16 px high and centred at `middle`; returns the right end."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    centres = [QPointF(left + STEPPER_EDGE_PX + place * step_px, middle) for place in range(NODES)]
    for place in range(NODES - 1):
        _paint_edge(painter, centres, place, stage.node, theme)
    for place, centre in enumerate(centres):
        _paint_node(painter, centre, place, stage, theme)
    painter.restore()
    return centres[-1].x() + STEPPER_EDGE_PX


def _paint_edge(painter: QPainter, centres: list[QPointF], place: int, current: int, theme: Theme) -> None:
    done = place < current
    start = centres[place].x() + (9 if place == current else 5)
    end = centres[place + 1].x() - (9 if place + 1 == current else 5)
    if end - start < 1:
        return
    painter.setPen(QPen(theme.colour("faint") if done else theme.colour("line"), 1.5 if done else 1))
    painter.drawLine(QPointF(start, centres[place].y()), QPointF(end, centres[place].y()))


def _paint_node(painter: QPainter, centre: QPointF, place: int, stage: Stage, theme: Theme) -> None:
    if place == stage.node:
        paint_state_disc(painter, _square(centre, 14), STAGE_STATE[stage], theme)
    elif place < stage.node:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("second"))
        painter.drawEllipse(_square(centre, 6))
    else:
        painter.setPen(QPen(theme.colour("faint"), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(_square(centre, 5))


def _square(centre: QPointF, size_px: float) -> QRectF:
    return QRectF(centre.x() - size_px / 2, centre.y() - size_px / 2, size_px, size_px)


class ReceiptDelegate(QStyledItemDelegate):
    """Paints every column. Emits `repair_clicked` for the button of a failed row."""

    repair_clicked = Signal(object)  # WorkoutTrace

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.narrow = False  # the sport as an icon only and a shorter stepper
        self._painters: dict[int, Callable[[QPainter, QRectF, WorkoutTrace, str], None]] = {
            ReceiptColumn.SPORT: self._paint_sport,
            ReceiptColumn.STAGE: self._paint_stage,
            ReceiptColumn.TOOK: self._paint_took,
            ReceiptColumn.RESULT: self._paint_result,
        }

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(0, ROW_PX)

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        receipt, box = index.data(ReceiptRole), QRectF(rect_of(option))
        painter.save()
        self._paint_background(painter, box, state_of(option))
        text = str(index.data(Qt.ItemDataRole.DisplayRole))
        own = self._painters.get(index.column())
        if own is not None:
            own(painter, box, receipt, text)
        else:
            self._paint_plain(painter, box, index.column(), text)
        painter.restore()

    @override
    def editorEvent(
        self, event: QEvent, model: QAbstractItemModel, option: QStyleOptionViewItem, index: _Index
    ) -> bool:
        if event.type() is QEvent.Type.MouseButtonRelease and isinstance(event, QMouseEvent):
            receipt = index.data(ReceiptRole)
            if self.hits_repair(event.position(), rect_of(option), index.column(), receipt):
                self.repair_clicked.emit(receipt)
                return True
        return super().editorEvent(event, model, option, index)

    def hits_repair(self, place: QPointF, cell: QRect, column: int, receipt: WorkoutTrace) -> bool:
        failed = column == ReceiptColumn.RESULT and receipt.stage.is_failure
        return failed and self.repair_box(QRectF(cell)).contains(place)

    def repair_box(self, cell: QRectF) -> QRectF:
        """The rectangle of the repair button in a cell of the last column."""
        width = NARROW_REPAIR_WIDTH_PX if self.narrow else REPAIR_WIDTH_PX
        top = round(cell.center().y() - REPAIR_HEIGHT_PX / 2 - 0.5)
        return QRectF(cell.right() - width, top, width, REPAIR_HEIGHT_PX)

    def _paint_background(self, painter: QPainter, box: QRectF, state: QStyle.StateFlag) -> None:
        if state & QStyle.StateFlag.State_Selected:
            percent = 12 if self._theme.dark else 8
            painter.fillRect(box, QColor(self._theme.tint("accent", percent)))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(box, QColor(self._theme.tint("text", 3)))
        painter.setPen(QPen(self._theme.colour("line", 70), 1))
        painter.drawLine(QPointF(box.left(), box.bottom() - 0.5), QPointF(box.right(), box.bottom() - 0.5))

    def _paint_plain(self, painter: QPainter, box: QRectF, column: int, text: str) -> None:
        font: FontRole = "medium" if column == ReceiptColumn.ATHLETE else "body"
        ink: Role = "second" if column == ReceiptColumn.SENT else "text"
        if self.narrow and column == ReceiptColumn.SENT:
            text = text[:5]  # hours and minutes
        right_px = 0 if column in NUMBERS else 8
        self._write(painter, box.adjusted(0, 0, -right_px, 0), text, font, ink, right=column in NUMBERS)

    def _paint_sport(self, painter: QPainter, box: QRectF, receipt: WorkoutTrace, text: str) -> None:
        sport = default_catalogue().find(receipt.sport)
        icon = UNKNOWN_SPORT_ICON if sport is None else sport.icon
        icon_box = QRectF(box.left(), round(box.center().y() - 8), 16, 16)
        self._theme.paint_icon(painter, icon_box, icon, self._theme.colour("second"))
        if not self.narrow:
            self._write(painter, box.adjusted(22, 0, -2, 0), text, "body", "text")

    def _paint_stage(self, painter: QPainter, box: QRectF, receipt: WorkoutTrace, text: str) -> None:
        left = box.left() + (12 if self.narrow else STAGE_LEFT_PX)
        step_px = NARROW_STEP_PX if self.narrow else STEP_PX
        end = paint_stepper(painter, left, round(box.center().y()) - 0.5, receipt.stage, self._theme, step_px)
        word = QRectF(end + 8, box.top(), box.right() - end - 8, box.height())
        font: FontRole = "medium" if receipt.stage.is_pending else "body"
        self._write(painter, word, text, font, STAGE_INK[receipt.stage])

    def _paint_took(self, painter: QPainter, box: QRectF, receipt: WorkoutTrace, text: str) -> None:
        counting = receipt.stage in (Stage.WAITING, Stage.RUNNING, Stage.RETRYING)
        self._write(painter, box, text, "body", STAGE_INK[receipt.stage] if counting else "text", right=True)

    def _paint_result(self, painter: QPainter, box: QRectF, receipt: WorkoutTrace, text: str) -> None:
        box = box.adjusted(RESULT_LEFT_PX, 0, 0, 0)
        if receipt.stage.is_failure:
            button = self.repair_box(box)
            self._paint_repair(painter, button)
            words = box.adjusted(0, 0, -button.width() - 6, 0)
            self._write(painter, words, text, "small" if self.narrow else "body", "text")
        elif receipt.badges and receipt.stage is Stage.STORED:
            self._paint_badges(painter, box, [badge.name for badge in receipt.badges])
        else:
            self._write(painter, box, text, "small", "second")

    def _paint_badges(self, painter: QPainter, box: QRectF, names: list[str]) -> None:
        left, top = box.left(), round(box.center().y() - 10.5)
        if badge_width(self._theme, names[0]) > box.width() - (REST_PX if len(names) > 1 else 0):
            names = ["1 badge" if len(names) == 1 else f"{len(names)} badges"]
        for done, (name, width, room) in enumerate(_fitted(self._theme, names, box.width())):
            if done and width > room:
                rest = box.adjusted(left - box.left(), 0, 0, 0)
                self._write(painter, rest, f"+{len(names) - done}", "small", "second")
                return
            paint_badge(painter, QPointF(left, top), name, self._theme)
            left += width + BADGE_GAP_PX

    def _paint_repair(self, painter: QPainter, box: QRectF) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._theme.colour("line"), 1))
        painter.setBrush(self._theme.colour("raised"))
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
        icon = QRectF(box.left() + 8, round(box.center().y() - 6.5), 13, 13)
        self._theme.paint_icon(painter, icon, "pencil-outline", self._theme.colour("second"))
        if not self.narrow:
            self._write(painter, box.adjusted(25, 0, -4, 0), "Repair", "small", "text")

    def _write(
        self, painter: QPainter, box: QRectF, text: str, font: FontRole, ink: Role, *, right: bool = False
    ) -> None:
        painter.setFont(self._theme.font(font))
        painter.setPen(self._theme.ink(ink))
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        metrics = QFontMetricsF(painter.font())
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, int(side | Qt.AlignmentFlag.AlignVCenter), shown)


def _fitted(theme: Theme, names: list[str], width_px: float) -> Iterator[tuple[str, float, float]]:
    """Each badge with its width and the room it may take; the last one may use the room of `+2`."""
    left_px = width_px
    for place, name in enumerate(names):
        width = badge_width(theme, name)
        yield name, width, left_px - (0 if place == len(names) - 1 else REST_PX)
        left_px -= width + BADGE_GAP_PX


class ReceiptHeader(QHeaderView):
    """Paints small titles over a line, aligned as their columns."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._theme = theme
        self.narrow = False
        self.setFixedHeight(HEAD_PX)
        self.setSectionsClickable(False)
        self.setHighlightSections(False)
        self.setMinimumSectionSize(16)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    @override
    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:
        box = QRectF(rect)
        if logicalIndex == ReceiptColumn.STAGE:
            box.setLeft(box.left() + (12 if self.narrow else STAGE_LEFT_PX))
        elif logicalIndex == ReceiptColumn.RESULT:
            box.setLeft(box.left() + RESULT_LEFT_PX)
        painter.setFont(self._theme.font("small"))
        painter.setPen(self._theme.ink("second"))
        title = "" if self.narrow and logicalIndex == ReceiptColumn.SPORT else TITLES[logicalIndex]
        side = Qt.AlignmentFlag.AlignRight if logicalIndex in NUMBERS else Qt.AlignmentFlag.AlignLeft
        painter.drawText(box.adjusted(0, 0, 0, -1), int(side | Qt.AlignmentFlag.AlignVCenter), title)
        line = QRectF(rect)
        painter.setPen(QPen(self._theme.colour("line"), 1))
        painter.drawLine(QPointF(line.left(), line.bottom() - 0.5), QPointF(line.right(), line.bottom() - 0.5))
