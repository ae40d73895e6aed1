"""Joins the window to the pipeline: what the user does goes to threads, what threads say goes to the screens."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, QProcess, QTimer, Signal, Slot

from core.achievement_board import AchievementSummary
from core.broker.connect import label_of
from core.console_state import ConsoleState
from core.errors import PacelineError
from core.events import ConnectionChanged, Event, LinkState, ProblemRaised, WorkerState, WorkerStateChanged
from core.receipts import Receipt
from core.settings import Settings
from core.workout import Workout
from gui import dialogs, presenting
from gui.bridge import Answered, Bridge, Posted
from gui.chores import Chores
from gui.connection_fields import NamedConnection
from gui.console.values import Units
from gui.dialogs import Dialogs
from gui.failed_answers import FailedAnswers
from gui.form_answers import FormAnswers
from gui.http_host import HttpHost
from gui.options import DEMO_WORK, DEMO_WORKERS, Options
from gui.pipeline_answers import PipelineAnswers
from gui.pipeline_host import PipelineHost, WorkerSettings
from gui.preferences import Preferences
from gui.theme import Mode, Theme
from gui.views import SettingsView, WorkerView
from gui.window import FAILED, PIPELINE, WindowParts

if TYPE_CHECKING:
    from gui.demo.load import DemoLoad

CHART_MS = 100
STATUS_MS = 500
ASK_EVERY = 4  # status ticks between two looks at the results
EXPORT_WAIT_S = 2.0
SUMMARY = "achievements"
OPENED, MOVED, STOPPED, SAVED = "opened", "moved", "stopped", "settings kept"
HTTP = "http endpoint"


class Controller(QObject):
    """Main thread. Decides nothing about workouts and waits for nothing."""

    finished = Signal()  # all threads have ended
    online = Signal()
    refused = Signal(str)  # nothing can be opened, or the broker says no: one sentence

    def __init__(
        self,
        parts: WindowParts,
        state: ConsoleState,
        bridge: Bridge,
        theme: Theme,
        settings: Settings,
        options: Options,
        *,
        now_ms: Callable[[], int],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._parts, self._state, self._bridge = parts, state, bridge
        self._theme, self._settings, self._options, self._now_ms = theme, settings, options, now_ms
        self._chores = Chores(bridge.post)
        self._preferences = Preferences(settings, self._chores.do, keep=not options.demo)
        self._broker = label_of(settings.broker_url)
        self._http = HttpHost(bridge.post)
        self._host = PipelineHost(settings, self._worker_settings(), read_only=options.read_only, post=self._http.post)
        self._form_answers = FormAnswers(parts.form, self._host, self)
        self._dialogs = Dialogs(parts.window, theme, self._preferences, self._chores, may_listen=not options.read_only)
        self._failed = FailedAnswers(
            parts.failed, self._host, self._chores, read_only=options.read_only, now_ms=now_ms, parent=self
        )
        self._pipeline = PipelineAnswers(parts.pipeline, self._host, read_only=options.read_only, parent=self)
        self._demo = self._demo_load()
        self._closed_banners: set[str] = set()
        self._worker_states: dict[str, WorkerState] = {}
        self._shutting_down = self._connecting = False
        self._asked_of_ms: int | None = -1
        self._ticks = 0
        self._chart_timer = self._timer(CHART_MS, self._on_chart_due)
        self._status_timer = self._timer(STATUS_MS, self._on_status_due)
        self._dress(self._preferences.view)
        self._parts.window.restore_layout(self._preferences.layout if options.size is None else b"")
        if options.read_only:
            parts.form.setEnabled(False)
        self._connect()
        self._failed.set_shown(parts.window.workspace == FAILED)
        self._show_frame()

    # --- the life of the program -----------------------------------------------------------------------------------

    @Slot()
    def start(self) -> None:
        """After the first picture: charts, files, connections, threads."""
        for notice in self._settings.notices:
            self._bridge.post(ProblemRaised(self._now_ms(), "notice", notice))
        self._chores.do(OPENED, self._host.open)
        self._parts.console.add_charts(self._parts.exporter, self._now_ms)
        self._parts.pipeline.add_charts(self._parts.exporter)
        self._chart_timer.start()
        self._status_timer.start()

    def submit(self, workouts: Sequence[Workout]) -> None:
        """Returns at once; receipts follow."""
        self._host.submit(workouts)

    @Slot()
    def shut_down(self) -> None:
        """Accept no more, finish or give back what is in hand, keep the layout, then say `finished`.

        Asked again, it does not wait for what is in hand.
        """
        if self._shutting_down:
            self._http.hurry()
            self._host.do(lambda pipeline: pipeline.hurry())
            return
        self._shutting_down = True
        self._failed.stop()
        self._preferences.keep_layout(self._parts.window.save_layout())
        self._parts.window.hide()
        if self._demo is not None:
            self._demo.stop()
        self._parts.exporter.finish(EXPORT_WAIT_S)
        self._chores.do(STOPPED, self._stop)

    def _stop(self) -> bool:
        """In a chore's thread."""
        stopped = self._http.stop()
        return self._host.stop() and stopped

    def _end(self) -> None:
        self._chart_timer.stop()
        self._status_timer.stop()
        self._chores.close()
        self._bridge.close()
        self.finished.emit()

    # --- what threads say ------------------------------------------------------------------------------------------

    @Slot(object)
    def _on_posted(self, posted: list[Posted]) -> None:
        events: list[Event] = []
        for each in posted:
            if isinstance(each, Answered):
                self._on_answer(each.topic, each.answer)
            else:
                events.append(each)
        if events:
            self._on_events(events)

    def _on_events(self, events: Sequence[Event]) -> None:
        self._state.own.names = frozenset(self._host.worker_names)
        self._state.apply_all(events)
        self._parts.receipts.show_events(events)
        self._pipeline.take(events)
        frame_changed = False
        for event in events:
            if isinstance(event, ConnectionChanged):
                self._parts.form.set_link(event.state is LinkState.ONLINE, event.kind)
                frame_changed = True
                if event.state is LinkState.ONLINE:
                    self.online.emit()
                elif event.state is LinkState.REFUSED:
                    self.refused.emit(event.problem)
            elif isinstance(event, WorkerStateChanged):
                self._worker_states[event.worker] = event.state
                frame_changed = True
            elif isinstance(event, ProblemRaised):
                frame_changed = True
        if frame_changed:
            self._show_frame()

    def _on_answer(self, topic: str, answer: object) -> None:
        if topic == STOPPED:
            self._end()
        elif self._pipeline.on_answer(topic, answer) or self._failed.on_answer(topic, answer):
            return
        elif isinstance(answer, PacelineError):
            self._on_failure(topic, answer)
        elif topic in (OPENED, MOVED):
            self._on_opened()
        elif topic == HTTP:
            self._show_frame()
        elif topic == SUMMARY:
            self._state.set_achievement_summary(cast(AchievementSummary, answer))
        elif topic == SAVED:
            self._tell(str(answer))
        elif topic in dialogs.TOPICS:
            self._dialogs.on_answer(topic, answer)
        elif (receipts := self._form_answers.on_answer(topic, answer)) is not None:
            self._parts.receipts.show_events(receipts)
            self._pipeline.recall(receipts)

    def _on_failure(self, topic: str, error: PacelineError) -> None:
        self._connecting = False
        if topic == OPENED:
            # Nothing runs, so nothing that is typed now could be kept.
            self._parts.form.setEnabled(False)
            broker, now_ms = self._broker, self._now_ms()
            self._bridge.post(ConnectionChanged(now_ms, LinkState.REFUSED, broker.kind, broker.place, str(error)))
        else:
            self._bridge.post(ProblemRaised(self._now_ms(), topic, str(error)))

    def _on_opened(self) -> None:
        self._connecting = False
        self._asked_of_ms = -1
        self._parts.form.setEnabled(not self._options.read_only)
        if self._demo is not None and not self._shutting_down:
            self._demo.start()
        self._choose_http()
        self._failed.opened()
        self._pipeline.opened()
        self._show_frame()

    def _tell(self, sentence: str) -> None:
        if sentence:
            self._bridge.post(ProblemRaised(self._now_ms(), "notice", sentence))

    # --- screens ---------------------------------------------------------------------------------------------------

    @Slot()
    def _on_chart_due(self) -> None:
        self._parts.console.refresh(self._state, self._now_ms())
        self._pipeline.refresh(self._state, self._now_ms())

    @Slot()
    def _on_status_due(self) -> None:
        self._show_frame()
        self._host.flush()
        self._pipeline.tick(self._state, self._now_ms())
        self._failed.tick((self._state.failed, self._state.failed_seen))
        self._ticks += 1
        if self._ticks % ASK_EVERY == 1 and self._asked_of_ms != self._state.last_event_at_ms:
            self._asked_of_ms = self._state.last_event_at_ms
            self._host.ask(SUMMARY, lambda reader: reader.achievement_summary())
            self._form_answers.ask_names()
        flow, waiting = self._state.flow(), self._state.waiting
        self._parts.receipts.set_expected_wait(waiting / flow.out_per_s if flow.out_per_s else None)

    def _show_frame(self) -> None:
        window, state, now_ms = self._parts.window, self._state, self._now_ms()
        link = None if self._connecting else state.link
        badge = "DEMO" if self._options.demo else "READ ONLY" if self._options.read_only else ""
        files_in = "" if self._options.demo else str(self._settings.folder.path)
        window.show_connection(presenting.connection_view(link, self._broker.kind, self._broker.place, badge))
        window.show_ledger(presenting.ledger_view(state))
        window.show_status(presenting.status_view(state, now_ms, files_in, self._http.address))
        window.show_worker(self._worker_view())
        window.show_count(FAILED, state.failed)
        window.show_banner(presenting.banner_view(state, now_ms, self._closed_banners))

    def _worker_view(self) -> WorkerView:
        worker = self._host.worker
        names = self._host.worker_names
        states = [self._worker_states.get(name, WorkerState.STARTING) for name in names]
        state: WorkerState | None = None if self._options.read_only else WorkerState.STARTING
        if states:
            # Several are shown as one; the liveliest speaks for all.
            state = min(states, key=_LIVELIEST.index)
        return WorkerView(state, busy=self._state.running > 0, prefetch=worker.prefetch, simulated_work=worker.work)

    # --- what the user does ----------------------------------------------------------------------------------------

    @Slot(object)
    def _on_workout_submitted(self, workout: Workout) -> None:
        self.submit([workout])

    @Slot(object)
    def _on_repair_requested(self, receipt: Receipt) -> None:
        self._failed.find_workout(receipt.workout_id)

    @Slot(str)
    def _on_failed_workout(self, workout_id: str) -> None:
        self._failed.find_workout(workout_id)

    @Slot(str)
    def _on_workout_opened(self, workout_id: str) -> None:
        self._pipeline.open_workout(workout_id)
        self._parts.window.show_workspace(PIPELINE)

    @Slot(str)
    def _on_workout_unknown(self, workout_id: str) -> None:
        """Nothing on the failed list is of it, but it was sent from here: the form has it."""
        self._host.do(lambda pipeline: pipeline.ask_to_repair(workout_id))

    @Slot(str)
    def _on_failure_found(self, _key: str) -> None:
        self._parts.window.show_workspace(FAILED)

    @Slot(str)
    def _on_workspace_shown(self, key: str) -> None:
        self._failed.set_shown(key == FAILED)

    @Slot(str)
    def _on_told(self, sentence: str) -> None:
        self._tell(sentence)

    @Slot()
    def _on_demo_requested(self) -> None:
        """In a process of its own, so that nothing of it gets into this user's files."""
        QProcess.startDetached(sys.executable, ["-m", "gui", "--demo", "--theme", self._theme.mode])

    @Slot()
    def _on_worker_start(self) -> None:
        self._host.do(lambda pipeline: pipeline.start_workers())

    @Slot()
    def _on_worker_stop(self) -> None:
        self._host.do(lambda pipeline: pipeline.stop_workers())

    @Slot()
    def _on_worker_pause(self) -> None:
        self._host.do(lambda pipeline: pipeline.pause_workers())

    @Slot()
    def _on_worker_resume(self) -> None:
        self._host.do(lambda pipeline: pipeline.resume_workers())

    @Slot()
    def _on_worker_drain(self) -> None:
        self._host.do(lambda pipeline: pipeline.drain_workers())

    @Slot()
    def _on_reconnect(self) -> None:
        if self._host.is_open:
            self._host.do(lambda pipeline: pipeline.retry_now())
        else:
            self._chores.do(OPENED, self._host.open)

    @Slot(int)
    def _on_prefetch_chosen(self, prefetch: int) -> None:
        self._choose_worker(prefetch, self._host.worker.work)

    @Slot(str)
    def _on_work_chosen(self, work: str) -> None:
        self._choose_worker(self._host.worker.prefetch, work)

    @Slot()
    def _on_connection_change(self) -> None:
        self._dialogs.open_connection(self._host.broker_url, self._settings.folder.queue_url)

    @Slot(object)
    def _on_connection_chosen(self, chosen: NamedConnection) -> None:
        try:
            self._broker = label_of(chosen.url)
        except PacelineError as error:
            self._on_failure("connection", error)
            return
        self._connecting = True
        self._preferences.choose_connection(chosen)
        self._chores.do(MOVED, lambda: self._host.change_broker(chosen.url))
        self._show_frame()

    @Slot()
    def _on_settings_requested(self) -> None:
        self._dialogs.open_settings()

    @Slot(object)
    def _on_settings_chosen(self, view: SettingsView) -> None:
        self._preferences.choose(view)
        self._theme.set_mode(view.theme)
        self._dress(view)
        self._host.set_worker(WorkerSettings(view.prefetch, view.simulated_work, self._host.worker.workers))
        self._choose_http()
        self._show_frame()

    @Slot(str)
    def _on_theme_mode_chosen(self, mode: str) -> None:
        self._preferences.choose_theme(mode)
        self._theme.set_mode(cast(Mode, mode))

    @Slot(str)
    def _on_banner_dismissed(self, key: str) -> None:
        self._closed_banners.add(key)
        self._show_frame()

    @Slot(str)
    def _on_export_saved(self, path: str) -> None:
        self._tell(f"Saved as {path}.")

    @Slot(str)
    def _on_export_failed(self, sentence: str) -> None:
        self._bridge.post(ProblemRaised(self._now_ms(), "export", sentence))

    def _choose_http(self) -> None:
        view = self._preferences.view
        on = view.http_endpoint and not self._options.read_only
        self._chores.do(HTTP, lambda: self._http.choose(on, view.http_port, self._host))

    def _choose_worker(self, prefetch: int, work: str) -> None:
        self._host.set_worker(WorkerSettings(prefetch, work, self._host.worker.workers))
        self._preferences.choose_worker(prefetch, work)
        self._show_frame()

    # --- how it is built -------------------------------------------------------------------------------------------

    def _demo_load(self) -> DemoLoad | None:
        if self._parts.load_bar is None:
            return None
        from gui.demo.load import DemoLoad

        return DemoLoad(self._parts.load_bar, self.submit, self)

    def _worker_settings(self) -> WorkerSettings:
        view = self._preferences.view
        if self._options.demo:
            return WorkerSettings(view.prefetch, DEMO_WORK, DEMO_WORKERS)
        return WorkerSettings(view.prefetch, view.simulated_work)

    def _dress(self, view: SettingsView) -> None:
        units = Units(view.distance_unit, view.weight_unit)
        self._parts.form.set_units(units)
        self._parts.receipts.set_units(units)
        self._parts.failed.set_units(units)
        self._parts.pipeline.set_units(units)

    def _timer(self, interval_ms: int, slot: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setInterval(interval_ms)
        timer.timeout.connect(slot)
        return timer

    def _connect(self) -> None:
        window, receipts, exporter = self._parts.window, self._parts.receipts, self._parts.exporter
        self._bridge.events_arrived.connect(self._on_posted)
        self._parts.form.workout_submitted.connect(self._on_workout_submitted)
        receipts.repair_requested.connect(self._on_repair_requested)
        receipts.demo_requested.connect(self._on_demo_requested)
        window.worker_start_requested.connect(self._on_worker_start)
        window.worker_stop_requested.connect(self._on_worker_stop)
        window.worker_pause_requested.connect(self._on_worker_pause)
        window.worker_resume_requested.connect(self._on_worker_resume)
        window.worker_drain_requested.connect(self._on_worker_drain)
        window.worker_prefetch_chosen.connect(self._on_prefetch_chosen)
        window.worker_simulated_work_chosen.connect(self._on_work_chosen)
        window.connection_change_requested.connect(self._on_connection_change)
        window.reconnect_requested.connect(self._on_reconnect)
        window.settings_requested.connect(self._on_settings_requested)
        window.theme_mode_chosen.connect(self._on_theme_mode_chosen)
        window.banner_dismissed.connect(self._on_banner_dismissed)
        window.closed.connect(self.shut_down)
        window.workspace_shown.connect(self._on_workspace_shown)
        self._pipeline.repair_requested.connect(self._on_failed_workout)
        receipts.receipt_opened.connect(self._on_workout_opened)
        self._failed.told.connect(self._on_told)
        self._failed.workout_unknown.connect(self._on_workout_unknown)
        self._failed.failure_found.connect(self._on_failure_found)
        self._dialogs.connection_chosen.connect(self._on_connection_chosen)
        self._dialogs.settings_chosen.connect(self._on_settings_chosen)
        exporter.saved.connect(self._on_export_saved)
        exporter.failed.connect(self._on_export_failed)


_LIVELIEST = (
    WorkerState.RUNNING,
    WorkerState.DRAINING,
    WorkerState.PAUSED,
    WorkerState.STARTING,
    WorkerState.ON_HOLD,
    WorkerState.STOPPED,
)
