"""A whole pipeline of the program, from the outbox to the results, with all that it says and when."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from core.events import (
    Accepted,
    BatchProcessed,
    Confirmed,
    ConnectionChanged,
    ConnectionState,
    Event,
    OutcomeKind,
    ProblemRaised,
    WorkerHeartbeat,
    WorkerState,
)
from core.workouts.model import Workout
from tests.support.fakes import EventLog
from tests.support.invariants import Account, assert_accounted
from tests.support.whole_pipeline import WholePipeline
from tests.support.workouts import workouts
from worker.host.pipeline import PipelineOptions

SETTLE_S = 240.0  # for a hang: ten thousand workouts took over a minute on a busy machine
SETTLED = (OutcomeKind.STORED, OutcomeKind.DUPLICATE, OutcomeKind.FAILED)


@dataclass(frozen=True, slots=True)
class Told:
    """An event, and when it was told, by the monotonic clock."""

    at_s: float
    event: Event


class Watched:
    """Workouts go in by `send`; what is said of them comes to `hear`, from any thread, and is remembered in order."""

    def __init__(self, results: Path, send: Callable[[Sequence[Workout]], bool]) -> None:
        self.results = results
        self.log = EventLog()
        self.told: list[Told] = []
        self.accepted: set[str] = set()
        self.confirmed: set[str] = set()
        self.settled: set[str] = set()  # with an outcome that is final
        self.submitted = 0
        self._send = send
        self._seed = 0

    def hear(self, event: Event) -> None:
        with self.log.changed:
            self.told.append(Told(monotonic(), event))
            # Kept up to date: to gather them anew for each event would be most of the work of a long run.
            match event:
                case Accepted():
                    self.accepted.add(event.workout_id)
                case Confirmed():
                    self.confirmed.update(event.workout_ids)
                case BatchProcessed():
                    self.settled.update(one.workout_id for one in event.outcomes if one.kind in SETTLED)
        self.log(event)

    def submit(self, count: int) -> None:
        """That many workouts nobody has sent before."""
        self._seed += 1
        self.submitted += count
        assert self._send(list(workouts(count, 20, seed=self._seed)))

    def wait_for(self, reached: Callable[[], object], bound_s: float = SETTLE_S) -> None:
        self.log.wait_for(reached, bound_s)

    def wait_accepted(self) -> None:
        """All that was submitted."""
        self.wait_for(lambda: len(self.accepted) == self.submitted)

    def wait_settled(self, bound_s: float = SETTLE_S) -> None:
        """Everything that was submitted is accepted, has been sent, and has an outcome."""
        self.wait_accepted()
        self.wait_for(lambda: self.accepted <= self.confirmed and self.accepted <= self.settled, bound_s)

    def wait_until_settled(self, workout_ids: Collection[str], bound_s: float = SETTLE_S) -> None:
        """These have an outcome, whoever sent them."""
        wanted = set(workout_ids)
        self.wait_for(lambda: wanted <= self.settled, bound_s)

    def links(self) -> list[ConnectionChanged]:
        return self.log.of(ConnectionChanged)

    @property
    def link(self) -> ConnectionChanged | None:
        return next(reversed(self.links()), None)

    def is_online(self) -> bool:
        return self.link is not None and self.link.state is ConnectionState.ONLINE

    def wait_problem(self, words: str, since: int = 0, bound_s: float = SETTLE_S) -> None:
        """See `problems`."""
        self.wait_for(lambda: any(words in problem for problem in self.problems(since)), bound_s)

    def wait_settled_or_problem(self, since: int = 0) -> None:
        self.wait_for(lambda: self.problems(since) or len(self.settled) == self.submitted)

    def wait_said(self, words: str, since: int = 0, bound_s: float = SETTLE_S) -> None:
        """Of the connection, after its first `since` words."""
        self.wait_for(lambda: any(words in link.problem for link in self.links()[since:]), bound_s)

    def wait_online(self, bound_s: float = SETTLE_S) -> None:
        self.wait_for(self.is_online, bound_s)

    def wait_working(self) -> None:
        """Connected, with a worker that waits for work."""
        self.wait_for(
            lambda: (
                self.is_online()
                and (states := self.log.of(WorkerHeartbeat))
                and states[-1].state is WorkerState.RUNNING
            )
        )

    def wait_not_online(self, since_s: float, bound_s: float) -> ConnectionChanged:
        """The first word of trouble with the connection after `since_s`."""

        def found() -> list[ConnectionChanged]:
            return [
                told.event
                for told in self.told
                if isinstance(told.event, ConnectionChanged)
                and told.at_s >= since_s
                and told.event.state in (ConnectionState.OFFLINE, ConnectionState.REFUSED)
            ]

        self.wait_for(found, bound_s)
        return found()[0]

    def problems(self, since: int = 0) -> list[str]:
        """What it said was wrong after its first `since` words: banners, the connection, workers on hold."""
        with self.log.changed:
            events = [told.event for told in self.told[since:]]
        said = [event.text if isinstance(event, ProblemRaised) else _problem(event) for event in events]
        return [words for words in said if words]

    def account(self, failed: Collection[str] = ()) -> Account:
        return assert_accounted(self.results, self.accepted, failed=failed)


def _problem(event: Event) -> str:
    return event.problem if isinstance(event, ConnectionChanged | WorkerHeartbeat) else ""


class WatchedPipeline(Watched):
    """As the console has it, with every thread. Use `running_pipeline`."""

    def __init__(self, folder: Path, broker_url: str, *, prefetch: int = 100) -> None:
        results = folder / "results.db"
        options = PipelineOptions(broker_url, f"sqlite:///{results}", folder / "outbox.db", prefetch=prefetch)
        self.whole = WholePipeline(options, on_event=self.hear)
        self.pipeline = self.whole.pipeline
        super().__init__(results, self.whole.submit)


@contextmanager
def running_pipeline(folder: Path, broker_url: str, *, prefetch: int = 100) -> Iterator[WatchedPipeline]:
    """Started; stopped at the end, in time."""
    folder.mkdir(parents=True, exist_ok=True)
    line = WatchedPipeline(folder, broker_url, prefetch=prefetch)
    line.whole.start()
    try:
        yield line
    finally:
        ended = line.whole.stop(20.0)
    assert ended, "a thread did not end in time"
