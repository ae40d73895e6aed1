"""Sums over workouts, and which of them a chart or a board shows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from core.achievements.athlete_history import Totals
from core.achievements.progress import WorkoutEntry

Amount = Literal["distance", "duration", "energy", "workouts"]


@dataclass(frozen=True, slots=True)
class Sums(Totals):
    """Totals with the ascent. As a difference each may be negative."""

    ascent_mm: int = 0

    def minus(self, other: Sums) -> Sums:
        return Sums(
            self.workouts - other.workouts,
            self.duration_ms - other.duration_ms,
            self.distance_mm - other.distance_mm,
            self.energy_mkcal - other.energy_mkcal,
            self.ascent_mm - other.ascent_mm,
        )


def sums_of(entries: Iterable[WorkoutEntry]) -> Sums:
    count = duration = distance = energy = ascent = 0
    for entry in entries:
        count += 1
        duration += entry.duration_ms
        distance += entry.distance_mm
        energy += entry.energy_mkcal
        ascent += entry.ascent_mm
    return Sums(count, duration, distance, energy, ascent)


def amount_of(totals: Totals, amount: Amount) -> int:
    """In the unit of its field: mm, ms, thousandths of a kilocalorie, workouts."""
    if amount == "distance":
        return totals.distance_mm
    if amount == "duration":
        return totals.duration_ms
    return totals.energy_mkcal if amount == "energy" else totals.workouts
