"""What a real broker does too seldom to wait for: parts of the RabbitMQ broker on links that behave badly."""

from __future__ import annotations

import struct
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

import pytest
from pika import exceptions

from core.broker.amqp_url import parse_amqp_url
from core.broker.ports import Message, PublishResult, PublishStatus
from core.broker.rabbitmq import confirmed_sender as sender_module
from core.broker.rabbitmq import connection as link_module
from core.broker.rabbitmq import declare
from core.broker.rabbitmq import resending as resending_module
from core.broker.rabbitmq.confirmed_sender import ConfirmedSender, OutgoingMessage
from core.broker.rabbitmq.connection import Channel, RabbitMQConnection, _LenientConnection
from core.broker.rabbitmq.connection_factory import ConnectionFactory
from core.broker.rabbitmq.consumer import RabbitMQConsumer
from core.broker.rabbitmq.error_mapping import ack_timeout, blames_message
from core.broker.rabbitmq.failed_scan import FailedQueueScan
from core.broker.rabbitmq.feed import RabbitMQEventPublisher, RabbitMQEventSubscriber
from core.broker.rabbitmq.publisher import RabbitMQPublisher
from core.broker.rabbitmq.queue_arguments import QueueType
from core.broker.rabbitmq.republisher import Republisher
from core.errors import BrokerRefusedError, BrokerUnavailableError, QueueInUseError

URL = "amqp://guest:guest@127.0.0.1:1/"
LOST = BrokerUnavailableError("The connection was lost.")


class Raw:
    """A channel of pika, as far as it is asked here."""

    def __init__(self, *, is_open: bool = True) -> None:
        self.is_open = is_open
        self.published: list[bytes] = []
        self.consumer_tags: list[str] = []
        self.trouble: Exception | None = None

    def add_on_close_callback(self, _callback: Callable[..., None]) -> None: ...

    def close(self) -> None:
        self.is_open = False

    def basic_publish(self, _exchange: str, _key: str, body: bytes, _properties: Any, mandatory: bool = False) -> None:
        if self.trouble is not None:
            raise self.trouble
        self.published.append(body)


class BadLink:
    """A link that serves until `trouble` is set."""

    def __init__(self) -> None:
        self.address = parse_amqp_url(URL)
        self.blocked_reason: str | None = None
        self.unsent_bytes = 0
        self.pumps_until_trouble: int | None = None
        self.closed = False
        self.asked: list[str] = []
        self.ended_by: BaseException | None = None

    def process_events(self, _ready: Callable[[], object], _wait_s: float) -> bool:
        if self.pumps_until_trouble is not None:
            self.pumps_until_trouble -= 1
            if self.pumps_until_trouble < 0:
                raise LOST
        return True

    def call(self, _channel: Channel, doing: str, _start: object) -> object:
        self.asked.append(doing)
        return SimpleNamespace(consumer_tag="tag")

    def channel(self) -> Channel:
        return Channel(Raw())

    def close(self) -> None:
        self.closed = True


def consumer_of_anna() -> RabbitMQConsumer:
    return RabbitMQConsumer(ConnectionFactory(URL), "anna", 10, copies_of_anna(), QueueType.CLASSIC)


def copies_of_anna() -> Republisher:
    return Republisher(ConnectionFactory(URL), "anna", lambda _delay: None, QueueType.CLASSIC)


def put(target: object, **attributes: object) -> None:
    for name, value in attributes.items():
        object.__setattr__(target, name, value)


def test_an_announcer_whose_link_breaks_while_it_sends_says_so_and_lets_go() -> None:
    event_publisher, link = RabbitMQEventPublisher(ConnectionFactory(URL)), BadLink()
    put(event_publisher, _connection=link, _channel=Channel(Raw()))
    link.pumps_until_trouble = 1
    with pytest.raises(BrokerUnavailableError):
        event_publisher.announce(b"news")
    assert link.closed


