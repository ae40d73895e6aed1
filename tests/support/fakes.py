"""Fakes that behave: a queue in memory with the promises of the broker port, and troubles on request."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from threading import Condition
from typing import TypeVar

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
from core.codec.workout_codec import DecodedMessage
from core.errors import BrokerRefusedError, BrokerUnavailableError, PacelineError, StoreUnavailableError
from core.events import Event, OutcomeKind
from core.processing.apply_batch import ApplyResult
from core.store.failure_record import FailureRecord

E = TypeVar("E")

CONFIRMED = PublishResult(PublishStatus.CONFIRMED)


def raise_if_any(trouble: Exception | None) -> None:
    """Looked at once: the test may take it away meanwhile."""
    if trouble is not None:
        raise trouble


class FakeQueue:
    """The broker's side, shared by all parts; thread-safe. `trouble` is what every part raises while it is set."""

    def __init__(self) -> None:
        self.changed = Condition()
        self.ready: deque[tuple[Message, int, bool]] = deque()  # message, attempts, redelivered
        self.held: dict[int, tuple[Message, int]] = {}
        self.failed: list[FailedDelivery] = []
        self.retries: list[RetryRequest] = []
        self.payloads: list[bytes] = []
        self.consumers = 0
        self.trouble: PacelineError | None = None
        self._tags = 0

    def put(self, messages: Iterable[Message]) -> None:
        with self.changed:
            self.ready.extend((message, 0, False) for message in messages)
            self.changed.notify_all()

    def break_link(self, error: PacelineError | None = None) -> None:
        with self.changed:
            self.trouble = error or BrokerUnavailableError("The broker is away.")
            self.changed.notify_all()

    def mend_link(self) -> None:
        with self.changed:
            self.trouble = None
            self.changed.notify_all()

    def check(self) -> None:
        with self.changed:
            if self.trouble is not None:
                raise self.trouble

    def next_tag(self) -> int:
        self._tags += 1
        return self._tags

    def wait_for(self, reached: Callable[[], bool], wait_s: float = 30.0) -> None:
        """Until it is so; AssertionError after `wait_s`."""
        with self.changed:
            assert self.changed.wait_for(reached, wait_s), "waited in vain"


