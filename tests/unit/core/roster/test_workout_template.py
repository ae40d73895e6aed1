"""Templates of single workouts: what they keep, and a file of them that is read as it was written."""

from __future__ import annotations

import json

import pytest
from pydantic import ValidationError

from core.roster.template import MAX_TEMPLATES
from core.roster.workout_template import (
    WorkoutTemplate,
    dump_workout_templates,
    parse_workout_templates,
    with_workout_template,
    without_workout_template,
    workout_template,
)

RUN = {"type": "Running", "duration": 45, "distance": 5.2, "title": "Hügel"}


def named(*names: str) -> tuple[WorkoutTemplate, ...]:
    return tuple(WorkoutTemplate(name=name) for name in names)


def test_that_a_template_keeps_no_start_and_no_weight() -> None:
    of_day = {"timestamp": "2025-12-10T10:00:00Z", "weightKg": 60, "id": "x", "revision": 2, "shoe": "B"}
    found = workout_template("  Hill   run ", {**RUN, **of_day})
    assert (found.name, found.fields, found.athlete) == ("Hill run", RUN, "")
    assert workout_template("A", {**RUN, "userId": "Ana"}).athlete == "Ana"


def test_that_words_are_looked_for_in_name_and_texts() -> None:
    found = workout_template("Tuesday", RUN)
    assert found.has_words(["tues", "hugel", "running"])
    assert not found.has_words(["tues", "swim"])


def test_that_one_of_the_same_name_is_replaced_and_the_oldest_go() -> None:
    kept = with_workout_template(named("b", "C"), WorkoutTemplate(name="B", fields={"type": "Yoga"}))
    assert [(each.name, each.fields) for each in kept] == [("B", {"type": "Yoga"}), ("C", {})]
    renamed = with_workout_template(kept, WorkoutTemplate(name="A", fields={"type": "Yoga"}), instead_of="B")
    assert [each.name for each in renamed] == ["A", "C"]
    assert [each.name for each in without_workout_template(renamed, "A")] == ["C"]
    many = with_workout_template(
        named(*(f"n{number:03}" for number in range(MAX_TEMPLATES))), WorkoutTemplate(name="z")
    )
    assert (len(many), many[0].name, many[-1].name) == (MAX_TEMPLATES, "n001", "z")


def test_that_a_file_is_read_as_it_was_written() -> None:
    kept = (workout_template("Hills", RUN), workout_template("Sets", {"sets": [{"reps": 10}]}))
    assert parse_workout_templates(dump_workout_templates(kept)) == kept


@pytest.mark.parametrize(
    "template",
    [
        {"name": ""},
        {"name": "n" * 61},
        {"name": "a", "fields": {"shoe": "B"}},
        {"name": "a", "fields": {"timestamp": "now"}},
        {"name": "a", "fields": {"notes": "n" * 20_000}},
        {"name": "a", "more": 1},
    ],
)
def test_that_what_no_template_has_is_refused(template: dict[str, object]) -> None:
    assert parse_workout_templates(json.dumps({"templates": [template]})) is None
    with pytest.raises(ValidationError):
        WorkoutTemplate.model_validate(template)
