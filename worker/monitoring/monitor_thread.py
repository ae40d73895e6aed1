"""Monitoring thread of a program: samples the queue depth, counts the ledger, receives events of other workers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import astuple
from time import monotonic
from typing import Protocol

from core.broker.backoff import Backoff
from core.broker.ports import Broker
from core.codec.event_codec import WorkerEvent, decode_events
from core.errors import (
    BrokerError,
    BrokerRefusedError,
    BrokerUnavailableError,
    PacelineError,
    StoreError,
    unexpected_error_text,
)
from core.events import DepthSampled, Event, EventsLost, ProblemRaised, WorkerHeartbeat, WorkerInfo
from core.logs import get_log
from core.outbox.outbox import Outbox
from core.store.reader import LedgerTotals
from worker.monitoring.ledger_counts import build_ledger_snapshot
from worker.monitoring.sequence_gaps import MAX_INSTANCES, SequenceGaps
from worker.runtime.connection_status import ConnectionStatus
from worker.runtime.service_thread import ServiceThread

DEPTH_EVERY_S = 0.5
COUNT_EVERY_S = 1.0
AUDIT_EVERY_S = 5.0  # for checking that stored rows still exist, which reads more than counting does
AUDIT_SHARE = 0.02  # of this thread's time that the check may take, at most
COUNT_SOON_S = 0.1  # after an event; events that come within this time share one count
REPEAT_S = 2.0  # how often an unchanged state of another worker is forwarded, as its heartbeat
PATIENCE_S = 5.0  # before a results database that cannot be read is reported: it may still be created
REFUSED_WAIT_S = 5.0

_log = get_log(__name__)


class LedgerReader(Protocol):
    """The part of ResultsReader that the monitor uses."""

    def open(self) -> None: ...

    def ledger_counts(self, outbox: str) -> LedgerTotals: ...

    def missing_rows(self) -> int: ...

    def close(self) -> None: ...


class MonitorThread(ServiceThread):
    """Owns an inspector and an event subscriber of the broker, a results reader and an Outbox of its own.

    Public methods may be called from any thread; `on_event` is called in this one. Counting goes on while the broker
    is unreachable.
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
        status: ConnectionStatus,
        backoff: Backoff | None = None,
        patience_s: float = PATIENCE_S,
    ) -> None:
        super().__init__("monitor")
        self._inspector = broker.inspector()
        self._subscriber = broker.event_subscriber()
        self._reader = reader
        self._outbox = outbox
        self._is_own = is_own
        self._now_ms = now_ms
        self._on_event = on_event
        self._status = status
        self._backoff = backoff or Backoff()
        self._patience_s = patience_s
        self._connected = False
        # These three under _changed, which is never held during a call.
        self._retry_asked = False  # by retry_now during an attempt to connect
        self._connect_at_s = self._count_at_s = 0.0
        self._outbox_open = self._reader_open = False
        self._depth_at_s = self._audit_at_s = 0.0
        self._missing_rows = 0
        self._uncounted_since_s: float | None = None
        self._reported_uncounted = False
        self._states: dict[str, tuple[WorkerHeartbeat, float]] = {}
        self._gaps = SequenceGaps()
        status.on_reconnect(self.retry_now)

    def request_count(self) -> None:
        """Count within COUNT_SOON_S instead of at the next full interval."""
        soon_s = monotonic() + COUNT_SOON_S
        with self._changed:
            self._count_at_s = min(self._count_at_s, soon_s)

    def retry_now(self) -> None:
        """Connect to the broker at once instead of at the next planned attempt."""
        with self._changed:
            self._connect_at_s = 0.0
            self._retry_asked = True
            self._changed.notify()
        self._subscriber.wake()

    def stop(self) -> None:
        super().stop()
        self._subscriber.wake()

    def _run(self) -> None:
        try:
            while not self._stopping:
                try:
                    if monotonic() >= self._count_at_s:
                        self._count()
                    self._watch()
                except BrokerUnavailableError as error:
                    self._on_broker_lost(error, self._backoff.next_s())
                except BrokerRefusedError as error:
                    self._on_broker_lost(error, REFUSED_WAIT_S)
                except Exception as error:  # noqa: BLE001 - if this thread ended, all figures would stop unnoticed
                    _log.exception("monitor thread failed")
                    self._stop_counting()
                    self._on_broker_lost(BrokerUnavailableError(unexpected_error_text(error)), self._backoff.next_s())
        finally:
            self._disconnect()
            self._stop_counting()

    def _watch(self) -> None:
        if not self._connected:
            with self._changed:
                wait_s = min(self._connect_at_s, self._count_at_s) - monotonic()
                if not self._changed.wait_for(self._is_time_to_connect, max(0.0, wait_s)) or self._stopping:
                    return
                self._retry_asked = False
            self._inspector.open()
            self._subscriber.open()
            self._connected = True
            self._sample()  # before set_online: a broker whose queues cannot be read must wake no other thread
            self._backoff.came_up()
            self._status.set_online()
        if monotonic() >= self._depth_at_s:
            self._sample()
        wait_s = min(self._depth_at_s, self._count_at_s) - monotonic()
        for payload in self._subscriber.poll(min(max(0.0, wait_s), COUNT_SOON_S)):
            self._forward(payload)

    def _is_time_to_connect(self) -> bool:
        return self._stopping or monotonic() >= self._connect_at_s

    def _sample(self) -> None:
        self._depth_at_s = monotonic() + DEPTH_EVERY_S
        depth = self._inspector.depth()
        self._on_event(DepthSampled(self._now_ms(), *astuple(depth)))

    def _forward(self, payload: bytes) -> None:
        announced = decode_events(payload)
        if announced.unreadable:
            _log.debug("undecodable event payload", events=announced.unreadable)
        if self._is_own(announced.instance):
            return
        if lost := self._gaps.lost_since(announced):
            self._on_event(EventsLost(self._now_ms(), lost))
        for event in announced.events:
            if self._is_new(event):
                self._on_event(event)
        if announced.events:
            self.request_count()

    def _is_new(self, event: WorkerEvent) -> bool:
        if not isinstance(event, WorkerHeartbeat):
            return True
        now_s = monotonic()
        forwarded = self._states.pop(event.worker, None)
        if forwarded is not None and _is_repeated(event, forwarded[0]) and now_s - forwarded[1] < REPEAT_S:
            self._states[event.worker] = forwarded
            return False
        self._states[event.worker] = (event, now_s)
        while len(self._states) > MAX_INSTANCES:
            del self._states[next(iter(self._states))]
        return True

    def _count(self) -> None:
        next_s = monotonic() + COUNT_EVERY_S
        with self._changed:
            self._count_at_s = next_s
        try:
            self._open_counted()
            totals = self._reader.ledger_counts(self._outbox.origin)
            sent = self._outbox.ledger()
            self._audit_if_due()
        except StoreError as error:
            if self._reader_open:
                self._stop_counting()  # reopen both at the next count: either file may have been replaced
            self._report_uncounted(error)
            return
        self._uncounted_since_s, self._reported_uncounted = None, False
        self._on_event(
            build_ledger_snapshot(totals, sent, self._outbox.destination, self._now_ms(), self._missing_rows)
        )

    def _audit_if_due(self) -> None:
        began_s = monotonic()
        if began_s >= self._audit_at_s:
            self._missing_rows = self._reader.missing_rows()
            ended_s = monotonic()
            self._audit_at_s = ended_s + max(AUDIT_EVERY_S, (ended_s - began_s) / AUDIT_SHARE)

    def _report_uncounted(self, error: PacelineError) -> None:
        now_s = monotonic()
        if self._uncounted_since_s is None:
            self._uncounted_since_s = now_s
        if not self._reported_uncounted and now_s - self._uncounted_since_s >= self._patience_s:
            self._reported_uncounted = True
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

    def _on_broker_lost(self, error: BrokerError, wait_s: float) -> None:
        was_connected = self._connected
        self._disconnect()
        now_s = monotonic()
        with self._changed:
            if self._retry_asked and not was_connected:
                wait_s = 0.0  # another thread reconnected while this attempt was failing
            self._connect_at_s = now_s + wait_s
        self._status.set_lost(error, next_try_at_ms=self._now_ms() + round(wait_s * 1000))

    def _disconnect(self) -> None:
        self._connected = False
        self._inspector.close()
        self._subscriber.close()


def _is_repeated(event: WorkerHeartbeat, before: WorkerHeartbeat) -> bool:
    """Whether it says nothing new: neither a state, nor another process or prefetch."""
    return _said(event) == _said(before)


def _said(event: WorkerHeartbeat) -> tuple[object, ...]:
    info = event.info or WorkerInfo()
    return event.state, event.problem, info.pid, info.prefetch
