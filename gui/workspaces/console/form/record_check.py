"""A submission held back for a moment, until what is stored of its athlete is known."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QWidget

from gui.workspaces.console.form.typed_ahead import TypedAhead

CHECK_MS = 300  # that a submission waits at most


class RecordCheck(QObject):
    """Main thread. Keys typed meanwhile are kept, and typed when it is over."""

    over = Signal()

    def __init__(self, form: QWidget) -> None:
        super().__init__(form)
        self._typed_ahead = TypedAhead(form)
        self._answers_expected = self._answer_overdue = False
        self.is_running = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(CHECK_MS)
        self._timer.timeout.connect(self._on_overdue)

    @property
    def can_wait(self) -> bool:
        """Whether an answer is likely to come in time."""
        return self._answers_expected and not self._answer_overdue

    def expect_answers(self) -> None:
        self._answers_expected = True

    def answer_came(self) -> None:
        """Of whatever athlete: what is stored can be read."""
        self._answer_overdue = False

    def begin(self) -> None:
        self.is_running = True
        self._typed_ahead.begin()
        self._timer.start()

    def finish(self) -> None:
        """Say `over`, where it is running."""
        if self.is_running:
            self._timer.stop()
            self.is_running = False
            self.over.emit()
            self._typed_ahead.end()

    @Slot()
    def _on_overdue(self) -> None:
        self._answer_overdue = True  # until one comes: what is stored cannot be read, or slowly
        self.finish()
