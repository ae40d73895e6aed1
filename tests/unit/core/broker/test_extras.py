"""What others set of properties and headers is kept as the bytes it came in, and can be read."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.broker.extras import (
    CONTENT_ENCODING,
    CORRELATION_ID,
    HEADERS,
    PRIORITY,
    PROPERTIES,
    Extras,
    decode_properties,
    encode_properties,
    encoded_text,
    entry_name,
    plain_value,
    table_entries,
    table_of,
)
from tests.support.amqp_entries import ENTRIES, entry, long

SHOWN = {
    "truth": "True",
    "tiny": "-1",
    "byte": "255",
    "short": "-2",
    "ushort": "65534",
    "int": "-5",
    "uint": "5",
    "long": str(-(2**62)),
    "float": "1.5",
    "double": "0.25",
    "decimal": "-314e-2",
    "text": "ä",
    "bytes": "\\xff\x00",
    "time": "1765360800",
    "nothing": "None",
    "list": "[1, two]",
    "table": "{deep: {er: False}}",
}

values = st.fixed_dictionaries(
    {},
    optional={
        name: {
            "text": st.text(max_size=60).map(encoded_text),
            "table": st.lists(st.sampled_from(ENTRIES)).map(table_of),
            "octet": st.binary(min_size=1, max_size=1),
            "time": st.binary(min_size=8, max_size=8),
        }[kind]
        for name, kind in PROPERTIES.items()
    },
)


@given(values)
def test_that_properties_come_back_to_the_byte(properties: dict[str, bytes]) -> None:
    raw = encode_properties(properties)
    assert decode_properties(raw) == properties
    for name in properties:
        Extras(raw).shown()
        assert name not in (Extras(raw).without(name) or Extras(b"\x00\x00")).properties()


@given(st.binary(max_size=60))
def test_that_what_is_no_property_list_is_a_value_error_and_nothing_else(raw: bytes) -> None:
    for read in (decode_properties, table_entries, lambda raw: Extras(raw).shown()):
        try:
            read(raw)
        except (ValueError, struct.error):
            continue


def test_that_every_type_of_header_is_kept_and_shown() -> None:
    table = table_of(ENTRIES)
    assert table_entries(table) == ENTRIES
    assert [entry_name(each).decode() for each in ENTRIES] == list(SHOWN)
    extras = Extras.of({HEADERS: table, PRIORITY: b"\x05", CORRELATION_ID: encoded_text("c-1")})
    assert extras is not None
    assert dict(extras.shown()) == {**SHOWN, "priority": "5", "correlation_id": "c-1"}
    assert "text" not in dict(extras.shown(besides={"text": 1}))
    assert (extras.text(CONTENT_ENCODING), extras.text(CORRELATION_ID)) == (None, "c-1")
    assert Extras(b"\x00\x00").text(CORRELATION_ID) is None
    assert Extras.of({}) is None


def test_that_plain_values_are_read() -> None:
    read = {entry_name(each).decode(): plain_value(each) for each in ENTRIES}
    assert {name: value for name, value in read.items() if value is not None} == {
        "tiny": -1,
        "byte": 255,
        "short": -2,
        "ushort": 65534,
        "int": -5,
        "uint": 5,
        "long": -(2**62),
        "text": "ä",
    }


def test_that_depth_and_length_are_bounded_when_shown() -> None:
    value = b"t\x01"
    for _ in range(40):
        value = b"A" + long(value)
    extras = Extras.of({HEADERS: table_of([encoded_text("deep") + value, entry("long", "S", long(b"x" * 10_000))])})
    assert extras is not None
    shown = dict(extras.shown())
    assert "…" in shown["deep"]
    assert len(shown["long"]) == 4096


@pytest.mark.parametrize(
    "bad",
    [
        b"\x00\x01",
        b"\x80\x00\x05ab",
        encode_properties({HEADERS: b"\x00\x00\x00\x05\x01aq\x00\x00"}),
        encode_properties({HEADERS: b"\x00\x00\x00\x09\x01aS\x00\x00\x00\xff??"}),
    ],
)
def test_that_bad_ones_are_told(bad: bytes) -> None:
    with pytest.raises(ValueError, match=r"flags|early|type|length"):
        Extras(bad).shown()
    with pytest.raises(ValueError, match="255 bytes"):
        encoded_text("x" * 256)
