"""Connects the parts of a demonstration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from core.events import Event
from core.live.console_state import ConsoleState
from core.recording.records import RecordedAccount, RecordedNote
from gui.frame.actions import palette_actions
from gui.frame.main_window import MainWindow
from gui.frame.workspace import WorkspaceContext, WorkspaceController
from gui.frame.workspace_entry import ShowFailed
from gui.options import DEMO_RATE_PER_S, DEMO_SLOWNESS_S
from gui.shortcuts import Scope
from gui.workspaces.demo.accounting import Accounting
from gui.workspaces.demo.chaos.controller import ChaosController
from gui.workspaces.demo.chaos.panel import ChaosPanel
from gui.workspaces.demo.comparison.controller import ComparisonController
from gui.workspaces.demo.comparison.panel import ComparisonPanel
from gui.workspaces.demo.flow.panel import FlowPanel
from gui.workspaces.demo.load.controller import LoadController
from gui.workspaces.demo.load.panel import LoadPanel
from gui.workspaces.demo.tour.bar import TourBar
from gui.workspaces.demo.tour.control import ConsoleTourControl
from gui.workspaces.demo.tour.controller import TourController
from gui.workspaces.demo.tour.notes import other_screen
from gui.workspaces.demo.workspace import DemoWorkspace
from worker.demo.comparison.plan import KILL_PLAN, OUTAGE_PLAN, ComparisonPlan
from worker.demo.engine import DemoEngine
from worker.demo.tour.tour import Tour


def tour_actions(workspace: QWidget, bar: TourBar) -> Sequence[QAction]:
    """The commands of the tour."""
    return palette_actions(workspace, Scope.DEMO, {name: button.click for name, button in bar.buttons.items()})


class DemoController(WorkspaceController):
    """Main thread."""

    def __init__(self, context: WorkspaceContext, engine: DemoEngine) -> None:
        theme = context.theme
        chaos = ChaosPanel(theme)
        load = LoadPanel(theme, rate_per_s=DEMO_RATE_PER_S, slowness_s=DEMO_SLOWNESS_S, share=0.0)
        comparison = ComparisonPanel(theme, (ComparisonPlan(), OUTAGE_PLAN, KILL_PLAN))
        flow = FlowPanel(theme, context.names, context.now_ms)
        bar = TourBar(theme, Tour.count)
        workspace = DemoWorkspace(theme, flow, chaos, comparison, load, bar)
        super().__init__(workspace, tour_actions(workspace, bar))
        self._context, self._workspace, self._flow = context, workspace, flow
        self._recorded: RecordedAccount | None = None
        self._recorded_step = 0
        self._load = LoadController(context, engine, load)
        self._books = Accounting(context.host, engine, self._load.samples)
        self._chaos = ChaosController(context, engine, chaos, self._load, self._books.account)
        guided = ConsoleTourControl(
            context.host, self._chaos.control, self._chaos.runner, self._load, chaos.protections
        )
        self._tour = TourController(bar, guided, workspace.point_at, context.now_ms)
        self._comparison = ComparisonController(comparison)
        bar.presenter_requested.connect(self._on_presenter_requested)
        flow.add_worker_requested.connect(self._on_add_worker_requested)
        flow.failed_requested.connect(self._on_failed_requested)

    @override
    def opened(self) -> None:
        self._load.opened()
        self._chaos.opened()
        self._books.opened()

    @override
    def take(self, events: Sequence[Event]) -> None:
        self._flow.take(events)
        self._load.take(events)
        self._books.take(events)
        self._chaos.take(events)
        self._tour.take(events)

    @override
    def refresh(self, state: ConsoleState, now_ms: int) -> None:
        self._load.refresh()
        self._chaos.refresh(state, now_ms)
        self._flow.set_producers(self._books.producers(state))
        self._flow.set_job_span(self._load.longest_job_s)
        self._flow.refresh(state, now_ms)
        self._tour.refresh(state, now_ms)

    @override
    def tick(self, state: ConsoleState, now_ms: int) -> None:
        self._books.tick(state, now_ms)
        lost, doubled = len(self._books.account.lost), len(self._books.account.doubled)
        state.note_wrong_ends(lost, doubled)
        self._flow.set_account(lost, doubled)
        self._record_account(state, now_ms)
        self._record_step(state, now_ms)
        self._chaos.tick()

    def _record_account(self, state: ConsoleState, now_ms: int) -> None:
        """When it changed, and once a recording begins."""
        if not self._context.records():
            self._recorded = None
            return
        account = self._books.account
        lost = tuple(message.title for message in account.lost.values())
        producers = tuple(self._books.producers(state).items())
        recorded = RecordedAccount(now_ms, account.sent, lost, tuple(account.doubled.values()), producers)
        if self._recorded is None or replace(recorded, at_ms=self._recorded.at_ms) != self._recorded:
            self._recorded = recorded
            self._context.record(recorded)

    def _record_step(self, state: ConsoleState, now_ms: int) -> None:
        tour = self._tour.tour
        if tour.number != self._recorded_step:
            self._recorded_step = tour.number
            if (caption := tour.caption(state, now_ms)) is not None:
                self._context.record(RecordedNote(now_ms, f"Tour, step {tour.number}: {caption.title}"))

    @override
    def set_shown(self, shown: bool) -> None:
        self._flow.set_shown(shown)

    @override
    def focus_first(self) -> None:
        self._workspace.focus_first()

    @override
    def stop(self) -> None:
        self._chaos.stop()
        self._comparison.stop()
        self._load.stop()

    @Slot()
    def _on_presenter_requested(self) -> None:
        window = self.widget.window()
        if isinstance(window, MainWindow):
            window.set_presenting(not window.is_presenting)
            self._workspace.set_presenting(window.is_presenting)
            self._tour.set_presenting(window.is_presenting, self._context.theme, other_screen(window))

    @Slot()
    def _on_add_worker_requested(self) -> None:
        self._context.host.do(lambda pipeline: pipeline.add_worker())

    @Slot()
    def _on_failed_requested(self) -> None:
        self.navigation_requested.emit(ShowFailed())
