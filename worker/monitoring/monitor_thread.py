"""Looks on for a host program: depth of the queue, durable counts, and what other workers tell."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event as Flag
from threading import Lock, Thread
from time import monotonic
from typing import Protocol

from core.broker.backoff import Backoff
from core.broker.ports import Broker
from core.codec.event_codec import WorkerEvent, decode_events
from core.errors import (
    BrokerRefusedError,
    BrokerUnavailableError,
    PacelineError,
    StoreDamagedError,
    StoreUnavailableError,
    unexpected_error_text,
)
from core.events import DepthSampled, Event, EventsLost, ProblemRaised, WorkerStateChanged
from core.logs import get_log
from core.outbox.outbox import Outbox
from core.store.reader import LedgerTotals
from worker.monitoring.ledger_counts import build_ledger_snapshot
from worker.monitoring.sequence_gaps import MAX_INSTANCES, SequenceGaps
from worker.runtime.connection_status import ConnectionStatus
from worker.runtime.shutdown import join_thread

DEPTH_EVERY_S = 0.5
COUNT_EVERY_S = 1.0
AUDIT_EVERY_S = 5.0  # looks whether what was stored is still there, which reads more than counting does
AUDIT_SHARE = 0.02  # of this thread's time, at most
COUNT_SOON_S = 0.1  # after something happened; many such moments are counted once
REPEAT_S = 2.0  # how often an unchanged state of another worker is passed on, as a sign of life
PATIENCE_S = 5.0  # a results file that is still being made is no problem yet
REFUSED_WAIT_S = 5.0

_log = get_log(__name__)


class LedgerReader(Protocol):
    """What the monitor asks of the results; see ResultsReader."""

    def open(self) -> None: ...

    def ledger_counts(self, outbox: str) -> LedgerTotals: ...

    def missing_rows(self) -> int: ...

    def close(self) -> None: ...


class MonitorThread:
    """Owns an Inspector, a Subscription, a reader of the results and an Outbox of its own.

    Public methods are for any thread; `on_event` is called in this one. The broker being away does not stop counting.
    """

    def __init__(
        self,
        broker: Broker,
        reader: LedgerReader,
        outbox: Outbox,
        *,
        is_own: Callable[[str], bool],
        now_ms: Callable[[], int],
        on_event: Callable[[Event], None],
        link: ConnectionStatus,
        backoff: Backoff | None = None,
        monotonic_s: Callable[[], float] = monotonic,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self._inspector = broker.inspector()
        self._subscription = broker.subscription()
        self._reader = reader
        self._outbox = outbox
        self._is_own = is_own
        self._now_ms = now_ms
        self._on_event = on_event
        self._link = link
        self._backoff = backoff or Backoff()
        self._monotonic_s = monotonic_s
        self._patience_s = patience_s
        self._stop = Flag()
        self._nudge = Flag()
        self._connected = False
        self._plan = Lock()  # of the next three; never held while anything else is called
        self._retry_asked = False  # while a try to connect is under way
        self._outbox_open = self._reader_open = False
        self._connect_at_s = self._depth_at_s = self._count_at_s = self._audit_at_s = 0.0
        self._rows_missing = 0
        self._uncounted_since_s: float | None = None
        self._told_uncounted = False
        self._states: dict[str, tuple[WorkerStateChanged, float]] = {}
        self._gaps = SequenceGaps()
        self._thread = Thread(target=self._run, name="monitor", daemon=True)
        link.on_reconnect(self.retry_now)

    def start(self) -> None:
        self._thread.start()

    def request_count(self) -> None:
        """Something happened: do not wait out the second."""
        soon_s = self._monotonic_s() + COUNT_SOON_S
        with self._plan:
            self._count_at_s = min(self._count_at_s, soon_s)

    def retry_now(self) -> None:
        with self._plan:
            self._connect_at_s = 0.0
            self._retry_asked = True
        self._wake()

    def stop(self) -> None:
        self._stop.set()
        self._wake()

    def join(self, timeout_s: float) -> bool:
        """Whether it has ended."""
        return join_thread(self._thread, timeout_s)

    def _wake(self) -> None:
        self._nudge.set()
        self._subscription.wake()

    def _run(self) -> None:
        try:
            while not self._stop.is_set():
                try:
                    if self._monotonic_s() >= self._count_at_s:
                        self._count()
                    self._watch()
                except BrokerUnavailableError as error:
                    self._lose(error, self._backoff.next_s())
                except BrokerRefusedError as error:
                    self._lose(error, REFUSED_WAIT_S)
                except Exception as error:  # noqa: BLE001 - without this thread the numbers would stand still, untold
                    _log.exception("the looking on broke")
                    self._stop_counting()
                    self._lose(BrokerUnavailableError(unexpected_error_text(error)), self._backoff.next_s())
        finally:
            self._disconnect()
            self._stop_counting()

    def _watch(self) -> None:
        if not self._connected:
            if self._monotonic_s() < self._connect_at_s:
                self._nudge.wait(max(0.0, min(self._connect_at_s, self._count_at_s) - self._monotonic_s()))
                self._nudge.clear()
                return
            with self._plan:
                self._retry_asked = False
            self._inspector.open()
            self._subscription.open()
            self._connected = True
            self._sample()  # first: a broker whose queues are out of reach is not back, and wakes nobody
            self._backoff.came_up()
            self._link.set_online()
        if self._monotonic_s() >= self._depth_at_s:
            self._sample()
        wait_s = min(self._depth_at_s, self._count_at_s) - self._monotonic_s()
        for payload in self._subscription.poll(min(max(0.0, wait_s), COUNT_SOON_S)):
            self._pass_on(payload)

    def _sample(self) -> None:
        self._depth_at_s = self._monotonic_s() + DEPTH_EVERY_S
        depth = self._inspector.depth()
        self._on_event(
            DepthSampled(
                self._now_ms(),
                depth.ready,
                depth.running,
                depth.consumers,
                depth.failed,
                depth.retrying,
                depth.oldest_age_s,
            )
        )

    def _pass_on(self, payload: bytes) -> None:
        announced = decode_events(payload)
        if announced.unreadable:
            _log.debug("an announcement made no sense", events=announced.unreadable)
        if self._is_own(announced.instance):
            return
        if missed := self._gaps.lost_since(announced):
            self._on_event(EventsLost(self._now_ms(), missed))
        for event in announced.events:
            if self._is_new(event):
                self._on_event(event)
        if announced.events:
            self.request_count()

    def _is_new(self, event: WorkerEvent) -> bool:
        if not isinstance(event, WorkerStateChanged):
            return True
        now_s = self._monotonic_s()
        told = self._states.pop(event.worker, None)
        if told is not None and _is_repeated(event, told[0]) and now_s - told[1] < REPEAT_S:
            self._states[event.worker] = told
            return False
        self._states[event.worker] = (event, now_s)
        while len(self._states) > MAX_INSTANCES:
            del self._states[next(iter(self._states))]
        return True

    def _count(self) -> None:
        next_s = self._monotonic_s() + COUNT_EVERY_S
        with self._plan:
            self._count_at_s = next_s
        try:
            self._open_counted()
            totals = self._reader.ledger_counts(self._outbox.origin)
            sent = self._outbox.ledger()
            self._audit_if_due()
        except (StoreUnavailableError, StoreDamagedError) as error:
            if self._reader_open:
                self._stop_counting()  # open both afresh: either file may have been replaced
            self._tell_uncounted(error)
            return
        self._uncounted_since_s, self._told_uncounted = None, False
        self._on_event(
            build_ledger_snapshot(totals, sent, self._outbox.destination, self._now_ms(), self._rows_missing)
        )

    def _audit_if_due(self) -> None:
        began_s = self._monotonic_s()
        if began_s >= self._audit_at_s:
            self._rows_missing = self._reader.missing_rows()
            ended_s = self._monotonic_s()
            self._audit_at_s = ended_s + max(AUDIT_EVERY_S, (ended_s - began_s) / AUDIT_SHARE)

    def _tell_uncounted(self, error: PacelineError) -> None:
        now_s = self._monotonic_s()
        if self._uncounted_since_s is None:
            self._uncounted_since_s = now_s
        if not self._told_uncounted and now_s - self._uncounted_since_s >= self._patience_s:
            self._told_uncounted = True
            self._on_event(ProblemRaised(self._now_ms(), "results", f"The ledger cannot be counted. {error}"))

    def _open_counted(self) -> None:
        if not self._outbox_open:
            self._outbox.open()
            self._outbox_open = True
        if not self._reader_open:
            self._reader.open()
            self._reader_open = True

    def _stop_counting(self) -> None:
        self._reader_open = self._outbox_open = False
        self._reader.close()
        self._outbox.close()

    def _lose(self, error: BrokerUnavailableError | BrokerRefusedError, wait_s: float) -> None:
        was_connected = self._connected
        self._disconnect()
        now_s = self._monotonic_s()
        with self._plan:
            if self._retry_asked and not was_connected:
                wait_s = 0.0  # the broker came back for somebody else while this try was failing
            self._connect_at_s = now_s + wait_s
        self._link.set_lost(error, next_try_at_ms=self._now_ms() + round(wait_s * 1000))

    def _disconnect(self) -> None:
        self._connected = False
        self._inspector.close()
        self._subscription.close()


def _is_repeated(event: WorkerStateChanged, before: WorkerStateChanged) -> bool:
    return (event.state, event.problem) == (before.state, before.problem)
