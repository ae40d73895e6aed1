"""Sends the rows that are ready, once all rows are checked and what is stored of them is known."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from core.roster.check import RowState
from core.roster.grid import Grid
from gui.workspaces.roster.checks import RowChecks
from gui.workspaces.roster.reading import RosterReading
from gui.workspaces.roster.receipts import RowReceipts
from gui.workspaces.roster.stored_facts import StoredFacts


class RowSending(QObject):
    """Main thread. A press that comes before everything is checked is remembered, and answered once."""

    sent = Signal(list)  # workouts; their rows are marked
    refused = Signal(str)  # why nothing can be sent

    def __init__(
        self,
        grid: Grid,
        checks: RowChecks,
        reading: RosterReading,
        receipts: RowReceipts,
        facts: StoredFacts,
        why_not: Callable[[], str],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._grid, self._checks, self._reading, self._receipts, self._facts = grid, checks, reading, receipts, facts
        self._why_not = why_not
        self._is_wanted = False

    def begin(self) -> None:
        self._is_wanted = True
        self.go_on()

    def go_on(self) -> None:
        """Send what is ready, if that is wanted and can be: to be called when more is checked, or known."""
        if not (self._is_wanted and self._checks.is_done):
            return
        if self._facts.is_worth_waiting_for:
            self._facts.look()
            return
        self._is_wanted = False
        if why_not := self._why_not():
            self.refused.emit(why_not)
            return
        found = [(row, self._checks.verdict(row)) for row in self._grid.rows]
        ready = [
            (row, self._reading.started_now(row, verdict.workout))
            for row, verdict in found
            if verdict.workout is not None and verdict.state is RowState.READY
        ]
        ids = {row.key: workout.workout_id for row, workout in ready}
        self._receipts.follow(ids.values())
        self._reading.remember(workout for _, workout in ready)
        self._grid.mark_sent(ids)
        self.sent.emit([workout for _, workout in ready])
