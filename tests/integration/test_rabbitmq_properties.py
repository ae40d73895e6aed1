"""What other programs set of properties and headers comes through a retry, a failure and a resend to the byte."""

from __future__ import annotations

from typing import Any

import pika
import pytest

from core.broker.extras import (
    HEADERS,
    Extras,
    decode_properties,
    encode_properties,
    encoded_text,
    table_entries,
    table_of,
)
from core.broker.ports import Delivery, FailedDelivery
from core.broker.rabbitmq.properties import MAX_KEPT_BYTES, _RawProperties
from core.broker.topology import FAILED_QUEUE, HEADER_USER_ID, JOBS_QUEUE
from core.codec.workout_codec import decode
from core.errors import UndecodableBodyError
from tests.support.amqp_entries import ENTRIES, entry, long
from tests.support.broker_rigs import RabbitMQRig, take
from tests.support.failures import each
from tests.support.rabbitmq_node import PrivateNode
from tests.support.rabbitmq_tools import foreign
from tests.support.retries import later

pytestmark = pytest.mark.rabbitmq

AT_MS = 1_765_360_800_123
SET = {
    "content_type": encoded_text("application/json"),
    "content_encoding": encoded_text("gzip"),
    "delivery_mode": b"\x01",
    "priority": b"\x07",
    "correlation_id": encoded_text("c-1"),
    "reply_to": encoded_text("amq.rabbitmq.reply"),
    "message_id": encoded_text("id-1"),
    "timestamp": (1_765_360_800).to_bytes(8, "big"),
    "type": encoded_text("workout.submitted"),
    "app_id": encoded_text("their app"),
    "cluster_id": encoded_text("c"),
}


def publish(rig: RabbitMQRig, properties: dict[str, bytes], body: bytes = b"{}", queue: str = JOBS_QUEUE) -> None:
    with foreign(rig.url) as channel:
        channel.confirm_delivery()
        channel.basic_publish("", queue, body, _RawProperties(encode_properties(properties)))


def failure(delivery: Delivery) -> FailedDelivery:
    return FailedDelivery(delivery, "No.", "invalid", "w1", AT_MS)


def failed_as_came(rig: RabbitMQRig) -> dict[str, bytes]:
    """The encoded properties of the one copy in the failed queue, by our own connection, which reads them as bytes."""
    seen: list[Any] = []
    link = rig.broker._connections.make("test")  # type: ignore[attr-defined]  # of a RabbitMQBroker
    link.open()
    channel = link.channel()
    link.call(
        channel,
        "get",
        lambda raw, done: raw.basic_consume(
            FAILED_QUEUE, lambda _c, _m, properties, _b: seen.append(properties.raw), callback=done
        ),
    )
    link.process_events(lambda: seen, 10.0)
    link.close()
    return decode_properties(seen[0])


def theirs(properties: dict[str, bytes]) -> list[bytes]:
    """In order of name: RabbitMQ sorts headers when it dead-letters."""
    return sorted(one for one in table_entries(properties[HEADERS]) if not one[1:].startswith(b"x-"))


def test_that_all_of_it_comes_through_a_retry_and_a_failure(rig: RabbitMQRig) -> None:
    consumer = rig.consumer()
    publish(rig, {**SET, HEADERS: table_of(ENTRIES)})
    (first,) = take(consumer, 1)
    assert consumer.retry([later(first, 1)]) == 1
    (second,) = take(consumer, 1)
    assert second.attempts == 1
    assert first.message.extras is not None
    assert second.message.extras is not None
    assert dict(second.message.extras.shown()) == dict(first.message.extras.shown())
    assert consumer.dead_letter([failure(second)]) == 1
    copied = failed_as_came(rig)
    assert theirs(copied) == sorted(ENTRIES)
    assert {**copied, HEADERS: b""} == {**SET, "delivery_mode": b"\x02", HEADERS: b""}
    # A walk through the failed list puts it back as it was.
    assert rig.inspector().scan_failed(each(lambda _message: False)).scanned == 1
    assert failed_as_came(rig) == copied


def test_that_a_resend_keeps_it_too(rig: RabbitMQRig) -> None:
    consumer = rig.consumer()
    publish(rig, {**SET, HEADERS: table_of(ENTRIES)})
    (first,) = take(consumer, 1)
    consumer.ack([first])
    rig.publisher().publish([first.message])
    (again,) = take(consumer, 1)
    assert again.message == first.message


