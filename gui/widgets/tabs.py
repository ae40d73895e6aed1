"""A row of tabs; the selected tab's page is shown below them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QTabBar, QWidget
from typing_extensions import override

from gui.theme.theme import Theme

GAP_PX = 18  # the margin in the style sheet
HEIGHT_PX = 30


class Tabs(QTabBar):
    """A row of tab buttons. Arrow keys move between them while one has the focus."""

    chosen = Signal(int)

    def __init__(self, theme: Theme, name: str, words: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setFont(theme.font("body"))
        self.setAccessibleName(name)
        self.setDrawBase(False)
        self.setExpanding(False)
        self.setUsesScrollButtons(False)
        self.setElideMode(Qt.TextElideMode.ElideNone)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        for text in words:
            self.addTab(text)
        self.currentChanged.connect(self._on_changed)

    def set_words(self, place: int, text: str) -> None:
        if self.tabText(place) != text:
            self.setTabText(place, text)

    def go(self, steps: int) -> None:
        """Select the next tab in this direction, from the last one to the first."""
        self.setCurrentIndex((self.currentIndex() + steps) % self.count())

    @override
    def tabSizeHint(self, index: int) -> QSize:
        # Wide enough for the bold font, so that selecting moves nothing.
        words_px = self._theme.metrics("medium").horizontalAdvance(self.tabText(index))
        return QSize(round(words_px + 0.5) + GAP_PX, HEIGHT_PX)

    @override
    def minimumTabSizeHint(self, index: int) -> QSize:
        return self.tabSizeHint(index)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(120, HEIGHT_PX)

    @Slot(int)
    def _on_changed(self, place: int) -> None:
        self.chosen.emit(place)
