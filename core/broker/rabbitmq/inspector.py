"""Reads queue depths by passive declares: exact, fast, and nothing is consumed."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection

from typing_extensions import override

from core.broker.ports import Depth, RemovePredicate, ScanResult
from core.broker.rabbitmq.connection import Channel
from core.broker.rabbitmq.connection_factory import ConnectionFactory, RabbitMQPart
from core.broker.rabbitmq.declare import queue_counts
from core.broker.rabbitmq.failed_scan import FailedQueueScan
from core.broker.topology import FAILED_QUEUE, JOBS_QUEUE, own_retry_queue, retry_queue

ABSENT_FOR_S = 2.0
OWN_ABSENT_FOR_S = 10.0  # of queues used instead of those with the usual name


class RabbitMQInspector(RabbitMQPart):
    """See ports.Inspector. Belongs to the thread that called `open()`."""

    def __init__(
        self,
        connections: ConnectionFactory,
        retry_delays_s: Callable[[], Collection[int]],
        clock_s: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(connections)
        self._retry_delays_s = retry_delays_s
        self._clock_s = clock_s
        # Asking for a missing queue logs an error at the broker, so it is not done on every look.
        self._absent_until_s: dict[str, float] = {}

    def open(self) -> None:
        self._connect("inspector")

    def depth(self) -> Depth:
        """`retrying` sums over the delays that workers of this program use, and the usual ones."""
        with self._closing_on_error():
            ready, consumers = self._counts(JOBS_QUEUE)
            failed, _ = self._counts(FAILED_QUEUE)
            retrying = sum(
                self._retrying(retry_queue(delay_s), ABSENT_FOR_S)
                + self._retrying(own_retry_queue(delay_s), OWN_ABSENT_FOR_S)
                for delay_s in self._retry_delays_s()
            )
        return Depth(ready, None, consumers, failed, retrying, None)

    def scan_failed(self, should_remove: RemovePredicate) -> ScanResult:
        """On its own connections, so this inspector stays open when the scan is interrupted."""
        self._open_connection()
        return FailedQueueScan(self._connections, should_remove).run()

    @override
    def close(self) -> None:
        self._absent_until_s.clear()
        super().close()

    def _retrying(self, name: str, absent_for_s: float) -> int:
        now_s = self._clock_s()
        if self._absent_until_s.get(name, now_s) > now_s:
            return 0
        counts = queue_counts(self._open_connection(), self._open_channel(), name)
        if counts is None:
            self._absent_until_s[name] = now_s + absent_for_s
            return 0
        return counts[0]

    def _counts(self, name: str) -> tuple[int, int]:
        return queue_counts(self._open_connection(), self._open_channel(), name) or (0, 0)

    def _open_channel(self) -> Channel:
        # A missing queue has closed the last one.
        if self._channel is None or not self._channel.is_open:
            self._channel = self._open_connection().channel()
        return self._channel
