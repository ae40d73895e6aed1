"""Plausible workouts, the same ones every time: for tests and for the benchmark."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from core.broker.ports import Message
from core.broker.topology import HEADER_ORIGIN
from core.codec.workout_codec import encode
from core.workouts.model import Workout

FIRST_START = datetime(2025, 1, 6, 5, 0, tzinfo=UTC)
ORIGIN = "00000000-0000-4000-8000-00000000cafe"

# Sport, its share, minutes from and to, km/h from and to (None: no distance).
_SPORTS: tuple[tuple[str, int, tuple[float, float], tuple[float, float] | None], ...] = (
    ("Running", 40, (20, 110), (8, 14)),
    ("Cycling", 22, (30, 210), (18, 34)),
    ("Swimming", 12, (20, 70), (1.8, 3.6)),
    ("Walking", 10, (25, 120), (4, 6.4)),
    ("Strength training", 9, (25, 80), None),
    ("Yoga", 7, (30, 75), None),
)


def workouts(
    count: int,
    athletes: int = 500,
    *,
    seed: int = 1,
    first_start: datetime = FIRST_START,
    step: timedelta = timedelta(seconds=40),
) -> Iterator[Workout]:
    """`count` workouts in the order of their starts, `step` apart, of `athletes` athletes by turns of chance."""
    chance = random.Random(seed)
    weights = [share for _, share, _, _ in _SPORTS]
    names = [f"athlete-{number:04d}" for number in range(athletes)]
    body_kg = [round(chance.uniform(48, 98), 1) for _ in names]
    for number in range(count):
        sport, _, minutes, speeds = chance.choices(_SPORTS, weights)[0]
        athlete = chance.randrange(athletes)
        duration_min = round(chance.uniform(*minutes), 1)
        distance_km = None if speeds is None else round(chance.uniform(*speeds) * duration_min / 60, 2)
        yield Workout(
            id=UUID(int=chance.getrandbits(128), version=4),
            athlete=names[athlete],
            sport=sport,
            started_at=first_start + number * step,
            duration_min=duration_min,
            distance_km=distance_km,
            avg_heart_rate_bpm=float(chance.randint(98, 172)) if chance.random() < 0.6 else None,
            weight_kg=body_kg[athlete] if chance.random() < 0.5 else None,
        )


def messages(
    count: int, athletes: int = 500, *, seed: int = 1, submitted_at_ms: int = 1_767_225_600_000
) -> list[Message]:
    """The same workouts as they travel, submitted by `ORIGIN` at one moment."""
    return [
        replace(message, headers={**message.headers, HEADER_ORIGIN: ORIGIN})
        for workout in workouts(count, athletes, seed=seed)
        for message in [encode(workout, submitted_at_ms=submitted_at_ms)]
    ]
