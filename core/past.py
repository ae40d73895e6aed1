"""Workouts that are long done, as a search finds them and as their story is told. Frozen values."""

from __future__ import annotations

from dataclasses import dataclass

from core.events import Badge


@dataclass(frozen=True, slots=True)
class FoundWorkout:
    """One line of what a search found. Times are milliseconds since the epoch; empty or None: not known."""

    workout_id: str
    at_ms: int  # when it was stored, or given up
    athlete: str
    sport: str
    duration_min: float | None
    distance_km: float | None
    wait_ms: float | None
    run_ms: float | None
    worker: str
    reason: str = ""  # why it was given up
    badges: tuple[Badge, ...] = ()

    @property
    def failed(self) -> bool:
        return bool(self.reason)


@dataclass(frozen=True, slots=True)
class WeekChange:
    """What one workout added to its athlete's week. Ranks are by distance, None where there is none to tell."""

    iso_year: int
    iso_week: int
    distance_before_km: float
    distance_after_km: float
    energy_before_kcal: float
    energy_after_kcal: float
    rank_before: int | None
    rank_after: int | None


@dataclass(frozen=True, slots=True)
class StoredStory:
    """What the results know of one workout's way."""

    workout_id: str
    athlete: str
    sport: str
    duration_min: float
    distance_km: float | None
    calories_kcal: float
    calories_estimate: bool
    revision: int
    submitted_at_ms: int | None
    picked_up_at_ms: int
    processed_at_ms: int
    worker: str
    badges: tuple[Badge, ...]
    week: WeekChange | None


@dataclass(frozen=True, slots=True)
class FailedStory:
    """Of one that was given up."""

    workout_id: str
    athlete: str
    sport: str
    duration_min: float | None
    distance_km: float | None
    failed_at_ms: int
    worker: str
    reason: str
    attempts: int


PastStory = StoredStory | FailedStory
