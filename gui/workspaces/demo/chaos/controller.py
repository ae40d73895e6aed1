"""Connects the experiments to their buttons, and to the pipeline that they disturb."""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence
from dataclasses import fields
from subprocess import Popen

from PySide6.QtCore import QObject, Signal, Slot

from core.events import Event
from core.live.console_state import ConsoleState
from core.live.ledger import BalanceStatus
from core.recording.records import RecordedNote
from gui.frame.workspace import WorkspaceContext
from gui.workspaces.demo.chaos.control import ConsoleControl
from gui.workspaces.demo.chaos.panel import ChaosPanel
from gui.workspaces.demo.chaos.protections_page import WORDS
from gui.workspaces.demo.chaos.report_dialog import ReportDialog
from gui.workspaces.demo.load.controller import LoadController, LoadSettings
from worker.demo.account import MessageAccount
from worker.demo.engine import DemoEngine
from worker.demo.experiments.experiment import Observation, Result, broken, kept, seconds
from worker.demo.experiments.runner import EXPERIMENTS, ExperimentRunner
from worker.demo.folder import CrashNote, SeenBefore, leave_note, take_note
from worker.demo.protections import Protections
from worker.demo.relaunch import start_relauncher

CRASH_KEY = "crash"
BACK_WITHIN_MS = 60_000
SETTLE_MS = 500  # until every worker process has heard of a protection


