"""How a table of workouts lets its current row be corrected, deleted and used again: keys and entries of its menu."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from gui.shortcuts import SHORTCUTS, Scope
from gui.widgets.announcements import show_note
from gui.widgets.keys import is_held, pressed
from gui.widgets.row_menu import RowAction

HAS_FAILED = "It has failed: repair it, or discard it"
HAS_NO_ID = "It has no id"
_ENTRIES = {"correct": "&Correct…", "delete": "&Delete…"}


class RowChanges(QObject):
    """Main thread. `why_not`, in calls: why this row cannot be changed; empty: it can."""

    correct_requested = Signal(str)  # workout id
    delete_requested = Signal(str)
    again_requested = Signal(str)

    def __init__(self, table: QWidget) -> None:
        super().__init__(table)
        self._table = table
        self.why_not_any = ""  # why no row can be changed

    def take_key(self, event: QKeyEvent, workout_id: str, why_not: str) -> bool:
        """Whether it was one of the two keys."""
        name = pressed(Scope.WORKOUTS, event)
        if not name:
            return False
        if reason := self.why_not_any or why_not:
            show_note(self._table, reason)
        elif not is_held(event):
            self._request(name, workout_id)
        return True

    def entries(self, workout_id: str, why_not: str) -> list[RowAction]:
        keys = SHORTCUTS[Scope.WORKOUTS]
        entries = [
            RowAction(keys[name].entry(words), partial(self._request, name, workout_id), self.why_not_any or why_not)
            for name, words in _ENTRIES.items()
        ]
        why_not_again = self.why_not_any or ("" if workout_id else HAS_NO_ID)
        return [*entries, RowAction("&Use again", partial(self.again_requested.emit, workout_id), why_not_again)]

    def _request(self, name: str, workout_id: str) -> None:
        (self.delete_requested if name == "delete" else self.correct_requested).emit(workout_id)
