"""Conversions come back unchanged."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import EntryError
from core.units import KG_PER_UNIT, KM_PER_UNIT, from_kg, from_km, plain_number, to_kg, to_km

TYPED = st.decimals(0, 99_999, places=4).map(float) | st.decimals(0, 9, places=12).map(float)


@pytest.mark.parametrize(
    ("value", "unit", "km"),
    [(5.2, "km", 5.2), (3.1, "mi", 4.9889664), (400, "m", 0.4), (1500, "yd", 1.3716), (26.2, "mi", 42.1648128)],
)
def test_that_distances_convert(value: float, unit: str, km: float) -> None:
    assert to_km(value, unit) == km
    assert from_km(km, unit) == value


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
