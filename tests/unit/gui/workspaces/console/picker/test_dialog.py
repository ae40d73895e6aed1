"""The picker by keys: from template to workout, what is typed meanwhile, and what is not read yet."""

from __future__ import annotations

from datetime import UTC

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from core.athletes.history import HistoryPage, HistoryPlace, HistoryRequest, HistoryRow
from core.roster.workout_template import WorkoutTemplate, workout_template
from gui.forms.formatting import Units
from gui.theme.theme import Theme
from gui.workspaces.console.picker.dialog import PickerDialog
from tests.support.incoming import MONDAY_NOON

NOW_MS = int(MONDAY_NOON.timestamp() * 1000)
TEMPLATES = (
    workout_template("Hills", {"type": "Running", "duration": 45, "distance": 8}),
    workout_template("Swim", {"type": "Swimming", "userId": "Élodie", "distance": 1.5, "title": "Technique"}),
)


def row(number: int, athlete: str = "Ana") -> HistoryRow:
    place = HistoryPlace((number,), f"w{number}")
    return HistoryRow(
        f"w{number}", athlete, "Running", NOW_MS - number, 0, 30.0, 5.2, 300.0, True, 1, "", "", place=place
    )


class Picker:
    def __init__(self, theme: Theme, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        self.dialog = PickerDialog(theme, Units(), now_ms=lambda: NOW_MS, zone=UTC)
        qtbot.addWidget(self.dialog)
        self.asked: list[HistoryRequest] = [self.dialog.model.wanted]
        self.taken: list[str] = []
        self.dialog.model.page_requested.connect(self.asked.append)
        self.dialog.workout_chosen.connect(self.taken.append)
        self.dialog.template_chosen.connect(lambda one: self.taken.append(one.name))
        self.dialog.show_templates(TEMPLATES)
        with qtbot.waitActive(self.dialog):
            self.dialog.show()
            self.dialog.activateWindow()

    def press(self, *keys: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        for key in keys:
            self.qtbot.keyClick(self.dialog.search, key, modifiers)

    def answer(self, *rows: HistoryRow) -> None:
        self.dialog.take(HistoryPage(self.asked[-1], rows, None))

    @property
    def current(self) -> str:
        one, workout = self.dialog.current_template, self.dialog.workouts.current_row
        assert (one is None) or (workout is None)
        return one.name if one is not None else workout.workout_id if workout is not None else ""


@pytest.fixture
def picker(theme: Theme, qtbot: QtBot) -> Picker:
    return Picker(theme, qtbot)


def test_that_arrows_go_from_the_last_template_to_the_first_workout_and_back(picker: Picker) -> None:
    picker.answer(row(1), row(2))
    seen = [picker.current]
    for key in (*[Qt.Key.Key_Down] * 4, Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_PageDown, Qt.Key.Key_PageDown):
        picker.press(key)
        seen.append(picker.current)
    assert seen == ["Hills", "Swim", "w1", "w2", "w2", "w1", "Swim", "w1", "w2"]
    assert picker.dialog.search.hasFocus()
    picker.press(Qt.Key.Key_PageUp, Qt.Key.Key_PageUp, Qt.Key.Key_Return)
    assert picker.taken == ["Hills"]
    assert not picker.dialog.isVisible()


def test_that_typing_searches_both_and_a_workout_that_is_not_read_yet_is_waited_for(picker: Picker) -> None:
    picker.answer(row(1))
    picker.qtbot.keyClicks(picker.dialog.search, "techni")
    assert picker.current == "Swim"
    assert len(picker.asked) == 1  # not at each key
    picker.qtbot.keyClicks(picker.dialog.search, "z")
    assert (picker.current, picker.dialog.templates.isVisible()) == ("", False)
    picker.press(Qt.Key.Key_Return)
    assert picker.asked[-1].wanted.text == "techniz"
    assert picker.taken == []
    picker.answer(row(7))
    assert picker.taken == ["w7"]


def test_that_what_was_found_before_is_not_taken_for_what_is_typed_now(picker: Picker) -> None:
    picker.dialog.show_templates(())
    picker.answer(row(1))
    assert picker.current == "w1"
    picker.qtbot.keyClicks(picker.dialog.search, "b")
    picker.press(Qt.Key.Key_Return)
    picker.qtbot.keyClicks(picker.dialog.search, "e")  # typed on: nothing is taken
    picker.answer(row(2))
    assert picker.taken == []
    picker.qtbot.waitUntil(lambda: picker.asked[-1].wanted.text == "be")
    picker.answer()
    assert (picker.current, picker.dialog.found.text()) == ("", "0 found")
    assert picker.dialog.use_button.toolTip() == "There is nothing to choose"
    picker.dialog.show_problem("The results cannot be read.")
    assert picker.dialog.found.text() == "The results cannot be read."


def test_that_only_templates_are_renamed_and_deleted(picker: Picker) -> None:
    asked: list[tuple[str, str]] = []
    picker.dialog.rename_requested.connect(lambda one: asked.append(("rename", one.name)))
    picker.dialog.delete_requested.connect(lambda one: asked.append(("delete", one.name)))
    picker.answer(row(1))
    for _ in range(3):
        picker.press(Qt.Key.Key_F2)
        picker.press(Qt.Key.Key_Delete, modifiers=Qt.KeyboardModifier.ControlModifier)
        picker.press(Qt.Key.Key_Down)
    assert asked == [("rename", "Hills"), ("delete", "Hills"), ("rename", "Swim"), ("delete", "Swim")]
    assert picker.dialog.rename_button.toolTip() == "Choose a template first"
    picker.dialog.show_templates((*TEMPLATES, WorkoutTemplate(name="Hills 2")), "Hills 2")
    assert picker.current == "Hills 2"
    row_of = picker.dialog.template_model
    said = [str(row_of.index(1, place).data()) for place in range(row_of.columnCount())]
    assert said == ["Swim", "Élodie", "Swimming", "–", "1,500 m", "Technique"]
