"""Shown while a table is empty: what will appear, and what to do next."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget
from typing_extensions import override

from gui.theme.theme import Theme
from gui.widgets import Label

_ICON_PX = 28
_SIDE_PX, _GAP_PX = 12, 4


class _Icon(QWidget):
    def __init__(self, theme: Theme, icon: str) -> None:
        super().__init__()
        self._theme, self._icon = theme, icon
        self.setFixedHeight(_ICON_PX)
        theme.changed.connect(self._on_theme_changed)

    @override
    def sizeHint(self) -> QSize:
        return QSize(_ICON_PX, _ICON_PX)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        box = QRectF((self.width() - _ICON_PX) / 2, 0, _ICON_PX, _ICON_PX)
        self._theme.paint_icon(QPainter(self), box, self._icon, self._theme.colour("faint"))

    @Slot()
    def _on_theme_changed(self) -> None:
        self.update()


class PipelineEmptyState(QWidget):
    """An icon, a title, a sentence; the icon and then the sentence are left out where there is no room."""

    def __init__(self, theme: Theme, icon: str, title: str = "", line: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = _Icon(theme, icon)
        self._title, self._line = Label(theme, title, "title"), Label(theme, line, "body", "second")
        column = QVBoxLayout(self)
        column.setContentsMargins(_SIDE_PX, 0, _SIDE_PX, 0)
        column.setSpacing(_GAP_PX)
        column.addStretch(2)
        column.addWidget(self._icon)
        for label in (self._title, self._line):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            label.setWordWrap(True)
            column.addWidget(label)
        column.addStretch(3)
        theme.changed.connect(self._fit)

    def show_text(self, title: str, line: str) -> None:
        self._title.setText(title)
        self._line.setText(line)
        self._fit()

    @property
    def text(self) -> str:
        return f"{self._title.text()}. {self._line.text()}"

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    @Slot()
    def _fit(self) -> None:
        width_px = self.width() - 2 * _SIDE_PX
        title_px, line_px = (label.heightForWidth(width_px) + _GAP_PX for label in (self._title, self._line))
        self._icon.setVisible(title_px + line_px + _ICON_PX + _GAP_PX <= self.height())
        self._line.setVisible(title_px + line_px <= self.height())
