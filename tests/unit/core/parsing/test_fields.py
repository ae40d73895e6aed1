"""What a person types into the form besides durations."""

from __future__ import annotations

from contextlib import suppress
from math import isfinite

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import EntryError
from core.parsing.fields import (
    format_pace,
    format_speed,
    has_laps,
    parse_distance_km,
    parse_number,
    parse_weight_kg,
)
from core.parsing.units import plain_number
from core.workouts.sports import PaceStyle


@pytest.mark.parametrize(
    ("text", "number"),
    [("5", 5), (" 5.2 ", 5.2), ("5,2", 5.2), ("1,234", 1.234), ("5.", 5), (",5", 0.5), ("-3", -3), ("+3", 3)],
)
def test_that_numbers_have_either_decimal_mark(text: str, number: float) -> None:
    assert parse_number(text) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("４５", 45),
        ("５．２", 5.2),
        ("５，２", 5.2),
        ("٥٫٢", 5.2),
        ("५", 5),
        ("−3", -3),
        ("–3", -3),
        ("5\xa0", 5),
        ("\ufeff5", 5),
        ("5\u200b.2", 5.2),
        ("5\n", 5),
        ("\u200e5\u200f", 5),
    ],
)
def test_that_numbers_of_other_keyboards_and_pages_are_numbers(text: str, number: float) -> None:
    assert parse_number(text) == number


@pytest.mark.parametrize("text", ["-0", "-0.0", "−0", "-,0"])
def test_that_zero_has_no_sign(text: str) -> None:
    assert str(parse_number(text)) == str(parse_distance_km(text + " mi")) == "0.0"


@pytest.mark.parametrize("text", ["5\xa0x\xa0", "a\tb", "a\nb", "\x07", "\u202ex", "\ud800", "5\xa0ºº"])
def test_that_what_is_refused_is_shown_without_escapes(text: str) -> None:
    for parse in (parse_number, parse_distance_km, parse_weight_kg):
        with pytest.raises(EntryError) as caught:
            parse(text)
        assert "\\" not in str(caught.value)
        assert str(caught.value).isprintable()


@pytest.mark.parametrize(
    "text",
    ["1.234,5", "1,234.5", "1 500", "1\u00a0500", "1\u2009500", "1'500", "1’500", "1٬500", "1,234,567", "-1.2.3"],
)
def test_that_marks_between_thousands_are_refused(text: str) -> None:
    with pytest.raises(EntryError, match="between thousands"):
        parse_number(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Type a number"),
        ("x", "Type a number such as 5.2, not 'x'"),
        ("1e3", "Type a number such as 5.2, not"),
        ("5" * 41, "Type a number such as 5.2, not"),
        ("nan", "Type a number such as 5.2, not"),
        ("5½", "not '5½'"),
        ("5²", "Type a number such as 5.2, not"),
        ("五", "Type a number such as 5.2, not"),
    ],
)
def test_that_other_texts_are_no_numbers(text: str, words: str) -> None:
    with pytest.raises(EntryError, match=words):
        parse_number(text)


@pytest.mark.parametrize(
    ("text", "unit", "km"),
    [
        ("5,2", "km", 5.2),
        ("5.2km", "km", 5.2),
        ("5.2 KM", "mi", 5.2),
        ("10k", "km", 10),
        ("3.1 mi", "km", 4.9889664),
        ("3.1", "mi", 4.9889664),
        ("400m", "km", 0.4),
        ("400", "m", 0.4),
        ("1500 yd", "km", 1.3716),
        ("2 miles", "km", 3.218688),
        ("-3 km", "km", -3),
        ("5\xa0km", "mi", 5),
        ("5\u202fkm", "mi", 5),
        ("5\nkm", "mi", 5),
        ("５ｋｍ", "mi", 5),
        ("5㎞", "mi", 5),
        ("3.1\xa0mi", "km", 4.9889664),
        ("3,1 Meilen", "km", 4.9889664),
        ("3.1 mi.", "km", 4.9889664),
        ("5,2 Kilometer", "mi", 5.2),
        ("5 kilomètres", "mi", 5),
        ("5 Kilómetros", "mi", 5),
    ],
)
def test_that_distances_are_understood(text: str, unit: str, km: float) -> None:
    assert parse_distance_km(text, unit) == km


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Type a number"),
        ("km", "Type a number such as 5.2, not"),
        ("5 furlongs", "Use km, mi, m or yd as the unit, not 'furlongs'"),
        ("1 500 m", "thousands"),
        ("5 km h", "Type a number such as 5.2, not"),
        ("1.234.5 furlongs", "thousands"),
    ],
)
def test_that_bad_distances_are_refused(text: str, words: str) -> None:
    with pytest.raises(EntryError, match=words):
        parse_distance_km(text)


