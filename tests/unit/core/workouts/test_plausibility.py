"""Soft warnings: unlikely, never refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from core.workouts.model import Workout
from core.workouts.near_names import NameIndex
from core.workouts.plausibility import FieldWarning, soft_warnings

NOW = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)


def _workout(**fields: Any) -> Workout:
    return Workout.model_validate({"sport": "Running", "duration_min": 45.0, "started_at": NOW, **fields})


def _asked(**fields: Any) -> dict[str, str]:
    return {warning.field: warning.text for warning in soft_warnings(_workout(**fields), now=NOW)}


def test_that_an_ordinary_workout_raises_no_doubt() -> None:
    assert not _asked(distance_km=5.2, avg_heart_rate_bpm=150, cadence_rpm=170, weight_kg=70, elevation_gain_m=80)


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"duration_min": 360.1}, "duration", "longer than 6 hours"),
        ({"duration_min": 1.9}, "duration", "shorter than 2 minutes"),
        ({"started_at": NOW - timedelta(days=366)}, "timestamp", "more than a year ago"),
        ({"elevation_gain_m": 5001}, "elevationGain", "5,000 m"),
        ({"avg_heart_rate_bpm": 49}, "avgHeartRate", "50 to 200"),
        ({"avg_heart_rate_bpm": 201}, "avgHeartRate", "50 to 200"),
        ({"max_heart_rate_bpm": 221}, "maxHeartRate", "over 220"),
        ({"avg_power_w": 501}, "avgPower", "over 500 W"),
        ({"cadence_rpm": 221}, "cadence", "over 220 a minute for Running"),
        ({"cadence_rpm": 131, "sport": "Cycling"}, "cadence", "over 130 a minute for Cycling"),
        ({"cadence_rpm": 221, "sport": "Parkour"}, "cadence", "over 220 a minute for Parkour"),
        ({"sets": [{"reps": 1}, {"weight_kg": 401}]}, "sets.1.weight", "more than 400 kg"),
    ],
)
def test_that_an_unlikely_value_is_asked_about(fields: dict[str, Any], field: str, words: str) -> None:
    asked = _asked(**fields)
    assert list(asked) == [field]
    assert words in asked[field]


@pytest.mark.parametrize(
    "fields",
    [
        {"duration_min": 360},
        {"duration_min": 2},
        {"started_at": NOW - timedelta(days=365)},
        {"elevation_gain_m": 5000},
        {"avg_heart_rate_bpm": 50, "max_heart_rate_bpm": 220},
        {"avg_heart_rate_bpm": 200},
        {"avg_power_w": 500, "cadence_rpm": 220},
        {"cadence_rpm": 131},
        {"sets": [{"weight_kg": 400}]},
    ],
)
def test_that_the_edge_itself_is_likely(fields: dict[str, Any]) -> None:
    assert not _asked(**fields)


@pytest.mark.parametrize(
    ("sport", "low_kmh", "high_kmh"),
    [
        ("Walking", 2, 9),
        ("Running", 4, 25),
        ("Cycling", 5, 60),
        ("Swimming", 0.5, 7),
        ("Rowing", 3, 25),
    ],
)
def test_that_the_average_speed_has_a_band_by_sport(sport: str, low_kmh: float, high_kmh: float) -> None:
    for speed_kmh in (low_kmh, high_kmh):
        assert not _asked(sport=sport, duration_min=60, distance_km=speed_kmh)
    for speed_kmh in (low_kmh * 0.98, high_kmh * 1.02):
        text = _asked(sport=sport, duration_min=60, distance_km=speed_kmh)["distance"]
        assert text.endswith(f"km/h is unusual for {sport} ({low_kmh:g} to {high_kmh:g})")


@pytest.mark.parametrize(
    ("km", "shown"),
    [(25.01, "25.01"), (25.06, "25.1"), (3.96, "3.96"), (3.94, "3.9"), (30, "30.0"), (25 + 1e-10, "25.000000000")],
)
def test_that_a_speed_just_beyond_its_band_is_not_shown_as_within(km: float, shown: str) -> None:
    text = _asked(duration_min=60, distance_km=km)["distance"]
    assert text == f"{shown} km/h is unusual for Running (4 to 25)"


def test_that_great_speeds_are_shown_without_decimals() -> None:
    assert _asked(sport="Cycling", distance_km=105)["distance"].startswith("140 km/h")
    assert _asked(sport="Cycling", distance_km=75)["distance"].startswith("100 km/h")
    assert _asked(sport="Cycling", distance_km=74.7)["distance"].startswith("99.6 km/h")


@pytest.mark.parametrize("sport", ["Parkour", "Strength"])
def test_that_a_sport_without_a_band_may_have_any_speed(sport: str) -> None:
    assert not _asked(sport=sport, distance_km=200)


@pytest.mark.parametrize(
    ("athlete", "close_to"),
    [
        ("Ana Souza", "Ana Sousa"),
        ("ana sousa", "Ana Sousa"),
        ("Ana Sousa", None),
        ("Viktor", None),
        ("anonymous", None),
    ],
)
def test_that_a_new_name_close_to_a_known_one_is_asked_about(athlete: str, close_to: str | None) -> None:
    known = NameIndex(["Ana Sousa", "Ben", "Anonymouse"])
    warnings = soft_warnings(_workout(athlete=athlete), now=NOW, known_athletes=known)
    expected = () if close_to is None else (FieldWarning("userId", f"a new name, close to {close_to}", close_to),)
    assert warnings == expected


@pytest.mark.parametrize(
    ("sport", "suggestion"), [("Runing", "Running"), ("Swiming", "Swimming"), ("Running", None), ("Parkour", None)]
)
def test_that_a_new_sport_close_to_a_known_one_is_asked_about(sport: str, suggestion: str | None) -> None:
    asked = soft_warnings(_workout(sport=sport), now=NOW)
    expected = FieldWarning("type", f"a new sport, close to {suggestion}", suggestion or "")
    assert asked == (() if suggestion is None else (expected,))


@pytest.mark.parametrize(
    ("last_kg", "text"), [(70.0, None), (77.0, None), (80, "-12% from the last 80 kg"), (60, "+17%"), (63.6, "+10%")]
)
def test_that_a_change_of_body_weight_over_a_tenth_is_asked_about(last_kg: float, text: str | None) -> None:
    warnings = soft_warnings(_workout(weight_kg=70), now=NOW, last_weight_kg=last_kg)
    assert bool(warnings) == (text is not None)
    assert all(warning.field == "weightKg" and (text or "") in warning.text for warning in warnings)


@pytest.mark.parametrize(("kg", "last_kg"), [(77, 70), (63, 70), (99, 90), (None, 70)])
def test_that_a_tenth_itself_or_no_body_weight_is_not_asked_about(kg: float | None, last_kg: float) -> None:
    assert soft_warnings(_workout(weight_kg=kg), now=NOW, last_weight_kg=last_kg) == ()
