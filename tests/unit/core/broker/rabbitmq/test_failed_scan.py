"""A walk through the failed queue whose broker stops short: what is undecided stays where it was, and it is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from types import SimpleNamespace
from typing import Any, cast

import pika
import pytest
from pika import exceptions

from core.broker.amqp_url import parse_amqp_url
from core.broker.ports import Message, PublishResult, PublishStatus, ScanResult
from core.broker.rabbitmq import failed_scan as sieve
from core.broker.rabbitmq import resending
from core.broker.rabbitmq.confirmed_sender import OutgoingMessage
from core.broker.rabbitmq.connection import Channel
from core.broker.rabbitmq.connection_factory import ConnectionFactory
from core.broker.rabbitmq.failed_scan import FailedQueueScan
from core.errors import BrokerUnavailableError

ADDRESS = parse_amqp_url("amqp://guest:guest@127.0.0.1:1/")


class Raw:
    """A channel of pika that delivers `bodies` as soon as it is asked for messages."""

    def __init__(self, bodies: Sequence[bytes]) -> None:
        self._bodies = bodies
        self.is_open = True
        self.acked: list[tuple[int, bool]] = []
        self.tell_closed: Callable[..., None] = lambda *_: None

    def add_on_close_callback(self, callback: Callable[..., None]) -> None:
        self.tell_closed = callback

    def basic_qos(self, **_: object) -> None: ...

    def basic_cancel(self, _tag: str, **_: object) -> None: ...

    def basic_consume(self, _queue: str, on_message: Callable[..., None], **_: object) -> None:
        for tag, body in enumerate(self._bodies, 1):
            on_message(self, SimpleNamespace(delivery_tag=tag), pika.BasicProperties(message_id=f"m-{tag}"), body)

    def basic_ack(self, tag: int, multiple: bool = False) -> None:
        self.acked.append((tag, multiple))


class OneLink:
    """For messages and copies. `pumps` are what its turns come to, one after the other; then each is done."""

    address = ADDRESS
    ended_by: BaseException | None = None

    def __init__(self, *bodies: bytes) -> None:
        self.raw = Raw(bodies)
        self.pumps: Iterator[Callable[[], bool]] = iter(())
        self.unsent_bytes = 0
        self.is_closed = False

    def open(self) -> None: ...

    def close(self) -> None:
        self.is_closed = True

    def discard(self, _channel: Channel) -> None: ...

    def channel(self) -> Channel:
        return Channel(self.raw)

    def call(self, channel: Channel, _doing: str, start: Callable[[Any, Any], None]) -> object:
        start(channel.raw, None)
        return SimpleNamespace(consumer_tag="tag")

    def process_events(self, _ready: Callable[[], object], _wait_s: float) -> bool:
        return next(self.pumps, lambda: True)()


class Sender:
    """The first stops at the first parcel, for which the broker closes its channel; those after it send all."""

    made = 0

    def __init__(self, _link: object) -> None:
        Sender.made += 1
        self._stops = Sender.made == 1
        self.met_bad_message = False

    def send(self, parcels: Sequence[OutgoingMessage], *, one_by_one: bool = False) -> list[PublishResult]:
        self.met_bad_message = self._stops and bool(parcels)
        if self.met_bad_message:
            return [
                PublishResult(PublishStatus.REJECTED, "too large"),
                *[PublishResult(PublishStatus.UNKNOWN)] * (len(parcels) - 1),
            ]
        return [PublishResult(PublishStatus.CONFIRMED)] * len(parcels)

    def close(self) -> None: ...


def walk(link: OneLink, monkeypatch: pytest.MonkeyPatch, *, taken: bool) -> ScanResult:
    def judge(messages: Sequence[Message]) -> list[bool]:
        return [taken for _ in messages]

    monkeypatch.setattr(sieve, "queue_counts", lambda *_: (2, 0))
    monkeypatch.setattr(resending, "ConfirmedSender", Sender)
    monkeypatch.setattr(Sender, "made", 0)
    return FailedQueueScan(cast(ConnectionFactory, SimpleNamespace(make=lambda *_: link)), judge).run()


def test_that_a_channel_that_the_broker_closes_during_the_walk_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    link = OneLink(b"1")

    def close() -> bool:
        link.raw.is_open = False
        link.raw.tell_closed(link.raw, exceptions.ChannelClosedByBroker(541, "INTERNAL_ERROR"))
        return True

    link.pumps = iter([close])
    with pytest.raises(BrokerUnavailableError, match="INTERNAL_ERROR"):
        walk(link, monkeypatch, taken=True)
    assert (link.raw.acked, link.is_closed) == ([], True)


def test_that_acknowledgements_that_the_broker_does_not_take_in_time_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    link = OneLink(b"1", b"2")
    link.pumps = iter([lambda: True, lambda: False])
    with pytest.raises(BrokerUnavailableError, match=f"did not answer within {sieve.QUIET_S:g} s"):
        walk(link, monkeypatch, taken=True)
    assert link.is_closed


def test_that_one_the_broker_takes_no_more_stays_and_those_after_it_go_to_the_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    link = OneLink(b"too large by now", b"2")
    assert walk(link, monkeypatch, taken=False) == ScanResult(2, 0)
    assert link.raw.acked == [(2, False)]
