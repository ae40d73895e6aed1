"""The sample athletes and bodies are fit to be used."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib.resources import files

import pytest
from pydantic import ValidationError

from core.broker.ports import Message
from core.codec.workout_codec import decode
from core.workouts.model import Workout
from core.workouts.near_names import NameIndex
from core.workouts.plausibility import soft_warnings
from core.workouts.samples import SampleAthlete, sample_athletes
from core.workouts.sports import default_catalogue

NOW = datetime(2025, 12, 20, tzinfo=UTC)


def test_that_sample_athletes_do_likely_workouts() -> None:
    athletes = sample_athletes()
    assert len({athlete.name for athlete in athletes}) == len(athletes) == 24
    known = NameIndex(athlete.name for athlete in athletes)
    for athlete in athletes:
        for favourite in athlete.sports:
            assert favourite.sport in default_catalogue().names
            distance_km = favourite.speed_kmh and favourite.speed_kmh * favourite.duration_min / 60
            workout = Workout(
                athlete=athlete.name,
                sport=favourite.sport,
                started_at=NOW,
                duration_min=favourite.duration_min,
                distance_km=distance_km,
                weight_kg=athlete.weight_kg,
            )
            assert soft_warnings(workout, now=NOW, known_athletes=known) == ()


def test_that_sample_bodies_are_valid() -> None:
    bodies = files("resources").joinpath("samples", "workouts.jsonl").read_bytes().splitlines()
    decoded = [decode(Message(body), now_ms=round(NOW.timestamp() * 1000)) for body in bodies]
    assert len({incoming.digest for incoming in decoded}) == len(decoded) >= 8
    for incoming in decoded:
        assert incoming.workout is not None
        assert soft_warnings(incoming.workout, now=NOW) == ()


ANA = {"name": "Ana", "weight_kg": 20.0, "sports": ({"sport": "Running", "duration_min": 0.5, "speed_kmh": 0.5},)}


@pytest.mark.parametrize("fields", [{}, {"weight_kg": 400}, {"sports": ({"sport": "Yoga", "duration_min": 1439.5},)}])
def test_that_a_sample_athlete_may_be_light_heavy_slow_and_lasting(fields: dict[str, object]) -> None:
    athlete = SampleAthlete.model_validate(ANA | fields)
    with pytest.raises(ValidationError, match="frozen"):
        athlete.name = "Ben"  # type: ignore[misc]  # what is tried here
    with pytest.raises(ValidationError, match="frozen"):
        athlete.sports[0].sport = "Yoga"  # type: ignore[misc]  # what is tried here


@pytest.mark.parametrize(
    "fields",
    [
        {"weight_kg": 19.9},
        {"weight_kg": 400.1},
        {"sports": ()},
        {"height_cm": 170},
        {"sports": ({"sport": "Yoga", "duration_min": 0},)},
        {"sports": ({"sport": "Yoga", "duration_min": 1440},)},
        {"sports": ({"sport": "Yoga", "duration_min": 45, "speed_kmh": 0},)},
        {"sports": ({"sport": "Yoga", "duration_min": 45, "speed_mph": 1},)},
    ],
)
def test_that_a_sample_athlete_that_could_do_no_workout_is_refused(fields: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match="validation error"):
        SampleAthlete.model_validate(ANA | fields)
