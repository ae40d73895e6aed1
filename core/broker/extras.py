"""AMQP properties and headers of others that a Message has no field for, kept as the bytes they came in.

The form of these bytes is that of a content header: property flags, then the values
(https://www.rabbitmq.com/resources/specs/amqp0-9-1.pdf, 4.2.5 and 4.2.6; of the types, those of RabbitMQ's errata).
"""

from __future__ import annotations

import struct
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

CONTENT_ENCODING, PRIORITY, CORRELATION_ID, REPLY_TO, USER_ID = (
    "content_encoding",
    "priority",
    "correlation_id",
    "reply_to",
    "user_id",
)
HEADERS = "headers"
_TEXT, _TABLE, _OCTET, _TIME = "text", "table", "octet", "time"
# In the order of their flags, from the highest bit down.
PROPERTIES: Mapping[str, str] = {
    "content_type": _TEXT,
    CONTENT_ENCODING: _TEXT,
    HEADERS: _TABLE,
    "delivery_mode": _OCTET,
    PRIORITY: _OCTET,
    CORRELATION_ID: _TEXT,
    REPLY_TO: _TEXT,
    "expiration": _TEXT,
    "message_id": _TEXT,
    "timestamp": _TIME,
    "type": _TEXT,
    USER_ID: _TEXT,
    "app_id": _TEXT,
    "cluster_id": _TEXT,
}
_FLAGS = {name: 1 << (15 - place) for place, name in enumerate(PROPERTIES)}
_FIXED = {
    **dict.fromkeys(b"tbB", 1),
    **dict.fromkeys(b"sUu", 2),
    **dict.fromkeys(b"Iif", 4),
    **dict.fromkeys(b"lLdT", 8),
    ord("D"): 5,
    ord("V"): 0,
}
_LONG = frozenset(b"SxAF")  # these begin with their length
_FORMATS = {
    "b": ">b", "B": ">B", "s": ">h", "U": ">h", "u": ">H", "I": ">i", "i": ">I", "l": ">q", "L": ">q", "T": ">Q",
    "f": ">f", "d": ">d",
}  # fmt: skip
MAX_DEPTH = 16
MAX_SHOWN_CHARS = 4096


@dataclass(frozen=True, slots=True)
class Extras:
    """`raw`: the property list; the methods raise ValueError where it is malformed."""

    raw: bytes

    @staticmethod
    def of(properties: Mapping[str, bytes]) -> Extras | None:
        """From encoded values; None without any."""
        return Extras(encode_properties(properties)) if properties else None

    def properties(self) -> Mapping[str, bytes]:
        """Encoded values by name."""
        return _decoded(self.raw)

    def text(self, name: str) -> str | None:
        """A text property; bytes that are not UTF-8 are escaped."""
        value = self.properties().get(name)
        return None if value is None else value[1:].decode("utf-8", "backslashreplace")

    def without(self, name: str) -> Extras | None:
        return Extras.of({known: value for known, value in self.properties().items() if known != name})

    def shown(self, besides: Container[str] = ()) -> list[tuple[str, str]]:
        """Name and readable value of each property, and of each header that is not among `besides`."""
        rows = []
        for name, value in self.properties().items():
            if name == HEADERS:
                headers = [(_name(entry), _value(entry)) for entry in table_entries(value)]
                rows += [(header, _shown(value)) for header, value in headers if header not in besides]
            elif PROPERTIES[name] == _TEXT:
                rows.append((name, (self.text(name) or "")[:MAX_SHOWN_CHARS]))
            else:
                rows.append((name, str(int.from_bytes(value, "big"))))
        return rows


@lru_cache(maxsize=256)
def _decoded(raw: bytes) -> Mapping[str, bytes]:
    return decode_properties(raw)


def encoded_text(text: str) -> bytes:
    """A short string; ValueError over 255 bytes."""
    value = text.encode()
    if len(value) > 255:
        raise ValueError("A text property is at most 255 bytes long.")
    return bytes([len(value)]) + value


