"""The grid as a text that survives a crash."""

from __future__ import annotations

from datetime import date

import pytest

from core.roster.draft import RosterDraft, dump_grid, load_grid
from core.roster.fields import ALWAYS, MAX_CHARACTERS, SHOWN_FIRST
from core.roster.grid import RosterRow, TrainingSession

ROWS = (
    RosterRow(1, {"userId": "Ana", "duration": "4o"}),
    RosterRow(2, {"userId": "Ben"}, workout_id="sent"),
    RosterRow(3),
    RosterRow(4, {"userId": "Zoë"}),
)


def test_that_what_was_not_sent_comes_back() -> None:
    session, fields = TrainingSession("Running", date(2025, 12, 10)), (*ALWAYS, "rpe")
    found = load_grid(dump_grid(ROWS, session, fields))
    assert found == RosterDraft(({"userId": "Ana", "duration": "4o"}, {"userId": "Zoë"}), session, fields)


def test_that_a_grid_without_texts_is_nothing_to_keep() -> None:
    assert dump_grid(ROWS[1:3], TrainingSession("Running"), SHOWN_FIRST) == ""
    assert load_grid("") == RosterDraft()


@pytest.mark.parametrize("text", ["{", "[]", "1", "[" * 100_000, '{"rows": 1, "sport": 2, "day": "x", "fields": 3}'])
def test_that_a_damaged_draft_is_an_empty_one(text: str) -> None:
    assert load_grid(text) == RosterDraft()


def test_that_what_can_be_understood_is_kept() -> None:
    found = load_grid('{"rows": [1, {"userId": 2, "rpe": "6", "colour": "red"}, {}], "day": 5, "sport": "Rowing"}')
    assert found == RosterDraft(({"rpe": "6"},), TrainingSession("Rowing"))
    longest = load_grid('{"rows": [{"notes": "' + "x" * 9_999 + '"}]}').rows[0]
    assert len(longest["notes"]) == MAX_CHARACTERS
