"""The one loop: fetch, process, commit, ack. The same in a thread of the console and in a process of its own."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from time import monotonic
from uuid import uuid4

from core.broker.backoff import Backoff
from core.broker.ports import Announcer, Consumer, Delivery
from core.errors import (
    BrokerRefusedError,
    BrokerUnavailableError,
    PacelineError,
    StoreDamagedError,
    StoreUnavailableError,
)
from core.events import BatchProcessed, Event, PickedUp, WorkerState, WorkerStateChanged
from core.events_wire import WorkerEvent
from core.logs import get_log
from worker.announcing import Announcing
from worker.batch import Batch, Item, Store
from worker.controls import Controls
from worker.link import Link
from worker.options import LoopOptions
from worker.simulation import Simulation

IDLE_WAIT_S = 0.5
SLICE_S = 1.0  # heartbeats and leases are served at least this often
BEAT_S = 5.0  # how often watchers are told that we are alive

_log = get_log(__name__)


class WorkerLoop:
    """Belongs to the thread that calls `run`, which opens and closes consumer, announcer and store.

    The imperatives (`pause` to `set_simulation`) are for any thread. `on_event` is called in the loop's thread.
    """

    def __init__(
        self,
        consumer: Consumer,
        store: Store,
        announcer: Announcer,
        *,
        name: str,
        now_ms: Callable[[], int],
        on_event: Callable[[Event], None],
        options: LoopOptions | None = None,
        link: Link | None = None,
        backoff: Backoff | None = None,
        monotonic_s: Callable[[], float] = monotonic,
    ) -> None:
        self.name = name
        self.instance = uuid4().hex  # tells our announcements from those of others
        self._consumer = consumer
        self._store = store
        self._now_ms = now_ms
        self._monotonic_s = monotonic_s
        self._on_event = on_event
        self._options = options or LoopOptions()
        self._link = link
        self._backoff = backoff or Backoff()
        self._announcing = Announcing(announcer, self.instance, monotonic_s)
        self._controls = Controls(consumer.wake, monotonic_s)
        self._prefetch = self._options.prefetch
        self._simulation = self._options.simulation
        self._told_prefetch: int | None = None
        self._state: WorkerStateChanged | None = None
        self._store_open = False
        self._consumer_open = False
        self._consumer_paused = False
        self._quiet_since_s: float | None = None
        self._drained = False
        self._beat_at_s = 0.0

    # What others may ask, from any thread.

    def pause(self) -> None:
        """Take no more; what is held and not begun goes back."""
        self._controls.pause()

    def resume(self) -> None:
        self._controls.resume()

    def drain(self) -> None:
        """Stop once the queue has stayed empty for a short while."""
        self._controls.drain()

    def stop(self) -> None:
        """Finish the batch in hand, for a bounded time, give the rest back, and end."""
        self._controls.stop(self._options.stop_grace_s)

    def hurry(self) -> None:
        """Stop at once: what is not being stored this moment goes back."""
        self._controls.hurry()

    def retry_now(self) -> None:
        """Try again now, if on hold."""
        self._controls.wake()

    def set_prefetch(self, prefetch: int) -> None:
        self._controls.wish_prefetch(prefetch)

    def set_simulation(self, simulation: Simulation | None) -> None:
        self._controls.wish_simulation(simulation)

    # The loop's own thread.

    def run(self) -> None:
        """Until told to stop, or drained. What the broker and the store refuse, it outlives. May be called again."""
        self._drained = False
        self._enter(WorkerState.STARTING)
        try:
            while not self._ending:
                try:
                    self._connect()
                    self._work_on()
                except (BrokerUnavailableError, BrokerRefusedError) as error:
                    self._lose_broker(error)
                except (StoreUnavailableError, StoreDamagedError) as error:
                    self._lose_store(error)
        finally:
            self._close()

    @property
    def _ending(self) -> bool:
        return self._controls.stopping or self._drained

    def _connect(self) -> None:
        # The store first: an open consumer wants its heartbeats served while we wait for a database.
        if not self._store_open:
            self._store.open()
            self._store_open = True
        if not self._consumer_open:
            self._take_wishes()
            self._consumer.open()
            self._consumer_open = True
            if self._link is not None:
                self._link.is_online()
        self._backoff.reset()

    def _work_on(self) -> None:
        while not self._ending:
            self._take_wishes()
            self._follow_pause()
            self._beat()
            if self._controls.paused:
                self._enter(WorkerState.PAUSED)
                self._consumer.release(self._consumer.fetch(1, IDLE_WAIT_S))
                continue
            self._enter(WorkerState.DRAINING if self._controls.draining else WorkerState.RUNNING)
            deliveries = self._consumer.fetch(self._limit(), self._wait_s())
            if deliveries:
                self._handle(deliveries)
            self._notice_quiet(bool(deliveries))

    def _limit(self) -> int:
        return 1 if self._simulation is not None else max(1, min(self._options.batch, (self._prefetch + 1) // 2))

    def _wait_s(self) -> float:
        return min(IDLE_WAIT_S, self._options.drain_quiet_s) if self._controls.draining else IDLE_WAIT_S

    def _notice_quiet(self, busy: bool) -> None:
        if busy or not self._controls.draining:
            self._quiet_since_s = None
            return
        now_s = self._monotonic_s()
        if self._quiet_since_s is None:
            self._quiet_since_s = now_s
        self._drained = now_s - self._quiet_since_s >= self._options.drain_quiet_s

    def _handle(self, deliveries: list[Delivery]) -> None:
        if self._controls.paused or self._controls.hurried:
            self._consumer.release(deliveries)
            return
        began_s = self._monotonic_s()
        batch = Batch(deliveries, worker=self.name, now_ms=self._now_ms())
        picked_up = PickedUp(batch.picked_up_at_ms, self.name, batch.workout_ids)
        self._on_event(picked_up)
        told = self._simulation is not None
        if told:
            # It will take a while, so watchers learn of it now and not with the outcome.
            self._announcing.send([picked_up])
        committed_s: float | None = None
        try:
            kept = self._pretend_to_work() and self._commit(batch)
            committed_s = self._monotonic_s()
            self._settle(batch, kept=kept)
        finally:
            # What is committed has happened, whatever becomes of the ack: without it, a duplicate will be absorbed.
            took_s = (self._monotonic_s() if committed_s is None else committed_s) - began_s
            self._tell(batch, None if told else picked_up, took_s * 1000.0)

    def _pretend_to_work(self) -> bool:
        """False when it was broken off and the batch is to go back."""
        simulation, began_s = self._simulation, self._monotonic_s()
        span_s = 0.0 if simulation is None else simulation.next_s()
        while (left_s := began_s + span_s - self._monotonic_s()) > 0:
            grace_s = self._controls.grace_left_s
            if self._controls.paused or self._controls.hurried or grace_s == 0:
                return False
            self._beat()
            self._consumer.fetch(0, min(left_s, SLICE_S if grace_s is None else min(grace_s, SLICE_S)))
            self._take_wishes()
            if self._simulation is not simulation:
                simulation = self._simulation
                span_s = 0.0 if simulation is None else simulation.next_s()
        return True

    def _commit(self, batch: Batch) -> bool:
        """Keep the batch and try again while the store is away; False when it is to go back instead."""
        while True:
            try:
                batch.commit(self._store)
            except (StoreUnavailableError, StoreDamagedError) as error:
                self._enter(WorkerState.ON_HOLD, str(error))
                self._hold_with_consumer(self._backoff.next_s())
                if self._ending or self._controls.paused:
                    return False
            else:
                self._backoff.reset()
                return True

    def _hold_with_consumer(self, wait_s: float) -> None:
        self._beat()
        self._consumer.fetch(0, wait_s)

    def _settle(self, batch: Batch, *, kept: bool) -> None:
        failures = batch.failures(self._now_ms())
        if failures:
            self._consumer.fail(failures)
        gone = {failure.delivery.tag for failure in failures}
        for settled in batch.settled:
            if settled.later is not None:
                delivery = settled.item.delivery
                gone.add(delivery.tag)
                self._consumer.retry(delivery, settled.later.delay_s, settled.later.reason)
        self._consumer.ack([s.item.delivery for s in batch.settled if s.item.delivery.tag not in gone])
        if not kept:
            self._consumer.release([item.delivery for item in batch.unsettled])

    def _tell(self, batch: Batch, picked_up: PickedUp | None, took_ms: float) -> None:
        back: list[Item] = batch.unsettled
        outcomes = batch.outcomes(took_ms)
        if back:
            outcomes += batch.given_back(back, "given back to the queue", took_ms)
        processed = BatchProcessed(self._now_ms(), self.name, outcomes)
        self._on_event(processed)
        events: list[WorkerEvent] = [processed] if picked_up is None else [picked_up, processed]
        self._announcing.send(events)

    def _take_wishes(self) -> None:
        prefetch, simulation = self._controls.take_wishes()
        if prefetch is not None:
            self._prefetch = prefetch
        if simulation is not None:
            self._simulation = simulation[0]
        wanted = 1 if self._simulation is not None else self._prefetch
        if wanted != self._told_prefetch:
            self._consumer.set_prefetch(wanted)
            self._told_prefetch = wanted

    def _follow_pause(self) -> None:
        if self._controls.paused != self._consumer_paused:
            self._consumer_paused = self._controls.paused
            (self._consumer.pause if self._consumer_paused else self._consumer.resume)()

    def _lose_broker(self, error: BrokerUnavailableError | BrokerRefusedError) -> None:
        refused = isinstance(error, BrokerRefusedError)
        self._close_consumer()
        wait_s = self._options.refused_wait_s if refused else self._backoff.next_s()
        self._enter(WorkerState.ON_HOLD, str(error))
        if self._link is not None:
            self._link.is_lost(error, next_try_at_ms=self._now_ms() + round(wait_s * 1000))
        self._controls.wait(wait_s)

    def _lose_store(self, error: PacelineError) -> None:
        self._enter(WorkerState.ON_HOLD, str(error))
        self._controls.wait(self._backoff.next_s())

    def _enter(self, state: WorkerState, problem: str = "") -> None:
        before = self._state
        if before is not None and before.state is state and before.problem == problem:
            return
        self._state = WorkerStateChanged(self._now_ms(), self.name, state, problem)
        _log.info("worker " + state.value, worker=self.name, **({"problem": problem} if problem else {}))
        self._on_event(self._state)
        self._announce_state()

    def _beat(self) -> None:
        if self._monotonic_s() >= self._beat_at_s:
            self._announce_state()

    def _announce_state(self) -> None:
        state = self._state
        if state is None or not self._consumer_open:
            return  # an announcer would only wait for the broker that is away
        self._announcing.send([WorkerStateChanged(self._now_ms(), self.name, state.state, state.problem)])
        self._beat_at_s = self._monotonic_s() + BEAT_S

    def _close_consumer(self) -> None:
        self._announcing.close()
        if self._consumer_open:
            self._consumer_open = False
            with suppress(BrokerUnavailableError, BrokerRefusedError):
                self._consumer.close()

    def _close(self) -> None:
        self._enter(WorkerState.STOPPED)
        self._close_consumer()
        if self._store_open:
            self._store_open = False
            self._store.close()