def decode_properties(raw: bytes) -> dict[str, bytes]:
    """Encoded values by name; ValueError for a malformed property list."""
    (flags,) = struct.unpack(">H", _part(raw, 0, 2))
    if flags & 1:
        raise ValueError("More property flags than AMQP 0-9-1 has.")
    properties, at = {}, 2
    for name, kind in PROPERTIES.items():
        if flags & _FLAGS[name]:
            if kind == _TEXT:
                size = 1 + _part(raw, at, 1)[0]
            elif kind == _TABLE:
                size = 4 + int.from_bytes(_part(raw, at, 4), "big")
            else:
                size = 1 if kind == _OCTET else 8
            properties[name] = _part(raw, at, size)
            at += size
    return properties


def encode_properties(properties: Mapping[str, bytes]) -> bytes:
    flags = sum(_FLAGS[name] for name in properties)
    return struct.pack(">H", flags) + b"".join(properties[name] for name in PROPERTIES if name in properties)


def table_entries(table: bytes) -> list[bytes]:
    """Each with its name; ValueError for a malformed table."""
    size, at, entries = int.from_bytes(_part(table, 0, 4), "big"), 4, []
    if size + 4 != len(table):
        raise ValueError("A table of another length than it says.")
    while at < len(table):
        name_end = at + 1 + _part(table, at, 1)[0]
        end = _value_end(table, name_end)
        entries.append(_part(table, at, end - at))
        at = end
    return entries


def table_of(entries: Sequence[bytes]) -> bytes:
    joined = b"".join(entries)
    return struct.pack(">I", len(joined)) + joined


def entry_name(entry: bytes) -> bytes:
    return entry[1 : 1 + entry[0]]


def plain_value(entry: bytes) -> str | int | None:
    """A text or integer header; None for any other."""
    kind, data = chr(_value(entry)[0]), _value(entry)[1:]
    if kind == "S":
        return data[4:].decode("utf-8", "replace")
    return int(struct.unpack(_FORMATS[kind], data)[0]) if kind in "bBsUuIilL" else None


def _name(entry: bytes) -> str:
    return entry_name(entry).decode("utf-8", "backslashreplace")


def _part(data: bytes, at: int, size: int) -> bytes:
    part = data[at : at + size]
    if len(part) != size:
        raise ValueError("The property list ends early.")
    return part


def _value_end(data: bytes, at: int) -> int:
    """Of the value whose type stands at `at`."""
    kind = _part(data, at, 1)[0]
    if kind in _LONG:
        return at + 5 + int.from_bytes(_part(data, at + 1, 4), "big")
    if kind not in _FIXED:
        raise ValueError(f"A header of the type {kind}, which AMQP has not.")
    return at + 1 + _FIXED[kind]


def _value(entry: bytes) -> bytes:
    """Its type, then its value."""
    return entry[1 + entry[0] :]


def _shown(value: bytes) -> str:
    return _readable(value, MAX_DEPTH)[:MAX_SHOWN_CHARS]


def _readable(value: bytes, depth: int) -> str:
    kind, data = chr(value[0]), value[1:]
    if kind in _FORMATS:
        return str(struct.unpack(_FORMATS[kind], data)[0])
    if kind == "t":
        return str(bool(data[0]))
    if kind == "V":
        return "None"
    if kind == "D":
        return f"{int.from_bytes(data[1:], 'big', signed=True)}e-{data[0]}"
    if kind in "AF":
        return _readable_many(kind, data, depth) if depth else "…"
    return data[4:].decode("utf-8", "backslashreplace")


def _readable_many(kind: str, data: bytes, depth: int) -> str:
    if kind == "F":
        return "{" + ", ".join(f"{_name(e)}: {_readable(_value(e), depth - 1)}" for e in table_entries(data)) + "}"
    return "[" + ", ".join(_readable(each, depth - 1) for each in _list_values(data)) + "]"


def _list_values(data: bytes) -> Iterator[bytes]:
    at = 4
    while at < len(data):
        end = _value_end(data, at)
        yield _part(data, at, end - at)
        at = end
