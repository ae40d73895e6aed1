"""An athlete's page: head, totals and trend, or why there is nothing to show."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QStackedLayout, QVBoxLayout, QWidget
from typing_extensions import override

from core.athletes.page import AthletePage
from gui.forms.formatting import Units
from gui.shortcuts import Scope
from gui.theme.theme import Theme
from gui.widgets import GAP_PX, EmptyPage, Panel, ScrollArea, pressed
from gui.workspaces.athletes.page.head import AthleteHead
from gui.workspaces.athletes.page.totals import TotalsPanel
from gui.workspaces.athletes.page.trend import TrendPanel

TREND_PX, MOST_TREND_PX = 196, 300
BELOW_PX = 284
BESIDE_PX = 560  # a page so wide has records and badges side by side
_SHARES = (230, 382)  # of the width: records, and badges with three tiles in a row


class PagePanel(QWidget):
    """Main thread. In a low window its content scrolls."""

    list_requested = Signal()  # back to the list
    new_workout_requested = Signal()
    paper_requested = Signal(str)  # see AthleteHead
    retry_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setAccessibleName("Athlete")
        self.page: AthletePage | None = None
        self._units = Units()
        self.head = AthleteHead(theme)
        self.totals = TotalsPanel(theme)
        self.trend = TrendPanel(theme)
        self.state = EmptyPage(theme)
        self._empty = Panel("No athlete is chosen")
        self._empty.body.addWidget(self.state)
        self._area = ScrollArea()
        self._area.setAccessibleName("Athlete's page")
        content = QWidget()
        self._area.put_in(content)
        self.column = QVBoxLayout(content)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(GAP_PX)
        for part in (self.head, self.totals):
            self.column.addWidget(part)
        theme.bound_height(self.trend, TREND_PX, MOST_TREND_PX)
        self.column.addWidget(self.trend, 1)
        self._below = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._below.setSpacing(GAP_PX)
        self.column.addLayout(self._below, 1)
        theme.changed.connect(self._fit)
        self._pages = QStackedLayout(self)
        self._pages.setContentsMargins(0, 0, 0, 0)
        self._pages.addWidget(self._area)
        self._pages.addWidget(self._empty)
        self.head.new_workout_requested.connect(self.new_workout_requested)
        self.head.paper_requested.connect(self.paper_requested)
        self.state.button_clicked.connect(self.retry_requested)
        self.show_nothing("Reading the athletes", "")

    def add_below(self, records: QWidget, badges: QWidget) -> None:
        """The panels below the trend."""
        for panel, share in zip((records, badges), _SHARES, strict=True):
            self._theme.bound_height(panel, BELOW_PX)
            self._below.addWidget(panel, share)

    def show_page(self, page: AthletePage) -> None:
        self.page = page
        self._show()

    def show_nothing(self, title: str, line: str) -> None:
        """There is no athlete to show."""
        self.page = None
        self.state.show_state("account-outline", "second", title, line)
        self._pages.setCurrentWidget(self._empty)

    def show_problem(self, sentence: str) -> None:
        """The page could not be read; one that was read before stays."""
        if self.page is None:
            self.state.show_state(
                "database-alert-outline", "failed", "The athlete's page cannot be read", sentence, "Try again"
            )
            self._pages.setCurrentWidget(self._empty)

    def set_units(self, units: Units) -> None:
        self._units = units
        if self.page is not None:
            self._show()

    def focus_first(self) -> None:
        self.trend.chart.setFocus()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    @Slot()
    def _fit(self) -> None:
        beside = self.width() >= self._theme.px(BESIDE_PX)
        side = QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        self._below.setDirection(side)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if pressed(Scope.ATHLETES, event) == "list":
            self.list_requested.emit()
        else:
            super().keyPressEvent(event)

    def _show(self) -> None:
        page = self.page
        if page is None:
            return
        if page.since is None:
            name = page.name
            self.show_nothing(
                f"Nothing of {name} is stored any more", "All of the athlete's workouts have been deleted."
            )
            return
        for part in (self.head, self.totals, self.trend):
            part.show_page(page, self._units)
        self._pages.setCurrentWidget(self._area)