def test_an_announcer_drops_news_while_the_broker_takes_nothing() -> None:
    event_publisher, link, raw = RabbitMQEventPublisher(ConnectionFactory(URL)), BadLink(), Raw()
    put(event_publisher, _connection=link, _channel=Channel(raw))
    link.blocked_reason = "memory"
    event_publisher.announce(b"dropped")
    link.blocked_reason = None
    event_publisher.announce(b"sent")
    assert raw.published == [b"sent"]


def test_a_subscription_whose_link_breaks_is_closed() -> None:
    subscriber, link = RabbitMQEventSubscriber(ConnectionFactory(URL)), BadLink()
    put(subscriber, _connection=link, _channel=Channel(Raw()))
    link.pumps_until_trouble = 0
    with pytest.raises(BrokerUnavailableError):
        subscriber.poll(0.1)
    assert link.closed


def test_a_subscription_that_the_broker_cancels_is_closed() -> None:
    subscriber, link = RabbitMQEventSubscriber(ConnectionFactory(URL)), BadLink()
    put(subscriber, _connection=link, _channel=Channel(Raw()))
    subscriber._on_cancelled(None)
    with pytest.raises(BrokerUnavailableError):
        subscriber.poll(0.1)
    assert link.closed


def test_copies_that_cannot_be_sent_let_go_of_the_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    desk, link = copies_of_anna(), BadLink()

    def break_off(*_arguments: object) -> None:
        raise LOST

    monkeypatch.setattr(desk, "keep_alive", lambda: None)
    monkeypatch.setattr(desk, "_open_sender", break_off)
    put(desk, _connection=link)
    with pytest.raises(BrokerUnavailableError):
        desk._copy([OutgoingMessage("workout_jobs.failed", Message(b"{}"))], {})
    assert link.closed


def test_a_look_at_a_queue_that_breaks_off_is_no_missing_queue() -> None:
    link = BadLink()

    def call(*_arguments: object) -> None:
        raise LOST

    put(link, call=call)
    with pytest.raises(BrokerUnavailableError):
        declare._passively(link, Channel(Raw()), "look", lambda _raw, _done: None)  # type: ignore[arg-type]


def test_a_queue_that_somebody_else_just_made_in_another_form_is_good() -> None:
    link, channels = BadLink(), [Channel(Raw()), Channel(Raw())]
    put(link, channel=iter(channels).__next__)

    def create(channel: Channel) -> None:
        channel.closed_by = exceptions.ChannelClosedByBroker(406, "PRECONDITION_FAILED")
        raise BrokerRefusedError("It has other arguments.")

    declare._ensure(link, lambda _channel: False, create)  # type: ignore[arg-type]
    assert channels[1].closed_by is not None

    def forbid(_channel: Channel) -> None:
        raise BrokerRefusedError("Not allowed.")

    put(link, channel=lambda: Channel(Raw()))
    with pytest.raises(BrokerRefusedError):
        declare._ensure(link, lambda _channel: False, forbid)  # type: ignore[arg-type]


def test_only_a_bad_header_frame_is_forgiven() -> None:
    connection = object.__new__(_LenientConnection)
    method_frame = struct.pack(">BHL", 1, 1, 4) + struct.pack(">HH", 9_999, 9_999) + b"\xce"
    put(connection, _frame_buffer=method_frame)
    with pytest.raises((LookupError, exceptions.AMQPError)):
        connection._read_frame()


def test_a_name_that_takes_for_ever_to_resolve_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    aborted: list[bool] = []
    attempt = SimpleNamespace(abort=lambda: aborted.append(True))
    monkeypatch.setattr(_LenientConnection, "create_connection", lambda *_, **__: attempt)
    monkeypatch.setattr(link_module, "CLOSE_BOUND_S", 0.01)
    with pytest.raises(BrokerUnavailableError, match="did not answer within"):
        RabbitMQConnection(URL, "test").open(0.01)
    assert aborted


def test_a_link_that_is_not_open_says_so() -> None:
    link = RabbitMQConnection(URL, "test")
    link.wake()
    with pytest.raises(BrokerUnavailableError):
        link.channel()


