"""Converts distances and weights between the units people use, and cuts figures for display.

A value of at most 13 significant digits is unchanged after a conversion there and back.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_UP, Context, Decimal

from core.errors import EntryError

# International yard and pound (1959), exact by definition.
KM_PER_UNIT: Mapping[str, float] = {"km": 1.0, "mi": 1.609344, "m": 0.001, "yd": 0.0009144}
# Decimals that a distance really has: a millimetre, in which totals are stored, and some of them in a sum of miles.
_REAL_DECIMALS: Mapping[str, int] = {"km": 6, "m": 3, "mi": 5, "yd": 2}
_ANY_DOUBLE = Context(prec=400)
KG_PER_UNIT: Mapping[str, float] = {"kg": 1.0, "lb": 0.45359237}


def to_km(value: float, unit: str) -> float:
    """`unit` is km, mi, m or yd."""
    return _into_base(value, _factor(KM_PER_UNIT, unit))


def from_km(distance_km: float, unit: str) -> float:
    return _out_of_base(distance_km, _factor(KM_PER_UNIT, unit))


def to_kg(value: float, unit: str) -> float:
    """`unit` is kg or lb."""
    return _into_base(value, _factor(KG_PER_UNIT, unit))


def from_kg(weight_kg: float, unit: str) -> float:
    return _out_of_base(weight_kg, _factor(KG_PER_UNIT, unit))


def plain_number(value: float) -> str:
    """The shortest decimal text of exactly this value, never with an exponent: `5.2`, `1500`."""
    text = format(Decimal(repr(value)), "f")
    return text[:-2] if text.endswith(".0") else text


def at_most(value: float, decimals: int, *, real_decimals: int = 6) -> str:
    """`4.9` of 4.996 with one decimal, `12,345` of 12345.6 with none: cut, so that a displayed value never reaches a
    threshold that was not reached.

    What is beyond `real_decimals` is floating-point noise and rounded away first: 0.3 of 0.1 + 0.2, and 5.2 of
    5.199999999999999. Zero has no sign.
    """
    if not math.isfinite(value):
        return str(value)
    real = Decimal(value).quantize(Decimal(1).scaleb(-real_decimals), ROUND_HALF_EVEN, _ANY_DOUBLE)
    shown = real.quantize(Decimal(1).scaleb(-decimals), ROUND_DOWN, _ANY_DOUBLE)
    return f"{shown if shown else abs(shown):,f}"


def distance_at_most(distance_km: float, unit: str, decimals: int) -> str:
    """`4.9 km` of 4.996 km: see `at_most`."""
    return f"{at_most(from_km(distance_km, unit), decimals, real_decimals=_REAL_DECIMALS[unit])} {unit}"


def rounded_up(distance: float, unit: str) -> float:
    """Without the decimals that no distance really has; upwards, so that a mark that was reached stays reached."""
    if not math.isfinite(distance):
        return distance
    return float(Decimal(repr(distance)).quantize(Decimal(1).scaleb(-_REAL_DECIMALS[unit]), ROUND_UP, _ANY_DOUBLE))


def _factor(factors: Mapping[str, float], unit: str) -> float:
    factor = factors.get(unit)
    if factor is None:
        raise EntryError(f"The unit must be one of {', '.join(factors)}.")
    return factor


def _into_base(value: float, factor: float) -> float:
    # 15 digits: what a double certainly holds, so the noise of the product is removed.
    return value if factor == 1.0 else float(f"{value * factor:.15g}")


def _out_of_base(base: float, factor: float) -> float:
    """The shortest number that converts to exactly `base`: 3.1, not 3.1000000000000001."""
    if factor == 1.0:
        return base
    quotient = base / factor
    for digits in range(1, 17):
        candidate = float(f"{quotient:.{digits}g}")
        if _into_base(candidate, factor) == base:
            return candidate
    return quotient
