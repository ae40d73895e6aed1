from __future__ import annotations

import pytest

from core.parsing.column_names import default_column_names
from core.parsing.table_columns import plan_table
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
