"""Paints the rows of the failed list: check box, sport with icon, the invalid value in the colour of failures."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QHeaderView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTableView, QWidget
from typing_extensions import override

from core.failures.models import FailedRow
from core.workouts.sports import UNKNOWN_SPORT_ICON, default_catalogue
from gui.forms.formatting import NOTHING
from gui.theme.palette import Role
from gui.theme.theme import FontRole, Theme
from gui.widgets.table_base import rect_of, state_of
from gui.workspaces.failed.messages.table_model import (
    COLUMN_OF_FIELD,
    NUMBERS,
    TITLES,
    FailedColumn,
    FailedModel,
    RowRole,
)

ROW_PX = 32
HEAD_PX = 28
BOX_PX = 16
BAR_PX = 3
CHECK_LEFT_PX = 12
_Index = QModelIndex | QPersistentModelIndex


def paint_check_box(painter: QPainter, box: QRectF, checked: bool | None, theme: Theme) -> None:
    """Draw a check box of 16 x 16 px; None: partly checked."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    inner = box.adjusted(0.5, 0.5, -0.5, -0.5)
    if checked is False:
        painter.setPen(QPen(theme.colour("faint"), 1))
        painter.setBrush(theme.colour("raised"))
        painter.drawRoundedRect(inner, 4, 4)
    else:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("accent"))
        painter.drawRoundedRect(box, 4, 4)
        pen = QPen(theme.colour("on_accent"), 2)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        left, top = box.left(), box.top()
        if checked:
            tick = [QPointF(left + 4, top + 8.4), QPointF(left + 7, top + 11.2), QPointF(left + 12, top + 5.2)]
            painter.drawPolyline(QPolygonF(tick))
        else:
            painter.drawLine(QPointF(left + 4.5, top + 8), QPointF(left + 11.5, top + 8))
    painter.restore()


class FailedDelegate(QStyledItemDelegate):
    """Paints every column from the row itself."""

    def __init__(self, theme: Theme, model: FailedModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme, self._model = theme, model
        self.narrow = False  # the sport as an icon, hours and minutes only
        self.tries_px = 38
        self.has_focus = False
        self._take_colours()
        theme.changed.connect(self._take_colours)

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(0, ROW_PX)

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        row: FailedRow | None = index.data(RowRole)
        box, column = QRectF(rect_of(option)), index.column()
        painter.save()
        self._paint_background(painter, box, column, state_of(option))
        if row is None:
            self._paint_loading(painter, box, column, index.row())
        elif column == FailedColumn.CHECK:
            top = round(box.center().y() - BOX_PX / 2)
            square = QRectF(box.left() + CHECK_LEFT_PX, top, BOX_PX, BOX_PX)
            paint_check_box(painter, square, self._model.is_checked(row.key), self._theme)
        else:
            self._paint_cell(painter, box, column, row)
        painter.restore()

    def _paint_background(self, painter: QPainter, box: QRectF, column: int, state: QStyle.StateFlag) -> None:
        selected = bool(state & QStyle.StateFlag.State_Selected)
        if selected:
            painter.fillRect(box, self._selected)
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(box, self._hovered)
        # fillRect of one pixel costs a tenth of drawLine, and there are hundreds of cells.
        painter.fillRect(QRectF(box.left(), box.bottom() - 1, box.width(), 1), self._line)
        if selected and column == FailedColumn.CHECK:
            bar = QRectF(box.left(), box.top(), BAR_PX, box.height())
            painter.fillRect(bar, self._theme.colour("accent" if self.has_focus else "faint"))

    def _paint_cell(self, painter: QPainter, box: QRectF, column: int, row: FailedRow) -> None:
        blamed = COLUMN_OF_FIELD.get(row.cause.field) == column
        if row.says_nothing and FailedColumn.ATHLETE <= column <= FailedColumn.DISTANCE:
            self._paint_reason(painter, box, row.reason)
            return
        text = self._model.text(row, column)
        ink: Role = "failed" if blamed else "second" if column == FailedColumn.FAILED_AT or text == NOTHING else "text"
        font: FontRole = "medium" if blamed or column == FailedColumn.ATHLETE else "body"
        if column == FailedColumn.SPORT:
            self._paint_sport(painter, box, row, text, ink)
            return
        if self.narrow and column == FailedColumn.FAILED_AT and text[2:3] == ":":
            text = text[:5]
        right = column in NUMBERS
        if column == FailedColumn.TRIES:
            box.setWidth(self.tries_px)
        self._write(painter, box.adjusted(0, 0, 0 if right else -8, 0), text, font, ink, right=right)

    def _paint_reason(self, painter: QPainter, box: QRectF, reason: str) -> None:
        """Paint a text across empty columns; each column paints its part."""
        view = self.parent()
        if isinstance(view, QTableView):
            left = view.columnViewportPosition(FailedColumn.ATHLETE)
            last = FailedColumn.DISTANCE
            right = view.columnViewportPosition(last) + view.columnWidth(last)
            painter.setClipRect(box)
            self._write(painter, QRectF(left, box.top(), right - left, box.height()), reason, "body", "second")

    def _paint_sport(self, painter: QPainter, box: QRectF, row: FailedRow, text: str, ink: Role) -> None:
        sport = default_catalogue().find(row.sport)
        icon = UNKNOWN_SPORT_ICON if sport is None else sport.icon
        square = QRectF(box.left(), round(box.center().y() - 8), 16, 16)
        self._theme.paint_icon(painter, square, icon, self._theme.colour("failed" if ink == "failed" else "second"))
        if not self.narrow:
            self._write(painter, box.adjusted(22, 0, -4, 0), text, "body", ink)

    def _paint_loading(self, painter: QPainter, box: QRectF, column: int, number: int) -> None:
        """Paint a placeholder bar until the text is loaded."""
        if column in (FailedColumn.CHECK, FailedColumn.TRIES):
            return
        width = min(box.width() - 10, 34 + (number * 7 + column * 13) % 30)
        left = box.right() - width if column in NUMBERS else box.left()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.colour("line"))
        painter.drawRoundedRect(QRectF(left, round(box.center().y() - 4), width, 8), 4, 4)

    @Slot()
    def _take_colours(self) -> None:
        self._selected = QColor(self._theme.tint("accent", 12 if self._theme.dark else 8))
        self._hovered = QColor(self._theme.tint("text", 3))
        self._line = QColor(self._theme.tint("line", 70))

    def _write(
        self, painter: QPainter, box: QRectF, text: str, font: FontRole, ink: Role, *, right: bool = False
    ) -> None:
        painter.setFont(self._theme.font(font))
        painter.setPen(self._theme.ink(ink))
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        metrics = self._theme.metrics(font)
        if metrics.horizontalAdvance(text) > box.width():
            text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, int(side | Qt.AlignmentFlag.AlignVCenter), text)


