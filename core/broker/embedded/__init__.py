"""The embedded queue: a durable queue in one SQLite file, for the processes of one machine."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from core.broker.embedded.consumer import EmbeddedConsumer
from core.broker.embedded.feed import EmbeddedEventPublisher, EmbeddedEventSubscriber
from core.broker.embedded.inspector import EmbeddedInspector
from core.broker.embedded.leases import LEASE_S
from core.broker.embedded.process_identity import is_known_dead, own_identity
from core.broker.embedded.publisher import EmbeddedPublisher
from core.broker.embedded.queue_file import TIMEOUT_S, EmbeddedContext
from core.broker.ports import EMBEDDED_KIND, EMBEDDED_PLACE

__all__ = ["EmbeddedBroker"]


class EmbeddedBroker:
    """See ports.Broker. From any thread. Parts of the same broker notice each other's changes at once."""

    kind, location = EMBEDDED_KIND, EMBEDDED_PLACE

    def __init__(
        self,
        path: Path,
        *,
        lease_s: float = LEASE_S,
        timeout_s: float = TIMEOUT_S,
        now_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
        clock_s: Callable[[], float] = time.monotonic,
    ) -> None:
        """`lease_s`: how long a worker without heartbeats keeps its messages. `timeout_s`: how long a write waits for a
        lock."""
        self._around = EmbeddedContext(
            path=path,
            lease_s=lease_s,
            process=own_identity(),
            is_known_dead=is_known_dead,
            now_ms=now_ms,
            clock_s=clock_s,
            timeout_s=timeout_s,
        )

    @property
    def path(self) -> Path:
        """The queue's file. The event feed is beside it, in `NAME.events`."""
        return self._around.path

    def publisher(self) -> EmbeddedPublisher:
        return EmbeddedPublisher(self._around)

    def consumer(self, name: str, prefetch: int) -> EmbeddedConsumer:
        return EmbeddedConsumer(self._around, name, prefetch)

    def inspector(self) -> EmbeddedInspector:
        return EmbeddedInspector(self._around)

    def event_publisher(self) -> EmbeddedEventPublisher:
        return EmbeddedEventPublisher(self._around)

    def event_subscriber(self) -> EmbeddedEventSubscriber:
        return EmbeddedEventSubscriber(self._around)

    def abort(self) -> None:
        """Nothing to abort: no call waits longer than `timeout_s`."""
