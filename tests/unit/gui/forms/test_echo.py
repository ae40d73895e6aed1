"""What was read of a text stands beside its field before it is sent."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.parsing.durations import spoken_duration
from gui.forms.echo import amount_echo, distance_echo, duration_echo, duration_unit, reading_doubts, settled_duration
from gui.forms.formatting import DistanceUnit, Units


@pytest.mark.parametrize(
    ("typed", "echo", "settled", "unit"),
    [
        ("5:30", "= 5 h 30 min", "5:30", "h"),
        ("3:00", "= 3 h", "3:00", "h"),
        ("2:59", "= 2 h 59 min", "2:59:00", ""),
        ("45", "= 45 min", "45:00", ""),
        ("45:00", "= 45 min", "45:00", "min"),
        ("1:05:30", "= 1 h 5 min 30 s", "1:05:30", "h"),
        ("2,700 s", "= 2.7 s", "2,700 s", ""),
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
        ("10,000 m", "km", "= 10.00 km"),
        ("10,000 m", "m", "= 10000 m"),
        ("1.500", "m", "= 1500 m"),
        ("1,650", "yd", "= 1650 yd"),
        ("10.125", "km", ""),
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
    (doubt,) = reading_doubts({"duration": "5:30"}, Units())
    assert (doubt.field, doubt.suggestion) == ("duration", "0:05:30")
    assert doubt.text == "5:30 is read as 5 h 30 min; for 5 min 30 s type 0:05:30"
    for text in ("2:59", "10:00", "5:30:00", "5:30 h", "5:60", "5:30.5", "0:05:30", ""):
        assert reading_doubts({"duration": text}, Units()) == []


@pytest.mark.parametrize(
    ("sport", "name", "typed", "words"),
    [
        ("Running", "distance", "10,000 m", "10,000 m is read as 10000 m; for 10 m type 10 m"),
        ("Running", "distance", "1.500m", "1.500m is read as 1500 m; for 1.5 m type 1.5 m"),
        ("Running", "distance", "1,650 yards", "1,650 yards is read as 1650 yd; for 1.65 yd type 1.65 yd"),
        ("Swimming", "distance", "1.500", "1.500 is read as 1500 m; for 1.5 m type 1.5 m"),
        ("Swimming", "distance", "１，５００", "1,500 is read as 1500 m; for 1.5 m type 1.5 m"),
        ("Swimming", "distance", "1.234", "1.234 is read as 1234 m; for 1.2340 m type 1.2340 m"),
        ("Swimming", "distance", "400.125", "400.125 is read as 400.1250 m; for 400125 m type 400125 m"),
        ("Running", "elevationGain", "1,200", "1,200 is read as 1200 m; for 1.2 m type 1.2"),
        ("Rowing", "avgPower", "1.050", "1.050 is read as 1050 W; for 1.05 W type 1.05"),
        ("Running", "duration", "2,700 s", "2,700 s is read as 2.7 s; for 45 min type 45:00"),
        ("Running", "duration", "1.200", "1.200 is read as 1 min 12 s; for 20 h type 20:00:00"),
    ],
)
def test_that_a_mark_before_three_figures_is_asked_about(sport: str, name: str, typed: str, words: str) -> None:
    (doubt,) = reading_doubts({"type": sport, name: typed}, Units())
    assert (doubt.field, doubt.text) == (name, words)
    assert (
        reading_doubts({"type": sport, name: doubt.suggestion}, Units()) == []
    )  # what is offered is asked about no more


@pytest.mark.parametrize(
    ("sport", "name", "typed"),
    [
        ("Running", "distance", "10.125"),
        ("Running", "distance", "10,125 km"),
        ("Swimming", "distance", "1,125 mi"),
        ("Swimming", "distance", "1,50"),
        ("Swimming", "distance", "0,500"),
        ("Swimming", "distance", "1500.125"),
        ("Swimming", "distance", "1.5000"),
        ("Swimming", "distance", "-1,500"),
        ("Swimming", "distance", "1,500 furlongs"),
        ("Running", "weightKg", "70.125"),
        ("Running", "rpe", "7.125"),
        ("Running", "elevationGain", "123.456"),  # 123 km up there is none
        ("Rowing", "avgPower", "210.125"),
        ("Running", "duration", "37.500"),
    ],
)
def test_that_what_has_one_meaning_is_not_asked_about(sport: str, name: str, typed: str) -> None:
    assert reading_doubts({"type": sport, name: typed}, Units()) == []


def test_that_an_amount_in_thousands_is_echoed_without_a_mark() -> None:
    assert (amount_echo("elevationGain", "1,200"), amount_echo("avgPower", "1.050")) == ("= 1200 m", "= 1050 W")
    assert [amount_echo("elevationGain", text) for text in ("1200", "123.456", "high", "")] == [""] * 4


def test_that_words_never_say_more_than_there_is() -> None:
    assert spoken_duration(59.999) == "59 min 59.9 s"


@given(
    sport=st.sampled_from(["Running", "Swimming", "Rowing", "Moonwalk"]),
    units=st.sampled_from([Units(), Units("mi", "lb")]),
    name=st.sampled_from(["distance", "elevationGain", "avgPower", "duration"]),
    typed=st.one_of(
        st.from_regex(r"[1-9]\d{0,2}[.,]\d{3} ?(|m|yd|s|min)", fullmatch=True),
        st.from_regex(r"\d:[0-5]\d", fullmatch=True),
    ),
)
def test_that_the_two_readings_of_a_question_never_print_the_same(
    sport: str, units: Units, name: str, typed: str
) -> None:
    for doubt in reading_doubts({"type": sport, name: typed}, units):
        found = re.fullmatch(r".+ is read as (.+); for (.+) type .+", doubt.text)
        assert found is not None
        assert found[1] != found[2]
        assert doubt.suggestion != typed