class FakeConsumer:
    """See ports.Consumer."""

    def __init__(self, queue: FakeQueue, prefetch: int = 500) -> None:
        self.queue = queue
        self.prefetch = prefetch
        self.connection_epoch = 0
        self.is_open = False
        self.opens = 0
        self.keep_alives = 0
        self.paused = False
        self.held = NOTHING_HELD
        self._held: set[int] = set()
        self._woken = False

    def open(self) -> None:
        with self.queue.changed:
            self.opens += 1
            self.queue.changed.notify_all()
        self.queue.check()
        self.is_open = True
        self.connection_epoch += 1
        with self.queue.changed:
            self.queue.consumers += 1
            self.queue.changed.notify_all()

    def fetch(self, limit: int, wait_s: float) -> list[Delivery]:
        self._check()
        queue = self.queue
        with queue.changed:
            if limit == 0:
                self.keep_alives += 1
                queue.changed.notify_all()
            queue.changed.wait_for(lambda: self._woken or queue.trouble is not None or self._may_take(limit), wait_s)
            if queue.trouble is None:
                self._woken = False
                return [self._take() for _ in range(self._count(limit))]
        self._check()
        return []

    def ack(self, deliveries: Sequence[Delivery]) -> int:
        self._check()
        return len(self._settle(deliveries))

    def dead_letter(self, failures: Sequence[FailedDelivery]) -> int:
        self._check()
        settled = {tag for tag, _, _ in self._settle([failure.delivery for failure in failures])}
        with self.queue.changed:
            self.queue.failed.extend(failure for failure in failures if failure.delivery.tag in settled)
            self.queue.changed.notify_all()
        return len(settled)

    def retry(self, retries: Sequence[RetryRequest]) -> int:
        """They come again at once."""
        self._check()
        by_tag = {retry.delivery.tag: retry for retry in retries}
        settled = self._settle([retry.delivery for retry in retries])
        with self.queue.changed:
            for tag, message, attempts in settled:
                self.queue.retries.append(by_tag[tag])
                self.queue.ready.append((message, attempts + 1, False))
            self.queue.changed.notify_all()
        return len(settled)

    def requeue(self, deliveries: Sequence[Delivery]) -> None:
        self._check()
        self._give_back(self._settle(deliveries))

    def set_prefetch(self, prefetch: int) -> None:
        self.prefetch = prefetch

    def pause(self) -> None:
        self.paused = True

    def resume(self) -> None:
        self.paused = False

    def wake(self) -> None:
        with self.queue.changed:
            self._woken = True
            self.queue.changed.notify_all()

    def close(self) -> None:
        if self.is_open:
            self.is_open = False
            with self.queue.changed:
                self.queue.consumers -= 1
                mine = [(tag, *self.queue.held.pop(tag)) for tag in sorted(self._held) if tag in self.queue.held]
            self._held.clear()
            self._give_back(mine)

    def _check(self) -> None:
        if not self.is_open:
            raise BrokerUnavailableError("The connection is not open.")
        try:
            self.queue.check()
        except (BrokerUnavailableError, BrokerRefusedError):
            self.close()
            raise

    def _count(self, limit: int) -> int:
        return 0 if self.paused else max(0, min(limit, self.prefetch - len(self._held), len(self.queue.ready)))

    def _may_take(self, limit: int) -> bool:
        return self._count(limit) > 0

    def _take(self) -> Delivery:
        message, attempts, redelivered = self.queue.ready.popleft()
        tag = self.queue.next_tag()
        self.queue.held[tag] = (message, attempts)
        self._held.add(tag)
        return Delivery(message, tag, self.connection_epoch, attempts, redelivered)

    def _settle(self, deliveries: Sequence[Delivery]) -> list[tuple[int, Message, int]]:
        with self.queue.changed:
            mine = [d.tag for d in deliveries if d.connection_epoch == self.connection_epoch and d.tag in self._held]
            self._held.difference_update(mine)
            settled = [(tag, *self.queue.held.pop(tag)) for tag in mine]
            self.queue.changed.notify_all()
        return settled

    def _give_back(self, entries: Sequence[tuple[int, Message, int]]) -> None:
        with self.queue.changed:
            self.queue.ready.extendleft((message, attempts, True) for _, message, attempts in reversed(entries))
            self.queue.changed.notify_all()


class FakePublisher:
    """See ports.Publisher. `results` are given out first; then everything is confirmed."""

    def __init__(self, queue: FakeQueue) -> None:
        self.queue = queue
        self.results: deque[PublishResult] = deque()
        self.opens = 0
        self.batches: list[list[Message]] = []
        self.is_open = False
        self.blocked_reason = ""  # while it is set, everything is refused for it

    def open(self) -> None:
        self.opens += 1
        self.queue.check()
        self.is_open = True

    def publish(self, messages: Sequence[Message]) -> list[PublishResult]:
        self.keep_alive()
        if self.blocked_reason:
            return [PublishResult(PublishStatus.REFUSED, self.blocked_reason) for _ in messages]
        results = [self.results.popleft() if self.results else CONFIRMED for _ in messages]
        self.batches.append(list(messages))
        self.queue.put(
            m for m, result in zip(messages, results, strict=True) if result.verdict is PublishStatus.CONFIRMED
        )
        if any(result.verdict is PublishStatus.UNKNOWN for result in results):
            self.is_open = False
        return results

    def keep_alive(self) -> None:
        if not self.is_open:
            raise BrokerUnavailableError("The connection is not open.")
        try:
            self.queue.check()
        except PacelineError:
            self.is_open = False
            raise

    def close(self) -> None:
        self.is_open = False


