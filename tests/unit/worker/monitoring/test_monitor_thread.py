from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.broker.backoff import Backoff
from core.broker.ports import Depth
from core.codec.event_codec import encode_events
from core.codec.workout_codec import MessageKind
from core.errors import BrokerRefusedError, BrokerUnavailableError, PacelineError, StoreUnavailableError
from core.events import (
    ConnectionChanged,
    ConnectionState,
    DepthSampled,
    EventsLost,
    LedgerSnapshot,
    PickedUp,
    ProblemRaised,
    WorkerHeartbeat,
    WorkerInfo,
    WorkerState,
)
from core.outbox.outbox import Outbox
from core.store.reader import LedgerTotals, SettledCounts
from tests.support.fakes import EventLog, FakeBroker, FakeInspector, raise_if_any
from tests.support.loop_rig import good
from tests.support.workouts import workouts
from worker.monitoring import monitor_thread
from worker.monitoring.monitor_thread import MonitorThread
from worker.monitoring.sequence_gaps import MAX_INSTANCES
from worker.outbox.submission import submission_of
from worker.runtime.clock import now_ms
from worker.runtime.connection_status import ConnectionStatus


class FakeReader:
    def __init__(self) -> None:
        self.trouble: PacelineError | None = None
        self.origins: list[str | None] = []
        self.missing = 0
        self.audits = 0

    def open(self) -> None:
        raise_if_any(self.trouble)

    def ledger_counts(self, origin: str | None) -> LedgerTotals:
        self.open()
        self.origins.append(origin)
        return LedgerTotals(10, 3, 0, 1, {0: SettledCounts(stored=4, failed=2)}, 0, 0, 0, 0)

    def missing_rows(self) -> int:
        self.audits += 1
        return self.missing

    def close(self) -> None: ...


class Watch:
    def __init__(self, folder: Path, backoff: Backoff | None = None) -> None:
        self.broker = FakeBroker()
        self.queue = self.broker.queue
        self.reader = FakeReader()
        self.path = folder / "outbox.db"
        self.events = EventLog()
        self.link = ConnectionStatus(self.broker.kind, self.broker.location, now_ms=now_ms, on_event=self.events)
        self.thread = MonitorThread(
            self.broker,
            self.reader,
            Outbox(self.path, now_ms=now_ms),
            is_own=lambda instance: instance == "mine",
            now_ms=now_ms,
            on_event=self.events,
            status=self.link,
            backoff=backoff or Backoff(first_s=0.01, max_s=0.02),
            patience_s=0.0,
        )

    def wait_for(self, kind: type, at_least: int = 1) -> None:
        self.events.wait_for(lambda: len(self.events.of(kind)) >= at_least)


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[Watch]:
    watch = Watch(tmp_path)
    yield watch
    watch.thread.stop()
    assert watch.thread.join(60)


def test_that_depth_is_sampled_again_and_again(watch: Watch) -> None:
    watch.queue.put([good(1), good(2)])
    watch.thread.start()
    watch.wait_for(DepthSampled)
    watch.queue.put([good(3)])
    watch.events.wait_for(lambda: watch.events.of(DepthSampled)[-1].ready == 3)

    first = watch.events.of(DepthSampled)[0]
    assert (first.ready, first.running, first.consumers, first.failed, first.retrying) == (2, 0, 0, 0, 0)


