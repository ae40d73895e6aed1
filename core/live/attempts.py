"""Every try to process a workout, as far as it was seen live or is stored. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

from core.events import OutcomeKind
from core.live.workout_log import MAX_ATTEMPTS, Attempt, WorkoutTrace
from core.store.models import StoredDetails, WorkoutDetails


def merge_attempts(seen: WorkoutTrace, past: WorkoutDetails | None) -> tuple[tuple[Attempt, ...], bool]:
    """Newest first, and whether these are all.

    A try that is retried later leaves nothing in the results, so tries that were not seen live are missing, unless
    their round gave up: its number of tries is stored.
    """
    live = list(seen.attempts)
    unseen: list[Attempt] = []
    next_at_ms: float = math.inf
    for kept in sorted(_kept(past), key=lambda one: one.at_ms, reverse=True):
        place = next((i for i, one in enumerate(live) if _is_same(one, kept, next_at_ms)), None)
        if place is None:
            unseen.append(kept)
        else:
            live[place] = _both(live[place], kept, _tried_before(live, place))
        next_at_ms = kept.at_ms
    found = sorted([*unseen, *live], key=lambda attempt: attempt.at_ms, reverse=True)
    from_the_start = seen.accepted_at_ms is not None and not seen.recalled
    whole = not unseen and from_the_start and len(live) == seen.tries > 0
    return tuple(found[:MAX_ATTEMPTS]), whole


def _kept(past: WorkoutDetails | None) -> Iterator[Attempt]:
    """Rounds from the results."""
    if past is None:
        return
    for one in past.rounds:
        yield Attempt(one.at_ms, one.worker, OutcomeKind.FAILED, one.reason, one.took_ms, one.number)
    if isinstance(past, StoredDetails):
        run_ms = float(max(0, past.processed_at_ms - past.picked_up_at_ms))
        yield Attempt(past.picked_up_at_ms, past.worker, OutcomeKind.STORED, run_ms=run_ms)


def _is_same(live: Attempt, kept: Attempt, next_at_ms: float) -> bool:
    """The results note the pick-up, events the end: it is the first end of its kind after that."""
    is_alike = (live.worker, live.kind) == (kept.worker, kept.kind)
    return is_alike and kept.at_ms <= live.ended_at_ms < next_at_ms


def _both(live: Attempt, kept: Attempt, seen_before: int) -> Attempt:
    """Seen live, a try's time includes the commit; the results know the pick-up, and how many tries its round had."""
    run_ms = kept.run_ms if live.run_ms is None else live.run_ms
    return replace(live, at_ms=kept.at_ms, run_ms=run_ms, tries=max(1, kept.tries - seen_before))


def _tried_before(live: list[Attempt], place: int) -> int:
    """How many tries of the same round come directly before it."""
    count = 0
    while count < place and live[place - count - 1].kind is OutcomeKind.RETRYING:
        count += 1
    return count
