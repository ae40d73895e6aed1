"""Warnings about unlikely values, which the user may confirm; never a refusal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from core.workouts.names import isolated
from core.workouts.near_names import NameIndex
from core.workouts.sports import default_catalogue

if TYPE_CHECKING:
    from core.workouts.model import Workout

A_YEAR = timedelta(days=365)
DEFAULT_CADENCE_ASK_RPM = 220.0
_MOST_DECIMALS = 9


@dataclass(frozen=True, slots=True)
class FieldWarning:
    """An unlikely value, by the body's field name; `text` is a short statement, without the question.

    `suggestion`: what was probably meant, as text for the field; empty where that is not known.
    """

    field: str
    text: str
    suggestion: str = ""


def soft_warnings(
    workout: Workout,
    *,
    now: datetime,
    known_athletes: NameIndex | None = None,
    last_weight_kg: float | None = None,
) -> tuple[FieldWarning, ...]:
    """Warnings to confirm before sending, in the order of a form. `last_weight_kg` is this athlete's latest."""
    return tuple(
        FieldWarning(*warning)
        for warning in (
            *_about_the_athlete(workout, known_athletes),
            *_about_the_sport(workout),
            *_about_time(workout, now),
            *_distance_warnings(workout),
            *_about_effort(workout),
            *_about_weights(workout, last_weight_kg),
        )
    )


_Warnings = Iterator[tuple[str, str]]


def _about_the_athlete(workout: Workout, known_athletes: NameIndex | None) -> Iterator[tuple[str, str, str]]:
    close = None if workout.anonymous or known_athletes is None else known_athletes.near(workout.athlete)
    if close is not None:
        yield "userId", f"a new name, close to {isolated(close)}", close


def _about_the_sport(workout: Workout) -> Iterator[tuple[str, str, str]]:
    close = default_catalogue().near(workout.sport)
    if close is not None:
        yield "type", f"a new sport, close to {close.name}", close.name


def _about_time(workout: Workout, now: datetime) -> _Warnings:
    if now - workout.started_at > A_YEAR:
        yield "timestamp", "more than a year ago"
    if workout.duration_min > 360:
        yield "duration", "longer than 6 hours"
    elif workout.duration_min < 2:
        yield "duration", "shorter than 2 minutes"


def _distance_warnings(workout: Workout) -> _Warnings:
    sport = default_catalogue().find(workout.sport)
    if workout.distance_km and sport is not None and sport.band_kmh is not None:
        low_kmh, high_kmh = sport.band_kmh
        speed_kmh = workout.distance_km / workout.duration_min * 60
        if not low_kmh <= speed_kmh <= high_kmh:
            speed = _figure(speed_kmh, low_kmh, high_kmh)
            yield "distance", f"{speed} km/h is unusual for {sport.name} ({low_kmh:g} to {high_kmh:g})"
    if workout.elevation_gain_m is not None and workout.elevation_gain_m > 5000:
        yield "elevationGain", "more than 5,000 m of ascent"


def _about_effort(workout: Workout) -> _Warnings:
    average_bpm, highest_bpm = workout.avg_heart_rate_bpm, workout.max_heart_rate_bpm
    if average_bpm is not None and not 50 <= average_bpm <= 200:
        yield "avgHeartRate", "an average outside 50 to 200 bpm"
    if highest_bpm is not None and highest_bpm > 220:
        yield "maxHeartRate", "a maximum over 220 bpm"
    if workout.avg_power_w is not None and workout.avg_power_w > 500:
        yield "avgPower", "an average over 500 W"
    sport = default_catalogue().find(workout.sport)
    cadence_ask_rpm = DEFAULT_CADENCE_ASK_RPM if sport is None else sport.cadence_ask_rpm
    if workout.cadence_rpm is not None and workout.cadence_rpm > cadence_ask_rpm:
        yield "cadence", f"over {cadence_ask_rpm:g} a minute for {workout.sport}"


def _about_weights(workout: Workout, last_weight_kg: float | None) -> _Warnings:
    for number, entry in enumerate(workout.sets):
        if entry.weight_kg is not None and entry.weight_kg > 400:
            yield f"sets.{number}.weight", "more than 400 kg"
    if workout.weight_kg is not None and last_weight_kg:
        change = workout.weight_kg / last_weight_kg - 1
        if abs(round(change, 9)) > 0.1:  # 77 kg are not more than a tenth above 70
            yield "weightKg", f"{change:+.0%} from the last {last_weight_kg:g} kg"


def _figure(value: float, low: float, high: float) -> str:
    """With enough decimals that it is not shown as the limit that it exceeds."""
    decimals = 0 if value >= 100 else 1
    while low <= round(value, decimals) <= high and decimals < _MOST_DECIMALS:
        decimals += 1
    return f"{value:,.{decimals}f}"
