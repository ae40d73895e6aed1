"""`python -m tests.support.crashing_demo FOLDER`: a demonstration whose console presses its own crash button."""

from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QApplication

from core.config.file_url import file_url
from core.config.settings import load_settings
from gui.options import Options
from gui.startup.session import Session
from gui.theme.theme import Theme
from gui.workspaces.demo.workspace import DemoWorkspace

STORED = 3  # workouts before the crash
LOOK_MS = 50


class Crasher(QObject):
    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self._on_look_due)
        self._timer.start()

    @Slot()
    def _on_look_due(self) -> None:
        ledger = self._session.state.ledger()
        if ledger.stored < STORED:
            return
        self._timer.stop()
        widget = self._session.controller.workspaces.build("demo").widget
        assert isinstance(widget, DemoWorkspace)
        sys.stdout.write(f"{ledger.accepted}\n")
        sys.stdout.flush()
        widget.chaos.rows["crash"].button.click()


def main(folder: Path) -> None:
    app = QApplication(["paceline"])
    app.setQuitOnLastWindowClosed(False)
    theme = Theme("dark", 1.0)
    theme.apply(app)
    queue, results = (file_url(folder / name) for name in ("queue.db", "results.db"))
    settings = load_settings(broker=queue, database=results, data_dir=folder)
    session = Session(theme, Options(demo=True, workspace="demo"), settings, has_display=True)
    crasher = Crasher(session)
    app.exec()
    del crasher


if __name__ == "__main__":
    main(Path(sys.argv[1]))
