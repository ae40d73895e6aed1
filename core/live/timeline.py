"""One workout's steps from submission to badge: from what was seen live and from what is stored. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from core.broker.topology import HEADER_SUBMITTED_AT
from core.events import OutcomeKind
from core.live.attempts import merge_attempts
from core.live.workout_log import Attempt, WorkoutTrace
from core.store.models import FailedDetails, MessageSnapshot, SearchHit, StoredDetails, WeekChange, WorkoutDetails

StepKind = Literal[
    "sent", "accepted", "refused", "confirmed", "waiting", "picked", "stored", "duplicate", "failed", "retry", "badge"
]
Phase = Literal["send", "wait", "run", "run_commit"]

BEFORE_COMMIT = "stamped just before its commit"
_FAILED_TRY = frozenset({OutcomeKind.FAILED, OutcomeKind.RETRYING})
_ENDS = frozenset({"stored", "duplicate", "failed", "retry"})  # their delta is the run time
_PHASES: dict[StepKind, Phase] = {
    "accepted": "send",
    "refused": "send",
    "confirmed": "send",
    "picked": "wait",
    "stored": "run",
    "duplicate": "run",
    "failed": "run",
    "retry": "run",
    "badge": "run",
}


@dataclass(frozen=True, slots=True)
class Step:
    """`delta_ms` since the step before; None for the first one, for what happens next, and for a step outside the
    sequence.

    `parts`: components of the delta in milliseconds, as far as known. `worker`: which one did it, where known.
    """

    kind: StepKind
    title: str
    note: str
    at_ms: int | None
    delta_ms: float | None = None
    longest: bool = False
    parts: tuple[tuple[str, float], ...] = ()
    worker: str = ""


@dataclass(frozen=True, slots=True)
class Timeline:
    """`trace`: what was seen live, completed by what is stored.

    `phases`: components of the whole duration in milliseconds. They and `total_ms` are sums of the steps' deltas.
    `total_ms` is None until it has ended. `attempts`: newest first; `all_attempts`: these are all.
    """

    trace: WorkoutTrace
    revision: int | None
    steps: tuple[Step, ...]
    phases: tuple[tuple[Phase, float], ...]
    total_ms: float | None
    calories_kcal: float | None = None
    week: WeekChange | None = None
    attempts: tuple[Attempt, ...] = ()
    all_attempts: bool = False

    @property
    def tries(self) -> int:
        """As far as they are known."""
        return sum(attempt.tries for attempt in self.attempts)


def build_timeline(seen: WorkoutTrace, past: WorkoutDetails | None, sent: MessageSnapshot | None = None) -> Timeline:
    """What is stored overrides what was seen live; each adds what the other lacks. `sent`: this outbox's entry for
    it."""
    attempts, all_attempts = merge_attempts(seen, past)
    seen = _with_pick_up(_joined(_with_sent(seen, past, sent), past))
    steps = _steps(seen)
    stored = past if isinstance(past, StoredDetails) else None
    return Timeline(
        seen,
        None if stored is None else stored.revision,
        steps,
        _phases(seen, steps),
        _total_ms(seen, steps),
        None if stored is None else stored.calories_kcal,
        None if stored is None else stored.week,
        attempts,
        all_attempts,
    )


def as_seen(hit: SearchHit, seen: WorkoutTrace) -> SearchHit:
    """What a search found, with run time and badges as the timeline has them, where that end was seen."""
    end = OutcomeKind.FAILED if hit.failed else OutcomeKind.STORED
    if (seen.end, seen.worker) != (end, hit.worker) or (seen.ended_at_ms or 0) < hit.at_ms:
        return hit
    return replace(hit, run_ms=seen.run_ms, badges=seen.badges)


def _with_sent(seen: WorkoutTrace, past: WorkoutDetails | None, sent: MessageSnapshot | None) -> WorkoutTrace:
    if sent is None or (isinstance(past, StoredDetails) and past.revision != sent.revision):
        return seen
    submitted_at = sent.message.headers.get(HEADER_SUBMITTED_AT)
    return replace(
        seen,
        submitted_at_ms=submitted_at if isinstance(submitted_at, int) else None,
        accepted_at_ms=sent.at_ms if seen.accepted_at_ms is None else seen.accepted_at_ms,
        confirmed_at_ms=sent.confirmed_at_ms if seen.confirmed_at_ms is None else seen.confirmed_at_ms,
        in_other_queue=sent.in_other_queue,
    )


def _with_pick_up(seen: WorkoutTrace) -> WorkoutTrace:
    """Where the pick-up was not seen, it follows from the end and the run time."""
    if seen.picked_up_at_ms is not None or seen.run_ms is None or seen.ended_at_ms is None:
        return seen
    return replace(seen, picked_up_at_ms=seen.ended_at_ms - round(seen.run_ms))


def _joined(seen: WorkoutTrace, past: WorkoutDetails | None) -> WorkoutTrace:
    if past is None:
        return seen
    seen = replace(
        seen,
        athlete=past.athlete or seen.athlete,
        sport=past.sport or seen.sport,
        duration_min=seen.duration_min if past.duration_min is None else past.duration_min,
        distance_km=seen.distance_km if past.distance_km is None else past.distance_km,
        started_at=past.started_at or seen.started_at,
    )
    return _given_up(seen, past) if isinstance(past, FailedDetails) else _stored(seen, past)


def _given_up(seen: WorkoutTrace, past: FailedDetails) -> WorkoutTrace:
    if seen.end is not None and (seen.ended_at_ms or 0) >= past.failed_at_ms:
        return seen
    # A worker's measurement starts at the pick-up, whose time is that of the failure.
    took_ms = past.rounds[-1].took_ms if past.rounds else None
    return replace(
        seen,
        picked_up_at_ms=None if took_ms is None else past.failed_at_ms,
        ended_at_ms=past.failed_at_ms + round(took_ms or 0),
        run_ms=took_ms,
        end=OutcomeKind.FAILED,
        reason=past.reason,
        tries=max(seen.tries, past.attempts),
        failed_tries=max(seen.failed_tries, past.attempts),
        worker=past.worker,
        batch_peers=None,
    )


def _stored(seen: WorkoutTrace, past: StoredDetails) -> WorkoutTrace:
    was_seen = _is_same(seen, past)
    return replace(
        seen,
        submitted_at_ms=seen.submitted_at_ms if past.submitted_at_ms is None else past.submitted_at_ms,
        picked_up_at_ms=past.picked_up_at_ms,
        written_at_ms=past.processed_at_ms,
        ended_at_ms=seen.ended_at_ms if was_seen else past.processed_at_ms,
        run_ms=seen.run_ms if was_seen else float(max(0, past.processed_at_ms - past.picked_up_at_ms)),
        end=OutcomeKind.STORED,
        worker=past.worker,
        batch_peers=seen.batch_peers if was_seen else None,
        reason="",
        badges=seen.badges if was_seen else past.badges,
    )


def _is_same(seen: WorkoutTrace, past: StoredDetails) -> bool:
    """Whether the end that was seen is the commit of what is stored. The row was stamped before that."""
    return (
        seen.end is OutcomeKind.STORED
        and seen.worker == past.worker
        and seen.picked_up_at_ms in (None, past.picked_up_at_ms)
        and (seen.ended_at_ms or 0) > past.processed_at_ms
    )


def _total_ms(seen: WorkoutTrace, steps: tuple[Step, ...]) -> float | None:
    deltas = [step.delta_ms for step in steps if step.delta_ms is not None]
    return sum(deltas) if deltas and seen.end not in (None, OutcomeKind.RETRYING) else None


def _phases(seen: WorkoutTrace, steps: tuple[Step, ...]) -> tuple[tuple[Phase, float], ...]:
    sums: dict[Phase, float] = {}
    for step in steps:
        if step.delta_ms is not None:
            phase = _PHASES[step.kind]
            if phase == "run" and _saw_commit(seen):
                phase = "run_commit"
            sums[phase] = sums.get(phase, 0) + step.delta_ms
    return tuple(sums.items())


def _saw_commit(seen: WorkoutTrace) -> bool:
    return seen.end is OutcomeKind.STORED and seen.ended_at_ms != seen.written_at_ms


def _steps(seen: WorkoutTrace) -> tuple[Step, ...]:
    steps: list[Step] = []
    before_ms: int | None = None
    for step in _found(seen):
        if step is None:
            continue
        # The confirm may arrive after a worker has started; then no time was spent waiting for it.
        beside = step.kind == "confirmed" and seen.picked_up_at_ms is not None and _after(step, seen.picked_up_at_ms)
        delta_ms = seen.run_ms if step.kind in _ENDS else None
        if delta_ms is None and not beside:
            delta_ms = _between(before_ms, step.at_ms)
        steps.append(replace(step, delta_ms=delta_ms))
        if step.at_ms is not None and not beside:
            before_ms = step.at_ms
    longest = max((step.delta_ms for step in steps if step.delta_ms is not None), default=0)
    return tuple(replace(step, longest=longest > 0 and step.delta_ms == longest) for step in steps)


def _after(step: Step, at_ms: int) -> bool:
    return step.at_ms is not None and step.at_ms > at_ms


def _between(from_ms: int | None, to_ms: int | None) -> int | None:
    """Never negative, whatever the clocks of two computers say."""
    return None if from_ms is None or to_ms is None else max(0, to_ms - from_ms)


def _found(seen: WorkoutTrace) -> list[Step | None]:
    return [
        _sent(seen),
        None
        if seen.accepted_at_ms is None
        else Step("accepted", "Accepted", "safe on disk, in the outbox", seen.accepted_at_ms),
        _confirmed(seen),
        _waiting(seen),
        _picked(seen),
        _ended(seen),
        _badge(seen),
    ]


def _sent(seen: WorkoutTrace) -> Step | None:
    if seen.submitted_at_ms is None:
        return None
    note = "as its message says" if seen.accepted_at_ms is None else "from here"
    return Step("sent", "Sent", note, seen.submitted_at_ms)


def _confirmed(seen: WorkoutTrace) -> Step | None:
    if seen.confirmed_at_ms is not None:
        return Step("confirmed", "Confirmed", "by the broker", seen.confirmed_at_ms)
    if seen.refused_at_ms is not None:
        return Step("refused", "Refused", seen.reason or "will be tried again", seen.refused_at_ms)
    return None


def _waiting(seen: WorkoutTrace) -> Step | None:
    if seen.picked_up_at_ms is not None or seen.end is not None:
        return None
    if seen.confirmed_at_ms is None and seen.accepted_at_ms is not None:
        return Step("waiting", "Kept here", "until the broker has it", None)
    return Step("waiting", "Waiting", "in another queue" if seen.in_other_queue else "for a free worker", None)


def _picked(seen: WorkoutTrace) -> Step | None:
    if seen.picked_up_at_ms is None:
        return None
    number = seen.failed_tries + (seen.end not in _FAILED_TRY)  # of this revision
    tried = f"try {number}" if number > 1 and seen.end is not None else ""
    others = "" if not seen.batch_peers else f"with {seen.batch_peers:,} other{'' if seen.batch_peers == 1 else 's'}"
    note = ", ".join(filter(None, [tried, others]))
    return Step("picked", "Picked up", note, seen.picked_up_at_ms, worker=seen.worker)


def _ended(seen: WorkoutTrace) -> Step | None:
    match seen.end:
        case None:
            return None
        case OutcomeKind.STORED:
            return _processed(seen)
        case OutcomeKind.DUPLICATE:
            return Step("duplicate", "Known already", "absorbed as a duplicate", seen.ended_at_ms)
        case OutcomeKind.RETRYING:
            return Step("retry", "To be tried again", seen.reason, seen.ended_at_ms)
        case _:
            return Step("failed", "Failed", seen.reason or "no reason given", seen.ended_at_ms)


def _processed(seen: WorkoutTrace) -> Step:
    written_ms = seen.written_at_ms
    if written_ms is None or seen.picked_up_at_ms is None or seen.ended_at_ms is None:
        return Step("stored", "Processed and stored", "", seen.ended_at_ms, worker=seen.worker)
    if written_ms == seen.ended_at_ms:
        return Step("stored", "Processed and stored", BEFORE_COMMIT, seen.ended_at_ms)
    # All three times are from the worker's clock. An acknowledgement follows the commit.
    work_ms = max(0, written_ms - seen.picked_up_at_ms)
    run_ms = seen.ended_at_ms - seen.picked_up_at_ms if seen.run_ms is None else seen.run_ms
    parts = (("work", work_ms), ("commit", max(0.0, run_ms - work_ms)))
    return Step("stored", "Processed and stored", "", seen.ended_at_ms, parts=parts)


def _badge(seen: WorkoutTrace) -> Step | None:
    if not seen.badges or seen.end is not OutcomeKind.STORED:
        return None
    names = ", ".join(badge.name for badge in seen.badges)
    title = "Badge unlocked" if len(seen.badges) == 1 else f"{len(seen.badges)} badges"
    return Step("badge", title, names, seen.ended_at_ms)
