"""Every try to process a workout, as far as it was seen live or is stored. Pure."""

from __future__ import annotations

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
    for kept, ended_at_ms in _kept(past):
        place = next((i for i, one in enumerate(live) if one.at_ms in (kept.at_ms, ended_at_ms)), None)
        if place is None:
            unseen.append(kept)
        else:
            live[place] = _both(live[place], kept, _tried_before(live, place))
    found = sorted([*unseen, *live], key=lambda attempt: attempt.at_ms, reverse=True)
    from_the_start = seen.accepted_at_ms is not None and not seen.recalled
    whole = not unseen and from_the_start and len(live) == seen.tries > 0
    return tuple(found[:MAX_ATTEMPTS]), whole


def _kept(past: WorkoutDetails | None) -> Iterator[tuple[Attempt, int]]:
    """Rounds from the results, and when each ended."""
    if past is None:
        return
    for one in past.rounds:
        ended_at_ms = one.at_ms + round(one.took_ms or 0)
        yield Attempt(one.at_ms, one.worker, OutcomeKind.FAILED, one.reason, one.took_ms, one.number), ended_at_ms
    if isinstance(past, StoredDetails):
        took_ms = float(max(0, past.processed_at_ms - past.picked_up_at_ms))
        stored = Attempt(past.picked_up_at_ms, past.worker, OutcomeKind.STORED, took_ms=took_ms)
        yield stored, past.processed_at_ms


def _both(live: Attempt, kept: Attempt, seen_before: int) -> Attempt:
    """Seen live, a try's time includes the commit; the results know how many tries its round had."""
    if live.took_ms is None:
        live = replace(live, at_ms=kept.at_ms, took_ms=kept.took_ms)
    return replace(live, tries=max(1, kept.tries - seen_before))


def _tried_before(live: list[Attempt], place: int) -> int:
    """How many tries of the same round come directly before it."""
    count = 0
    while count < place and live[place - count - 1].kind is OutcomeKind.RETRYING:
        count += 1
    return count
