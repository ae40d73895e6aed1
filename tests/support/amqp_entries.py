"""Header entries as AMQP encodes them, of every type."""

from __future__ import annotations

import struct

from core.broker.extras import (
    encoded_text,
    table_of,
)


def entry(name: str, kind: str, value: bytes) -> bytes:
    return encoded_text(name) + kind.encode() + value


def long(value: bytes) -> bytes:
    return struct.pack(">I", len(value)) + value


ENTRIES = [
    entry("truth", "t", b"\x01"),
    entry("tiny", "b", b"\xff"),
    entry("byte", "B", b"\xff"),
    entry("short", "s", b"\xff\xfe"),
    entry("ushort", "u", b"\xff\xfe"),
    entry("int", "I", struct.pack(">i", -5)),
    entry("uint", "i", struct.pack(">I", 5)),
    entry("long", "l", struct.pack(">q", -(2**62))),
    entry("float", "f", struct.pack(">f", 1.5)),
    entry("double", "d", struct.pack(">d", 0.25)),
    entry("decimal", "D", b"\x02" + struct.pack(">i", -314)),
    entry("text", "S", long("ä".encode())),
    entry("bytes", "x", long(b"\xff\x00")),
    entry("time", "T", struct.pack(">Q", 1_765_360_800)),
    entry("nothing", "V", b""),
    entry("list", "A", long(b"I" + struct.pack(">i", 1) + b"S" + long(b"two"))),
    entry("table", "F", table_of([entry("deep", "F", table_of([entry("er", "t", b"\x00")]))])),
]