class FakeAnnouncer:
    """See ports.Announcer."""

    def __init__(self, queue: FakeQueue) -> None:
        self.queue = queue
        self.opens = 0
        self.is_open = False
        self.trouble: PacelineError | None = None

    def open(self) -> None:
        self.opens += 1
        self._check()
        self.is_open = True

    def announce(self, payload: bytes) -> None:
        self._check()
        with self.queue.changed:
            self.queue.payloads.append(payload)
            self.queue.changed.notify_all()

    def close(self) -> None:
        self.is_open = False

    def _check(self) -> None:
        raise_if_any(self.trouble)
        self.queue.check()


class FakeSubscription:
    """See ports.Subscription."""

    def __init__(self, queue: FakeQueue) -> None:
        self.queue = queue
        self.opens = 0
        self._next = 0
        self._woken = False

    def open(self) -> None:
        self.opens += 1
        self.queue.check()
        self._next = len(self.queue.payloads)

    def poll(self, wait_s: float) -> list[bytes]:
        queue = self.queue
        with queue.changed:
            queue.changed.wait_for(
                lambda: self._woken or queue.trouble is not None or len(queue.payloads) > self._next, wait_s
            )
            self._woken = False
            payloads = queue.payloads[self._next :]
            self._next += len(payloads)
        queue.check()
        return payloads

    def wake(self) -> None:
        with self.queue.changed:
            self._woken = True
            self.queue.changed.notify_all()

    def close(self) -> None: ...


class FakeInspector:
    """See ports.Inspector."""

    def __init__(self, queue: FakeQueue) -> None:
        self.queue = queue

    def open(self) -> None:
        self.queue.check()

    def depth(self) -> Depth:
        self.queue.check()
        with self.queue.changed:
            held, ready = len(self.queue.held), len(self.queue.ready)
            return Depth(ready, held, self.queue.consumers, len(self.queue.failed), 0, 0.0 if ready else None)

    def scan_failed(self, judge: RemovePredicate) -> ScanResult:
        self.queue.check()
        with self.queue.changed:
            failed = list(self.queue.failed)
        verdicts = judge([failure.delivery.message for failure in failed])
        taken = [failure for failure, is_wanted in zip(failed, verdicts, strict=True) if is_wanted]
        with self.queue.changed:
            self.queue.failed = [failure for failure in self.queue.failed if failure not in taken]
            self.queue.changed.notify_all()
        return ScanResult(len(failed), len(taken))

    def close(self) -> None: ...


class FakeBroker:
    """See ports.Broker. Remembers the parts it made."""

    kind = "Embedded queue"
    location = "this computer"

    def __init__(self, queue: FakeQueue | None = None) -> None:
        self.queue = queue or FakeQueue()
        self.publishers: list[FakePublisher] = []
        self.consumers: list[FakeConsumer] = []

    def publisher(self) -> FakePublisher:
        self.publishers.append(FakePublisher(self.queue))
        return self.publishers[-1]

    def consumer(self, name: str, prefetch: int) -> FakeConsumer:
        self.consumers.append(FakeConsumer(self.queue, prefetch))
        return self.consumers[-1]

    def inspector(self) -> FakeInspector:
        return FakeInspector(self.queue)

    def event_publisher(self) -> FakeAnnouncer:
        return FakeAnnouncer(self.queue)

    def event_subscriber(self) -> FakeSubscription:
        return FakeSubscription(self.queue)

    def abort(self) -> None: ...


