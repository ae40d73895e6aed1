"""The fields of the roster grid, by the names that message bodies use."""

from __future__ import annotations

ALWAYS = ("userId", "type", "timestamp", "duration")
USUAL = ("distance", "avgHeartRate", "rpe", "notes")
OTHERS = ("elevationGain", "maxHeartRate", "avgPower", "cadence", "weightKg", "title")
FIELDS = (*ALWAYS, *USUAL, *OTHERS)
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
MAX_CHARACTERS = 2_000  # of a cell
MAX_TEXT = 4_000_000  # characters of all cells, and of what is pasted


def in_order(fields: object) -> tuple[str, ...]:
    """Those of FIELDS that are named, and those that are always shown."""
    named = fields if isinstance(fields, (list, tuple, set, frozenset)) else ()
    return tuple(field for field in FIELDS if field in ALWAYS or field in named)
