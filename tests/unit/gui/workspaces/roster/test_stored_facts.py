"""What is stored of the rows: duplicates, the last weight, and what they would unlock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from core.events import BatchProcessed, OutcomeKind, WorkoutOutcome
from core.roster.check import RowState, RowVerdict
from core.roster.grid import RosterRow
from core.workouts.model import Workout
from core.workouts.on_record import AthleteDay, AthleteRecord, RecordedWeight, recorded
from gui.workspaces.roster.stored_values import PORTION, RecordBook, RowUnlocks
from tests.support.incoming import make_workout
from tests.support.painted_text import painted_texts
from tests.support.roster_screen import EVENING_MS, RosterScreen

START = datetime(2025, 12, 10, 18, 30, tzinfo=UTC)
ANA = "Ana\t\t18:30\t45:00\t5,2\n"


class Results:
    """Answers what the grid asks; `stored` may change in between."""

    def __init__(self, screen: RosterScreen) -> None:
        self.facts = screen.page.facts
        self.stored: list[Workout] = []
        self.weights: dict[str, float] = {}
        self.badges: dict[str, tuple[str, ...]] = {}
        self.portions: list[int] = []
        self.facts.records_requested.connect(self._on_records)
        self.facts.unlocks_requested.connect(self._on_unlocks)
        self.facts.expect_answers()

    def _on_records(self, wanted: Sequence[AthleteDay]) -> None:
        self.portions.append(len(wanted))
        self.facts.take_records([self._record(each) for each in wanted])

    def _record(self, wanted: AthleteDay) -> AthleteRecord:
        mine = [one for one in self.stored if one.athlete == wanted.athlete]
        kg = self.weights.get(wanted.athlete)
        weight = None if kg is None else RecordedWeight(kg, START)
        return AthleteRecord(wanted, len(mine) + (kg is not None), weight, tuple(map(recorded, mine)))

    def _on_unlocks(self, asked: Sequence[tuple[int, RowVerdict]]) -> None:
        workouts = [verdict.workout for _, verdict in asked if verdict.workout is not None]
        self.facts.take_unlocks(asked, {one.workout_id: self.badges.get(one.athlete, ()) for one in workouts})


@pytest.fixture
def results(screen: RosterScreen) -> Results:
    return Results(screen)


def test_that_a_workout_that_is_stored_already_is_asked_about(screen: RosterScreen, results: Results) -> None:
    results.stored = [make_workout(1, athlete="Ana", sport="Running", started_at=START, minutes=30.0, km=4.0)]
    screen.paste(f"{ANA}Ben\t\t18:30\t45:00\t5,2\n")
    screen.press("Ctrl+Return")  # before it was read
    screen.wait_for(lambda: screen.sent)
    assert [workout.athlete for workout in screen.sent] == ["Ben"]
    assert screen.states() == [RowState.UNUSUAL, RowState.SENT]
    assert screen.says(0) == "The same start as another. Sure?"
    screen.press("F8", "Alt+Y", "Ctrl+Return")
    screen.wait_for(lambda: len(screen.sent) == 2)


def test_that_what_another_console_stores_meanwhile_is_asked_about(screen: RosterScreen, results: Results) -> None:
    screen.paste(ANA)
    screen.wait_for(lambda: results.portions)
    assert screen.states() == [RowState.READY]
    results.stored = [make_workout(1, athlete="Ana", sport="Running", started_at=START, minutes=45.0, km=5.2)]
    outcome = WorkoutOutcome("x", "Ana", "Running", OutcomeKind.STORED, 1.0, 1.0)
    screen.page.take_events([BatchProcessed(EVENING_MS, "w", (outcome,))])
    screen.wait_for(lambda: screen.states() == [RowState.UNUSUAL])
    assert screen.says(0) == "The same workout at 18:30. Sure?"


def test_that_the_last_weight_is_sent_where_its_column_is_shown(screen: RosterScreen, results: Results) -> None:
    results.weights = {"Ana": 61.25}
    screen.paste(f"{ANA}Ben\t\t18:30\t45:00\t5,2\n")
    energy = screen.page.model.columnCount() - 2
    screen.wait_for(lambda: results.portions)
    assert str(screen.page.model.index(0, energy).data()).startswith("~")
    screen.page._on_fields((*screen.page.fields, "weightKg"))
    weight = screen.page.model.place_of_field("weightKg")
    screen.wait_for(lambda: screen.page.model.index(0, weight).data() == "61.25")
    assert not str(screen.page.model.index(0, energy + 1).data()).startswith("~")
    screen.press("Ctrl+Return")
    screen.wait_for(lambda: screen.sent)
    assert [workout.weight_kg for workout in screen.sent] == [61.25, None]


def test_that_rows_in_view_say_what_they_would_unlock(screen: RosterScreen, results: Results) -> None:
    results.badges = {"Ana": ("5K Runner",), "Ben": ("5K Runner", "First Step"), "Cy": ("Hour of Power",)}
    rows = "".join(f"Runner {number}\t\t18:30\t45:00\t5,2\n" for number in range(25))
    screen.paste(f"{ANA}Ben\t\t18:30\t45:00\t5,2\n{rows}Cy\t\t18:30\t61:00\t5,2\n")
    screen.wait_for(lambda: screen.says(0) == "ready, unlocks 5K Runner")
    screen.wait_for(lambda: "unlocks 2 badges" in {each.text for each in painted_texts(screen.page.table.viewport())})
    assert screen.says(1) == "ready, unlocks 2 badges"
    assert screen.says(27) == "ready"  # far below what is in view
    assert max(results.portions) <= PORTION
    screen.page.table.scrollToBottom()
    screen.wait_for(lambda: screen.says(27) == "ready, unlocks Hour of Power")
    screen.page.table.scrollToTop()
    screen.type("Zoe")  # over Ana, in the first cell
    screen.press("Return")
    assert screen.says(0) == "ready"


def test_that_submit_does_not_wait_for_what_cannot_be_read(screen: RosterScreen) -> None:
    screen.page.facts.expect_answers()  # none comes
    screen.paste(ANA)
    screen.press("Ctrl+Return")
    screen.wait_checked()
    assert screen.sent == []
    screen.wait_for(lambda: screen.sent)


def test_that_a_book_forgets_whom_something_was_stored_of() -> None:
    book, workout = RecordBook(), make_workout(1, athlete="Ana")
    assert book.of(workout, UTC) is None
    assert book.of(make_workout(2, athlete="anonymous"), UTC) is None
    (wanted,) = book.portion()
    assert book.take([AthleteRecord(wanted, 0)]) == frozenset()
    assert book.is_complete
    assert book.of(workout, UTC) is not None
    book.forget(frozenset({"Ben"}))
    assert book.of(workout, UTC) is not None
    book.forget(frozenset({"Ana"}))
    assert book.of(workout, UTC) is None
    assert not book.is_complete


def test_that_what_was_not_read_in_time_is_asked_about_again() -> None:
    verdicts = {key: RowVerdict(RowState.READY, make_workout(key)) for key in (1, 2)}
    rows = [RosterRow(key) for key in verdicts]
    unlocks = RowUnlocks(lambda row: verdicts[row.key])
    asked = unlocks.portion(rows)
    first = verdicts[1].workout
    assert first is not None
    unlocks.take(asked, {first.workout_id: ("5K Runner",)})
    assert [key for key, _ in unlocks.portion(rows)] == [2]
    assert unlocks.names(rows[0]) == ("5K Runner",)
    unlocks.forget(frozenset({first.athlete}))
    assert unlocks.names(rows[0]) == ()
