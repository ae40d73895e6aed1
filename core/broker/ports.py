"""The broker port: all that screens and workers know of a broker.

Every object here belongs to the thread that called `open()`; only the methods that say so may be called
from another one. After a `BrokerUnavailableError` the object is closed; `open()` connects it again.
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
    """A body with the AMQP properties we use. Foreign producers may set none of them, or others: see `extras`."""

    body: bytes
    message_id: str | None = None
    type: str | None = None
    content_type: str | None = None
    app_id: str | None = None
    timestamp_s: int | None = None
    headers: Mapping[str, HeaderValue] = field(default_factory=dict)
    extras: Extras | None = None  # what others set besides, and headers that `headers` does not hold exactly

    @property
    def content_encoding(self) -> str | None:
        return None if self.extras is None else self.extras.text(CONTENT_ENCODING)


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message in a worker's hands. `tag` means something only together with `generation`."""

    message: Message
    tag: int
    connection_epoch: int
    attempts: int  # earlier tries that our own retry header counted; 0 on the first
    redelivered: bool


class PublishStatus(Enum):
    CONFIRMED = "confirmed"  # the broker has it on disk
    REFUSED = "refused"  # it answered no: unroutable, full, alarm; nothing was kept, later it may be
    REJECTED = "rejected"  # this message as it is will never be taken: over the broker's limit, not writable as AMQP
    UNKNOWN = "unknown"  # the connection went before the answer came: publish again with the same id


@dataclass(frozen=True, slots=True)
class PublishResult:
    verdict: PublishStatus
    reason: str = ""


class Publisher(Protocol):
    def open(self) -> None:
        """Connect; BrokerUnavailableError or BrokerRefusedError when that fails."""

    def publish(self, messages: Sequence[Message]) -> list[PublishResult]:
        """Publish to `workout_jobs`, persistent, mandatory and confirmed; one result a message, in order.

        Blocks the calling thread, with its confirms pipelined. A connection lost half-way gives UNKNOWN for
        what has no answer yet and the publisher is closed; BrokerUnavailableError only if nothing was sent.
        A message that makes the broker close channel or connection is found, REJECTED, and the others are sent.
        """

    @property
    def blocked_reason(self) -> str:
        """Why the broker takes no messages just now, as a sentence; empty while it does. What it was given meanwhile
        it did not keep, or will read once the alarm is over. `publish` and `keep_alive` bring this up to date."""

    def keep_alive(self) -> None:
        """Serve heartbeats while idle; BrokerUnavailableError when the link turns out to be dead."""

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
    after_ms: int  # at most `delay_s`; shorter by chance, so that what failed together does not come back together
    reason: str


@dataclass(frozen=True, slots=True)
class Held:
    """Deliveries that could be put neither into the failed list nor into a retry queue."""

    count: int = 0
    reason: str = ""  # why, in the broker's words; of the last one
    is_full: bool = False  # as many as a consumer holds: it takes no more


NOTHING_HELD = Held()


