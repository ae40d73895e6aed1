"""How much energy a workout took: MET x body weight x hours, or a fixed rate without a weight."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.workouts.sports import default_catalogue

if TYPE_CHECKING:
    from core.workouts.model import Workout

KCAL_PER_MIN_WITHOUT_WEIGHT = 8.5


@dataclass(frozen=True, slots=True)
class Energy:
    """`basis`: a few words for a screen, where the figure comes from."""

    kcal: float
    estimate: bool
    basis: str


def energy(workout: Workout) -> Energy:
    return energy_of(workout.sport, workout.duration_min, workout.distance_km, workout.weight_kg)


def energy_of(sport: str, duration_min: float, distance_km: float | None, weight_kg: float | None) -> Energy:
    """Gross kcal = MET x kg x h (2024 Adult Compendium of Physical Activities, doi 10.1016/j.jshs.2023.10.010).

    `duration_min` is more than 0. The MET is that of the average speed where the sport has a table and there is a
    distance, else the sport's usual one. Without a weight: 8.5 kcal a minute, an estimate. A sport that is not in
    the catalogue, or has no published MET, is a guess.
    """
    if weight_kg is None:
        kcal = duration_min * KCAL_PER_MIN_WITHOUT_WEIGHT
        return Energy(kcal, True, f"{KCAL_PER_MIN_WITHOUT_WEIGHT} a minute, no weight")
    catalogue = default_catalogue()
    known = catalogue.find(sport)
    if known is None or known.met is None:
        why = "unknown sport" if known is None else f"none known for {known.name}"
        guess = f"a guess: {catalogue.guess_met:g} MET, {why}"
        return Energy(catalogue.guess_met * weight_kg * duration_min / 60, True, guess)
    if distance_km and known.speed_table:
        speed_kmh = distance_km / duration_min * 60
        met, at_speed = known.met_at(speed_kmh), f" at {speed_kmh:.1f} km/h"
    else:
        met, at_speed = known.met, ""
    return Energy(met * weight_kg * duration_min / 60, False, f"{met:g} MET{at_speed}, {weight_kg:g} kg")
