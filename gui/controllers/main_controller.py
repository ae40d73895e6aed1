"""Connects the main window to the pipeline: user requests go to threads, events of threads to the screens."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import tzinfo
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtGui import QAction

from core.config.settings import Settings
from core.errors import PacelineError
from core.events import ConnectionChanged, ConnectionState, Event, ProblemRaised, WorkerHeartbeat
from core.live.console_state import ConsoleState
from core.live.workout_log import WorkoutLog
from core.workouts.model import Workout
from gui.changes.workout_changes import WorkoutChanges
from gui.charts.export import ChartExporter
from gui.controllers.care_controller import Care
from gui.controllers.connection_controller import ConnectionController
from gui.controllers.console_settings import with_kept_passwords
from gui.controllers.dialog_controller import Dialogs
from gui.controllers.frame_controller import FrameController
from gui.controllers.import_controller import Imports
from gui.controllers.preferences import Preferences
from gui.controllers.recording_controller import RecordingController
from gui.controllers.worker_controller import WorkerController, worker_settings
from gui.controllers.workspace_loader import WorkspaceLoader
from gui.frame.main_window import MainWindow
from gui.frame.view_models import SettingsView
from gui.frame.worker_names import WorkerNames
from gui.frame.workspace import WorkspaceContext
from gui.frame.workspace_entry import WorkspaceEntry
from gui.host.background_tasks import BackgroundTasks
from gui.host.bridge import Bridge
from gui.host.http_host import HttpHost
from gui.host.pipeline_host import PipelineHost
from gui.host.rules_watch import RulesWatch
from gui.options import Options
from gui.theme.theme import Mode, Theme
from worker.runtime.bounded_keychain import BoundedKeychain

if TYPE_CHECKING:
    from gui.playback.player import Player
    from worker.demo.engine import DemoEngine
    from worker.outbox.restore import RestoredConsole

CHART_MS = 100
STATUS_MS = 500
EXPORT_WAIT_S = 2.0


class Controller(QObject):
    """Main thread. Never blocks and holds no rules about workouts."""

    finished = Signal()  # all threads have ended
    online = Signal()
    refused = Signal(str)  # a sentence: the files cannot be opened, or the broker refused

    def __init__(
        self,
        window: MainWindow,
        workspaces: Sequence[WorkspaceEntry],
        state: ConsoleState,
        bridge: Bridge,
        theme: Theme,
        settings: Settings,
        options: Options,
        *,
        keychain: BoundedKeychain,
        now_ms: Callable[[], int],
        zone: tzinfo,
        player: Player | None = None,
        parent: QObject | None = None,
    ) -> None:
        """`player`: of a recording that is shown instead of a pipeline."""
        super().__init__(parent)
        self._player = player
        self._keychain = keychain
        self._window, self._state, self._bridge = window, state, bridge
        self._theme, self._settings, self._options, self._now_ms = theme, settings, options, now_ms
        self._tasks = BackgroundTasks(bridge.post)
        keep = settings.may_save and not options.demo and player is None
        self._preferences = Preferences(settings, self._save_preferences, keychain, keep=keep)
        theme.set_text_factor(self._preferences.text_factor or theme.text_factor)
        self._http = HttpHost(bridge.post)
        self._demo = demo = _demo_engine(settings) if options.demo else None
        self._host = (PipelineHost if player is None else _recorded_host())(
            settings,
            worker_settings(self._preferences, options),
            read_only=options.read_only,
            post=self._http.post,
            on_restored=self._on_restored,
            now_ms=now_ms,
            complete=lambda settings: with_kept_passwords(settings, keychain),
            make_parts=None if demo is None else demo.parts,
            check_change=_anything if demo is None else demo.check_change,
        )
        read_only = options.read_only
        self._workers = WorkerController(window, self._host, self._preferences, read_only=read_only, parent=self)
        self._names = WorkerNames()
        self._exporter = ChartExporter()
        self._exporter.setParent(window)
        changes = WorkoutChanges(theme, self._host, window.undo_offers, window, now_ms=now_ms, read_only=read_only)
        self._rules = RulesWatch(self._host, self)
        self.recording = RecordingController(window, options, now_ms, zone, state.current_events, self._tasks, self)
        context = WorkspaceContext(
            theme,
            self._host,
            self._tasks,
            self._exporter,
            WorkoutLog(),
            options,
            self._names,
            now_ms,
            zone,
            changes,
            self._rules,
            celebrates=lambda: self._preferences.celebrations,
            demo=demo,
            record=self.recording.record,
            records=lambda: self.recording.path is not None,
            player=player,
        )
        self.workspaces = WorkspaceLoader(window, workspaces, context, self._preferences.units, self)
        self.care = Care(window, theme, self._host, self.workspaces, bridge, options, now_ms=now_ms)
        self._dialogs = Dialogs(window, theme, self._preferences, self._tasks, may_listen=not read_only)
        Imports(
            window, theme, self._host, self._tasks, self._preferences, now_ms=now_ms, zone=zone, read_only=read_only
        )
        self.connection = ConnectionController(
            window, self._host, self._tasks, self._dialogs, self._preferences, settings, state, self
        )
        self._frame = FrameController(
            window, workspaces, state, self.connection, self._workers, self._http, settings, options, now_ms, zone, self
        )
        self._shutting_down = self._keychain_reported = False
        self._chart_timer = self._timer(CHART_MS, self._on_chart_due)
        self._status_timer = self._timer(STATUS_MS, self._on_status_due)
        window.restore_layout(self._preferences.layout if options.size is None else b"")
        self._connect()
        self._frame.show()

    # --- start and shutdown ----------------------------------------------------------------------------------------

    @Slot()
    def start(self) -> None:
        """After the first paint: load charts, open files, start threads. Does nothing once shutting down."""
        if self._shutting_down:
            return
        for notice in self._settings.notices:
            self._show_notice(notice)
        self.recording.start()
        self.connection.open()
        self.workspaces.start()
        if self._player is not None:
            self._player.start()
        self._chart_timer.start()
        self._status_timer.start()

    def submit(self, workouts: Sequence[Workout]) -> None:
        """Submit workouts; returns at once. Receipts follow as events."""
        self._host.submit(workouts)

    @Slot()
    def shut_down(self) -> None:
        """Accept no workouts, finish or requeue those in flight, save the layout, then emit `finished`.

        The second call stops at once, without waiting for workouts in flight.
        """
        if self._shutting_down:
            self._http.stop_now()
            self._host.stop_now()
            return
        self._shutting_down = True
        if self._player is not None:
            self._player.stop()
        try:
            self.connection.stop()
            self.workspaces.stop()
            self._rules.stop()
            self.care.stop()
            self._preferences.keep_layout(self._window.save_layout())
            self._window.hide()
            self._exporter.finish(EXPORT_WAIT_S)
        finally:
            self._tasks.run(self._stop, self._on_stopped, self._on_stopped)

    def _stop(self) -> bool:
        """In a background thread."""
        stopped = self._http.stop()
        stopped = self._host.stop() and self.care.join() and stopped
        if self._demo is not None:
            self._demo.close()
        return stopped

    def _on_stopped(self, _result: bool | PacelineError) -> None:
        self._chart_timer.stop()
        self._status_timer.stop()
        self._tasks.close()
        self._bridge.close()
        self.recording.stop()
        self.finished.emit()

    # --- events and replies of threads -----------------------------------------------------------------------------

    @Slot(object)
    def _on_events(self, events: Sequence[Event]) -> None:
        self._names.set_own(self._host.worker_names)
        self._state.own.names = frozenset(self._names.own)
        self._state.apply_all(events)
        self.recording.take(events)
        self.workspaces.tell(lambda workspace: workspace.take(events))
        frame_changed = False
        for event in events:
            if isinstance(event, ConnectionChanged):
                frame_changed = True
                self.connection.take(event)
                if event.state is ConnectionState.ONLINE:
                    self.online.emit()
                elif event.state is ConnectionState.REFUSED and not self._host.settings.problem:
                    self.refused.emit(event.problem)
            elif isinstance(event, WorkerHeartbeat):
                self._workers.take(event)
                frame_changed = True
            elif isinstance(event, ProblemRaised):
                frame_changed = True
        if frame_changed:
            self._frame.show()

    def _on_restored(self, restored: RestoredConsole | None) -> None:
        self.workspaces.tell(lambda workspace: workspace.restore(restored))

    @Slot(str)
    def _on_not_opened(self, problem: str) -> None:
        self.workspaces.tell(lambda workspace: workspace.not_opened())
        broker, now_ms = self.connection.broker, self._now_ms()
        self._bridge.post(ConnectionChanged(now_ms, ConnectionState.REFUSED, broker.kind, broker.location, problem))

    def _on_failure(self, kind: str, error: PacelineError) -> None:
        self._raise_problem(kind, str(error))

    @Slot(str, str)
    def _raise_problem(self, kind: str, sentence: str) -> None:
        self._bridge.post(ProblemRaised(self._now_ms(), kind, sentence))

    @Slot()
    def _on_opened(self) -> None:
        self._choose_http()
        self.workspaces.tell(lambda workspace: workspace.opened())
        self._rules.forget()
        self._report_keychain()
        self._frame.show()

    @Slot(str)
    def _show_notice(self, sentence: str) -> None:
        if sentence:
            self._raise_problem("notice", sentence)

    def _report_keychain(self) -> None:
        """Report a keychain problem once; dialogs that ask for a password show it too."""
        problem = self._keychain.problem
        if problem and not self._keychain_reported:
            self._keychain_reported = True
            if problem not in self._host.settings.problem:
                self._show_notice(problem)

    # --- screens ---------------------------------------------------------------------------------------------------

    @Slot()
    def _on_chart_due(self) -> None:
        self._frame.show_ledger()
        for workspace in self.workspaces.built.values():
            workspace.refresh(self._state, self._now_ms())

    @Slot()
    def _on_status_due(self) -> None:
        self._frame.show()
        self.recording.show()
        for workspace in self.workspaces.built.values():
            workspace.tick(self._state, self._now_ms())

    # --- requests of the user --------------------------------------------------------------------------------------

    @Slot(object)
    def _on_settings_chosen(self, view: SettingsView) -> None:
        self._preferences.choose(view)
        self._theme.set_mode(view.theme)
        self.workspaces.set_units(self._preferences.units)
        self._workers.follow(view)
        self._choose_http()
        self._frame.show()

    @Slot(QAction)
    def _on_theme_chosen(self, action: QAction) -> None:
        mode: Mode = action.data()
        self._preferences.choose_theme(mode)
        self._theme.set_mode(mode)

    @Slot(str)
    def _on_export_saved(self, path: str) -> None:
        self._show_notice(f"Saved as {path}.")

    @Slot(str)
    def _on_export_failed(self, sentence: str) -> None:
        self._raise_problem("export", sentence)

    def _choose_http(self) -> None:
        view = self._preferences.view
        on = view.http_endpoint and not self._options.read_only
        choose, host = self._http.choose, self._host
        on_failed = partial(self._on_failure, "http endpoint")
        self._tasks.run(lambda: choose(on, view.http_port, host), self._on_http_chosen, on_failed)

    def _on_http_chosen(self, _address: str) -> None:
        self._frame.show()

    def _save_preferences(self, save: Callable[[], str]) -> None:
        self._tasks.run(save, self._on_preferences_saved, partial(self._on_failure, "settings kept"))

    def _on_preferences_saved(self, notice: str) -> None:
        self._show_notice(notice)
        self._report_keychain()

    # --- construction ----------------------------------------------------------------------------------------------

    def _timer(self, interval_ms: int, slot: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setInterval(interval_ms)
        timer.timeout.connect(slot)
        return timer

    def _connect(self) -> None:
        window = self._window
        self._bridge.events_arrived.connect(self._on_events)
        if self._player is not None:
            self._player.events_arrived.connect(self._on_events)
            self._player.problem_raised.connect(self._show_notice)
        self.workspaces.notice_raised.connect(self._show_notice)
        self._workers.changed.connect(self._frame.show)
        self.connection.opened.connect(self._on_opened)
        self.connection.not_opened.connect(self._on_not_opened)
        self.connection.changed.connect(self._frame.show)
        self.connection.problem_raised.connect(self._raise_problem)
        window.frame_actions.settings.triggered.connect(self._dialogs.open_settings)
        window.frame_actions.theme.triggered.connect(self._on_theme_chosen)
        window.text_factor_chosen.connect(self._preferences.choose_text_factor)
        window.closed.connect(self.shut_down)
        self.recording.notice_raised.connect(self._show_notice)
        self.recording.problem_raised.connect(self._raise_problem)
        self._dialogs.problem_raised.connect(self._raise_problem)
        self._dialogs.settings_chosen.connect(self._on_settings_chosen)
        self._exporter.saved.connect(self._on_export_saved)
        self._exporter.failed.connect(self._on_export_failed)


def _demo_engine(settings: Settings) -> DemoEngine:
    from worker.demo.engine import DemoEngine  # only a demonstration needs it

    return DemoEngine(settings.folder.logs, folder=settings.folder.path)


def _recorded_host() -> type[PipelineHost]:
    from gui.playback.recorded_host import RecordedHost  # only where a recording is played

    return RecordedHost


def _anything(_broker_url: str, _database_url: str) -> None:
    """A console with data of its own connects to what a person chooses."""