def test_a_question_that_cannot_be_sent_is_told() -> None:
    def start(_raw: object, _done: object) -> None:
        raise exceptions.ChannelWrongStateError("Channel is closed.")

    with pytest.raises(BrokerUnavailableError):
        RabbitMQConnection(URL, "test").call(Channel(Raw()), "look", start)


def test_a_broker_that_does_not_answer_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    link = RabbitMQConnection(URL, "test")
    monkeypatch.setattr(link, "process_events", lambda *_: False)
    with pytest.raises(BrokerUnavailableError, match="did not answer within"):
        link.call(Channel(Raw()), "look", lambda _raw, _done: None)
    with pytest.raises(BrokerUnavailableError, match="did not answer within"):
        link.flush(0.01)


@pytest.mark.parametrize("is_open", [True, False])
def test_closing_never_raises(is_open: bool) -> None:
    def close() -> None:
        raise exceptions.ConnectionWrongStateError("It is closing.")

    link = RabbitMQConnection(URL, "test")
    put(link, _connection=SimpleNamespace(is_open=is_open, is_closed=True, close=close))
    link.close()
    link.close()


def test_a_heartbeat_in_the_address_is_the_one_used() -> None:
    assert RabbitMQConnection(f"{URL}?heartbeat=77", "test")._parameters[0].heartbeat == 77
    assert RabbitMQConnection(URL, "test")._parameters[0].heartbeat == 10


def test_what_was_lost_after_the_publisher_closed_stays_refused() -> None:
    RabbitMQPublisher(ConnectionFactory(URL), QueueType.CLASSIC)._send_again([], [], [])


@pytest.mark.parametrize("lost", [False, True])
def test_a_channel_that_refuses_is_not_used_again(monkeypatch: pytest.MonkeyPatch, lost: bool) -> None:
    publisher, link, refusing = RabbitMQPublisher(ConnectionFactory(URL), QueueType.QUORUM), BadLink(), Desk()
    put(publisher, _connection=link, _sender=refusing.sender)
    monkeypatch.setattr(refusing.sender, "send", lambda parcels, **_: [sender_module.NACKED] * len(parcels))

    def channel() -> Channel:
        raise LOST

    if lost:
        put(link, channel=channel)
    assert publisher.publish([Message(b"{}")]) == [sender_module.NACKED]
    assert not refusing.raw.is_open
    if lost:
        with pytest.raises(BrokerUnavailableError):
            publisher.publish([Message(b"{}")])
    assert link.closed is lost
    assert publisher._sender is not refusing.sender


class Desk:
    """A sender over a bad link, two parcels in hand."""

    def __init__(self) -> None:
        self.link, self.raw = BadLink(), Raw()
        self.channel = Channel(self.raw)
        put(self.link, channel=lambda: self.channel)
        self.sender = ConfirmedSender(self.link)  # type: ignore[arg-type]
        self.parcels = [OutgoingMessage("workout_jobs", Message(b"{}", message_id=str(number))) for number in range(2)]


def test_a_closed_channel_sends_nothing() -> None:
    desk = Desk()
    desk.raw.is_open = False
    with pytest.raises(BrokerUnavailableError):
        desk.sender.send(desk.parcels)


def test_a_channel_that_breaks_while_publishing_leaves_the_outcome_unknown() -> None:
    desk = Desk()
    desk.raw.trouble = exceptions.ChannelWrongStateError("Channel is closed.")
    assert [result.verdict for result in desk.sender.send(desk.parcels)] == [PublishStatus.UNKNOWN] * 2


def test_a_forbidden_publish_is_refused() -> None:
    desk = Desk()

    def process_events(_ready: object, _wait_s: float) -> bool:
        if desk.raw.published:
            desk.raw.is_open = False
            desk.channel.closed_by = exceptions.ChannelClosedByBroker(403, "ACCESS_REFUSED")
        return True

    put(desk.link, process_events=process_events)
    assert [result.verdict for result in desk.sender.send(desk.parcels)] == [PublishStatus.REFUSED] * 2


