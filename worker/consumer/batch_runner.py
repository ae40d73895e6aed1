"""What a worker does with deliveries: in groups, each read, stored, settled with the broker and told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from core.broker.ports import Consumer, Delivery, RetryRequest
from core.codec.event_codec import WorkerEvent
from core.errors import (
    AckTimeoutError,
    BrokerRefusedError,
    BrokerUnavailableError,
    StoreDamagedError,
    StoreFileReplacedError,
    StoreUnavailableError,
)
from core.events import BatchProcessed, Event, PickedUp, WorkerState
from core.failures.failure_key import failure_key
from core.logs import get_log
from worker.consumer.batch import Batch, ReadBody, Store
from worker.consumer.controls import Controls
from worker.consumer.event_publisher import BestEffortEventPublisher
from worker.consumer.options import LoopOptions
from worker.consumer.poison_detection import DeliveryGroup, isolate_suspects, suspect_keys, timeout_mark
from worker.consumer.queue_notes import QueueNotes
from worker.consumer.simulated_work import Simulation
from worker.consumer.time_limit import TimeLimit

TIMEOUT_SHARE = 0.9  # of the broker's time for an acknowledgement; a delivery takes a moment to get here
SLICE_S = 1.0  # heartbeats and leases are served at least this often

StoreError = StoreUnavailableError | StoreDamagedError

_log = get_log(__name__)


class RunContext(Protocol):
    """The loop around the handling."""

    name: str
    simulation: Simulation | None

    @property
    def ending(self) -> bool: ...

    def set_state(self, state: WorkerState, problem: str = "") -> None: ...

    def heartbeat_if_due(self) -> None: ...

    def took(self, picked_up: PickedUp) -> None: ...

    def finished(self, processed: BatchProcessed) -> None: ...

    def apply_settings(self) -> None: ...

    def next_pause_s(self) -> float: ...

    def store_answered(self) -> None: ...


class BatchRunner:
    """Of the loop's thread. Errors of the broker pass; so does that of a store that stays away."""

    def __init__(
        self,
        host: RunContext,
        consumer: Consumer,
        store: Store,
        announcing: BestEffortEventPublisher,
        controls: Controls,
        cut_off: TimeLimit,
        options: LoopOptions,
        *,
        read_body: ReadBody,
        now_ms: Callable[[], int],
        monotonic_s: Callable[[], float],
        on_event: Callable[[Event], None],
    ) -> None:
        self._host = host
        self._consumer = consumer
        self._store = store
        self._announcing = announcing
        self._controls = controls
        self._cut_off = cut_off
        self._options = options
        self._read_body = read_body
        self._now_ms = now_ms
        self._monotonic_s = monotonic_s
        self._on_event = on_event
        self._notes = QueueNotes(store, consumer, host.name)
        self._left_marks: set[str] = set()  # of suspects that left these hands, where the store could not be told

    def process(self, deliveries: Sequence[Delivery]) -> None:
        """What was in hand when a worker died is tried apart from the rest."""
        keys = suspect_keys(deliveries)
        known: dict[str, int] = {}
        if keys:
            marks = [*keys.values(), *map(timeout_mark, keys.values())]
            trouble = self._retry_store(lambda: known.update(self._store.poison_suspects(marks)))
            if trouble is not None:
                self._requeue(deliveries, trouble)
                return
        is_first = True
        for group in isolate_suspects(deliveries, known, keys):
            if not is_first:
                self._consumer.fetch(0, 0.0)  # serves the connection
            if self._must_let_go or (self._host.ending and not is_first):
                self._consumer.requeue(group.deliveries)
            else:
                self._handle_group(group)
            is_first = False

    def clear_marks(self) -> None:
        """Before anything else is taken: a mark that stays counts as a death. Errors of the store pass."""
        if self._left_marks:
            self._store.clear_suspects(sorted(self._left_marks))
            self._left_marks.clear()
        self._notes.take_back()

    def idle(self) -> None:
        """Nothing more comes for a while. Errors of the store pass."""
        self._notes.look()
        self._notes.rest()

    def end(self) -> None:
        """Nothing more comes to this worker; the connection may be gone. Errors of the store pass."""
        self._notes.rest()

    @property
    def _must_let_go(self) -> bool:
        return self._controls.paused or self._controls.hurried

    @property
    def _is_wanted_elsewhere(self) -> bool:
        return self._host.ending or self._controls.paused

    def _handle_group(self, group: DeliveryGroup) -> None:
        if keys := list(group.marks.values()):
            self._left_marks.update(keys)  # a try without an answer may have come to pass
            trouble = self._retry_store(lambda: self._store.mark_suspects(keys, alone=group.alone))
            if trouble is not None:
                self._requeue(group.deliveries, trouble)
                return
            self._left_marks.difference_update(keys)
        began_s = self._monotonic_s()
        self._left_marks.update(timeout_mark(group.marks[tag]) for tag in group.timed_out)  # counted by this try
        batch = self._read(group)
        picked_up = PickedUp(batch.picked_up_at_ms, self._host.name, batch.workout_ids, batch.job)
        self._host.took(picked_up)
        self._on_event(picked_up)
        told = self._host.simulation is not None
        if told:
            # It will take a while, so watchers learn of it now and not with the outcome.
            self._announcing.send([picked_up])
            self._tidy_notes()
        trouble, committed_s = None, None
        try:
            if group.is_judged or self._simulate_work():
                trouble = self._commit(batch)
            committed_s = self._monotonic_s()
            self._settle(batch, can_note=trouble is None)
            self._unmark(batch)
        except (BrokerUnavailableError, BrokerRefusedError) as error:
            self._unmark(batch)  # the link is gone, and this process is not
            if isinstance(error, AckTimeoutError):
                self._mark_timeout(group, self._monotonic_s() - began_s, error)
            raise
        finally:
            # What is committed has happened, whatever becomes of the ack: without it, a duplicate will be absorbed.
            took_s = (self._monotonic_s() if committed_s is None else committed_s) - began_s
            self._tell(batch, None if told else picked_up, took_s * 1000.0)
        if trouble is not None and (not self._is_wanted_elsewhere or (batch.must_reopen and not self._host.ending)):
            raise trouble

    def _read(self, group: DeliveryGroup) -> Batch:
        return Batch(
            group,
            worker=self._host.name,
            now_ms=self._now_ms(),
            read_body=self._read_body,
            guard=self._cut_off.run,
            monotonic_s=self._monotonic_s,
        )

    def _simulate_work(self) -> bool:
        """False when it was broken off and the batch is to go back."""
        host = self._host
        simulation, began_s = host.simulation, self._monotonic_s()
        span_s = 0.0 if simulation is None else simulation.next_s()
        while (left_s := began_s + span_s - self._monotonic_s()) > 0:
            grace_s = self._controls.grace_left_s
            if self._must_let_go or grace_s == 0:
                return False
            host.heartbeat_if_due()
            longest_s = min(SLICE_S, self._options.heartbeat_interval_s)
            self._consumer.fetch(0, min(left_s, longest_s if grace_s is None else min(grace_s, longest_s)))
            host.apply_settings()
            if host.simulation is not simulation:
                simulation = host.simulation
                span_s = 0.0 if simulation is None else simulation.next_s()
        return True

    def _commit(self, batch: Batch) -> StoreError | None:
        """None when the store took all of it. Else what is left is put off, or left to go back when told to end."""
        trouble = self._retry_store(lambda: batch.commit(self._store))
        if trouble is not None and not self._is_wanted_elsewhere:
            batch.defer(trouble)
        return trouble

    def _retry_store(self, act: Callable[[], None]) -> StoreError | None:
        """Again and again while the store is away, with the batch in hand; for a while, and until told to end."""
        until_s = self._monotonic_s() + self._options.store_retry_timeout_s
        is_moved = False
        while True:
            try:
                if is_moved:
                    self._store.open()  # the file of that name: one put back, or a new one
                    is_moved = False
                act()
            except (StoreUnavailableError, StoreDamagedError) as error:
                is_moved = is_moved or isinstance(error, StoreFileReplacedError)
                self._host.set_state(WorkerState.ON_HOLD, str(error))
                self._host.heartbeat_if_due()
                left_s = max(0.0, until_s - self._monotonic_s())
                self._consumer.fetch(0, min(self._host.next_pause_s(), left_s, self._options.heartbeat_interval_s))
                if self._is_wanted_elsewhere or self._monotonic_s() >= until_s:
                    return error
            else:
                self._host.store_answered()
                return None

    def _requeue(self, deliveries: Sequence[Delivery], trouble: StoreError) -> None:
        self._consumer.requeue(deliveries)
        if not self._is_wanted_elsewhere:
            raise trouble

    def _settle(self, batch: Batch, *, can_note: bool) -> None:
        failures, retries = batch.failures(self._now_ms()), batch.retries()
        gone = {failure.delivery.tag for failure in failures} | {retry.delivery.tag for retry in retries}
        # What is stored goes first: it must not come again because a copy of another could not be made.
        done = [s for s in batch.settled if s.item.delivery.tag not in gone]
        if done:
            self._notes.settling()
            deliveries = [s.item.delivery for s in done]
            if self._consumer.ack(deliveries) == len(done):
                self._notes.settled([s.applied for s in done], deliveries)
        if failures:
            self._notes.moved(batch.failed_keys, self._consumer.dead_letter(failures))
        if retries:
            keys = self._note_copies(retries) if can_note else []
            taken = self._consumer.retry(retries)
            if keys:
                self._notes.moved(keys, taken)
        if back := batch.unsettled:
            self._consumer.requeue([item.delivery for item in back])

    def _note_copies(self, retries: Sequence[RetryRequest]) -> list[str]:
        """A store that is away is not waited for: a retry matters more than its note."""
        try:
            return self._notes.retrying(retries)
        except (StoreUnavailableError, StoreDamagedError) as error:
            _log.info("copies could not be noted", worker=self._host.name, problem=str(error))
            return []

    def _unmark(self, batch: Batch) -> None:
        """They left this worker's hands in good order, so whoever gets them next need not suspect them."""
        self._left_marks.update(batch.still_marked)
        try:
            self.clear_marks()
        except (StoreUnavailableError, StoreDamagedError) as error:
            _log.info("suspects could not be cleared", worker=self._host.name, problem=str(error))

    def _mark_timeout(self, group: DeliveryGroup, took_s: float, error: AckTimeoutError) -> None:
        """Work that the broker did not wait for: a failed try of one alone; several are tried alone the next time.

        What the worker had for a shorter time is not what took so long: another delivery of the channel was.
        """
        if took_s < TIMEOUT_SHARE * error.timeout_s:
            return
        keys = [failure_key(delivery.message) for delivery in group.deliveries]
        is_alone = len(keys) == 1
        try:
            self._store.mark_suspects(list(map(timeout_mark, keys)) if is_alone else keys, alone=is_alone)
        except (StoreUnavailableError, StoreDamagedError) as trouble:
            _log.info("a late acknowledgement could not be noted", worker=self._host.name, problem=str(trouble))

    def _tidy_notes(self) -> None:
        """Of the batch before; the store is asked for more than this soon enough."""
        try:
            self._notes.rest()
        except (StoreUnavailableError, StoreDamagedError) as error:
            _log.info("notes could not be taken back", worker=self._host.name, problem=str(error))

    def _tell(self, batch: Batch, picked_up: PickedUp | None, took_ms: float) -> None:
        outcomes = batch.outcomes(took_ms)
        if back := batch.unsettled:
            outcomes += batch.requeued(back, "given back to the queue", took_ms)
        processed = BatchProcessed(self._now_ms(), self._host.name, outcomes)
        self._host.finished(processed)
        self._on_event(processed)
        events: list[WorkerEvent] = [processed] if picked_up is None else [picked_up, processed]
        self._announcing.send(events)
