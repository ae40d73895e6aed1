"""A submission held back for a moment, until what is stored of its athlete is known."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from gui.widgets.timers import once_timer
from gui.workspaces.console.form.typed_ahead import TypedAhead

CHECK_MS = 300  # that a submission waits at most


class RecordCheck(QObject):
    """Main thread. Keys typed meanwhile are kept, and typed when it is over."""

    over = Signal()

    def __init__(self, form: QWidget) -> None:
        super().__init__(form)
        self._typed_ahead = TypedAhead(form)
        self._answers_expected = self._answer_overdue = False
        self._timer = once_timer(self, CHECK_MS, self._on_overdue)

    @property
    def is_running(self) -> bool:
        return self._timer.isActive()

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
        self._typed_ahead.begin()
        self._timer.start()

    def finish(self) -> None:
        """Say `over`, where it is running."""
        if self.is_running:
            self._timer.stop()
            self._end()

    def _end(self) -> None:
        self.over.emit()
        self._typed_ahead.end()

    @Slot()
    def _on_overdue(self) -> None:
        self._answer_overdue = True  # until one comes: what is stored cannot be read, or slowly
        self._end()