@pytest.mark.parametrize(
    ("closed_by", "blamed"),
    [
        (exceptions.ChannelClosedByBroker(406, "PRECONDITION_FAILED - message size 9 larger than 8"), True),
        (exceptions.ChannelClosedByBroker(403, "ACCESS_REFUSED - no"), False),
        (exceptions.ConnectionClosedByBroker(501, "FRAME_ERROR - too large"), True),
        (exceptions.ConnectionClosedByBroker(320, "CONNECTION_FORCED - shutdown"), False),
        (exceptions.StreamLostError("cut"), False),
        (None, False),
    ],
)
def test_which_ends_blame_a_message(closed_by: BaseException | None, blamed: bool) -> None:
    assert blames_message(closed_by) is blamed


def test_what_cannot_be_written_as_amqp_ends_the_sending_and_nothing_of_it_is_sent() -> None:
    desk = Desk()
    desk.raw.trouble = exceptions.ShortStringTooLong("x")
    first, second = desk.sender.send(desk.parcels)
    assert (first.verdict, second.verdict) == (PublishStatus.REJECTED, PublishStatus.UNKNOWN)
    assert "AMQP" in first.reason
    assert desk.sender.met_bad_message


def rejecting(desk: Desk) -> ConfirmedSender:
    """A sender that found the first of its messages bad, as often as it is asked."""
    results = [PublishResult(PublishStatus.REJECTED, "too big"), PublishResult(PublishStatus.UNKNOWN)]
    put(desk.sender, send=lambda parcels, **_: results[: len(parcels)], _blames_message=lambda: True)
    return desk.sender


@pytest.mark.parametrize("trouble", ["no new channel", "too late"])
def test_what_could_not_be_sent_again_beside_a_rejected_one_stays_unknown(
    monkeypatch: pytest.MonkeyPatch, trouble: str
) -> None:
    publisher, link, desk = RabbitMQPublisher(ConnectionFactory(URL), QueueType.CLASSIC), BadLink(), Desk()
    put(publisher, _connection=link, _sender=rejecting(desk))

    def channel() -> Channel:
        raise LOST

    if trouble == "no new channel":
        put(link, channel=channel)
    else:
        monkeypatch.setattr(resending_module, "SEND_BOUND_S", 0.0)
    results = publisher.publish([Message(b"x" * 9), Message(b"{}")])
    assert [result.verdict for result in results] == [PublishStatus.REJECTED, PublishStatus.UNKNOWN]
    assert link.closed


def test_an_alarm_half_way_refuses_what_was_not_sent_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk()
    monkeypatch.setattr(sender_module, "WINDOW", 1)

    def process_events(_ready: object, _wait_s: float) -> bool:
        if desk.raw.published:
            desk.link.blocked_reason = "low on memory"
        return not desk.raw.published

    put(desk.link, process_events=process_events)
    results = desk.sender.send(desk.parcels)
    assert [result.verdict for result in results] == [PublishStatus.UNKNOWN, PublishStatus.REFUSED]
    assert "low on memory" in results[1].reason


def test_a_returned_message_that_is_none_of_ours_is_left_out() -> None:
    desk = Desk()
    desk.sender._begin(desk.parcels)
    desk.sender._longest_bytes = 2  # the first is answered, and the other as long
    desk.sender._fill_window()
    method, properties = SimpleNamespace(routing_key="workout_jobs"), SimpleNamespace(message_id="9")
    desk.sender._on_return(None, method, properties, b"{}")
    assert desk.sender._returned == set()
    properties.message_id = "1"
    desk.sender._on_return(None, method, properties, b"{}")
    assert desk.sender._returned == {1}


def test_a_consumer_whose_channel_was_closed_says_why() -> None:
    consumer = consumer_of_anna()
    channel = Channel(Raw(is_open=False))
    channel.closed_by = exceptions.ChannelClosedByBroker(406, "PRECONDITION_FAILED - acknowledgement timed out")
    with pytest.raises(BrokerUnavailableError):
        consumer._check_broken(BadLink(), channel, has_more=False)  # type: ignore[arg-type]


def test_a_consumer_that_the_broker_cancelled_is_not_cancelled_again() -> None:
    consumer, link = consumer_of_anna(), BadLink()
    put(consumer, _connection=link, _channel=Channel(Raw()), _cancelled=True, _tag="tag")
    consumer._stop_consuming()
    assert link.asked == []


