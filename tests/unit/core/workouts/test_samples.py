"""The sample athletes and bodies are fit to be used."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib.resources import files

from core.broker.ports import Message
from core.codec.workout_codec import decode
from core.workouts.model import Workout
from core.workouts.near_names import NameIndex
from core.workouts.plausibility import soft_warnings
from core.workouts.samples import sample_athletes
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
