"""The one loop: fetch, process, commit, ack. The same in a thread of the console and in a process of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from time import monotonic
from uuid import uuid4

from core.broker.backoff import Backoff
from core.broker.ports import Consumer, Delivery, EventPublisher
from core.codec.workout_codec import decode
from core.errors import (
    BrokerRefusedError,
    BrokerUnavailableError,
    PacelineError,
    StoreDamagedError,
    StoreUnavailableError,
)
from core.events import BatchProcessed, Event, PickedUp, ProblemRaised, WorkerState, WorkerStateChanged
from core.logs import get_log
from worker.consumer.batch import ReadBody, Store
from worker.consumer.batch_runner import BatchRunner
from worker.consumer.controls import Controls
from worker.consumer.event_publisher import BestEffortEventPublisher
from worker.consumer.held_notice import HeldNotice
from worker.consumer.options import LoopOptions
from worker.consumer.simulated_work import Simulation
from worker.consumer.time_limit import TimeLimit
from worker.consumer.worker_info import WorkerInfoTracker
from worker.runtime.connection_status import ConnectionStatus

IDLE_WAIT_S = 0.5
BOLDER = 4

_log = get_log(__name__)


class WorkerLoop:
    """Belongs to the thread that calls `run`, which opens and closes consumer, announcer and store.

    The imperatives (`pause` to `set_simulation`) are for any thread. `on_event` is called in the loop's thread.
    """

    def __init__(
        self,
        consumer: Consumer,
        store: Store,
        announcer: EventPublisher,
        *,
        name: str,
        now_ms: Callable[[], int],
        on_event: Callable[[Event], None],
        options: LoopOptions | None = None,
        link: ConnectionStatus | None = None,
        make_backoff: Callable[[], Backoff] = Backoff,
        monotonic_s: Callable[[], float] = monotonic,
        read_body: ReadBody = decode,
        on_unresponsive: Callable[[], None] | None = None,
    ) -> None:
        """`on_unresponsive` is called in another thread when work hangs in a way that cannot be cut off."""
        self.name = name
        self.instance = uuid4().hex  # tells our announcements from those of others
        self._consumer = consumer
        self._store = store
        self._now_ms = now_ms
        self._monotonic_s = monotonic_s
        self._on_event = on_event
        self._options = options or LoopOptions()
        self._link = link
        self._backoff, self._store_backoff = make_backoff(), make_backoff()  # of the broker, and of the database
        self._announcing = BestEffortEventPublisher(announcer, self.instance, monotonic_s)
        self._controls = Controls(consumer.wake, monotonic_s)
        self._cut_off = TimeLimit(self._options.job_time_limit_s, on_unresponsive=on_unresponsive or self._log_stuck)
        self._care: int | None = self._options.initial_prefetch  # what may be held while we are careful
        self._survived = False  # some of what came again, since that was changed
        self._prefetch = self._options.prefetch
        self.simulation = self._options.simulation
        self._told_prefetch: int | None = None
        self._held_notice = HeldNotice(name)
        self._state: WorkerStateChanged | None = None
        self._own_card = WorkerInfoTracker()
        self._broker_seen = False  # an announcer would only wait for a broker that is away
        self._store_open = False
        self._consumer_open = False
        self._consumer_paused = False
        self._quiet_since_s: float | None = None
        self._drained = False
        self._beat_at_s = 0.0
        self._handling = BatchRunner(
            self,
            consumer,
            store,
            self._announcing,
            self._controls,
            self._cut_off,
            self._options,
            read_body=read_body,
            now_ms=now_ms,
            monotonic_s=monotonic_s,
            on_event=on_event,
        )

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
        self._controls.stop(self._options.shutdown_timeout_s)

    def stop_now(self) -> None:
        """Stop at once: what is not being stored this moment goes back."""
        self._controls.stop_now()

    def retry_now(self) -> None:
        """Try again now, if on hold."""
        self._controls.wake()

    def set_prefetch(self, prefetch: int) -> None:
        self._controls.request_prefetch(prefetch)

    def set_simulation(self, simulation: Simulation | None) -> None:
        self._controls.request_simulation(simulation)

    # The loop's own thread.

    def run(self) -> None:
        """Until told to stop, or drained. What the broker and the store refuse, it outlives. May be called again."""
        self._drained = False
        self._backoff.reset()
        self.set_state(WorkerState.STARTING)
        try:
            while not self.ending:
                try:
                    self._connect()
                    self._work_on()
                except (BrokerUnavailableError, BrokerRefusedError) as error:
                    self._on_broker_lost(error)
                except (StoreUnavailableError, StoreDamagedError) as error:
                    self._on_store_lost(error)
        finally:
            self._close()

    @property
    def ending(self) -> bool:
        return self._controls.stopping or self._drained

    def next_pause_s(self) -> float:
        return self._store_backoff.next_s()

    def store_answered(self) -> None:
        self._store_backoff.reset()

    def _connect(self) -> None:
        # The store first: an open consumer wants its heartbeats served while we wait for a database.
        if not self._store_open:
            self._store.open()
            self._store_open = True
        if not self._consumer_open:
            self._care, self._survived = self._options.initial_prefetch, False
            self.apply_settings()
            self._consumer.open()
            self._consumer_open = self._broker_seen = True
            self._backoff.came_up()
            if self._link is not None:
                self._link.set_online()
        self._store_backoff.reset()

    def _work_on(self) -> None:
        self._quiet_since_s = None  # what was seen of an earlier connection says nothing of this one
        while not self.ending:
            self._handling.clear_marks()
            self.apply_settings()
            self._follow_pause()
            self.heartbeat_if_due()
            if self._controls.paused:
                self.set_state(WorkerState.PAUSED)
                self._quiet_since_s = None
                self._consumer.requeue(self._consumer.fetch(1, IDLE_WAIT_S))
                self._handling.idle()
                continue
            self._enter_working()
            deliveries = self._consumer.fetch(self._limit(), self._wait_s())
            if deliveries:
                self._grow_prefetch(deliveries)
                self._handling.process(deliveries)
                self._survived = True
            else:
                self._handling.idle()
            self._check_drained(bool(deliveries))

    def _enter_working(self) -> None:
        """With a word on what cannot be put away, once as a problem and then as long as it lasts beside the state."""
        held = self._consumer.held
        words = self._held_notice.words(held)
        state = WorkerState.DRAINING if self._controls.draining else WorkerState.RUNNING
        if self._held_notice.is_news:
            _log.warning("messages cannot be put away", worker=self.name, problem=words)
            self._on_event(ProblemRaised(self._now_ms(), "worker", words))
        self.set_state(WorkerState.ON_HOLD if held.is_full else state, words)

    def _grow_prefetch(self, deliveries: Sequence[Delivery]) -> None:
        """What killed a worker may kill this one: it holds little, and more with each batch that it has survived.

        It asks for more while all that it may hold is in its hands: with a new prefetch, what is on its way goes back,
        and a quorum queue counts that like a death. A large message could be given up so, and nobody had ever seen it.
        After a broker has crashed, all that was in its queue comes as redelivered, however much that is.
        """
        if self._care is None or self._told_prefetch is None or len(deliveries) < self._told_prefetch:
            return
        if not any(delivery.redelivered for delivery in deliveries):
            self._care = None
        elif self._survived:
            bolder = self._care * BOLDER
            self._care = bolder if bolder <= self._options.batch else None  # more could not be in hand at once
        self._survived = False
        self.apply_settings()

    def _limit(self) -> int:
        if self.simulation is not None:
            return 1
        held = self._held()
        return max(1, min(self._options.batch, (held + 1) // 2 if self._care is None else held))

    def _held(self) -> int:
        return self._prefetch if self._care is None else min(self._prefetch, self._care)

    def _wait_s(self) -> float:
        return min(IDLE_WAIT_S, self._options.drain_idle_s) if self._controls.draining else IDLE_WAIT_S

    def _check_drained(self, busy: bool) -> None:
        if busy or not self._controls.draining:
            self._quiet_since_s = None
            return
        now_s = self._monotonic_s()
        if self._quiet_since_s is None:
            self._quiet_since_s = now_s
        self._drained = now_s - self._quiet_since_s >= self._options.drain_idle_s

    def apply_settings(self) -> None:
        prefetch, simulation = self._controls.apply_settings()
        if prefetch is not None:
            self._prefetch = prefetch
            self._beat_at_s = 0.0  # whoever asked for it sees it now
        if simulation is not None:
            self.simulation = simulation[0]
        wanted = 1 if self.simulation is not None else self._held()
        if wanted != self._told_prefetch:
            self._consumer.set_prefetch(wanted)
            self._told_prefetch = wanted

    def _follow_pause(self) -> None:
        if self._controls.paused != self._consumer_paused:
            self._consumer_paused = self._controls.paused
            (self._consumer.pause if self._consumer_paused else self._consumer.resume)()

    def _on_broker_lost(self, error: BrokerUnavailableError | BrokerRefusedError) -> None:
        refused = isinstance(error, BrokerRefusedError)
        self._broker_seen = False
        self._close_consumer()
        wait_s = self._options.refused_wait_s if refused else self._backoff.next_s()
        self.set_state(WorkerState.ON_HOLD, str(error))
        if self._link is not None:
            self._link.set_lost(error, next_try_at_ms=self._now_ms() + round(wait_s * 1000))
        self._controls.wait(wait_s)

    def _on_store_lost(self, error: PacelineError) -> None:
        # Others may reach their database; and nobody serves the connection while this one waits.
        self._close_consumer()
        self._close_store()
        self._broker_seen = True  # as far as is known: who watches should see what this one waits for
        self.set_state(WorkerState.ON_HOLD, str(error))
        self.heartbeat_if_due()
        self._controls.wait(min(self._store_backoff.next_s(), self._options.heartbeat_interval_s))

    def _log_stuck(self) -> None:
        _log.error("the work hangs in a call that cannot be cut off", worker=self.name)

    def set_state(self, state: WorkerState, problem: str = "") -> None:
        before = self._state
        if before is not None and before.state is state and before.problem == problem:
            return
        _log.info("worker " + state.value, worker=self.name, **({"problem": problem} if problem else {}))
        self._say(state, problem)

    def heartbeat_if_due(self) -> None:
        """Tell those who watch that this one is alive, if it is time to."""
        if self._state is not None and self._monotonic_s() >= self._beat_at_s:
            self._say(self._state.state, self._state.problem)

    def took(self, picked_up: PickedUp) -> None:
        self._own_card.took(picked_up)

    def finished(self, processed: BatchProcessed) -> None:
        self._own_card.finished(processed)

    def _say(self, state: WorkerState, problem: str) -> None:
        self._state = WorkerStateChanged(self._now_ms(), self.name, state, problem, self._own_card.read(self._prefetch))
        self._beat_at_s = self._monotonic_s() + self._options.heartbeat_interval_s
        self._on_event(self._state)
        if self._broker_seen:
            self._announcing.send([self._state])

    def _close_consumer(self) -> None:
        if not self._broker_seen:
            self._announcing.close()
        if self._consumer_open:
            self._consumer_open = False
            with suppress(BrokerUnavailableError, BrokerRefusedError):
                self._consumer.close()

    def _close(self) -> None:
        self.set_state(WorkerState.STOPPED)
        self._broker_seen = False
        self._close_consumer()
        if self._store_open:
            with suppress(StoreUnavailableError, StoreDamagedError):
                self._handling.end()
        self._close_store()
        self._cut_off.close()

    def _close_store(self) -> None:
        if self._store_open:
            self._store_open = False
            self._store.close()
