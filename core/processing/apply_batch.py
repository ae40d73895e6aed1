"""(batch of workouts, histories of their athletes) -> what becomes of each. Pure: no clock, no database."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from typing import NamedTuple, Protocol

from core.achievements.athlete_history import iso_week
from core.achievements.progress import (
    AthleteProgress,
    WorkoutEntry,
    earned_alone,
    evaluate_all,
    make_entry,
    newly_earned,
    utc_ms,
)
from core.achievements.rules import AchievementRules, Earned, default_rules
from core.codec.workout_codec import DecodedMessage
from core.events import EarnedBadge, OutcomeKind
from core.failures.causes import CONFLICT
from core.processing.deduplication import DedupResult, Disposition
from core.workouts.energy import Energy, energy
from core.workouts.model import ANONYMOUS, Workout

CONFLICT_REASON = "This revision of the workout is stored with other content; a correction needs a higher revision."
OLDER_REVISION = "an older revision"
DELETED_REASON = "deleted"

_OUTCOMES = {
    Disposition.STORED: OutcomeKind.STORED,
    Disposition.CORRECTED: OutcomeKind.STORED,
    Disposition.DELETED: OutcomeKind.STORED,
    Disposition.SUPERSEDED: OutcomeKind.DUPLICATE,
    Disposition.DUPLICATE: OutcomeKind.DUPLICATE,
    Disposition.CONFLICT: OutcomeKind.FAILED,
}
_REASONS = {
    Disposition.SUPERSEDED: OLDER_REVISION,
    Disposition.DUPLICATE: "seen before",
    Disposition.DELETED: DELETED_REASON,
}


class StoredEntry(NamedTuple):
    """A stored workout before the batch."""

    athlete: str
    entry: WorkoutEntry


class ApplyResult(NamedTuple):
    """The outcome of one message. `calories_kcal` is set where the workout was stored by this message.

    `error_type` is set for a FAILED one, which the caller sends to the failed queue; it changed nothing. `deleted` is
    what a deletion took away.
    """

    workout_id: str
    kind: OutcomeKind
    calories_kcal: float | None = None
    estimate: bool = False
    badges: tuple[EarnedBadge, ...] = ()
    reason: str = ""
    error_type: str = ""
    deleted: StoredEntry | None = None


class WorkoutWrite(NamedTuple):
    """A workout to store."""

    incoming: DecodedMessage
    workout: Workout
    energy: Energy
    entry: WorkoutEntry


@dataclass(slots=True)
class AthleteDelta:
    removed: list[WorkoutEntry] = field(default_factory=list)
    added: list[WorkoutEntry] = field(default_factory=list)


class AthleteUpdate(NamedTuple):
    """One athlete's progress after a batch, and the difference: `moved` were earned before, by another workout.

    `badges` are newly earned by workouts of the batch. `anonymous` has no progress.
    """

    progress: AthleteProgress | None
    gained: Sequence[Earned]
    moved: Sequence[Earned]
    lost: Sequence[Earned]
    badges: Sequence[Earned]


def to_entry(workout: Workout, workout_id: str) -> tuple[Energy, WorkoutEntry]:
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


def content_of(incoming: DecodedMessage) -> WorkoutWrite | None:
    """None for a deletion."""
    workout = incoming.workout
    if workout is None:
        return None
    return WorkoutWrite(incoming, workout, *to_entry(workout, incoming.workout_id))


def winning_workouts(result: DedupResult, prepared: Sequence[WorkoutWrite | None]) -> dict[str, WorkoutWrite]:
    """The workouts to store after this batch, by id; `prepared` is `content_of` each message."""
    found = {}
    for workout_id, position in result.final.items():
        content = prepared[position]
        if content is not None:
            found[workout_id] = content
    return found


def deltas_by_athlete(
    result: DedupResult, found: Mapping[str, WorkoutWrite], current: Mapping[str, StoredEntry]
) -> dict[str, AthleteDelta]:
    """By athlete. A correction may move a workout from one athlete to another."""
    by_athlete: dict[str, AthleteDelta] = {}
    for workout_id in result.final:
        before, after = current.get(workout_id), found.get(workout_id)
        if before is not None:
            by_athlete.setdefault(before.athlete, AthleteDelta()).removed.append(before.entry)
        if after is not None:
            athlete = after.workout.athlete
            change = by_athlete.get(athlete)
            if change is None:
                change = by_athlete[athlete] = AthleteDelta()
            change.added.append(after.entry)
    return by_athlete


def is_append(progress: AthleteProgress, change: AthleteDelta) -> bool:
    """Whether the batch only adds workouts newer than all in `progress`."""
    return not change.removed and progress.is_newest(min(change.added))


def update_athlete(
    progress: AthleteProgress, change: AthleteDelta, stored: Callable[[], Iterable[WorkoutEntry]]
) -> AthleteUpdate:
    """Add to `progress` (in place) where only newer ones came, else evaluate again from the start.

    `stored` gives the athlete's workouts as they are before the batch; it is called in the second case only.
    """
    if is_append(progress, change):
        new = [earned for entry in sorted(change.added) for earned in progress.add(entry)]
        return AthleteUpdate(progress, new, (), (), new)
    entries = {entry.workout_id: entry for entry in stored()}
    for entry in change.removed:
        entries.pop(entry.workout_id, None)
    for entry in change.added:
        entries[entry.workout_id] = entry
    after = evaluate_all(progress.rules, entries.values())
    had = {(earned.code, earned.number): earned for earned in progress.earned}
    has = {(earned.code, earned.number): earned for earned in after.earned}
    added_ids = {entry.workout_id for entry in change.added}
    return AthleteUpdate(
        after,
        [earned for key, earned in has.items() if key not in had],
        [earned for key, earned in has.items() if key in had and had[key] != earned],
        [earned for key, earned in had.items() if key not in has],
        newly_earned(progress.earned, after.earned, added_ids, progress.rules),
    )


def update_anonymous(rules: AchievementRules, change: AthleteDelta) -> AthleteUpdate:
    """`anonymous` is many people: each workout earns by itself, and its achievements are removed with it."""
    had = {(one.workout_id, one.code): one for entry in change.removed for one in earned_alone(rules, entry)}
    has = {(one.workout_id, one.code): one for entry in change.added for one in earned_alone(rules, entry)}
    gained = [one for key, one in has.items() if key not in had]
    moved = [one for key, one in has.items() if key in had and had[key] != one]
    return AthleteUpdate(None, gained, moved, [one for key, one in had.items() if key not in has], gained)


Sums = list[int]  # workouts, duration_ms, distance_mm, energy_mkcal


def add_entry(sums: Sums, entry: WorkoutEntry, sign: int) -> None:
    sums[0] += sign
    sums[1] += sign * entry.duration_ms
    sums[2] += sign * entry.distance_mm
    sums[3] += sign * entry.energy_mkcal


def weekly_changes(by_athlete: Mapping[str, AthleteDelta]) -> dict[tuple[int, int, str], Sums]:
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


def total_change(change: AthleteDelta) -> Sums:
    sums = [0, 0, 0, 0]
    for entry in change.added:
        add_entry(sums, entry, 1)
    for entry in change.removed:
        add_entry(sums, entry, -1)
    return sums


def outcomes(
    batch: Sequence[DecodedMessage],
    result: DedupResult,
    found: Mapping[str, WorkoutWrite],
    badges: Mapping[str, tuple[EarnedBadge, ...]],
    removed: Mapping[str, StoredEntry],
) -> list[ApplyResult]:
    """One a message, in order. Badges go with the message whose content counts."""
    applied = []
    for position, (incoming, disposition) in enumerate(zip(batch, result.dispositions, strict=True)):
        workout_id = incoming.workout_id
        content = found.get(workout_id) if result.final.get(workout_id) == position else None
        if content is not None:
            kcal, estimate = content.energy.kcal, content.energy.estimate
            one = ApplyResult(workout_id, OutcomeKind.STORED, kcal, estimate, badges.get(workout_id, ()))
        elif disposition is Disposition.CONFLICT:
            one = ApplyResult(workout_id, OutcomeKind.FAILED, reason=CONFLICT_REASON, error_type=CONFLICT)
        else:
            deleted = removed.get(workout_id) if disposition is Disposition.DELETED else None
            reason = _REASONS.get(disposition, "replaced in the same batch")
            one = ApplyResult(workout_id, _OUTCOMES[disposition], reason=reason, deleted=deleted)
        applied.append(one)
    return applied


class HistorySource(Protocol):
    """The athletes' histories as they are before the batch."""

    def progress(self, athlete: str) -> AthleteProgress: ...

    def entries(self, athlete: str) -> Iterable[WorkoutEntry]: ...


