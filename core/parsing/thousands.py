"""`1,500` and `1.500`: a mark before three figures stands between thousands, or before decimals."""

from __future__ import annotations

import re
from dataclasses import dataclass

from core.workouts.limits import ELEVATION_GAIN_M, POWER_W

_GROUPED = re.compile(r"([1-9]\d{0,2})[.,](\d{3})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Thousands:
    """Of an amount that comes in thousands: below `likely` a mark before three figures is taken for one between
    thousands, and above `possible` it cannot be one."""

    likely: float
    possible: float


# Nobody types a way to the millimetre; but 400.125 m is a swim that a watch has measured, and no 400 km.
DISTANCE = Thousands(100_000, 1_000_000)
ELEVATION = Thousands(ELEVATION_GAIN_M.high, ELEVATION_GAIN_M.high)
POWER = Thousands(POWER_W.high, POWER_W.high)


@dataclass(frozen=True, slots=True)
class TwoReadings:
    """Two numbers that one text may mean, as they are typed so that they are not mistaken."""

    read: str
    other: str


def two_readings(typed: str, amount: Thousands) -> TwoReadings | None:
    """Of a normalized text; None of one that has a single meaning."""
    grouped = _GROUPED.fullmatch(typed)
    if grouped is None:
        return None
    thousands, decimal = grouped[1] + grouped[2], f"{grouped[1]}.{grouped[2]}"
    if float(thousands) > amount.possible:
        return None
    decimal = unmistakable(decimal.rstrip("0").rstrip("."))
    return TwoReadings(thousands, decimal) if float(thousands) <= amount.likely else TwoReadings(decimal, thousands)


def unmistakable(number: str) -> str:
    """`1.2340` of `1.234`: with a figure more its mark stands between no thousands. Others as they are."""
    return f"{number}0" if _GROUPED.fullmatch(number) else number
