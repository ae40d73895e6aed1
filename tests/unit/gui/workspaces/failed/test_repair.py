"""The repair pane: a failed body in the coach's form, sent again only when a worker could store it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.broker.topology import HEADER_SUBMITTED_AT, TYPE_DELETED
from core.errors import FieldProblem, InvalidWorkoutError, UndecodableBodyError
from core.failures.causes import CONFLICT, cause_of
from core.failures.models import FailedState, FailedTry
from gui.formatting import READ_ONLY
from gui.forms.formatting import Units, plain_number
from gui.theme.theme import Theme
from gui.workspaces.failed.repair.details import TRY_PX, Attempts
from gui.workspaces.failed.repair.suggested_fixes import fix_for
from tests.support.failed_screen import T0, failed_row
from tests.support.repair_pane import FIELDS, Pane, failed_message, of_fields


@pytest.fixture
def pane(theme: Theme, qtbot: QtBot) -> Pane:
    return Pane(theme, qtbot)


def test_the_bad_field_is_marked_and_what_is_wrong_stands_below_it(pane: Pane) -> None:
    pane.show(of_fields())
    assert pane.wrong == ["distance"]
    assert pane.panel.fields.box("distance").text == "Distance must be from 0 to 1,000 km"
    assert pane.panel.fields.box("distance").button.text() == "Use 5.2 km"
    pane.panel.begin()
    assert QApplication.focusWidget() is pane.panel.fields.fields["distance"].edit


def test_a_repair_typed_by_keys_changes_just_that_and_is_sent(pane: Pane) -> None:
    pane.show(of_fields())
    pane.panel.begin()
    pane.key(Qt.Key.Key_5)
    pane.key(Qt.Key.Key_Period)
    pane.key(Qt.Key.Key_2)
    assert pane.wrong == [], "a mark goes as soon as the field is right"
    pane.key(Qt.Key.Key_Return)
    assert pane.sent == [("key-1", {**FIELDS, "distance": 5.2})]


def test_the_fix_offered_is_taken_with_one_click(pane: Pane) -> None:
    pane.show(of_fields())
    pane.panel.fields.box("distance").button.click()
    assert pane.wrong == []
    assert pane.panel.fields.texts()["distance"] == "5.2"
    pane.panel.resend_button.click()
    assert pane.sent[0][1]["distance"] == 5.2


@pytest.mark.parametrize(
    ("changes", "field", "button", "repaired"),
    [
        ({"distance": 5, "duration": 2_700}, "duration", "Use 45:00", 45),
        ({"distance": 5, "timestamp": "2031-01-01T00:00:00Z"}, "timestamp", "Use that", "2025-12-31T23:59:55+00:00"),
        ({"distance": 5, "timestamp": "2031-01-01T00:00-08:00"}, "timestamp", "Use that", "2025-12-31T15:59:55-08:00"),
        ({"distance": 5, "timestamp": "in spring"}, "timestamp", "Use that", "2025-12-31T23:59:55+00:00"),
    ],
)
def test_other_fixes(pane: Pane, changes: dict[str, Any], field: str, button: str, repaired: object) -> None:
    pane.show(of_fields(**changes))
    box = pane.panel.fields.box(field)
    assert box.button.text() == button
    box.button.click()
    pane.panel.resend()
    assert pane.sent[0][1][field] == repaired


def test_a_value_under_another_name_is_taken_with_one_click(pane: Pane) -> None:
    pane.show(of_fields(distance=5, timestamp=None, Timestamp="2025-12-10T07:30:00+01:00", user_id="Ana", userId=None))
    assert set(pane.wrong) == {"timestamp", "userId"}
    assert pane.panel.fields.box("timestamp").text == "Field `Timestamp` looks like `timestamp`"
    assert pane.panel.fields.box("timestamp").button.text() == "Use Timestamp"
    for name in ("timestamp", "userId"):
        pane.panel.fields.box(name).button.click()
    assert pane.wrong == []
    pane.panel.resend()
    sent = pane.sent[0][1]
    assert (sent["timestamp"], sent["userId"]) == ("2025-12-10T07:30:00+01:00", "Ana")


@pytest.mark.parametrize("name", ["durationSeconds", "moving_time"])
def test_a_value_in_another_unit_is_not_offered(pane: Pane, name: str) -> None:
    pane.show(of_fields(distance=5, duration=None, **{name: 900}))
    assert pane.panel.fields.box("duration").button.text() == ""


def test_a_start_keeps_its_own_offset_through_the_form(pane: Pane) -> None:
    pane.show(of_fields())
    assert pane.panel.fields.texts()["timestamp"] == "2025-12-10 07:30:00 +01:00"
    pane.panel.fields.box("distance").button.click()
    pane.panel.resend()
    assert pane.sent[0][1]["timestamp"] == FIELDS["timestamp"]
    pane.show(replace(of_fields(distance=5, duration=-1), row=replace(failed_row(0), key="key-2")))
    pane.type("duration", "45")
    pane.type("timestamp", "2025-12-10 07:31 +01:00")
    pane.panel.resend()
    assert pane.sent[1][1]["timestamp"] == "2025-12-10T07:31:00+01:00"


def test_no_fix_is_offered_where_none_is_plain(pane: Pane) -> None:
    pane.show(of_fields(distance=-5, duration=-1, timestamp="in spring"))
    assert set(pane.wrong) == {"distance", "duration", "timestamp"}
    assert pane.panel.fields.box("distance").button.text() == ""
    assert pane.panel.fields.box("duration").button.text() == ""
    pane.show(replace(of_fields(duration=None, distance=None), row=replace(failed_row(0), key="key-2")))
    assert pane.panel.fields.box("duration").text == "Type a duration such as 45 or 1:05:30"


def test_what_is_still_wrong_is_not_sent_and_is_said_at_the_field(pane: Pane) -> None:
    pane.show(of_fields())
    pane.type("distance", "7300")
    pane.key(Qt.Key.Key_Return)
    assert pane.sent == []
    assert pane.wrong == ["distance"]
    pane.type("distance", "far")
    pane.key(Qt.Key.Key_Return)
    assert pane.sent == []
    assert "far" in pane.panel.fields.box("distance").text
    pane.type("distance", "7.3")
    pane.type("duration", "0")
    pane.key(Qt.Key.Key_Return)
    assert pane.wrong == ["duration"]


def test_the_desks_refusal_is_shown_at_the_field(pane: Pane) -> None:
    pane.show(of_fields())
    error = InvalidWorkoutError((FieldProblem("timestamp", "must not be in the future"),))
    pane.panel.show_refusal("another", error)
    assert pane.wrong == ["distance"]
    pane.panel.show_refusal("key-1", error)
    assert pane.panel.fields.box("timestamp").text == "Start must not be in the future"
    pane.panel.show_refusal("key-1", UndecodableBodyError("The body is too deep."))
    assert pane.panel.note.text == "The body is too deep."


def test_a_number_that_came_as_text_is_read_as_it_stands_in_the_form(pane: Pane) -> None:
    pane.show(of_fields(distance=5.2, duration="45"))
    assert pane.wrong == ["duration"]
    pane.panel.resend()
    assert pane.sent[0][1]["duration"] == 45


def test_a_body_that_is_no_json_is_repaired_as_text_with_the_caret_where_reading_ended(pane: Pane) -> None:
    broken = b'{"type": "Running",\n "duration": 45,}'
    pane.show(failed_message(broken))
    assert pane.panel.mode == "raw"
    assert not pane.panel.segment.button("form").isEnabled()
    assert "The body is not JSON" in pane.panel.raw.box.text
    pane.panel.begin()
    assert pane.panel.raw.edit.hasFocus()
    assert pane.panel.raw.edit.textCursor().blockNumber() == 1
    pane.panel.resend()
    assert pane.sent == []
    pane.key(Qt.Key.Key_End)
    pane.key(Qt.Key.Key_Backspace)
    pane.key(Qt.Key.Key_Backspace)
    QTest.keyClicks(pane.panel.raw.edit, "}")
    assert pane.panel.raw.box.text == ""
    pane.key(Qt.Key.Key_Return)
    assert pane.sent == [], "Enter breaks the line here"
    pane.key(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert pane.sent == [("key-1", {"type": "Running", "duration": 45})]


def test_what_the_form_has_no_field_for_is_said_and_leads_to_the_raw_body(pane: Pane) -> None:
    pane.show(of_fields(distance=5, revision=0))
    assert "Revision must be" in pane.panel.note.text
    pane.panel.note.button.click()
    assert pane.panel.mode == "raw"
    assert "must be" in pane.panel.raw.box.text


def test_that_sets_are_repaired_as_they_are_typed(pane: Pane) -> None:
    """The bad one is named; what a text does not say of the others stays."""
    pane.show(of_fields(type="Strength", distance=None, sets=[{"reps": 5, "note": "easy"}, {"reps": -4}]))
    assert pane.panel.fields.box("sets").text == "Set 2, reps: must be from 0 to 9,999"
    assert pane.panel.fields.texts()["sets"] == '[{"reps": 5, "note": "easy"}, {"reps": -4}]'
    pane.type("sets", "5, 6")
    pane.key(Qt.Key.Key_Return)
    ((_, body),) = pane.sent
    assert body["sets"] == [{"reps": 5, "note": "easy"}, {"reps": 6}]


def test_form_and_raw_body_are_two_looks_at_one_repair(pane: Pane) -> None:
    pane.show(of_fields())
    pane.type("distance", "6")
    pane.panel.segment.select("raw")
    assert json.loads(pane.panel.raw.text)["distance"] == 6
    pane.panel.raw.edit.setPlainText(pane.panel.raw.text.replace("Tess Novak", "Tess N."))
    pane.panel.segment.select("form")
    assert pane.panel.fields.texts()["userId"] == "Tess N."
    pane.panel.segment.select("raw")
    pane.panel.raw.edit.setPlainText("{")
    pane.panel.segment.select("form")
    assert pane.panel.mode == "raw", "what is no object stays text"
    assert "not JSON" in pane.panel.raw.box.text


def test_a_sound_body_goes_as_it_came(pane: Pane) -> None:
    one = failed_message(b'{"type":"Running",   "duration":45}')
    pane.show(one)
    assert pane.wrong == []
    assert pane.panel.note.text == "The body is sound"
    pane.panel.resend()
    assert pane.bodies == [one.message.body]


def test_a_conflict_is_mended_by_the_next_revision(pane: Pane) -> None:
    one = of_fields(distance=5.2, revision=3)
    pane.show(replace(one, row=replace(one.row, cause=cause_of(CONFLICT))))
    assert pane.panel.note.button.text() == "Use revision 4"
    pane.panel.note.button.click()
    assert pane.panel.note.text == "Revision 4 will be sent"
    pane.panel.resend()
    assert pane.sent[0][1]["revision"] == 4


def test_a_deletion_is_repaired_as_text(pane: Pane) -> None:
    pane.show(failed_message(b'{"id": "none"}', message_type=TYPE_DELETED))
    assert pane.panel.mode == "raw"
    assert "Id must be a UUID" in pane.panel.raw.box.text


def test_a_repair_begun_is_kept_while_others_are_looked_at(pane: Pane) -> None:
    pane.show(of_fields())
    pane.type("distance", "77")
    pane.show(failed_message(b"{", key="key-2"))
    pane.panel.raw.edit.setPlainText('{"type"')
    pane.show(of_fields())
    assert pane.panel.fields.texts()["distance"] == "77"
    pane.show(failed_message(b"{", key="key-2"))
    assert pane.panel.raw.text == '{"type"'
    pane.panel.forget("key-2")
    pane.panel.clear()
    pane.show(failed_message(b"{", key="key-2"))
    assert pane.panel.raw.text == "{"


def test_the_same_message_read_again_does_not_disturb_who_types(pane: Pane) -> None:
    pane.show(of_fields())
    pane.type("distance", "77")
    pane.show(of_fields())
    assert pane.panel.fields.texts()["distance"] == "77"
    gone = replace(of_fields(), state=FailedState.STORED)
    pane.show(replace(gone, row=replace(gone.row, key="other")))
    assert not pane.panel.empty.isVisible()
    pane.show(gone)
    assert pane.panel.empty.isVisible()
    assert pane.panel.empty.title == "No longer on the list"


def test_attempts_and_headers_are_there_to_read(pane: Pane) -> None:
    one = of_fields()
    many = {f"x-{number}": number for number in range(12)}
    pane.show(replace(one, message=replace(one.message, headers={**many, HEADER_SUBMITTED_AT: T0}), retries=1))
    assert "try 2 at 00:00:00 by worker-1: distance: must be" in pane.panel.attempts.accessibleName()
    button = pane.panel.headers.button
    assert button.text() == "All 21"
    button.click()
    shown = [label.accessibleName() for label in pane.panel.headers.findChildren(type(pane.panel.title))]
    assert f"{HEADER_SUBMITTED_AT}: 00:00:00" in shown
    assert "Retries: 1 by a person" in shown
    assert button.text() == "Fewer"


def test_that_a_reason_takes_as_many_lines_as_it_needs(theme: Theme, qtbot: QtBot) -> None:
    attempts = Attempts(theme)
    qtbot.addWidget(attempts)
    attempts.resize(380, 10)
    attempts.show()
    short = FailedTry(1, T0, "worker-1", "No JSON.", 2.0)
    long = replace(short, number=2, reason="distance: must be from 0 to 1,000 km, not 5200; " * 3)
    heights = []
    for tries in ((short,), (long,), (long, short)):
        attempts.show_tries(tries, ["00:00:00"] * len(tries))
        heights.append(attempts.height())
    assert heights[0] == TRY_PX
    line = theme.metrics("body").height()
    assert heights[1] > TRY_PX + 2 * line
    assert heights[2] == heights[1] + TRY_PX
    attempts.resize(760, attempts.height())
    assert attempts.height() < heights[2]
    assert not attempts.grab().isNull()


def test_one_of_which_only_the_beginning_is_kept_cannot_go_as_it_is(pane: Pane) -> None:
    pane.show(replace(of_fields(), body_bytes=5_000_000))
    assert not pane.panel.retry_button.isEnabled()
    assert "beginning" in pane.panel.retry_button.toolTip()


def test_keys_step_leave_and_press_buttons_without_sending(pane: Pane, qtbot: QtBot) -> None:
    pane.show(of_fields(distance=5.2))
    pane.panel.show_place(5, 16)
    assert pane.panel.place.text() == "6 of 16"
    pane.panel.fields.focus("distance")
    with qtbot.waitSignal(pane.panel.step_requested, timeout=1_000, check_params_cb=lambda step: step == 1):
        pane.key(Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier)
    with qtbot.waitSignal(pane.panel.left, timeout=1_000):
        pane.key(Qt.Key.Key_Escape)
    pane.panel.discard_button.setFocus()
    with qtbot.waitSignal(pane.panel.discard_requested, timeout=1_000):
        pane.key(Qt.Key.Key_Return)
    pane.panel.retry_button.setFocus()
    with qtbot.waitSignal(pane.panel.retry_requested, timeout=1_000):
        pane.key(Qt.Key.Key_Return)
    assert pane.sent == []
    pane.panel.set_why_not(send=READ_ONLY, discard="")
    pane.panel.resend()
    assert pane.sent == []


def test_a_duration_that_may_be_meant_otherwise_is_asked_about_once(pane: Pane) -> None:
    pane.show(of_fields(distance=5.2, duration=-1))
    pane.type("duration", "5:30")
    box = pane.panel.fields.box("duration")
    pane.key(Qt.Key.Key_Return)
    assert box.text == "5:30 is read as 5 h 30 min; for 5 min 30 s type 0:05:30."
    box.repaint()
    pane.now_ms += 100
    pane.key(Qt.Key.Key_Return)  # twice in a hurry
    assert (pane.sent, box.text != "") == ([], True)
    box.repaint()
    pane.now_ms += 500
    pane.key(Qt.Key.Key_Return)
    assert [fields["duration"] for _, fields in pane.sent] == [330]


def test_the_other_meaning_of_a_duration_is_taken_with_one_click(pane: Pane) -> None:
    pane.show(of_fields(distance=1.0, duration=-1))
    pane.type("duration", "5:30")
    pane.key(Qt.Key.Key_Return)
    box = pane.panel.fields.box("duration")
    assert box.button.text() == "Use 0:05:30"
    box.button.click()
    assert (box.text, pane.panel.fields.texts()["duration"]) == ("", "0:05:30")
    pane.key(Qt.Key.Key_Return)
    assert [fields["duration"] for _, fields in pane.sent] == [5.5]


def test_that_metres_in_thousands_are_asked_about_once(pane: Pane) -> None:
    pane.show(of_fields(distance=5.2, duration=-1))
    pane.type("duration", "50")
    pane.type("distance", "10,000 m")
    pane.key(Qt.Key.Key_Return)
    box = pane.panel.fields.box("distance")
    assert (box.text, pane.sent) == ("10,000 m is read as 10000 m; for 10 m type 10 m.", [])
    assert box.button.text() == "Use 10 m"
    pane.panel.fields.box("duration").painted.emit()  # another box has been seen, this one has not
    pane.now_ms += 500
    pane.key(Qt.Key.Key_Return)
    assert pane.sent == []
    box.repaint()
    pane.now_ms += 500
    pane.key(Qt.Key.Key_Return)
    assert [fields["distance"] for _, fields in pane.sent] == [10.0]


def test_that_an_amount_of_a_further_field_is_asked_about_above_them(pane: Pane) -> None:
    pane.show(of_fields(distance=5.2, duration=-1))
    pane.type("duration", "50")
    pane.type("elevationGain", "1,200")
    pane.key(Qt.Key.Key_Return)
    box = pane.panel.fields.box("timestamp")
    assert box.text == "Ascent: 1,200 is read as 1200 m; for 1.2 m type 1.2."
    box.button.click()
    assert (box.text, pane.panel.fields.texts()["elevationGain"]) == ("", "1.2")
    pane.key(Qt.Key.Key_Return)
    assert [fields["elevationGain"] for _, fields in pane.sent] == [1.2]


def test_that_what_came_with_the_message_is_not_asked_about(pane: Pane) -> None:
    pane.show(of_fields(type="Swimming", distance=0.400125, elevationGain=1.234, duration=-1))
    pane.type("duration", "50")
    pane.key(Qt.Key.Key_Return)
    assert [(fields["distance"], fields["elevationGain"]) for _, fields in pane.sent] == [(0.400125, 1.234)]


def test_the_question_goes_with_what_was_asked_about(pane: Pane) -> None:
    pane.show(of_fields(distance=5.2, duration=-1))
    pane.type("duration", "5:30")
    pane.key(Qt.Key.Key_Return)
    pane.type("duration", "5:31")
    assert pane.panel.fields.box("duration").text == ""
    pane.key(Qt.Key.Key_Return)
    assert pane.panel.fields.box("duration").text.startswith("5:31 is read as")
    assert pane.sent == []


def test_units_of_the_user_are_typed_and_kilometres_sent(pane: Pane) -> None:
    pane.panel.set_units(Units("mi", "lb"))
    pane.show(of_fields(distance=8_046.72))
    assert pane.panel.fields.texts()["distance"] == "5000"
    assert pane.panel.fields.box("distance").button.text() == "Use 5.0 mi"
    pane.panel.fields.box("distance").button.click()
    pane.panel.resend()
    assert pane.sent[0][1]["distance"] == pytest.approx(8.04672)


@pytest.mark.parametrize(
    ("units", "field", "sentence", "fix"),
    [
        (Units(), "1200000", "Distance must be from 0 to 1,000,000 m", "Use 1,200 m"),
        (Units("mi", "lb"), "1312335.96", "Distance must be from 0 to 1,093,613 yd", "Use 1,312 yd"),
    ],
)
def test_that_a_swim_has_one_unit_in_field_limit_and_suggestion(
    pane: Pane, units: Units, field: str, sentence: str, fix: str
) -> None:
    pane.panel.set_units(units)
    pane.show(of_fields(type="Swimming", distance=1_200, duration=30))
    assert pane.panel.fields.texts()["distance"] == field
    box = pane.panel.fields.box("distance")
    assert (box.text, box.button.text()) == (sentence, fix)
    assert box.accessibleName() == f"{sentence}. Read as 1,200 km, probably meant as metres"
    box.button.click()
    pane.panel.resend()
    assert pane.sent[0][1]["distance"] == pytest.approx(1.2, abs=0.00001)


def test_that_what_cannot_be_read_is_said_as_the_form_says_it(pane: Pane) -> None:
    pane.show(of_fields(distance="far", duration="abc", timestamp="in spring", type=""))
    said = {name: pane.panel.fields.box(name).text for name in ("distance", "duration", "timestamp", "type")}
    assert said == {
        "distance": "Type a number such as 5.2, not 'far'.",
        "duration": "Type a duration such as 45 or 1:05:30, not 'abc'.",
        "timestamp": "Type a start such as now, 18:24, yesterday 7:30, mon 18:00 or 2025-12-10 10:00, not 'in spring'.",
        "type": "Type a sport such as Running",
    }
    for name, text in (("duration", "abc"), ("distance", "far")):
        pane.type(name, text)
        pane.key(Qt.Key.Key_Return)
        assert pane.panel.fields.box(name).text == said[name], "the same after it was typed"


def test_that_a_start_is_chosen_from_the_menu_and_nothing_else_is_changed(pane: Pane) -> None:
    pane.show(of_fields(distance=5, timestamp="in spring"))
    before = pane.panel.fields.texts()
    pane.panel.begin()
    pane.key(Qt.Key.Key_Down)
    pane.key(Qt.Key.Key_Y)
    assert pane.panel.fields.texts() == {**before, "timestamp": "2025-12-31 00:00"}
    assert (pane.wrong, pane.sent) == ([], [])
    assert QApplication.focusWidget() is pane.panel.fields.start
    pane.key(Qt.Key.Key_Return)
    assert pane.sent[0][1]["timestamp"] == "2025-12-31T00:00:00+00:00"


def test_that_a_day_picked_in_the_repair_is_kept_while_another_message_is_shown(pane: Pane) -> None:
    pane.show(of_fields(distance=5, timestamp="2025-12-10T07:30:00Z"))
    pane.panel.fields.focus("timestamp")
    for key in (Qt.Key.Key_Down, Qt.Key.Key_P, Qt.Key.Key_Left, Qt.Key.Key_Return):
        pane.key(key)
    pane.key(Qt.Key.Key_F4)
    pane.key(Qt.Key.Key_P)
    picker = pane.panel.fields.start.picker
    assert picker is not None
    assert picker.isVisible()
    pane.show(replace(of_fields(), row=replace(failed_row(0), key="key-2")))
    assert not picker.isVisible()
    pane.show(of_fields(distance=5, timestamp="2025-12-10T07:30:00Z"))
    assert pane.panel.fields.texts()["timestamp"] == "2025-12-09 07:30"


@given(
    sport=st.sampled_from(["Running", "Swimming", "Rowing", "Cycling", "Moonwalk", ""]),
    units=st.sampled_from([Units(), Units("mi", "lb")]),
    distance=st.one_of(st.integers(1, 10_000_000), st.floats(0.001, 10_000)),
    duration=st.sampled_from(["", "0", "1", "45", "300"]),
)
def test_that_a_suggested_distance_is_another_one_than_what_was_read(
    sport: str, units: Units, distance: float, duration: str
) -> None:
    text = plain_number(distance)
    texts = {"type": sport, "distance": text, "duration": duration}
    fix = fix_for("distance", texts, of_fields(), units=units, zone=UTC)
    if fix is not None:
        right = fix.button.removeprefix("Use ")
        read = fix.because.removeprefix("Read as ").removesuffix(", probably meant as metres")
        assert read not in (fix.because, right)
        assert not right.startswith(("0 ", "0.0 "))
        assert fix.text != text


def test_every_control_has_a_name(pane: Pane) -> None:
    pane.show(of_fields())
    for widget in (pane.panel.back_button, pane.panel.on_button, pane.panel.resend_button, pane.panel.raw.edit):
        assert widget.accessibleName()
    assert pane.panel.fields.fields["distance"].edit.accessibleDescription().startswith("Wrong: Distance")
