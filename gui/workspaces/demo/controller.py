"""Connects the Demo workspace: the parts of a demonstration, or the way to one."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QProcess, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from core.events import Event
from core.live.console_state import ConsoleState
from gui.frame.actions import palette_actions
from gui.frame.main_window import MainWindow
from gui.frame.workspace import WorkspaceContext, WorkspaceController
from gui.frame.workspace_entry import Request, ShowFailed, StartDemo
from gui.options import DEMO_RATE_PER_S, DEMO_SLOWNESS_S
from gui.shortcuts import Scope
from gui.workspaces.demo.accounting import Accounting
from gui.workspaces.demo.chaos.controller import ChaosController
from gui.workspaces.demo.chaos.panel import ChaosPanel
from gui.workspaces.demo.comparison.controller import ComparisonController
from gui.workspaces.demo.comparison.panel import ComparisonPanel
from gui.workspaces.demo.flow.panel import FlowPanel
from gui.workspaces.demo.invitation import DemoInvitation
from gui.workspaces.demo.load.controller import LoadController
from gui.workspaces.demo.load.panel import LoadPanel
from gui.workspaces.demo.tour.bar import TourBar
from gui.workspaces.demo.tour.control import ConsoleTourControl
from gui.workspaces.demo.tour.controller import TourController
from gui.workspaces.demo.tour.notes import other_screen
from gui.workspaces.demo.workspace import DemoWorkspace
from worker.demo.comparison.plan import OUTAGE_PLAN, ComparisonPlan
from worker.demo.tour.tour import Tour


@dataclass(frozen=True, slots=True)
class Demonstration:
    """The controllers of its parts."""

    flow: FlowPanel
    load: LoadController
    chaos: ChaosController
    books: Accounting
    tour: TourController
    comparison: ComparisonController


def tour_actions(workspace: QWidget, bar: TourBar) -> Sequence[QAction]:
    """The commands of the tour."""
    return palette_actions(workspace, Scope.DEMO, {name: button.click for name, button in bar.buttons.items()})


class DemoController(WorkspaceController):
    """Main thread. In a console with data of its own it only offers to start a demonstration."""

    def __init__(self, context: WorkspaceContext) -> None:
        self._context = context
        self._demo: Demonstration | None = None
        if context.demo is not None and not context.options.read_only:
            chaos = ChaosPanel(context.theme)
            load = LoadPanel(context.theme, rate_per_s=DEMO_RATE_PER_S, slowness_s=DEMO_SLOWNESS_S, share=0.0)
            comparison = ComparisonPanel(context.theme, (ComparisonPlan(), OUTAGE_PLAN))
            flow = FlowPanel(context.theme, context.names, context.now_ms)
            bar = TourBar(context.theme, Tour.count)
            workspace = DemoWorkspace(context.theme, flow, chaos, comparison, load, bar)
            super().__init__(workspace, tour_actions(workspace, bar))
            self._workspace = workspace
            controls = LoadController(context, context.demo, load)
            books = Accounting(context.host, context.demo, controls.samples)
            faults = ChaosController(context, context.demo, chaos, controls, books.account)
            guided = ConsoleTourControl(context.host, faults.control, faults.runner, controls, chaos.protections)
            tour = TourController(bar, guided, workspace.point_at, context.now_ms)
            measuring = ComparisonController(comparison)
            self._demo = Demonstration(flow, controls, faults, books, tour, measuring)
            bar.presenter_requested.connect(self._on_presenter_requested)
            flow.add_worker_requested.connect(self._on_add_worker_requested)
            flow.failed_requested.connect(self._on_failed_requested)
            self._focus_first = workspace.focus_first
        else:
            invitation = DemoInvitation(context.theme)
            super().__init__(invitation)
            invitation.demo_requested.connect(self._on_demo_requested)
            self._focus_first = invitation.page.button.setFocus

    @override
    def opened(self) -> None:
        if self._demo is not None:
            self._demo.load.opened()
            self._demo.chaos.opened()
            self._demo.books.opened()

    @override
    def take(self, events: Sequence[Event]) -> None:
        if self._demo is not None:
            self._demo.flow.take(events)
            self._demo.load.take(events)
            self._demo.books.take(events)
            self._demo.chaos.take(events)
            self._demo.tour.take(events)

    @override
    def refresh(self, state: ConsoleState, now_ms: int) -> None:
        if (demo := self._demo) is not None:
            demo.chaos.refresh(state, now_ms)
            demo.flow.set_producers(demo.load.producers(state))
            demo.flow.set_job_span(demo.load.longest_job_s)
            demo.flow.refresh(state, now_ms)
            demo.tour.refresh(state, now_ms)

    @override
    def tick(self, state: ConsoleState, now_ms: int) -> None:
        if (demo := self._demo) is not None:
            demo.books.tick(state, now_ms)
            demo.flow.set_account(len(demo.books.account.lost), len(demo.books.account.doubled))
            demo.chaos.tick()

    @override
    def set_shown(self, shown: bool) -> None:
        if self._demo is not None:
            self._demo.flow.set_shown(shown)

    @override
    def handle(self, request: Request) -> None:
        if isinstance(request, StartDemo):
            self._on_demo_requested()

    @override
    def focus_first(self) -> None:
        self._focus_first()

    @override
    def stop(self) -> None:
        if self._demo is not None:
            self._demo.chaos.stop()
            self._demo.comparison.stop()
            self._demo.load.stop()

    @Slot()
    def _on_presenter_requested(self) -> None:
        window = self.widget.window()
        if isinstance(window, MainWindow):
            window.set_presenting(not window.is_presenting)
            self._workspace.set_presenting(window.is_presenting)
            if self._demo is not None:
                self._demo.tour.set_presenting(window.is_presenting, self._context.theme, other_screen(window))

    @Slot()
    def _on_add_worker_requested(self) -> None:
        self._context.host.do(lambda pipeline: pipeline.add_worker())

    @Slot()
    def _on_failed_requested(self) -> None:
        self.navigation_requested.emit(ShowFailed())

    @Slot()
    def _on_demo_requested(self) -> None:
        """Start a demonstration in a process of its own, so that it does not change this user's files."""
        QProcess.startDetached(sys.executable, ["-m", "gui", "--demo", "--theme", self._context.theme.mode])
