"""A third kind of broker, with addresses like memory://gym: queues of this process, made from the port alone.

It shares no code with the two of the product, so what runs over it needs nothing but the port and one BrokerScheme.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import count
from threading import Condition
from time import monotonic

from core.broker.connect import AddressForm, BrokerScheme
from core.broker.delivery_headers import failed_headers, read_attempts, retry_headers
from core.broker.ports import (
    NOTHING_HELD,
    Delivery,
    Depth,
    FailedDelivery,
    Message,
    PublishResult,
    PublishStatus,
    RemovePredicate,
    RetryRequest,
    ScanResult,
)
from core.errors import BrokerUnavailableError

SLICE_S = 0.05  # how soon a retry that has become due is noticed
MAX_PAYLOADS = 1_000  # of events, for one subscriber


@dataclass(slots=True)
class _Job:
    message: Message
    redelivered: bool = False
    owner: MemoryConsumer | None = None


class MemoryQueues:
    """The broker's side of one address, shared by all parts. Hold `changed` while using it."""

    def __init__(self) -> None:
        self.changed = Condition()
        self.jobs: dict[int, _Job] = {}  # by tag, oldest first
        self.retrying: list[tuple[float, Message]] = []  # when it is due, by the monotonic clock
        self.failed: dict[int, Message] = {}
        self.consumers: set[MemoryConsumer] = set()
        self.subscribers: set[MemoryEventSubscriber] = set()
        self.numbers = count(1)

    def put(self, messages: Iterable[Message]) -> None:
        self.jobs.update((next(self.numbers), _Job(message)) for message in messages)
        self.changed.notify_all()

    def move_due(self) -> None:
        now_s = monotonic()
        due = [message for at_s, message in self.retrying if at_s <= now_s]
        self.retrying = [each for each in self.retrying if each[0] > now_s]
        if due:
            self.put(due)


_queues: defaultdict[str, MemoryQueues] = defaultdict(MemoryQueues)  # by address


class _Part:
    """Belongs to a thread once it is open, as the port says."""

    def __init__(self, queues: MemoryQueues) -> None:
        self._queues = queues
        self._changed = queues.changed
        self._is_open = self._woken = False

    def open(self) -> None:
        self.close()
        self._is_open = True

    def close(self) -> None:
        self._is_open = False

    def wake(self) -> None:
        with self._changed:
            self._woken = True
            self._changed.notify_all()

    def keep_alive(self) -> None:
        if not self._is_open:
            raise BrokerUnavailableError("It is not open.")


class MemoryPublisher(_Part):
    blocked_reason = ""

    def publish(self, messages: Sequence[Message]) -> list[PublishResult]:
        self.keep_alive()
        with self._changed:
            self._queues.put(messages)
        return [PublishResult(PublishStatus.CONFIRMED)] * len(messages)


class MemoryConsumer(_Part):
    connection_epoch = 0
    held = NOTHING_HELD

    def __init__(self, queues: MemoryQueues, prefetch: int) -> None:
        super().__init__(queues)
        self._prefetch, self._paused = prefetch, False

    def open(self) -> None:
        super().open()
        self.connection_epoch += 1
        with self._changed:
            self._queues.consumers.add(self)

    def close(self) -> None:
        super().close()
        with self._changed:
            self._queues.consumers.discard(self)
            self._give_back([tag for tag, job in self._queues.jobs.items() if job.owner is self])

    def fetch(self, limit: int, wait_s: float) -> list[Delivery]:
        self.keep_alive()
        until_s = monotonic() + wait_s
        with self._changed:
            while not self._woken:
                if deliveries := self._claim(limit):
                    return deliveries
                if (left_s := until_s - monotonic()) <= 0:
                    break
                self._changed.wait(min(left_s, SLICE_S))
            self._woken = False
        return []

    def ack(self, deliveries: Sequence[Delivery]) -> int:
        return self._settle(deliveries, lambda delivery: None)

    def dead_letter(self, failures: Sequence[FailedDelivery]) -> int:
        by_tag = {failure.delivery.tag: failure for failure in failures}

        def move(delivery: Delivery) -> None:
            copy = replace(delivery.message, headers=failed_headers(by_tag[delivery.tag]))
            self._queues.failed[next(self._queues.numbers)] = copy

        return self._settle([failure.delivery for failure in failures], move)

    def retry(self, retries: Sequence[RetryRequest]) -> int:
        by_tag = {each.delivery.tag: each for each in retries}

        def move(delivery: Delivery) -> None:
            each = by_tag[delivery.tag]
            copy = replace(delivery.message, headers=retry_headers(each))
            self._queues.retrying.append((monotonic() + each.after_ms / 1000, copy))

        return self._settle([each.delivery for each in retries], move)

    def requeue(self, deliveries: Sequence[Delivery]) -> None:
        with self._changed:
            self._give_back([delivery.tag for delivery in deliveries if self._is_current(delivery)])

    def set_prefetch(self, prefetch: int) -> None:
        self._prefetch = prefetch

    def pause(self) -> None:
        self._paused = True

    def resume(self) -> None:
        self._paused = False

    def _claim(self, limit: int) -> list[Delivery]:
        self._queues.move_due()
        jobs = self._queues.jobs
        room = min(limit, self._prefetch - sum(job.owner is self for job in jobs.values()))
        if self._paused or room <= 0:
            return []
        tags = [tag for tag, job in jobs.items() if job.owner is None][:room]
        for tag in tags:
            jobs[tag].owner = self
        return [self._delivery(tag, jobs[tag]) for tag in tags]

    def _delivery(self, tag: int, job: _Job) -> Delivery:
        return Delivery(job.message, tag, self.connection_epoch, read_attempts(job.message.headers), job.redelivered)

    def _settle(self, deliveries: Sequence[Delivery], move: Callable[[Delivery], None]) -> int:
        with self._changed:
            current = [delivery for delivery in deliveries if self._is_current(delivery)]
            for delivery in current:
                move(delivery)
                del self._queues.jobs[delivery.tag]
            self._changed.notify_all()
        return len(current)

    def _is_current(self, delivery: Delivery) -> bool:
        job = self._queues.jobs.get(delivery.tag)
        return job is not None and job.owner is self and delivery.connection_epoch == self.connection_epoch

    def _give_back(self, tags: Iterable[int]) -> None:
        for tag in tags:
            self._queues.jobs[tag].owner, self._queues.jobs[tag].redelivered = None, True
        self._changed.notify_all()


