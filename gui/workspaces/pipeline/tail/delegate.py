"""Paints the cells of the tail."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem
from typing_extensions import override

from core.events import OutcomeKind
from core.workouts.sports import UNKNOWN_SPORT_ICON, default_catalogue
from gui.theme.palette import Role
from gui.theme.theme import FontRole, Theme
from gui.widgets import STATE_GLYPHS, badge_width, paint_badge, paint_glyph
from gui.widgets.table_base import Index, rect_of, state_of
from gui.widgets.table_header import CELL_PX, paint_background, write
from gui.workspaces.pipeline.formatting import KIND_STATES
from gui.workspaces.pipeline.tail.rows import Line
from gui.workspaces.pipeline.tail.table_model import NUMBERS, LineRole, TailColumn

ROW_PX = 24


class TailDelegate(QStyledItemDelegate):
    """Paints every column."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.narrow = False  # the sport as an icon only

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, ROW_PX)

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        line: Line = index.data(LineRole)
        box, column = QRectF(rect_of(option)), index.column()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_background(painter, self._theme, box, state_of(option), first=column == TailColumn.TIME)
        text = str(index.data(Qt.ItemDataRole.DisplayRole))
        inner = box.adjusted(6 if column == TailColumn.TIME else 0, 0, -CELL_PX, 0)
        if column == TailColumn.STATE:
            self._paint_state(painter, inner, line, text)
        elif column == TailColumn.SPORT:
            self._paint_sport(painter, inner, line, text)
        elif column == TailColumn.RESULT:
            self._paint_result(painter, box.adjusted(4, 0, -4, 0), line, text)
        else:
            font: FontRole = "medium" if column == TailColumn.ATHLETE else "body"
            ink: Role = "second" if column == TailColumn.TIME else "text"
            write(painter, self._theme, inner, text, font, ink, right=column in NUMBERS)
        painter.restore()

    def _paint_state(self, painter: QPainter, box: QRectF, line: Line, text: str) -> None:
        state, role = KIND_STATES[line.kind]
        glyph = QRectF(box.left(), round(box.center().y() - 6), 12, 12)
        paint_glyph(painter, glyph, STATE_GLYPHS[state][0], self._theme.colour(role))
        write(painter, self._theme, box.adjusted(17, 0, CELL_PX, 0), text, "body", role)

    def _paint_sport(self, painter: QPainter, box: QRectF, line: Line, text: str) -> None:
        sport = default_catalogue().find(line.sport)
        icon = UNKNOWN_SPORT_ICON if sport is None else sport.icon
        icon_box = QRectF(box.left(), round(box.center().y() - 8), 16, 16)
        self._theme.paint_icon(painter, icon_box, icon, self._theme.colour("second"))
        if not self.narrow:
            write(painter, self._theme, box.adjusted(22, 0, 0, 0), text, "body", "text")

    def _paint_result(self, painter: QPainter, box: QRectF, line: Line, text: str) -> None:
        if line.kind is not OutcomeKind.STORED or not line.badges:
            ink: Role = "failed" if line.kind is OutcomeKind.FAILED else "second"
            write(painter, self._theme, box, text, "body", ink)
            return
        names = list(line.badges)
        if badge_width(self._theme, names[0]) > box.width():
            names = [f"{len(names)} badges" if len(names) > 1 else "1 badge"]
        left, top = box.left(), round(box.center().y() - 10.5)
        for done, name in enumerate(names):
            width = badge_width(self._theme, name)
            room = box.right() - left - (0 if done == len(names) - 1 else 22)
            if done and width > room:
                rest = QRectF(left, box.top(), box.right() - left, box.height())
                write(painter, self._theme, rest, f"+{len(names) - done}", "small", "second")
                return
            paint_badge(painter, QPointF(left, top), name, self._theme)
            left += width + 6
