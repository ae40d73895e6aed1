"""Care of the data in the whole program, by keys, on the embedded queue."""

from __future__ import annotations

import json
from pathlib import Path
from threading import Event

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from core.care.progress import CareStoppedError, Watch
from core.care.verify import check_backup
from gui.controllers.care_controller import size_text
from gui.dialogs.settings_dialog import SettingsDialog
from gui.dialogs.task_dialog import TaskDialog
from gui.formatting import READ_ONLY
from gui.frame.actions import why_not
from gui.theme.theme import Theme
from gui.widgets import Button
from tests.support.care_window import CONTROL, SHIFT, CareWindow, care_window, of


def test_that_an_athlete_is_exported_and_all_is_backed_up(qtbot: QtBot, theme: Theme, tmp_path: Path) -> None:
    with care_window(qtbot, theme, tmp_path / "data") as care:
        (workout,) = of("Zoë")
        care.store(workout)
        care.show_athlete("Zoë")
        file = tmp_path / "zoe.json"
        file.write_text("an older export")
        care.press(Qt.Key.Key_E, CONTROL | SHIFT)
        files = care.dialog(QFileDialog)
        assert files.selectedFiles()[0].endswith("Zoë.json")
        files.setOption(QFileDialog.Option.DontConfirmOverwrite)
        care.choose_file(file)
        assert care.ended() == (f"Saved as {file}: 1 workout, 0 failed messages, 1 sent from here, 0 in the queue.")
        exported = json.loads(file.read_text(encoding="utf-8"))
        assert [exported["athlete"], exported["workouts"][0]["id"]] == ["Zoë", workout.workout_id]

        care.press(Qt.Key.Key_B, CONTROL | SHIFT)
        care.choose_file(tmp_path)
        words = care.ended()
        (backup,) = tmp_path.glob("paceline-backup-*")
        assert words.startswith(f"Saved as {backup}, opened and checked: ")
        assert words.endswith(" kB, 1 workout, 1 sent from here, 0 in the queue.")
        check_backup(backup)
        care.store(*of("Ana", seed=2))  # the console goes on

        care.window.frame_actions.settings.trigger()
        settings = care.dialog(SettingsDialog)
        next(each for each in settings.findChildren(Button) if each.text() == "Back up all data…").click()
        care.dialog(QFileDialog).reject()


def test_that_a_task_is_stopped_or_left_in_the_background(
    qtbot: QtBot, theme: Theme, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, may_end, watches = Event(), Event(), list[Watch]()

    def stuck(*_places: object, watch: Watch, **_given: object) -> None:
        watches.append(watch)
        watch.step("Copying", 1, 4)
        begun.set()
        assert may_end.wait(60)
        watch.step("Copying", 2, 4)
        raise CareStoppedError

    monkeypatch.setattr("core.care.backup.make_backup", stuck)

    def begin(care: CareWindow) -> TaskDialog:
        begun.clear()
        may_end.clear()
        care.press(Qt.Key.Key_B, CONTROL | SHIFT)
        care.choose_file(tmp_path)
        task = care.dialog(TaskDialog)
        care.program.wait_for(lambda: task.words.text() == "Copying: 1 of 4")
        return task

    with care_window(qtbot, theme, tmp_path / "data") as care:
        task = begin(care)
        qtbot.keyClick(task, Qt.Key.Key_Escape)
        assert task.words.text() == "Stopping…"
        may_end.set()
        assert care.ended() == "It was stopped; nothing was changed."

        task = begin(care)
        qtbot.keyClick(task, Qt.Key.Key_B, Qt.KeyboardModifier.AltModifier)
        care.program.wait_for(lambda: not task.isVisible())
        care.activate()
        care.press(Qt.Key.Key_B, CONTROL | SHIFT)  # one at a time: that one is shown
        assert care.dialog(TaskDialog) is task
        watches[-1].tell("Copying", 3, 4)
        care.program.wait_for(lambda: not task.stop_button.isEnabled())
        qtbot.keyClick(task, Qt.Key.Key_Escape)
        assert task.isVisible()
        qtbot.keyClick(task, Qt.Key.Key_B, Qt.KeyboardModifier.AltModifier)
        care.program.wait_for(lambda: not task.isVisible())
        may_end.set()
        care.program.wait_for(lambda: "It was stopped; nothing was changed." in care.program.banner())


def test_that_a_read_only_console_says_why_nothing_is_done(qtbot: QtBot, theme: Theme, tmp_path: Path) -> None:
    with care_window(qtbot, theme, tmp_path, read_only=True) as care:
        actions = care.window.frame_actions
        for action in (actions.backup, actions.restore, actions.unmerge):
            assert (action.isEnabled(), action.why_not()) == (False, READ_ONLY)
        athletes = care.program.parts.athletes
        for act in ("export", "merge", "erase"):
            (command,) = (each for each in athletes.command_actions if each.text().startswith(act.capitalize()))
            assert why_not(command) == READ_ONLY
        menu = athletes.page.head.care_button.menu()
        menu.aboutToShow.emit()
        assert [(each.text(), each.isEnabled()) for each in menu.actions()] == [
            (f"&Export everything: {READ_ONLY}", False),
            (f"&Merge with another: {READ_ONLY}", False),
            (f"E&rase for good: {READ_ONLY}", False),
        ]


@pytest.mark.parametrize(
    ("size", "text"), [(0, "1 kB"), (12_345, "12 kB"), (3_400_000, "3.4 MB"), (1_204_000_000_000, "1,204.0 GB")]
)
def test_that_sizes_are_written(size: int, text: str) -> None:
    assert size_text(size) == text
