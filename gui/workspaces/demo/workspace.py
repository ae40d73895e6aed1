"""The Demo workspace of a demonstration: flow and faults at the left, comparison and load at the right."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget
from typing_extensions import override

from gui.shortcuts import Scope
from gui.theme.theme import Theme
from gui.widgets import GAP_PX, Button, SegmentedControl, is_held, pressed
from gui.widgets.keys import tab_before
from gui.workspaces.demo.chaos.panel import ChaosPanel
from gui.workspaces.demo.comparison.panel import ComparisonPanel
from gui.workspaces.demo.flow.panel import FlowPanel
from gui.workspaces.demo.load.panel import LoadPanel
from gui.workspaces.demo.tour.bar import TourBar
from gui.workspaces.demo.tour.mark import StepMark

SIDE_PX = 372
WIDE_PX = 1_120  # in less, what is at the right else comes to the place of the faults, one at a time
FLOW_PX, LOW_FLOW_PX, CHAOS_PX, LOW_CHAOS_PX, LOAD_PX, COMPARISON_PX = 376, 300, 232, 202, 268, 340


class DemoWorkspace(QWidget):
    """Main thread. Arranges its parts, which the controller connects."""

    def __init__(
        self,
        theme: Theme,
        flow: FlowPanel,
        chaos: ChaosPanel,
        comparison: ComparisonPanel,
        load: LoadPanel,
        tour: TourBar,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self.flow, self.chaos, self.comparison, self.load, self.tour = flow, chaos, comparison, load, tour
        self._at_side: tuple[tuple[QWidget, int], ...] = ((comparison, COMPARISON_PX), (load, LOAD_PX))
        theme.bound_height(flow, LOW_FLOW_PX)
        choices = [("chaos", "Chaos"), ("comparison", "Compare"), ("load", "Load")]
        self.choice = SegmentedControl(theme, "Below the flow", choices)
        self.choice.selected.connect(self._on_lower_selected)
        self._lower = QWidget()
        self._stack = QStackedLayout(self._lower)
        self._stack.addWidget(chaos)
        main = QVBoxLayout()
        main.setSpacing(GAP_PX)
        main.addWidget(flow, FLOW_PX)
        self._choice_row = QWidget()
        chooser = QHBoxLayout(self._choice_row)
        chooser.setContentsMargins(0, 0, 0, 0)
        chooser.addWidget(self.choice)
        chooser.addStretch(1)
        self.take_tour = Button(theme, "Take the tour", "arrow-right", role="small")
        self.take_tour.clicked.connect(tour.next_requested)
        chooser.addWidget(self.take_tour)
        main.addWidget(self._choice_row)
        main.addWidget(self._lower, CHAOS_PX)
        self._side_column = QWidget()
        theme.fix_size(self._side_column, width_px=SIDE_PX)
        self._side = QVBoxLayout(self._side_column)
        self._side.setContentsMargins(0, 0, 0, 0)
        self._side.setSpacing(GAP_PX)
        row = QHBoxLayout()
        row.setSpacing(GAP_PX)
        row.addLayout(main, 1)
        row.addWidget(self._side_column)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(GAP_PX)
        self._column.addLayout(row, 1)
        self._column.addWidget(tour)
        self._mark = StepMark(theme, self)
        self._is_wide: bool | None = None
        self._presents = self._tours = self._points_below = False
        self._arrange()

    def point_at(self, part: str, number: int) -> None:
        """Show the number of a step at a part of the flow, at `chaos KEY` or at `protection NAME`; empty: nowhere."""
        kind, _, name = part.partition(" ")
        target: QWidget | None = None
        if kind == "chaos":
            self._bring("chaos", "faults")
            target = self.chaos.rows[name].button
        elif kind == "protection":
            self._bring("chaos", "protections")
            target = self.chaos.protections.boxes[name]
        self._tours, self._points_below = number > 0, target is not None
        self._show_panels()
        self._mark.point_at(target, number)
        self.flow.mark("" if target is not None else part, number if target is None else 0)

    def _bring(self, panel: str, page: str) -> None:
        self.choice.select(panel)
        self.chaos.show_page(page)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if is_held(event) or not self.tour.press(pressed(Scope.DEMO, event)):
            super().keyPressEvent(event)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        is_wide = self.width() >= self._theme.px(WIDE_PX)
        if is_wide == self._is_wide:
            return
        self._is_wide = is_wide
        self._theme.bound_height(self.chaos, CHAOS_PX if is_wide else LOW_CHAOS_PX)
        self._theme.bound_height(self.load, LOAD_PX if is_wide else 0)
        self.chaos.set_low(not is_wide)
        self.load.set_wide(not is_wide)
        self.comparison.set_low(not is_wide)
        with self._theme.keeping_fonts():
            for panel, share in self._at_side:
                if is_wide:
                    self._side.addWidget(panel, share)
                    panel.show()
                else:
                    self._stack.addWidget(panel)
        tab_before(self.tour, [panel for panel, _ in self._at_side])
        self._show_panels()
        self._on_lower_selected(self.choice.value)

    def focus_first(self) -> None:
        """The tour, where there is room for its bar or not."""
        (self.take_tour if self.tour.isHidden() else self.tour.go_on).setFocus()

    def set_presenting(self, presenting: bool) -> None:
        """For a stage: the flow and the tour alone, with the faults while a step points at them."""
        self._presents = presenting
        self._show_panels()

    def _show_panels(self) -> None:
        """In a small window the tour takes the place of what it does not point at."""
        wide, on_stage = bool(self._is_wide), self._presents or (self._tours and not self._is_wide)
        self._side_column.setVisible(wide and not self._presents)
        self._choice_row.setVisible(not wide and not on_stage)
        self._lower.setVisible(not on_stage or self._points_below)
        self.tour.setVisible(wide or on_stage)

    @Slot(str)
    def _on_lower_selected(self, key: str) -> None:
        if self._is_wide:
            self._stack.setCurrentWidget(self.chaos)
        else:
            self._stack.setCurrentWidget(getattr(self, key))
