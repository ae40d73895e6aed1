"""The menu of the start within the form: nothing else is marked, the draft is kept, typing goes on as before."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from gui.forms.start_picker import StartPicker
from gui.workspaces.console.form.draft import load_draft
from tests.support.form_rig import NOW, Desk
from tests.support.incoming import make_workout

Key, Alt = Qt.Key, Qt.KeyboardModifier.AltModifier


def press(desk: Desk, *keys: Qt.Key) -> None:
    for key in keys:
        QTest.keyClick(desk.focused, key)


def picker_of(desk: Desk) -> StartPicker:
    picker = desk.form.body_fields.start.picker
    assert picker is not None
    return picker


def test_that_a_choice_is_drafted_marks_nothing_and_is_sent_by_enter(desk: Desk) -> None:
    desk.fill(userId="Maya Lindqvist", duration="45", distance="5.2")
    before = desk.form.body_fields.texts()
    desk.form.body_fields.focus("timestamp")
    press(desk, Key.Key_Down, Key.Key_Y)
    assert desk.form.body_fields.texts() == {**before, "timestamp": "2026-02-28 18:24"}
    assert (desk.form.body_fields.wrong(), desk.has_focus("timestamp"), desk.sent) == ([], True, [])
    assert desk.form.body_fields.fields["timestamp"].hint.text() == "= Sat 28 Feb 2026 18:24"
    desk.qtbot.waitUntil(lambda: bool(desk.drafts) and "2026-02-28 18:24" in desk.drafts[-1])
    assert load_draft(desk.drafts[-1]).texts["userId"] == "Maya Lindqvist"
    desk.enter()
    assert [workout.started_at for workout in desk.sent] == [datetime(2026, 2, 28, 18, 24, tzinfo=UTC)]


def test_that_half_a_start_is_not_told_off_while_another_one_is_picked(desk: Desk) -> None:
    desk.fill(userId="Maya Lindqvist", timestamp="yest")
    press(desk, Key.Key_Down, Key.Key_P)
    assert picker_of(desk).isVisible()
    assert desk.message("timestamp") == ""
    press(desk, Key.Key_Left, Key.Key_Return)
    assert (desk.text("timestamp"), desk.has_focus("timestamp"), desk.sent) == ("2026-02-28 18:24", True, [])
    press(desk, Key.Key_Down, Key.Key_P)
    desk.form.body_fields.focus("duration")
    assert not picker_of(desk).isVisible()


def test_that_the_form_is_neither_sent_nor_cleared_by_the_keys_of_menu_and_calendar(desk: Desk) -> None:
    desk.fill(userId="Maya Lindqvist", duration="45", timestamp="7:30")
    press(desk, Key.Key_Down, Key.Key_Escape)
    press(desk, Key.Key_Down, Key.Key_P, Key.Key_Escape)
    press(desk, Key.Key_Down, Key.Key_P, Key.Key_Return)
    assert (desk.text("userId"), desk.text("timestamp"), desk.sent) == ("Maya Lindqvist", "7:30", [])
    desk.hold_enter()
    assert len(desk.sent) == 1


def test_that_the_calendar_closes_when_the_form_is_filled_anew(desk: Desk) -> None:
    desk.form.set_recent([make_workout(athlete="Ana", sport="Yoga", minutes=60.0)])
    desk.fill(userId="Maya Lindqvist")
    desk.form.body_fields.focus("timestamp")
    press(desk, Key.Key_Down, Key.Key_P, Key.Key_Left)
    QTest.keyClick(desk.focused, Key.Key_1, Alt)
    desk.qtbot.waitUntil(lambda: desk.text("userId") == "Ana")
    assert (picker_of(desk).isVisible(), desk.text("timestamp"), desk.has_focus("userId")) == (False, "", True)


@pytest.mark.parametrize("text", ["y", "now", "yesterday 7:30", "18:24"])
def test_that_a_start_is_typed_blindly_as_before(desk: Desk, text: str) -> None:
    desk.fill(userId="Maya Lindqvist", duration="45", timestamp=text)
    assert desk.text("timestamp") == text
    desk.enter()
    assert len(desk.sent) == (0 if text == "y" else 1)
    if text == "now":
        assert desk.sent[0].started_at == NOW


def test_that_tab_goes_the_same_way_after_both_were_open(desk: Desk) -> None:
    def stops() -> list[QWidget]:
        desk.form.body_fields.focus("userId")
        found: list[QWidget] = []
        while desk.focused not in found:
            found.append(desk.focused)
            press(desk, Key.Key_Tab)
        return found

    before = stops()
    desk.form.body_fields.focus("timestamp")
    press(desk, Key.Key_Down, Key.Key_P, Key.Key_Escape)
    assert stops() == before
