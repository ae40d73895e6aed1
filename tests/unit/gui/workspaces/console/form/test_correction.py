"""A stored workout in the form: what is changed is sent as its next revision, the rest stays exactly as it was."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from core.workouts.model import Workout
from gui.forms.formatting import Units
from gui.workspaces.console.form.correction import NOTHING_CHANGED, was_words
from tests.support.form_rig import Desk
from tests.support.incoming import make_workout

STORED = make_workout(
    1,
    athlete="Ana",
    minutes=45.508,
    km=5.2004,
    utc_offset_min=-480,
    revision=3,
    weight_kg=61.25,
    extra={"mood": "good"},
)


def correcting(desk: Desk, workout: Workout = STORED) -> None:
    desk.form.correct(workout)
    assert desk.form.title.text() == "Correct a workout"


def test_that_only_what_is_changed_differs_in_the_next_revision(desk: Desk) -> None:
    correcting(desk)
    assert desk.form.was.text() == "was 45:30, 5.2 km"
    assert desk.form.submit_button.text() == "Send correction"
    desk.fill(title="Hills")
    desk.enter()
    (change,) = desk.corrections
    assert change.before == STORED
    assert change.workout == STORED.model_copy(update={"revision": 4, "title": "Hills"})
    assert desk.sent == []
    assert desk.form.title.text() == "New workout"


def test_that_nothing_is_sent_where_nothing_is_changed(desk: Desk) -> None:
    correcting(desk)
    desk.enter()
    assert desk.form.strip.text == NOTHING_CHANGED
    assert (desk.corrections, desk.sent) == ([], [])
    desk.fill(distance="6")
    assert desk.form.strip.text == ""
    desk.enter()
    assert [change.workout.distance_km for change in desk.corrections] == [6.0]


def test_that_one_without_an_athlete_can_be_corrected(desk: Desk) -> None:
    correcting(desk, make_workout(1, athlete="anonymous"))
    desk.fill(duration="50")
    desk.enter()
    (change,) = desk.corrections
    assert (change.workout.athlete, change.workout.duration_min) == ("anonymous", 50.0)


def test_that_escape_brings_back_the_draft_that_stood_there(desk: Desk) -> None:
    desk.fill(userId="Ben", duration="45")
    desk.qtbot.waitUntil(lambda: bool(desk.drafts) and "Ben" in desk.drafts[-1])
    told = len(desk.drafts)
    correcting(desk)
    desk.fill(duration="50")
    desk.form.keep_draft()
    assert len(desk.drafts) == told  # what is kept for a restart is what stood there
    QTest.keyClick(desk.focused, Qt.Key.Key_Escape)
    assert (desk.form.title.text(), desk.text("userId"), desk.text("duration")) == ("New workout", "Ben", "45:00")
    assert desk.can_undo == "Correction left"
    desk.form.undo_offers.undo()
    assert (desk.form.title.text(), desk.text("duration")) == ("Correct a workout", "50:00")
    desk.enter()
    assert [change.workout.duration_min for change in desk.corrections] == [50.0]
    assert desk.text("userId") == "Ben"


def test_that_an_untouched_correction_is_left_without_a_trace(desk: Desk) -> None:
    correcting(desk)
    QTest.keyClick(desk.focused, Qt.Key.Key_Escape)
    assert (desk.form.title.text(), desk.can_undo, desk.form.draft().empty) == ("New workout", "", True)


def test_that_another_correction_or_workout_keeps_the_draft(desk: Desk) -> None:
    desk.fill(userId="Ben")
    correcting(desk)
    correcting(desk, make_workout(2, athlete="Cy"))
    QTest.keyClick(desk.focused, Qt.Key.Key_Escape)
    assert desk.text("userId") == "Ben"
    correcting(desk)
    desk.form.use_again({"userId": "Dee", "type": "Yoga", "duration": 60.0})
    assert (desk.form.title.text(), desk.text("userId")) == ("New workout", "Dee")
    desk.form.undo_offers.undo()
    assert desk.text("userId") == "Ben"


def test_that_the_figures_are_said_in_the_units_of_the_sport() -> None:
    assert was_words(make_workout(1, minutes=30), Units()) == "was 30:00"
    assert was_words(make_workout(1, sport="Swimming", minutes=30, km=1.5), Units()) == "was 30:00, 1,500 m"
