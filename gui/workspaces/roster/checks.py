"""The verdicts of all rows: those that are seen at once, the others in the pauses between key presses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from time import perf_counter

from PySide6.QtCore import QObject, Signal, Slot

from core.roster.check import SENT, RowState, RowVerdict
from core.roster.grid import RosterRow
from core.workouts.folding import folded
from gui.widgets.timers import once_timer
from gui.workspaces.roster.reading import RosterReading

SLICE_S = 0.008  # of checking at once: less than a frame
SAY_S = 0.1  # between two reports of how far it is
MOST_ABOVE = 5  # rows of the same athlete that one is compared with


class RowChecks(QObject):
    """Main thread."""

    progressed = Signal()  # some more rows are checked

    def __init__(self, reading: RosterReading, parent: QObject) -> None:
        super().__init__(parent)
        self._reading = reading
        self._rows: Sequence[RosterRow] = ()
        self._above: dict[int, tuple[RosterRow, ...]] = {}
        self._known: dict[int, tuple[RosterRow, tuple[RosterRow, ...], RowVerdict]] = {}
        self._athletes: dict[int, tuple[RosterRow, str]] = {}  # folded; empty where it cannot be the same workout
        self._said_s = 0.0
        self._next = 0
        self._timer = once_timer(self, 0, self._on_slice)

    @property
    def is_done(self) -> bool:
        return self._next >= len(self._rows)

    def show_rows(self, rows: Sequence[RosterRow]) -> None:
        """The rows as they are now; verdicts of those that have not changed are kept."""
        self._rows = tuple(rows)
        self._above = self._same_athletes(rows)
        keys = {row.key for row in rows if not row.is_sent}
        self._known = {key: known for key, known in self._known.items() if key in keys}
        self._begin()

    def forget(self) -> None:
        """All verdicts: what rows are read with has changed."""
        self._known.clear()
        self._begin()

    def forget_athletes(self, athletes: frozenset[str]) -> None:
        """The verdicts of their rows: more is known of what is stored of them."""
        stale = [key for key, (_, _, verdict) in self._known.items() if _athlete(verdict) in athletes]
        for key in stale:
            del self._known[key]
        if stale:
            self._begin()

    def verdict(self, row: RosterRow) -> RowVerdict:
        if row.is_sent:
            return SENT
        above = self._above.get(row.key, ())
        known = self._known.get(row.key)
        if known is None or known[0] is not row or known[1] != above:
            known = self._known[row.key] = (row, above, self._reading.check(row, above))
        return known[2]

    def counts(self) -> Counter[RowState]:
        """Of the rows that are checked."""
        counts = Counter(known[2].state for known in self._known.values())
        counts[RowState.SENT] = sum(row.is_sent for row in self._rows)
        return counts

    def finish(self) -> None:
        """Check what is left now."""
        for row in self._rows[self._next :]:
            self.verdict(row)
        self._next = len(self._rows)

    def _same_athletes(self, rows: Sequence[RosterRow]) -> dict[int, tuple[RosterRow, ...]]:
        """By the key of a row: the nearest rows above that name the same athlete."""
        before, self._athletes = self._athletes, {}
        seen: dict[str, tuple[RosterRow, ...]] = {}
        above: dict[int, tuple[RosterRow, ...]] = {}
        for row in rows:
            known = before.get(row.key)
            if known is None or known[0] is not row:
                known = (row, "" if row.is_sent or row.is_blank else folded(row.texts.get("userId", "")))
            self._athletes[row.key] = known
            if athlete := known[1]:
                if athlete in seen:
                    above[row.key] = seen[athlete]
                    seen[athlete] = (*seen[athlete], row)[-MOST_ABOVE:]
                else:
                    seen[athlete] = (row,)
        return above

    def _begin(self) -> None:
        self._next = 0
        self._timer.start()

    @Slot()
    def _on_slice(self) -> None:
        until_s = perf_counter() + SLICE_S
        while self._next < len(self._rows) and perf_counter() < until_s:
            self.verdict(self._rows[self._next])
            self._next += 1
        if not self.is_done:
            self._timer.start()
        if self.is_done or perf_counter() - self._said_s > SAY_S:
            self._said_s = perf_counter()
            self.progressed.emit()


def _athlete(verdict: RowVerdict) -> str:
    return "" if verdict.workout is None else verdict.workout.athlete
