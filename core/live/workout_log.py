"""What was seen live of single workouts: the rows of the receipts, and the one whose timeline is shown. Pure, bounded.

Events may come in any order and more than once: a worker of another computer may be quicker than the broker's confirm.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial

from core.broker.topology import TYPE_CORRECTED, TYPE_DELETED
from core.events import (
    Accepted,
    AthleteErased,
    BatchProcessed,
    Confirmed,
    ConnectionChanged,
    ConnectionState,
    DepthSampled,
    EarnedBadge,
    Event,
    OutcomeKind,
    PickedUp,
    Refused,
    WorkoutOutcome,
)
from core.live.queue_places import QueuePlace, QueuePlaces
from core.live.receipts import MAX_RECEIPTS, CountGroup, Stage
from core.workouts.names import spells

MAX_EARLY = 4_096  # workouts with events before their own `Accepted`, or of other outboxes
MAX_ATTEMPTS = 20  # of one workout; the newest
_EARLY_CHANGES = 2 * MAX_ATTEMPTS  # of one workout; the newest

_RANK = {  # tries (rank 3) follow each other in time; the second number breaks ties within a millisecond
    Stage.ACCEPTED: (0, 0),
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
_WITH_WORKER = frozenset({Stage.RUNNING, Stage.RETRYING})
_OUTCOME_STAGE = {kind: Stage[kind.name] for kind in OutcomeKind}


@dataclass(frozen=True, slots=True)
class Attempt:
    """The outcome of one try, or of a round. `tries`: how many this stands for, `at_ms` being of the last of them.

    `at_ms` is the pick-up in milliseconds since the epoch, or the end where the pick-up was not seen.
    """

    at_ms: int
    worker: str
    kind: OutcomeKind
    reason: str = ""
    run_ms: float | None = None  # None: not known
    tries: int = 1
    ended_at_ms: int = 0  # of one that was seen live


@dataclass(frozen=True, slots=True)
class Conflict:
    """A message that failed since its revision is stored with other content. `outbox`: which one sent it."""

    revision: int
    outbox: str
    at_ms: int
    worker: str
    reason: str


@dataclass(slots=True)
class WorkoutTrace:
    """What was seen live of one workout; times in milliseconds since the epoch. Only its WorkoutLog changes it."""

    workout_id: str
    athlete: str = ""
    sport: str = ""
    duration_min: float | None = None
    distance_km: float | None = None
    started_at: str = ""  # as in events
    revision: int = 1  # of what was accepted last
    message_type: str = ""  # as in events: of what was accepted last
    outbox: str = ""  # which one accepted it; empty: not known
    accepted_at_ms: int | None = None  # the last time, if a repair or a correction was sent under its id
    refused_at_ms: int | None = None
    confirmed_at_ms: int | None = None
    picked_up_at_ms: int | None = None
    ended_at_ms: int | None = None
    worker: str = ""
    end: OutcomeKind | None = None
    end_revision: int = 0  # of what ended; 0: not known
    reason: str = ""
    cause: str = ""  # the code of the reason, where it is known
    badges: tuple[EarnedBadge, ...] = ()
    calories_kcal: float | None = None
    run_ms: float | None = None  # pick-up to commit of the last try; None: not known
    tries: int = 0
    failed_tries: int = 0  # since it was accepted
    submitted_at_ms: int | None = None
    written_at_ms: int | None = None  # measured within the transaction; `ended_at_ms` is after its commit then
    batch_peers: int | None = None  # in the same batch
    attempts: tuple[Attempt, ...] = ()  # oldest first
    conflicts: tuple[Conflict, ...] = ()  # of any outbox
    stored: WorkoutOutcome | None = None  # the newest revision that was seen to be stored, by any outbox
    recalled: bool = False  # it began before this program started to watch
    in_other_queue: bool = False  # sent to a queue other than the one in use
    progress: Stage = Stage.ACCEPTED  # the furthest step, and below it when a worker or a refusal made it
    progress_at_ms: int = 0
    stage: Stage = Stage.ACCEPTED  # what its receipt shows: `progress`, with what is known of connection and queue

    @property
    def sent_at_ms(self) -> int:
        """0 if it was not sent from here."""
        return self.accepted_at_ms or 0

    @property
    def is_correction(self) -> bool:
        return self.message_type == TYPE_CORRECTED

    @property
    def is_deletion(self) -> bool:
        return self.message_type == TYPE_DELETED

    @property
    def conflict(self) -> Conflict | None:
        """Of what was accepted last, as long as no newer revision is stored."""
        stored_revision = 0 if self.stored is None else self.stored.revision
        if self.accepted_at_ms is None or stored_revision > self.revision:
            return None
        of_this = (self.revision, self.outbox)
        return next((one for one in self.conflicts if (one.revision, one.outbox) == of_this), None)

    def took_ms(self, now_ms: int) -> int:
        """Milliseconds from sending to the end, or to now while there is no end. Never negative, whatever the clocks
        say."""
        end_ms = self.progress_at_ms if self.stage.is_finished else now_ms
        return max(0, end_ms - self.sent_at_ms)

    def accept(self, event: Accepted, *, recalled: bool) -> None:
        if self.accepted_at_ms is not None:
            if (event.revision, event.at_ms) <= (self.revision, self.accepted_at_ms):
                return
            # Sent once more, repaired or corrected: what was known of an earlier revision does not count.
            if self.end_revision < event.revision if self.end_revision else self._is_earlier(event):
                self._set_progress(Stage.ACCEPTED)
                self.refused_at_ms = self.confirmed_at_ms = self.picked_up_at_ms = self.ended_at_ms = None
                self.end = self.batch_peers = None
                self.failed_tries = 0
        self.athlete, self.sport = event.athlete, event.sport
        self.duration_min, self.distance_km = event.duration_min, event.distance_km
        self.started_at = event.started_at
        self.accepted_at_ms, self.recalled = event.at_ms, recalled
        self.revision, self.message_type, self.outbox = event.revision, event.kind, event.outbox
        self._show_conflict()

    def _is_earlier(self, event: Accepted) -> bool:
        """Whether the progress is of something accepted before."""
        if self.progress.is_finished:
            return self.progress_at_ms < event.at_ms
        return self.revision < event.revision

    def confirm(self, *, at_ms: int) -> None:
        self.confirmed_at_ms = at_ms
        self._advance(Stage.WAITING)

    def refuse(self, event: Refused) -> None:
        self.refused_at_ms = event.at_ms
        self._advance(Stage.REJECTED if event.rejected else Stage.REFUSED, event.at_ms, reason=event.reason)

    def pick_up(self, *, at_ms: int, worker: str, batch_peers: int) -> None:
        if self._advance(Stage.RUNNING, at_ms, worker):
            self.picked_up_at_ms, self.batch_peers = at_ms, batch_peers
            self.ended_at_ms = self.end = None

    def process(self, *, outcome: WorkoutOutcome, at_ms: int, worker: str) -> None:
        kind, picked_up_at_ms = outcome.kind, self.picked_up_at_ms
        if kind is OutcomeKind.DUPLICATE and self.end is OutcomeKind.STORED:
            return
        if picked_up_at_ms is not None and (self.end is not None or picked_up_at_ms > at_ms):
            picked_up_at_ms = None  # it was picked up again, and the event was not seen
        self._add_attempt(outcome, at_ms, worker, picked_up_at_ms)
        if kind is OutcomeKind.STORED and (self.stored is None or self.stored.revision <= outcome.revision):
            self.stored = outcome
        if outcome.conflict_of:
            self._add_conflict(outcome, at_ms, worker)
        if self._show_conflict() or (outcome.conflict_of and self.accepted_at_ms is not None):
            return  # the other outbox is the one that has a conflict
        if 0 < outcome.revision < self.revision:
            if self.progress in _WITH_WORKER:  # the newer one is still to come
                self._set_progress(Stage.ACCEPTED if self.confirmed_at_ms is None else Stage.WAITING)
            return
        if self._advance(_OUTCOME_STAGE[kind], at_ms, worker, outcome.reason):
            self.picked_up_at_ms, self.ended_at_ms, self.end = picked_up_at_ms, at_ms, kind
            self.batch_peers = None if picked_up_at_ms is None else self.batch_peers
            self.run_ms, self.end_revision = outcome.run_ms or None, outcome.revision
            self.badges, self.calories_kcal, self.cause = outcome.badges, outcome.calories_kcal, outcome.cause
            if self.accepted_at_ms is None:
                self.athlete, self.sport, self.started_at = outcome.athlete, outcome.sport, outcome.started_at
                self.duration_min, self.distance_km = outcome.duration_min, outcome.distance_km

    def _add_conflict(self, outcome: WorkoutOutcome, at_ms: int, worker: str) -> None:
        found = Conflict(outcome.revision, outcome.conflict_of, at_ms, worker, outcome.reason)
        known = {*self.conflicts, found}
        self.conflicts = tuple(sorted(known, key=lambda one: (-one.revision, one.outbox, -one.at_ms))[:MAX_ATTEMPTS])

    def _show_conflict(self) -> bool:
        """What is stored under this revision is another's, whichever of the two outcomes came first."""
        found = self.conflict
        if found is None:
            return False
        self._set_progress(Stage.FAILED, found.at_ms, found.worker, found.reason)
        self.end, self.ended_at_ms, self.end_revision = OutcomeKind.FAILED, found.at_ms, found.revision
        self.picked_up_at_ms = self.batch_peers = None
        return True

    def _add_attempt(self, outcome: WorkoutOutcome, at_ms: int, worker: str, picked_up_at_ms: int | None) -> None:
        kind = outcome.kind
        if any((one.ended_at_ms, one.worker, one.kind) == (at_ms, worker, kind) for one in self.attempts):
            return
        from_ms = at_ms if picked_up_at_ms is None else picked_up_at_ms
        attempt = Attempt(from_ms, worker, kind, outcome.reason, outcome.run_ms or None, ended_at_ms=at_ms)
        attempts = [*self.attempts, attempt]
        self.attempts = tuple(sorted(attempts, key=lambda one: one.at_ms)[-MAX_ATTEMPTS:])
        self.tries += 1
        self.failed_tries += kind in (OutcomeKind.FAILED, OutcomeKind.RETRYING) and not outcome.conflict_of

    def _advance(self, stage: Stage, at_ms: int = 0, worker: str = "", reason: str = "") -> bool:
        """False where more is known already: what is stored stays stored, and among tries the latest one counts."""
        rank, within = _RANK[stage]
        known_rank, known_within = _RANK[self.progress]
        known = (known_rank, self.progress_at_ms, known_within, self.worker, self.reason)
        if (rank, at_ms, within, worker, reason) <= known:
            return False
        self._set_progress(stage, at_ms, worker, reason)
        return True

    def _set_progress(self, stage: Stage, at_ms: int = 0, worker: str = "", reason: str = "") -> None:
        self.progress, self.progress_at_ms, self.worker, self.reason = stage, at_ms, worker, reason
        self.badges, self.calories_kcal, self.run_ms, self.end_revision, self.cause = (), None, None, 0, ""