@dataclass
class FakeStore:
    """See batch.Store: keeps ids. `troubles` are raised first, one a call; `poison` raises for its workouts."""

    troubles: deque[Exception] = field(default_factory=deque)
    open_troubles: deque[Exception] = field(default_factory=deque)
    poison: dict[str, Exception] = field(default_factory=dict)
    poisonous_records: set[str | None] = field(default_factory=set)  # message ids
    conflicts: set[str] = field(default_factory=set)
    stored: dict[str, DecodedMessage] = field(default_factory=dict)
    failures: dict[str, FailureRecord] = field(default_factory=dict)
    batches: list[int] = field(default_factory=list)
    is_open: bool = False
    opens: int = 0
    updates: Sequence[str] = ()  # told while it opens
    before_apply: Callable[[], None] = lambda: None
    marked: dict[str, int] = field(default_factory=dict)  # suspects
    put_away_keys: list[str] = field(default_factory=list)
    copies: list[str] = field(default_factory=list)

    def open(self, on_update: Callable[[str], None] | None = None) -> None:
        self.close()
        if on_update is not None:
            for words in self.updates:
                on_update(words)
        self._raise_first(self.open_troubles)
        self.opens += 1
        self.is_open = True

    def close(self) -> None:
        self.is_open = False

    def poison_suspects(self, keys: Sequence[str]) -> dict[str, int]:
        self._raise_trouble()
        return {key: self.marked[key] for key in keys if key in self.marked}

    def mark_suspects(self, keys: Sequence[str], *, alone: bool) -> None:
        self._raise_trouble()
        for key in keys:
            self.marked[key] = self.marked.get(key, 0) + int(alone)

    def clear_suspects(self, keys: Sequence[str]) -> None:
        self._raise_trouble()
        for key in keys:
            self.marked.pop(key, None)

    def note_copies(self, keys: Sequence[str]) -> None:
        self._raise_trouble()
        self.copies.extend(keys)

    def put_away(self, keys: Sequence[str]) -> None:
        self._raise_trouble()
        self.put_away_keys.extend(keys)

    def apply(
        self,
        batch: Sequence[DecodedMessage],
        *,
        worker: str,
        picked_up_at_ms: int,
        failures: Sequence[FailureRecord] = (),
        cleared: Sequence[str] = (),
    ) -> list[ApplyResult]:
        self.before_apply()
        self._raise_trouble()
        for incoming in batch:
            if incoming.workout_id in self.poison:
                raise self.poison[incoming.workout_id]
        for record in failures:
            if record.message.message_id in self.poisonous_records:
                raise RuntimeError("this failure cannot be kept")
        self.batches.append(len(batch))
        self.failures.update((record.key, record) for record in failures)
        for key in cleared:
            self.marked.pop(key, None)
        return [self._apply(incoming) for incoming in batch]

    def _raise_trouble(self) -> None:
        if not self.is_open:
            raise StoreUnavailableError("The results database is not open.")
        self._raise_first(self.troubles)

    def _raise_first(self, troubles: deque[Exception]) -> None:
        try:
            trouble = troubles.popleft()
        except IndexError:  # the test takes them away while the loop goes on
            return
        raise trouble

    def _apply(self, incoming: DecodedMessage) -> ApplyResult:
        key = incoming.workout_id
        if key in self.conflicts:
            return ApplyResult(key, OutcomeKind.FAILED, reason="Stored with other content.", error_type="conflict")
        if key in self.stored:
            return ApplyResult(key, OutcomeKind.DUPLICATE, reason="seen before")
        self.stored[key] = incoming
        return ApplyResult(key, OutcomeKind.STORED, calories_kcal=1.0)


class EventLog:
    """Remembers events of any thread, and waits for them."""

    def __init__(self) -> None:
        self.changed = Condition()
        self.events: list[Event] = []

    def __call__(self, event: Event) -> None:
        with self.changed:
            self.events.append(event)
            self.changed.notify_all()

    def of(self, kind: type[E]) -> list[E]:
        with self.changed:
            return [event for event in self.events if isinstance(event, kind)]

    def wait_for(self, reached: Callable[[], object], wait_s: float = 30.0) -> None:
        """Until it is so; AssertionError after `wait_s`."""
        with self.changed:
            assert self.changed.wait_for(lambda: bool(reached()), wait_s), f"waited in vain; seen: {self.events[-5:]}"
