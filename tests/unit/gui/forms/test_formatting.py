"""Figures on screens never reach a mark that was not reached."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from pytestqt.qtbot import QtBot

from core.errors import BrokenLimit, FieldProblem, ProblemKind
from core.parsing.fields import parse_distance_km
from core.workouts.model import Workout
from gui.forms.formatting import Units, distance_number, distance_text, energy_number, in_units, whole_seconds_text
from gui.theme.theme import Theme
from gui.workspaces.console.form.preview import preview_of
from gui.workspaces.console.form.preview_card import PreviewCard


@pytest.mark.parametrize(
    ("km", "sport", "units", "text"),
    [
        (4.996, "Running", Units(), "4.9 km"),
        (5.0, "Running", Units(), "5.0 km"),
        (5.2, "Running", Units(), "5.2 km"),
        (99.96, "Cycling", Units(), "99.9 km"),
        (999.99, "Cycling", Units(), "999.9 km"),
        (1_000.0, "Cycling", Units(), "1,000 km"),
        (0.9999, "Swimming", Units(), "999 m"),
        (4.9999, "Swimming", Units(), "4,999 m"),
        (120.0, "Swimming", Units(), "120,000 m"),
        (120.0, "Swimming", Units("mi", "lb"), "131,233 yd"),
        (10.0, "Rowing", Units("mi", "lb"), "10,000 m"),
        (3.1 * 1.609344, "Running", Units("mi", "lb"), "3.1 mi"),
        (1.50876, "Swimming", Units("mi", "lb"), "1,650 yd"),
        (None, "Yoga", Units(), "–"),
        (-0.0, "Running", Units(), "0.0 km"),
    ],
)
def test_that_a_distance_is_cut(km: float | None, sport: str, units: Units, text: str) -> None:
    assert distance_text(km, sport, units) == text


def test_that_a_field_of_a_repair_is_rounded_up_and_never_loses_a_mark() -> None:
    assert distance_number(120.0, "yd") == "131233.595800525"
    assert distance_number(120.0, "yd", exact=False) == "131233.6"
    assert distance_number(120.0, "m", exact=False) == "120000"
    for km in (5.0, 10.0, 42.195):
        assert km <= parse_distance_km(distance_number(km, "mi", exact=False), "mi") < km + 0.00002


KM_LIMIT, SWIM_LIMIT, KG_LIMIT = BrokenLimit("km", 1000, 0), BrokenLimit("km", 100), BrokenLimit("kg", 400, 20)


@pytest.mark.parametrize(
    ("name", "sport", "units", "limit", "sentence"),
    [
        ("distance", "Running", Units(), KM_LIMIT, "as the model says it"),
        ("distance", "Running", Units("mi", "lb"), KM_LIMIT, "must be from 0 to 621.3 mi"),
        ("distance", "Swimming", Units(), KM_LIMIT, "must be from 0 to 1,000,000 m"),
        ("distance", "Swimming", Units("mi", "lb"), KM_LIMIT, "must be from 0 to 1,093,613 yd"),
        ("distance", "swim", Units(), SWIM_LIMIT, "must be at most 100,000 m for Swimming"),
        ("weightKg", "Running", Units("mi", "lb"), KG_LIMIT, "must be from 45 to 881 lb"),
        ("weightKg", "Running", Units(), KG_LIMIT, "as the model says it"),
        ("distance", "Running", Units("mi", "lb"), None, "as the model says it"),
    ],
)
def test_that_a_bound_has_the_unit_of_its_field(
    name: str, sport: str, units: Units, limit: BrokenLimit | None, sentence: str
) -> None:
    problem = FieldProblem(name, "as the model says it", ProblemKind.RANGE, limit)
    assert in_units(problem, sport, units).problem == sentence


@pytest.mark.parametrize(
    ("minutes", "text"),
    [(59.995, "59:59"), (60.0, "1:00:00"), (58.167, "58:10"), (1 / 3, "0:00:20"), (0.1 * 3, "0:00:18")],
)
def test_that_a_duration_is_cut_to_the_second(minutes: float, text: str) -> None:
    assert whole_seconds_text(minutes) == text


def test_that_energy_is_cut() -> None:
    assert [energy_number(kcal) for kcal in (999.96, 382.5, 0.30000000000000004)] == ["999.9", "382.5", "0.3"]
    assert energy_number(1_999.9, 0) == "1,999"


def test_that_the_preview_is_cut_too() -> None:
    almost = Workout(athlete="Ana", sport="Yoga", duration_min=117.641, started_at=datetime(2026, 3, 1, tzinfo=UTC))
    assert preview_of(almost, Units()).energy.value == "999.9"  # of 999.9485


@pytest.mark.parametrize(
    ("km", "units", "text"),
    [
        (3.1 * 1.609344, Units("mi", "lb"), "3.1 mi is 4.99 km, 11 m short of 5K Runner"),
        (4.9999, Units("mi", "lb"), "3.1 mi is 4.99 km, 1 m short of 5K Runner"),
        (4.996, Units(), "4 m short of 5K Runner"),
        (5.0, Units(), ""),
        (4.9, Units(), ""),
        (None, Units(), ""),
    ],
)
def test_that_what_is_missing_to_a_badge_is_said(km: float | None, units: Units, text: str) -> None:
    run = Workout(
        athlete="Ana", sport="Running", duration_min=30, distance_km=km, started_at=datetime(2026, 3, 1, tzinfo=UTC)
    )
    assert preview_of(run, units).short == text
    assert preview_of(run, units, earned=frozenset({"5k-runner"})).short == ""


def test_that_more_names_than_fit_are_counted(theme: Theme, qtbot: QtBot) -> None:
    card = PreviewCard(theme)
    qtbot.addWidget(card)
    names = ["5K Runner", "10K Runner", "Half Marathon", "Marathon", "Ultra", "First Step", "First Run", "Night Owl"]
    card.show_unlocks([(name, "") for name in names])
    assert card.because.text() == "5K Runner, 10K Runner, Half Marathon, Marathon and 4 more"
    card.show_unlocks([(name, "") for name in names[:2]])
    assert card.because.text() == "5K Runner, 10K Runner"
    card.show_unlocks([("A" * 60, ""), ("B", "")])
    assert card.because.text() == f"{'A' * 60} and 1 more"
