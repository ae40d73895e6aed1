"""The broker port: all that screens and workers know of a broker.

Every object here belongs to the thread that called `open()`; only methods that say so may be called from another one.
After a `BrokerUnavailableError` the object is closed; `open()` connects it again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol

from core.broker.extras import CONTENT_ENCODING, Extras

HeaderValue = str | int | float | bool | None
NO_HEADERS: Mapping[str, HeaderValue] = {}

RABBITMQ_KIND, EMBEDDED_KIND, EMBEDDED_PLACE = "RabbitMQ", "Embedded queue", "this computer"


@dataclass(frozen=True, slots=True)
class Message:
    """A body with the AMQP properties we use. Other producers may set none of them, or others: see `extras`."""

    body: bytes
    message_id: str | None = None
    type: str | None = None
    content_type: str | None = None
    app_id: str | None = None
    timestamp_s: int | None = None
    headers: Mapping[str, HeaderValue] = field(default_factory=dict)
    extras: Extras | None = None  # other properties, and headers that `headers` cannot hold exactly

    @property
    def content_encoding(self) -> str | None:
        return None if self.extras is None else self.extras.text(CONTENT_ENCODING)


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message in flight. `tag` is valid only for its `connection_epoch`."""

    message: Message
    tag: int
    connection_epoch: int
    attempts: int  # earlier tries, from our own retry header; 0 on the first
    redelivered: bool


class PublishStatus(Enum):
    CONFIRMED = "confirmed"  # the broker has it on disk
    REFUSED = "refused"  # nack or return: unroutable, full, alarm; not stored, may succeed later
    REJECTED = "rejected"  # this message can never be published: over the broker's limit, not encodable as AMQP
    UNKNOWN = "unknown"  # the connection was lost before the confirm: publish again with the same id


@dataclass(frozen=True, slots=True)
class PublishResult:
    verdict: PublishStatus
    reason: str = ""


class Publisher(Protocol):
    def open(self) -> None:
        """Connect; BrokerError when that fails."""

    def publish(self, messages: Sequence[Message]) -> list[PublishResult]:
        """Publish to `workout_jobs`, persistent, mandatory and confirmed; one result a message, in order.

        Blocks the calling thread, with its confirms pipelined. A connection lost half-way gives UNKNOWN for what has no
        confirm yet and the publisher is closed; BrokerUnavailableError only if nothing was sent. A message that makes
        the broker close channel or connection is found, REJECTED, and the others are sent.
        """

    @property
    def blocked_reason(self) -> str:
        """Why the broker takes no messages at present (connection.blocked), as a sentence; empty while it does.
        Messages published meanwhile are not stored, or are read once the alarm is over. `publish` and `keep_alive`
        update this."""

    def keep_alive(self) -> None:
        """Serve heartbeats while idle; BrokerUnavailableError when the connection is lost."""

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class FailedDelivery:
    """A delivery that was given up, and why."""

    delivery: Delivery
    reason: str  # a sentence for the failed list
    error_type: str  # a stable kind: `undecodable`, `invalid`, `conflict`, or an exception's name
    worker: str
    failed_at_ms: int
    cause: str = ""  # a code to group by; see core/failures/causes.py


@dataclass(frozen=True, slots=True)
class RetryRequest:
    """A delivery to try again later. `delay_s` names the queue it waits in, and is the longest it waits there."""

    delivery: Delivery
    delay_s: int
    after_ms: int  # at most `delay_s`; jittered, so that what failed together is not redelivered together
    reason: str


@dataclass(frozen=True, slots=True)
class Held:
    """Unacked deliveries that could be copied neither to the failed queue nor to a retry queue."""

    count: int = 0
    reason: str = ""  # the broker's reason for the last one
    is_full: bool = False  # as many as the prefetch: no more are fetched


NOTHING_HELD = Held()


