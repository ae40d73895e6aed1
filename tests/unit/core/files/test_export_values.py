from __future__ import annotations

from typing import Any

import pytest

from core.files.export_values import put_right
from core.parsing.column_names import Export, default_column_names

STRAVA = default_column_names().export_of(["Activity Date", "Activity Type", "Moving Time"])
GARMIN = default_column_names().export_of(["Activity Type", "Date", "Time"])


def righted(export: Export | None, unit: str | None = None, **fields: Any) -> tuple[dict[str, Any], tuple[str, ...]]:
    assert export is not None
    fields = {"type": "Running", **fields}
    notes = put_right(fields, export, unit)
    del fields["type"]
    return fields, notes


def test_that_a_zero_is_no_measurement() -> None:
    zeros: dict[str, Any] = {"avgHeartRate": 0, "maxHeartRate": 0.0, "avgPower": 0, "cadence": 0}
    assert righted(GARMIN, elevationGain=0, **zeros) == ({"elevationGain": 0}, ())


def test_that_noise_of_a_sensor_costs_itself_and_is_noted() -> None:
    fields, notes = righted(STRAVA, avgHeartRate=3.1, maxHeartRate=252, avgPower=200)
    assert fields == {"avgPower": 200}
    assert notes == (
        "avgHeartRate: 3.1 was left out, since it must be from 30 to 250 bpm",
        "maxHeartRate: 252 was left out, since it must be from 30 to 250 bpm",
    )
    fields, notes = righted(GARMIN, avgHeartRate=150, maxHeartRate=140)
    assert (fields, notes) == (
        {"avgHeartRate": 150},
        ("maxHeartRate: 140 was left out, since it is below the average",),
    )
    assert righted(GARMIN, maxHeartRate=140) == ({"maxHeartRate": 140}, ())


@pytest.mark.parametrize(
    ("export", "sport", "written", "read"),
    [
        (STRAVA, "Run", 85.5, 171),
        (STRAVA, "Run", 130, 130),
        (STRAVA, "Ride", 85, 85),
        (GARMIN, "Walking", 112, 112),
    ],
)
def test_that_a_cadence_on_foot_is_of_both_legs(export: Export, sport: str, written: float, read: float) -> None:
    assert righted(export, type=sport, cadence=written)[0]["cadence"] == read


@pytest.mark.parametrize(
    ("sport", "unit", "read_km", "meant_km"),
    [
        ("Pool Swim", "km", 1200, 1.2),  # metres
        ("Open Water Swimming", None, 843, 0.843),
        ("Pool Swim", "km", 1.2, 1.2),
        ("Pool Swim", "mi", 1100 * 1.609344, 1.00584),  # yards
        ("Pool Swim", "m", 1.2, 1.2),
        ("Running", "km", 42.2, 42.2),
    ],
)
def test_that_a_swim_is_in_metres_or_yards(sport: str, unit: str | None, read_km: float, meant_km: float) -> None:
    assert righted(GARMIN, unit, type=sport, distance=read_km)[0]["distance"] == pytest.approx(meant_km, abs=1e-12)
    assert righted(STRAVA, unit, type=sport, distance=read_km)[0]["distance"] == read_km
