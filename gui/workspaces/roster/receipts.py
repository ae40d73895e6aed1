"""The receipts of the rows that were sent, followed as long as the grid has them. Qt-free."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from core.events import Accepted, Event
from core.live.workout_log import WorkoutLog, WorkoutTrace
from core.roster.fields import MAX_ROWS


class RowReceipts:
    """Belongs to one thread. The Console's log keeps the newest of all workouts; this one those of the grid."""

    def __init__(self) -> None:
        self.log = WorkoutLog(max_receipts=MAX_ROWS)
        self._ids: set[str] = set()

    def follow(self, workout_ids: Iterable[str]) -> None:
        self._ids.update(workout_ids)

    def take(self, events: Sequence[Event]) -> bool:
        """Whether a receipt may have changed."""
        before = self.log.version
        if self._ids:
            self.log.apply_all(
                event for event in events if not isinstance(event, Accepted) or event.workout_id in self._ids
            )
        return self.log.version != before

    def trace(self, workout_id: str) -> WorkoutTrace:
        return self.log.seen(workout_id)
