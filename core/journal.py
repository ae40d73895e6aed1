"""What was seen live of single workouts: those sent from here, and one that somebody follows. Pure, bounded."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from core.events import Accepted, Badge, BatchProcessed, Confirmed, Event, OutcomeKind, PickedUp, Refused

MAX_JOURNALS = 2_000


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen of one workout while we looked; times in milliseconds since the epoch."""

    workout_id: str
    athlete: str = ""
    sport: str = ""
    duration_min: float | None = None
    distance_km: float | None = None
    accepted_at_ms: int | None = None
    refused_at_ms: int | None = None
    confirmed_at_ms: int | None = None
    picked_up_at_ms: int | None = None
    ended_at_ms: int | None = None
    worker: str = ""
    end: OutcomeKind | None = None
    run_ms: float | None = None
    reason: str = ""
    badges: tuple[Badge, ...] = ()
    tries: int = 0


class Journal:
    """Of one thread. Keeps the newest workouts sent from here, and whichever one `follow` names."""

    def __init__(self, most: int = MAX_JOURNALS) -> None:
        self._most = most
        self._seen: OrderedDict[str, Seen] = OrderedDict()
        self._followed: str | None = None
        self.version = 0  # of the one followed

    def seen(self, workout_id: str) -> Seen:
        return self._seen.get(workout_id) or Seen(workout_id)

    def follow(self, known: Seen) -> None:
        """Keep this one whoever sent it, beginning with what is known of it."""
        if self._followed is not None and self.seen(self._followed).accepted_at_ms is None:
            self._seen.pop(self._followed, None)
        self._followed = known.workout_id
        self._seen.setdefault(known.workout_id, known)
        self.version += 1

    def apply_all(self, events: Iterable[Event]) -> None:
        for event in events:
            if isinstance(event, Accepted):
                self._accepted(event)
            elif isinstance(event, Confirmed):
                for workout_id in event.workout_ids:
                    self._change(workout_id, confirmed_at_ms=event.at_ms)
            elif isinstance(event, Refused):
                self._change(event.workout_id, refused_at_ms=event.at_ms, reason=event.reason)
            elif isinstance(event, PickedUp):
                for workout_id in event.workout_ids:
                    if workout_id in self._seen:
                        self._change(workout_id, picked_up_at_ms=event.at_ms, worker=event.worker, end=None)
            elif isinstance(event, BatchProcessed):
                self._processed(event)

    def _accepted(self, event: Accepted) -> None:
        before = self.seen(event.workout_id)
        self._seen[event.workout_id] = replace(
            before,
            athlete=event.athlete,
            sport=event.sport,
            duration_min=event.duration_min,
            distance_km=event.distance_km,
            accepted_at_ms=event.at_ms,
        )
        self._told(event.workout_id)
        while len(self._seen) > self._most:
            oldest = next(iter(self._seen))
            if oldest == self._followed:
                self._seen.move_to_end(oldest)
            else:
                del self._seen[oldest]

    def _processed(self, event: BatchProcessed) -> None:
        seen = self._seen
        for outcome in event.outcomes:
            before = seen.get(outcome.workout_id)
            if before is None or (before.end is OutcomeKind.STORED and outcome.kind is OutcomeKind.DUPLICATE):
                continue
            seen[outcome.workout_id] = replace(
                before,
                athlete=outcome.athlete or before.athlete,
                sport=outcome.sport or before.sport,
                duration_min=before.duration_min if outcome.duration_min is None else outcome.duration_min,
                distance_km=before.distance_km if outcome.distance_km is None else outcome.distance_km,
                ended_at_ms=event.at_ms,
                worker=event.worker,
                end=outcome.kind,
                run_ms=outcome.run_ms,
                reason=outcome.reason,
                badges=outcome.badges,
                tries=before.tries + 1,
            )
            self._told(outcome.workout_id)

    def _change(self, workout_id: str, **changes: object) -> None:
        before = self._seen.get(workout_id)
        if before is not None:
            self._seen[workout_id] = replace(before, **changes)  # type: ignore[arg-type]  # names of Seen's fields
            self._told(workout_id)

    def _told(self, workout_id: str) -> None:
        if workout_id == self._followed:
            self.version += 1
