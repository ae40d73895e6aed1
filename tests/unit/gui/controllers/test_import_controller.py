"""An import through the whole program, by keys, on the embedded queue."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from pytestqt.qtbot import QtBot

from core.live.receipts import Stage
from gui.dialogs.import_columns import ColumnsDialog
from gui.dialogs.import_dialog import ImportDialog
from gui.frame.file_drops import FileDrops
from gui.theme.theme import Theme
from gui.workspaces.athletes.list.panel import AthletesPanel
from tests.support.program_rig import Program, running, settings_in

TEXT = """Was,Dauer,Wer,timestamp
Running,45,Ana,2025-12-01T10:00:00Z
Running,900,Ana,2025-12-02T10:00:00Z
Running,soon,Ana,2025-12-03T10:00:00Z
"""


def opened(program: Program, *paths: Path) -> ImportDialog:
    """By dropping the files on the window."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    event = QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, buttons, keys)
    drops = program.parts.window.findChild(FileDrops)
    assert drops is not None
    assert drops.eventFilter(program.parts.window, event)
    assert event.isAccepted()
    program.wait_for(lambda: program.parts.window.findChild(ImportDialog) is not None)
    dialog = program.parts.window.findChild(ImportDialog)
    assert dialog is not None
    program.wait_for(lambda: dialog.total)
    program.wait_for(lambda: not dialog.progress.isVisible())
    return dialog


def test_that_files_are_imported_once(qtbot: QtBot, theme: Theme, tmp_path: Path) -> None:
    path = tmp_path / "week.csv"
    path.write_text(TEXT.replace("Was", "Sport").replace("Wer", "Athlete"), encoding="utf-8")
    with running(qtbot, theme, settings_in(tmp_path / "data")) as program:
        program.wait_for(lambda: program.parts.window.isVisible())
        dialog = opened(program, path)
        assert dialog.summary.text() == "3 rows: 1 ready, 1 unlikely, 1 wrong."
        qtbot.keyClick(dialog, Qt.Key.Key_Return)
        program.wait_for(lambda: "sent" in dialog.summary.text() and dialog.cancel_button.text() == "Close")
        assert dialog.summary.text() == "Of 3 rows: 2 sent, 1 left out."
        program.wait_for(lambda: program.stages() == [Stage.STORED] * 2)
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)
        program.wait_for(lambda: program.parts.window.findChild(ImportDialog) is None)
        again = opened(program, path)
        assert again.summary.text() == "3 rows: 2 stored already, 1 wrong."
        assert not again.import_button.isEnabled()
        again.reject()


def test_that_columns_are_chosen_and_remembered(qtbot: QtBot, theme: Theme, tmp_path: Path) -> None:
    path = tmp_path / "week.csv"
    path.write_text(TEXT, encoding="utf-8")
    with running(qtbot, theme, settings_in(tmp_path / "data")) as program:
        program.wait_for(lambda: program.parts.window.isVisible())
        dialog = opened(program, path)
        assert dialog.summary.text() == "1 row: 1 wrong."
        assert "No column is chosen for: type" in dialog.model.rows[0].reason
        qtbot.keyClick(dialog, Qt.Key.Key_C, Qt.KeyboardModifier.AltModifier)
        program.wait_for(lambda: dialog.findChild(ColumnsDialog) is not None)
        columns = dialog.findChild(ColumnsDialog)
        assert columns is not None
        columns.rows[0].field.setCurrentText("Sport")
        columns.rows[1].unit.setCurrentText("s")
        columns.rows[2].field.setCurrentText("Athlete")
        qtbot.keyClick(columns, Qt.Key.Key_Return)
        program.wait_for(lambda: dialog.total == 3 and not dialog.progress.isVisible())
        workout = dialog.model.rows[1].workout
        assert workout is not None
        assert (workout.athlete, workout.duration_min) == ("Ana", 15)
        dialog.reject()
        program.wait_for(lambda: program.parts.window.findChild(ImportDialog) is None)
        again = opened(program, path)
        assert again.total == 3
        again.reject()


def test_that_the_list_of_athletes_leads_to_the_import(qtbot: QtBot, theme: Theme, tmp_path: Path) -> None:
    with running(qtbot, theme, settings_in(tmp_path / "data")) as program:
        window = program.parts.window
        program.wait_for(lambda: window.isVisible() and program.session.controller.workspaces.all_built)
        window.show_workspace("athletes")
        (athletes,) = window.findChildren(AthletesPanel)
        program.wait_for(athletes.import_button.isEnabled)
        qtbot.keyClick(athletes.import_button, Qt.Key.Key_Space)
        program.wait_for(lambda: window.findChild(ImportDialog) is not None)
        (dialog,) = window.findChildren(ImportDialog)
        dialog.reject()