def test_that_a_broker_whose_queues_are_out_of_reach_is_not_back(watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    depth, came_up = FakeInspector.depth, Backoff.came_up
    troubles = [BrokerUnavailableError("The queue is out of reach.")] * 4
    ups: list[Backoff] = []

    def look(inspector: FakeInspector) -> Depth:
        if troubles:
            raise troubles.pop()
        return depth(inspector)

    def note(backoff: Backoff) -> None:
        ups.append(backoff)
        came_up(backoff)

    monkeypatch.setattr(FakeInspector, "depth", look)
    monkeypatch.setattr(Backoff, "came_up", note)
    watch.thread.start()
    watch.events.wait_for(lambda: watch.link.state is ConnectionState.ONLINE)
    states = [event.state for event in watch.events.of(ConnectionChanged)]
    assert states == [ConnectionState.OFFLINE] * 4 + [ConnectionState.ONLINE]
    assert len(ups) == 1


def test_that_the_ledger_is_counted_for_this_outbox(watch: Watch) -> None:
    outbox = Outbox(watch.path, now_ms=now_ms)
    outbox.open()
    outbox.accept([submission_of(w, kind=MessageKind.SUBMITTED, submitted_at_ms=1) for w in workouts(3)])
    watch.thread.start()
    watch.wait_for(LedgerSnapshot)

    counted = watch.events.of(LedgerSnapshot)[0]
    assert watch.reader.origins[0] == outbox.origin
    assert (counted.accepted_here, counted.pending) == (3, 3)
    assert (counted.stored, counted.stored_here, counted.failed, counted.failed_here, counted.duplicates) == (
        10,
        4,
        3,
        2,
        1,
    )
    outbox.close()


def test_that_now_and_then_it_looks_whether_what_was_stored_is_still_there(
    watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch.reader.missing = 2
    watch.thread.start()
    watch.wait_for(LedgerSnapshot)
    watch.reader.missing = 1
    for _ in range(2):
        counted = len(watch.events.of(LedgerSnapshot))
        watch.thread.request_count()
        watch.wait_for(LedgerSnapshot, counted + 1)
    assert {event.missing_rows for event in watch.events.of(LedgerSnapshot)} == {2}
    assert watch.reader.audits == 1
    monkeypatch.setattr(monitor_thread, "AUDIT_EVERY_S", 0.0)
    monkeypatch.setattr(watch.thread, "_audit_at_s", 0.0)
    watch.thread.request_count()
    watch.events.wait_for(lambda: watch.events.of(LedgerSnapshot)[-1].missing_rows == 1)


def test_that_counting_goes_on_while_the_broker_is_away_or_refuses(watch: Watch) -> None:
    watch.queue.break_link()
    watch.thread.start()
    watch.wait_for(ConnectionChanged)
    watch.wait_for(LedgerSnapshot)
    counted = len(watch.events.of(LedgerSnapshot))
    watch.thread.request_count()
    watch.wait_for(LedgerSnapshot, counted + 1)
    assert watch.link.state.value == "offline"
    watch.queue.break_link(BrokerRefusedError("no"))
    watch.events.wait_for(lambda: watch.link.state is ConnectionState.REFUSED)

    watch.queue.mend_link()
    watch.thread.retry_now()
    watch.wait_for(DepthSampled)
    watch.events.wait_for(lambda: watch.link.state is ConnectionState.ONLINE)


def test_that_a_link_lost_later_is_opened_again(watch: Watch) -> None:
    watch.thread.start()
    watch.wait_for(DepthSampled)
    watch.queue.break_link()
    watch.events.wait_for(lambda: watch.link.state is ConnectionState.OFFLINE)
    watch.queue.mend_link()
    watch.events.wait_for(lambda: watch.link.state is ConnectionState.ONLINE)


def _announce(watch: Watch, payload: bytes) -> None:
    with watch.queue.changed:
        watch.queue.payloads.append(payload)
        watch.queue.changed.notify_all()


def test_that_events_of_others_are_passed_on_and_own_ones_are_not(watch: Watch) -> None:
    watch.thread.start()
    watch.wait_for(DepthSampled)
    _announce(watch, encode_events("mine", [PickedUp(1, "west", ("a",))]))
    _announce(watch, b"nonsense")
    _announce(watch, encode_events("other", [PickedUp(2, "east", ("b",))]))

    watch.wait_for(PickedUp)
    assert watch.events.of(PickedUp) == [PickedUp(2, "east", ("b",))]


def test_that_an_unchanged_state_is_passed_on_only_now_and_then(watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(monitor_thread, "REPEAT_S", 3_600.0)
    watch.thread.start()
    watch.wait_for(DepthSampled)
    running = WorkerHeartbeat(1, "east", WorkerState.RUNNING)
    stopped = WorkerHeartbeat(3, "east", WorkerState.STOPPED)
    for events in ([running], [running], [stopped], [running], [PickedUp(9, "east", ())]):
        _announce(watch, encode_events("other", events))

    watch.wait_for(PickedUp)
    assert watch.events.of(WorkerHeartbeat) == [running, stopped, running]


def test_that_another_process_or_prefetch_of_a_worker_is_passed_on(
    watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(monitor_thread, "REPEAT_S", 3_600.0)
    watch.thread.start()
    watch.wait_for(DepthSampled)
    infos = [WorkerInfo(pid=1), WorkerInfo(pid=2), WorkerInfo(pid=2, done=1), WorkerInfo(pid=2, prefetch=9)]
    for number, info in enumerate(infos):
        _announce(watch, encode_events("other", [WorkerHeartbeat(number, "east", WorkerState.RUNNING, "", info)]))
    _announce(watch, encode_events("other", [PickedUp(9, "east", ())]))

    watch.wait_for(PickedUp)
    assert [event.info for event in watch.events.of(WorkerHeartbeat)] == [infos[0], infos[1], infos[3]]


def test_that_what_the_broker_dropped_is_told(watch: Watch) -> None:
    watch.thread.start()
    watch.wait_for(DepthSampled)
    for instance, before in (("other", 10), ("mine", 7), ("other", 40)):
        _announce(watch, encode_events(instance, [PickedUp(2, "east", ("b",))], before))

    watch.wait_for(EventsLost)
    assert [event.outcomes for event in watch.events.of(EventsLost)] == [30]


def test_that_the_states_of_workers_long_gone_are_forgotten(watch: Watch) -> None:
    watch.thread.start()
    watch.wait_for(DepthSampled)
    for number in range(MAX_INSTANCES + 1):
        state = WorkerHeartbeat(1, f"worker-{number}", WorkerState.RUNNING)
        _announce(watch, encode_events("other", [state]))
    _announce(watch, encode_events("other", [WorkerHeartbeat(1, "worker-0", WorkerState.RUNNING)]))

    watch.wait_for(WorkerHeartbeat, MAX_INSTANCES + 2)


def test_that_results_that_stay_unreadable_are_told_once(watch: Watch) -> None:
    watch.reader.trouble = StoreUnavailableError("The file results.db is locked.")
    watch.thread.start()
    watch.wait_for(ProblemRaised)
    watch.thread.request_count()
    watch.reader.trouble = None
    watch.wait_for(LedgerSnapshot)
    watch.reader.trouble = StoreUnavailableError("The file results.db is locked.")
    watch.wait_for(ProblemRaised, 2)

    assert watch.events.of(ProblemRaised)[0].text == "The ledger cannot be counted. The file results.db is locked."


@pytest.mark.expects_warnings
def test_that_an_error_that_nobody_foresaw_does_not_end_the_looking_on(
    watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    depth, counts = FakeInspector.depth, watch.reader.ledger_counts
    of_depth, of_counts = [MemoryError(), MemoryError()], [ValueError(), ValueError()]

    def look(inspector: FakeInspector) -> Depth:
        if of_depth:
            raise of_depth.pop()
        return depth(inspector)

    def count(origin: str | None) -> LedgerTotals:
        if of_counts:
            raise of_counts.pop()
        return counts(origin)

    monkeypatch.setattr(FakeInspector, "depth", look)
    monkeypatch.setattr(watch.reader, "ledger_counts", count)
    watch.thread.start()
    watch.wait_for(DepthSampled)
    watch.wait_for(LedgerSnapshot)
    assert any("unexpected" in event.problem for event in watch.events.of(ConnectionChanged))


def test_that_a_broker_that_comes_back_while_a_try_fails_is_tried_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The pauses are of a minute: without the second try this waits in vain."""
    watch = Watch(tmp_path, Backoff(first_s=60.0, max_s=60.0, jitter=0.0))
    opened, tries = FakeInspector.open, []

    def open_late(inspector: FakeInspector) -> None:
        tries.append(1)
        if len(tries) == 1:
            watch.thread.retry_now()
            raise BrokerUnavailableError("not yet")
        opened(inspector)

    monkeypatch.setattr(FakeInspector, "open", open_late)
    watch.thread.start()
    try:
        watch.events.wait_for(lambda: watch.link.state is ConnectionState.ONLINE)
    finally:
        watch.thread.stop()
        assert watch.thread.join(60)
    assert len(tries) == 2
