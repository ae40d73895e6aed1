"""(batch of workouts, histories of their athletes) -> what becomes of each. Pure: no clock, no database."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from typing import NamedTuple, Protocol

from core.achievements.athlete_history import iso_week
from core.achievements.progress import Entry, Fold, earned_alone, fold_all, make_entry, newly_earned, utc_ms
from core.achievements.rules import AchievementRules, Earned, default_rules
from core.codec.workout_codec import Incoming
from core.events import Badge, OutcomeKind
from core.failures.causes import CONFLICT
from core.processing.deduplication import Fate, Settlement
from core.workouts.energy import Energy, energy
from core.workouts.model import ANONYMOUS, Workout

CONFLICT_REASON = "This revision of the workout is stored with other content; a correction needs a higher revision."
OLDER_REVISION = "an older revision"

_OUTCOMES = {
    Fate.STORED: OutcomeKind.STORED,
    Fate.CORRECTED: OutcomeKind.STORED,
    Fate.DELETED: OutcomeKind.STORED,
    Fate.SUPERSEDED: OutcomeKind.DUPLICATE,
    Fate.DUPLICATE: OutcomeKind.DUPLICATE,
    Fate.CONFLICT: OutcomeKind.FAILED,
}
_REASONS = {Fate.SUPERSEDED: OLDER_REVISION, Fate.DUPLICATE: "seen before", Fate.DELETED: "deleted"}


class Applied(NamedTuple):
    """What became of one incoming message. `calories_kcal` is set where the workout was stored by this message.

    `error_type` is set for a FAILED one, which the caller sends to the failed queue; it changed nothing.
    """

    workout_id: str
    kind: OutcomeKind
    calories_kcal: float | None = None
    estimate: bool = False
    badges: tuple[Badge, ...] = ()
    reason: str = ""
    error_type: str = ""


class Current(NamedTuple):
    """A stored workout before the batch."""

    athlete: str
    entry: Entry


class Content(NamedTuple):
    """A workout to store."""

    incoming: Incoming
    workout: Workout
    energy: Energy
    entry: Entry


@dataclass(slots=True)
class AthleteChange:
    removed: list[Entry] = field(default_factory=list)
    added: list[Entry] = field(default_factory=list)


class Advance(NamedTuple):
    """One athlete's fold after a change, and what is different: `moved` were earned before, by another workout.

    `badges` are newly earned by workouts of the batch. `anonymous` has no fold.
    """

    fold: Fold | None
    gained: Sequence[Earned]
    moved: Sequence[Earned]
    lost: Sequence[Earned]
    badges: Sequence[Earned]


def measured(workout: Workout, workout_id: str) -> tuple[Energy, Entry]:
    burnt = energy(workout)
    entry = make_entry(
        workout_id,
        utc_ms(workout.started_at),
        workout.sport,
        workout.duration_min,
        workout.distance_km,
        burnt.kcal,
        workout.elevation_gain_m,
        workout.utc_offset_min,
    )
    return burnt, entry


def content_of(incoming: Incoming) -> Content | None:
    """None for a deletion."""
    workout = incoming.workout
    if workout is None:
        return None
    return Content(incoming, workout, *measured(workout, incoming.workout_id))


def final_contents(settlement: Settlement, prepared: Sequence[Content | None]) -> dict[str, Content]:
    """The workouts that are stored after this batch, by id; `prepared` is `content_of` each message."""
    found = {}
    for workout_id, position in settlement.final.items():
        content = prepared[position]
        if content is not None:
            found[workout_id] = content
    return found


def changes(
    settlement: Settlement, found: Mapping[str, Content], current: Mapping[str, Current]
) -> dict[str, AthleteChange]:
    """By athlete. A correction may move a workout from one to another."""
    by_athlete: dict[str, AthleteChange] = {}
    for workout_id in settlement.final:
        before, after = current.get(workout_id), found.get(workout_id)
        if before is not None:
            by_athlete.setdefault(before.athlete, AthleteChange()).removed.append(before.entry)
        if after is not None:
            athlete = after.workout.athlete
            change = by_athlete.get(athlete)
            if change is None:
                change = by_athlete[athlete] = AthleteChange()
            change.added.append(after.entry)
    return by_athlete


def is_append(fold: Fold, change: AthleteChange) -> bool:
    """Whether the change only adds workouts newer than all in the fold."""
    added = change.added
    return not change.removed and fold.comes_after(added[0] if len(added) == 1 else min(added))


def advance(fold: Fold, change: AthleteChange, stored: Callable[[], Iterable[Entry]]) -> Advance:
    """Go on where only newer ones came (`fold` itself moves), else fold again from the start.

    `stored` gives the athlete's workouts as they are before the change; it is called in the second case only.
    """
    if is_append(fold, change):
        added = change.added
        new = fold.step(added[0]) if len(added) == 1 else [e for entry in sorted(added) for e in fold.step(entry)]
        return Advance(fold, new, (), (), new)
    entries = {entry.workout_id: entry for entry in stored()}
    for entry in change.removed:
        entries.pop(entry.workout_id, None)
    for entry in change.added:
        entries[entry.workout_id] = entry
    after = fold_all(fold.rules, entries.values())
    had = {(earned.code, earned.number): earned for earned in fold.earned}
    has = {(earned.code, earned.number): earned for earned in after.earned}
    added_ids = {entry.workout_id for entry in change.added}
    return Advance(
        after,
        [earned for key, earned in has.items() if key not in had],
        [earned for key, earned in has.items() if key in had and had[key] != earned],
        [earned for key, earned in had.items() if key not in has],
        newly_earned(fold.earned, after.earned, added_ids, fold.rules),
    )


def advance_anonymous(rules: AchievementRules, change: AthleteChange) -> Advance:
    """`anonymous` is many people: each workout earns by itself, and what it earned goes with it."""
    had = {(one.workout_id, one.code): one for entry in change.removed for one in earned_alone(rules, entry)}
    has = {(one.workout_id, one.code): one for entry in change.added for one in earned_alone(rules, entry)}
    gained = [one for key, one in has.items() if key not in had]
    moved = [one for key, one in has.items() if key in had and had[key] != one]
    return Advance(None, gained, moved, [one for key, one in had.items() if key not in has], gained)


Sums = list[int]  # workouts, duration_ms, distance_mm, energy_mkcal


def add_entry(sums: Sums, entry: Entry, sign: int) -> None:
    sums[0] += sign
    sums[1] += sign * entry.duration_ms
    sums[2] += sign * entry.distance_mm
    sums[3] += sign * entry.energy_mkcal


def weekly_changes(by_athlete: Mapping[str, AthleteChange]) -> dict[tuple[int, int, str], Sums]:
    """What the batch adds to (or takes from) each ISO year, week and athlete."""
    weeks: dict[tuple[int, int, str], Sums] = {}
    for athlete, change in by_athlete.items():
        for sign, entries in ((1, change.added), (-1, change.removed)):
            for entry in entries:
                year, week = iso_week(entry.local_ms)
                key = (year, week, athlete)
                sums = weeks.get(key)
                if sums is None:
                    sums = weeks[key] = [0, 0, 0, 0]
                add_entry(sums, entry, sign)
    return weeks


def total_change(change: AthleteChange) -> Sums:
    sums = [0, 0, 0, 0]
    for entry in change.added:
        add_entry(sums, entry, 1)
    for entry in change.removed:
        add_entry(sums, entry, -1)
    return sums


def outcomes(
    batch: Sequence[Incoming],
    settlement: Settlement,
    found: Mapping[str, Content],
    badges: Mapping[str, tuple[Badge, ...]],
) -> list[Applied]:
    """One a message, in order. Badges go with the message whose content counts."""
    applied = []
    for position, (incoming, fate) in enumerate(zip(batch, settlement.fates, strict=True)):
        workout_id = incoming.workout_id
        content = found.get(workout_id) if settlement.final.get(workout_id) == position else None
        if content is not None:
            kcal, estimate = content.energy.kcal, content.energy.estimate
            one = Applied(workout_id, OutcomeKind.STORED, kcal, estimate, badges.get(workout_id, ()))
        elif fate is Fate.CONFLICT:
            one = Applied(workout_id, OutcomeKind.FAILED, reason=CONFLICT_REASON, error_type=CONFLICT)
        else:
            one = Applied(workout_id, _OUTCOMES[fate], reason=_REASONS.get(fate, "replaced in the same batch"))
        applied.append(one)
    return applied


class Histories(Protocol):
    """The athletes' histories as they are before the batch."""

    def fold(self, athlete: str) -> Fold: ...

    def entries(self, athlete: str) -> Iterable[Entry]: ...


@dataclass(frozen=True, slots=True)
class Processed:
    """What a batch comes to: one outcome a message, and by athlete what was earned anew or lost again."""

    applied: list[Applied]
    advances: dict[str, Advance]


_badge = cache(Badge)  # one for each rule


def process(
    batch: Sequence[Incoming],
    settlement: Settlement,
    found: Mapping[str, Content],
    by_athlete: Mapping[str, AthleteChange],
    histories: Histories,
    rules: AchievementRules | None = None,
) -> Processed:
    """Advance the histories; folds may move, so they are worthless when the batch is not stored after all.

    `rules` are those of the folds; None: the program's own.
    """
    badges: dict[str, tuple[Badge, ...]] = {}
    advances = {}
    for athlete, change in by_athlete.items():
        if athlete == ANONYMOUS:
            step = advance_anonymous(rules or default_rules(), change)
        else:
            step = advance(histories.fold(athlete), change, partial(histories.entries, athlete))
        advances[athlete] = step
        for one in step.badges:
            badges[one.workout_id] = (*badges.get(one.workout_id, ()), _badge(one.code, one.name))
    return Processed(outcomes(batch, settlement, found, badges), advances)
