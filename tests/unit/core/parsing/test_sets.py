"""Sets as typed."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import EntryError
from core.parsing.sets import EXAMPLE, MAX_CHARACTERS, parse_sets
from core.workouts.model import MAX_SETS


def _set(reps: int | None = None, weight: float | None = None, **parts: object) -> dict[str, object]:
    found = {"exercise": parts.pop("exercise", None), "reps": reps, "weight": weight, **parts}
    return {name: value for name, value in found.items() if value is not None}


SQUAT = {"exercise": "Squat"}


@pytest.mark.parametrize(
    ("text", "sets"),
    [
        ("3x10@40", [_set(10, 40)] * 3),
        ("3×10 @ 40 kg", [_set(10, 40)] * 3),
        ("3 X 10 reps @ 40", [_set(10, 40)] * 3),
        ("3x10x40", [_set(10, 40)] * 3),
        ("３×１０＠４０", [_set(10, 40)] * 3),
        ("10@40, 8@45, 6@50", [_set(10, 40), _set(8, 45), _set(6, 50)]),
        ("10@40,8@45", [_set(10, 40), _set(8, 45)]),
        ("10@42,5", [_set(10, 42.5)]),
        ("10@42.5,2x8@45", [_set(10, 42.5), _set(8, 45), _set(8, 45)]),
        ("10@42,5,8@45,5", [_set(10, 42.5), _set(8, 45.5)]),
        ("10@.5", [_set(10, 0.5)]),
        ("3x10", [_set(10)] * 3),
        ("12,10,8", [_set(12), _set(10), _set(8)]),
        ("0", [_set(0)]),
        ("@40", [_set(None, 40)]),
        ("-", [{}]),
        ("8x20s", [_set(seconds=20)] * 8),
        ("1:30, 2 min, 12,5 s", [_set(seconds=90), _set(seconds=120), _set(seconds=12.5)]),
        ("2x400m 90s@5", [_set(None, 5, seconds=90, meters=400)] * 2),
        ("10 30s", [_set(10, seconds=30)]),
        ("100 metres", [_set(meters=100)]),
        ("Squat 2x10@40; Bench 5@60 lb", [_set(10, 40, **SQUAT)] * 2 + [_set(5, 27.2155422, exercise="Bench")]),
        ("Squat: 10@40, Bench 5\nChin up 8;;6,", [
            _set(10, 40, **SQUAT), _set(5, exercise="Bench"), _set(8, exercise="Chin up"), _set(6)
        ]),
        ('"21s; ""heavy""" 7', [_set(7, exercise='21s; "heavy"')]),
        ("  Press,  seated 7", [_set(7, exercise="Press, seated")]),
        ('[{"reps": 3, "note": "x"}]', [{"reps": 3, "note": "x"}]),
    ],
)  # fmt: skip
def test_that_sets_are_read_as_coaches_type_them(text: str, sets: list[dict[str, object]]) -> None:
    assert list(parse_sets(text)) == sets


def test_that_a_weight_without_a_unit_is_in_the_unit_of_the_user() -> None:
    assert parse_sets("5@60, 5@60 kg", "lb") == (_set(5, 27.2155422), _set(5, 60))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("3x", "'3x' lacks the repetitions, such as 3x10@40."),
        ("3x@40", "'3x@40' lacks the repetitions, such as 3x10@40."),
        ("3x10@", "'3x10@' lacks the weight, such as 3x10@40."),
        ("10@40, eight", "'eight' lacks its sets, such as Squat 3x10@40."),
        ("10@40 8@45", "'10@40 8@45' is no set; type sets x repetitions @ weight, such as 3x10@40."),
        ("?", "'?' is no set; type sets x repetitions @ weight, such as 3x10@40."),
        ("-5", "'-5' is no set; type sets x repetitions @ weight, such as 3x10@40."),
        ("5@60 stone", "Use kg or lb as the unit, not 'stone'."),
        ("5@12000", "'5@12000': the weight must be from 0 to 9,999 kg."),
        ("10000@5", "'10000@5': the repetitions must be from 0 to 9,999."),
        ("99999s", "'99999s': the time must be from 0 to 9,999 seconds."),
        ("99999m", "'99999m': the distance must be from 0 to 9,999 m."),
        ("0x5", "The number of sets is at least 1."),
        ("501x5", "A workout has at most 500 sets."),
        ("1000000000000x5", "A workout has at most 500 sets."),
        (json.dumps([{}] * 501), "A workout has at most 500 sets."),
        ("Squat", "'Squat' lacks its sets, such as Squat 3x10@40."),
        ('"Squat 5', "The name of an exercise lacks its second quotation mark."),
        (f"{'S' * 101} 5", f"'{'S' * 36}... is longer than 100 characters."),
        (f"{'ß' * 99} 500x5", "That is too much for one workout; shorten the names of the exercises."),
        ("[3]", "This is no JSON list of sets; type sets such as 3x10@40."),
        ("[3x10", "This is no JSON list of sets; type sets such as 3x10@40."),
        (" ; ", "Type sets such as 3x10@40."),
        ("1" * (MAX_CHARACTERS + 1), "That is longer than 65,536 characters."),
    ],
)
def test_that_what_is_no_set_is_said_exactly(text: str, problem: str) -> None:
    with pytest.raises(EntryError) as caught:
        parse_sets(text)
    shown = re.sub(r"'S+\W*is", "'S' is", str(caught.value))
    assert shown == re.sub(r"'S+\W*is", "'S' is", problem)


