"""The whole console, driven by keys as a person drives it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.config.settings import Settings
from core.live.workout_log import WorkoutTrace
from core.sqlite.connection import connect
from gui.options import Options
from gui.startup.session import Session
from gui.theme.theme import Theme
from tests.support.program_parts import ProgramParts

WAIT_MS = 60_000


class Console:
    """The program as a person at the keyboard has it."""

    def __init__(self, session: Session, qtbot: QtBot, folder: Path) -> None:
        self.session, self.qtbot, self.results = session, qtbot, folder / "results.db"
        self.parts = ProgramParts(session)

    def wait_for(self, state: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(state()), timeout=WAIT_MS)

    def type(self, *texts: str) -> None:
        """Texts with a Tab between them, then Enter. An empty one leaves its field as it is."""
        for place, text in enumerate(texts):
            field = QApplication.focusWidget()
            assert field is not None
            if place:
                QTest.keyClick(field, Qt.Key.Key_Tab)
                field = QApplication.focusWidget()
                assert field is not None
            QTest.keyClicks(field, text)
        focused = QApplication.focusWidget()
        assert focused is not None
        QTest.keyClick(focused, Qt.Key.Key_Return)

    def receipts(self) -> list[WorkoutTrace]:
        return list(self.parts.receipts.model.rows)

    def shown(self, row: int) -> str:
        """All cells of a receipt, as they are read out."""
        model = self.parts.receipts.model
        return " ".join(str(model.index(row, column).data()) for column in range(model.columnCount()))

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        # The program's own SQLite: a second library in one process would let go of its locks.
        with closing(connect(self.results, read_only=True)) as connection:
            return connection.execute(sql).fetchall()


@contextmanager
def running(qtbot: QtBot, settings: Settings, theme: Theme) -> Iterator[Console]:
    session = Session(theme, Options(size=(1280, 800)), settings, has_display=True)
    console = Console(session, qtbot, settings.folder.path)
    try:
        with qtbot.waitSignal(session.controller.online, timeout=WAIT_MS):
            pass
        session.window.activateWindow()
        console.parts.form.focus_first()
        yield console
    finally:
        with qtbot.waitSignal(session.controller.finished, timeout=WAIT_MS):
            session.controller.shut_down()
        session.close()
