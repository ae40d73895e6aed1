"""AMQP properties of any producer become a Message, and a Message becomes properties pika can encode."""

from __future__ import annotations

import datetime
import decimal

from hypothesis import given
from hypothesis import strategies as st
from pika import BasicProperties

from core.broker.delivery_headers import MAX_COUNT, MAX_REASON_CHARS, read_attempts
from core.broker.extras import (
    HEADERS,
    PRIORITY,
    USER_ID,
    Extras,
    decode_properties,
    encode_properties,
    encoded_text,
    table_of,
)
from core.broker.ports import Delivery, FailedDelivery, HeaderValue, Message, RetryRequest
from core.broker.rabbitmq.properties import (
    MAX_HEADER_CHARS,
    MAX_HEADERS,
    as_it_came,
    message_of,
    properties_of,
    sanitize_headers,
)
from core.broker.rabbitmq.republisher import failed_copy, retry_copy
from core.broker.topology import HEADER_ATTEMPTS, HEADER_FAILED_REASON, HEADER_RETRY_REASON, HEADER_USER_ID

short_texts = st.text(max_size=40)
ours = st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | short_texts
foreign = st.recursive(
    ours
    | st.binary(max_size=20)
    | st.decimals(-1000, 1000, places=2)
    | st.datetimes(datetime.datetime(1971, 1, 1), datetime.datetime(2100, 1, 1)),
    lambda values: st.lists(values, max_size=3) | st.dictionaries(short_texts, values, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(short_texts, ours, max_size=8), st.binary(max_size=50))
def test_that_our_messages_survive_the_wire(headers: dict[str, HeaderValue], body: bytes) -> None:
    message = Message(body, "id", "workout.submitted", "application/json", "paceline", 1_700_000_000, headers)
    encoded = b"".join(properties_of(message).encode())
    back = message_of(BasicProperties().decode(encoded), body)
    diary = {name for name in headers if name.startswith(("x-death", "x-first-death-", "x-last-death-"))}
    assert back == Message(
        body,
        "id",
        "workout.submitted",
        "application/json",
        "paceline",
        1_700_000_000,
        {name: value for name, value in headers.items() if name not in diary},
    )


@given(st.dictionaries(short_texts | st.binary(max_size=5), foreign, max_size=8))
def test_that_foreign_headers_become_plain_values(headers: dict[str | bytes, object]) -> None:
    for name, value in sanitize_headers(headers).items():
        assert type(name) is str
        assert value is None or type(value) in (str, int, bool)


@given(st.floats() | st.integers() | ours)
def test_that_any_header_value_can_be_sent(value: HeaderValue) -> None:
    assert properties_of(Message(b"", headers={"x": value})).encode()


def test_that_headers_are_bounded() -> None:
    tidy = sanitize_headers({"long": "x" * 100_000, "bytes": b"y" * 100_000, "time": decimal.Decimal("1e-5")})
    assert [len(str(value)) for value in tidy.values()][:2] == [MAX_HEADER_CHARS] * 2
    theirs = {f"h{number}": number for number in range(1000)}
    assert len(sanitize_headers(theirs)) == MAX_HEADERS
    assert len(sanitize_headers({**theirs, HEADER_ATTEMPTS: 2})) == MAX_HEADERS + 1
    wide = {f"h{number}": "\N{EURO SIGN}" * 2_000 for number in range(9)}
    assert [*sanitize_headers({**wide, HEADER_ATTEMPTS: 2})] == ["h0", "h1", "h2", "h3", "h4", HEADER_ATTEMPTS]


def test_that_the_broker_s_diary_is_left_out() -> None:
    headers = {"x-death": [{"count": 1}], "x-first-death-queue": "q", "x-last-death-reason": "expired", "x-mine": 1}
    assert sanitize_headers(headers) == {"x-mine": 1}


def test_that_no_properties_at_all_are_well() -> None:
    assert message_of(BasicProperties(), b"body") == Message(b"body")
    bad_utf8 = BasicProperties()
    bad_utf8.message_id = b"\xff"
    assert message_of(bad_utf8, b"").message_id is None


@given(foreign)
def test_that_attempts_are_a_small_number_whatever_the_header_holds(value: object) -> None:
    attempts = read_attempts(sanitize_headers({HEADER_ATTEMPTS: value}))
    assert 0 <= attempts <= MAX_COUNT
    assert read_attempts({HEADER_ATTEMPTS: 3}) == 3
    assert read_attempts({HEADER_ATTEMPTS: True}) == 0
    assert read_attempts({}) == 0


def test_that_copies_keep_the_message_and_replace_only_our_headers() -> None:
    message = Message(b"\xff", "id", headers={"theirs": 1, HEADER_FAILED_REASON: "old", HEADER_RETRY_REASON: "old"})
    delivery = Delivery(message, 1, 1, 2, False)
    parcel = retry_copy(RetryRequest(delivery, 10, 7_000, "y" * 5000))
    retried = parcel.message
    assert (parcel.queue, parcel.expires_ms) == ("workout_jobs.retry.10s", 7_000)
    assert (retried.body, retried.message_id) == (b"\xff", "id")
    assert retried.headers == {"theirs": 1, HEADER_ATTEMPTS: 3, HEADER_RETRY_REASON: "y" * MAX_REASON_CHARS}
    given_up = failed_copy(FailedDelivery(delivery, "new", "invalid", "w", 5)).message
    assert given_up.headers[HEADER_FAILED_REASON] == "new"
    assert HEADER_RETRY_REASON not in given_up.headers


def came(raw: bytes, **decoded: object) -> BasicProperties:
    """Properties as a connection of ours has them."""
    properties = BasicProperties(**decoded)
    properties.raw = raw
    return properties


def test_that_what_is_no_property_list_is_delivered_without_extras() -> None:
    for raw in (b"\x00\x01", encode_properties({PRIORITY: b"\x01", HEADERS: b"\x00\x00\x00\x05\x01aq\x00\x00"})):
        assert message_of(came(raw), b"") == Message(b"")
        properties = came(raw)
        assert as_it_came(properties, "guest") is properties
    plain = BasicProperties(priority=1)
    assert as_it_came(plain, "guest") is plain


def test_that_another_s_user_id_is_noted_once() -> None:
    raw = encode_properties({USER_ID: encoded_text("anna")})
    message = message_of(came(raw, user_id="anna"), b"")
    (first,) = properties_of(message, user="guest").encode()
    assert sanitize_headers(BasicProperties().decode(first).headers) == {HEADER_USER_ID: "anna"}
    (again,) = as_it_came(
        came(encode_properties({**decode_properties(first), USER_ID: encoded_text("bo")})), "guest"
    ).encode()
    assert sanitize_headers(BasicProperties().decode(again).headers) == {HEADER_USER_ID: "anna"}
    (same,) = properties_of(message, user="anna").encode()
    assert decode_properties(same)[USER_ID] == encoded_text("anna")


def test_that_headers_that_pika_cannot_write_are_kept_as_they_came() -> None:
    table = table_of([encoded_text("x" * 255) + b"d" + bytes(8)])
    raw = encode_properties({HEADERS: table})
    message = message_of(came(raw, headers={"x" * 300: 0}), b"")
    assert message.extras == Extras(raw)
    surrogate = Message(b"", headers={"\ud800": 1, HEADER_ATTEMPTS: 1}, extras=Extras.of({PRIORITY: b"\x01"}))
    (written,) = properties_of(surrogate).encode()
    assert decode_properties(written) == {PRIORITY: b"\x01", "delivery_mode": b"\x02"}