@given(st.text(alphabet='0123456789xX@,.;:-" \n×kglbsm²é[]{}٣', max_size=60) | st.text(max_size=40))
def test_that_any_text_is_sets_within_bounds_or_a_sentence(text: str) -> None:
    problem, found = "", None
    try:
        found = parse_sets(text)
    except EntryError as error:
        problem = str(error)
    assert found is None or len(found) <= MAX_SETS
    assert found is not None or (problem.endswith(".") and "\n" not in problem)


def test_that_the_example_of_the_errors_is_read() -> None:
    assert len(parse_sets(EXAMPLE)) == 3


@pytest.mark.parametrize(("more", "fits"), [("x", True), ("xx", False)])
def test_that_sets_take_at_most_48_kib_of_a_body(more: str, fits: bool) -> None:
    text = '[{"a": "' + "é" * 24_570 + more + '"}]'
    assert len(text.encode()) == 48 * 1024 + (not fits)
    if fits:
        assert len(parse_sets(text)) == 1
    else:
        with pytest.raises(EntryError, match="too much for one workout"):
            parse_sets(text)


def test_that_a_text_has_at_most_65536_characters() -> None:
    assert parse_sets("5" + " " * 65_535) == ({"reps": 5},)
    with pytest.raises(EntryError, match="longer than 65,536 characters"):
        parse_sets("5" + " " * 65_536)


def test_that_sets_as_json_are_bounded_and_all_objects() -> None:
    assert len(parse_sets("[" + ", ".join(["{}"] * 500) + "]")) == 500
    with pytest.raises(EntryError, match="at most 500 sets"):
        parse_sets("[" + ", ".join(["{}"] * 501) + "]")
    with pytest.raises(EntryError, match="no JSON list of sets"):
        parse_sets('[{"reps": 5}, 3]')


def test_that_the_name_of_an_exercise_has_at_most_100_characters() -> None:
    assert parse_sets(f"{'x' * 100} 5") == ({"exercise": "x" * 100, "reps": 5},)
    with pytest.raises(EntryError, match="longer than 100 characters"):
        parse_sets(f"{'x' * 101} 5")


@pytest.mark.parametrize(
    ("typed", "shown"), [("3x！", "'3x!'"), ("3x～", "'3x~'"), ("3x｟", "'3x｟'"), ("5\uff00", "'5�'")]
)
def test_that_full_width_marks_are_read_as_the_usual_ones(typed: str, shown: str) -> None:
    with pytest.raises(EntryError) as caught:
        parse_sets(typed)
    assert str(caught.value).startswith(f"{shown} is no set")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('"Squat"', "'Squat' lacks its sets, such as Squat 3x10@40."),
        ('"Squat", 5', "'Squat' lacks its sets, such as Squat 3x10@40."),
        ("Squat", "'Squat' lacks its sets, such as Squat 3x10@40."),
        ("3x@", "'3x@' lacks the repetitions, such as 3x10@40."),
        ("3x", "'3x' lacks the repetitions, such as 3x10@40."),
    ],
)
def test_that_what_is_missing_is_said(text: str, words: str) -> None:
    with pytest.raises(EntryError) as caught:
        parse_sets(text)
    assert str(caught.value).startswith(words)