@pytest.mark.parametrize(
    ("said", "missing"),
    [
        ("NOT_FOUND - no queue 'workout_jobs' in vhost 'is down or inaccessible'", True),
        ("NOT_FOUND - home node 'b@c' of durable queue 'workout_jobs' in vhost '/' is down or inaccessible", False),
        ("NOT_FOUND - queue 'workout_jobs' in vhost '/' process is stopped by supervisor", False),
        ("NOT_FOUND - queue 'workout_jobs' in vhost '/' has crashed and failed to restart", False),
        ("NOT_FOUND - failed to perform operation on queue 'workout_jobs' in vhost '/' due to timeout", False),
    ],
)
def test_that_a_queue_out_of_reach_is_not_taken_for_one_that_is_not_there(said: str, missing: bool) -> None:
    link, channel = BadLink(), Channel(Raw())
    channel.closed_by = exceptions.ChannelClosedByBroker(404, said)

    def refuse(*_asked: object) -> object:
        raise LOST

    put(link, call=refuse)
    if missing:
        assert declare.queue_counts(cast(RabbitMQConnection, link), channel, "workout_jobs") is None
    else:
        with pytest.raises(BrokerUnavailableError):
            declare.queue_counts(cast(RabbitMQConnection, link), channel, "workout_jobs")


def test_copies_go_by_another_connection_once_theirs_has_ended() -> None:
    desk, link = copies_of_anna(), BadLink()
    put(link, ended_by=None)
    put(desk, _connection=link)
    desk._renew()
    assert not link.closed
    put(link, ended_by=exceptions.ConnectionClosedByBroker(501, "FRAME_ERROR"))
    desk._renew()
    assert link.closed
    desk._renew()


def test_a_retry_queue_of_another_form_is_looked_at_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    now_s, looks = 100.0, list[str]()
    desk = Republisher(ConnectionFactory(URL), "anna", lambda _delay: None, QueueType.CLASSIC, lambda: now_s)
    unsafe = {"workout_jobs.retry.1s": "It is a stream.", "workout_jobs.retry.1s.paceline": "It is a stream."}

    def look(name: str, _delay_s: int) -> str:
        looks.append(name)
        return unsafe.get(name, "")

    monkeypatch.setattr(desk, "_why_unsafe", look)
    assert [desk._way_back(1), desk._way_back(1)] == [None, None]
    assert looks == list(unsafe)
    now_s += 30.0
    assert desk._way_back(1) is None
    assert looks == [*unsafe, *unsafe]
    unsafe.clear()
    now_s += 30.0
    assert desk._way_back(1) == "workout_jobs.retry.1s"


def test_only_a_late_acknowledgement_is_told_as_one() -> None:
    here = parse_amqp_url(URL)
    assert ack_timeout(exceptions.ChannelClosedByBroker(404, "NOT_FOUND"), here) is None
    late = exceptions.ChannelClosedByBroker(
        406, "PRECONDITION_FAILED - delivery acknowledgement on channel 1 timed out"
    )
    found = ack_timeout(late, here)
    assert found is not None
    assert (found.timeout_s, "not acknowledged (consumer_timeout)" in str(found)) == (0.0, True)


def test_a_publisher_that_is_closed_has_nothing_to_renew() -> None:
    RabbitMQPublisher(ConnectionFactory(URL), QueueType.CLASSIC)._renew()


def test_a_failed_list_that_another_program_takes_for_itself_meanwhile_is_told() -> None:
    link = BadLink()
    asked = iter([None, QueueInUseError("It is in use.")])

    def call(*_arguments: object) -> object:
        if (trouble := next(asked)) is not None:
            raise trouble
        return None

    put(link, call=call)
    with pytest.raises(BrokerRefusedError, match="Another program consumes"):
        FailedQueueScan(ConnectionFactory(URL), lambda messages: [False] * len(messages))._take(
            cast(RabbitMQConnection, link), 1
        )