_Change = Callable[[WorkoutTrace], None]


class WorkoutLog:
    """Belongs to one thread. Has the newest workouts that were sent from this outbox, the newest other ones that events
    named, and the one that `follow` names. `version` is incremented by each change of a receipt."""

    def __init__(self, *, max_receipts: int = MAX_RECEIPTS, max_early: int = MAX_EARLY) -> None:
        self._max_receipts = max_receipts
        self._max_early = max_early
        self._sent: OrderedDict[str, WorkoutTrace] = OrderedDict()  # oldest first
        self._early: OrderedDict[str, tuple[_Change, ...]] = OrderedDict()
        self._followed: WorkoutTrace | None = None
        self._stage_counts: Counter[Stage] = Counter()
        self._in_other_queue: set[str] = set()
        self._places = QueuePlaces()
        self._numbered = -1  # the version whose workouts are numbered
        self.online = True
        self.version = 0

    def receipts(self, group: CountGroup = CountGroup.ALL) -> list[WorkoutTrace]:
        """Newest first."""
        stages = group.stages
        return [trace for trace in reversed(self._sent.values()) if trace.stage in stages]

    def count(self, group: CountGroup = CountGroup.ALL) -> int:
        return sum(self._stage_counts[stage] for stage in group.stages)

    def place(self, trace: WorkoutTrace) -> QueuePlace | None:
        """Where it stands in the queue; None if it does not wait there, or that is not known."""
        if trace.stage is not Stage.WAITING:
            return None
        if self._numbered != self.version:
            self._numbered = self.version
            waiting = [each for each in self._sent.values() if each.stage is Stage.WAITING]
            waiting.sort(key=lambda each: each.confirmed_at_ms or 0)
            self._places.number(each.workout_id for each in waiting)
        return self._places.place(trace.workout_id)

    def seen(self, workout_id: str) -> WorkoutTrace:
        """As it is now; nothing is known of one that no event named, or that was dropped since."""
        return replace(self._find(workout_id) or self._from_early(workout_id))

    def follow(self, workout_id: str) -> None:
        """Do not drop this one until another one is followed."""
        self._followed = self._find(workout_id) or self._from_early(workout_id)

    def set_in_other_queue(self, workout_ids: Iterable[str]) -> None:
        """The workouts that were sent to a queue other than the one in use, whatever events there are about them."""
        self._in_other_queue = set(workout_ids)
        self._show_all()

    def apply_all(self, events: Iterable[Event], *, recalled: bool = False) -> None:
        """`recalled`: these happened before this program watched."""
        for event in events:
            match event:
                case Accepted():
                    self._accept(event, recalled=recalled)
                case Confirmed():
                    confirm = partial(WorkoutTrace.confirm, at_ms=event.at_ms)
                    for workout_id in event.workout_ids:
                        self._change(workout_id, confirm)
                case Refused():
                    self._change(event.workout_id, partial(WorkoutTrace.refuse, event=event))
                case PickedUp():
                    self._pick_up(event)
                case BatchProcessed():
                    at_ms, worker = event.at_ms, event.worker
                    for outcome in event.outcomes:
                        process = partial(WorkoutTrace.process, outcome=outcome, at_ms=at_ms, worker=worker)
                        self._in_other_queue.discard(outcome.workout_id)
                        self._change(outcome.workout_id, process)
                case AthleteErased():
                    self._forget(event.athlete)
                case DepthSampled():
                    self._places.sample(event.at_ms, event.ready, self._stage_counts[Stage.WAITING])
                case ConnectionChanged() if event.state is not ConnectionState.CONNECTING:
                    self.online = event.state is ConnectionState.ONLINE
                    self._places.forget()
                    self._show_all()

    def _pick_up(self, event: PickedUp) -> None:
        at_ms, worker, peers = event.at_ms, event.worker, len(event.workout_ids) - 1
        pick_up = partial(WorkoutTrace.pick_up, at_ms=at_ms, worker=worker, batch_peers=peers)
        for workout_id in event.workout_ids:
            self._in_other_queue.discard(workout_id)
            self._change(workout_id, pick_up)

    def _accept(self, event: Accepted, *, recalled: bool) -> None:
        workout_id = event.workout_id
        trace = self._sent.get(workout_id)
        if trace is None:
            trace = self._sent[workout_id] = self._find(workout_id) or self._from_early(workout_id)
            self._early.pop(workout_id, None)
            self._stage_counts[trace.stage] += 1
            if len(self._sent) > self._max_receipts:
                _, oldest = self._sent.popitem(last=False)
                self._stage_counts[oldest.stage] -= 1
        elif event.at_ms > trace.sent_at_ms:
            self._in_other_queue.discard(workout_id)
            self._sent.move_to_end(workout_id)
        trace.accept(event, recalled=recalled)
        self._show(trace)

    def _forget(self, athlete: str) -> None:
        for trace in [each for each in self._sent.values() if _names(each, athlete)]:
            del self._sent[trace.workout_id]
            self._stage_counts[trace.stage] -= 1
        for workout_id in [each for each in self._early if _names(self._from_early(each), athlete)]:
            del self._early[workout_id]
        if self._followed is not None and _names(self._followed, athlete):
            self._followed = None
        self.version += 1

    def _find(self, workout_id: str) -> WorkoutTrace | None:
        found = self._sent.get(workout_id)
        if found is None and self._followed is not None and self._followed.workout_id == workout_id:
            return self._followed
        return found

    def _from_early(self, workout_id: str) -> WorkoutTrace:
        trace = WorkoutTrace(workout_id)
        for change in self._early.get(workout_id, ()):
            change(trace)
        return trace

    def _change(self, workout_id: str, change: _Change) -> None:
        trace = self._find(workout_id)
        if trace is not None:
            change(trace)
            self._show(trace)
            return
        self._early[workout_id] = (*self._early.get(workout_id, ()), change)[-_EARLY_CHANGES:]
        if len(self._early) > self._max_early:
            self._early.popitem(last=False)

    def _show_all(self) -> None:
        for trace in self._sent.values():
            self._show(trace)

    def _show(self, trace: WorkoutTrace) -> None:
        """Call after each change of a trace."""
        if self._sent.get(trace.workout_id) is not trace:
            return
        stage = trace.progress
        if stage is Stage.ACCEPTED and not self.online:
            stage = Stage.PENDING
        elif stage in _QUEUED and trace.workout_id in self._in_other_queue:
            stage = Stage.OTHER_QUEUE
        if stage is not trace.stage:
            self._stage_counts[trace.stage] -= 1
            self._stage_counts[stage] += 1
            trace.stage = stage
        self.version += 1


def _names(trace: WorkoutTrace, athlete: str) -> bool:
    """Also a workout that was stored under another name since."""
    stored = "" if trace.stored is None else trace.stored.athlete
    return athlete in (trace.athlete, stored) or spells(trace.reason, athlete)
