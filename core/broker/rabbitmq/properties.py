"""AMQP properties <-> Message. Foreign producers may set anything, or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pika import BasicProperties

from core.broker.ports import NO_HEADERS, HeaderValue, Message
from core.broker.tries import OUR_HEADERS

PERSISTENT = 2
# Of others, together: RabbitMQ ends a connection on which all headers of a message come to more than 128 KiB, and what
# we add for a failed copy must not bring it there.
MAX_HEADERS, MAX_HEADERS_BYTES = 64, 32_768
MAX_HEADER_CHARS = 4096
# The broker's own diary of dead-lettering: grows with each round through a retry queue, and is not ours to send.
BROKER_DIARY = ("x-death", "x-first-death-", "x-last-death-")

# pika decodes 64-bit integers to its own subclass of int, which does not compare by type.
_AS_THEY_ARE = frozenset({str, int, bool, type(None)})


def message_of(properties: Any, body: bytes) -> Message:
    """What arrived, with header values reduced to those a Message may hold."""
    headers = properties.headers
    return Message(
        body,
        _text(properties.message_id),
        _text(properties.type),
        _text(properties.content_type),
        _text(properties.app_id),
        properties.timestamp,
        tidy_headers(headers) if headers else NO_HEADERS,
    )


def properties_of(message: Message, expires_ms: int | None = None) -> Any:
    """Persistent properties for a message of ours."""
    return BasicProperties(
        content_type=message.content_type,
        delivery_mode=PERSISTENT,
        message_id=message.message_id,
        type=message.type,
        app_id=message.app_id,
        timestamp=message.timestamp_s,
        expiration=None if expires_ms is None else str(expires_ms),
        headers={name: _sendable(value) for name, value in message.headers.items()} or None,
    )


def tidy_headers(headers: Mapping[Any, Any]) -> dict[str, HeaderValue]:
    """Text, whole numbers, truth and nothing stay; bytes and decimals and times become text; tables and lists go.

    Ours stay behind any number of others: without them a message that fails again is taken for an older one.
    """
    tidy: dict[str, HeaderValue] = {}
    left, left_bytes = MAX_HEADERS, MAX_HEADERS_BYTES
    for name, value in headers.items():
        if not isinstance(name, str) or name.startswith(BROKER_DIARY) or isinstance(value, dict | list):
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
    # pika cannot encode fractions, nor whole numbers of more than 64 bits.
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
    # A short string that is no UTF-8 arrives as bytes.
    return value if isinstance(value, str) else None
