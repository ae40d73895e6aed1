"""A mark before three figures: between thousands where the amount comes in thousands, before decimals elsewhere."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.parsing.durations import other_duration_min
from core.parsing.fields import distance_readings, parse_distance_km, parse_number
from core.parsing.thousands import DISTANCE, ELEVATION, POWER, TwoReadings, two_readings, unmistakable
from core.parsing.units import from_km, plain_number


@pytest.mark.parametrize(
    ("text", "unit", "km"),
    [
        ("10,000 m", "km", 10.0),
        ("1.500 m", "km", 1.5),
        ("1.500m", "mi", 1.5),
        ("1,500", "m", 1.5),
        ("1,650 yd", "km", 1.50876),
        ("99.999", "m", 99.999),
        ("400.125", "m", 0.400125),
        ("10.125", "km", 10.125),
        ("1,125 mi", "m", 1.810512),
        ("1.50 m", "km", 0.0015),
        ("0.500", "m", 0.0005),
    ],
)
def test_that_metres_and_yards_are_read_in_thousands(text: str, unit: str, km: float) -> None:
    assert parse_distance_km(text, unit) == pytest.approx(km, rel=1e-12)


def test_that_who_knows_the_marks_reads_decimals_only() -> None:
    assert parse_distance_km("1.500 m", decimals_only=True) == 0.0015
    assert parse_distance_km("1,650", "yd", decimals_only=True) == pytest.approx(0.00150876)


def test_that_an_amount_is_read_in_thousands_only_where_it_can_be_so_high() -> None:
    assert [parse_number(text, ELEVATION) for text in ("1,200", "12.345", "20,000", "20.001", "1200")] == [
        1200,
        12345,
        20000,
        20.001,
        1200,
    ]
    assert (parse_number("2.000", POWER), parse_number("2.001", POWER), parse_number("1,234")) == (2000, 2.001, 1.234)


@pytest.mark.parametrize(
    ("typed", "read", "other"),
    [
        ("10,000", "10000", "10"),
        ("1.500", "1500", "1.5"),
        ("1.234", "1234", "1.2340"),
        ("100,000", "100000", "100"),  # the longest that is likely
        ("100,001", "100.0010", "100001"),
        ("400.120", "400.12", "400120"),
    ],
)
def test_that_neither_reading_can_be_mistaken_again(typed: str, read: str, other: str) -> None:
    assert two_readings(typed, DISTANCE) == TwoReadings(read, other)
    assert two_readings(read, DISTANCE) is None
    assert two_readings(other, DISTANCE) is None


def test_that_both_readings_of_a_distance_have_their_unit() -> None:
    assert distance_readings("1.500 Meter", "km") == TwoReadings("1500 m", "1.5 m")
    assert [distance_readings(text, "km") for text in ("1.500", "1.500 furlongs", "1500 m", "far")] == [None] * 4
    assert distance_readings("1.500", "yd") == TwoReadings("1500 yd", "1.5 yd")


@given(st.integers(1, 2_000_000).map(lambda millimetres: millimetres / 1e6), st.sampled_from(["m", "yd", "km", "mi"]))
def test_that_a_distance_is_never_written_so_that_it_is_read_otherwise(distance_km: float, unit: str) -> None:
    written = unmistakable(plain_number(from_km(distance_km, unit)))
    assert parse_distance_km(f"{written} {unit}") == distance_km


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("5:30", 5.5),
        ("2,700 s", 45),
        ("2.700sec", 45),
        ("1.200", 1200),
        ("1,200 min", 1200),
        ("37.500", None),
        ("86,400 s", None),
        ("2.70 s", None),
        ("1:05", None),
        ("5:60", None),
        ("long", None),
        ("1.200" + " " * 40 + "s", 20),
        ("1" * 41, None),
    ],
)
def test_that_a_duration_may_mean_another_one(text: str, minutes: float | None) -> None:
    assert other_duration_min(text) == minutes
