"""AMQP properties <-> Message. Other producers may set anything, or nothing; what they set is passed on unchanged.

Except an expiration, since failed messages must not be dropped, and a user id that is not the publisher's, which
RabbitMQ refuses: that one becomes a header. https://www.rabbitmq.com/docs/validated-user-id
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from pika import BasicProperties
from pika.data import encode_table
from pika.exceptions import AMQPError
from typing_extensions import override

from core.broker.delivery_headers import OUR_HEADERS
from core.broker.extras import (
    HEADERS,
    USER_ID,
    Extras,
    decode_properties,
    encode_properties,
    encoded_text,
    entry_name,
    plain_value,
    table_entries,
    table_of,
)
from core.broker.ports import NO_HEADERS, HeaderValue, Message
from core.broker.topology import HEADER_USER_ID

PERSISTENT = 2
# Of others, together: RabbitMQ closes a connection on which all headers of a message come to more than 128 KiB,
# including those that we add to a failed copy.
MAX_HEADERS, MAX_HEADERS_BYTES = 64, 32_768
MAX_HEADER_CHARS = 4096
# The broker's history of dead-lettering: grows with each round through a retry queue, and is not ours to send.
DEAD_LETTER_HEADERS = ("x-death", "x-first-death-", "x-last-death-")

# Bytes of other programs' headers that are kept exactly. A content header must fit into one frame, of 128 KiB by
# default, with what we add to a failed copy and the broker adds in each round through a retry queue.
MAX_KEPT_BYTES = 100_000

_FIELDS = {"message_id": "message_id", "type": "type", "content_type": "content_type", "app_id": "app_id"}
_FIELDS["timestamp"] = "timestamp_s"
_NOT_KEPT = (HEADERS, "delivery_mode", "expiration")
_WITH_HEADERS = BasicProperties.FLAG_HEADERS
_UNUSUAL = (
    BasicProperties.FLAG_CONTENT_ENCODING
    | BasicProperties.FLAG_PRIORITY
    | BasicProperties.FLAG_CORRELATION_ID
    | BasicProperties.FLAG_REPLY_TO
    | BasicProperties.FLAG_USER_ID
    | BasicProperties.FLAG_CLUSTER_ID
)
_NO_TABLE = bytes(4)
_OURS = frozenset(name.encode() for name in OUR_HEADERS)
_BROKERS = (*(name.encode() for name in DEAD_LETTER_HEADERS), b"x-delivery-count", b"x-acquired-count")

# pika decodes 64-bit integers to its own subclass of int, which does not compare by type.
_AS_THEY_ARE = frozenset({str, int, bool, type(None)})


class _RawProperties(BasicProperties):  # type: ignore[misc]  # pika ships no types
    """Properties that are encoded as the bytes they are."""

    def __init__(self, raw: bytes) -> None:
        super().__init__()
        self._raw = raw

    @override
    def encode(self) -> list[bytes]:
        return [self._raw]


def message_of(properties: Any, body: bytes) -> Message:
    """The received message: header values reduced to those a Message may hold, and the rest as `extras`."""
    headers, raw = properties.headers, getattr(properties, "raw", None)
    if headers is None and raw is not None and raw[0] << 8 & _WITH_HEADERS:
        headers = _our_headers(raw)  # pika could not decode all of them
    message = Message(
        body,
        _text(properties.message_id),
        _text(properties.type),
        _text(properties.content_type),
        _text(properties.app_id),
        properties.timestamp,
        sanitize_headers(headers) if headers else NO_HEADERS,
    )
    if raw is None or _is_usual(raw, headers, properties):
        return message
    return replace(message, extras=_extras_of(raw, message))


def _is_usual(raw: bytes, headers: Mapping[Any, Any] | None, properties: Any) -> bool:
    """Whether a Message certainly holds all of it. Runs for every message, hence the flags first."""
    flags = raw[0] << 8 | raw[1]
    if flags & _UNUSUAL:
        return False
    if flags & _WITH_HEADERS and (properties.headers is None or not OUR_HEADERS.issuperset(headers or ())):
        return False
    return bytes not in map(type, (properties.message_id, properties.type, properties.content_type, properties.app_id))


def _our_headers(raw: bytes) -> dict[str, HeaderValue]:
    """Without these a message that failed before would be taken for a new one, and retried without end."""
    ours: dict[str, HeaderValue] = {}
    with suppress(ValueError, struct.error):
        for entry in table_entries(decode_properties(raw)[HEADERS]):
            name = entry_name(entry)
            if name in _OURS:
                ours[name.decode()] = plain_value(entry)
    return ours


def _extras_of(raw: bytes, message: Message) -> Extras | None:
    try:
        found = decode_properties(raw)
        entries = table_entries(found[HEADERS]) if HEADERS in found else []
    except (ValueError, struct.error):
        return None
    kept = {name: value for name, value in found.items() if name not in _NOT_KEPT and _held(message, name) is None}
    theirs = [entry for entry in entries if not _is_ours_or_the_brokers(entry_name(entry))]
    plain = {n: v for n, v in message.headers.items() if not _is_ours_or_the_brokers(n.encode("utf-8", "replace"))}
    if theirs != _encoded(plain) and len(table := table_of(theirs)) <= MAX_KEPT_BYTES:
        kept[HEADERS] = table
    return Extras.of(kept)


def _held(message: Message, name: str) -> object:
    """The part of a property that a Message has a field for."""
    return getattr(message, _FIELDS[name]) if name in _FIELDS else None


def _is_ours_or_the_brokers(name: bytes) -> bool:
    return name in _OURS or name.startswith(_BROKERS)


def _encoded(headers: Mapping[str, HeaderValue]) -> list[bytes]:
    """As entries of a table."""
    pieces: list[bytes] = []
    try:
        encode_table(pieces, {name: _sendable(value) for name, value in headers.items()})
    except (AMQPError, ValueError):  # a name of more than 255 bytes, or a lone surrogate
        return []
    return table_entries(b"".join(pieces))


def properties_of(message: Message, expires_ms: int | None = None, user: str | None = None) -> Any:
    """Persistent properties for a message of ours, with what others set. `user`: the AMQP user that publishes it."""
    expiration = None if expires_ms is None else str(expires_ms)
    if message.extras is not None:
        return _with_extras(message, message.extras, expiration, user)
    return BasicProperties(
        content_type=message.content_type,
        delivery_mode=PERSISTENT,
        message_id=message.message_id,
        type=message.type,
        app_id=message.app_id,
        timestamp=message.timestamp_s,
        expiration=expiration,
        headers={name: _sendable(value) for name, value in message.headers.items()} or None,
    )


def as_it_came(properties: Any, user: str) -> Any:
    """To republish a message without a change, as `user`."""
    raw = getattr(properties, "raw", None)
    if raw is None:
        return properties
    try:
        values = decode_properties(raw)
        entries = table_entries(values.get(HEADERS, _NO_TABLE))
    except (ValueError, struct.error):
        return properties
    return _raw(values, entries, user)


def _with_extras(message: Message, extras: Extras, expiration: str | None, user: str | None) -> Any:
    values = dict(extras.properties())
    for name, field in _FIELDS.items():
        if (value := getattr(message, field)) is not None:
            values[name] = struct.pack(">Q", value) if name == "timestamp" else encoded_text(value)
    values["delivery_mode"] = bytes([PERSISTENT])
    if expiration is not None:
        values["expiration"] = encoded_text(expiration)
    headers = message.headers
    if HEADERS in values:
        headers = {name: value for name, value in headers.items() if name in OUR_HEADERS}
    entries = table_entries(values.get(HEADERS, _NO_TABLE)) + _encoded(headers)
    return _raw(values, entries, user)


def _raw(values: dict[str, bytes], entries: list[bytes], user: str | None) -> Any:
    sent_by = values.get(USER_ID)
    if sent_by is not None and user is not None and sent_by != encoded_text(user):
        del values[USER_ID]
        if not any(entry_name(entry) == HEADER_USER_ID.encode() for entry in entries):
            entries = [*entries, *_encoded({HEADER_USER_ID: sent_by[1:].decode("utf-8", "replace")})]
    if entries:
        values[HEADERS] = table_of(entries)
    return _RawProperties(encode_properties(values))


def sanitize_headers(headers: Mapping[Any, Any]) -> dict[str, HeaderValue]:
    """Text, integers, booleans and null stay; bytes, decimals and times become text; tables and lists are removed.

    Ours come first, whatever the number of others: without them a message that fails again is taken for an older one.
    """
    tidy: dict[str, HeaderValue] = {}
    left, left_bytes = MAX_HEADERS, MAX_HEADERS_BYTES
    for name, value in headers.items():
        if not isinstance(name, str) or name.startswith(DEAD_LETTER_HEADERS) or isinstance(value, dict | list):
            continue
        kept = _tidy_value(value)
        if name not in OUR_HEADERS:
            left -= 1
            left_bytes -= len(f"{name}{kept}".encode("utf-8", "replace"))
            if left < 0 or left_bytes < 0:
                continue
        tidy[name] = kept
    return tidy


def _sendable(value: HeaderValue) -> HeaderValue:
    # pika cannot encode floats, nor integers of more than 64 bits.
    if isinstance(value, float) or (isinstance(value, int) and not -(2**63) <= value < 2**63):
        return str(value)
    return value


def _tidy_value(value: Any) -> HeaderValue:
    if type(value) in _AS_THEY_ARE:
        return value[:MAX_HEADER_CHARS] if isinstance(value, str) else value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, bytes):
        return value[:MAX_HEADER_CHARS].decode("utf-8", "replace")
    return str(value)[:MAX_HEADER_CHARS]


def _text(value: object) -> str | None:
    # A short string that is not UTF-8 is decoded as bytes.
    return value if isinstance(value, str) else None
