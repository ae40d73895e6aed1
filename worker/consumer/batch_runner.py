"""What a worker does with deliveries: in groups, each read, stored, settled with the broker and reported."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from core.broker.ports import Consumer, Delivery
from core.codec.event_codec import WorkerEvent
from core.errors import AckTimeoutError, BrokerError, StoreError
from core.events import BatchProcessed, PickedUp
from core.failures.failure_key import failure_key
from core.logs import get_log
from worker.consumer.batch import Batch
from worker.consumer.consumer_settings import ConsumerSettings
from worker.consumer.controls import Controls
from worker.consumer.event_publisher import BestEffortEventPublisher
from worker.consumer.heartbeat import Heartbeat
from worker.consumer.options import LoopOptions
from worker.consumer.poison_detection import DeliveryGroup, isolate_suspects, suspect_keys, timeout_mark
from worker.consumer.queue_notes import QueueNotes
from worker.consumer.store_session import StoreSession
from worker.consumer.time_limit import TimeLimit

TIMEOUT_SHARE = 0.9  # of the broker's time for an acknowledgement; a delivery takes a moment to arrive
SLICE_S = 1.0  # heartbeats and leases are served at least this often

_log = get_log(__name__)


class BatchRunner:
    """Of the loop's thread. Errors of the broker pass; so does that of a store that stays unavailable."""

    def __init__(
        self,
        consumer: Consumer,
        store: StoreSession,
        publisher: BestEffortEventPublisher,
        heartbeat: Heartbeat,
        controls: Controls,
        settings: ConsumerSettings,
        time_limit: TimeLimit,
        options: LoopOptions,
    ) -> None:
        self._consumer = consumer
        self._store = store
        self._publisher = publisher
        self._heartbeat = heartbeat
        self._controls = controls
        self._settings = settings
        self._time_limit = time_limit
        self._options = options
        self._notes = QueueNotes(store.results, consumer, heartbeat.worker)
        self._left_marks: set[str] = set()  # poison marks to clear, of messages that left this worker without a crash

    def process(self, deliveries: Sequence[Delivery]) -> None:
        """Messages that were in flight when a worker crashed are tried apart from the rest."""
        keys = suspect_keys(deliveries)
        known: dict[str, int] = {}
        if keys:
            marks = [*keys.values(), *map(timeout_mark, keys.values())]
            trouble = self._store.retry(lambda: known.update(self._store.results.poison_suspects(marks)))
            if trouble is not None:
                self._requeue(deliveries, trouble)
                return
        is_first = True
        for group in isolate_suspects(deliveries, known, keys):
            if not is_first:
                self._consumer.fetch(0, 0.0)  # serves the connection
            if self._controls.interrupted or (self._controls.stopping and not is_first):
                self._consumer.requeue(group.deliveries)
            else:
                self._handle_group(group)
            is_first = False

    def clear_marks(self) -> None:
        """Call before the next fetch: a mark that stays counts as a crash. Errors of the store pass."""
        if self._left_marks:
            self._store.results.clear_suspects(sorted(self._left_marks))
            self._left_marks.clear()
        self._notes.remove()

    def idle(self) -> None:
        """The queue is empty, or the worker paused. Errors of the store pass."""
        self._notes.look()
        self._notes.rest()

    def end(self) -> None:
        """The worker ends; its connection may be closed. Errors of the store pass."""
        self._notes.rest()

    def _handle_group(self, group: DeliveryGroup) -> None:
        if keys := list(group.marks.values()):
            self._left_marks.update(keys)  # a call that failed may have been committed
            trouble = self._store.retry(lambda: self._store.results.mark_suspects(keys, alone=group.alone))
            if trouble is not None:
                self._requeue(group.deliveries, trouble)
                return
            self._left_marks.difference_update(keys)
        began_s = self._options.monotonic_s()
        self._left_marks.update(timeout_mark(group.marks[tag]) for tag in group.timed_out)  # this attempt counts it
        batch = self._read(group)
        picked_up = PickedUp(batch.picked_up_at_ms, self._heartbeat.worker, batch.workout_ids, batch.job)
        self._heartbeat.picked_up(picked_up)
        is_announced = self._settings.simulation is not None
        if is_announced:
            # It will take a while, so consoles learn of it now and not with the outcome.
            self._publisher.send([picked_up])
            self._try_store(self._notes.rest, "notes could not be removed")
        trouble, committed_s = None, None
        try:
            if group.is_judged or self._simulate_work():
                trouble = self._commit(batch)
            committed_s = self._options.monotonic_s()
            self._settle(batch, can_note=trouble is None)
            self._unmark(batch)
        except BrokerError as error:
            self._unmark(batch)  # the connection is lost, and this process lives
            if isinstance(error, AckTimeoutError):
                self._mark_timeout(group, self._options.monotonic_s() - began_s, error)
            raise
        finally:
            # What is committed counts, with or without the ack: without, its redelivery will be a duplicate.
            took_s = (self._options.monotonic_s() if committed_s is None else committed_s) - began_s
            self._report(batch, None if is_announced else picked_up, took_s * 1000.0)
        if trouble is not None and (not self._controls.leaving or (batch.must_reopen and not self._controls.stopping)):
            raise trouble

    def _read(self, group: DeliveryGroup) -> Batch:
        return Batch(
            group,
            worker=self._heartbeat.worker,
            now_ms=self._options.now_ms(),
            read_body=self._options.read_body,
            guard=self._time_limit.run,
            monotonic_s=self._options.monotonic_s,
        )

    def _simulate_work(self) -> bool:
        """False when it was interrupted and the batch is to be requeued."""
        simulation, began_s = self._settings.simulation, self._options.monotonic_s()
        span_s = 0.0 if simulation is None else simulation.next_s()
        while (left_s := began_s + span_s - self._options.monotonic_s()) > 0:
            stop_in_s = self._controls.shutdown_left_s
            if self._controls.interrupted or stop_in_s == 0:
                return False
            self._heartbeat.publish_if_due()
            slice_s = min(left_s, SLICE_S, self._options.heartbeat_interval_s)
            self._consumer.fetch(0, slice_s if stop_in_s is None else min(stop_in_s, slice_s))
            self._settings.apply()
            if self._settings.simulation is not simulation:
                simulation = self._settings.simulation
                span_s = 0.0 if simulation is None else simulation.next_s()
        return True

    def _commit(self, batch: Batch) -> StoreError | None:
        """None when all of it is stored. Otherwise the rest is deferred, or stays unsettled if the loop is leaving."""
        trouble = self._store.retry(lambda: batch.commit(self._store.results))
        if trouble is not None and not self._controls.leaving:
            batch.defer(trouble)
        return trouble

    def _requeue(self, deliveries: Sequence[Delivery], trouble: StoreError) -> None:
        self._consumer.requeue(deliveries)
        if not self._controls.leaving:
            raise trouble

    def _settle(self, batch: Batch, *, can_note: bool) -> None:
        failures, retries = batch.failures(self._options.now_ms()), batch.retries()
        gone = {failure.delivery.tag for failure in failures} | {retry.delivery.tag for retry in retries}
        # What is stored goes first: it must not be redelivered because a copy of another could not be published.
        done = [item for item in batch.settled if item.delivery.tag not in gone]
        if done:
            self._notes.settling()
            deliveries = [item.delivery for item in done]
            if self._consumer.ack(deliveries) == len(done):
                self._notes.settled([item.applied for item in done], deliveries)
        if failures:
            self._notes.moved(batch.failed_keys, self._consumer.dead_letter(failures))
        if retries:
            keys: list[str] = []
            if can_note:  # a store that is unavailable is not waited for: a retry matters more than its note
                self._try_store(lambda: keys.extend(self._notes.retrying(retries)), "copies could not be noted")
            taken = self._consumer.retry(retries)
            if keys:
                self._notes.moved(keys, taken)
        if back := batch.unsettled:
            self._consumer.requeue([item.delivery for item in back])

    def _unmark(self, batch: Batch) -> None:
        """Clear the poison marks: these messages were settled or requeued without a crash."""
        self._left_marks.update(batch.still_marked)
        self._try_store(self.clear_marks, "poison marks could not be cleared")

    def _mark_timeout(self, group: DeliveryGroup, took_s: float, error: AckTimeoutError) -> None:
        """After an acknowledgement timeout: a failed attempt of a single message; several are tried alone next time.

        A batch that was in flight for a shorter time is not the cause: another delivery of the channel is.
        """
        if took_s < TIMEOUT_SHARE * error.timeout_s:
            return
        keys = [failure_key(delivery.message) for delivery in group.deliveries]
        is_alone = len(keys) == 1
        marks = list(map(timeout_mark, keys)) if is_alone else keys
        self._try_store(
            lambda: self._store.results.mark_suspects(marks, alone=is_alone),
            "an acknowledgement timeout could not be noted",
        )

    def _try_store(self, act: Callable[[], None], failure: str) -> None:
        """For what the work does not wait for."""
        try:
            act()
        except StoreError as error:
            _log.info(failure, worker=self._heartbeat.worker, problem=str(error))

    def _report(self, batch: Batch, picked_up: PickedUp | None, took_ms: float) -> None:
        outcomes = batch.outcomes(took_ms)
        if back := batch.unsettled:
            outcomes += batch.requeued(back, "given back to the queue", took_ms)
        processed = BatchProcessed(self._options.now_ms(), self._heartbeat.worker, outcomes)
        self._heartbeat.processed(processed)
        events: list[WorkerEvent] = [processed] if picked_up is None else [picked_up, processed]
        self._publisher.send(events)
