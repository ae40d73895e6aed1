"""The clock and the worker of tests of what screens read from a results database."""

from __future__ import annotations

from core.codec.workout_codec import DecodedMessage
from core.store.failure_record import FailureRecord
from core.store.writer import ResultsStore

START_MS = 1_750_000_000_000


class Clock:
    def __init__(self) -> None:
        self.at_ms = START_MS

    def __call__(self) -> int:
        self.at_ms += 1000
        return self.at_ms


def apply(store: ResultsStore, *batch: DecodedMessage, failures: tuple[FailureRecord, ...] = ()) -> None:
    store.apply(batch, worker="w-1", picked_up_at_ms=START_MS, failures=failures)
