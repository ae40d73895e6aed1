"""The lines of a recording."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any, get_args

import orjson
import pytest

from core.events import Accepted, Event
from core.recording.lines import (
    MAX_NUMBER,
    MAX_TEXT,
    RecordingError,
    end_line,
    header_line,
    read_header,
    read_line,
    record_line,
    time_in,
)
from core.recording.records import Record, RecordedBatch, RecordedNote
from tests.support.recorded import ATHLETE, EVENTS, RECORDS, T0, header


def plain(value: Any) -> list[object]:
    """The values of all fields, also of what is inside."""
    if is_dataclass(value):
        return [each for field in fields(value) for each in plain(getattr(value, field.name))]
    if isinstance(value, tuple):
        return [each for part in value for each in plain(part)] or [None]
    return [value]


def test_that_the_samples_have_every_event_with_something_in_every_field() -> None:
    assert {type(event) for event in EVENTS} == set(get_args(Event))
    for event in EVENTS:
        assert not [value for value in plain(event) if value is None or value == ""], event


@pytest.mark.parametrize("record", RECORDS)
def test_that_a_record_is_read_as_it_was_written(record: Record) -> None:
    line = record_line(record)
    assert line.count(b"\n") == 1
    found = read_line(line)
    assert (found.record, found.skipped, found.end_ms) == (record, 0, None)


def test_that_the_header_and_the_end_are_read_as_they_were_written() -> None:
    assert read_header(header_line(header(names=False, demo=True))) == header(names=False, demo=True)
    found = read_line(end_line(T0, 5))
    assert (found.record, found.end_ms, found.dropped) == (None, T0, 5)


def test_that_half_a_surrogate_pair_becomes_a_question_mark() -> None:
    found = read_line(record_line(RecordedBatch(T0, (Accepted(T0, "a", "Zo\ud800", "Run", 1.0, None),)))).record
    assert isinstance(found, RecordedBatch)
    assert isinstance(found.events[0], Accepted)
    assert found.events[0].athlete == "Zo?"


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (b"", "not a recording"),
        (b"[]\n", "not a recording"),
        (b'{"format": "other"}\n', "not a recording"),
        (b'{"format": "paceline-recording", "version": 2}\n', "newer version"),
        (b'{"format": "paceline-recording", "version": 1}\n', "not a recording"),
        (header_line(header()).replace(b"0.1.0", b"0" * (MAX_TEXT + 1)), "not a recording"),
    ],
)
def test_that_another_format_is_a_sentence(line: bytes, says: str) -> None:
    with pytest.raises(RecordingError, match=says):
        read_header(line)


@pytest.mark.parametrize("record", RECORDS)
def test_that_the_time_of_a_line_is_that_of_its_record(record: Record) -> None:
    assert time_in(record_line(record)) == record.at_ms


def test_that_another_line_has_a_time_only_where_it_says_one() -> None:
    assert time_in(end_line(T0, 5)) == time_in(header_line(header())) == T0
    assert [time_in(line) for line in (b"", b"{}", b'{"at_ms":"5"}', b'{"at_ms":-5}')] == [None] * 4
    assert time_in(b'{"at_ms":9999999999999}') == MAX_NUMBER


DEEP = orjson.dumps({"note": [[[[[[[[[]]]]]]]]]})
TEXT = record_line(RecordedNote(T0, "x" * (MAX_TEXT + 1)))


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"\xff",
        b"{}",
        b"[1]",
        b"5",
        DEEP,
        TEXT,
        b'{"note": {"at_ms": 1}}',
        b'{"end_ms": -1, "dropped": 0}',
        b'{"end_ms": 1.5, "dropped": 0}',
        b'{"at_ms": true, "events": []}',
        b'{"at_ms": 1, "events": 5}',
        b'{"at_ms": 1, "events": [5]}',
        b'{"at_ms": %d, "events": []}' % (MAX_NUMBER + 1),
    ],
)
def test_that_a_line_that_makes_no_sense_is_counted(line: bytes) -> None:
    found = read_line(line)
    assert (found.record, found.skipped) == (None, 1)


def test_that_an_event_that_makes_no_sense_is_left_out() -> None:
    row = orjson.loads(record_line(RECORDS[0]))
    row["events"][0][0] = "OfALaterVersion"
    del row["events"][1][1]["athlete"]
    found = read_line(orjson.dumps(row))
    assert found.skipped == 2
    assert found.record == RecordedBatch(T0 + 20, EVENTS[2:5])
    assert ATHLETE.encode() in orjson.dumps(row)
