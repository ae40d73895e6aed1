"""A failed list with all that writes and reads it: a worker's store, a person's marks, a reader."""

from __future__ import annotations

from collections.abc import Sequence

from core.codec.workout_codec import DecodedMessage
from core.failures.models import FailedState
from core.store.failure_actions import FailureActions, FailureMark
from core.store.failure_record import FailureRecord
from core.store.reader import ResultsReader
from core.store.writer import ResultsStore
from tests.support.databases import Place
from tests.support.failures import NOW_MS


class Desk:
    """A worker's store, a person's marks and a reader of one database."""

    def __init__(self, place: Place) -> None:
        url = place.url
        self.place = place
        self.store = ResultsStore(url, now_ms=lambda: NOW_MS)
        self.store.open()
        self.marks = FailureActions(url, by="coach", now_ms=lambda: NOW_MS + 1)
        self.marks.open()
        self.reader = ResultsReader(url, now_ms=lambda: NOW_MS)
        self.reader.open()
        self.failed = self.reader.failed

    def fail(self, *records: FailureRecord, batch: Sequence[DecodedMessage] = ()) -> None:
        self.store.apply(batch, worker="w-1", picked_up_at_ms=NOW_MS, failures=records)

    def mark(self, state: FailedState, *keys: str) -> int:
        known = self.marks.states(keys)
        return self.marks.mark([FailureMark(key, known[key][1]) for key in keys], state)

    def state(self, key: str) -> FailedState:
        return self.marks.states([key])[key][0]

    def close(self) -> None:
        self.reader.close()
        self.marks.close()
        self.store.close()