class FailedHeader(QHeaderView):
    """Paints titles over a line, and at the left the check box for all messages that match."""

    all_toggled = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._theme = theme
        self.narrow = False
        self.tries_px = 38
        self._checked: bool | None = False
        self.setFixedHeight(HEAD_PX)
        self.setSectionsClickable(False)
        self.setHighlightSections(False)
        self.setMinimumSectionSize(16)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName("Columns; the box at the left checks all that match")
        self.setToolTip("")

    def show_checked(self, checked: bool | None) -> None:
        """Set the check box; None: partly checked."""
        if checked is not self._checked:
            self._checked = checked
            self.viewport().update()

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.logicalIndexAt(event.position().toPoint()) == FailedColumn.CHECK:
            self.all_toggled.emit()
        super().mouseReleaseEvent(event)

    @override
    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:
        box = QRectF(rect)
        if logicalIndex == FailedColumn.CHECK:
            top = round(box.center().y() - BOX_PX / 2) - 1
            square = QRectF(box.left() + CHECK_LEFT_PX, top, BOX_PX, BOX_PX)
            paint_check_box(painter, square, self._checked, self._theme)
        painter.setFont(self._theme.font("small"))
        painter.setPen(self._theme.ink("second"))
        title = "" if self.narrow and logicalIndex == FailedColumn.SPORT else TITLES[logicalIndex]
        if self.narrow and logicalIndex == FailedColumn.FAILED_AT:
            title = "Failed"
        side = Qt.AlignmentFlag.AlignRight if logicalIndex in NUMBERS else Qt.AlignmentFlag.AlignLeft
        words = (
            QRectF(box.left(), box.top(), self.tries_px, box.height()) if logicalIndex == FailedColumn.TRIES else box
        )
        painter.drawText(words.adjusted(0, 0, 0, -1), int(side | Qt.AlignmentFlag.AlignVCenter), title)
        painter.setPen(QPen(self._theme.colour("line"), 1))
        painter.drawLine(QPointF(box.left(), box.bottom() - 0.5), QPointF(box.right(), box.bottom() - 0.5))
