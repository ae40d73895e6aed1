"""How a table of workouts lets its current row be corrected, deleted and used again: keys and entries of its menu.

The timeline does the same for the workout that it shows.
"""

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
NOT_YET_STORED = "It is not stored yet"
_ENTRIES = {"correct": "&Correct…", "delete": "&Delete…", "again": "&Use again"}


class RowChanges(QObject):
    """Main thread. `why_not`, in calls: why this row cannot be corrected and deleted; empty: it can. Whatever has an id
    can be used again."""

    correct_requested = Signal(str)  # workout id
    delete_requested = Signal(str)
    again_requested = Signal(str)

    def __init__(self, table: QWidget) -> None:
        super().__init__(table)
        self._table = table
        self.why_not_any = ""  # why no row can be changed

    def take_key(self, event: QKeyEvent, workout_id: str, why_not: str) -> bool:
        """Whether it was one of the keys."""
        name = pressed(Scope.WORKOUTS, event)
        if not name:
            return False
        if reason := self._why_not(name, workout_id, why_not):
            show_note(self._table, reason)
        elif not is_held(event):
            self.request(name, workout_id)
        return True

    def entries(self, workout_id: str, why_not: str) -> list[RowAction]:
        keys = SHORTCUTS[Scope.WORKOUTS]
        return [
            RowAction(
                keys[name].entry(words),
                partial(self.request, name, workout_id),
                self._why_not(name, workout_id, why_not),
            )
            for name, words in _ENTRIES.items()
        ]

    def _why_not(self, name: str, workout_id: str, why_not: str) -> str:
        if name == "again":
            why_not = "" if workout_id else why_not or HAS_NO_ID
        return self.why_not_any or why_not

    def request(self, name: str, workout_id: str) -> None:
        """`name`: of the shortcut."""
        match name:
            case "delete":
                self.delete_requested.emit(workout_id)
            case "again":
                self.again_requested.emit(workout_id)
            case _:
                self.correct_requested.emit(workout_id)
