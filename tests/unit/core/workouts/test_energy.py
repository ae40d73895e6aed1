"""Both energy formulas."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.workouts.energy import Energy, energy, energy_of
from core.workouts.model import Workout
from core.workouts.sports import default_catalogue


def test_that_the_sample_gives_382_5_kcal() -> None:
    start = datetime(2025, 12, 10, 10, tzinfo=UTC)
    result = energy(Workout(athlete="user-123", sport="Running", duration_min=45, distance_km=5.2, started_at=start))
    assert (result.kcal, result.estimate) == (382.5, True)
    assert result.basis == "8.5 a minute, no weight"


@pytest.mark.parametrize("name", [sport.name for sport in default_catalogue().all if sport.met is not None])
def test_that_without_a_distance_the_usual_met_counts(name: str) -> None:
    sport = default_catalogue().find(name)
    assert sport is not None
    assert sport.met is not None
    result = energy_of(name, 30, None, 80)
    assert result.kcal == pytest.approx(sport.met * 80 * 0.5)
    assert not result.estimate
    assert result.basis == f"{sport.met:g} MET, 80 kg"


@pytest.mark.parametrize(
    ("sport", "distance_km", "kcal", "basis"),
    [
        ("run", 10, 651.0, "9.3 MET at 10.0 km/h, 70 kg"),
        ("Walking", 5, 266.0, "3.8 MET at 5.0 km/h, 70 kg"),
        ("ride", 30, 840.0, "12 MET at 30.0 km/h, 70 kg"),
        ("Swimming", 3, 406.0, "5.8 MET, 70 kg"),
        ("Running", 0, 651.0, "9.3 MET, 70 kg"),
    ],
)
def test_that_a_weight_gives_met_times_kg_times_hours(sport: str, distance_km: float, kcal: float, basis: str) -> None:
    result = energy_of(sport, 60, distance_km, 70)
    assert result.kcal == pytest.approx(kcal)
    assert (result.estimate, result.basis) == (False, basis)


def test_that_six_miles_in_an_hour_are_six_mph() -> None:
    assert energy_of("Running", 60, 9.656064, 70).basis.startswith("9.3 MET")
    assert energy_of("Running", 10, 9.656064 / 6, 70).basis.startswith("9.3 MET")


def test_that_an_unknown_sport_says_it_is_a_guess() -> None:
    result = energy_of("Parkour", 60, 3, 70)
    assert (result.kcal, result.estimate) == (385, True)
    assert result.basis == "a guess: 5.5 MET, unknown sport"
    assert energy_of("Parkour", 60, 3, None).kcal == 510


@given(
    st.sampled_from([*default_catalogue().names, "Parkour"]),
    st.floats(0.001, 1439),
    st.none() | st.floats(0, 1000),
    st.none() | st.floats(20, 400),
)
def test_that_energy_is_above_zero(sport: str, minutes: float, distance: float | None, weight: float | None) -> None:
    assert energy_of(sport, minutes, distance, weight).kcal > 0


def test_that_a_sport_without_a_published_met_is_a_guess() -> None:
    assert energy_of("Padel", 60, None, 80) == Energy(440, True, "a guess: 5.5 MET, none known for Padel")
