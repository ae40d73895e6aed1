"""Connects this console's workers to the worker button of the top bar and its menu."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction

from core.events import WorkerHeartbeat, WorkerState
from gui.controllers.preferences import Preferences
from gui.frame.main_window import MainWindow
from gui.frame.view_models import SettingsView, WorkerButtonView
from gui.host.pipeline_host import Act, PipelineHost, WorkerSettings
from gui.options import DEMO_SLOWNESS_S, DEMO_WORKERS, Options, work_span


def worker_settings(preferences: Preferences, options: Options) -> WorkerSettings:
    view = preferences.view
    if options.demo:
        return WorkerSettings(view.prefetch, work_span(DEMO_SLOWNESS_S), DEMO_WORKERS)
    return WorkerSettings(view.prefetch, view.simulated_work)


class WorkerController(QObject):
    """Main thread. One button for all workers of this console."""

    changed = Signal()  # the view has changed

    def __init__(
        self,
        window: MainWindow,
        host: PipelineHost,
        preferences: Preferences,
        *,
        read_only: bool,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._host, self._preferences, self._read_only = host, preferences, read_only
        self._states: dict[str, WorkerState] = {}
        window.frame_actions.worker.triggered.connect(self._on_action)
        window.top_bar.worker_menu.prefetch_chosen.connect(self._on_prefetch_chosen)
        window.top_bar.worker_menu.simulated_work_chosen.connect(self._on_work_chosen)

    def take(self, event: WorkerHeartbeat) -> None:
        self._states[event.worker] = event.state

    def view(self, *, busy: bool) -> WorkerButtonView:
        worker = self._host.worker
        states = tuple(self._states.get(name, WorkerState.STARTING) for name in self._host.worker_names)
        if not states and not self._read_only:
            states = (WorkerState.STARTING,)  # the files are not open yet
        return WorkerButtonView(states, busy=busy, prefetch=worker.prefetch, simulated_work=worker.work)

    def follow(self, view: SettingsView) -> None:
        """Apply what was chosen in the settings."""
        self._host.set_worker(WorkerSettings(view.prefetch, view.simulated_work, self._host.worker.workers))

    @Slot(QAction)
    def _on_action(self, action: QAction) -> None:
        self._host.do(_ACTS[action.data()])

    @Slot(int)
    def _on_prefetch_chosen(self, prefetch: int) -> None:
        self._choose(prefetch, self._host.worker.work)

    @Slot(str)
    def _on_work_chosen(self, work: str) -> None:
        self._choose(self._host.worker.prefetch, work)

    def _choose(self, prefetch: int, work: str) -> None:
        self._host.set_worker(WorkerSettings(prefetch, work, self._host.worker.workers))
        self._preferences.choose_worker(prefetch, work)
        self.changed.emit()


_ACTS: dict[str, Act] = {
    "start": lambda pipeline: pipeline.each_worker(lambda worker: worker.start()),
    "stop": lambda pipeline: pipeline.each_worker(lambda worker: worker.stop()),
    "pause": lambda pipeline: pipeline.each_worker(lambda worker: worker.pause()),
    "resume": lambda pipeline: pipeline.each_worker(lambda worker: worker.resume()),
    "drain": lambda pipeline: pipeline.each_worker(lambda worker: worker.drain()),
}
