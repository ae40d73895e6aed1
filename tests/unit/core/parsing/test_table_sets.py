from __future__ import annotations

import pytest

from core.parsing.column_names import default_column_names
from core.parsing.table_columns import ColumnChoice, plan_chosen, plan_table
from core.parsing.table_sets import SetReader

HEADER = [
    "Date",
    "Workout Name",
    "Duration",
    "Exercise Name",
    "Set Order",
    "Weight",
    "Reps",
    "Distance",
    "Seconds",
    "Notes",
    "RPE",
]
SETS = SetReader(plan_table(HEADER, default_column_names(), keep_unknown=False))


def test_that_a_row_is_a_set_in_our_units() -> None:
    cells = ["2025-12-10 18:00", "Legs", "45m", "Squat", "1", "60,5", "10", "0.4", "30", "deep", "8"]
    assert SETS.fields(cells) == (
        {"exercise": "Squat", "reps": 10, "weight": 60.5, "meters": 400, "seconds": 30, "rpe": 8, "note": "deep"},
        [],
    )


def test_that_pounds_and_miles_are_converted() -> None:
    header = ["title", "start_time", "end_time", "exercise_title", "weight_lbs", "reps", "distance_miles"]
    reader = SetReader(plan_table(header, default_column_names(), keep_unknown=False))
    fields, problems = reader.fields(["Legs", "a", "b", "Squat", "100", "5.0", "1"])
    assert (fields["weight"], fields["meters"], fields["reps"], problems) == (45.359237, 1609.344, 5, [])


def test_that_a_row_without_numbers_is_no_set() -> None:
    assert SETS.fields(["2025-12-10 18:00", "Legs", "45m", "Squat", "Note", "", "", "", "", "felt good"]) == ({}, [])


@pytest.mark.parametrize(("column", "text", "words"), [(5, "heavy", "sets, weight: Type"), (6, "2.5", "whole number")])
def test_that_a_cell_that_is_wrong_is_named(column: int, text: str, words: str) -> None:
    cells = ["2025-12-10 18:00", "Legs", "45m", "Squat", "1", "60", "10", "", "", "", ""]
    cells[column] = text
    _fields, problems = SETS.fields(cells)
    assert len(problems) == 1
    assert words in problems[0]


def test_that_rows_of_one_start_and_title_are_one_workout() -> None:
    key = SETS.key(["2025-12-10 18:00", "Legs", "45m", "Squat"])
    assert SETS.key([" 2025-12-10 18:00", "Legs", "46m", "Row"]) == key
    assert SETS.key(["2025-12-10 18:00", "Arms"]) != key
    assert SETS.key(["2025-12-10 18:00"]) != key


@pytest.mark.parametrize(
    ("order", "kind"),
    [
        ("1", None),
        ("W", "warm-up"),
        ("D", "drop"),
        ("F", "failure"),
        ("warmup", "warm-up"),
        ("normal", None),
        ("X", "x"),
    ],
)
def test_that_a_set_says_its_kind(order: str, kind: str | None) -> None:
    fields, _problems = SETS.fields(["2025-12-10 18:00", "Legs", "45m", "Squat", order, "60", "10"])
    assert (fields["reps"], fields.get("kind")) == (10, kind)


def test_that_a_pause_and_a_note_between_sets_are_none() -> None:
    start = ["2025-12-10 18:00", "Legs", "45m", "Squat"]
    assert SETS.fields([*start, "Rest Timer", "0", "0", "0", "90", ""]) == ({}, [])
    note = [*start, "Note", "0", "0", "0", "0", "felt good"]
    assert (SETS.fields(note), SETS.note(note)) == (({}, []), "Squat: felt good")
    assert SETS.note(["2025-12-10 18:00", "Legs", "45m", "", "Note", "", "", "", "", "tired"]) == "tired"
    assert SETS.note(start) == ""


def test_that_zero_is_nothing() -> None:
    start = ["2025-12-10 18:00", "Legs", "45m", "Squat", "1"]
    assert SETS.fields([*start, "0", "10", "0", "0.0"])[0] == {"exercise": "Squat", "reps": 10}
    assert SETS.fields([*start, "0", "0", "2", "600"])[0] == {"exercise": "Squat", "meters": 2000, "seconds": 600}
    assert SETS.fields([*start, "100", "0", "0", "0"])[0] == {"exercise": "Squat", "weight": 100, "reps": 0}


def test_that_a_unit_is_said_by_its_row_its_user_or_its_column() -> None:
    header = [*HEADER[:6], "Weight Unit", "Reps", "Distance", "Distance Unit"]
    reader = SetReader(plan_table(header, default_column_names(), keep_unknown=False, units={"weightKg": "lb"}))
    start = ["2025-12-10 18:00", "Legs", "45m", "Squat", "1", "100"]
    assert reader.fields([*start, "kgs", "5", "1", "mi"])[0]["weight"] == 100
    assert reader.fields([*start, "", "5", "1", "mi"])[0] == {
        "exercise": "Squat",
        "weight": 45.359237,
        "reps": 5,
        "meters": 1609.344,
    }
    _fields, problems = reader.fields([*start, "stone", "5", "", ""])
    assert problems == ["sets, weight: the unit 'stone' is not known."]


@pytest.mark.parametrize(
    ("cells", "fields"),
    [
        (["60", "10", "", ""], {"weight": 60, "reps": 10}),
        (["", "", "2", ""], {"meters": 2000}),
        (["0", "0", "2", "0"], {"meters": 2000}),
        (["0", "0", "0", "60"], {"seconds": 60}),
        (["0.33333349", "1", "", ""], {"weight": 0.333333, "reps": 1}),
    ],
)
def test_that_a_set_needs_no_exercise(cells: list[str], fields: dict[str, float]) -> None:
    assert SETS.fields(["2025-12-10 18:00", "Legs", "45m", "", "", *cells]) == (fields, [])


def test_that_columns_chosen_without_a_unit_are_in_kilograms_and_metres() -> None:
    headers = ["Sport", "Minutes", "Load", "Way"]
    choices = [ColumnChoice("type"), ColumnChoice("duration"), ColumnChoice("sets.weight"), ColumnChoice("sets.meters")]
    reader = SetReader(plan_chosen(headers, choices, default_column_names()))
    assert reader.fields(["Strength", "45", "60", "400"]) == ({"weight": 60, "meters": 400}, [])
