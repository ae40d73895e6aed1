"""What a coach asks of the queue: a workout sent, corrected or deleted, and the change that undoes it. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from core.codec.workout_codec import MessageKind
from core.workouts.model import Workout


@dataclass(frozen=True, slots=True)
class Change:
    """One message to send. `workout` has its revision; a deletion sends no more of it than id and revision.

    `before` is what counted until then, with its own revision; None where the workout did not count.
    """

    kind: MessageKind
    workout: Workout
    before: Workout | None = None


def send(workout: Workout) -> Change:
    return Change(MessageKind.SUBMITTED, workout)


def correct(before: Workout, content: Workout) -> Change:
    """`content` as the next revision of `before`, whose id it gets."""
    return Change(MessageKind.CORRECTED, _numbered(content, before, before.revision + 1), before)


def delete(before: Workout) -> Change:
    return Change(MessageKind.DELETED, _numbered(before, before, before.revision + 1), before)


def undo(change: Change) -> Change:
    """The change after which what counted before counts again, as a further revision."""
    sent, before = change.workout, change.before
    if change.kind is MessageKind.DELETED:
        return Change(MessageKind.CORRECTED, _numbered(sent, sent, sent.revision + 1))
    return delete(sent) if before is None else correct(sent, before)


def is_same_content(one: Workout, other: Workout) -> bool:
    """Whether a correction from one to the other would change nothing."""
    return one.model_copy(update={"revision": other.revision}) == other


def _numbered(content: Workout, of: Workout, revision: int) -> Workout:
    return content.model_copy(update={"id": of.id, "revision": revision})
