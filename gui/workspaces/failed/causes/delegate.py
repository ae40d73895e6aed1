"""Paints a cause: icon, title, count, advice, time of the last failure, and the last hour as small bars."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPointF, QRectF, QSize
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem
from typing_extensions import override

from core.failures.causes import Advice, Cause
from core.failures.models import FailedGroup
from gui.theme.theme import FontRole, Theme
from gui.widgets.cells import draw_elided
from gui.widgets.painted_table import rect_of, state_of
from gui.workspaces.failed.causes.list_model import ALL, GroupModel, GroupRole

GROUP_PX, ALL_PX = 88, 36
NARROW_PX = 240
BAR_PX = 3
_Index = QModelIndex | QPersistentModelIndex

_FIELD_ICONS = {
    "distance": "ruler",
    "duration": "timer-outline",
    "timestamp": "calendar-alert",
    "userId": "account-outline",
    "type": "run",
    "avgHeartRate": "heart-pulse",
    "maxHeartRate": "heart-pulse",
    "elevationGain": "image-filter-hdr",
    "avgPower": "flash-outline",
    "weightKg": "scale-bathroom",
    "sets": "dumbbell",
    "revision": "content-duplicate",
}
_ADVICE_ICONS = {
    Advice.EDIT: "pencil-outline",
    Advice.EDIT_RAW: "pencil-outline",
    Advice.RETRY: "refresh",
}


def cause_icon(cause: Cause) -> str:
    if cause.advice is Advice.EDIT_RAW:
        return "code-braces"
    if cause.field:
        return _FIELD_ICONS.get(cause.field, "form-textbox")
    return "database-outline" if cause.code.endswith("StoreUnavailableError") else "cog-outline"


class GroupDelegate(QStyledItemDelegate):
    """Paints a row of the causes."""

    def __init__(self, theme: Theme, model: GroupModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme, self._model = theme, model
        self.has_focus = False

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(0, ALL_PX if index.data(GroupRole) is None else GROUP_PX)

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        group: FailedGroup | None = index.data(GroupRole)
        box = QRectF(rect_of(option))
        painter.save()
        self._paint_background(painter, box, state_of(option))
        if group is None:
            self._paint_all(painter, box)
        else:
            self._paint_group(painter, box, group)
        painter.restore()

    def _paint_background(self, painter: QPainter, box: QRectF, state: QStyle.StateFlag) -> None:
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, QColor(self._theme.tint("accent", 12 if self._theme.dark else 8)))
            bar = QRectF(box.left(), box.top(), BAR_PX, box.height() - 1)
            painter.fillRect(bar, self._theme.colour("accent"))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(box, QColor(self._theme.tint("text", 3)))
        painter.setPen(QPen(self._theme.colour("line"), 1))
        painter.drawLine(QPointF(box.left(), box.bottom() - 0.5), QPointF(box.right(), box.bottom() - 0.5))
        if self.has_focus and state & QStyle.StateFlag.State_Selected:
            painter.setPen(QPen(self._theme.colour("accent"), 1))
            painter.drawRect(box.adjusted(0.5, 0.5, -0.5, -1.5))

    def _paint_all(self, painter: QPainter, box: QRectF) -> None:
        icon = QRectF(box.left() + 13, round(box.center().y() - 8.5), 16, 16)
        self._theme.paint_icon(painter, icon, "format-list-bulleted", self._theme.colour("second"))
        draw_elided(painter, self._theme, box.adjusted(38, 0, -12, -1), ALL, "title", "text")

    def _paint_group(self, painter: QPainter, box: QRectF, group: FailedGroup) -> None:
        left, top = box.left() + 38, box.top()
        icon = QRectF(box.left() + 13, top + 17, 16, 16)
        self._theme.paint_icon(painter, icon, cause_icon(group.cause), self._theme.colour("second"))
        line = QRectF(left, top + 12, box.right() - 12 - left, 26)
        narrow = box.width() < NARROW_PX
        self._paint_title(painter, line, group, narrow=narrow)
        advice = QRectF(left, top + 40, 128, 16)
        pencil = QRectF(left, top + 41, 13, 13)
        self._theme.paint_icon(painter, pencil, _ADVICE_ICONS[group.cause.advice], self._theme.colour("second"))
        draw_elided(painter, self._theme, advice.adjusted(17, 0, 0, 0), group.cause.advice.value, "small", "text")
        draw_elided(painter, self._theme, advice.translated(0, 17), self._model.last_words(group), "small", "second")
        right = box.right() - 12
        if not narrow:
            self._paint_spark(painter, QRectF(right - 88, top + 44, 88, 23), group.recent)

    def _paint_title(self, painter: QPainter, line: QRectF, group: FailedGroup, *, narrow: bool) -> None:
        """The rectangle of the count: beside the title, or below it in a narrow list."""
        title, count = group.cause.title, f"{group.count:,}"
        if narrow:
            draw_elided(painter, self._theme, line, title, "title", "text")
            draw_elided(
                painter,
                self._theme,
                QRectF(line.left(), line.top() + 45, line.width(), 16),
                count,
                "title",
                "text",
                right=True,
            )
            return
        font = self._count_font(line.width())
        count_px = self._theme.metrics(font).horizontalAdvance(count)
        draw_elided(painter, self._theme, line, count, font, "text", right=True)
        draw_elided(painter, self._theme, line.adjusted(0, 0, -count_px - 8, 0), title, "title", "text")

    def _count_font(self, width_px: float) -> FontRole:
        """One font for all counts: the large one if no title is elided by it."""
        titles, counts = self._theme.metrics("title"), self._theme.metrics("headline")
        fits = all(
            titles.horizontalAdvance(each.cause.title) + 8 + counts.horizontalAdvance(f"{each.count:,}") <= width_px
            for each in self._model.groups
        )
        return "headline" if fits else "title"

    def _paint_spark(self, painter: QPainter, box: QRectF, recent: tuple[int, ...]) -> None:
        painter.setPen(QPen(self._theme.colour("line"), 1))
        painter.drawLine(QPointF(box.left(), box.bottom() + 0.5), QPointF(box.right(), box.bottom() + 0.5))
        most = max(recent, default=0)
        if not most:
            return
        step = box.width() / len(recent)
        hue = self._theme.colour("failed")
        for place, n in enumerate(recent):
            if n:
                height = max(2.0, round(box.height() * n / most))
                painter.fillRect(QRectF(round(box.left() + place * step), box.bottom() - height, 2, height), hue)
