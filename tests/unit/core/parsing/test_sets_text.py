"""Sets written as they would be typed, and what they come to."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.parsing.sets import MAX_EXERCISE, parse_sets
from core.parsing.sets_text import SetTotals, set_totals, sets_text, with_unsaid

AMOUNTS = st.integers(0, 9_999) | st.floats(0, 9_999) | st.decimals(0, 9_999, places=2).map(float)
NAMES = st.sampled_from(("Squat", "Bench press (barbell)", "21s", 'The "big" one', "a-b; c, d", "Übung", " x ", "m"))
NAME_CHARACTERS = "abcXÉß×1٣²½ '\"()/&+-.,;:@“"
PARTS = {
    "exercise": NAMES | st.text(NAME_CHARACTERS, min_size=1, max_size=12),
    "reps": st.integers(0, 9_999),
    "weight": AMOUNTS,
    "seconds": AMOUNTS,
    "meters": AMOUNTS,
}
SETS = st.lists(st.fixed_dictionaries({}, optional=PARTS), min_size=1, max_size=6)


@settings(max_examples=80)
@example([{"exercise": "²"}], "kg")
@given(SETS, st.sampled_from(("kg", "lb")))
def test_that_sets_are_read_back_exactly_as_they_are_written(
    sets: list[dict[str, object]], unit: Literal["kg", "lb"]
) -> None:
    text = sets_text(sets, unit)
    assert list(parse_sets(text, unit)) == sets
    assert sets_text(parse_sets(text, unit), unit) == text


@pytest.mark.parametrize(
    ("sets", "text"),
    [
        ([{"reps": 10, "weight": 40}] * 3, "3x10@40"),
        ([{"reps": 10, "weight": 42.5}, {"reps": 8, "weight": 45}], "10@42.5, 8@45"),
        ([{"reps": 5, "weight": 27.2155422}], "5@60 lb"),
        ([{"reps": 10}] * 2 + [{"exercise": "Squat", "reps": 5}] + [{"reps": 3}], "2x10; Squat 5; 3"),
        ([{"exercise": "Run 5k", "meters": 400}] * 2, '"Run 5k" 2x400m'),
        ([{"weight": 40, "reps": None}] * 2, "@40, @40"),
        ([{"exercise": "Plank"}], "Plank -"),
        ([{"reps": 3, "weight": 1 / 3}], "3@0.3333333333333333"),
        ([], ""),
        ("3x10", '"3x10"'),
        ([{"reps": -1}], '[{"reps": -1}]'),
        ([{"reps": True}], '[{"reps": true}]'),
        ([{"exercise": "a\nb"}], '[{"exercise": "a\\nb"}]'),
        ([{"exercise": 5}], '[{"exercise": 5}]'),
        ([3], "[3]"),
        (5, "5"),
        (None, "null"),
        ([Decimal("2.5")], '["2.5"]'),
        ([{"reps": 5}, {"reps": -1}], '[{"reps": 5}, {"reps": -1}]'),
        ([{"reps": 5.0}], '[{"reps": 5.0}]'),
        ([{"reps": 0, "weight": 0, "seconds": 0, "meters": 0}], "0 0m 0s@0"),
        ([{"reps": 9_999, "weight": 9_999, "seconds": 9_999, "meters": 9_999}], "9999 9999m 9999s@9999"),
        ([{"reps": 10_000}], '[{"reps": 10000}]'),
        ([{"weight": -0.0, "seconds": -0.0}], "0s@0"),
        ([{"exercise": "", "reps": 5}], '[{"exercise": "", "reps": 5}]'),
        ([{"exercise": "m", "reps": 5}], "m 5"),
        ([{"exercise": "x" * MAX_EXERCISE}], "x" * MAX_EXERCISE + " -"),
        ([{"exercise": "x" * (MAX_EXERCISE + 1)}], f'[{{"exercise": "{"x" * (MAX_EXERCISE + 1)}"}}]'),
        ([{"exercise": "²a"}, {"exercise": "a²"}], '"²a" -; a² -'),
    ],
)
def test_that_sets_are_written_as_they_would_be_typed(sets: object, text: str) -> None:
    assert sets_text(sets) == text


def test_that_a_weight_of_kilograms_keeps_its_unit_for_who_types_pounds() -> None:
    sets = [{"reps": 5, "weight": 40}, {"reps": 5, "weight": 27.2155422}, {"reps": 5, "weight": 123.456789012345}]
    assert sets_text(sets, "lb") == "5@40 kg, 5@60, 5@272.175629877427"


def test_that_an_edited_set_keeps_what_its_text_does_not_say() -> None:
    before = [{"reps": 10, "note": "easy"}, {"reps": 8, "note": "hard"}]
    assert with_unsaid(parse_sets("8, 10"), before) == (before[1], before[0])
    assert with_unsaid(parse_sets("10, 9"), before) == (before[0], {"reps": 9, "note": "hard"})
    assert with_unsaid(parse_sets("10, 9, 8"), before) == (before[0], {"reps": 9}, before[1])
    assert with_unsaid(parse_sets("10, 9"), [3, {"reps": -1, "note": "hard"}]) == (
        {"reps": 10},
        {"reps": 9, "note": "hard"},
    )
    assert with_unsaid(parse_sets("10"), None) == ({"reps": 10},)


def test_that_each_of_two_equal_sets_keeps_its_own() -> None:
    before = [{"reps": 10, "note": "easy"}, {"reps": 10, "note": "hard"}]
    assert with_unsaid(parse_sets("2x10"), before) == tuple(before)


def test_that_a_part_that_is_null_is_none() -> None:
    assert with_unsaid(parse_sets("9, 10"), [{"reps": 10, "weight": None, "note": "x"}]) == (
        {"reps": 9},
        {"reps": 10, "note": "x"},
    )


def test_that_a_part_that_was_deleted_from_the_text_is_gone() -> None:
    assert with_unsaid(parse_sets("9"), [{"reps": 8, "weight": 40, "note": "x"}]) == ({"reps": 9, "note": "x"},)


def test_that_the_totals_are_sets_repetitions_and_the_weight_moved() -> None:
    assert set_totals(parse_sets("3x10@40, 5, 2x30s")) == SetTotals(6, 35, 1_200, 60)