@given(st.floats(1e-6, 1000))
def test_that_a_written_distance_is_understood_as_the_same(km: float) -> None:
    assert parse_distance_km(f"{plain_number(km)} km") == km


def test_that_weights_are_understood() -> None:
    assert parse_weight_kg("70,5") == parse_weight_kg("70.5 kg", "lb") == 70.5
    assert parse_weight_kg("155 lbs") == parse_weight_kg("155", "lb") == 70.30681735
    with pytest.raises(EntryError, match="Use kg or lb"):
        parse_weight_kg("11 stone")


@pytest.mark.parametrize(
    ("minutes", "km", "style", "unit", "text"),
    [
        (45, 5.2, "per_km", "km", "8:39 /km"),
        (45, 5.2, "per_km", "mi", "13:56 /mi"),
        (45, 5.2, "speed", "km", "6.9 km/h"),
        (45, 5.2, "speed", "mi", "4.3 mph"),
        (30, 1.5, "per_100m", "m", "2:00 /100 m"),
        (30, 1.3716, "per_100m", "yd", "2:00 /100 yd"),
        (20, 5, "per_500m", "mi", "2:00 /500 m"),
        (29.995, 5, "per_km", "km", "6:00 /km"),
        (45, None, "per_km", "km", ""),
        (45, 0, "per_km", "km", ""),
        (45, 5.2, None, "km", ""),
    ],
)
def test_that_pace_follows_the_sport(
    minutes: float, km: float | None, style: PaceStyle | None, unit: str, text: str
) -> None:
    assert format_pace(minutes, km, style, unit) == text


def test_that_speed_is_in_either_unit() -> None:
    assert (format_speed(60, 10), format_speed(60, 16.09344, "mi")) == ("10.0 km/h", "10.0 mph")


@given(st.text(max_size=30))
def test_that_any_typing_is_understood_or_refused(text: str) -> None:
    for parse in (parse_number, parse_distance_km, parse_weight_kg):
        with suppress(EntryError):
            assert isfinite(parse(text))


@pytest.mark.parametrize(
    ("text", "unit", "km"),
    [
        ("40x25", "m", 1.0),
        ("40 x 25 m", "km", 1.0),
        ("40×25m", "mi", 1.0),
        ("64x25yd", "m", 1.46304),
        ("64x25", "yd", 1.46304),
        ("3x33.3", "m", 0.0999),
        ("3x33,3 m", "km", 0.0999),
        ("10x1,000 m", "km", 10.0),
        ("0x25", "m", 0.0),
        ("4x5", "km", 20.0),
    ],
)
def test_that_laps_and_the_length_of_one_are_a_distance(text: str, unit: str, km: float) -> None:
    assert parse_distance_km(text, unit) == km
    assert has_laps(text)
    assert not has_laps("1000")


@pytest.mark.parametrize("text", ["40x", "40x25x2", "x25", "40x25 parsec", "4.5x25"])
def test_that_laps_without_a_length_are_refused(text: str) -> None:
    with pytest.raises(EntryError):
        parse_distance_km(text, "m")


@pytest.mark.parametrize(("text", "example"), [("40x", "40x25"), ("8x25x2", "8x25")])
def test_that_laps_without_a_length_have_an_example(text: str, example: str) -> None:
    with pytest.raises(EntryError, match=f"Type laps x the length of one, such as {example}"):
        parse_distance_km(text, "m")


def test_that_the_length_of_a_lap_may_have_three_decimals_where_a_file_has_them() -> None:
    assert parse_distance_km("4x1.500", "m", decimals_only=True) == 0.006
    assert parse_distance_km("4x1.500", "m") == 6.0
