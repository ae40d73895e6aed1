"""What was read of a text stands beside its field before it is sent."""

from __future__ import annotations

import pytest

from core.durations import spoken_duration
from gui.console.echo import clock_doubt, distance_echo, duration_echo, duration_unit, settled_duration
from gui.console.values import DistanceUnit


@pytest.mark.parametrize(
    ("typed", "echo", "settled", "unit"),
    [
        ("5:30", "= 5 h 30 min", "5:30", "h"),
        ("3:00", "= 3 h", "3:00", "h"),
        ("2:59", "= 2 h 59 min", "2:59:00", ""),
        ("45", "= 45 min", "45:00", ""),
        ("45:00", "= 45 min", "45:00", "min"),
        ("1:05:30", "= 1 h 5 min 30 s", "1:05:30", "h"),
        ("5m30", "= 5 min 30 s", "0:05:30", ""),
        ("１：０５", "= 1 h 5 min", "1:05:00", ""),
        ("0", "", "0:00:00", ""),
        ("1440", "", "24:00:00", ""),
        ("soon", "", "soon", ""),
        ("", "", "", ""),
    ],
)
def test_that_a_duration_is_echoed_in_words(typed: str, echo: str, settled: str, unit: str) -> None:
    assert (duration_echo(typed), settled_duration(typed), duration_unit(typed)) == (echo, settled, unit)


@pytest.mark.parametrize(
    ("typed", "unit", "echo"),
    [
        ("3.1 mi", "km", "= 4.98 km"),
        ("5 km", "mi", "= 3.10 mi"),
        ("400m", "km", "= 0.40 km"),
        ("1650 yd", "m", "= 1,508 m"),
        ("5.2", "km", ""),
        ("5 furlongs", "km", ""),
        ("far", "km", ""),
        ("", "km", ""),
    ],
)
def test_that_a_distance_with_a_unit_is_echoed_in_the_units_of_the_field(
    typed: str, unit: DistanceUnit, echo: str
) -> None:
    assert distance_echo(typed, unit) == echo


def test_that_an_ambiguous_clock_is_asked_about_with_both_readings() -> None:
    doubt = clock_doubt("5:30")
    assert doubt is not None
    assert (doubt.field, doubt.suggestion) == ("duration", "0:05:30")
    assert doubt.text == "5:30 is read as 5 h 30 min; for 5 min 30 s type 0:05:30"
    assert [clock_doubt(text) for text in ("2:59", "10:00", "5:30:00", "5:30 h", "5:60", "0:05:30")] == [None] * 6


def test_that_words_never_say_more_than_there_is() -> None:
    assert spoken_duration(59.999) == "59 min 59.9 s"
