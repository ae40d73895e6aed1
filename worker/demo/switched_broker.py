"""A broker whose queue can be made one that is not persistent."""

from __future__ import annotations

from collections.abc import Sequence

from core.broker.ports import (
    Broker,
    Consumer,
    Depth,
    EventPublisher,
    EventSubscriber,
    Inspector,
    Message,
    Publisher,
    PublishResult,
    RemovePredicate,
    ScanResult,
)
from worker.demo.memory_queue import MemoryQueue
from worker.demo.protections import ProtectionSwitch


class SwitchedBroker:
    """See ports.Broker; with the protection on it is the one inside. `memory` is in front of that one."""

    def __init__(self, inner: Broker, switch: ProtectionSwitch, memory: MemoryQueue) -> None:
        self._inner, self._switch, self._memory = inner, switch, memory

    @property
    def kind(self) -> str:
        return self._inner.kind

    @property
    def location(self) -> str:
        return self._inner.location

    def publisher(self) -> Publisher:
        return _SwitchedPublisher(self._inner.publisher(), self._switch, self._memory)

    def consumer(self, name: str, prefetch: int) -> Consumer:
        return self._inner.consumer(name, prefetch)

    def inspector(self) -> Inspector:
        return _SwitchedInspector(self._inner.inspector(), self._memory)

    def event_publisher(self) -> EventPublisher:
        return self._inner.event_publisher()

    def event_subscriber(self) -> EventSubscriber:
        return self._inner.event_subscriber()

    def abort(self) -> None:
        self._inner.abort()


class _SwitchedPublisher:
    """See ports.Publisher. It keeps its connection, so that a broker that is away is noticed."""

    def __init__(self, inner: Publisher, switch: ProtectionSwitch, memory: MemoryQueue) -> None:
        self._inner, self._switch, self._memory = inner, switch, memory

    @property
    def blocked_reason(self) -> str:
        return self._inner.blocked_reason

    def open(self) -> None:
        self._inner.open()

    def publish(self, messages: Sequence[Message]) -> list[PublishResult]:
        if self._switch.current.persistent or self._memory.is_away:
            return self._inner.publish(messages)
        self._inner.keep_alive()
        return self._memory.put(messages)

    def keep_alive(self) -> None:
        self._inner.keep_alive()

    def close(self) -> None:
        self._inner.close()


class _SwitchedInspector:
    """See ports.Inspector."""

    def __init__(self, inner: Inspector, memory: MemoryQueue) -> None:
        self._inner, self._memory = inner, memory

    def open(self) -> None:
        self._inner.open()

    def depth(self) -> Depth:
        return self._memory.added_to(self._inner.depth)

    def scan_failed(self, should_remove: RemovePredicate) -> ScanResult:
        return self._inner.scan_failed(should_remove)

    def close(self) -> None:
        self._inner.close()
