"""The Athletes workspace: the list at the left, the chosen athlete's page beside it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction, QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget
from typing_extensions import override

from gui.forms.formatting import Units
from gui.frame.actions import palette_actions
from gui.shortcuts import SHORTCUTS, Scope
from gui.theme.theme import Theme
from gui.widgets import GAP_PX
from gui.workspaces.athletes.list.panel import AthletesPanel
from gui.workspaces.athletes.page.panel import PagePanel

LIST_PX, NARROW_LIST_PX = 244, 228
NARROW_PX, LEAST_PX = 900, 600


class AthletesWorkspace(QWidget):
    """Main thread. Arranges its parts and emits requests."""

    athlete_chosen = Signal(str)  # name
    new_workout_requested = Signal()
    reading_requested = Signal()  # read again what could not be read
    console_requested = Signal()

    def __init__(self, theme: Theme, today: date, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._why_not = ""
        self.list = AthletesPanel(theme, today)
        self.page = PagePanel(theme)
        self._acts = palette_actions(
            self,
            Scope.ATHLETES,
            {"search": self._on_search_key, "new": self._on_new_workout},
            {"new": lambda: self._why_no_workout()},
        )
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP_PX)
        row.addWidget(self.list)
        row.addWidget(self.page, 1)
        theme.bound_width(self, LEAST_PX)
        theme.changed.connect(self._fit)
        QShortcut(QKeySequence(SHORTCUTS[Scope.ATHLETES]["search"].key), self, self._on_search_key)
        self._connect()
        self._fit()

    @property
    def command_actions(self) -> Sequence[QAction]:
        """Actions for the command palette."""
        return self._acts

    def set_units(self, units: Units) -> None:
        self.list.set_units(units)
        self.page.set_units(units)

    def set_why_not(self, why_not: str) -> None:
        """Why no workout can be entered; empty: one can."""
        self._why_not = why_not
        self.page.head.set_why_not(why_not)

    def focus_first(self) -> None:
        self.list.search.setFocus()

    def _connect(self) -> None:
        self.list.table.athlete_chosen.connect(self.athlete_chosen)
        self.list.page_requested.connect(self.page.focus_first)
        self.list.console_requested.connect(self.console_requested)
        self.page.list_requested.connect(self.list.table.setFocus)
        self.page.new_workout_requested.connect(self.new_workout_requested)
        self.page.retry_requested.connect(self.reading_requested)

    def _why_no_workout(self) -> str:
        return self._why_not or ("" if self.page.page is not None else "No athlete is chosen")

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self.focusWidget() is None:  # first time shown: the focus would stay in the previous workspace
            self.focus_first()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    @Slot()
    def _fit(self) -> None:
        px = self._theme.px
        self.list.setFixedWidth(px(NARROW_LIST_PX if self.width() < px(NARROW_PX) else LIST_PX))

    @Slot()
    def _on_search_key(self) -> None:
        self.list.search.setFocus()
        self.list.search.selectAll()

    @Slot()
    def _on_new_workout(self) -> None:
        if not self._why_no_workout():
            self.new_workout_requested.emit()
