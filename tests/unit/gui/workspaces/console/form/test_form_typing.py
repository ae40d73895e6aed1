"""The form in a hurry: keys typed ahead of the program."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from gui.workspaces.console.form.record_check import RecordCheck
from tests.support.form_rig import Desk
from tests.support.incoming import make_workout


def test_that_a_field_left_by_tab_gets_no_key_though_its_list_gives_the_focus_back_late(desk: Desk) -> None:
    """A window that was opened for a list is told of its focus after the keys that were queued before it."""
    desk.form.set_athletes(["Maya Lindqvist"])
    opened = set()
    for text in ("Maya Lindqvist", "Swimming", "30"):
        QTest.keyClicks(desk.focused, text)
        opened |= {each for each in QApplication.topLevelWindows() if each.isVisible()}
        QTest.keyClick(desk.focused, Qt.Key.Key_Tab)
    home = desk.form.windowHandle()
    assert home is not None
    for window in (*(opened - {home}), home):
        window.requestActivate()
        QApplication.processEvents()
    QTest.keyClicks(desk.form.focusWidget(), "1500")
    assert [desk.text(name) for name in ("userId", "type", "duration", "distance")] == [
        "Maya Lindqvist",
        "Swimming",
        "30:00",
        "1500",
    ]


def test_that_enter_comes_before_what_replaces_the_form_while_it_is_checked(desk: Desk) -> None:
    desk.form.expect_answers()
    desk.form.set_recent([make_workout(athlete="Ana", sport="Yoga", minutes=60.0)])
    desk.send(userId="Maya Lindqvist", duration="45", distance="5.2")  # waits for what is stored of her
    assert desk.sent == []
    QTest.keyClick(desk.focused, Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)
    desk.qtbot.waitUntil(lambda: desk.text("type") == "Yoga")
    assert [workout.sport for workout in desk.sent] == ["Running"]
    assert desk.text("userId") == "Ana"
    # That Enter has been answered: nothing is pending that could send the other one.
    assert [check.is_running for check in desk.form.findChildren(RecordCheck)] == [False]
    assert len(desk.sent) == 1


def test_that_no_submission_waits_while_answers_do_not_come(desk: Desk) -> None:
    desk.form.expect_answers()
    desk.send(userId="Maya Lindqvist", duration="45")
    desk.qtbot.waitUntil(lambda: len(desk.sent) == 1)
    desk.send(userId="Ben Okafor", duration="30")  # at once
    assert len(desk.sent) == 2
    desk.fill(userId="Ana Sousa")
    desk.form.body_fields.focus("duration")
    desk.record()  # they come again
    desk.send(userId="Zoe Quist", duration="30")
    assert len(desk.sent) == 2
    desk.record()
    assert len(desk.sent) == 3


def test_that_none_of_many_keys_typed_ahead_is_lost(desk: Desk) -> None:
    desk.form.expect_answers()
    desk.send(userId="Maya Lindqvist", duration="45")
    QTest.keyClicks(desk.focused, "x" * 250)  # presses and releases
    desk.record()
    assert desk.text("userId") == "x" * 250


@pytest.mark.parametrize("field", ["userId", "duration", "timestamp", "notes"])
def test_that_a_shortcut_that_leads_nowhere_types_no_letter(desk: Desk, field: str) -> None:
    desk.fill(**{field: "45"})
    for letter in "uUz9":
        event = QKeyEvent(QEvent.Type.KeyPress, Qt.Key(ord(letter.upper())), Qt.KeyboardModifier.AltModifier, letter)
        QApplication.sendEvent(desk.focused, event)
    assert desk.text(field) == "45"
    QTest.keyClicks(desk.focused, "@")
    assert desk.text(field) == "45@"


def test_that_what_is_sent_is_not_brought_back_by_undo(desk: Desk) -> None:
    desk.form.expect_answers()
    desk.send(userId="Maya Lindqvist", duration="45")
    desk.form.clear()  # by the palette of commands
    desk.form.undo_offers.undo()
    assert (len(desk.sent), desk.text("userId"), desk.text("duration")) == (1, "", "")


def type_blind(desk: Desk, athlete: str = "Ben", duration: str = "40", distance: str = "7") -> None:
    """A whole workout, by who does not look at the screen; each key goes where the caret is by then."""
    for text in (athlete, "", duration, distance):
        QTest.keyClicks(desk.focused, text)
        QTest.keyClick(desk.focused, Qt.Key.Key_Tab)
    desk.read_question(5_000)
    desk.enter()


def asking(desk: Desk, **texts: str) -> dict[str, str]:
    """A workout that raises a question, and the texts of the form as they are asked about."""
    desk.send(**({"userId": "Ana", "duration": "45", "distance": "5.2"} | texts))
    assert desk.form.strip.text.endswith("Enter again to send it.")
    return desk.form.body_fields.texts()


@pytest.mark.parametrize(
    "texts",
    [{"distance": "52"}, {"duration": "5:30"}, {"type": "Runing"}, {"timestamp": "2024-11-28 18:30"}, {"notes": " x "}],
    ids=["speed", "clock", "sport", "a year ago", "left unsettled"],
)
def test_that_typing_on_while_the_form_asks_changes_and_sends_nothing(desk: Desk, texts: dict[str, str]) -> None:
    asked = asking(desk, **({"distance": "52"} | texts))
    for _ in range(3):  # an evening's sheet of them
        type_blind(desk)
    assert desk.sent == []
    assert desk.form.body_fields.texts() == asked
    assert desk.form.strip.text.startswith("Not sent yet; keys typed since were not taken. ")
    desk.answer()  # by who has looked up
    assert [(workout.athlete, workout.duration_min) for workout in desk.sent] == [
        ("Ana", 330.0 if "duration" in texts else 45.0)
    ]
    assert desk.form.strip.text == ""
    type_blind(desk)
    assert [workout.athlete for workout in desk.sent] == ["Ana", "Ben"]


def test_that_keys_typed_ahead_of_a_question_are_dropped_and_it_says_so(desk: Desk) -> None:
    desk.form.expect_answers()
    desk.send(userId="Ana", duration="45", distance="52")
    assert desk.form.strip.text == ""  # it waits for what is stored of her
    asked = desk.form.body_fields.texts()
    type_blind(desk)
    desk.record()
    assert desk.sent == []
    assert desk.form.body_fields.texts() == asked
    assert desk.form.strip.text.startswith("Not sent yet; keys typed since were not taken. Distance: 69.3 km/h")
    desk.answer()
    assert [workout.athlete for workout in desk.sent] == ["Ana"]


def test_that_after_typing_on_one_enter_shows_the_question_anew_and_does_not_answer_it(desk: Desk) -> None:
    asking(desk, distance="52")
    QTest.keyClicks(desk.focused, "Ben")
    desk.read_question(60_000)
    assert desk.form.strip.text.endswith(" Press Enter, then Enter again to send it.")
    desk.hold_enter()
    assert desk.sent == []
    assert desk.form.strip.text.endswith("). Enter again to send it.")
    desk.enter()  # before it could be read
    assert desk.sent == []
    desk.answer()
    assert len(desk.sent) == 1


@pytest.mark.parametrize("key", [Qt.Key.Key_Tab, Qt.Key.Key_Backtab])
def test_that_tab_leads_from_the_question_to_what_is_asked_about(desk: Desk, key: Qt.Key) -> None:
    asking(desk, distance="52")
    QTest.keyClick(desk.focused, key)  # too early to have been read
    assert not desk.has_focus("distance")
    desk.enter()
    desk.read_question()
    QTest.keyClick(desk.focused, key)
    assert desk.has_focus("distance")
    QTest.keyClicks(desk.focused, "5.2")
    assert desk.form.strip.text == ""
    desk.enter()
    assert [workout.distance_km for workout in desk.sent] == [5.2]


def test_that_escape_clears_only_a_form_whose_question_could_be_read(desk: Desk) -> None:
    asked = asking(desk, distance="52")
    QTest.keyClicks(desk.focused, "Bem")
    desk.read_question(5_000)
    QTest.keyClick(desk.focused, Qt.Key.Key_Escape)  # meant for a mistyped name
    QTest.keyClick(desk.focused, Qt.Key.Key_Escape)
    assert desk.form.body_fields.texts() == asked
    desk.read_question()
    QTest.keyClick(desk.focused, Qt.Key.Key_Escape)
    assert desk.text("distance") == ""
    assert desk.has_focus("userId")


@pytest.mark.parametrize("checks", [False, True], ids=["at once", "after the check"])
def test_that_a_recent_workout_does_not_replace_one_that_is_asked_about(desk: Desk, checks: bool) -> None:
    desk.form.set_recent([make_workout(athlete="Zoe", sport="Yoga", minutes=60.0)])
    if checks:
        desk.form.expect_answers()
    desk.send(userId="Ana", duration="45", distance="52")
    QTest.keyClick(desk.focused, Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)
    desk.qtbot.waitUntil(lambda: desk.form.strip.text.startswith("Not sent yet"))
    desk.read_question(5_000)
    desk.enter()
    assert (desk.text("userId"), desk.text("distance"), desk.sent) == ("Ana", "52", [])
    desk.answer()
    desk.qtbot.waitUntil(lambda: [workout.athlete for workout in desk.sent] == ["Ana"])


def test_that_tab_comes_to_no_workout_that_would_replace_the_form(desk: Desk) -> None:
    desk.form.set_recent([make_workout(athlete="Zoe", sport="Yoga", minutes=60.0)])
    desk.qtbot.waitUntil(lambda: desk.form.earlier.rows[0].isVisible())
    desk.fill(userId="Ana", duration="45")
    seen = set()
    while desk.focused not in seen:
        seen.add(desk.focused)
        QTest.keyClick(desk.focused, Qt.Key.Key_Tab)
    assert desk.form.submit_button in seen
    assert not seen & {*desk.form.earlier.rows}
    QTest.keyClick(desk.focused, Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)
    desk.qtbot.waitUntil(lambda: desk.text("type") == "Yoga")


def test_that_the_sample_is_offered_only_in_an_empty_form(desk: Desk) -> None:
    button = desk.form.earlier.sample_button
    assert button.isEnabled()
    desk.fill(userId="Ana")
    assert not button.isEnabled()
    desk.form.clear()
    assert button.isEnabled()


@pytest.mark.parametrize("checks", [False, True], ids=["at once", "during the check"])
def test_that_typing_on_after_a_problem_changes_nothing_and_says_so(desk: Desk, checks: bool) -> None:
    if checks:
        desk.form.expect_answers()
    desk.send(userId="", duration="45", distance="52")
    assert desk.has_focus("userId")
    texts = desk.form.body_fields.texts()
    for _ in range(3):
        type_blind(desk)
    assert (desk.form.body_fields.texts(), desk.sent) == (texts, [])
    assert desk.form.strip.text.startswith("Not sent yet; keys typed since were not taken. Type the athlete's name")
    desk.answer()  # by who has looked up
    desk.see_problem("userId")
    assert desk.has_focus("userId")
    QTest.keyClicks(desk.focused, "Ana")
    assert (desk.text("userId"), desk.form.strip.text) == ("Ana", "")


def test_that_a_problem_that_could_be_seen_is_corrected_where_the_caret_is(desk: Desk) -> None:
    desk.send(userId="", duration="45")
    desk.see_problem("userId")
    QTest.keyClicks(desk.focused, "Ana")
    assert (desk.text("userId"), desk.form.strip.text) == ("Ana", "")
    desk.enter()
    assert [workout.athlete for workout in desk.sent] == ["Ana"]


@pytest.mark.parametrize("early_ms", [0, 499])
def test_that_a_key_before_the_problem_could_be_seen_is_dropped(desk: Desk, early_ms: int) -> None:
    desk.send(userId="", duration="45")
    desk.see_problem("userId", early_ms)
    QTest.keyClicks(desk.focused, "Ben")
    assert desk.text("userId") == ""
    assert desk.form.strip.text.endswith("Press Enter, then Enter leads to the field.")
    desk.read_question(60_000)
    desk.enter()
    desk.read_question()
    QTest.keyClick(desk.focused, Qt.Key.Key_Tab)
    assert desk.has_focus("userId")


def test_that_no_recent_workout_replaces_one_whose_problem_was_not_seen(desk: Desk) -> None:
    desk.form.set_recent([make_workout(athlete="Zoe", sport="Yoga", minutes=60.0)])
    desk.send(userId="", duration="45")
    QTest.keyClick(desk.focused, Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)
    desk.qtbot.waitUntil(lambda: desk.form.strip.text.startswith("Not sent yet"))
    assert (desk.text("type"), desk.text("duration")) == ("Running", "45:00")
