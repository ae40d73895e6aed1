"""The form at the keyboard: what is typed becomes a workout, or is told beside its field; nothing is lost."""

from __future__ import annotations

from datetime import UTC
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from gui.forms.field_edits import FieldEdit
from gui.forms.form_parser import parse_form
from gui.forms.formatting import Units
from gui.theme.theme import Theme
from gui.workspaces.console.form.form import WorkoutForm
from gui.workspaces.console.form.preview_card import CARD_HEIGHT_PX, SMALL_CARD_PX
from tests.support.form_rig import NOW, NOW_MS, Desk
from tests.support.incoming import make_workout


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
    assert desk.message("userId") == "Type the athlete's name"
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
    desk.form.load_for_repair(fields)
    assert desk.message("distance")
    assert desk.has_focus("distance")
    assert desk.form.title.text() == "Repair a workout"
    desk.send(distance="1200")  # metres, as pools count
    if not desk.sent:
        desk.answer()
    (workout,) = desk.sent
    assert (workout.workout_id, workout.revision, workout.distance_km) == (fields["id"], 2, 1.2)


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


def test_that_a_sport_of_its_own_is_sent_and_does_not_stay(desk: Desk) -> None:
    desk.send(userId="Ana", duration="30", type="Underwater chess")
    if not desk.sent:
        desk.answer()
    assert [workout.sport for workout in desk.sent] == ["Underwater chess"]
    assert desk.text("type") == "Running"
    desk.send(userId="Ben", duration="30", type="yoga")
    assert (desk.sent[-1].sport, desk.text("type")) == ("Yoga", "Yoga")


LOW_FIELDS = {"userId": "Ana", "duration": "45", "notes": "windy"}


def in_view(widget: QWidget) -> bool:
    return widget.visibleRegion().boundingRect() == widget.rect()


def test_that_the_athlete_is_in_view_after_a_workout_was_sent_from_a_low_field(desk: Desk) -> None:
    desk.form.resize(300, 420)
    desk.form.body_fields.more.expand()
    desk.fill(**LOW_FIELDS)
    notes, athlete = (desk.form.body_fields.fields[name] for name in ("notes", "userId"))
    desk.qtbot.waitUntil(lambda: in_view(notes.edit))
    assert not in_view(athlete.edit)
    desk.enter()
    assert len(desk.sent) == 1
    desk.qtbot.waitUntil(lambda: desk.focused is athlete.edit and in_view(athlete))


def test_that_alt_and_a_letter_scroll_to_the_field(desk: Desk) -> None:
    desk.form.resize(300, 420)
    desk.form.body_fields.more.expand()
    desk.fill(notes="windy")
    QTest.keyClick(desk.focused, Qt.Key.Key_A, Qt.KeyboardModifier.AltModifier)
    athlete = desk.form.body_fields.fields["userId"]
    desk.qtbot.waitUntil(lambda: desk.focused is athlete.edit and in_view(athlete))


@pytest.mark.parametrize("height_px", [250, 300, 380, 480, 620])
@pytest.mark.parametrize("offline", [False, True])
def test_that_the_button_is_whole_whatever_is_wrong_or_asked(desk: Desk, height_px: int, offline: bool) -> None:
    desk.form.set_online(not offline)
    assert desk.form.minimumSizeHint().height() <= height_px
    desk.form.resize(300, height_px)
    shown = (desk.form.submit_button, desk.form.hint, desk.form.card, desk.form.strip)
    desk.send(userId="", duration="abc", distance="xyz")
    wrong = desk.form.body_fields.fields["userId"]
    desk.qtbot.waitUntil(lambda: in_view(wrong.edit))
    assert all(in_view(part) for part in shown if part.isVisible())
    assert in_view(desk.form.submit_button)
    desk.see_problem("userId")
    desk.send(userId="Ana", duration="45", distance="20")  # 26.7 km/h is asked about
    desk.qtbot.waitUntil(lambda: desk.form.strip.isVisible() and in_view(desk.form.strip))
    assert desk.form.minimumSizeHint().height() <= max(height_px, 250)
    assert all(in_view(part) for part in shown if part.isVisible())
    assert in_view(desk.form.submit_button)


def test_that_the_hint_says_only_what_is_known_of_a_lost_connection(desk: Desk) -> None:
    """Whether the queue or only the results database must be mended is not known, so the hint names neither."""
    desk.form.set_online(False)
    assert desk.form.hint.text == "Kept on this computer until it can be sent"


def test_that_the_preview_shrinks_before_the_fields_scroll(desk: Desk) -> None:
    heights = []
    for height_px in (640, 470, 240):
        desk.form.resize(300, height_px)
        heights.append(desk.form.card.height() if desk.form.card.isVisible() else 0)
    assert heights == [CARD_HEIGHT_PX, SMALL_CARD_PX, 0]


def test_that_what_using_a_workout_again_replaced_comes_back(desk: Desk) -> None:
    desk.form.set_recent([make_workout(athlete="Ana", sport="Yoga", minutes=60.0)])
    desk.fill(userId="Ben", duration="45", title="Tempo")
    QTest.keyClick(desk.focused, Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)
    desk.qtbot.waitUntil(lambda: desk.text("type") == "Yoga")
    assert (desk.text("userId"), desk.text("timestamp"), desk.text("title")) == ("Ana", "", "")
    assert desk.can_undo == "Replaced"
    desk.form.undo_offers.undo()
    assert (desk.text("userId"), desk.text("type"), desk.text("title")) == ("Ben", "Running", "Tempo")
    assert desk.can_undo == ""


def test_that_nothing_is_undone_where_nothing_stood(desk: Desk) -> None:
    desk.form.use_again({"userId": "Ana", "type": "Yoga", "duration": 60.0, "timestamp": "2026-02-12T10:00:00Z"})
    assert (desk.text("userId"), desk.text("duration"), desk.text("timestamp")) == ("Ana", "1:00:00", "")
    assert desk.can_undo == ""
