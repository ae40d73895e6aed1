"""Runs experiments one at a time, alone or all in turn, and keeps what was seen of each. Pure; of one thread."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from core.events import Event
from core.live.console_state import ConsoleState
from worker.demo.experiments.experiment import NOT_TRIED, DemoControl, Experiment, Observation, Result, seconds
from worker.demo.experiments.messages import SendDuplicates, SendPoison
from worker.demo.experiments.outages import CrashConsole, CutBroker, FillOutbox
from worker.demo.experiments.workers import AddWorker, KillWorker, PauseAll

# In the order of the screen, row by row. The crash is the last, since it ends this program.
EXPERIMENTS: tuple[type[Experiment], ...] = (
    KillWorker,
    PauseAll,
    AddWorker,
    CutBroker,
    SendPoison,
    SendDuplicates,
    FillOutbox,
    CrashConsole,
)


class ExperimentRunner:
    """`observations` by key; `running` is the key of the one that runs, empty for none."""

    def __init__(self, control: DemoControl) -> None:
        self._control = control
        self.observations: dict[str, Observation] = {kind.key: NOT_TRIED for kind in EXPERIMENTS}
        self._current: Experiment | None = None
        self._next: deque[str] = deque()
        self.in_turn = False

    @property
    def running(self) -> str:
        return "" if self._current is None else self._current.key

    @property
    def finished_all(self) -> bool:
        """All that were to run in turn have run."""
        return self.in_turn and self._current is None and not self._next

    def run(self, key: str, state: ConsoleState, now_ms: int) -> bool:
        """False, and nothing done, while another one runs. KeyError for an unknown key."""
        kind = next((each for each in EXPERIMENTS if each.key == key), None)
        if kind is None:
            raise KeyError(key)
        if self._current is not None:
            return False
        if reason := self._control.why_not(key):
            self.observations[key] = Observation(Result.IMPOSSIBLE, reason)
            return True
        self._current = kind(self._control)
        self._current.began_ms = now_ms
        self._current.begin(state, now_ms)
        self.observations[key] = Observation(Result.RUNNING, self._current.progress(state, now_ms))
        return True

    def run_all(self, state: ConsoleState, now_ms: int, keys: Sequence[str] = ()) -> None:
        """All in turn, or these."""
        if self._current is None:
            self.in_turn = True
            self._next = deque(keys or [kind.key for kind in EXPERIMENTS])
            self._begin_next(state, now_ms)

    def record(self, key: str, observation: Observation) -> None:
        """What an earlier console began and this one saw the end of."""
        self.observations[key] = observation

    def stop(self) -> None:
        """Give up what runs, and run no more."""
        self._next.clear()
        self.in_turn = False
        if self._current is not None:
            self.observations[self._current.key] = NOT_TRIED
            self._end()

    def take(self, events: Sequence[Event]) -> None:
        if self._current is not None:
            for event in events:
                self._current.take(event)

    def tick(self, state: ConsoleState, now_ms: int) -> bool:
        """Ten times a second; whether a observation changed."""
        if (current := self._current) is None:
            return False
        before = self.observations[current.key]
        observation = current.look(state, now_ms)
        if observation is None and now_ms - current.began_ms > current.bound_ms:
            observation = Observation(Result.BROKEN, f"not seen within {seconds(current.bound_ms)}")
        if observation is None:
            self.observations[current.key] = Observation(Result.RUNNING, current.progress(state, now_ms))
        else:
            self.observations[current.key] = observation
            self._end()
            self._begin_next(state, now_ms)
        return self.observations[current.key] != before

    def counts(self) -> tuple[int, int, int]:
        """How many were as promised, of how many tried; how many were not tried."""
        results = [observation.result for observation in self.observations.values()]
        tried = sum(result in (Result.KEPT, Result.BROKEN) for result in results)
        return results.count(Result.KEPT), tried, len(results) - tried

    def report(self) -> str:
        """Plain text: a line for each, with its promise and what was seen."""
        as_promised, tried, untried = self.counts()
        head = f"{as_promised} of {tried} as promised" + (f", {untried} not tried" if untried else "")
        lines = [f"{kind.title}: {kind.promise}. {self.observations[kind.key].words}" for kind in EXPERIMENTS]
        return "\n".join((head, *lines))

    def _begin_next(self, state: ConsoleState, now_ms: int) -> None:
        while self._next and self._current is None:
            self.run(self._next.popleft(), state, now_ms)

    def _end(self) -> None:
        current, self._current = self._current, None
        if current is not None:
            current.end()
