"""Templates: what is kept of a grid under a name."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from core.roster.fields import ALWAYS, SHOWN_FIRST
from core.roster.grid import RosterRow, TrainingSession
from core.roster.template import (
    MAX_TEMPLATES,
    Template,
    dump_templates,
    names_athlete,
    parse_templates,
    template_of,
    with_template,
    without_athlete,
)


def row(**texts: str) -> RosterRow:
    return RosterRow(1, texts)


def test_that_athletes_and_what_is_the_same_for_all_are_kept() -> None:
    rows = [
        row(userId="Ana", timestamp="2025-12-10 18:30:00", duration="45", distance="5.2"),
        row(userId="Ben", timestamp="2025-12-10 18:30:00", duration="45", distance="6"),
        row(userId="Ana", timestamp="2025-12-10 18:30:00", duration="45"),
        row(duration="10"),
    ]
    found = template_of("  Wednesday   track ", rows, TrainingSession("Running"), SHOWN_FIRST)
    assert found == Template(
        name="Wednesday track",
        athletes=("Ana", "Ben"),
        same={"type": "Running", "timestamp": "18:30", "duration": "45"},
        fields=SHOWN_FIRST,
    )
    assert found.sport == "Running"
    assert found.rows[1] == {"userId": "Ben", "timestamp": "18:30", "duration": "45"}


def test_that_sports_of_their_own_are_not_the_same_for_all() -> None:
    rows = [
        row(userId="Ana"),
        row(userId="Ben", type="Rowing", timestamp="now"),
    ]
    assert template_of("x", rows, TrainingSession("Running"), ()).same == {}


def test_that_a_start_without_a_time_of_the_day_is_not_kept() -> None:
    assert template_of("x", [row(userId="Ana", timestamp="now")], TrainingSession(), ()).same == {}


def test_that_a_template_may_have_no_athletes() -> None:
    assert template_of("x", [], TrainingSession("Running"), ()).same == {"type": "Running"}
    assert template_of("x", [], TrainingSession(), ()).same == {}


@pytest.mark.parametrize("name", ["", "   ", "x" * 61])
def test_that_a_name_is_bounded(name: str) -> None:
    with pytest.raises(ValidationError):
        template_of(name, [], TrainingSession(), ())


def test_that_a_template_replaces_one_of_the_same_name_and_the_oldest_go() -> None:
    first = with_template([], Template(name="Track"))
    assert [each.name for each in with_template(first, Template(name="Bikes"))] == ["Bikes", "Track"]
    changed = with_template(first, Template(name="track", athletes=("Ana",)))
    assert [(each.name, each.athletes) for each in changed] == [("track", ("Ana",))]
    many = tuple(Template(name=f"{number:03}") for number in range(MAX_TEMPLATES))
    kept = with_template(many, Template(name="new"))
    assert len(kept) == MAX_TEMPLATES
    assert kept[0].name == "001"


def test_that_templates_are_read_as_they_were_written() -> None:
    kept = (Template(name="Träck", athletes=("Zoë",), same={"duration": "45"}, fields=("rpe",)),)
    assert parse_templates(dump_templates(kept)) == kept
    assert kept[0].fields == (*ALWAYS, "rpe")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"templates": 1}',
        '{"version": 2}',
        '{"templates": [{"name": ""}]}',
        '{"templates": [{"name": "x", "same": {"colour": "red"}}]}',
        '{"templates": [{"name": "x", "same": {"userId": "Ana"}}]}',
    ],
)
def test_that_anything_else_is_no_file_of_templates(text: str) -> None:
    assert parse_templates(text) is None


def test_that_an_athlete_is_taken_out_of_all_templates() -> None:
    kept = Template(name="Track", athletes=("Ana", "Zoë  Quist"), same={"title": "Track of Zoë Quist", "type": "Run"})
    titled, other = Template(name="Zoë Quist's long run"), Template(name="template 1", athletes=("Zoë Quistberg",))
    assert [names_athlete(each, "Zoë Quist") for each in (kept, titled, other)] == [True, True, False]
    without = without_athlete([kept, titled, other], "Zoë Quist")
    assert without == (
        Template(name="Track", athletes=("Ana",), same={"type": "Run"}),
        Template(name="Template 2"),
        other,
    )
    assert not any(names_athlete(each, "Zoë Quist") for each in without)
