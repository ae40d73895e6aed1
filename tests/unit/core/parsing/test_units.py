"""Conversions come back unchanged."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import EntryError
from core.parsing.units import (
    KG_PER_UNIT,
    KM_PER_UNIT,
    at_most,
    distance_at_most,
    from_kg,
    from_km,
    plain_number,
    rounded_up,
    to_kg,
    to_km,
)

TYPED = st.decimals(0, 99_999, places=4).map(float) | st.decimals(0, 9, places=12).map(float)


@pytest.mark.parametrize(
    ("value", "unit", "km"),
    [(5.2, "km", 5.2), (3.1, "mi", 4.9889664), (400, "m", 0.4), (1500, "yd", 1.3716), (26.2, "mi", 42.1648128)],
)
def test_that_distances_convert(value: float, unit: str, km: float) -> None:
    assert to_km(value, unit) == km
    assert from_km(km, unit) == value


def test_that_decimals_that_no_distance_has_are_rounded_upwards() -> None:
    assert rounded_up(131233.59580052, "yd") == 131233.6
    assert rounded_up(3.10685596118667, "mi") == 3.10686
    assert rounded_up(1234.5, "m") == 1234.5
    assert rounded_up(5.0000001, "km") == 5.000001
    assert rounded_up(math.inf, "km") == math.inf


def test_that_weights_convert() -> None:
    assert to_kg(155, "lb") == 70.30681735
    assert from_kg(70.30681735, "lb") == 155
    assert to_kg(70.5, "kg") == from_kg(70.5, "kg") == 70.5


@given(TYPED, st.sampled_from(sorted(KM_PER_UNIT)))
def test_that_distances_round_trip_exactly(value: float, unit: str) -> None:
    assert from_km(to_km(value, unit), unit) == value
    assert to_km(from_km(value, unit), unit) == value


@given(TYPED, st.sampled_from(sorted(KG_PER_UNIT)))
def test_that_weights_round_trip_exactly(value: float, unit: str) -> None:
    assert from_kg(to_kg(value, unit), unit) == value
    assert to_kg(from_kg(value, unit), unit) == value


@given(st.floats(1e-6, 1000), st.sampled_from(sorted(KM_PER_UNIT)))
def test_that_any_distance_comes_back_within_the_last_digit(km: float, unit: str) -> None:
    assert math.isclose(to_km(from_km(km, unit), unit), km, rel_tol=1e-14)


def test_that_a_distance_of_more_digits_than_kept_is_the_nearest() -> None:
    assert from_km(1 / 3, "mi") == 1 / 3 / 1.609344


def test_that_an_unknown_unit_is_refused() -> None:
    with pytest.raises(EntryError, match="km, mi, m, yd"):
        to_km(1, "furlong")
    with pytest.raises(EntryError, match="kg, lb"):
        from_kg(1, "stone")


@pytest.mark.parametrize(
    ("value", "text"),
    [(5.0, "5"), (5.2, "5.2"), (1e-7, "0.0000001"), (1e16, "10000000000000000"), (1500.0, "1500"), (0.0, "0")],
)
def test_that_plain_numbers_have_no_exponent(value: float, text: str) -> None:
    assert plain_number(value) == text


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (4.996, 1, "4.9"),
        (4.9999994, 1, "4.9"),
        (5.199999999999999, 1, "5.2"),
        (0.1 + 0.2, 1, "0.3"),
        (12_345.6, 0, "12,345"),
        (0.0, 1, "0.0"),
        (-0.0, 1, "0.0"),
        (-0.04, 1, "0.0"),
        (-5.25, 1, "-5.2"),
        (1e300, 0, f"{int(1e300):,}"),
        (math.inf, 1, "inf"),
    ],
)
def test_that_a_figure_is_cut_and_free_of_noise(value: float, decimals: int, text: str) -> None:
    assert at_most(value, decimals) == text


@pytest.mark.parametrize(
    ("km", "unit", "decimals", "text"),
    [
        (4.996, "km", 1, "4.9 km"),
        (4.999999, "km", 1, "4.9 km"),
        (5.2, "km", 1, "5.2 km"),
        (42.195, "km", 1, "42.1 km"),
        (42.195, "mi", 1, "26.2 mi"),
        (to_km(26.2, "mi"), "mi", 1, "26.2 mi"),
        (to_km(3.1, "mi"), "mi", 1, "3.1 mi"),
        (to_km(3.1, "mi"), "km", 1, "4.9 km"),
        (14.966898, "mi", 1, "9.3 mi"),  # three times 3.1 mi, each kept to a millimetre
        (0.39996, "m", 0, "399 m"),
        (0.4, "m", 0, "400 m"),
        (to_km(1650, "yd"), "yd", 0, "1,650 yd"),
        (1.508, "yd", 0, "1,649 yd"),
    ],
)
def test_that_a_shown_distance_reaches_no_mark_that_was_not_reached(
    km: float, unit: str, decimals: int, text: str
) -> None:
    assert distance_at_most(km, unit, decimals) == text


@given(st.floats(0, 1_000), st.sampled_from(sorted(KM_PER_UNIT)), st.integers(0, 2))
def test_that_no_shown_distance_is_more_than_there_is(km: float, unit: str, decimals: int) -> None:
    shown = float(distance_at_most(km, unit, decimals).split()[0].replace(",", ""))
    assert shown <= from_km(km, unit) + 1e-5 * (1 if unit in ("km", "mi") else 1_000)


@given(st.decimals(0, 999, places=1).map(float), st.sampled_from(sorted(KM_PER_UNIT)))
def test_that_a_typed_distance_is_shown_as_typed(value: float, unit: str) -> None:
    assert distance_at_most(to_km(value, unit), unit, 1) == f"{value:,.1f} {unit}"


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (4.999_999_6, "km", "5.0 km"),
        (4.999_999, "km", "4.9 km"),
        (999.999_6, "m", "1,000.0 m"),
        (999.999, "m", "999.9 m"),
        (4.999_996, "mi", "5.0 mi"),
        (4.999_99, "mi", "4.9 mi"),
        (99.996, "yd", "100.0 yd"),
        (99.99, "yd", "99.9 yd"),
    ],
)
def test_that_only_what_a_distance_really_has_counts(value: float, unit: str, shown: str) -> None:
    assert distance_at_most(to_km(value, unit), unit, 1) == shown


def test_that_a_figure_has_six_real_decimals() -> None:
    assert [at_most(value, 1) for value in (4.999_999_6, 4.999_999)] == ["5.0", "4.9"]


def test_that_what_needs_no_conversion_keeps_every_digit() -> None:
    assert to_kg(1 / 3, "kg") == to_km(1 / 3, "km") == 1 / 3


def test_that_a_converted_number_is_the_shortest_of_sixteen_digits() -> None:
    assert repr(from_kg(8.59588210636355, "lb")) == "18.95067614643419"
    assert repr(from_km(271.270318110779, "mi")) == "168.5595609830956"
