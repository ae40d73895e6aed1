"""A long task: how far it is, the button that stops it, and what came of it."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QProgressBar, QWidget
from typing_extensions import override

from core.care.progress import Progress
from gui.theme.theme import Theme
from gui.widgets import Button, Dialog, Label
from gui.widgets.announcements import announce

WIDTH_PX = 460
_STEPS = 1_000  # of the bar: counts of bytes are larger than its numbers


class TaskDialog(Dialog):
    """Esc stops the task while it runs, where it can be stopped; *Continue in background* leaves it alone."""

    stop_requested = Signal()

    def __init__(self, theme: Theme, title: str, parent: QWidget | None = None) -> None:
        super().__init__(theme, title, width_px=WIDTH_PX, parent=parent)
        self.is_running = True
        self._can_stop = True
        self.words = Label(theme, "Beginning…", "body", "second")
        self.words.setWordWrap(True)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setRange(0, 0)
        self.progress.setAccessibleName(f"Progress: {title}")
        self.behind_button = Button(theme, "Continue in &background")
        self.stop_button = Button(theme, "Cancel", role="default")
        self.stop_button.setDefault(True)
        self.behind_button.setAutoDefault(False)
        self.body.setSpacing(12)
        self.body.addWidget(self.words)
        self.body.addWidget(self.progress)
        self.foot.addStretch(1)
        self.foot.addWidget(self.behind_button)
        self.foot.addWidget(self.stop_button)
        self.behind_button.clicked.connect(self._on_behind)
        self.stop_button.clicked.connect(self.reject)
        self.stop_button.setFocus()

    def show_progress(self, progress: Progress) -> None:
        if not self.is_running:
            return
        done, total = progress.done, progress.total
        self.words.setText(f"{progress.what}: {done:,} of {total:,}" if total else f"{progress.what}…")
        self.progress.setRange(0, _STEPS if total else 0)
        self.progress.setValue(done * _STEPS // total if total else 0)
        self._can_stop = self._can_stop and progress.can_stop
        self.stop_button.set_possible("", "" if self._can_stop else "It cannot be stopped any more")

    def show_end(self, words: str) -> None:
        """What came of it."""
        self.is_running = False
        self.words.setText(words)
        self.progress.hide()
        self.behind_button.hide()
        self.stop_button.set_text("Close")
        self.stop_button.set_possible("")
        if self.isVisible():
            self.stop_button.setFocus()
            announce(self, words.removesuffix(".") + ".")

    @override
    @Slot()
    def reject(self) -> None:
        if not self.is_running:
            super().reject()
        elif self._can_stop:
            self.words.setText("Stopping…")
            self.stop_requested.emit()

    @Slot()
    def _on_behind(self) -> None:
        if self.is_running:  # a letter with Alt presses the button a moment later
            self.hide()
