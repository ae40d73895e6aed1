"""The fields of the roster grid, by the names that message bodies use, and those that follow the sport."""

from __future__ import annotations

from collections.abc import Iterable

from core.workouts.sports import Sport

ALWAYS = ("userId", "type", "timestamp", "duration")
USUAL = ("distance", "avgHeartRate", "rpe", "notes")
OF_A_SPORT = ("sets", "avgPower", "cadence")
FIELDS = (
    *ALWAYS,
    "distance",
    *OF_A_SPORT,
    *("avgHeartRate", "rpe", "notes", "elevationGain", "maxHeartRate", "weightKg", "title"),
)
SHOWN_FIRST = (*ALWAYS, *USUAL)
OF_THE_SESSION = ("userId", "type", "timestamp")  # known before the training

NUMBERS = (
    "duration",
    "distance",
    "avgHeartRate",
    "rpe",
    "elevationGain",
    "maxHeartRate",
    "avgPower",
    "cadence",
    "weightKg",
)
MAX_ROWS = 10_000
MAX_CHARACTERS = 8_000  # of a cell
MAX_TEXT = 4_000_000  # characters of all cells, and of what is pasted


def in_order(fields: object) -> tuple[str, ...]:
    """Those of FIELDS that are named, and those that are always shown."""
    named = fields if isinstance(fields, (list, tuple, set, frozenset)) else ()
    return tuple(field for field in FIELDS if field in ALWAYS or field in named)


def fields_of_sport(sport: Sport | None) -> tuple[str, ...]:
    """The columns of a session: those that the sport has, and what it is measured by; the usual ones of an unknown
    sport."""
    if sport is None:
        return SHOWN_FIRST
    usual = (field for field in USUAL if field == "notes" or field in sport.fields)
    return in_order((*usual, *sport.own_fields))


def fields_after(
    shown: Iterable[str], before: Sport | None, after: Sport | None, used: Iterable[str]
) -> tuple[str, ...]:
    """The columns when the session has another sport. Those that were added to the ones of `before` stay, and those
    that are `used`: no text goes out of view."""
    added = set(shown) - set(fields_of_sport(before))
    return in_order({*fields_of_sport(after), *added, *used})
