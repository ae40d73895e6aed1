"""A small button that looks like a link: it leads to more of what is shown."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QStyle, QStyleOptionButton, QWidget
from typing_extensions import override

from gui.theme.theme import Theme

HEIGHT_PX = 24
_SIDE_PX, _GAP_PX, _ICON_PX = 6, 2, 14


class LinkButton(QPushButton):
    """Words in the accent with an arrow behind them."""

    def __init__(self, theme: Theme, words: str, parent: QWidget | None = None) -> None:
        super().__init__(words, parent)
        self._theme = theme
        self.setProperty("role", "key")  # transparent, with a frame while it has the focus
        self.setFont(theme.font("small"))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(words.replace("&", ""))
        theme.changed.connect(self.update)

    @override
    def sizeHint(self) -> QSize:
        words_px = self._theme.metrics("small").horizontalAdvance(self.text().replace("&", ""))
        return QSize(round(words_px + 0.5) + 2 * _SIDE_PX + _GAP_PX + _ICON_PX, self._theme.px(HEIGHT_PX))

    @override
    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter, option = QPainter(self), QStyleOptionButton()
        self.initStyleOption(option)
        option.text = ""
        self.style().drawControl(QStyle.ControlElement.CE_PushButton, option, painter, self)
        ink = self._theme.ink("accent")
        arrow = QRectF(
            self.width() - _SIDE_PX - _ICON_PX + 2, round((self.height() - _ICON_PX) / 2), _ICON_PX, _ICON_PX
        )
        self._theme.paint_icon(painter, arrow, "chevron-right", ink)
        painter.setFont(self.font())
        painter.setPen(ink)
        words = QRectF(_SIDE_PX, 0, self.width(), self.height())
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(words, int(flags), self.text().replace("&", ""))