class Consumer(Protocol):
    @property
    def connection_epoch(self) -> int:
        """Incremented by each successful `open()`."""

    @property
    def held(self) -> Held:
        """What `dead_letter` and `retry` could not copy. It stays unacked and `fetch` retries it from time to time;
        messages behind it in the queue are delivered meanwhile."""

    def open(self) -> None:
        """Connect and start consuming; raises as Publisher.open."""

    def fetch(self, limit: int, wait_s: float) -> list[Delivery]:
        """Up to `limit` deliveries; waits at most `wait_s` for the first one, never for more.

        Returns early and empty after `wake()`. Call it regularly: it also serves heartbeats (and renews leases); with
        `limit` 0 it does only that, for `wait_s`. BrokerUnavailableError when the connection or the queue is lost.
        """

    def ack(self, deliveries: Sequence[Delivery]) -> int:
        """Ack; returns how many. Those of an older connection_epoch are ignored, since they are redelivered."""

    def dead_letter(self, failures: Sequence[FailedDelivery]) -> int:
        """Copy each to `workout_jobs.failed` (confirmed, body unchanged, reason in headers), then ack it.

        Returns how many. What the broker does not take stays unacked, see `held`; raises only when the broker is lost.
        """

    def retry(self, retries: Sequence[RetryRequest]) -> int:
        """Copy each to `workout_jobs.retry.<delay>` (confirmed, attempts + 1), then ack; otherwise as `dead_letter`.

        Where no such queue would return it to `workout_jobs`, the delivery stays unacked for its delay and is then
        copied to `workout_jobs` directly; it counts as done.
        """

    def requeue(self, deliveries: Sequence[Delivery]) -> None:
        """Return to the queue unprocessed, at once, for any worker."""

    def set_prefetch(self, prefetch: int) -> None:
        """Prefetch: how many unacked deliveries this consumer may hold; takes effect at once."""

    def pause(self) -> None:
        """Stop consuming; what was delivered but not yet fetched is requeued. `fetch` still serves heartbeats."""

    def resume(self) -> None: ...

    def wake(self) -> None:
        """End a waiting `fetch` now. From any thread."""

    def close(self) -> None:
        """Unacked deliveries are requeued."""


@dataclass(frozen=True, slots=True)
class Depth:
    """The whole queue at one moment."""

    ready: int
    running: int | None  # delivered and unacked; None where the broker does not report it
    consumers: int | None
    failed: int
    retrying: int
    oldest_age_s: float | None  # of the oldest ready message; None where it is not known


@dataclass(frozen=True, slots=True)
class ScanResult:
    """Result of one scan of the failed queue: how many messages were read, and how many of these removed."""

    scanned: int
    taken: int


RemovePredicate = Callable[[Sequence[Message]], Sequence[bool]]


class Inspector(Protocol):
    """Reads the state of the queues without consuming."""

    def open(self) -> None: ...

    def depth(self) -> Depth: ...

    def scan_failed(self, should_remove: RemovePredicate) -> ScanResult:
        """Call the predicate with each message of `workout_jobs.failed` once, in windows; remove those it is true for.

        For actions, not for display: the others keep their order and bytes, but no other program may consume the queue
        meanwhile (BrokerRefusedError where one does). Messages that arrive during the scan are not read. When it is
        interrupted, by an error or by what the predicate raises, only removed messages are lost; some may be
        duplicated.
        """

    def close(self) -> None: ...


class EventPublisher(Protocol):
    """Publishes batches of events to all subscribers. May lose them: results never depend on events."""

    def open(self) -> None: ...

    def announce(self, payload: bytes) -> None: ...

    def close(self) -> None: ...


class EventSubscriber(Protocol):
    """Receives what is published after `open()`; bounded, oldest dropped first."""

    def open(self) -> None: ...

    def poll(self, wait_s: float) -> list[bytes]:
        """Payloads that have arrived since; waits at most `wait_s` for the first."""

    def wake(self) -> None:
        """End a waiting `poll` now. From any thread."""

    def close(self) -> None: ...


class Broker(Protocol):
    """Makes the parts above; holds no connection itself. From any thread."""

    @property
    def kind(self) -> str:
        """`RabbitMQ` or `Embedded queue`, for display."""

    @property
    def location(self) -> str:
        """`localhost:5672`, or `this computer`. Never a password."""

    def publisher(self) -> Publisher: ...

    def consumer(self, name: str, prefetch: int) -> Consumer: ...

    def inspector(self) -> Inspector: ...

    def event_publisher(self) -> EventPublisher: ...

    def event_subscriber(self) -> EventSubscriber: ...

    def abort(self) -> None:
        """For ending a program whose broker does not answer: no call waits for the broker from now on.

        Calls in progress on every part end as if the connection were lost, and no part can be opened again.
        """
