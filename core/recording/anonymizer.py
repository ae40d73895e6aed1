"""Takes names out of what is recorded. Pure but for its own memory; belongs to one thread.

What is left is what happened: times, counts, sports, durations, badges. Athletes become `Athlete 1`, `Athlete 2`, and
workers `W1`, `W2`, in the order in which they came. Texts that may hold a name, a value, a path or an address are left
out.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from hashlib import blake2b
from secrets import token_bytes
from typing import Any

from core.events import (
    Accepted,
    AthleteErased,
    BatchProcessed,
    Confirmed,
    ConnectionChanged,
    CurrentJob,
    Event,
    PickedUp,
    ProblemRaised,
    Refused,
    WorkerHeartbeat,
    WorkoutOutcome,
)
from core.recording.records import Record, RecordedAccount, RecordedBatch, RecordedNote

MOST_NAMES = 20_000  # kept apart; further ones share a name
LEFT_OUT = "left out of this recording"
_UUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Anonymizer:
    """The same name becomes the same one each time. The key of what replaces an id is not kept anywhere."""

    def __init__(self) -> None:
        self._athletes: dict[str, str] = {}
        self._workers: dict[str, str] = {}
        self._key = token_bytes(16)
        self._of: dict[type, Callable[[Any], Event]] = {
            Accepted: self._accepted,
            Confirmed: lambda event: replace(event, workout_ids=self._ids(event.workout_ids)),
            Refused: lambda event: replace(
                event, workout_id=self._id(event.workout_id), reason=_left_out(event.reason)
            ),
            PickedUp: self._picked_up,
            BatchProcessed: self._processed,
            WorkerHeartbeat: self._heartbeat,
            ConnectionChanged: lambda event: replace(event, place="", problem=_left_out(event.problem)),
            AthleteErased: lambda event: replace(event, athlete=self._athlete(event.athlete)),
            ProblemRaised: lambda event: replace(event, text=_left_out(event.text)),
        }

    def record(self, record: Record) -> Record:
        if isinstance(record, RecordedBatch):
            return RecordedBatch(record.at_ms, tuple(map(self._event, record.events)))
        if isinstance(record, RecordedAccount):
            lost, doubled = (tuple(map(self._title, each)) for each in (record.lost, record.doubled))
            return replace(record, lost=lost, doubled=doubled)
        return RecordedNote(record.at_ms, record.text)

    def _event(self, event: Event) -> Event:
        change = self._of.get(type(event))
        return event if change is None else change(event)

    def _accepted(self, event: Accepted) -> Event:
        return replace(event, workout_id=self._id(event.workout_id), athlete=self._athlete(event.athlete), outbox="")

    def _picked_up(self, event: PickedUp) -> Event:
        ids = self._ids(event.workout_ids)
        return replace(event, worker=self._worker(event.worker), workout_ids=ids, job=self._job(event.job))

    def _processed(self, event: BatchProcessed) -> Event:
        return replace(event, worker=self._worker(event.worker), outcomes=tuple(map(self._outcome, event.outcomes)))

    def _outcome(self, outcome: WorkoutOutcome) -> WorkoutOutcome:
        return replace(
            outcome,
            workout_id=self._id(outcome.workout_id),
            athlete=self._athlete(outcome.athlete),
            reason=_left_out(outcome.reason),
            conflict_of="",
        )

    def _heartbeat(self, event: WorkerHeartbeat) -> Event:
        info = event.info and replace(event.info, host="", pid=0, job=self._job(event.info.job))
        return replace(event, worker=self._worker(event.worker), problem=_left_out(event.problem), info=info)

    def _job(self, job: CurrentJob | None) -> CurrentJob | None:
        return job and replace(job, workout_id=self._id(job.workout_id), athlete=self._athlete(job.athlete))

    def _ids(self, ids: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(map(self._id, ids))

    def _id(self, workout_id: str) -> str:
        """A random id is no name; that of a foreign message may be any text."""
        if _UUID.fullmatch(workout_id):
            return workout_id
        return blake2b(workout_id.encode("utf-8", "replace"), digest_size=8, key=self._key).hexdigest()

    def _athlete(self, name: str) -> str:
        return name and _numbered(self._athletes, name, "Athlete ")

    def _worker(self, name: str) -> str:
        return name and _numbered(self._workers, name, "W")

    def _title(self, title: str) -> str:
        """`Ana, Running`: the sport stays."""
        athlete, _, sport = title.rpartition(", ")
        return f"{self._athlete(athlete)}, {sport}" if athlete else ""


def _numbered(known: dict[str, str], name: str, prefix: str) -> str:
    if name not in known:
        if len(known) >= MOST_NAMES:
            return f"{prefix}of many"
        known[name] = f"{prefix}{len(known) + 1}"
    return known[name]


def _left_out(text: str) -> str:
    return text and LEFT_OUT
