"""Every bound of a workout is where the documents say, itself included."""

from __future__ import annotations

import pytest

from core.workouts.limits import BOUNDS, Bounds

# As in the contract; the end that is outside is written with `<`.
CONTRACT = {
    "revision": (1, 1_000_000, "must be from 1 to 1,000,000"),
    "duration": (1 / 60, 1440, "must be at least one second and less than 1,440 minutes"),
    "distance": (0, 1000, "must be from 0 to 1,000 km"),
    "elevationGain": (0, 20_000, "must be from 0 to 20,000 m"),
    "avgHeartRate": (30, 250, "must be from 30 to 250 bpm"),
    "maxHeartRate": (30, 250, "must be from 30 to 250 bpm"),
    "avgPower": (0, 2000, "must be from 0 to 2,000 W"),
    "cadence": (0, 300, "must be from 0 to 300 a minute"),
    "rpe": (0, 10, "must be from 0 to 10"),
    "weightKg": (20, 400, "must be from 20 to 400 kg"),
    "reps": (0, 9999, "must be from 0 to 9,999"),
    "weight": (0, 9999, "must be from 0 to 9,999 kg"),
    "seconds": (0, 9999, "must be from 0 to 9,999 seconds"),
    "meters": (0, 9999, "must be from 0 to 9,999 m"),
}


def test_that_the_bounds_are_those_of_the_contract() -> None:
    assert {name: (each.low, each.high, each.sentence()) for name, each in BOUNDS.items()} == CONTRACT
    assert [name for name, each in BOUNDS.items() if each.open_high] == ["duration"]


@pytest.mark.parametrize(
    ("bounds", "sentence"),
    [
        (Bounds(1, 2.5, "km", open_high=True), "must be at least 1 and less than 2.5 km"),
        (Bounds(0.25, 1), "must be from 0.25 to 1"),
    ],
)
def test_that_a_bound_is_said_by_its_number_where_it_has_no_words(bounds: Bounds, sentence: str) -> None:
    assert bounds.sentence() == sentence
