"""What a wrong value was meant to be, and a body with just that value changed."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.broker.topology import HEADER_SUBMITTED_AT
from core.codec.json_reader import parse_object
from core.failures.corrections import (
    RENAME,
    changed_body,
    metres_as_km,
    renames,
    replace_field,
    seconds_as_minutes,
    submitted_at,
    with_our_names,
)


@pytest.mark.parametrize(
    ("distance_km", "duration_min", "sport", "meant"),
    [
        (5200, 45, "Running", 5.2),
        (1900, 38, "Swimming", 1.9),
        (120, 40, "Swimming", None),  # 120 m in 40 minutes is no swim
        (5200, 0.5, "Running", None),
        (5200, 45, "Moonwalk", 5.2),
        (5200, None, "Running", 5.2),
        (5200, 0, "Running", 5.2),
        (100.5, None, "Swimming", 0.1005),  # farther than a swim can be
        (100, None, "Swimming", None),
        (0.5, None, "Running", None),
        (5.2, 0, "Moonwalk", None),
        (1000.1, None, "Moonwalk", 1.0001),
        (-5200, None, "Running", None),
    ],
)
def test_metres_are_believed_where_they_make_a_plausible_speed(
    distance_km: float, duration_min: float | None, sport: str, meant: float | None
) -> None:
    assert metres_as_km(distance_km, duration_min, sport) == meant


@pytest.mark.parametrize(
    ("minutes", "meant"), [(1439, None), (1440, 24), (2700, 45), (86_399, 1439.98), (86_400, None)]
)
def test_seconds_are_believed_where_minutes_would_be_a_day_or_more(minutes: float, meant: float | None) -> None:
    found = seconds_as_minutes(minutes)
    assert found == (meant if meant is None else pytest.approx(meant, abs=0.01))


@pytest.mark.parametrize("said", [None, "soon", True, 0, -1, 4_000_000_000_000])
def test_nobody_said_when_it_was_sent(said: Any) -> None:
    assert submitted_at({HEADER_SUBMITTED_AT: said}) is None


def test_when_it_was_sent_is_in_utc() -> None:
    assert submitted_at({HEADER_SUBMITTED_AT: 1_767_225_600_000}) == datetime(2026, 1, 1, tzinfo=UTC)


def test_only_the_value_is_written_anew() -> None:
    body = (
        b'\xef\xbb\xbf { "note":"distance: \\"5\\", {", "sets":[{"distance":7}],\n'
        b'\t"weight" : 1.50e1, "distance" :  5200.0 ,"big":9223372036854775807, "last" : {} } '
    )
    changed = replace_field(body, "distance", 5.2)
    assert changed == body.replace(b"5200.0", b"5.2")
    assert replace_field(b'{"dist\\u0061nce":1}', "distance", "x") == b'{"dist\\u0061nce":"x"}'


@pytest.mark.parametrize("body", [b"{}", b'{"duration": 45}', b'{"sets": [{"distance": 1}], "a": "distance"}'])
def test_a_member_that_is_not_there_is_no_change(body: bytes) -> None:
    with pytest.raises(KeyError):
        replace_field(body, "distance", 5.2)


_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**60), 2**60)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(
    fields=st.dictionaries(st.text(max_size=8), _VALUES, min_size=1, max_size=6),
    indent=st.sampled_from([None, 2]),
    ascii_only=st.booleans(),
    data=st.data(),
)
def test_every_other_member_stays_as_it_was_in_the_same_order(
    fields: dict[str, Any], indent: int | None, ascii_only: bool, data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(list(fields)))
    body = json.dumps(fields, indent=indent, ensure_ascii=ascii_only).encode()
    changed, _ = parse_object(replace_field(body, name, 5.2))
    assert list(changed) == list(fields)
    assert changed == {**fields, name: 5.2}


def test_only_the_names_are_written_anew() -> None:
    body = (
        b'\xef\xbb\xbf {"type":"Running", "Timestamp" : "x" , "note":"Timestamp", "user_id":"Ana",'
        b'"more":{"Timestamp":1}, "durationSeconds":900, "Title":null}'
    )
    assert renames(body) == {"Timestamp": "timestamp", "user_id": "userId"}
    changed = body.replace(b'"Timestamp" :', b'"timestamp" :').replace(b'"user_id"', b'"userId"')
    assert with_our_names(body) == changed_body(body, RENAME, "timestamp, userId") == changed
    assert changed_body(body, "type", "Yoga") == body.replace(b"Running", b"Yoga")


def test_that_null_under_our_name_changes_places_with_the_value() -> None:
    assert with_our_names(b'{"timestamp":null,"Timestamp":"x"}') == b'{"Timestamp":null,"timestamp":"x"}'


def test_that_a_body_with_our_names_only_has_nothing_to_rename() -> None:
    with pytest.raises(KeyError):
        with_our_names(b'{"type":"Running","durationSeconds":900}')