class Consumer(Protocol):
    @property
    def connection_epoch(self) -> int:
        """Goes up with each successful `open()`."""

    @property
    def held(self) -> Held:
        """What `fail` and `retry` could not put away. It stays unsettled, and `fetch` tries it again from time to time;
        what is behind it in the queue is delivered meanwhile."""

    def open(self) -> None:
        """Connect and start consuming; raises as Publisher.open."""

    def fetch(self, limit: int, wait_s: float) -> list[Delivery]:
        """Up to `limit` deliveries; waits at most `wait_s` for the first one, never for more.

        Returns early and empty after `wake()`. Call it regularly: it also serves heartbeats (and renews leases);
        with `limit` 0 it does only that, for `wait_s`, while a batch is held back.
        BrokerUnavailableError when the connection, or the queue under it, is gone.
        """

    def ack(self, deliveries: Sequence[Delivery]) -> int:
        """Settle; returns how many. Those of an older generation are dropped: they come again by themselves."""

    def dead_letter(self, failures: Sequence[FailedDelivery]) -> int:
        """Copy each to `workout_jobs.failed` (confirmed, body untouched, reason in headers), then ack it.

        Returns how many. What the broker does not take stays unsettled, see `held`; only a broker that is gone raises.
        """

    def retry(self, retries: Sequence[RetryRequest]) -> int:
        """Copy each to `workout_jobs.retry.<delay>` (confirmed, attempts + 1), then ack; as `fail`.

        Where no such queue gives back what it is given, the delivery waits here for its time, and is copied to
        `workout_jobs` itself then; it counts as done.
        """

    def requeue(self, deliveries: Sequence[Delivery]) -> None:
        """Give back unprocessed, at once, for any worker."""

    def set_prefetch(self, prefetch: int) -> None:
        """How many unsettled deliveries this consumer may hold; takes effect at once."""

    def pause(self) -> None:
        """Take no more; what is held but not yet fetched goes back. Heartbeats go on in `fetch`."""

    def resume(self) -> None: ...

    def wake(self) -> None:
        """End a waiting `fetch` now. From any thread."""

    def close(self) -> None:
        """Unsettled deliveries go back to the queue."""


@dataclass(frozen=True, slots=True)
class Depth:
    """The whole queue at one moment."""

    ready: int
    running: int | None  # delivered and unsettled; None where the broker cannot tell
    consumers: int | None
    failed: int
    retrying: int
    oldest_age_s: float | None  # of the oldest ready message; None where it cannot be known


@dataclass(frozen=True, slots=True)
class ScanResult:
    """One walk through the failed list: how many messages were looked at, and how many of these taken out."""

    scanned: int
    taken: int


RemovePredicate = Callable[[Sequence[Message]], Sequence[bool]]


class Inspector(Protocol):
    """Looks at the queues without taking anything from them."""

    def open(self) -> None: ...

    def depth(self) -> Depth: ...

    def scan_failed(self, judge: RemovePredicate) -> ScanResult:
        """Show `judge` each message of `workout_jobs.failed` once, some at a time; take out those it says True to.

        For acting, not for looking: the others keep their order and bytes, but no other program may consume the list
        meanwhile (BrokerRefusedError where one does). What arrives during the walk is left alone. When it breaks
        off, by an error or by what `judge` raises, nothing but what was taken is gone; some may be there twice.
        """

    def close(self) -> None: ...


class EventPublisher(Protocol):
    """Sends batches of events to whoever listens. May lose them: results never depend on events."""

    def open(self) -> None: ...

    def announce(self, payload: bytes) -> None: ...

    def close(self) -> None: ...


class EventSubscriber(Protocol):
    """Receives what announcers send from the moment of `open()` on; bounded, oldest dropped first."""

    def open(self) -> None: ...

    def poll(self, wait_s: float) -> list[bytes]:
        """What has come since; waits at most `wait_s` for the first."""

    @property
    def dropped(self) -> int:
        """Payloads known to be lost to the bound."""

    def wake(self) -> None:
        """End a waiting `poll` now. From any thread."""

    def close(self) -> None: ...


class Broker(Protocol):
    """Makes the parts above; holds no connection itself. From any thread."""

    @property
    def kind(self) -> str:
        """`RabbitMQ` or `Embedded queue`: the name people see."""

    @property
    def location(self) -> str:
        """`localhost:5672`, or `this computer`. Never a password."""

    def publisher(self) -> Publisher: ...

    def consumer(self, name: str, prefetch: int) -> Consumer: ...

    def inspector(self) -> Inspector: ...

    def announcer(self) -> EventPublisher: ...

    def subscription(self) -> EventSubscriber: ...

    def abort(self) -> None:
        """For the end of a program whose broker does not answer: from now on nobody waits for it.

        What every part of this broker is doing ends as if its connection were lost, and none can be opened again.
        """
