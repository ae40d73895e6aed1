"""What is known of a workout that a program is to correct or delete: from the results, and from the outbox."""

from __future__ import annotations

from core.config.settings import Settings
from core.errors import StoreError
from core.outbox.change_requests import KnownWorkout
from core.outbox.outbox import Outbox
from core.store.models import MessageSnapshot, NewestRevision, newest_known
from core.store.reader import ResultsReader
from worker.outbox.restore import sent_copy
from worker.runtime.clock import now_ms


def known_workout(stored: NewestRevision | StoreError | None, sent: MessageSnapshot | None) -> KnownWorkout:
    """`stored` is an error where the results could not be read."""
    if isinstance(stored, StoreError):
        return KnownWorkout(newest_known(None, sent), str(stored))
    return KnownWorkout(newest_known(stored, sent))


class WorkoutLookup:
    """Reads while the caller waits; of the caller's thread. Close it at the end."""

    def __init__(self, settings: Settings, outbox: Outbox) -> None:
        """`outbox`: open."""
        self._reader = ResultsReader(settings.database_url, now_ms=now_ms)
        self._outbox = outbox
        self._is_open = False

    def find(self, workout_id: str) -> KnownWorkout:
        """StoreError when the outbox cannot be read."""
        return known_workout(self._stored(workout_id), sent_copy(self._outbox, workout_id))

    def close(self) -> None:
        self._reader.close()

    def _stored(self, workout_id: str) -> NewestRevision | StoreError | None:
        try:
            if not self._is_open:
                self._reader.open()
                self._is_open = True
            return self._reader.past.newest(workout_id)
        except StoreError as error:
            return error
