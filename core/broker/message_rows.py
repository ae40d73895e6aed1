"""A Message as the columns of an SQLite row, and back: for the embedded queue and the outbox."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import orjson

from core.broker.extras import Extras
from core.broker.ports import NO_HEADERS, HeaderValue, Message

COLUMN_DEFS = (
    "message_id TEXT, type TEXT, content_type TEXT, app_id TEXT, timestamp_s INTEGER, headers TEXT, "
    "body BLOB NOT NULL, extras BLOB"
)
COLUMNS = "message_id, type, content_type, app_id, timestamp_s, headers, body, extras"
PLACEHOLDERS = "?, ?, ?, ?, ?, ?, ?, ?"

Row = tuple[str | None, str | None, str | None, str | None, int | None, str | None, bytes, bytes | None]

_encode = json.JSONEncoder(separators=(",", ":")).encode


def row_of(message: Message) -> Row:
    return (
        message.message_id,
        message.type,
        message.content_type,
        message.app_id,
        message.timestamp_s,
        encode_headers(message.headers),
        message.body,
        None if message.extras is None else message.extras.raw,
    )


def message_of(row: tuple[Any, ...], more_headers: Mapping[str, HeaderValue] = NO_HEADERS) -> Message:
    """`row` begins with COLUMNS."""
    message_id, type_, content_type, app_id, timestamp_s, text, body, raw = row[:8]
    headers = {**decode_headers(text), **more_headers} if more_headers else decode_headers(text)
    return Message(body, message_id, type_, content_type, app_id, timestamp_s, headers, extras_in(raw))


def extras_in(raw: bytes | None) -> Extras | None:
    return None if raw is None else Extras(bytes(raw))


def encode_headers(headers: Mapping[str, HeaderValue]) -> str | None:
    if not headers:
        return None
    # Three times as fast, but it turns NaN into null, and refuses lone surrogates and large integers.
    if float not in map(type, headers.values()):
        try:
            return orjson.dumps(headers).decode()
        except TypeError:
            pass
    return _encode(dict(headers))


def decode_headers(text: str | None) -> Mapping[str, HeaderValue]:
    if text is None:
        return NO_HEADERS
    try:
        return orjson.loads(text)  # type: ignore[no-any-return]  # what encode_headers wrote
    except ValueError:
        return json.loads(text)  # type: ignore[no-any-return]  # likewise


def storage_problem(message: Message) -> str:
    """Empty for a message that fits a row, else a sentence. Slow: only called when something did not fit."""
    texts = (message.message_id, message.type, message.content_type, message.app_id)
    try:
        for text in texts:
            (text or "").encode()
        encode_headers(message.headers)
    except (UnicodeEncodeError, TypeError, ValueError):
        return "Its properties hold text that is not Unicode, or a header that is not a plain value."
    if not -(2**63) <= (message.timestamp_s or 0) < 2**63:
        return "Its timestamp is out of range."
    return ""
