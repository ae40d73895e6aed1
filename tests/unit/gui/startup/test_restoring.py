"""A backup restored from the window: everything ends, and a new session shows what was restored."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.care.backup import make_backup
from core.config.settings import Settings
from gui.dialogs.restore_dialog import RestoreDialog
from gui.options import Options
from gui.startup import session as module
from gui.startup.restoring import Restoring
from gui.theme.theme import Theme
from tests.support.care_rig import CareRig, clock
from tests.support.care_window import CONTROL, SHIFT, CareWindow, of
from tests.support.program_rig import NoKeychain, Program, settings_in
from worker.runtime.bounded_keychain import BoundedKeychain


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    rig = CareRig(tmp_path / "old")
    rig.store(*of("Zoë", 2))
    return make_backup(rig.places, tmp_path / "backups", now_ms=clock).folder


def test_that_a_window_restores_and_opens_again(
    qtbot: QtBot,
    qapp: QApplication,
    theme: Theme,  # undresses the application afterwards
    tmp_path: Path,
    backup: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = tmp_path / "data"
    seen: list[tuple[list[str], str]] = []
    sessions: list[module.Session] = []
    make = module.Session

    def begun(*given: object, **named: object) -> module.Session:
        sessions.append(make(*given, **named))  # type: ignore[arg-type]
        return sessions[-1]

    def run_loop() -> int:
        """In place of the event loop of the application: until the session has ended."""
        session = sessions[-1]
        ended: list[bool] = []
        session.controller.finished.connect(lambda: ended.append(True))
        care = CareWindow(Program(session, qtbot))
        care.program.wait_for(lambda: session.controller.workspaces.all_built and care.program.state.online)
        if len(sessions) == 1:
            care.store(*of("Ana"))
            care.activate()
            care.press(Qt.Key.Key_R, CONTROL | SHIFT)
            care.choose_file(backup)
            question = care.dialog(RestoreDialog)
            qtbot.keyClick(question, Qt.Key.Key_R, Qt.KeyboardModifier.AltModifier)
        else:
            athletes = care.program.parts.athletes
            care.window.show_workspace("athletes")
            care.program.wait_for(lambda: athletes.list.model.rowCount())
            care.program.wait_for(care.program.banner)
            rows = map(athletes.list.model.row, range(athletes.list.model.rowCount()))
            seen.append(([row.name for row in rows if row is not None], care.program.banner()))
            session.controller.shut_down()
        care.program.wait_for(lambda: ended)
        return 0

    monkeypatch.setattr(module, "Session", begun)
    options = Options(data_dir=folder, size=(1280, 800))
    settings: Settings = settings_in(folder)
    keychain = BoundedKeychain(NoKeychain())
    assert module.run_sessions(qapp, run_loop, options, settings, keychain, has_display=True) == 0
    (kept,) = folder.glob("before-restore-*")
    assert len(sessions) == 2
    ((names, banner),) = seen
    assert names == ["Zoë"]
    assert "Restored from the backup of 2025-06-15" in banner
    assert (kept / "results.db").exists()


def test_that_a_damaged_backup_changes_nothing(qtbot: QtBot, theme: Theme, tmp_path: Path, backup: Path) -> None:
    (backup / "results.db").write_bytes(b"damaged")
    rig = CareRig(tmp_path / "data")
    rig.store(*of("Ana"))
    words = Restoring(theme, backup, rig.folder).run()
    assert words == "Not restored, and nothing was changed. results.db has changed since the backup was made."
    assert not list(rig.folder.glob("before-restore-*"))
