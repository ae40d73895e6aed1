"""The hard numeric bounds of a workout, once: for the model, for error texts and for forms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import Field


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a number may be, in `unit`."""

    low: float
    high: float
    unit: str = ""
    open_high: bool = False  # `high` itself is outside
    low_words: str = ""  # where the number itself says little: "one second"

    def constraint(self) -> Any:
        """For `Annotated[float, ...]`."""
        return Field(ge=self.low, lt=self.high) if self.open_high else Field(ge=self.low, le=self.high)

    def sentence(self) -> str:
        unit = f" {self.unit}" if self.unit else ""
        if self.open_high:
            return f"must be at least {self.low_words or _plain(self.low)} and less than {_plain(self.high)}{unit}"
        return f"must be from {_plain(self.low)} to {_plain(self.high)}{unit}"


REVISION = Bounds(1, 1_000_000)
DURATION_MIN = Bounds(1 / 60, 1440, "minutes", open_high=True, low_words="one second")
DISTANCE_KM = Bounds(0, 1000, "km")
ELEVATION_GAIN_M = Bounds(0, 20_000, "m")
HEART_RATE_BPM = Bounds(30, 250, "bpm")
POWER_W = Bounds(0, 2000, "W")
CADENCE_RPM = Bounds(0, 300, "a minute")
RPE = Bounds(0, 10)
BODY_WEIGHT_KG = Bounds(20, 400, "kg")
SET_REPS = Bounds(0, 9999)
SET_WEIGHT_KG = Bounds(0, 9999, "kg")
SET_DURATION_S = Bounds(0, 9999, "seconds")
SET_DISTANCE_M = Bounds(0, 9999, "m")

# By the name in the message body; the last four are inside a set.
BOUNDS: Mapping[str, Bounds] = {
    "revision": REVISION,
    "duration": DURATION_MIN,
    "distance": DISTANCE_KM,
    "elevationGain": ELEVATION_GAIN_M,
    "avgHeartRate": HEART_RATE_BPM,
    "maxHeartRate": HEART_RATE_BPM,
    "avgPower": POWER_W,
    "cadence": CADENCE_RPM,
    "rpe": RPE,
    "weightKg": BODY_WEIGHT_KG,
    "reps": SET_REPS,
    "weight": SET_WEIGHT_KG,
    "seconds": SET_DURATION_S,
    "meters": SET_DISTANCE_M,
}


def _plain(number: float) -> str:
    return f"{number:,.10g}"
