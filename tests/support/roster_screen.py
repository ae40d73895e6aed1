"""The page of the roster grid in a window, with a clock of its own; keys are counted as a person presses them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from core.roster.check import RowState
from core.workouts.model import Workout
from gui.changes.undo_offers import UndoOffers
from gui.frame.worker_names import WorkerNames
from gui.theme.theme import Theme
from gui.workspaces.roster.page import RosterPage

EVENING_MS = int(datetime(2025, 12, 10, 20, 0, tzinfo=UTC).timestamp() * 1000)
WAIT_MS = 60_000
SQUAD = tuple(f"{first} {last}" for last in ("Wolf", "Lind", "Katz") for first in (
    "Adam", "Bea", "Dov", "Aiko", "Amara", "Ana", "Elena", "Finn", "Greta", "Hugo"
))  # fmt: skip


class RosterScreen:
    """`presses`: how many keys were pressed; one with Ctrl counts once."""

    def __init__(self, theme: Theme, qtbot: QtBot, page: RosterPage | None = None) -> None:
        self.qtbot, self.presses = qtbot, 0
        self.offers = UndoOffers()
        self.page = page or RosterPage(theme, WorkerNames(), self.offers, now_ms=lambda: EVENING_MS, zone=UTC)
        self.sent: list[Workout] = []
        self.page.rows_ready.connect(self.sent.extend)
        self.offers.setParent(self.page)
        if page is None:
            qtbot.addWidget(self.page)
            self.page.resize(1204, 700)
            with qtbot.waitActive(self.page):
                self.page.show()
                self.page.activateWindow()
        self.wait_for(self.page.table.hasFocus)

    def wait_for(self, reached: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(reached()), timeout=WAIT_MS)

    def wait_checked(self) -> None:
        self.wait_for(lambda: self.page.checks.is_done)

    def press(self, *keys: str) -> None:
        """Names of keys as Qt has them: `Ctrl+D`, `Tab`."""
        for each in keys:
            self.presses += 1
            QTest.keySequence(self._focused(), QKeySequence(each))

    def type(self, text: str) -> None:
        """One key press a character."""
        for char in text:
            self.presses += 1
            QTest.keyClicks(self._focused(), char)

    def paste(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self.press("Ctrl+V")

    def cells(self, name: str) -> list[str]:
        return [row.texts.get(name, "") for row in self.page.grid.rows]

    def states(self) -> list[RowState]:
        self.wait_checked()
        return [self.page.checks.verdict(row).state for row in self.page.grid.rows]

    def says(self, number: int) -> str:
        """The words of the last column."""
        model = self.page.model
        return str(model.index(number, model.columnCount() - 1).data())

    @property
    def current(self) -> tuple[int, str]:
        index = self.page.table.currentIndex()
        return index.row(), self.page.model.field_of(index)

    def _focused(self) -> QWidget:
        return QApplication.focusWidget() or self.page.table


def squad_table(distances: Sequence[str]) -> str:
    return "\n".join(f"{name}\t\t18:30\t45:00\t{km}" for name, km in zip(SQUAD, distances, strict=False))
