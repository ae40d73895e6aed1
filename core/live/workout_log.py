"""What was seen live of single workouts: those sent from this outbox, and one that the user follows. Pure, bounded."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from core.events import Accepted, BatchProcessed, Confirmed, EarnedBadge, Event, OutcomeKind, PickedUp, Refused

MAX_TRACES = 2_000
MAX_ATTEMPTS = 20  # of one workout; the newest


@dataclass(frozen=True, slots=True)
class Attempt:
    """The outcome of one try, or of a round. `tries`: how many this stands for, `at_ms` being of the last of them.

    `at_ms` is the pick-up in milliseconds since the epoch, or the end where the pick-up was not seen.
    """

    at_ms: int
    worker: str
    kind: OutcomeKind
    reason: str = ""
    took_ms: float | None = None  # None: not known
    tries: int = 1


@dataclass(frozen=True, slots=True)
class WorkoutTrace:
    """What was seen live of one workout; times in milliseconds since the epoch."""

    workout_id: str
    athlete: str = ""
    sport: str = ""
    duration_min: float | None = None
    distance_km: float | None = None
    started_at: str = ""  # as in events
    accepted_at_ms: int | None = None
    refused_at_ms: int | None = None
    confirmed_at_ms: int | None = None
    picked_up_at_ms: int | None = None
    ended_at_ms: int | None = None
    worker: str = ""
    end: OutcomeKind | None = None
    run_ms: float | None = None
    reason: str = ""
    badges: tuple[EarnedBadge, ...] = ()
    tries: int = 0
    submitted_at_ms: int | None = None
    written_at_ms: int | None = None  # measured within the transaction; `ended_at_ms` is after its commit then
    batch_peers: int | None = None  # in the same batch
    attempts: tuple[Attempt, ...] = ()  # oldest first
    recalled: bool = False  # it began before this program started to watch
    elsewhere: bool = False  # sent to a queue other than the one in use


class WorkoutLog:
    """Belongs to one thread. Keeps the newest workouts sent from this outbox, and the one that `follow` names."""

    def __init__(self, most: int = MAX_TRACES) -> None:
        self._most = most
        self._seen: OrderedDict[str, WorkoutTrace] = OrderedDict()
        self._followed: str | None = None
        self._recalling = False
        self.version = 0  # of the followed one

    def seen(self, workout_id: str) -> WorkoutTrace:
        return self._seen.get(workout_id) or WorkoutTrace(workout_id)

    def follow(self, known: WorkoutTrace) -> None:
        """Keep this one whichever outbox sent it, starting with `trace`."""
        if self._followed is not None and self.seen(self._followed).accepted_at_ms is None:
            self._seen.pop(self._followed, None)
        self._followed = known.workout_id
        self._seen.setdefault(known.workout_id, known)
        self.version += 1

    def backfill(self, events: Iterable[Event]) -> None:
        """Add what happened before this program watched, as far as it is known."""
        self._recalling = True
        self.apply_all(events)
        self._recalling = False

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
                        self._change(
                            workout_id,
                            picked_up_at_ms=event.at_ms,
                            worker=event.worker,
                            end=None,
                            batch_peers=len(event.workout_ids) - 1,
                        )
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
            started_at=event.started_at,
            accepted_at_ms=event.at_ms,
            recalled=self._recalling,
        )
        self._on_change(event.workout_id)
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
            # A finished one was picked up again, and the event was not seen.
            picked_up_at_ms = before.picked_up_at_ms if before.end is None else None
            took_ms = None if picked_up_at_ms is None else float(max(0, event.at_ms - picked_up_at_ms))
            at_ms = event.at_ms if picked_up_at_ms is None else picked_up_at_ms
            attempt = Attempt(at_ms, event.worker, outcome.kind, outcome.reason, took_ms)
            seen[outcome.workout_id] = replace(
                before,
                picked_up_at_ms=picked_up_at_ms,
                athlete=outcome.athlete or before.athlete,
                sport=outcome.sport or before.sport,
                duration_min=before.duration_min if outcome.duration_min is None else outcome.duration_min,
                distance_km=before.distance_km if outcome.distance_km is None else outcome.distance_km,
                started_at=outcome.started_at or before.started_at,
                ended_at_ms=event.at_ms,
                worker=event.worker,
                end=outcome.kind,
                run_ms=outcome.run_ms,
                reason=outcome.reason,
                badges=outcome.badges,
                tries=before.tries + 1,
                attempts=(*before.attempts, attempt)[-MAX_ATTEMPTS:],
            )
            self._on_change(outcome.workout_id)

    def _change(self, workout_id: str, **changes: object) -> None:
        before = self._seen.get(workout_id)
        if before is not None:
            self._seen[workout_id] = replace(before, **changes)  # type: ignore[arg-type]  # names of its fields
            self._on_change(workout_id)

    def _on_change(self, workout_id: str) -> None:
        if workout_id == self._followed:
            self.version += 1
