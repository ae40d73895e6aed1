"""The care of the data in a running console, by keys."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QLineEdit
from pytestqt.qtbot import QtBot

from core.live.receipts import Stage
from core.workouts.model import Workout
from gui.dialogs.task_dialog import TaskDialog
from gui.options import Options
from gui.theme.theme import Theme
from tests.support.care_rig import CareRig
from tests.support.program_rig import Program, running, settings_in
from tests.support.workouts import workouts

DialogT = TypeVar("DialogT", bound=QDialog)
CONTROL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)


def of(athlete: str, count: int = 1, *, seed: int = 1) -> list[Workout]:
    """Workouts of one athlete."""
    return [each.model_copy(update={"athlete": athlete}) for each in workouts(count, seed=seed)]


class CareWindow:
    """With some stored workouts."""

    def __init__(self, program: Program) -> None:
        self.program, self.window = program, program.parts.window
        self.rig = CareRig(program.session.controller._host.settings.folder.path)

    @property
    def now(self) -> datetime:
        return datetime.now(UTC)

    def store(self, *given: Workout) -> None:
        """Send them, and wait until a worker has stored them."""
        before = len(self.program.stages())
        self.program.session.controller.submit(given)
        self.program.wait_for(lambda: self.program.stages() == [Stage.STORED] * (before + len(given)))

    def activate(self) -> None:
        self.window.activateWindow()
        self.program.wait_for(self.window.isActiveWindow)

    def show_athlete(self, name: str) -> None:
        self.window.show_workspace("athletes")
        athletes = self.program.parts.athletes
        self.program.wait_for(lambda: athletes.list.model.number_of(name) is not None)
        athletes.list.table.choose(athletes.list.model.number_of(name) or 0)
        athletes.list.table.setFocus()
        self.program.wait_for(lambda: athletes.page.page is not None and athletes.page.page.name == name)

    def press(self, key: Qt.Key, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(QApplication.focusWidget() or self.window, key, keys)

    def dialog(self, kind: type[DialogT]) -> DialogT:
        self.program.wait_for(lambda: any(each.isVisible() for each in self.window.findChildren(kind)))
        found = next(each for each in self.window.findChildren(kind) if each.isVisible())
        self.program.wait_for(found.isActiveWindow)
        return found

    def choose_file(self, path: Path) -> None:
        """Type it into the dialog of files, and Enter."""
        files = self.dialog(QFileDialog)
        line = files.findChild(QLineEdit)
        assert line is not None
        line.setText(str(path))
        QTest.keyClick(line, Qt.Key.Key_Return)

    def ended(self) -> str:
        """What the task says of its end."""
        task = self.dialog(TaskDialog)
        self.program.wait_for(lambda: not task.is_running)
        words = task.words.text()
        QTest.keyClick(task, Qt.Key.Key_Return)
        self.program.wait_for(lambda: not self.window.findChildren(TaskDialog))
        self.activate()
        return words


@contextmanager
def care_window(qtbot: QtBot, theme: Theme, folder: Path, *, read_only: bool = False) -> Iterator[CareWindow]:
    with running(qtbot, theme, settings_in(folder), Options(size=(1280, 800), read_only=read_only)) as program:
        program.wait_for(lambda: program.session.controller.workspaces.all_built and program.state.online)
        care = CareWindow(program)
        care.activate()
        yield care