def test_that_a_gzipped_body_fails_by_that_name(rig: RabbitMQRig) -> None:
    consumer = rig.consumer()
    publish(rig, SET, b"\x1f\x8b\x08")
    (delivery,) = take(consumer, 1)
    with pytest.raises(UndecodableBodyError, match="content_encoding 'gzip' is not supported") as caught:
        decode(delivery.message, now_ms=AT_MS)
    assert caught.value.kind == "encoding"


def test_that_an_expiration_goes_and_another_s_user_id_becomes_a_header(
    rabbitmq_node: PrivateNode, rig: RabbitMQRig
) -> None:
    vhost = rig.url.rpartition("/")[2]
    consumer = rig.consumer()
    rabbitmq_node.ctl("add_user", f"them-{vhost}", "secret")
    rabbitmq_node.ctl("set_permissions", "-p", vhost, f"them-{vhost}", ".*", ".*", ".*")
    them = RabbitMQRig(rabbitmq_node.url_for(vhost, f"them-{vhost}", "secret"))
    publish(them, {"user_id": encoded_text(f"them-{vhost}"), "expiration": encoded_text("600000")})
    publish(rig, {"user_id": encoded_text("guest")})
    (one, other) = take(consumer, 2)
    assert consumer.dead_letter([failure(one)]) == 1
    copied = failed_as_came(rig)
    assert not {"user_id", "expiration"} & copied.keys()
    assert entry(HEADER_USER_ID, "S", long(f"them-{vhost}".encode())) in table_entries(copied[HEADERS])
    rig.inspector().scan_failed(each(lambda _message: True))
    assert consumer.dead_letter([failure(other)]) == 1
    assert failed_as_came(rig)["user_id"] == encoded_text("guest")
    # One that another user put there can still be walked past.
    assert them.inspector().scan_failed(each(lambda _message: False)).scanned == 1
    assert "user_id" not in failed_as_came(rig)
    them.close()


@pytest.mark.parametrize("size", [MAX_KEPT_BYTES - 1000, 120_000])
def test_that_large_tables_never_end_the_connection(rig: RabbitMQRig, size: int) -> None:
    consumer = rig.consumer()
    table = table_of([entry("large", "x", long(b"y" * (size - 100))), entry("small", "t", b"\x01")])
    publish(rig, {"priority": b"\x01", HEADERS: table})
    (first,) = take(consumer, 1)
    for delay_s in (1, 1):
        assert consumer.retry([later(first, delay_s)]) == 1
        (first,) = take(consumer, 1)
    assert consumer.dead_letter([failure(first)]) == 1
    assert consumer.connection_epoch == 1
    copied = failed_as_came(rig)
    assert copied["priority"] == b"\x01"
    assert (theirs(copied) == sorted(table_entries(table))) is (size < MAX_KEPT_BYTES)


def test_that_properties_that_cannot_be_decoded_are_kept(rig: RabbitMQRig) -> None:
    consumer = rig.consumer()
    when = entry("when", "T", (AT_MS * 1000).to_bytes(8, "big"))
    odd = {"message_id": b"\x02\xff\xfe", "correlation_id": b"\x01\xff", HEADERS: table_of([when])}
    publish(rig, odd)
    (first,) = take(consumer, 1)
    for attempts in (1, 2):
        assert consumer.retry([later(first, 1)]) == 1
        (first,) = take(consumer, 1)
        assert first.attempts == attempts  # or it would be tried for ever
    assert consumer.dead_letter([failure(first)]) == 1
    copied = failed_as_came(rig)
    assert theirs(copied) == [when]
    assert (copied["message_id"], copied["correlation_id"]) == (odd["message_id"], odd["correlation_id"])


def test_that_a_plain_message_has_no_extras(rig: RabbitMQRig) -> None:
    consumer = rig.consumer()
    with foreign(rig.url) as channel:
        for headers in (None, {"x-theirs": "text"}, {"n": 2**40, "yes": True, "none": None}):
            channel.basic_publish("", JOBS_QUEUE, b"{}", pika.BasicProperties(message_id="id", headers=headers))
    assert [one.message.extras for one in take(consumer, 3)] == [None] * 3
    publish(rig, {HEADERS: table_of([entry("n", "b", b"\x01")])})
    (delivery,) = take(consumer, 1)
    assert delivery.message.extras == Extras(encode_properties({HEADERS: table_of([entry("n", "b", b"\x01")])}))