@dataclass(frozen=True, slots=True)
class Processed:
    """Result of a batch: one outcome a message, and by athlete what was gained or lost."""

    applied: list[ApplyResult]
    updates: dict[str, AthleteUpdate]


_badge = cache(EarnedBadge)  # one for each rule


def process(
    batch: Sequence[DecodedMessage],
    result: DedupResult,
    found: Mapping[str, WorkoutWrite],
    by_athlete: Mapping[str, AthleteDelta],
    histories: HistorySource,
    rules: AchievementRules | None = None,
) -> Processed:
    """Compute all changes. The histories' progress may be changed in place: drop it when the batch is not stored after
    all.

    `rules` are those of the progress; None: the program's own.
    """
    badges: dict[str, tuple[EarnedBadge, ...]] = {}
    updates = {}
    for athlete, change in by_athlete.items():
        if athlete == ANONYMOUS:
            update = update_anonymous(rules or default_rules(), change)
        else:
            update = update_athlete(histories.progress(athlete), change, partial(histories.entries, athlete))
        updates[athlete] = update
        for one in update.badges:
            badges[one.workout_id] = (*badges.get(one.workout_id, ()), _badge(one.code, one.name))
    removed = {
        entry.workout_id: StoredEntry(athlete, entry)
        for athlete, change in by_athlete.items()
        for entry in change.removed
    }
    return Processed(outcomes(batch, result, found, badges, removed), updates)
