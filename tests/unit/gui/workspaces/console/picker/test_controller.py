"""The picker in a whole program, by keys alone: a stored workout used again, and a template kept and used."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from core.roster.template_file import WORKOUTS_FILE_NAME
from gui.forms.template_dialog import TemplateDialog
from gui.theme.theme import Theme
from gui.workspaces.console.picker.dialog import PickerDialog
from tests.support.program_rig import Program, running, settings_in
from tests.support.workouts import workouts

CTRL = Qt.KeyboardModifier.ControlModifier


def _press(key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    focused = QApplication.focusWidget()
    assert focused is not None
    QTest.keyClick(focused, key, modifiers)


def _picker(program: Program) -> PickerDialog:
    _press(Qt.Key.Key_R, CTRL)
    return _dialog(program, PickerDialog)


DialogT = TypeVar("DialogT", bound=QDialog)


def _dialog(program: Program, kind: type[DialogT]) -> DialogT:
    program.wait_for(lambda: isinstance(QApplication.activeModalWidget(), kind) and QApplication.focusWidget())
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, kind)
    program.wait_for(dialog.isActiveWindow)
    return dialog


def _back_in_form(program: Program) -> None:
    program.wait_for(lambda: QApplication.activeModalWidget() is None)
    program.parts.window.activateWindow()
    program.wait_for(program.parts.window.isActiveWindow)


def test_that_keys_find_a_stored_workout_and_keep_a_template(qtbot: QtBot, theme: Theme, tmp_path: Path) -> None:
    with running(qtbot, theme, settings_in(tmp_path)) as program:
        form = program.parts.form
        first, second, _ = sent = list(workouts(3))
        program.session.controller.submit(sent)
        program.wait_for(lambda: program.state.ledger().stored == 3)
        _back_in_form(program)
        form.body_fields.fields["userId"].set_text("half a name")
        form.body_fields.focus("userId")

        picker = _picker(program)
        assert "No templates yet" in picker.no_templates.text()
        QTest.keyClicks(picker.search, second.athlete)
        program.wait_for(lambda: [one.workout_id for one in picker.model.rows] == [second.workout_id])
        _press(Qt.Key.Key_Return)
        program.wait_for(lambda: form.body_fields.texts()["userId"] == second.athlete)
        typed = form.body_fields.texts()
        assert (typed["type"], typed["timestamp"], typed["weightKg"]) == (second.sport, "", "")
        _back_in_form(program)
        _press(Qt.Key.Key_Z, CTRL)
        program.wait_for(lambda: form.body_fields.texts()["userId"] == "half a name")

        form.use_again({"userId": first.athlete, "type": "Running", "duration": 50, "notes": "Hills"})
        form.body_fields.fields["duration"].set_text("soon")
        _press(Qt.Key.Key_S, CTRL)
        assert form.body_fields.fields["duration"].message
        form.body_fields.fields["duration"].set_text("50")
        _press(Qt.Key.Key_S, CTRL)
        naming = _dialog(program, TemplateDialog)
        QTest.keyClicks(naming.edit, "Track")
        _press(Qt.Key.Key_Return)
        program.wait_for((tmp_path / WORKOUTS_FILE_NAME).exists)
        _back_in_form(program)
        form.clear()
        picker = _picker(program)
        program.wait_for(lambda: picker.current_template is not None)
        _press(Qt.Key.Key_F2)
        naming = _dialog(program, TemplateDialog)
        assert (naming.name, naming.with_athlete.isVisible()) == ("Track", False)
        QTest.keyClicks(naming.edit, "Tuesday")
        _press(Qt.Key.Key_Return)
        program.wait_for(lambda: [one.name for one in picker.template_model.rows] == ["Tuesday"])
        program.wait_for(lambda: QApplication.activeModalWidget() is picker)
        picker.search.setFocus()
        QTest.keyClick(picker.search, Qt.Key.Key_Return)
        program.wait_for(lambda: form.body_fields.texts()["notes"] == "Hills")
        typed = form.body_fields.texts()
        assert (typed["userId"], typed["duration"], typed["timestamp"]) == ("", "50:00", "")
        _back_in_form(program)
        picker = _picker(program)
        program.wait_for(lambda: picker.current_template is not None)
        _press(Qt.Key.Key_Delete, CTRL)
        program.wait_for(lambda: not picker.template_model.rows)
        _press(Qt.Key.Key_Escape)
        _back_in_form(program)


def test_that_a_damaged_file_of_templates_is_told(qtbot: QtBot, theme: Theme, tmp_path: Path) -> None:
    (tmp_path / WORKOUTS_FILE_NAME).write_text("{")
    with running(qtbot, theme, settings_in(tmp_path)) as program:
        _back_in_form(program)
        program.parts.form.body_fields.focus("userId")
        _press(Qt.Key.Key_S, CTRL)  # there is nothing to keep
        assert QApplication.activeModalWidget() is None
        _picker(program)
        program.wait_for(lambda: "was damaged" in program.banner())
        _press(Qt.Key.Key_Escape)
        _back_in_form(program)
