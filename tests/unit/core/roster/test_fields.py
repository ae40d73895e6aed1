"""The fields of the grid in their order, and those that follow the sport."""

from __future__ import annotations

import pytest

from core.roster.fields import ALWAYS, SHOWN_FIRST, fields_after, fields_of_sport, in_order
from core.workouts.sports import Sport, default_catalogue


def _sport(name: str) -> Sport:
    sport = default_catalogue().find(name)
    assert sport is not None
    return sport


def test_that_fields_come_in_the_order_of_the_grid_with_those_always_shown() -> None:
    assert in_order(["rpe", "distance", "colour"]) == (*ALWAYS, "distance", "rpe")
    assert in_order(SHOWN_FIRST) == SHOWN_FIRST
    assert in_order("rpe") == ALWAYS


@pytest.mark.parametrize(
    ("sport", "fields"),
    [
        ("Running", ("distance", "avgHeartRate", "rpe", "notes")),
        ("Strength", ("sets", "avgHeartRate", "rpe", "notes")),
        ("Cycling", ("distance", "avgPower", "cadence", "avgHeartRate", "rpe", "notes")),
        ("Spinning", ("avgPower", "cadence", "avgHeartRate", "rpe", "notes")),
        ("Yoga", ("avgHeartRate", "rpe", "notes")),
    ],
)
def test_that_the_columns_are_those_of_the_sport(sport: str, fields: tuple[str, ...]) -> None:
    assert fields_of_sport(_sport(sport)) == (*ALWAYS, *fields)


def test_that_an_unknown_sport_has_the_usual_columns() -> None:
    assert fields_of_sport(None) == SHOWN_FIRST


def test_that_columns_that_were_added_or_are_used_stay_when_the_sport_changes() -> None:
    shown = in_order((*SHOWN_FIRST, "weightKg"))
    after = fields_after(shown, _sport("Running"), _sport("Strength"), {"distance"})
    assert after == (*ALWAYS, "distance", "sets", "avgHeartRate", "rpe", "notes", "weightKg")
