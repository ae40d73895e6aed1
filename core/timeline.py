"""One workout's way from Enter to badge, step by step: from what was seen live and from what is stored. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from core.events import Badge, OutcomeKind
from core.journal import Seen
from core.past import FailedStory, PastStory, StoredStory, WeekChange

StepKind = Literal[
    "accepted", "refused", "confirmed", "waiting", "picked", "stored", "duplicate", "failed", "retry", "badge"
]
Phase = Literal["send", "wait", "run"]


@dataclass(frozen=True, slots=True)
class Step:
    """`delta_ms` since the step before; None for the first one and for what happens next."""

    kind: StepKind
    title: str
    note: str
    at_ms: int | None
    delta_ms: int | None
    longest: bool = False


@dataclass(frozen=True, slots=True)
class Timeline:
    """`phases`: what the way consisted of, in milliseconds; `total_ms` None while it is on its way."""

    workout_id: str
    athlete: str
    sport: str
    duration_min: float | None
    distance_km: float | None
    revision: int | None
    end: OutcomeKind | None
    steps: tuple[Step, ...]
    phases: tuple[tuple[Phase, int], ...]
    total_ms: int | None
    calories_kcal: float | None = None
    badges: tuple[Badge, ...] = ()
    week: WeekChange | None = None
    reason: str = ""


def tell(seen: Seen, past: PastStory | None) -> Timeline:
    """What is stored outranks what was seen; between them they know the most."""
    seen = _joined(seen, past)
    steps = _steps(seen)
    total_ms = _between(_began(seen), seen.ended_at_ms) if seen.end not in (None, OutcomeKind.RETRYING) else None
    stored = past if isinstance(past, StoredStory) else None
    return Timeline(
        seen.workout_id,
        seen.athlete,
        seen.sport,
        seen.duration_min,
        seen.distance_km,
        None if stored is None else stored.revision,
        seen.end,
        steps,
        _phases(seen),
        total_ms,
        None if stored is None else stored.calories_kcal,
        seen.badges,
        None if stored is None else stored.week,
        seen.reason,
    )


def _joined(seen: Seen, past: PastStory | None) -> Seen:
    if past is None:
        return seen
    seen = replace(
        seen,
        athlete=past.athlete or seen.athlete,
        sport=past.sport or seen.sport,
        duration_min=seen.duration_min if past.duration_min is None else past.duration_min,
        distance_km=seen.distance_km if past.distance_km is None else past.distance_km,
        worker=past.worker,
    )
    if isinstance(past, FailedStory):
        if seen.end is not None and (seen.ended_at_ms or 0) >= past.failed_at_ms:
            return seen
        tries = max(seen.tries, past.attempts)
        end = OutcomeKind.FAILED
        return replace(seen, ended_at_ms=past.failed_at_ms, end=end, reason=past.reason, tries=tries)
    return replace(
        seen,
        accepted_at_ms=seen.accepted_at_ms if past.submitted_at_ms is None else past.submitted_at_ms,
        picked_up_at_ms=past.picked_up_at_ms,
        ended_at_ms=past.processed_at_ms,
        end=OutcomeKind.STORED,
        reason="",
        badges=past.badges or seen.badges,
    )


def _began(seen: Seen) -> int | None:
    return next(
        (at for at in (seen.accepted_at_ms, seen.confirmed_at_ms, seen.picked_up_at_ms) if at is not None), None
    )


def _between(from_ms: int | None, to_ms: int | None) -> int | None:
    """Never negative, whatever the clocks of two computers say."""
    return None if from_ms is None or to_ms is None else max(0, to_ms - from_ms)


def _phases(seen: Seen) -> tuple[tuple[Phase, int], ...]:
    waited_from = seen.confirmed_at_ms if seen.confirmed_at_ms is not None else seen.accepted_at_ms
    found: tuple[tuple[Phase, int | None], ...] = (
        ("send", _between(seen.accepted_at_ms, seen.confirmed_at_ms)),
        ("wait", _between(waited_from, seen.picked_up_at_ms)),
        ("run", _between(seen.picked_up_at_ms, seen.ended_at_ms) if seen.end is not None else None),
    )
    return tuple((name, ms) for name, ms in found if ms is not None)


def _steps(seen: Seen) -> tuple[Step, ...]:
    made = [step for step in _found(seen) if step is not None]
    steps: list[Step] = []
    before_ms: int | None = None
    for kind, title, note, at_ms in made:
        steps.append(Step(kind, title, note, at_ms, _between(before_ms, at_ms)))
        before_ms = before_ms if at_ms is None else at_ms
    longest = max((step.delta_ms for step in steps if step.delta_ms is not None), default=0)
    return tuple(replace(step, longest=longest > 0 and step.delta_ms == longest) for step in steps)


_Found = tuple[StepKind, str, str, int | None]


def _found(seen: Seen) -> list[_Found | None]:
    return [
        None if seen.accepted_at_ms is None else ("accepted", "Accepted", "safe on disk", seen.accepted_at_ms),
        _confirmed(seen),
        _waiting(seen),
        None if seen.picked_up_at_ms is None else ("picked", "Picked up", seen.worker, seen.picked_up_at_ms),
        _ended(seen),
        _badge(seen),
    ]


def _confirmed(seen: Seen) -> _Found | None:
    if seen.confirmed_at_ms is not None:
        return ("confirmed", "Confirmed", "by the broker", seen.confirmed_at_ms)
    if seen.refused_at_ms is not None:
        return ("refused", "Refused", seen.reason or "will be tried again", seen.refused_at_ms)
    return None


def _waiting(seen: Seen) -> _Found | None:
    if seen.picked_up_at_ms is not None or seen.end is not None:
        return None
    if seen.confirmed_at_ms is None and seen.accepted_at_ms is not None:
        return ("waiting", "Kept here", "until the broker has it", None)
    return ("waiting", "Waiting", "for a free worker", None)


def _ended(seen: Seen) -> _Found | None:
    match seen.end:
        case None:
            return None
        case OutcomeKind.STORED:
            return ("stored", "Processed and stored", _worked(seen), seen.ended_at_ms)
        case OutcomeKind.DUPLICATE:
            return ("duplicate", "Known already", "absorbed as a duplicate", seen.ended_at_ms)
        case OutcomeKind.RETRYING:
            return ("retry", "To be tried again", seen.reason, seen.ended_at_ms)
        case _:
            return ("failed", "Failed", seen.reason or "no reason given", seen.ended_at_ms)


def _worked(seen: Seen) -> str:
    tried = f"try {seen.tries}, " if seen.tries > 1 else ""
    return f"{tried}by {seen.worker}" if seen.run_ms is None else f"{tried}run and commit {seen.run_ms:.0f} ms"


def _badge(seen: Seen) -> _Found | None:
    if not seen.badges or seen.end is not OutcomeKind.STORED:
        return None
    names = ", ".join(badge.name for badge in seen.badges)
    return (
        "badge",
        "Badge unlocked" if len(seen.badges) == 1 else f"{len(seen.badges)} badges",
        names,
        seen.ended_at_ms,
    )
