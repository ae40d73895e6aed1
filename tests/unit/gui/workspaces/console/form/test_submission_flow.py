"""From Enter to a workout that is sent: waited for, asked about once, and answered by a new press only."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from core.workouts.model import Workout
from gui.workspaces.console.form.submission_flow import SubmissionFlow, SubmissionStep
from tests.support.form_rig import NOW, Desk
from tests.support.incoming import make_workout


def test_what_is_unlikely_is_asked_once_and_then_sent(desk: Desk) -> None:
    desk.send(userId="Ana", duration="20", distance="21")
    assert desk.sent == []
    assert desk.form.strip.isVisible()
    desk.answer()
    assert len(desk.sent) == 1
    assert not desk.form.strip.isVisible()


def test_that_enter_held_down_asks_and_does_not_answer(desk: Desk) -> None:
    desk.fill(userId="Ana", duration="45", distance="52")
    desk.hold_enter()
    desk.read_question()
    assert "69.3 km/h" in desk.form.strip.text
    desk.hold_enter()  # pressed anew, and held again
    assert [workout.distance_km for workout in desk.sent] == [52.0]


def test_that_enter_held_down_sends_once_and_leaves_the_empty_form_calm(desk: Desk) -> None:
    desk.fill(userId="Ana", duration="45")
    desk.hold_enter()
    desk.enter()
    assert len(desk.sent) == 1
    assert desk.form.body_fields.wrong() == []
    assert desk.form.strip.text == ""
    assert desk.has_focus("userId")


def test_that_a_repeat_alone_sends_nothing(desk: Desk) -> None:
    desk.fill(userId="Ana", duration="45")
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
        for modifier in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier):
            QApplication.sendEvent(desk.focused, QKeyEvent(QEvent.Type.KeyPress, key, modifier, "\r", True))
    assert desk.sent == []


@pytest.mark.parametrize("early_ms", [0, 1, 499])
def test_that_a_second_press_before_the_question_could_be_read_is_no_answer(desk: Desk, early_ms: int) -> None:
    desk.send(userId="Ana", duration="45", distance="52")
    desk.read_question(early_ms)
    desk.enter()
    desk.form.submit_button.click()
    assert desk.sent == []
    assert desk.form.strip.text
    desk.now_ms += 500 - early_ms
    desk.enter()
    assert len(desk.sent) == 1


def test_that_a_question_never_painted_cannot_be_answered(desk: Desk) -> None:
    desk.form.strip.setUpdatesEnabled(False)
    desk.send(userId="Ana", duration="45", distance="52")
    desk.now_ms += 60_000
    desk.enter()
    assert desk.sent == []


def test_that_a_clock_set_back_leaves_no_question_unanswerable(desk: Desk) -> None:
    desk.send(userId="Ana", duration="45", distance="52")
    desk.read_question(-3_600_000)
    desk.enter()
    assert len(desk.sent) == 1


def test_that_another_question_is_asked_though_the_last_was_answered(desk: Desk) -> None:
    desk.send(userId="Ana", duration="45", distance="52")
    desk.form.set_athletes(["Anna"])
    desk.send(userId="Ana", duration="45", distance="53")
    desk.answer()
    assert [workout.distance_km for workout in desk.sent] == [53.0]


def test_that_an_enter_in_an_empty_form_is_calm(desk: Desk) -> None:
    desk.hold_enter()
    desk.form.submit_button.click()
    assert desk.sent == []
    assert desk.form.body_fields.wrong() == []
    assert desk.form.strip.text == ""


def test_that_an_ambiguous_duration_is_echoed_and_asked_about_whatever_way_it_is_left(desk: Desk) -> None:
    for leaves in (False, True):
        desk.fill(userId="Ana", duration="5:30")
        assert desk.form.body_fields.fields["duration"].hint.text() == "= 5 h 30 min"
        if leaves:
            QTest.keyClick(desk.focused, Qt.Key.Key_Tab)
        desk.enter()
        assert desk.sent == []
        assert "5:30 is read as 5 h 30 min; for 5 min 30 s type 0:05:30" in desk.form.strip.text
        assert desk.form.body_fields.fields["duration"].edit.state == "warning"
    desk.answer()
    assert [workout.duration_min for workout in desk.sent] == [330.0]


def test_that_the_other_reading_is_sent_when_it_is_typed(desk: Desk) -> None:
    desk.send(userId="Ana", duration="5:30")
    desk.send(duration="0:05:30")
    assert [workout.duration_min for workout in desk.sent] == [5.5]


def stored(**fields: Any) -> Workout:
    return make_workout(**{"started_at": NOW - timedelta(hours=6), **fields})


def test_that_what_is_stored_of_the_same_day_is_asked_about(desk: Desk) -> None:
    desk.fill(userId="Ana", duration="30")
    desk.qtbot.waitUntil(lambda: bool(desk.athletes) and desk.athletes[-1].athlete == "Ana")
    desk.record(stored())
    desk.enter()
    assert desk.sent == []
    assert "Ana has the same Running of 30:00 that day already, at 12:24" in desk.form.strip.text
    desk.answer()
    assert len(desk.sent) == 1


@pytest.mark.parametrize(
    "other",
    [
        {"sport": "Cycling"},
        {"minutes": 30.1},
        {"km": 5.0},
        {"started_at": NOW - timedelta(days=1)},
        {"athlete": "Anna"},
    ],
)
def test_that_another_workout_is_not_asked_about(desk: Desk, other: dict[str, Any]) -> None:
    desk.fill(userId="Ana", duration="30")
    desk.qtbot.waitUntil(lambda: bool(desk.athletes) and desk.athletes[-1].athlete == "Ana")
    desk.record(stored(**other))
    desk.enter()
    assert len(desk.sent) == 1


def test_that_the_same_retyped_a_minute_later_is_asked_about_before_it_is_stored(desk: Desk) -> None:
    desk.send(userId="Ana", duration="30")
    desk.now_ms += 60_000
    desk.send(userId="Ana", duration="30")
    assert len(desk.sent) == 1
    assert "the same Running of 30:00 that day already, at 18:24" in desk.form.strip.text


def test_that_enter_before_the_answer_waits_for_it_and_loses_no_key(desk: Desk) -> None:
    desk.form.expect_answers()
    desk.send(userId="Ana", duration="30")
    assert desk.sent == []
    for text in ("Ben", "", "40"):  # typed on, as fast as hands are
        QTest.keyClicks(desk.focused, text)
        QTest.keyClick(desk.focused, Qt.Key.Key_Tab)
    assert (desk.text("userId"), desk.text("duration")) == ("Ana", "30:00")
    desk.record()
    assert [workout.athlete for workout in desk.sent] == ["Ana"]
    assert (desk.text("userId"), desk.text("duration")) == ("Ben", "40:00")
    desk.enter()
    desk.enter()
    desk.record()
    assert [(workout.athlete, workout.duration_min) for workout in desk.sent] == [("Ana", 30.0), ("Ben", 40.0)]


def test_that_a_question_that_the_answer_raises_is_not_answered_by_keys_typed_before(desk: Desk) -> None:
    desk.form.expect_answers()
    desk.send(userId="Ana", duration="30")
    desk.enter()
    desk.record(stored())
    assert desk.sent == []
    assert "the same Running" in desk.form.strip.text
    desk.answer()
    assert len(desk.sent) == 1


def test_that_an_answer_that_never_comes_is_waited_for_a_moment_only(desk: Desk) -> None:
    desk.form.expect_answers()
    desk.send(userId="Ana", duration="30")
    assert desk.sent == []
    desk.qtbot.waitUntil(lambda: len(desk.sent) == 1)


def test_that_a_near_miss_of_a_sport_is_asked_about_and_mended_by_a_key(desk: Desk) -> None:
    desk.send(userId="Ana", duration="30", type="Runing")
    assert desk.sent == []
    assert "close to Running" in desk.form.strip.text
    assert desk.form.strip.button.isVisible()
    QTest.keyClick(desk.focused, Qt.Key.Key_U, Qt.KeyboardModifier.AltModifier)
    desk.qtbot.waitUntil(lambda: desk.text("type") == "Running")
    assert desk.form.strip.text == ""
    desk.enter()
    assert [workout.sport for workout in desk.sent] == ["Running"]


def test_that_a_near_name_is_offered_too(desk: Desk) -> None:
    desk.form.set_athletes(["Maya Lindqvist"])
    desk.send(userId="Lindqvist Maya", duration="30")
    desk.form.strip.button.click()
    assert desk.text("userId") == "Maya Lindqvist"
    desk.enter()
    assert [workout.athlete for workout in desk.sent] == ["Maya Lindqvist"]


def test_that_the_other_reading_of_a_clock_is_offered_too(desk: Desk) -> None:
    desk.send(userId="Ana", duration="5:30")
    desk.form.strip.button.click()
    desk.enter()
    assert [workout.duration_min for workout in desk.sent] == [5.5]


def test_that_a_question_without_a_suggestion_has_no_button(desk: Desk) -> None:
    desk.send(userId="Ana", duration="30", type="Runing")
    desk.send(type="Running", distance="30")
    assert desk.form.strip.text
    assert not desk.form.strip.button.isVisible()


def test_that_a_question_does_not_raise_the_least_height_of_the_form_above_its_own(desk: Desk) -> None:
    before_px = desk.form.minimumSizeHint().height()
    desk.send(userId="Ana", duration="5:30", type="Runing")
    desk.qtbot.waitUntil(lambda: desk.form.strip.height() == desk.form.strip.maximumHeight())
    assert not desk.form.strip.hasHeightForWidth()
    assert desk.form.minimumSizeHint().height() <= before_px + desk.form.strip.height() + 8


def test_that_keys_are_kept_in_a_window_that_is_not_active_too(desk: Desk, qtbot: QtBot) -> None:
    desk.form.expect_answers()
    desk.fill(userId="Ana", duration="30")
    edit = desk.form.body_fields.fields["duration"].edit
    other = QWidget()
    qtbot.addWidget(other)
    other.show()
    other.activateWindow()
    qtbot.waitUntil(other.isActiveWindow)
    QTest.keyClick(edit, Qt.Key.Key_Return)
    QTest.keyClicks(edit, "Ben")
    desk.record()
    assert [(workout.athlete, workout.duration_min) for workout in desk.sent] == [("Ana", 30.0)]
    assert desk.text("userId") == "Ben"


def test_that_nothing_is_waited_for_where_the_athlete_is_known_to_be_new(desk: Desk) -> None:
    desk.form.expect_answers()
    desk.form.set_athletes(["Zoe Marchetti"], complete=True)
    desk.send(userId="Ana", duration="30")
    assert len(desk.sent) == 1
    desk.send(userId="Zoe Marchetti", duration="31")
    assert len(desk.sent) == 1
    desk.record()
    assert len(desk.sent) == 2


def test_that_each_step_is_told_and_left(desk: Desk) -> None:
    flow = desk.form.findChild(SubmissionFlow)
    assert isinstance(flow, SubmissionFlow)
    steps = [flow.step]
    desk.form.expect_answers()
    desk.send(userId="Ana", duration="45", distance="52")
    steps.append(flow.step)
    desk.record()
    steps.append(flow.step)
    desk.answer()
    steps.append(flow.step)
    desk.send(userId="Ana", duration="soon")
    steps.append(flow.step)
    desk.see_problem("duration")
    steps.append(flow.step)
    of = SubmissionStep
    assert steps == [of.TYPING, of.CHECKING, of.ASKING, of.TYPING, of.WRONG, of.TYPING]
