"""The limits of a distance that depend on its sport: how far, and how fast, a person can go."""

from __future__ import annotations

import math

from core.errors import BoundError, BrokenLimit, ProblemKind
from core.workouts.sports import default_catalogue

KM, KMH = "km", "km/h"


def check_distance(distance_km: float, sport: str, duration_min: float | None) -> None:
    """Raises BoundError. `duration_min` None: not known, so any speed is possible."""
    limits = default_catalogue().limits(sport)
    if distance_km > limits.distance_km:
        sentence = f"must be at most {limits.distance_km:,g} km for {sport}"
        raise BoundError(sentence, ProblemKind.RANGE, BrokenLimit(KM, limits.distance_km))
    if duration_min is not None and distance_km > limits.speed_kmh * duration_min / 60:
        # Rounded up, so that it is never shown as the limit itself.
        shown_kmh = math.ceil(distance_km / duration_min * 60 * 10) / 10
        sentence = (
            f"comes to {shown_kmh:,.1f} km/h with this duration; "
            f"for {sport} at most {limits.speed_kmh:g} km/h is possible"
        )
        raise BoundError(sentence, ProblemKind.RANGE, BrokenLimit(KMH, limits.speed_kmh, value=shown_kmh))
