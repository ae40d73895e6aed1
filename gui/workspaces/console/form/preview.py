"""The figures of the preview: pace or speed by sport, and energy with what it rests on. Qt-free."""

from __future__ import annotations

from dataclasses import dataclass

from core.achievements.rules import AchievementRules, near_miss
from core.parsing.fields import format_pace, format_speed
from core.parsing.sets_text import set_totals
from core.parsing.units import at_most, distance_at_most, from_kg
from core.workouts.energy import energy
from core.workouts.model import Workout
from core.workouts.sports import PaceStyle, default_catalogue
from gui.forms.echo import sets_words
from gui.forms.formatting import NOTHING, Units, distance_text, energy_number, weight_text, whole_seconds_text

NO_DISTANCE = "no distance"


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with what it is above and what it rests on below; `–` while there is none."""

    title: str
    value: str = NOTHING
    unit: str = ""
    below: str = ""


@dataclass(frozen=True, slots=True)
class Preview:
    """`short`: by how much a distance misses an achievement, if it is little."""

    pace: Figure
    energy: Figure
    short: str = ""


NOTHING_YET = Preview(Figure("Pace", unit="/km"), Figure("Energy", unit="kcal"))


def preview_of(
    workout: Workout,
    units: Units,
    *,
    weight_of: str = "",
    earned: frozenset[str] = frozenset(),
    rules: AchievementRules | None = None,
) -> Preview:
    """`weight_of`: the day of a last known weight, `12 Nov`, where that is what is reckoned with. `earned`: codes of
    achievements that the athlete has, so that being short of them is not worth a word. `rules`: those in force, if not
    the program's own.
    """
    sport = default_catalogue().find(workout.sport)
    taken = energy(workout)
    value = energy_number(taken.kcal, 1 if taken.kcal < 1_000 else 0)
    figure = Figure(
        "Energy, estimate" if taken.estimate else "Energy",
        value,
        "kcal",
        _with_weight(workout, units, weight_of) or taken.basis,
    )
    if workout.sets and not workout.distance_km:
        pace = _sets(workout, units)
    else:
        pace = _pace(workout, "speed" if sport is None else sport.pace_style or "speed", units)
    return Preview(pace, figure, _short_of(workout, units, earned, rules))


def _short_of(workout: Workout, units: Units, earned: frozenset[str], rules: AchievementRules | None) -> str:
    """`3.1 mi is 4.99 km, 11 m short of 5K Runner`; in km only how much is missing."""
    missed = near_miss(workout.sport, workout.distance_km, rules)
    if missed is None or missed.code in earned or workout.distance_km is None:
        return ""
    words = f"{missed.short_m:,} m short of {missed.name}"
    if units.distance == "km":
        return f"{words[:1].upper()}{words[1:]}"
    mark_km = workout.distance_km + (missed.short_m - 1) / 1000
    near = f"{workout.distance_km:,.2f} km"  # unless that would say that it is reached
    km = near if round(workout.distance_km, 2) < mark_km else distance_at_most(workout.distance_km, "km", 2)
    return f"{distance_text(workout.distance_km, workout.sport, units)} is {km}, {words}"


def _with_weight(workout: Workout, units: Units, weight_of: str) -> str:
    """`with 60 kg of 12 Nov`."""
    if not weight_of or workout.weight_kg is None:
        return ""
    return f"with {weight_text(workout.weight_kg, units.weight)} {units.weight} of {weight_of}"


def _sets(workout: Workout, units: Units) -> Figure:
    """The weight that was moved in all; without one the repetitions, or how many sets."""
    totals = set_totals([one.model_dump(by_alias=True) for one in workout.sets])
    if totals.volume_kg:
        volume = at_most(from_kg(totals.volume_kg, units.weight), 0)
        return Figure("Volume", volume, units.weight, sets_words(totals))
    if totals.reps:
        return Figure("Repetitions", f"{totals.reps:,}", below=f"{totals.sets:,} sets, no weight")
    return Figure("Sets", f"{totals.sets:,}", below=f"{whole_seconds_text(totals.seconds / 60)} in all")


def _pace(workout: Workout, style: PaceStyle, units: Units) -> Figure:
    if not workout.distance_km:
        return Figure("Speed" if style == "speed" else "Pace", below=NO_DISTANCE)
    speed = format_speed(workout.duration_min, workout.distance_km, units.distance)
    if style == "speed":
        value, unit = speed.split(" ", 1)
        return Figure("Speed", value, unit, _pace_text(workout, "per_km", units))
    value, unit = _pace_text(workout, style, units).split(" ", 1)
    if len(value) > len("99:59"):
        value = "> 1 h"  # what is longer runs into the figure beside it
    return Figure("Pace", value, unit, speed)


def _pace_text(workout: Workout, style: PaceStyle, units: Units) -> str:
    return format_pace(workout.duration_min, workout.distance_km, style, units.distance)