class ChaosController(QObject):
    """Main thread."""

    notice_raised = Signal(str)

    def __init__(
        self,
        context: WorkspaceContext,
        engine: DemoEngine,
        panel: ChaosPanel,
        load: LoadController,
        account: MessageAccount,
    ) -> None:
        super().__init__(panel)
        self._context, self._engine, self._panel, self._load = context, engine, panel, load
        self._account = account
        self.control = ConsoleControl(context, engine, load.samples, account, self._crash)
        self.runner = ExperimentRunner(self.control)
        self._state: ConsoleState | None = None
        self._recorded: dict[str, Result] = {}
        self._stopping = False
        self._next_console: Popen[bytes] | None = None  # waits for the end of this one
        self._note: CrashNote | None = None  # of the console before this one, until what it asks is answered
        panel.experiment_requested.connect(self._on_experiment_requested)
        panel.all_requested.connect(self._on_all_requested)
        panel.stop_requested.connect(self._on_stop_requested)
        panel.protections.protections_chosen.connect(self._on_protections_chosen)
        panel.report_requested.connect(self._on_report_requested)

    def opened(self) -> None:
        if self._stopping:
            return
        self.control.use_broker(self._context.host.settings.broker_url)
        note = take_note(self._context.host.settings.folder.path)
        if note is not None:
            self._go_on_after(note)

    def take(self, events: Sequence[Event]) -> None:
        self.runner.take(events)

    def refresh(self, state: ConsoleState, now_ms: int) -> None:
        """Ten times a second."""
        self._state = state
        if self._note is not None:
            self._look_after_crash(self._note, state, now_ms)
        if self.runner.tick(state, now_ms):
            self._show()
            if self.runner.finished_all:
                self._end_turn()

    def stop(self) -> None:
        self._stopping = True
        self.runner.stop()
        self.control.close()

    def _record(self, words: str) -> None:
        """In a recording, where this session is recorded."""
        self._context.record(RecordedNote(self._context.now_ms(), words))

    def _record_changes(self) -> None:
        for kind in EXPERIMENTS:
            result = self.runner.observations[kind.key].result
            if result is not self._recorded.get(kind.key, Result.NOT_TRIED):
                self._recorded[kind.key] = result
                words = "stopped" if result is Result.NOT_TRIED else result.value
                self._record(kind.title if result is Result.RUNNING else f"{kind.title}: {words}")

    def _show(self) -> None:
        self._record_changes()
        self._panel.show_observations(self.runner.observations, self.runner.running, self.runner.counts())

    def _end_turn(self) -> None:
        self.runner.in_turn = False
        self._on_report_requested()

    def tick(self) -> None:
        """Twice a second."""
        lost = [message.title for message in self._account.lost.values()]
        self._panel.protections.show_account(lost, list(self._account.doubled.values()))

    @Slot(object)
    def _on_protections_chosen(self, protections: Protections) -> None:
        for field in fields(protections):
            is_on = getattr(protections, field.name)
            if is_on != getattr(self._engine.protections, field.name):
                self._record(f"{WORDS[field.name][0]}: {'on' if is_on else 'off'}")
        self._engine.set_protections(protections)
        longest_ms = round(self._load.longest_job_s * 1000)
        self.control.settled_ms = self._context.now_ms() + SETTLE_MS + longest_ms

    @Slot(str)
    def _on_experiment_requested(self, key: str) -> None:
        if self._state is not None:
            self.runner.run(key, self._state, self._context.now_ms())
            self._show()

    @Slot()
    def _on_all_requested(self) -> None:
        if self._state is not None:
            self.runner.run_all(self._state, self._context.now_ms())
            self._show()

    @Slot()
    def _on_stop_requested(self) -> None:
        self.runner.stop()
        self._show()

    @Slot()
    def _on_report_requested(self) -> None:
        dialog = ReportDialog(self._context.theme, self.runner.report(), self._panel.window())
        dialog.open()

    # --- the crash of this console

    def _crash(self) -> None:
        assert self._state is not None
        folder = self._context.host.settings.folder.path
        load = self._load.settings
        note = CrashNote(
            at_ms=self._context.now_ms(),
            accepted=self._state.ledger().accepted,
            rate_per_s=load.rate_per_s,
            slowness_s=load.slowness_s,
            share=load.share,
            workers=len(self.control.workers()),
            broker_url=self._context.host.settings.broker_url,
            in_turn=self.runner.in_turn,
            seen={
                key: SeenBefore(result=each.result.name, words=each.words)
                for key, each in self.runner.observations.items()
                if each.result in (Result.KEPT, Result.BROKEN)
            },
        )
        window = self._panel.window()
        arguments = ["--demo", "--data-dir", str(folder), "--workspace", "demo", "--theme", self._context.theme.mode]
        arguments += ["--size", f"{window.width()}x{window.height()}"]
        try:
            leave_note(folder, note)
            self._next_console = start_relauncher(arguments)
        except OSError as error:
            self.runner.stop()
            self.runner.record(CRASH_KEY, Observation(Result.IMPOSSIBLE, error.strerror or type(error).__name__))
            self._show()
            return
        os.kill(os.getpid(), signal.SIGKILL)

    def _go_on_after(self, note: CrashNote) -> None:
        self._note = note
        self._load.choose(LoadSettings(note.rate_per_s, note.slowness_s, note.share))
        for _ in range(note.workers - len(self.control.workers())):
            self.control.add_worker()
        for key, seen in note.seen.items():
            if key in self.runner.observations and seen.result in Result.__members__:
                self.runner.record(key, Observation(Result[seen.result], seen.words))
        self.runner.record(CRASH_KEY, Observation(Result.RUNNING, "back, counting the ledger"))
        self._show()

    def _look_after_crash(self, note: CrashNote, state: ConsoleState, now_ms: int) -> None:
        ledger, took_ms = state.ledger(), now_ms - note.at_ms
        if not (state.online and ledger.is_counted) or ledger.verdict is BalanceStatus.CHECKING:
            if took_ms < BACK_WITHIN_MS:
                return
            seen = broken(f"the ledger is {ledger.verdict_text} after {seconds(took_ms)}")
        elif ledger.accepted < note.accepted:
            seen = broken(f"{note.accepted - ledger.accepted:,} of {note.accepted:,} accepted are gone")
        elif ledger.verdict is not BalanceStatus.BALANCES:
            seen = broken(ledger.verdict_text)
        else:
            seen = kept(f"back after {seconds(took_ms)}, all {note.accepted:,} there")
        self._note = None
        self.runner.record(CRASH_KEY, seen)
        self._show()
        if note.in_turn:
            self._on_report_requested()
