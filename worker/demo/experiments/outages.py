"""Experiments with outages: the broker is away, the outbox has no room, the console crashes."""

from __future__ import annotations

from collections.abc import Sequence

from typing_extensions import override

from core.events import BatchProcessed, Confirmed, Event
from core.live.console_state import ConsoleState
from worker.demo.experiments.experiment import DemoControl, Experiment, Observation, broken, kept, seconds

CUT_MS = 8_000
NOTICE_MS = 4_000  # more, where nothing is kept
BEFORE_CUT, DURING_CUT = 5, 5  # workouts that are submitted before the broker goes away, and while it is
SENDING_MS = 3_000  # for those before
AWAY_MS = 1_000  # at least, until the broker is away for everyone
FILLING = 200  # submissions at most until the last page of the file is full
PROBES = 3
ANNOUNCED_MS = 300  # until the announced crash


class CutBroker(Experiment):
    key, title, icon = "cut", "Cut the broker", "content-cut"
    promise = "Workouts go to the outbox, sent later"

    def __init__(self, control: DemoControl) -> None:
        super().__init__(control)
        self._before: frozenset[str] = frozenset()  # so that the queue holds something
        self._sent: frozenset[str] = frozenset()
        self._confirmed: set[str] = set()
        self._most_kept = self._forgotten = 0
        self._cut_ms: int | None = None
        self._restored_ms: int | None = None

    @override
    def begin(self, state: ConsoleState, now_ms: int) -> None:
        self._before = frozenset(self.control.submit(BEFORE_CUT))

    @override
    def take(self, event: Event) -> None:
        if isinstance(event, Confirmed):
            self._confirmed.update(event.workout_ids)
        elif isinstance(event, BatchProcessed):  # where its confirm was lost
            self._confirmed.update(outcome.workout_id for outcome in event.outcomes)

    @override
    def look(self, state: ConsoleState, now_ms: int) -> Observation | None:
        if self._cut_ms is None:
            if self._before <= self._confirmed or now_ms - self.began_ms >= SENDING_MS:
                self._cut_ms = now_ms
                self._forgotten = self.control.cut()
            return None
        if not self._sent and self._restored_ms is None:
            if not self.control.is_cut or now_ms - self._cut_ms < AWAY_MS:
                return None
            self._cut_ms = now_ms
            self._sent = frozenset(self.control.submit(DURING_CUT))
        self._most_kept = max(self._most_kept, state.pending)
        if self._restored_ms is None:
            if now_ms - self._cut_ms >= (CUT_MS if self._most_kept else CUT_MS + NOTICE_MS):
                self._restored_ms = now_ms
                self.control.restore()
            return None
        if lost := [each for each in self._sent if each in self.control.lost()]:
            return broken(f"{len(lost)} of {len(self._sent)} lost: nothing kept them")
        if not self._sent <= self._confirmed or not state.online:
            return None
        if self._forgotten:
            return broken(f"{self._forgotten:,} lost: the queue was in memory")
        return kept(f"{self._most_kept:,} kept, sent {seconds(now_ms - self._restored_ms)} after")

    @override
    def progress(self, state: ConsoleState, now_ms: int) -> str:
        if self._cut_ms is None:
            return f"sending {BEFORE_CUT}"
        return f"away, {state.pending:,} kept here" if self._restored_ms is None else f"back, {state.pending:,} to send"

    @override
    def end(self) -> None:
        self.control.restore()


class FillOutbox(Experiment):
    key, title, icon = "fill", "Fill the outbox", "tray-full"
    promise = "Refused in words, nothing dropped"

    def __init__(self, control: DemoControl) -> None:
        super().__init__(control)
        self._full: Sequence[str] | None = None
        self._free: Sequence[str] | None = None
        self._freed = False

    @override
    def begin(self, state: ConsoleState, now_ms: int) -> None:
        self.control.fill_outbox()
        self.control.probe(FILLING, self._on_full)

    @override
    def look(self, state: ConsoleState, now_ms: int) -> Observation | None:
        if self._full is None:
            return None
        refused = sum(map(bool, self._full))
        if not self._freed:
            self._freed = True
            self.control.free_outbox()
            self.control.probe(PROBES, self._on_free)
            return None
        if self._free is None:
            return None
        if not refused:
            return broken("nothing was refused")
        if any(self._free):
            return broken(f"still refused: {next(filter(None, self._free))}")
        return kept(f"{refused} told “full”, {len(self._free)} accepted after")

    @override
    def end(self) -> None:
        self.control.free_outbox()

    def _on_full(self, replies: Sequence[str]) -> None:
        self._full = replies

    def _on_free(self, replies: Sequence[str]) -> None:
        self._free = replies


class CrashConsole(Experiment):
    """Its observation is that of the next console: see `after_crash`."""

    key, title, icon = "crash", "Crash the console", "power"
    promise = "Starts again, the ledger balances"

    @override
    def begin(self, state: ConsoleState, now_ms: int) -> None:
        """The crash comes a moment later, so that the last frame says what happens."""

    @override
    def look(self, state: ConsoleState, now_ms: int) -> Observation | None:
        if now_ms - self.began_ms >= ANNOUNCED_MS:
            self.control.crash()
        return None

    @override
    def progress(self, state: ConsoleState, now_ms: int) -> str:
        return "it is about to be killed"
