"""What an outbox file holds of one athlete is found and erased; everything else stays."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from core.broker.ports import Message
from core.broker.topology import TYPE_DELETED
from core.errors import StoreError
from core.outbox.athlete_entries import SentMessage, entries_of, erase_entries
from core.outbox.outbox import Outbox, OutboxCounts, Submission
from core.roster.draft import dump_grid, load_grid
from core.roster.fields import SHOWN_FIRST
from core.roster.grid import RosterRow, TrainingSession
from core.sqlite.connection import connect

NAME = "Zoë Quist"
NOW_MS = 1_765_411_200_000


def clock() -> int:
    return NOW_MS


def submission(workout_id: str, athlete: str, revision: int = 1) -> Submission:
    return Submission(Message(f'{{"userId": "{athlete}"}}'.encode(), workout_id), workout_id, revision, athlete=athlete)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Two workouts of the athlete, one of them deleted, one that Ana got later, and one of Ana's own."""
    path = tmp_path / "outbox.db"
    with closing(Outbox(path, now_ms=clock)) as outbox:
        outbox.open()
        outbox.accept([submission("b", NAME), submission("own", "Ana"), submission("a", NAME)])
        outbox.accept([Submission(Message(b"{}", "a"), "a", 2, TYPE_DELETED), submission("given", "")])
        outbox.accept([submission("later", NAME), submission("later", "Ana", 2)])
        outbox.mark_confirmed([1, 2, 4], NOW_MS + 5)
    return path


def drafts(path: Path, form: str = "", roster: str = "") -> None:
    with closing(Outbox(path, now_ms=clock)) as outbox:
        outbox.open()
        outbox.save_draft(form)
        outbox.save_draft(roster, "roster")


def drafts_left(path: Path) -> tuple[str | None, str | None]:
    erase_entries(path, NAME, (), now_ms=clock)
    with closing(Outbox(path, now_ms=clock)) as outbox:
        outbox.open()
        return outbox.load_draft(), outbox.load_draft("roster")


def grid(*names: str, sport: str = "Running") -> str:
    rows = [RosterRow(number, {"userId": name, "duration": "45"}) for number, name in enumerate(names)]
    return dump_grid(rows, TrainingSession(sport), SHOWN_FIRST)


def test_that_all_entries_of_the_athlete_s_workouts_are_found_oldest_first(path: Path) -> None:
    found = entries_of(path, NAME, ["given", "unknown"], now_ms=clock)
    assert [(one.workout_id, one.revision, one.confirmed_at_ms) for one in found] == [
        ("b", 1, NOW_MS + 5),
        ("a", 1, None),
        ("a", 2, NOW_MS + 5),
        ("given", 1, None),
        ("later", 1, None),
        ("later", 2, None),
    ]
    assert found[0] == SentMessage("b", 1, NOW_MS, NOW_MS + 5, submission("b", NAME).message)
    assert entries_of(path, "Zoë", (), now_ms=clock) == []


def test_that_they_are_erased_and_what_waited_counts_as_never_accepted(path: Path) -> None:
    with closing(Outbox(path, now_ms=clock)) as outbox:
        outbox.open()
        origin = outbox.origin
    assert erase_entries(path, NAME, ["given"], now_ms=clock) == 6
    with closing(Outbox(path, now_ms=clock)) as outbox:
        outbox.open()
        assert [entry.submission for entry in outbox.recent(10)] == [submission("own", "Ana")]
        assert outbox.counts() == OutboxCounts(accepted=3, pending=0)
        assert outbox.origin == origin
    assert entries_of(path, NAME, ["given"], now_ms=clock) == []
    assert not any(NAME.encode() in file.read_bytes() for file in path.parent.iterdir())


def test_that_what_names_workouts_of_receipts_is_erased_too(path: Path) -> None:
    with closing(Outbox(path, now_ms=clock)) as outbox:
        outbox.open()
        outbox.save_draft('{"a": 1}', "ends")
    erase_entries(path, NAME, (), now_ms=clock)
    with closing(Outbox(path, now_ms=clock)) as outbox:
        outbox.open()
        assert outbox.load_draft("ends") is None


def test_that_no_file_is_made_to_look_into_it(tmp_path: Path) -> None:
    missing = tmp_path / "outbox.db"
    assert entries_of(missing, NAME, (), now_ms=clock) == []
    assert erase_entries(missing, NAME, (), now_ms=clock) == 0
    assert not missing.exists()


def test_that_a_file_of_an_older_version_is_brought_up_to_date(path: Path) -> None:
    with closing(connect(path)) as connection:
        connection.execute("ALTER TABLE entries DROP COLUMN extras")
        connection.execute("PRAGMA user_version=5")
    assert len(entries_of(path, NAME, (), now_ms=clock)) == 5


def test_that_a_file_of_another_kind_is_refused(path: Path) -> None:
    with closing(connect(path)) as connection:
        connection.execute("PRAGMA application_id=1")
    with pytest.raises(StoreError):
        erase_entries(path, NAME, (), now_ms=clock)


@pytest.mark.parametrize("form", ['{"athlete": "Zo\\u00eb Quist"}', '{"title": "by Zoë Quist"}', "Zo\\u00eb Quistova"])
def test_that_a_form_that_spells_the_name_is_erased(path: Path, form: str) -> None:
    drafts(path, form, grid("Ana"))
    assert drafts_left(path) == (None, grid("Ana"))


def test_that_a_form_of_another_athlete_stays(path: Path) -> None:
    form = '["Mo\\u00eb Quist", "Zo\\u00eb Quisa", "Zoe Quist"]'
    drafts(path, form)
    assert drafts_left(path) == (form, "")


def test_that_of_a_roster_only_the_rows_that_spell_the_name_are_erased(path: Path) -> None:
    drafts(path, roster=grid("Ana", NAME, "Ben", f"{NAME} jr."))
    _, left = drafts_left(path)
    assert left is not None
    assert [row["userId"] for row in load_grid(left).rows] == ["Ana", "Ben"]


@pytest.mark.parametrize("roster", [grid(NAME), grid("Ana", NAME, sport=NAME), f"damaged {NAME}"])
def test_that_a_roster_that_still_spells_the_name_or_is_empty_is_erased(path: Path, roster: str) -> None:
    drafts(path, roster=roster)
    assert drafts_left(path)[1] is None
