"""Asks what is stored of the rows: records for duplicates and weights, and what rows in view would unlock."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from PySide6.QtCore import QObject, Signal, Slot

from core.events import BatchProcessed, Event
from core.roster.check import RowVerdict
from core.roster.grid import RosterRow
from core.workouts.on_record import AthleteDay, AthleteRecord
from gui.widgets.timers import once_timer
from gui.workspaces.roster.stored_values import Names, RecordBook, RowUnlocks

ASK_MS = 60  # after a key press, and between two portions
OVERDUE_MS = 2_000  # without an answer: what is stored cannot be read now, or slowly

Asked = Sequence[tuple[int, RowVerdict]]


class StoredFacts(QObject):
    """Main thread. One question at a time; answers come in portions, so that other screens are not kept waiting."""

    records_requested = Signal(tuple)  # AthleteDays; answer with `take_records`
    unlocks_requested = Signal(tuple)  # of (key, verdict); answer with `take_unlocks`
    athletes_changed = Signal(frozenset)  # their rows are to be checked again
    answered = Signal()

    def __init__(
        self,
        book: RecordBook,
        verdict: Callable[[RosterRow], RowVerdict],
        in_view: Callable[[], Iterable[RosterRow]],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._book, self._in_view = book, in_view
        self.unlocks = RowUnlocks(verdict)
        self._answers_expected = False
        self._is_overdue = False
        self._asking = once_timer(self, ASK_MS, self._on_due)
        self._waiting = once_timer(self, OVERDUE_MS, self._on_overdue)

    def expect_answers(self) -> None:
        """The signals are answered."""
        self._answers_expected = True

    @property
    def is_worth_waiting_for(self) -> bool:
        """Whether records that are not known yet are likely to come."""
        return self._answers_expected and not self._is_overdue and not self._book.is_complete

    def look(self) -> None:
        """Rows are others, or others are in view."""
        if self._answers_expected and not self._waiting.isActive() and not self._asking.isActive():
            self._asking.start()

    def look_anew(self) -> None:
        """The grid is shown again."""
        self._book.clear()
        self.unlocks.clear()
        self._is_overdue = False
        self.look()

    def take_records(self, records: Sequence[AthleteRecord]) -> None:
        if athletes := self._book.take(records):
            self.athletes_changed.emit(athletes)
        self._on_answer()

    def take_unlocks(self, asked: Asked, names: Mapping[str, Names]) -> None:
        self.unlocks.take(asked, names)
        self._on_answer()

    def take_events(self, events: Iterable[Event]) -> None:
        """Workouts that were stored, from here or by another console."""
        athletes = frozenset(
            outcome.athlete for event in events if isinstance(event, BatchProcessed) for outcome in event.outcomes
        )
        if athletes:
            self._book.forget(athletes)
            self.unlocks.forget(athletes)
            self.athletes_changed.emit(athletes)

    def _on_answer(self) -> None:
        self._waiting.stop()
        self._is_overdue = False
        self.look()
        self.answered.emit()

    @Slot()
    def _on_due(self) -> None:
        """Records first: a row that is asked about unlocks nothing yet."""
        wanted: tuple[AthleteDay, ...] = self._book.portion()
        if wanted:
            self._waiting.start()
            self.records_requested.emit(wanted)
        elif asked := self.unlocks.portion(self._in_view()):
            self._waiting.start()
            self.unlocks_requested.emit(asked)

    @Slot()
    def _on_overdue(self) -> None:
        self._is_overdue = True
        self.answered.emit()  # what waits goes on without
