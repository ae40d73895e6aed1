"""What is said of a row, and the one-click fix."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime

from core.errors import EntryError, FieldProblem, InvalidWorkoutError
from core.parsing.durations import parse_duration_min
from core.parsing.fields import parse_number
from core.parsing.start import parse_start
from core.roster.check import CUT_OFF, NO_TIME, RowState, RowVerdict, check_row, texts_to_read
from core.roster.fields import MAX_CHARACTERS
from core.roster.grid import RosterRow, Texts, TrainingSession
from core.workouts.model import Workout, check_workout
from core.workouts.plausibility import FieldWarning, soft_warnings

NOW = datetime(2025, 12, 10, 20, tzinfo=UTC)
READERS: dict[str, Callable[[str], object]] = {
    "duration": parse_duration_min,
    "distance": parse_number,
    "timestamp": lambda text: parse_start(text, now=NOW, zone=UTC).isoformat(),
}


def read(texts: Texts) -> tuple[Workout | None, Sequence[FieldProblem]]:
    fields: dict[str, object] = {"timestamp": NOW.isoformat()}
    for name, text in texts.items():
        try:
            fields[name] = READERS[name](text) if name in READERS else text
        except EntryError as error:
            return None, (FieldProblem(name, str(error)),)
    try:
        return check_workout(fields, now=NOW), ()
    except InvalidWorkoutError as error:
        return None, error.problems


def doubt(_texts: Texts, workout: Workout) -> Sequence[FieldWarning]:
    return soft_warnings(workout, now=NOW)


def verdict(session: TrainingSession | None = None, sent: str = "", **texts: str) -> RowVerdict:
    return check_row(RosterRow(1, texts, workout_id=sent), session or TrainingSession("Running"), read, doubt)


def test_that_a_row_takes_the_sport_of_the_session() -> None:
    found = verdict(userId="Ana", duration="45", distance="5.2")
    assert found.state is RowState.READY
    assert found.workout is not None
    assert (found.workout.sport, found.field, found.words) == ("Running", "", "")


def test_that_its_own_sport_comes_first() -> None:
    assert texts_to_read(RosterRow(1, {"type": "Rowing"}), TrainingSession("Running"))["type"] == "Rowing"


def test_that_a_time_is_one_of_the_day_of_the_session() -> None:
    session = TrainingSession("Running", date(2025, 12, 3))
    found = verdict(session, userId="Ana", duration="45", timestamp="18:30")
    assert found.workout is not None
    assert found.workout.started_at == datetime(2025, 12, 3, 18, 30, tzinfo=UTC)
    assert texts_to_read(RosterRow(1, {"timestamp": "2025-12-01 7:00"}), session)["timestamp"] == "2025-12-01 7:00"


def test_that_another_day_needs_a_time() -> None:
    found = verdict(TrainingSession("Running", date(2025, 12, 3)), userId="Ana", duration="45")
    assert (found.state, found.field, found.words) == (RowState.WRONG, "timestamp", NO_TIME)


def test_that_nothing_is_said_of_a_row_that_is_not_filled_in_or_was_sent() -> None:
    assert verdict(userId="Ana", timestamp="18:30").state is RowState.BLANK
    assert verdict(sent="id", userId="Ana", duration="4o").state is RowState.SENT


def test_that_a_letter_for_a_digit_is_fixed() -> None:
    found = verdict(userId="Elena", duration="4o:00", distance="6.9")
    assert (found.state, found.field, found.fix) == (RowState.WRONG, "duration", "40:00")
    assert found.fields == {"duration"}


def test_that_no_fix_is_offered_for_a_word() -> None:
    found = verdict(userId="Elena", duration="long")
    assert (found.state, found.fix) == (RowState.WRONG, "")


def test_that_a_lost_decimal_mark_is_asked_about_with_what_was_meant() -> None:
    found = verdict(userId="Jonas", duration="45", distance="52.0")
    assert (found.state, found.field, found.fix) == (RowState.UNUSUAL, "distance", "5.2")
    assert found.words.startswith("69.3 km/h")
    assert found.workout is not None


def test_that_metres_typed_as_kilometres_are_fixed() -> None:
    found = verdict(userId="Jonas", duration="45", distance="5200")
    assert (found.state, found.fix) == (RowState.WRONG, "5.2")


def test_that_a_suggestion_of_the_question_comes_first() -> None:
    found = verdict(TrainingSession(""), userId="Jonas", type="Runing", duration="45")
    assert (found.state, found.field, found.fix) == (RowState.UNUSUAL, "type", "Running")


def test_that_what_was_kept_is_ready() -> None:
    row = RosterRow(1, {"userId": "Jonas", "duration": "45", "distance": "52.0"})
    asked = check_row(row, TrainingSession("Running"), read, doubt)
    kept = RosterRow(1, row.texts, kept=frozenset(asked.questions))
    assert check_row(kept, TrainingSession("Running"), read, doubt).state is RowState.READY


def test_that_the_other_cells_may_be_wrong_while_one_is_fixed() -> None:
    found = verdict(duration="4o", distance="5.2")
    assert (found.state, found.fix) == (RowState.WRONG, "40")


def test_that_a_reader_without_a_reason_is_wrong_too() -> None:
    found = check_row(RosterRow(1, {"duration": "45"}), TrainingSession(), lambda _texts: (None, ()), doubt)
    assert (found.state, found.field) == (RowState.WRONG, "")


def test_that_a_cell_that_holds_no_more_is_not_sent_without_its_end() -> None:
    full = "x" * MAX_CHARACTERS
    assert verdict(userId="Ana", duration="45", mood=full).problems == (FieldProblem("mood", CUT_OFF),)
    assert verdict(userId="Ana", duration="45", mood=full[1:]).state is RowState.READY
    assert [each.field for each in verdict(userId="Ana", duration="45", notes=full).problems] == ["notes"]
