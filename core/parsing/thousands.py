"""`1,500` and `1.500`: whether a mark before three digits separates thousands, or decimals."""

from __future__ import annotations

import re
from dataclasses import dataclass

from core.workouts.limits import ELEVATION_GAIN_M, POWER_W

_GROUPED = re.compile(r"([1-9]\d{0,2})[.,](\d{3})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Thousands:
    """Of an amount that comes in thousands: below `likely` a mark before three digits is taken for a thousands
    separator, and above `possible` it cannot be one."""

    likely: float
    possible: float


# Distances are not typed to the millimetre; but 400.125 m is a swim that a watch has measured, and no 400 km.
DISTANCE = Thousands(100_000, 1_000_000)
ELEVATION = Thousands(ELEVATION_GAIN_M.high, ELEVATION_GAIN_M.high)
POWER = Thousands(POWER_W.high, POWER_W.high)


@dataclass(frozen=True, slots=True)
class TwoReadings:
    """Two numbers that one text may mean, written so that they are unambiguous."""

    read: str
    other: str


def two_readings(typed: str, amount: Thousands) -> TwoReadings | None:
    """Of a normalized text; None for one with a single meaning."""
    grouped = _GROUPED.fullmatch(typed)
    if grouped is None:
        return None
    thousands, decimal = grouped[1] + grouped[2], f"{grouped[1]}.{grouped[2]}"
    if float(thousands) > amount.possible:
        return None
    decimal = unmistakable(decimal.rstrip("0").rstrip("."))
    return TwoReadings(thousands, decimal) if float(thousands) <= amount.likely else TwoReadings(decimal, thousands)


def unmistakable(number: str) -> str:
    """`1.2340` of `1.234`: with one more digit the mark cannot separate thousands. Others are unchanged."""
    return f"{number}0" if _GROUPED.fullmatch(number) else number
