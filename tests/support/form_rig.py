"""The form, and what it handed on."""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from core.outbox.changes import Change
from core.workouts.model import Workout
from core.workouts.on_record import AthleteDay, AthleteRecord, recorded
from gui.theme.theme import Theme
from gui.workspaces.console.form.form import WorkoutForm

NOW = datetime(2026, 3, 1, 18, 24, tzinfo=UTC)
NOW_MS = int(NOW.timestamp() * 1000)


class Desk:
    """The form, and what it handed on."""

    def __init__(self, theme: Theme, qtbot: QtBot) -> None:
        self.now_ms = NOW_MS
        self.form = WorkoutForm(theme, now_ms=lambda: self.now_ms, zone=UTC)
        self.qtbot = qtbot
        qtbot.addWidget(self.form)
        self.sent: list[Workout] = []
        self.corrections: list[Change] = []
        self.drafts: list[str] = []
        self.asked: list[Workout] = []
        self.athletes: list[AthleteDay] = []
        self.form.workout_submitted.connect(self.sent.append)
        self.form.correction_submitted.connect(self.corrections.append)
        self.form.draft_changed.connect(self.drafts.append)
        self.form.would_unlock_requested.connect(self.asked.append)
        self.form.athlete_changed.connect(self.athletes.append)
        self.form.resize(300, 700)
        self.form.show()
        self.form.activateWindow()
        qtbot.waitUntil(self.form.isActiveWindow)
        self.form.focus_first()

    @property
    def can_undo(self) -> str:
        """What was done that can be undone."""
        offer = self.form.undo_offers.current
        return "" if offer is None else offer.done

    @property
    def focused(self) -> QWidget:
        widget = QApplication.focusWidget()
        assert widget is not None
        return widget

    def fill(self, **texts: str) -> None:
        """Typed into fields by their body names."""
        for name, text in texts.items():
            self.form.body_fields.focus(name)
            QTest.keyClick(self.focused, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
            QTest.keyClicks(self.focused, text)

    def enter(self) -> None:
        QTest.keyClick(self.focused, Qt.Key.Key_Return)

    def hold_enter(self, repeats: int = 20) -> None:
        """As the keyboard does it: one press, then repeats, each let go for the next."""
        self.enter()
        for _ in range(repeats):
            for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                held = QKeyEvent(kind, Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier, "\r", True)
                QApplication.sendEvent(self.focused, held)

    def record(self, *workouts: Workout, of: int = -1) -> None:
        """Answer with what is stored of the athlete."""
        self.form.show_athlete(AthleteRecord(self.athletes[of], len(workouts), None, tuple(map(recorded, workouts))))

    def read_question(self, for_ms: int = 500) -> None:
        self.form.strip.repaint()
        self.now_ms += for_ms

    def see_problem(self, name: str, for_ms: int = 500) -> None:
        self.form.body_fields.fields[name].edit.repaint()
        self.now_ms += for_ms

    def answer(self) -> None:
        self.read_question()
        self.enter()

    def send(self, **texts: str) -> None:
        self.fill(**texts)
        self.enter()

    def text(self, name: str) -> str:
        return self.form.body_fields.texts()[name]

    def message(self, name: str) -> str:
        return self.form.body_fields.fields[name].message

    def has_focus(self, name: str) -> bool:
        return self.form.body_fields.fields[name].isAncestorOf(self.focused)
