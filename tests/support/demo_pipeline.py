"""The pipeline of a demonstration without its window: its workers are processes, which a test kills."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from core.config.settings import DEFAULT_PREFETCH
from core.events import (
    BatchProcessed,
    DepthSampled,
    LedgerSnapshot,
    OutcomeKind,
    PickedUp,
    WorkerHeartbeat,
    WorkerState,
)
from tests.support.fakes import EventLog
from tests.support.whole_pipeline import WholePipeline
from tests.support.workouts import workouts
from worker.demo.engine import DemoEngine
from worker.demo.protections import Protections
from worker.host.pipeline import PipelineOptions

RESTART_S = 0.3
MOST_WORKOUTS = 1_000  # of one test


class DemoPipeline:
    """`work`: simulated seconds a workout, as in the settings."""

    def __init__(
        self, folder: Path, broker: str = "", *, workers: int = 1, work: str = "", restart_s: float = RESTART_S
    ) -> None:
        self.events = EventLog()
        self._workouts = workouts(MOST_WORKOUTS, 3)
        self._work, self._prefetch = work, DEFAULT_PREFETCH
        self.engine = DemoEngine(folder / "logs", restart_s=restart_s)
        options = PipelineOptions(
            broker or f"sqlite:///{folder / 'queue.db'}",
            f"sqlite:///{folder / 'results.db'}",
            folder / "outbox.db",
            workers=workers,
            work=work,
        )
        self.whole = WholePipeline(options, on_event=self.events, parts=self.engine.parts())
        self.pipeline = self.whole.pipeline

    def send(self, count: int) -> list[str]:
        """Each time others."""
        sent = list(islice(self._workouts, count))
        assert self.whole.submit(sent)
        return [workout.workout_id for workout in sent]

    def set_protections(self, protections: Protections) -> None:
        """Until they have reached every worker."""
        self.engine.set_protections(protections)
        self.set_work(self._work)

    def set_work(self, work: str) -> None:
        """Until it has reached every worker: requests are read in order, and a new prefetch is said by a heartbeat."""
        self._work = work
        self._prefetch += 1
        self.pipeline.set_worker(self._prefetch, work)
        names = self.pipeline.worker_names
        self.events.wait_for(lambda: all(self._prefetch_of(name) == self._prefetch for name in names))

    def _prefetch_of(self, name: str) -> int:
        infos = [event.info for event in self.events.of(WorkerHeartbeat) if event.worker == name and event.info]
        return infos[-1].prefetch if infos else 0

    def kill(self, name: str) -> None:
        """Until its end is reported."""
        before = self.states(name).count(WorkerState.STOPPED)
        assert self.engine.kill(name) is not None
        self.events.wait_for(lambda: self.states(name).count(WorkerState.STOPPED) > before)

    def states(self, name: str) -> list[WorkerState]:
        return [event.state for event in self.events.of(WorkerHeartbeat) if event.worker == name]

    def wait_for_state(self, name: str, state: WorkerState) -> None:
        self.events.wait_for(lambda: self.states(name)[-1:] == [state])

    def wait_for_states(self, state: WorkerState) -> None:
        """Until every worker is in it."""
        names = self.pipeline.worker_names
        self.events.wait_for(lambda: all(self.states(name)[-1:] == [state] for name in names))

    def wait_for_job(self) -> tuple[str, str]:
        """Until a worker is in the middle of a workout; its name, and the workout's id."""
        self.events.wait_for(self._jobs)
        return self._jobs()[-1]

    def _jobs(self) -> list[tuple[str, str]]:
        jobs: dict[str, str] = {}
        with self.events.changed:
            for event in self.events.events:
                if isinstance(event, PickedUp):
                    jobs[event.worker] = event.workout_ids[0]
                elif isinstance(event, BatchProcessed) or (
                    isinstance(event, WorkerHeartbeat) and event.state is WorkerState.STOPPED
                ):
                    jobs.pop(event.worker, None)
        return list(jobs.items())

    def stored(self) -> Counter[str]:
        outcomes = [outcome for event in self.events.of(BatchProcessed) for outcome in event.outcomes]
        return Counter(outcome.workout_id for outcome in outcomes if outcome.kind is OutcomeKind.STORED)

    def wait_until_stored(self, count: int) -> None:
        self.events.wait_for(lambda: self.stored().total() == count)

    def outcomes(self) -> list[OutcomeKind]:
        return [outcome.kind for event in self.events.of(BatchProcessed) for outcome in event.outcomes]

    def wait_for_outcomes(self, count: int) -> None:
        self.events.wait_for(lambda: len(self.outcomes()) == count)

    def wait_for_depth(self, *, ready: int, failed: int) -> None:
        """Until the newest sample of the queue says so."""

        def is_so() -> bool:
            samples = self.events.of(DepthSampled)[-1:]
            return [(sample.ready, sample.failed) for sample in samples] == [(ready, failed)]

        self.events.wait_for(is_so)

    def stored_by(self, workout_id: str) -> str:
        """The worker that stored it, and said so."""
        processed = self.events.of(BatchProcessed)
        return next(
            event.worker for event in processed for outcome in event.outcomes if outcome.workout_id == workout_id
        )

    def wait_until_balanced(self, stored: int, *, wait_s: float = 30.0) -> LedgerSnapshot:
        """Until the ledger counts so many, all accepted here and none left in the outbox or the queue."""

        def is_balanced() -> bool:
            return self.ledger[-1:] != [] and (self.ledger[-1].stored_here, self.ledger[-1].pending) == (stored, 0)

        self.events.wait_for(is_balanced, wait_s)
        return self.ledger[-1]

    @property
    def ledger(self) -> list[LedgerSnapshot]:
        return self.events.of(LedgerSnapshot)


@contextmanager
def running(
    folder: Path, broker: str = "", *, workers: int = 1, work: str = "", restart_s: float = RESTART_S
) -> Iterator[DemoPipeline]:
    demo = DemoPipeline(folder, broker, workers=workers, work=work, restart_s=restart_s)
    demo.whole.start()
    try:
        yield demo
    finally:
        ended = demo.whole.stop()
        demo.engine.close()
        assert ended


def has_ended(pid: int) -> bool:
    """Also a process that its parent has not asked for yet."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except OSError:
        return True
    return state in "ZX"


def main(folder: str) -> None:
    """A console without a window, to be killed: it says the pids of its workers and waits."""
    with running(Path(folder), workers=2, work="1:1") as demo:
        demo.wait_for_states(WorkerState.RUNNING)
        demo.send(4)
        demo.wait_for_job()
        sys.stdout.write(" ".join(str(worker.pid) for worker in demo.engine.workers()) + "\n")
        sys.stdout.flush()
        sys.stdin.readline()


if __name__ == "__main__":
    main(sys.argv[1])
