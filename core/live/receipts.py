"""Receipts: one row for each workout sent from this outbox, built from events. Pure, bounded, in any order of
events."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import Enum

from core.events import (
    Accepted,
    BatchProcessed,
    Confirmed,
    ConnectionChanged,
    ConnectionState,
    EarnedBadge,
    Event,
    OutcomeKind,
    PickedUp,
    Refused,
    WorkoutOutcome,
)

MAX_RECEIPTS = 2_000
MAX_EARLY = 4_096  # ids with events before their own `Accepted`, or of other outboxes
NODES = 5  # accepted, confirmed, waiting, running, stored


class Stage(Enum):
    """How far a workout has come; the value is the label shown."""

    ACCEPTED = "accepted"
    PENDING = "kept here"  # accepted, and the broker is not connected
    REFUSED = "refused"  # still in the outbox: the broker refused it and is retried
    REJECTED = "rejected"  # still in the outbox, but the broker will never take it as it is
    WAITING = "waiting"
    OTHER_QUEUE = "not here"  # sent to a queue other than the one in use
    RUNNING = "running"
    RETRYING = "retrying"
    FAILED = "failed"
    DUPLICATE = "duplicate"
    STORED = "stored"

    @property
    def in_flight(self) -> bool:
        return self in _IN_FLIGHT

    @property
    def kept_here(self) -> bool:
        return self is Stage.PENDING or self is Stage.REFUSED

    @property
    def is_failure(self) -> bool:
        """Needs a repair: it goes no further as it is."""
        return self in FAILURES

    @property
    def finished(self) -> bool:
        return self in _FINISHED

    @property
    def node(self) -> int:
        """Which of the five steps it is on, from 0."""
        return _NODE[self]


_IN_FLIGHT = frozenset({Stage.ACCEPTED, Stage.WAITING, Stage.RUNNING, Stage.RETRYING})
FAILURES = frozenset({Stage.REJECTED, Stage.FAILED})
_FINISHED = frozenset({Stage.REJECTED, Stage.FAILED, Stage.DUPLICATE, Stage.STORED})
_NODE = {
    Stage.ACCEPTED: 0,
    Stage.PENDING: 0,
    Stage.REFUSED: 0,
    Stage.REJECTED: 1,
    Stage.WAITING: 2,
    Stage.OTHER_QUEUE: 2,
    Stage.RETRYING: 2,
    Stage.RUNNING: 3,
    Stage.FAILED: 3,
    Stage.DUPLICATE: 4,
    Stage.STORED: 4,
}
_RANK = {  # tries (rank 3) follow each other in time; the second number breaks ties within a millisecond
    Stage.ACCEPTED: (0, 0),
    Stage.PENDING: (0, 0),
    Stage.REFUSED: (1, 0),
    Stage.REJECTED: (1, 1),
    Stage.WAITING: (2, 0),
    Stage.RUNNING: (3, 0),
    Stage.RETRYING: (3, 1),
    Stage.FAILED: (3, 2),
    Stage.DUPLICATE: (4, 0),
    Stage.STORED: (5, 0),
}
_QUEUED = frozenset({Stage.WAITING, Stage.RUNNING, Stage.RETRYING})
_HEARD = frozenset({Stage.RUNNING, Stage.RETRYING})  # of a worker of the queue in use
_OUTCOME_STAGE = {
    OutcomeKind.STORED: Stage.STORED,
    OutcomeKind.DUPLICATE: Stage.DUPLICATE,
    OutcomeKind.FAILED: Stage.FAILED,
    OutcomeKind.RETRYING: Stage.RETRYING,
}


class CountGroup(Enum):
    """The groups to which the list can be filtered."""

    ALL = "All"
    IN_FLIGHT = "In flight"
    FAILED = "Failed"
    KEPT_HERE = "Kept here"


@dataclass(frozen=True, slots=True)
class ReceiptProgress:
    """What is known of one workout, whichever outbox sent it. `at_ms`: time of the last worker event."""

    stage: Stage = Stage.ACCEPTED
    at_ms: int = 0
    worker: str = ""
    reason: str = ""
    badges: tuple[EarnedBadge, ...] = ()
    calories_kcal: float | None = None
    failed_tries: frozenset[int] = frozenset()  # when each unsuccessful try ended


@dataclass(frozen=True, slots=True)
class Receipt:
    """One row. Times are milliseconds since the epoch."""

    workout_id: str
    sent_at_ms: int
    athlete: str
    sport: str
    duration_min: float
    distance_km: float | None
    stage: Stage
    journey: ReceiptProgress
    started_at: str = ""  # as in events

    def took_ms(self, now_ms: int) -> int:
        """Milliseconds from sending to the end, or to now while there is no end. Never negative, whatever the clocks
        say."""
        end_ms = self.journey.at_ms if self.stage.finished else now_ms
        return max(0, end_ms - self.sent_at_ms)

    def belongs_to(self, group: CountGroup) -> bool:
        if group is CountGroup.ALL:
            return True
        if group is CountGroup.IN_FLIGHT:
            return self.stage.in_flight
        if group is CountGroup.FAILED:
            return self.stage.is_failure
        return self.stage.kept_here


@dataclass(frozen=True, slots=True)
class ReceiptCounts:
    """How many rows are in each group."""

    total: int = 0
    in_flight: int = 0
    failed: int = 0
    kept_here: int = 0

    def of(self, group: CountGroup) -> int:
        return {
            CountGroup.ALL: self.total,
            CountGroup.IN_FLIGHT: self.in_flight,
            CountGroup.FAILED: self.failed,
            CountGroup.KEPT_HERE: self.kept_here,
        }[group]


@dataclass(slots=True)
class ReceiptChanges:
    """Changes of the rows since the last call. `added` is oldest first."""

    added: list[str] = field(default_factory=list)
    changed: set[str] = field(default_factory=set)
    dropped: set[str] = field(default_factory=set)

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.dropped)


class ReceiptLog:
    """Builds rows from events. An event about an id of another outbox costs one dictionary look-up or entry."""

    def __init__(self, *, max_receipts: int = MAX_RECEIPTS, max_early: int = MAX_EARLY) -> None:
        self._max_receipts = max_receipts
        self._max_early = max_early
        self._rows: dict[str, Receipt] = {}
        self._order: deque[str] = deque()  # oldest first
        self._early: OrderedDict[str, ReceiptProgress] = OrderedDict()
        self._stage_counts = dict.fromkeys(Stage, 0)
        self._open_here: set[str] = set()  # accepted, no further event yet
        self._changes = ReceiptChanges()
        self._online = True
        self._elsewhere: set[str] = set()

    @property
    def online(self) -> bool:
        return self._online

    def __len__(self) -> int:
        return len(self._rows)

    def get(self, workout_id: str) -> Receipt | None:
        return self._rows.get(workout_id)

    def newest_first(self, group: CountGroup = CountGroup.ALL) -> list[Receipt]:
        rows = self._rows
        return [row for row in (rows[workout_id] for workout_id in reversed(self._order)) if row.belongs_to(group)]

    def counts(self) -> ReceiptCounts:
        by_stage = self._stage_counts
        return ReceiptCounts(
            total=len(self._rows),
            in_flight=sum(by_stage[stage] for stage in _IN_FLIGHT),
            failed=sum(by_stage[stage] for stage in FAILURES),
            kept_here=by_stage[Stage.PENDING] + by_stage[Stage.REFUSED],
        )

    def take_changes(self) -> ReceiptChanges:
        """The changes since the last call; the caller owns them."""
        changes, self._changes = self._changes, ReceiptChanges()
        return changes

    def apply_all(self, events: Iterable[Event]) -> None:
        for event in events:
            self.apply(event)

    def apply(self, event: Event) -> None:
        """Apply one event; those that concern no workout are ignored."""
        match event:
            case Accepted():
                self._accept(event)
            case Confirmed():
                for workout_id in event.workout_ids:
                    self._note(workout_id, ReceiptProgress(Stage.WAITING))
            case PickedUp():
                journey = ReceiptProgress(Stage.RUNNING, event.at_ms, event.worker)
                for workout_id in event.workout_ids:
                    self._note(workout_id, journey)
            case BatchProcessed():
                for outcome in event.outcomes:
                    self._note(outcome.workout_id, _from_outcome(outcome, event))
            case Refused():
                stage = Stage.REJECTED if event.rejected else Stage.REFUSED
                self._note(event.workout_id, ReceiptProgress(stage, event.at_ms, reason=event.reason))
            case ConnectionChanged() if event.state is not ConnectionState.CONNECTING:
                self._follow_link(online=event.state is ConnectionState.ONLINE)
            case _:
                pass

    def set_elsewhere(self, workout_ids: Iterable[str]) -> None:
        """The workouts that were sent to a queue other than the one in use, whatever events there are about them."""
        before, self._elsewhere = self._elsewhere, set(workout_ids)
        for workout_id in before ^ self._elsewhere:
            self._show(workout_id)

    def _accept(self, event: Accepted) -> None:
        known = self._rows.get(event.workout_id)
        if known is None:
            self._add(self._receipt(event, self._early.pop(event.workout_id, ReceiptProgress())))
        elif event.at_ms > known.sent_at_ms:
            # Sent once more, repaired or corrected: an earlier end does not count.
            over = known.stage.finished and known.journey.at_ms < event.at_ms
            self._elsewhere.discard(event.workout_id)
            self._put(known, self._receipt(event, ReceiptProgress() if over else known.journey))

    def _add(self, row: Receipt) -> None:
        self._order.append(row.workout_id)
        self._changes.added.append(row.workout_id)
        self._count(row)
        if len(self._order) > self._max_receipts:
            oldest = self._rows.pop(self._order.popleft())
            self._uncount(oldest)
            self._changes.dropped.add(oldest.workout_id)

    def _note(self, workout_id: str, news: ReceiptProgress) -> None:
        row = self._rows.get(workout_id)
        if row is None:
            self._note_early(workout_id, news)
            return
        if news.stage in _HEARD:
            self._elsewhere.discard(workout_id)
        journey = merge(row.journey, news)
        if journey is not row.journey:
            self._put(row, replace(row, stage=self._shown(workout_id, journey.stage), journey=journey))

    def _note_early(self, workout_id: str, news: ReceiptProgress) -> None:
        known = self._early.get(workout_id)
        if known is not None:
            self._early[workout_id] = merge(known, news)
            return
        self._early[workout_id] = news
        if len(self._early) > self._max_early:
            self._early.popitem(last=False)

    def _follow_link(self, *, online: bool) -> None:
        if online == self._online:
            return
        self._online = online
        for workout_id in tuple(self._open_here):
            self._show(workout_id)

    def _show(self, workout_id: str) -> None:
        row = self._rows.get(workout_id)
        if row is not None:
            self._put(row, replace(row, stage=self._shown(workout_id, row.journey.stage)))

    def _shown(self, workout_id: str, stage: Stage) -> Stage:
        if stage is Stage.ACCEPTED and not self._online:
            return Stage.PENDING
        return Stage.OTHER_QUEUE if stage in _QUEUED and workout_id in self._elsewhere else stage

    def _receipt(self, event: Accepted, journey: ReceiptProgress) -> Receipt:
        return Receipt(
            workout_id=event.workout_id,
            sent_at_ms=event.at_ms,
            athlete=event.athlete,
            sport=event.sport,
            duration_min=event.duration_min,
            distance_km=event.distance_km,
            stage=self._shown(event.workout_id, journey.stage),
            journey=journey,
            started_at=event.started_at,
        )

    def _put(self, old: Receipt, new: Receipt) -> None:
        self._uncount(old)
        self._count(new)
        self._changes.changed.add(new.workout_id)

    def _count(self, row: Receipt) -> None:
        self._rows[row.workout_id] = row
        self._stage_counts[row.stage] += 1
        if row.journey.stage is Stage.ACCEPTED:
            self._open_here.add(row.workout_id)

    def _uncount(self, row: Receipt) -> None:
        self._stage_counts[row.stage] -= 1
        self._open_here.discard(row.workout_id)


def merge(known: ReceiptProgress, news: ReceiptProgress) -> ReceiptProgress:
    """Combines two records of one workout: the result does not depend on their order or repetition. Never a step
    backwards: what is stored stays stored, and among tries the latest one counts."""
    winner = news if _standing(news) > _standing(known) else known
    failed_tries = known.failed_tries | news.failed_tries
    return winner if winner.failed_tries == failed_tries else replace(winner, failed_tries=failed_tries)


def _standing(journey: ReceiptProgress) -> tuple[int, int, int, str, str]:
    rank, within = _RANK[journey.stage]
    return rank, journey.at_ms, within, journey.worker, journey.reason


def _from_outcome(outcome: WorkoutOutcome, batch: BatchProcessed) -> ReceiptProgress:
    stage = _OUTCOME_STAGE[outcome.kind]
    failed = frozenset({batch.at_ms}) if stage in (Stage.FAILED, Stage.RETRYING) else frozenset[int]()
    return ReceiptProgress(
        stage, batch.at_ms, batch.worker, outcome.reason, outcome.badges, outcome.calories_kcal, failed
    )
