"""The pill at the top left: the broker's name and the state of the connection."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget
from typing_extensions import override

from core.events import ConnectionState
from gui.frame.view_models import ConnectionView
from gui.theme.palette import Role
from gui.theme.theme import Theme

HEIGHT_PX = 32
MIN_PLACE_PX = 48
_LEFT_PX, _ICON_PX, _ICON_GAP_PX, _GAP_PX, _CHEVRON_PX, _RIGHT_PX = 11, 16, 6, 6, 14, 11


class ConnectionPill(QAbstractButton):
    """A button that opens the connection dialog. With little room the middle of an address is elided; words such as
    "this computer", and an address of which nothing would be left, go whole."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._view = ConnectionView("Embedded queue", "this computer", ConnectionState.CONNECTING)
        self.setFixedHeight(HEIGHT_PX)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        theme.changed.connect(self._on_theme_changed)
        self.show_view(self._view)

    @property
    def view(self) -> ConnectionView:
        return self._view

    def show_view(self, view: ConnectionView) -> None:
        self._view = view
        self.setText(f"{view.title} {view.place}")
        self.setAccessibleName(view.sentence)
        self.setAccessibleDescription("Press to change the connection")
        self.setToolTip(f"{view.sentence}. Press to change it.")
        self.updateGeometry()
        self.update()

    def width_full(self) -> int:
        return round(self._width_but_place() + self._place_width() + 0.4)

    def width_least(self) -> int:
        """Without the location."""
        return round(self._width_but_place() - _GAP_PX + 0.4)

    @override
    def sizeHint(self) -> QSize:
        return QSize(self.width_full(), HEIGHT_PX)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_shape(painter)
        icon, role = self._icon()
        left = float(_LEFT_PX)
        self._theme.paint_icon(painter, QRectF(left, 8, _ICON_PX, _ICON_PX), icon, self._theme.colour(role))
        left += _ICON_PX + _ICON_GAP_PX
        left = self._paint_words(painter, left)
        chevron = QRectF(self.width() - _RIGHT_PX - _CHEVRON_PX, 9, _CHEVRON_PX, _CHEVRON_PX)
        self._theme.paint_icon(painter, chevron, "chevron-down", self._theme.colour("second"))

    def _paint_words(self, painter: QPainter, left: float) -> float:
        bold = QFontMetricsF(self._theme.font("title"))
        base = round(HEIGHT_PX / 2 + bold.capHeight() / 2)
        painter.setFont(self._theme.font("title"))
        painter.setPen(self._theme.colour("text"))
        painter.drawText(QPointF(left, base), self._view.title)
        left += bold.horizontalAdvance(self._view.title) + _GAP_PX
        room = self.width() - left - _GAP_PX - _CHEVRON_PX - _RIGHT_PX + 1
        painter.setFont(self._theme.font("body"))
        painter.setPen(self._theme.colour("second"))
        painter.drawText(QPointF(left, base), self._place_in(room))
        return left

    def _place_in(self, room: float) -> str:
        place = self._view.place
        if room >= self._place_width():
            return place
        if " " in place or room < MIN_PLACE_PX:
            return ""
        return QFontMetricsF(self._theme.font("body")).elidedText(place, Qt.TextElideMode.ElideMiddle, room)

    def _paint_shape(self, painter: QPainter) -> None:
        wrong = self._view.state in (ConnectionState.OFFLINE, ConnectionState.REFUSED, ConnectionState.BLOCKED)
        edge: Role = "accent" if self.hasFocus() else "failed" if wrong else "line"
        width = 2.0 if self.hasFocus() else 1.0
        painter.setPen(QPen(self._theme.colour(edge), width))
        painter.setBrush(self._theme.colour("raised"))
        box = QRectF(self.rect()).adjusted(width / 2, width / 2, -width / 2, -width / 2)
        painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)
        if self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.colour("faint", 14))
            painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)

    def _icon(self) -> tuple[str, Role]:
        state = self._view.state
        if state is ConnectionState.OFFLINE:
            return "power-plug-off-outline", "failed"
        if state is ConnectionState.REFUSED:
            return "lock-alert-outline", "failed"
        if state is ConnectionState.BLOCKED:
            return "alert-outline", "failed"
        here = self._view.kind != "RabbitMQ"
        return (
            "server-outline" if here else "power-plug-outline"
        ), "stored" if state is ConnectionState.ONLINE else "waiting"

    def _width_but_place(self) -> float:
        words = QFontMetricsF(self._theme.font("title")).horizontalAdvance(self._view.title)
        return _LEFT_PX + _ICON_PX + _ICON_GAP_PX + words + _GAP_PX + _GAP_PX + _CHEVRON_PX + _RIGHT_PX

    def _place_width(self) -> float:
        return QFontMetricsF(self._theme.font("body")).horizontalAdvance(self._view.place)

    @Slot()
    def _on_theme_changed(self) -> None:
        self.update()
