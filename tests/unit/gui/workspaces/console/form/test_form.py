"""The form at the keyboard: what is typed becomes a workout, or is told beside its field; nothing is lost."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from core.achievements.rules import default_rules
from core.errors import FieldProblem
from core.workouts.model import Workout
from core.workouts.on_record import AthleteRecord, RecordedWeight
from gui.forms.form_fields import FieldEdit
from gui.forms.form_parser import parse_form
from gui.forms.formatting import Units
from gui.theme.theme import Theme
from gui.workspaces.console.form.form import WorkoutForm
from tests.support.form_rig import NOW, NOW_MS, Desk
from tests.support.incoming import make_workout


@pytest.fixture
def desk(theme: Theme, qtbot: QtBot) -> Desk:
    return Desk(theme, qtbot)


def test_a_workout_is_typed_with_tab_and_sent_with_enter(desk: Desk) -> None:
    for text in ("Maya Lindqvist", "", "45", "5.2"):
        QTest.keyClicks(desk.focused, text)
        QTest.keyClick(desk.focused, Qt.Key.Key_Tab)
    desk.enter()
    (workout,) = desk.sent
    assert (workout.athlete, workout.sport, workout.duration_min, workout.distance_km) == (
        "Maya Lindqvist",
        "Running",
        45.0,
        5.2,
    )
    assert workout.started_at == NOW
    assert desk.has_focus("userId")
    assert (desk.text("userId"), desk.text("type"), desk.text("duration")) == ("", "Running", "")


@pytest.mark.parametrize(
    ("typed", "minutes"),
    [
        ("45", 45.0),
        ("45:30", 45.5),
        ("1:05:30", 65.5),
        ("1h05", 65.0),
        ("1h 5m", 65.0),
        ("90 min", 90.0),
        ("37,5", 37.5),
        ("37.5", 37.5),
    ],
)
def test_durations_are_understood_in_all_their_forms(desk: Desk, typed: str, minutes: float) -> None:
    desk.send(userId="Ana", duration=typed)
    assert [workout.duration_min for workout in desk.sent] == [pytest.approx(minutes)]


def test_both_decimal_marks_and_miles_are_understood(desk: Desk) -> None:
    desk.send(userId="Ana", duration="45", distance="5,2")
    desk.form.set_units(Units("mi", "lb"))
    desk.send(userId="Ben", duration="45", distance="3.1")
    assert [workout.distance_km for workout in desk.sent] == [5.2, pytest.approx(3.1 * 1.609344)]


def test_every_problem_is_told_beside_its_field_and_nothing_is_lost(desk: Desk) -> None:
    desk.send(userId="", duration="soon", distance="far")
    assert desk.sent == []
    assert desk.message("userId") == "Who did it?"
    assert "'soon'" in desk.message("duration")
    assert "'far'" in desk.message("distance")
    assert desk.has_focus("userId")
    assert (desk.text("duration"), desk.text("distance")) == ("soon", "far")
    desk.fill(duration="45")
    assert desk.message("duration") == ""


@pytest.mark.parametrize(
    ("name", "text"),
    [("duration", "1440"), ("duration", "0"), ("distance", "1001"), ("distance", "-1"), ("userId", "a" * 65)],
)
def test_every_bound_of_the_contract_names_its_field(desk: Desk, name: str, text: str) -> None:
    desk.send(**({"userId": "Ana", "duration": "45", "distance": "5"} | {name: text}))
    assert desk.sent == []
    assert desk.message(name)


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


def test_pace_and_energy_are_shown_while_typing(desk: Desk) -> None:
    desk.fill(userId="user-123", duration="45", distance="5.2")
    desk.qtbot.waitUntil(lambda: desk.form.card.energy.number.text == "382.5 kcal")
    assert desk.form.card.pace.number.text == "8:39 /km"


@pytest.mark.parametrize(
    ("distance", "pace"), [("5.01", "99:48 /km"), ("5", "> 1 h /km"), ("0.1", "> 1 h /km"), ("0.001", "> 1 h /km")]
)
def test_that_a_slow_pace_is_a_short_figure(desk: Desk, distance: str, pace: str) -> None:
    desk.fill(userId="user-123", duration="500 min", distance=distance)
    desk.qtbot.waitUntil(lambda: desk.form.card.pace.number.text == pace)


def test_what_it_would_unlock_is_asked_for_and_a_late_answer_is_left_out(desk: Desk) -> None:
    desk.fill(userId="user-123", duration="45", distance="5.2")
    desk.qtbot.waitUntil(lambda: bool(desk.asked))
    achievement = next(each for each in default_rules().all if each.name == "5K Runner")
    desk.form.show_would_unlock(desk.asked[-1], [achievement])
    assert achievement.name in desk.form.card.unlocks.text()
    old = desk.asked[-1]
    desk.fill(duration="50")
    desk.qtbot.waitUntil(lambda: desk.asked[-1] is not old)
    desk.form.show_would_unlock(desk.asked[-1], [])
    desk.form.show_would_unlock(old, [achievement])
    assert achievement.name not in desk.form.card.unlocks.text()


def test_escape_clears_and_ctrl_z_brings_back(desk: Desk) -> None:
    desk.fill(userId="Ana", duration="45", notes="wind")
    QTest.keyClick(desk.focused, Qt.Key.Key_Escape)
    assert (desk.text("userId"), desk.text("duration"), desk.text("notes")) == ("", "", "")
    assert desk.has_focus("userId")
    desk.form.undo_clear()
    assert (desk.text("userId"), desk.text("notes")) == ("Ana", "wind")


def test_the_draft_is_told_kept_and_restored(desk: Desk, theme: Theme) -> None:
    desk.fill(userId="Ana", duration="1h")
    desk.qtbot.waitUntil(lambda: bool(desk.drafts) and "1h" in desk.drafts[-1])
    desk.form.show_draft_kept()
    assert desk.form.mark.isVisible()
    other = WorkoutForm(theme, now_ms=lambda: NOW_MS, zone=UTC)
    desk.qtbot.addWidget(other)
    other.restore_draft(desk.drafts[-1])
    assert other.body_fields.texts()["userId"] == "Ana"
    desk.send(userId="Ana", duration="45")
    assert desk.drafts[-1] == ""


@pytest.mark.parametrize("text", ["", "rubbish", "[]", '{"texts": 7}', '{"texts": {"userId": 3, "evil": "x"}}', "\x00"])
def test_a_damaged_draft_is_harmless(desk: Desk, text: str) -> None:
    desk.form.restore_draft(text)
    desk.send(userId="Ana", duration="45")
    assert len(desk.sent) == 1


def test_an_earlier_workout_is_filled_in_again(desk: Desk) -> None:
    desk.send(userId="Ana", duration="45", distance="6")
    desk.form.focus_first()
    QTest.keyClick(desk.focused, Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)
    desk.qtbot.waitUntil(lambda: desk.text("userId") == "Ana" or len(desk.sent) == 2)
    if len(desk.sent) == 1:
        assert (desk.text("duration"), desk.text("distance")) == ("45:00", "6")
        desk.enter()
        if len(desk.sent) == 1:  # asked, since it looks like the same one again
            desk.answer()
    first, second = desk.sent
    assert (first.athlete, first.duration_min) == (second.athlete, second.duration_min)
    assert first.workout_id != second.workout_id


def test_a_failed_workout_is_repaired_under_its_own_id(desk: Desk) -> None:
    fields = {
        "id": "3f2504e0-4f89-41d3-9a0c-0305e82c3301",
        "userId": "Cy Tan",
        "type": "Swimming",
        "duration": 40,
        "distance": 1200,
        "revision": 1,
        "club": "North",
    }
    desk.form.load_for_repair(fields, (FieldProblem("distance", "must be at most 100 km for Swimming"),))
    assert desk.message("distance")
    assert desk.has_focus("distance")
    assert desk.form.title.text() == "Repair a workout"
    desk.send(distance="1200")  # metres, as pools count
    if not desk.sent:
        desk.answer()
    (workout,) = desk.sent
    assert (workout.workout_id, workout.revision, workout.distance_km) == (fields["id"], 2, 1.2)


def test_names_of_athletes_are_told_and_their_history_shown(desk: Desk) -> None:
    desk.form.set_athletes(["Ana Ruiz", "Ben Okafor"])
    desk.fill(userId="Ana Ruiz")
    QTest.keyClick(desk.focused, Qt.Key.Key_Tab)
    desk.qtbot.waitUntil(lambda: any(wanted.athlete == "Ana Ruiz" for wanted in desk.athletes))
    desk.form.show_athlete(AthleteRecord(desk.athletes[-1], 142))
    labels = desk.form.body_fields.fields["userId"].findChildren(QLabel)
    assert any("142 workouts" in label.text() for label in labels)


def test_a_hundred_thousand_pasted_characters_do_no_harm(desk: Desk) -> None:
    for name in ("userId", "duration", "distance", "timestamp"):
        desk.form.body_fields.focus(name)
        QApplication.clipboard().setText("9" * 100_000)
        QTest.keyClick(desk.focused, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
        assert len(desk.text(name)) < 1_000
    desk.enter()
    assert desk.sent == []


def test_every_control_has_a_name_and_tab_comes_round(desk: Desk) -> None:
    seen: list[QWidget] = []
    for _ in range(40):
        widget = desk.focused
        if widget in seen:
            break
        seen.append(widget)
        assert widget.accessibleName(), widget
        QTest.keyClick(widget, Qt.Key.Key_Tab)
    assert len(seen) >= 7


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(
    duration=st.text(max_size=40), distance=st.text(max_size=40), start=st.text(max_size=40), name=st.text(max_size=80)
)
def test_any_texts_give_a_workout_or_a_problem_that_names_a_field(
    duration: str, distance: str, start: str, name: str
) -> None:
    texts = {"userId": name, "type": "Running", "duration": duration, "distance": distance, "timestamp": start}
    reading = parse_form(texts, units=Units(), now=NOW, zone=UTC)
    if reading.workout is None:
        assert reading.problems
        assert all(problem.field in texts and problem.problem for problem in reading.problems)
    else:
        assert 0 < reading.workout.duration_min < 1440


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


def test_that_the_unit_in_the_field_never_contradicts_what_is_typed_after_it(desk: Desk) -> None:
    desk.fill(duration="45")
    QTest.keyClick(desk.focused, Qt.Key.Key_Tab)
    edit = desk.form.body_fields.fields["duration"].edit
    assert isinstance(edit, FieldEdit)
    assert edit.unit == "min"
    desk.fill(duration="5:30")
    assert edit.unit != "min"
    desk.fill(distance="3.1 mi")
    assert desk.form.body_fields.fields["distance"].hint.text() == "= 4.98 km"


def test_that_a_draft_keeps_its_time(desk: Desk, theme: Theme) -> None:
    desk.fill(userId="Ana", duration="45")
    desk.qtbot.waitUntil(lambda: bool(desk.drafts) and "45" in desk.drafts[-1])
    later_ms = NOW_MS + 9 * 3_600_000
    zone = ZoneInfo("America/Los_Angeles")
    restarted = WorkoutForm(theme, now_ms=lambda: later_ms, zone=zone)
    desk.qtbot.addWidget(restarted)
    restarted.restore_draft(desk.drafts[-1])
    assert restarted.body_fields.texts()["timestamp"] == "2026-03-01 10:24:00"
    sent: list[Workout] = []
    restarted.workout_submitted.connect(sent.append)
    restarted.submit()
    assert [workout.started_at for workout in sent] == [NOW]


@pytest.mark.parametrize("at_ms", [NOW_MS + 60_000, -1, True, "soon", 1.5, None, 10**30])
def test_that_a_draft_with_no_believable_time_starts_now(desk: Desk, at_ms: object) -> None:
    desk.form.restore_draft(json.dumps({"texts": {"userId": "Ana", "duration": "45"}, "edited_at_ms": at_ms}))
    assert desk.text("timestamp") == ""


@pytest.mark.parametrize(
    ("typed", "restored"),
    [
        ("yesterday 7:30", "2026-02-26 07:30:00"),
        ("18:24", "2026-02-27 18:24:00"),
        ("2026-01-10 10:00", "2026-01-10 10:00:00"),
        ("soon", "soon"),
    ],
)
def test_that_a_start_in_a_draft_means_what_it_meant_then(desk: Desk, typed: str, restored: str) -> None:
    texts = {"userId": "Ana", "timestamp": typed}
    desk.form.restore_draft(json.dumps({"texts": texts, "edited_at_ms": NOW_MS - 2 * 86_400_000}))
    assert desk.text("timestamp") == restored


def test_that_a_time_of_today_is_of_the_new_day_after_midnight_and_says_so(desk: Desk) -> None:
    desk.fill(timestamp="7am")
    assert desk.form.body_fields.fields["timestamp"].hint.text() == "= Sun 1 Mar 2026 07:00"
    desk.now_ms += 86_400_000
    desk.form._on_clock()
    assert desk.form.body_fields.fields["timestamp"].hint.text() == "= Mon 2 Mar 2026 07:00"


def test_that_what_was_read_of_a_start_is_said_before_it_is_sent(theme: Theme, qtbot: QtBot) -> None:
    form = WorkoutForm(theme, now_ms=lambda: NOW_MS, zone=ZoneInfo("Europe/Berlin"))
    qtbot.addWidget(form)
    start = form.body_fields.fields["timestamp"]
    start.edit.setText("2025-10-26 02:30")
    assert start.hint.text() == "= Sun 26 Oct 2025 02:30"
    assert "comes twice that day; the first one is taken" in start.note
    start.edit.setText("7am")
    assert (start.hint.text(), start.note) == ("= Sun 1 Mar 2026 07:00", "")
    start.edit.setText("soon")
    assert (start.hint.text(), start.note) == ("", "")


def test_that_an_empty_start_is_now_in_the_zone_of_here() -> None:
    texts = {"userId": "Ana", "type": "Running", "duration": "45"}
    workout = parse_form(texts, units=Units(), now=NOW, zone=ZoneInfo("America/Los_Angeles")).workout
    assert workout is not None
    assert workout.started_at == NOW


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


def test_that_another_day_of_the_start_is_asked_for(desk: Desk) -> None:
    desk.send(userId="Ana", duration="30", timestamp="yesterday 18:00")
    today, yesterday = desk.athletes[0], desk.athletes[-1]
    assert (today.athlete, yesterday.athlete) == ("Ana", "Ana")
    assert yesterday.to_ms == NOW_MS - NOW_MS % 86_400_000
    assert yesterday.to_ms - yesterday.from_ms == 86_400_000


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


def test_that_an_answer_about_another_athlete_or_day_is_not_taken_for_it(desk: Desk) -> None:
    desk.form.expect_answers()
    desk.send(userId="Ana", duration="30", timestamp="yesterday 18:00")
    desk.form.show_athlete(AthleteRecord(replace(desk.athletes[-1], athlete="Anna"), 3))
    desk.form.show_athlete(AthleteRecord(replace(desk.athletes[-1], from_ms=0), 3))
    assert desk.sent == []
    desk.record()
    assert len(desk.sent) == 1


@pytest.mark.parametrize("name", ["anonymous", "Anonymous", ""])
def test_that_nothing_is_asked_of_people_without_a_name(desk: Desk, name: str) -> None:
    desk.form.expect_answers()
    desk.send(userId=name, duration="30")
    assert desk.athletes == []


def test_that_the_record_is_asked_for_again_while_the_athlete_stands_there(desk: Desk) -> None:
    desk.fill(userId="Ana", duration="30")
    desk.qtbot.waitUntil(lambda: bool(desk.athletes))
    asked = len(desk.athletes)
    desk.form._on_clock()
    assert desk.athletes[asked:] == [desk.athletes[-1]]


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


def test_that_a_sport_of_its_own_is_sent_and_does_not_stay(desk: Desk) -> None:
    desk.send(userId="Ana", duration="30", type="Underwater chess")
    if not desk.sent:
        desk.answer()
    assert [workout.sport for workout in desk.sent] == ["Underwater chess"]
    assert desk.text("type") == "Running"
    desk.send(userId="Ben", duration="30", type="yoga")
    assert (desk.sent[-1].sport, desk.text("type")) == ("Yoga", "Yoga")


TWELFTH = datetime(2026, 2, 12, 9, 0, tzinfo=UTC)


def offer(desk: Desk, kg: float = 60.0, **texts: str) -> None:
    """The athlete that was typed has a last known weight."""
    desk.fill(**texts)
    desk.qtbot.waitUntil(lambda: bool(desk.athletes) and desk.athletes[-1].athlete == texts["userId"])
    desk.form.show_athlete(AthleteRecord(desk.athletes[-1], 3, RecordedWeight(kg, TWELFTH)))


def see_weight(desk: Desk) -> None:
    desk.form.body_fields.fields["weightKg"].edit.repaint()


def test_that_the_last_known_weight_is_offered_in_view_and_sent(desk: Desk) -> None:
    offer(desk, userId="Ana", type="Yoga", duration="60")
    field = desk.form.body_fields.fields["weightKg"]
    assert (field.text, field.edit.isVisible(), field.edit.accessibleName()) == ("60", True, "Weight, 12 Feb")
    desk.qtbot.waitUntil(lambda: desk.form.card.energy.below.text() == "with 60 kg of 12 Feb")
    assert desk.form.card.energy.number.text == "138.0 kcal"
    see_weight(desk)
    desk.enter()
    assert [workout.weight_kg for workout in desk.sent] == [60.0]
    assert desk.text("weightKg") == ""
    assert not desk.form.body_fields.fields["weightKg"].edit.isVisible()


def test_that_a_weight_offered_is_not_sent_before_it_was_seen(desk: Desk) -> None:
    offer(desk, userId="Ana", duration="60")
    desk.form.body_fields.fields["weightKg"].setUpdatesEnabled(False)
    desk.form.submit()
    assert [workout.weight_kg for workout in desk.sent] == [None]


def test_that_a_weight_that_comes_after_enter_is_not_sent(desk: Desk) -> None:
    desk.form.expect_answers()
    desk.send(userId="Ana", duration="60")
    desk.form.show_athlete(AthleteRecord(desk.athletes[-1], 3, RecordedWeight(60.0, TWELFTH)))
    assert [workout.weight_kg for workout in desk.sent] == [None]


def test_that_a_weight_offered_can_be_removed_or_changed(desk: Desk) -> None:
    offer(desk, userId="Ana", duration="60")
    desk.fill(weightKg="61")
    assert desk.form.body_fields.fields["weightKg"].edit.accessibleName() == "Body weight"
    desk.form.show_athlete(AthleteRecord(desk.athletes[-1], 3, RecordedWeight(60.0, TWELFTH)))  # as every few seconds
    assert desk.text("weightKg") == "61"
    desk.form.body_fields.fields["weightKg"].set_text("")
    desk.form.show_athlete(AthleteRecord(desk.athletes[-1], 3, RecordedWeight(60.0, TWELFTH)))
    desk.enter()
    assert [workout.weight_kg for workout in desk.sent] == [None]


def test_that_a_weight_goes_with_its_athlete(desk: Desk) -> None:
    offer(desk, userId="Ana", duration="60")
    desk.fill(userId="Ben")
    desk.qtbot.waitUntil(lambda: desk.athletes[-1].athlete == "Ben")
    assert desk.text("weightKg") == ""
    desk.form.show_athlete(AthleteRecord(desk.athletes[-1], 3))
    assert desk.text("weightKg") == ""
    offer(desk, 70.0, userId="Cy")
    assert desk.text("weightKg") == "70"


@pytest.mark.parametrize("all_names_are_known", [False, True])
def test_that_a_weight_does_not_go_with_another_athlete_who_is_typed_quickly(
    desk: Desk, all_names_are_known: bool
) -> None:
    desk.form.set_athletes(["Ana"], complete=all_names_are_known)
    if all_names_are_known:
        desk.form.expect_answers()
    offer(desk, userId="Ana", duration="60")
    see_weight(desk)
    desk.send(userId="Zoe")
    assert [(workout.athlete, workout.weight_kg) for workout in desk.sent] == [("Zoe", None)]


@pytest.mark.parametrize("kg", [60.0, 61.3, 74.84274105])
def test_that_a_weight_offered_in_pounds_is_sent_as_it_was_stored(desk: Desk, kg: float) -> None:
    desk.form.set_units(Units("mi", "lb"))
    offer(desk, kg, userId="Ana", duration="60")
    see_weight(desk)
    desk.enter()
    assert [workout.weight_kg for workout in desk.sent] == [kg]


def test_that_the_energy_shown_is_that_of_the_weight_as_it_was_stored(desk: Desk) -> None:
    desk.form.set_units(Units("mi", "lb"))
    offer(desk, 60.0, userId="Ana", type="Yoga", duration="23:59:00")
    desk.qtbot.waitUntil(lambda: desk.form.card.energy.below.text() == "with 132.3 lb of 12 Feb")
    assert desk.form.card.energy.number.text == "3,309 kcal"  # 3,310 with 132.3 lb to the letter


def test_that_a_weight_typed_is_not_replaced(desk: Desk) -> None:
    desk.fill(weightKg="63")
    offer(desk, userId="Ana", duration="60")
    assert desk.text("weightKg") == "63"


def test_that_a_weight_offered_is_in_pounds_where_these_are_set(desk: Desk) -> None:
    desk.form.set_units(Units("mi", "lb"))
    offer(desk, userId="Ana", duration="60")
    assert desk.text("weightKg") == "132.3"
    desk.form.set_units(Units("km", "kg"))
    assert (desk.text("weightKg"), desk.form.body_fields.weight_of) == ("60", "12 Feb")
    desk.form.body_fields.fields["weightKg"].set_text("80")
    desk.form.set_units(Units("mi", "lb"))
    assert desk.text("weightKg") == "176.4"


def test_that_a_weight_offered_is_no_part_of_the_draft_and_can_be_reached_by_tab(desk: Desk) -> None:
    offer(desk, userId="Ana", duration="60")
    assert desk.form.draft().texts["weightKg"] == ""
    desk.form.body_fields.focus("timestamp")
    QTest.keyClick(desk.focused, Qt.Key.Key_Tab)
    assert desk.has_focus("weightKg")
    QTest.keyClick(desk.focused, Qt.Key.Key_Escape)
    assert desk.text("weightKg") == ""


def test_that_no_weight_is_offered_to_a_repair(desk: Desk) -> None:
    fields = {"id": "3f2504e0-4f89-41d3-9a0c-0305e82c3301", "userId": "Cy Tan", "type": "Yoga", "duration": 40}
    desk.form.load_for_repair(fields, ())
    desk.form.show_athlete(AthleteRecord(desk.athletes[-1], 3, RecordedWeight(60.0, TWELFTH)))
    assert desk.text("weightKg") == ""


def test_that_a_distance_a_little_short_of_a_badge_says_by_how_much(desk: Desk) -> None:
    desk.form.set_units(Units("mi", "lb"))
    desk.fill(userId="Ana", duration="30", distance="3.1")
    desk.qtbot.waitUntil(lambda: desk.form.card.because.text() == "3.1 mi is 4.99 km, 11 m short of 5K Runner")
    desk.qtbot.waitUntil(lambda: bool(desk.asked))
    desk.form.show_would_unlock(desk.asked[-1], [])
    assert desk.form.card.because.text() == "3.1 mi is 4.99 km, 11 m short of 5K Runner"
    has = AthleteRecord(desk.athletes[-1], 9, earned=frozenset({"5k-runner"}))
    desk.form.show_athlete(has)
    desk.qtbot.waitUntil(lambda: "short" not in desk.form.card.because.text())
    desk.fill(userId="Ben", distance="5.2")
    desk.qtbot.waitUntil(lambda: desk.form.card.because.text() == "")


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


def test_that_the_record_is_asked_for_as_soon_as_the_athlete_is_left(desk: Desk) -> None:
    desk.fill(userId="Ana")
    assert desk.athletes == []
    QTest.keyClick(desk.focused, Qt.Key.Key_Tab)
    assert [wanted.athlete for wanted in desk.athletes] == ["Ana"]


def test_that_nothing_is_waited_for_where_the_athlete_is_known_to_be_new(desk: Desk) -> None:
    desk.form.expect_answers()
    desk.form.set_athletes(["Zoe Marchetti"], complete=True)
    desk.send(userId="Ana", duration="30")
    assert len(desk.sent) == 1
    desk.send(userId="Zoe Marchetti", duration="31")
    assert len(desk.sent) == 1
    desk.record()
    assert len(desk.sent) == 2


@pytest.mark.parametrize("start", ["9999-12-31 10:00", "31.12.9999 23:59"])
def test_that_a_start_at_an_end_of_the_calendar_is_refused_in_words(desk: Desk, start: str) -> None:
    desk.fill(userId="Ana", duration="30", timestamp=start)
    desk.form.body_fields.focus("userId")  # leaving the field asks what is stored of that day
    assert desk.message("timestamp")
    desk.enter()
    assert desk.sent == []
    assert desk.athletes[-1].from_ms == int(datetime(2026, 3, 1, tzinfo=UTC).timestamp() * 1000)  # today


def send_again(desk: Desk, athlete: str = "") -> None:
    """Ana's yoga with 60 kg, chosen by its key while a name stands there."""
    done = make_workout(athlete="Ana", sport="Yoga", minutes=60.0, weight_kg=60.0, started_at=TWELFTH)
    desk.form.set_recent([done])
    desk.fill(userId=athlete)
    QTest.keyClick(desk.focused, Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)
    desk.qtbot.waitUntil(lambda: desk.text("duration") == "1:00:00")


def test_that_a_workout_sent_again_has_its_weight_in_view(desk: Desk) -> None:
    send_again(desk)
    field = desk.form.body_fields.fields["weightKg"]
    assert (field.text, field.edit.isVisible(), field.edit.accessibleName()) == ("60", True, "Weight, 12 Feb")
    see_weight(desk)
    desk.enter()
    assert [(workout.athlete, workout.weight_kg) for workout in desk.sent] == [("Ana", 60.0)]


def test_that_a_workout_sent_again_for_another_athlete_has_no_weight_of_the_first(desk: Desk) -> None:
    send_again(desk, "Ben")
    assert (desk.text("userId"), desk.text("weightKg")) == ("Ben", "")
    desk.enter()
    send_again(desk)
    desk.send(userId="Cy")
    assert [(workout.athlete, workout.weight_kg) for workout in desk.sent] == [("Ben", None), ("Cy", None)]
