"""Connects the main window to the pipeline: user requests go to threads, events of threads to the screens."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QProcess, QTimer, Signal, Slot

from core.broker.connect import describe_broker, label_in_words
from core.config.settings import Settings
from core.errors import PacelineError
from core.events import ConnectionChanged, ConnectionState, Event, ProblemRaised, WorkerStateChanged
from core.live.console_state import ConsoleState
from core.workouts.model import Workout
from gui.controllers import frame_presenter as presenting
from gui.controllers.console_settings import with_kept_passwords
from gui.controllers.dialog_controller import Dialogs
from gui.controllers.form_controller import FormController
from gui.controllers.preferences import Preferences
from gui.controllers.window_parts import FAILED, WindowParts
from gui.controllers.worker_controller import WorkerController, worker_settings
from gui.controllers.workspace_loader import WorkspaceLoader
from gui.dialogs.connection_url import NamedConnection
from gui.frame.view_models import SettingsView
from gui.host.background_tasks import BackgroundTasks
from gui.host.bridge import Bridge
from gui.host.http_host import HttpHost
from gui.host.pipeline_host import PipelineHost
from gui.options import Options
from gui.theme.theme import Mode, Theme
from worker.runtime.bounded_keychain import BoundedKeychain
from worker.runtime.query import Query

if TYPE_CHECKING:
    from gui.workspaces.demo.load import DemoLoad
    from worker.outbox.restore import RestoredConsole

CHART_MS = 100
STATUS_MS = 500
ASK_EVERY = 4  # status ticks between two queries of the results
EXPORT_WAIT_S = 2.0


class Controller(QObject):
    """Main thread. Never blocks and holds no rules about workouts."""

    finished = Signal()  # all threads have ended
    online = Signal()
    refused = Signal(str)  # a sentence: the files cannot be opened, or the broker refused

    def __init__(
        self,
        parts: WindowParts,
        state: ConsoleState,
        bridge: Bridge,
        theme: Theme,
        settings: Settings,
        options: Options,
        *,
        keychain: BoundedKeychain,
        now_ms: Callable[[], int],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._keychain = keychain
        self._parts, self._state, self._bridge = parts, state, bridge
        self._theme, self._settings, self._options, self._now_ms = theme, settings, options, now_ms
        self._tasks = BackgroundTasks(bridge.post)
        keep = settings.may_save and not options.demo
        self._preferences = Preferences(settings, self._save_preferences, keychain, keep=keep)
        self._broker = label_in_words(settings.broker_url)
        self._http = HttpHost(bridge.post)
        worker, read_only = worker_settings(self._preferences, options), options.read_only
        self._host = PipelineHost(
            settings,
            worker,
            read_only=read_only,
            post=self._http.post,
            on_restored=self._on_restored,
            now_ms=now_ms,
            complete=lambda settings: with_kept_passwords(settings, keychain),
        )
        self._worker_controller = WorkerController(
            parts.window, self._host, self._preferences, read_only=read_only, parent=self
        )
        self._loader = WorkspaceLoader(
            parts, self._host, self._tasks, self._preferences, read_only=read_only, now_ms=now_ms, parent=self
        )
        self._form_controller = FormController(parts.form, self._host, self)
        self._form_controller.events_restored.connect(self._on_events_restored)
        self._loader.workout_unknown.connect(self._form_controller.repair)
        self._dialogs = Dialogs(parts.window, theme, self._preferences, self._tasks, may_listen=not options.read_only)
        self._demo = self._demo_load()
        self._closed_banners: set[str] = set()
        self._shutting_down = self._connecting = self._keychain_reported = False
        self._asked_of_ms: int | None = -1
        self._ticks = 0
        self._chart_timer = self._timer(CHART_MS, self._on_chart_due)
        self._status_timer = self._timer(STATUS_MS, self._on_status_due)
        self._apply_preferences()
        self._parts.window.restore_layout(self._preferences.layout if options.size is None else b"")
        if options.read_only:
            parts.form.setEnabled(False)
        self._connect()
        self._show_frame()

    # --- start and shutdown ----------------------------------------------------------------------------------------

    @Slot()
    def start(self) -> None:
        """After the first paint: load charts, open files, start threads. Does nothing once shutting down."""
        if self._shutting_down:
            return
        for notice in self._settings.notices:
            self._bridge.post(ProblemRaised(self._now_ms(), "notice", notice))
        self._open()
        self._parts.console.add_charts(self._parts.exporter, self._now_ms, self._parts.zone)
        self._chart_timer.start()
        self._status_timer.start()
        self._loader.build_soon()

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
        try:
            self._loader.stop()
            self._preferences.keep_layout(self._parts.window.save_layout())
            self._parts.window.hide()
            if self._demo is not None:
                self._demo.stop()
            self._parts.exporter.finish(EXPORT_WAIT_S)
        finally:
            self._tasks.run(self._stop, self._on_stopped, self._on_stopped)

    def _stop(self) -> bool:
        """In a background thread."""
        stopped = self._http.stop()
        return self._host.stop() and stopped

    def _on_stopped(self, _result: bool | PacelineError) -> None:
        self._chart_timer.stop()
        self._status_timer.stop()
        self._tasks.close()
        self._bridge.close()
        self.finished.emit()

    # --- events and replies of threads -----------------------------------------------------------------------------

    @Slot(object)
    def _on_events(self, events: Sequence[Event]) -> None:
        self._state.own.names = frozenset(self._host.worker_names)
        self._state.apply_all(events)
        self._parts.receipts.show_events(events)
        self._loader.pipeline.take(events)
        frame_changed = False
        for event in events:
            if isinstance(event, ConnectionChanged):
                self._parts.form.set_link(event.state is ConnectionState.ONLINE, event.kind)
                frame_changed = True
                if event.state is ConnectionState.ONLINE:
                    self.online.emit()
                elif event.state is ConnectionState.REFUSED and not self._host.problem:
                    self.refused.emit(event.problem)
            elif isinstance(event, WorkerStateChanged):
                self._worker_controller.take(event)
                frame_changed = True
            elif isinstance(event, ProblemRaised):
                frame_changed = True
        if frame_changed:
            self._show_frame()

    def _on_restored(self, restored: RestoredConsole) -> None:
        self._form_controller.restore(restored)
        self._parts.receipts.set_in_other_queue(restored.in_other_queue)

    @Slot(object)
    def _on_events_restored(self, events: Sequence[Event]) -> None:
        self._parts.receipts.show_events(events, recalled=True)

    def _open(self) -> None:
        self._tasks.run(self._host.open, self._on_first_opened, self._on_not_opened)

    def _on_first_opened(self, _result: None) -> None:
        self._on_opened()
        self._report_keychain()
        self._ask_for_address()

    def _on_not_opened(self, error: PacelineError) -> None:
        self._connecting = False
        # Nothing runs, so a workout typed now could not be saved.
        self._parts.form.setEnabled(False)
        broker, now_ms = self._broker, self._now_ms()
        self._bridge.post(ConnectionChanged(now_ms, ConnectionState.REFUSED, broker.kind, broker.location, str(error)))

    def _on_moved(self, chosen: NamedConnection, _result: None) -> None:
        self._preferences.choose_connection(chosen)  # only a usable one is saved
        self._on_opened()

    def _on_not_moved(self, error: PacelineError) -> None:
        self._broker = label_in_words(self._host.broker_url)  # still in use
        if self._host.is_open:
            self._on_opened()  # reopened: questions asked meanwhile will not be answered
        self._on_failure("moved", error)

    def _on_failure(self, kind: str, error: PacelineError) -> None:
        self._connecting = False
        self._raise_problem(kind, str(error))

    @Slot(str, str)
    def _raise_problem(self, kind: str, sentence: str) -> None:
        self._bridge.post(ProblemRaised(self._now_ms(), kind, sentence))

    def _on_opened(self) -> None:
        self._connecting = False
        self._asked_of_ms = -1
        self._form_controller.ask_names()  # needed to compare the first typed name with
        self._parts.form.setEnabled(not self._options.read_only)
        if self._demo is not None and not self._shutting_down:
            self._demo.start()
        self._choose_http()
        self._loader.failed.opened()
        self._loader.pipeline.opened()
        self._show_frame()

    def _show_notice(self, sentence: str) -> None:
        if sentence:
            self._raise_problem("notice", sentence)

    def _report_keychain(self) -> None:
        """Report a keychain problem once; dialogs that ask for a password show it too."""
        problem = self._keychain.problem
        if problem and not self._keychain_reported:
            self._keychain_reported = True
            if problem not in self._host.problem:
                self._show_notice(problem)

    def _ask_for_address(self) -> None:
        """Open the connection dialog if the saved addresses cannot be used."""
        if self._host.problem and not self._shutting_down:
            self._on_connection_change()

    # --- screens ---------------------------------------------------------------------------------------------------

    @Slot()
    def _on_chart_due(self) -> None:
        self._parts.console.refresh(self._state, self._now_ms())
        self._loader.pipeline.refresh(self._state, self._now_ms())

    @Slot()
    def _on_status_due(self) -> None:
        self._show_frame()
        self._loader.pipeline.tick(self._state, self._now_ms())
        self._loader.failed.tick((self._state.failed, self._state.failed_seen))
        self._ticks += 1
        if self._ticks % ASK_EVERY == 1 and self._asked_of_ms != self._state.last_event_at_ms:
            self._asked_of_ms = self._state.last_event_at_ms
            on_summary = self._state.set_achievement_summary
            self._host.ask(Query("achievements", lambda reader: reader.achievement_summary(), on_summary))
            self._form_controller.ask_names()
        flow, waiting = self._state.flow(), self._state.waiting
        self._parts.receipts.set_expected_wait(waiting / flow.out_per_s if flow.out_per_s else None)

    def _show_frame(self) -> None:
        window, zone, state, now_ms = self._parts.window, self._parts.zone, self._state, self._now_ms()
        link = None if self._connecting else state.connection
        badge = "DEMO" if self._options.demo else "READ ONLY" if self._options.read_only else ""
        files_in = "" if self._options.demo else str(self._settings.folder.path)
        window.show_connection(presenting.connection_view(link, self._broker.kind, self._broker.location, badge))
        window.show_ledger(presenting.ledger_view(state, zone))
        window.show_status(presenting.status_view(state, now_ms, zone, files_in=files_in, http=self._http.address))
        window.show_worker(self._worker_controller.view(busy=state.running > 0))
        window.show_count(FAILED, state.failed)
        window.show_banner(presenting.banner_view(state, now_ms, self._closed_banners, zone))

    # --- requests of the user --------------------------------------------------------------------------------------

    @Slot(object)
    def _on_workout_submitted(self, workout: Workout) -> None:
        self.submit([workout])

    @Slot(str)
    def _on_notice_raised(self, sentence: str) -> None:
        self._show_notice(sentence)

    @Slot()
    def _on_demo_requested(self) -> None:
        """Start a demonstration in a process of its own, so that it does not change this user's files."""
        QProcess.startDetached(sys.executable, ["-m", "gui", "--demo", "--theme", self._theme.mode])

    @Slot()
    def _on_worker_chosen(self) -> None:
        self._show_frame()

    @Slot()
    def _on_reconnect(self) -> None:
        if self._host.problem:
            self._ask_for_address()
        elif self._host.is_open:
            self._host.do(lambda pipeline: pipeline.retry_now())
        else:
            self._open()

    @Slot()
    def _on_connection_change(self) -> None:
        host = self._host
        database_url = host.database_url if host.database_problem else None
        self._dialogs.open_connection(host.broker_url, self._settings.folder.queue_url, host.problem, database_url)

    @Slot(object)
    def _on_connection_chosen(self, chosen: NamedConnection) -> None:
        try:
            self._broker = describe_broker(chosen.url)
        except PacelineError as error:
            self._on_failure("connection", error)
            return
        self._connecting = True
        host, on_moved = self._host, partial(self._on_moved, chosen)
        self._tasks.run(lambda: host.change_broker(chosen.url, chosen.database), on_moved, self._on_not_moved)
        self._show_frame()

    @Slot()
    def _on_settings_requested(self) -> None:
        self._dialogs.open_settings()

    @Slot(object)
    def _on_settings_chosen(self, view: SettingsView) -> None:
        self._preferences.choose(view)
        self._theme.set_mode(view.theme)
        self._apply_preferences()
        self._loader.apply_preferences()
        self._worker_controller.follow(view)
        self._choose_http()
        self._show_frame()

    @Slot(str)
    def _on_theme_mode_chosen(self, mode: Mode) -> None:
        self._preferences.choose_theme(mode)
        self._theme.set_mode(mode)

    @Slot(str)
    def _on_banner_dismissed(self, key: str) -> None:
        self._closed_banners.add(key)
        self._show_frame()

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
        self._show_frame()

    def _save_preferences(self, save: Callable[[], str]) -> None:
        self._tasks.run(save, self._on_preferences_saved, partial(self._on_failure, "settings kept"))

    def _on_preferences_saved(self, notice: str) -> None:
        self._show_notice(notice)
        self._report_keychain()

    # --- construction ----------------------------------------------------------------------------------------------

    def _demo_load(self) -> DemoLoad | None:
        if self._parts.load_bar is None:
            return None
        from gui.workspaces.demo.load import DemoLoad

        return DemoLoad(self._parts.load_bar, self.submit, self._parts.zone, self)

    def _apply_preferences(self) -> None:
        self._parts.form.set_units(self._preferences.units)
        self._parts.receipts.set_units(self._preferences.units)

    def _timer(self, interval_ms: int, slot: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setInterval(interval_ms)
        timer.timeout.connect(slot)
        return timer

    def _connect(self) -> None:
        window, receipts, exporter = self._parts.window, self._parts.receipts, self._parts.exporter
        self._bridge.events_arrived.connect(self._on_events)
        self._loader.notice_raised.connect(self._on_notice_raised)
        self._worker_controller.changed.connect(self._on_worker_chosen)
        self._parts.form.workout_submitted.connect(self._on_workout_submitted)
        receipts.demo_requested.connect(self._on_demo_requested)
        window.connection_change_requested.connect(self._on_connection_change)
        window.reconnect_requested.connect(self._on_reconnect)
        window.settings_requested.connect(self._on_settings_requested)
        window.theme_mode_chosen.connect(self._on_theme_mode_chosen)
        window.banner_dismissed.connect(self._on_banner_dismissed)
        window.closed.connect(self.shut_down)
        self._dialogs.connection_chosen.connect(self._on_connection_chosen)
        self._dialogs.problem_raised.connect(self._raise_problem)
        self._dialogs.settings_chosen.connect(self._on_settings_chosen)
        exporter.saved.connect(self._on_export_saved)
        exporter.failed.connect(self._on_export_failed)
