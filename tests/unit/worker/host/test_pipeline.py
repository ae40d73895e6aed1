"""The whole pipeline of a host program, on a real embedded queue in a folder of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from queue import Queue
from threading import Event as Flag
from typing import Any, TypeVar

import pytest
from typing_extensions import override

from core.broker.connect import open_broker
from core.broker.ports import Broker
from core.errors import SettingError
from core.events import (
    Accepted,
    BatchProcessed,
    Confirmed,
    LedgerSnapshot,
    OutcomeKind,
    ProblemRaised,
    WorkerHeartbeat,
    WorkerState,
)
from core.store.reader import ResultsReader
from core.workouts.model import Workout
from tests.support.fakes import EventLog
from tests.support.whole_pipeline import WholePipeline
from tests.support.workouts import workouts
from worker.consumer.factory import next_worker_name, worker_names
from worker.host import pipeline as module
from worker.host.hosted_worker import (
    USUAL_PARTS,
    HostedWorker,
    PipelineParts,
    WorkerOrder,
    WrappedBroker,
    make_worker_thread,
)
from worker.host.pipeline import PipelineOptions
from worker.outbox.restore import RestoredConsole, load_outcomes
from worker.runtime.query import Query, Reply
from worker.runtime.service_thread import ServiceThread

T = TypeVar("T")


class Watch:
    """A running pipeline, with what it said."""

    def __init__(self, folder: Path, parts: PipelineParts = USUAL_PARTS, /, **changes: object) -> None:
        self.events = EventLog()
        self.replies: Queue[Reply[Any]] = Queue()
        self.restored: list[RestoredConsole | None] = []
        fields: dict[str, object] = {
            "broker_url": f"sqlite:///{folder / 'queue.db'}",
            "database_url": f"sqlite:///{folder / 'results.db'}",
            "outbox_file": folder / "outbox.db",
        }
        options = PipelineOptions(**(fields | changes))  # type: ignore[arg-type]  # a test's own mixture
        self.whole = WholePipeline(
            options, on_event=self.events, on_reply=self.replies.put, on_restored=self.restored.append, parts=parts
        )
        self.pipeline = self.whole.pipeline

    def result(self, ask: Callable[[Callable[[T], None]], None]) -> T:
        """Ask for something, and deliver replies until it is there."""
        results: list[T] = []
        ask(results.append)
        while not results:
            self.replies.get(timeout=60).deliver()
        return results[0]

    def find(self, run: Callable[[ResultsReader], T]) -> T:
        def ask(hear: Callable[[T], None]) -> None:
            self.pipeline.ask(Query("found", run, hear))

        return self.result(ask)

    def kept(self) -> RestoredConsole | None:
        while not self.restored:
            self.replies.get(timeout=60).deliver()
        return self.restored[0]

    def outcomes(self) -> list[OutcomeKind]:
        return [outcome.kind for event in self.events.of(BatchProcessed) for outcome in event.outcomes]

    def wait_until_stored(self, count: int) -> None:
        self.events.wait_for(lambda: self.outcomes().count(OutcomeKind.STORED) == count)

    def wait_for_state(self, state: WorkerState) -> None:
        self.events.wait_for(lambda: [event.state for event in self.events.of(WorkerHeartbeat)][-1:] == [state])

    def ledger(self) -> LedgerSnapshot | None:
        counted = self.events.of(LedgerSnapshot)
        return counted[-1] if counted else None


def never(_: object) -> None:
    """For a reply that does not come."""
    raise AssertionError


@contextmanager
def running(folder: Path, parts: PipelineParts = USUAL_PARTS, /, **changes: object) -> Iterator[Watch]:
    watch = Watch(folder, parts, **changes)
    watch.whole.start()
    try:
        yield watch
    finally:
        assert watch.whole.stop()


def send(watch: Watch, count: int) -> list[Workout]:
    sent = list(workouts(count, 3))
    assert watch.whole.submit(sent)
    return sent


def test_what_is_submitted_is_stored_and_counted(tmp_path: Path) -> None:
    with running(tmp_path) as watch:
        sent = send(watch, 20)
        watch.wait_until_stored(20)
        # Stored may be counted while the disk still writes down that it was sent.
        watch.events.wait_for(
            lambda: (last := watch.ledger()) is not None and (last.stored_here, last.pending) == (20, 0)
        )
        ledger = watch.ledger()
        assert ledger is not None
        assert (ledger.accepted_here, ledger.pending, ledger.failed, ledger.duplicates) == (20, 0, 0, 0)
        ids = {workout.workout_id for workout in sent}
        starts = {workout.workout_id: workout.started_at.isoformat() for workout in sent}
        assert {event.workout_id: event.started_at for event in watch.events.of(Accepted)} == starts
        outcomes = [outcome for event in watch.events.of(BatchProcessed) for outcome in event.outcomes]
        assert {outcome.workout_id: outcome.started_at for outcome in outcomes} == starts
        watch.events.wait_for(
            lambda: {each for event in watch.events.of(Confirmed) for each in event.workout_ids} == ids
        )
        names = watch.find(lambda reader: reader.athlete_names("", 10))
        assert names == tuple(sorted({workout.athlete for workout in sent}))


def test_after_a_restart_the_receipts_and_the_draft_are_there_again(tmp_path: Path) -> None:
    with running(tmp_path) as watch:
        sent = send(watch, 3)
        watch.wait_until_stored(3)
        assert watch.result(partial(watch.pipeline.save_draft, "half a workout")) == "half a workout"
    with running(tmp_path) as again:
        kept = again.kept()
        assert kept is not None
        assert kept.draft == "half a workout"
        assert [workout.workout_id for workout in kept.workouts] == [w.workout_id for w in reversed(sent)]
        accepted = [event for event in kept.receipts if isinstance(event, Accepted)]
        assert [(event.workout_id, event.started_at) for event in accepted] == [
            (workout.workout_id, workout.started_at.isoformat()) for workout in sent
        ]
        events = again.find(lambda reader: load_outcomes(reader, kept.confirmed_ids))
        outcomes = [outcome for event in events if isinstance(event, BatchProcessed) for outcome in event.outcomes]
        assert {(outcome.workout_id, outcome.kind) for outcome in outcomes} == {
            (workout.workout_id, OutcomeKind.STORED) for workout in sent
        }
        assert any(outcome.badges for outcome in outcomes)
        assert not again.events.of(BatchProcessed), "nothing is processed twice"
        assert again.result(partial(again.pipeline.save_draft, "")) == ""


def test_the_fields_of_a_workout_sent_from_here_are_found_for_repair(tmp_path: Path) -> None:
    with running(tmp_path) as watch:
        (sent,) = send(watch, 1)
        watch.wait_until_stored(1)
        fields = watch.result(partial(watch.pipeline.find_fields, sent.workout_id))
        assert (fields["id"], fields["userId"]) == (sent.workout_id, sent.athlete)
        assert watch.result(partial(watch.pipeline.find_fields, "00000000-0000-4000-8000-000000000000")) == {}
        message = watch.result(partial(watch.pipeline.find_sent, sent.workout_id))
        assert message is not None
        assert sent.workout_id.encode() in message.message.body


def test_who_only_looks_sends_and_processes_nothing(tmp_path: Path) -> None:
    with running(tmp_path) as watch:
        send(watch, 2)
        watch.wait_until_stored(2)
    with running(tmp_path, read_only=True) as watch:
        assert watch.pipeline.worker_names == ()
        watch.events.wait_for(lambda: (last := watch.ledger()) is not None and last.stored == 2)
        watch.pipeline.save_draft("nothing", never)
        watch.pipeline.find_fields("nothing", never)
        watch.pipeline.find_sent("nothing", never)
        watch.pipeline.retry_now()
        assert not watch.events.of(WorkerHeartbeat)


def test_workers_are_paused_resumed_stopped_and_started(tmp_path: Path) -> None:
    with running(tmp_path) as watch:
        watch.wait_for_state(WorkerState.RUNNING)
        watch.pipeline.each_worker(lambda worker: worker.pause())
        watch.wait_for_state(WorkerState.PAUSED)
        send(watch, 2)
        watch.events.wait_for(lambda: len(watch.events.of(Confirmed)) > 0)
        assert not watch.outcomes()
        watch.pipeline.each_worker(lambda worker: worker.resume())
        watch.wait_until_stored(2)
        watch.pipeline.each_worker(lambda worker: worker.stop())
        watch.wait_for_state(WorkerState.STOPPED)
        watch.pipeline.each_worker(lambda worker: worker.start())
        watch.wait_for_state(WorkerState.RUNNING)
        watch.pipeline.each_worker(lambda worker: worker.drain())
        watch.wait_for_state(WorkerState.STOPPED)


def test_simulated_work_is_taken_up_and_given_back_in_a_hurry(tmp_path: Path) -> None:
    with running(tmp_path, workers=2) as watch:
        assert len(watch.pipeline.worker_names) == 2
        watch.pipeline.set_worker(1, "600")
        send(watch, 4)
        watch.events.wait_for(lambda: len(watch.events.of(Confirmed)) > 0)
        watch.pipeline.stop_now()
    with running(tmp_path) as watch:
        watch.events.wait_for(lambda: (last := watch.ledger()) is not None and last.stored == 4)
    with pytest.raises(SettingError, match="Simulated work"):
        watch.pipeline.set_worker(1, "long")


@pytest.mark.parametrize("name", ["results", "outbox", "queue"])
@pytest.mark.expects_warnings
def test_a_damaged_file_is_set_aside_with_a_message(tmp_path: Path, name: str) -> None:
    path = tmp_path / f"{name}.db"
    path.write_bytes(b"SQLite format 3\x00" + b"rubbish" * 1_000)
    with running(tmp_path) as watch:
        send(watch, 1)
        watch.wait_until_stored(1)
        texts = [problem.text for problem in watch.events.of(ProblemRaised)]
        assert any(
            text.startswith(f"The file with the {name} was damaged. It is kept as {name}.db.damaged-") for text in texts
        )
    (kept,) = tmp_path.glob(f"{name}.db.damaged-*")
    assert b"rubbish" in kept.read_bytes()


def test_a_mistyped_path_is_refused_and_its_file_left_alone(tmp_path: Path) -> None:
    diary = tmp_path / "elsewhere" / "diary.txt"
    diary.parent.mkdir()
    diary.write_text("Dear diary, " * 100)
    watch = Watch(tmp_path, database_url=f"sqlite:///{diary}")
    with pytest.raises(SettingError, match="is not a database, so it cannot hold the results"):
        watch.pipeline.start()
    assert diary.read_text() == "Dear diary, " * 100
    assert list(diary.parent.iterdir()) == [diary]


def test_wrong_addresses_are_refused_before_anything_is_opened(tmp_path: Path) -> None:
    for changes in ({"broker_url": "http://localhost"}, {"database_url": "mysql://x"}, {"work": "2:1"}):
        with pytest.raises(SettingError):
            Watch(tmp_path, **changes)
    assert list(tmp_path.iterdir()) == []


def test_that_each_worker_is_told_apart_and_one_more_can_be_added(tmp_path: Path) -> None:
    with running(tmp_path) as watch:
        first = watch.pipeline.worker_names[0]
        watch.wait_for_state(WorkerState.RUNNING)
        watch.pipeline.add_worker()
        second = watch.pipeline.worker_names[1]
        assert second.startswith(first)
        watch.events.wait_for(lambda: _states(watch, second)[-1:] == [WorkerState.RUNNING])
        watch.pipeline.worker(second).pause()
        watch.events.wait_for(lambda: _states(watch, second)[-1:] == [WorkerState.PAUSED])
        assert _states(watch, first)[-1] is WorkerState.RUNNING
        with pytest.raises(KeyError):
            watch.pipeline.worker("nobody")


def test_that_workers_are_added_up_to_a_bound_and_never_where_one_only_looks_on(tmp_path: Path) -> None:
    looking = Watch(tmp_path, read_only=True)
    looking.pipeline.add_worker()
    assert looking.pipeline.worker_names == ()
    full = Watch(tmp_path, workers=module.MOST_WORKERS)
    full.pipeline.add_worker()
    assert len(full.pipeline.worker_names) == module.MOST_WORKERS


def test_that_a_further_name_is_one_nobody_has() -> None:
    base = worker_names(1)[0]
    assert next_worker_name([base]) == f"{base}-2"
    assert next_worker_name([f"{base}-1", f"{base}-3"]) == f"{base}-4"


def _states(watch: Watch, name: str) -> list[WorkerState]:
    return [event.state for event in watch.events.of(WorkerHeartbeat) if event.worker == name]


class _Extra(ServiceThread):
    """Ends when it is asked to."""

    def __init__(self) -> None:
        super().__init__("extra")
        self.began = Flag()

    @override
    def _run(self) -> None:
        self.began.set()
        with self._changed:
            self._changed.wait_for(lambda: self._stopping)


def test_that_a_program_may_bring_parts_of_its_own(tmp_path: Path) -> None:
    extra, orders = _Extra(), list[WorkerOrder]()
    inner: list[Broker] = []

    def make_worker(order: WorkerOrder) -> HostedWorker:
        orders.append(order)
        return make_worker_thread(order)

    def wrap(broker: Broker) -> WrappedBroker:
        inner.append(broker)
        return WrappedBroker(open_broker(f"sqlite:///{tmp_path / 'other.db'}"), (extra,))

    with running(tmp_path, PipelineParts(make_worker, wrap), prefetch=7) as watch:
        assert extra.began.wait(60)
        send(watch, 1)
        watch.wait_until_stored(1)
        watch.pipeline.set_worker(9, "1:2")
        (order,) = orders
        assert order.broker is not inner[0]
        assert (order.name, order.problem) == (watch.pipeline.worker_names[0], "")
        assert order.options().prefetch == 9
    assert not (tmp_path / "queue.db").exists(), "everything went through the wrapped broker"
    assert extra.join(0.0)
