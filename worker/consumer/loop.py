"""The worker loop: fetch, process, commit, ack. The same in a thread of the console and in a process of its own."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from uuid import uuid4

from core.broker.ports import Consumer, EventPublisher
from core.errors import BrokerError, BrokerRefusedError, PacelineError, StoreError
from core.events import Event, WorkerState
from core.logs import get_log
from worker.consumer.batch_runner import BatchRunner
from worker.consumer.consumer_settings import ConsumerSettings
from worker.consumer.controls import Controls
from worker.consumer.drain_detector import DrainDetector
from worker.consumer.event_publisher import BestEffortEventPublisher
from worker.consumer.heartbeat import Heartbeat
from worker.consumer.held_notice import HeldNotice
from worker.consumer.options import LoopOptions
from worker.consumer.store_session import Store, StoreSession
from worker.consumer.time_limit import TimeLimit
from worker.runtime.connection_status import ConnectionStatus

IDLE_WAIT_S = 0.5

_log = get_log(__name__)


class WorkerLoop:
    """Belongs to the thread that calls `run`, which opens and closes consumer, event publisher and store.

    `controls` is for any thread. `on_event` is called in the loop's thread.
    """

    def __init__(
        self,
        consumer: Consumer,
        store: Store,
        publisher: EventPublisher,
        *,
        name: str,
        on_event: Callable[[Event], None],
        options: LoopOptions | None = None,
        status: ConnectionStatus | None = None,
        on_unresponsive: Callable[[], None] | None = None,
    ) -> None:
        """`on_unresponsive` is called in another thread when work hangs in a call that cannot be interrupted."""
        options = options or LoopOptions()
        self.instance = uuid4().hex  # tells the events of this loop from those of others
        self.controls = Controls(consumer.wake, options.shutdown_timeout_s, options.monotonic_s)
        self._consumer = consumer
        self._consumer_open = False
        self._options = options
        self._status = status
        self._backoff = options.make_backoff()
        self._publisher = BestEffortEventPublisher(publisher, self.instance, options.monotonic_s)
        self._heartbeat = Heartbeat(name, self._publisher, on_event, options)
        self._settings = ConsumerSettings(consumer, self.controls, self._heartbeat, options)
        self._store = StoreSession(store, consumer, self.controls, self._heartbeat, options)
        self._held_notice = HeldNotice(name, on_event, options.now_ms)
        self._drain = DrainDetector(options.drain_idle_s, options.monotonic_s)
        log_hang = partial(_log.error, "the work hangs in a call that cannot be interrupted", worker=name)
        self._time_limit = TimeLimit(options.job_time_limit_s, on_unresponsive=on_unresponsive or log_hang)
        self._batches = BatchRunner(
            consumer,
            self._store,
            self._publisher,
            self._heartbeat,
            self.controls,
            self._settings,
            self._time_limit,
            options,
        )

    def run(self) -> None:
        """Until stopped or drained. Errors of the broker and the store are waited out. May be called again."""
        self._drain.reset()
        self._backoff.reset()
        self._publisher.suspend()
        self._heartbeat.set_state(WorkerState.STARTING)
        try:
            while not self.ending:
                try:
                    self._connect()
                    self._work()
                except BrokerError as error:
                    self._on_broker_lost(error)
                except StoreError as error:
                    self._on_store_lost(error)
        finally:
            self._close()

    @property
    def ending(self) -> bool:
        return self.controls.stopping or self._drain.is_drained

    def _connect(self) -> None:
        # The store first: the connection of an open consumer is not served while this waits for a database.
        self._store.open()
        if not self._consumer_open:
            self._settings.restart()
            self._consumer.open()
            self._consumer_open = True
            self._publisher.resume()
            self._backoff.came_up()
            if self._status is not None:
                self._status.set_online()
        self._store.backoff.reset()

    def _work(self) -> None:
        self._drain.reset()  # an earlier connection that was idle says nothing about this one
        while not self.ending:
            self._batches.clear_marks()
            self._settings.apply()
            self._settings.apply_pause()
            self._heartbeat.publish_if_due()
            if self.controls.paused:
                self._wait_paused()
            else:
                self._work_once()

    def _wait_paused(self) -> None:
        self._heartbeat.set_state(WorkerState.PAUSED)
        self._drain.reset()
        self._consumer.requeue(self._consumer.fetch(1, IDLE_WAIT_S))
        self._batches.idle()

    def _work_once(self) -> None:
        self._set_working_state()
        wait_s = min(IDLE_WAIT_S, self._options.drain_idle_s) if self.controls.draining else IDLE_WAIT_S
        deliveries = self._consumer.fetch(self._settings.fetch_limit, wait_s)
        if deliveries:
            self._settings.before_batch(deliveries)
            self._batches.process(deliveries)
            self._settings.ramp.batch_survived()
        else:
            self._batches.idle()
        if deliveries or not self.controls.draining:
            self._drain.reset()
        else:
            self._drain.found_empty()

    def _set_working_state(self) -> None:
        held = self._consumer.held
        problem = self._held_notice.update(held)
        state = WorkerState.DRAINING if self.controls.draining else WorkerState.RUNNING
        self._heartbeat.set_state(WorkerState.ON_HOLD if held.is_full else state, problem)

    def _on_broker_lost(self, error: BrokerError) -> None:
        self._publisher.suspend()
        self._close_consumer()
        refused = isinstance(error, BrokerRefusedError)
        wait_s = self._options.refused_wait_s if refused else self._backoff.next_s()
        self._heartbeat.set_state(WorkerState.ON_HOLD, str(error))
        if self._status is not None:
            self._status.set_lost(error, next_try_at_ms=self._options.now_ms() + round(wait_s * 1000))
        self.controls.wait(wait_s)

    def _on_store_lost(self, error: PacelineError) -> None:
        # Another worker may still reach its database; and the connection is not served while this one waits.
        self._close_consumer()
        self._store.close()
        self._publisher.resume()  # as far as is known the broker is there: consoles should see what this waits for
        self._heartbeat.set_state(WorkerState.ON_HOLD, str(error))
        self._heartbeat.publish_if_due()
        self.controls.wait(min(self._store.backoff.next_s(), self._options.heartbeat_interval_s))

    def _close_consumer(self) -> None:
        if self._consumer_open:
            self._consumer_open = False
            with suppress(BrokerError):
                self._consumer.close()

    def _close(self) -> None:
        self._heartbeat.set_state(WorkerState.STOPPED)
        self._publisher.suspend()
        self._close_consumer()
        if self._store.is_open:
            with suppress(StoreError):
                self._batches.end()
        self._store.close()
        self._time_limit.close()