class MemoryInspector(_Part):
    def depth(self) -> Depth:
        self.keep_alive()
        queues = self._queues
        with self._changed:
            queues.move_due()
            running = sum(job.owner is not None for job in queues.jobs.values())
            ready = len(queues.jobs) - running
            return Depth(ready, running, len(queues.consumers), len(queues.failed), len(queues.retrying), None)

    def scan_failed(self, should_remove: RemovePredicate) -> ScanResult:
        self.keep_alive()
        with self._changed:
            found = dict(self._queues.failed)
        removed = [key for key, gone in zip(found, should_remove([*found.values()]), strict=True) if gone]
        with self._changed:
            for key in removed:
                del self._queues.failed[key]
        return ScanResult(len(found), len(removed))


class MemoryEventPublisher(_Part):
    def announce(self, payload: bytes) -> None:
        self.keep_alive()
        with self._changed:
            for subscriber in self._queues.subscribers:
                subscriber.take(payload)
            self._changed.notify_all()


class MemoryEventSubscriber(_Part):
    def __init__(self, queues: MemoryQueues) -> None:
        super().__init__(queues)
        self._payloads: deque[bytes] = deque(maxlen=MAX_PAYLOADS)

    def open(self) -> None:
        super().open()
        with self._changed:
            self._queues.subscribers.add(self)

    def close(self) -> None:
        super().close()
        with self._changed:
            self._queues.subscribers.discard(self)
            self._payloads.clear()

    def take(self, payload: bytes) -> None:
        self._payloads.append(payload)

    def poll(self, wait_s: float) -> list[bytes]:
        self.keep_alive()
        with self._changed:
            self._changed.wait_for(lambda: self._woken or self._payloads, wait_s)
            self._woken = False
            payloads = [*self._payloads]
            self._payloads.clear()
        return payloads


class MemoryBroker:
    """See ports.Broker. All brokers of one address have the same queues, as other programs would."""

    kind = "Memory"

    def __init__(self, url: str) -> None:
        self.location = _name(url)
        self.queues = _queues[self.location]

    def publisher(self) -> MemoryPublisher:
        return MemoryPublisher(self.queues)

    def consumer(self, _name: str, prefetch: int) -> MemoryConsumer:
        return MemoryConsumer(self.queues, prefetch)

    def inspector(self) -> MemoryInspector:
        return MemoryInspector(self.queues)

    def event_publisher(self) -> MemoryEventPublisher:
        return MemoryEventPublisher(self.queues)

    def event_subscriber(self) -> MemoryEventSubscriber:
        return MemoryEventSubscriber(self.queues)

    def abort(self) -> None:
        """No call waits for another program."""


def _name(url: str) -> str:
    return url.partition("://")[2].rpartition("@")[2].rstrip("/")


MEMORY = BrokerScheme(
    name="memory",
    kind="Memory",
    schemes=("memory",),
    label="Memory",
    description="Queues of this process, for tests.",
    form=AddressForm.LINE,
    locate=_name,
    open=MemoryBroker,
    try_out=lambda url, timeout_s: f"Tried for {timeout_s} s.",
    identity=lambda url: f"memory at {_name(url)}",
)
