"""Corrections and deletions by fields, checked against the newest revision that is known. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum

import orjson

from core.codec.field_names import misnamed_fields
from core.codec.json_reader import parse_object
from core.codec.workout_codec import dumps_workout
from core.errors import FieldProblem, InvalidWorkoutError, PacelineError
from core.outbox.changes import Change, correct, delete, is_same_content
from core.store.models import NewestRevision
from core.workouts.model import Workout, check_workout

NUMBERED = ("id", "revision")  # fields that say which workout it is, and cannot be corrected


@dataclass(frozen=True, slots=True)
class ChangeRequest:
    """`fields`: new values by body name, None removes one; None instead of them: delete the workout.

    `revision`: the one that the request was made for; None: whichever is the newest.
    """

    workout_id: str
    fields: Mapping[str, object] | None
    revision: int | None = None


@dataclass(frozen=True, slots=True)
class KnownWorkout:
    """`results_problem`: why the results could not be read; then `newest` is only what was sent from here."""

    newest: NewestRevision | None
    results_problem: str = ""


@dataclass(frozen=True, slots=True)
class PlannedChange:
    """`change` None: the newest revision, which is `revision`, is as requested already."""

    revision: int
    change: Change | None


class Refusal(Enum):
    """Why a change is not made."""

    UNKNOWN = "unknown"  # neither stored nor sent from here
    UNREADABLE = "unreadable"  # what counts now is not known: the results cannot be read
    DELETED = "deleted"
    OUTDATED = "outdated"  # the newest revision is another than the one that the request was made for


class ChangeRefusedError(PacelineError):
    """`revision`: the newest one; None where none is known."""

    def __init__(self, refusal: Refusal, sentence: str, revision: int | None = None) -> None:
        super().__init__(sentence)
        self.refusal, self.revision = refusal, revision


def plan_change(request: ChangeRequest, known: KnownWorkout, *, now_ms: int) -> PlannedChange:
    """The change to send. Raises ChangeRefusedError, and InvalidWorkoutError which names every wrong field.

    A request that is sent again, since its answer was lost, comes to what its first one did.
    """
    newest, problem = known.newest, known.results_problem
    if problem and (newest is None or request.revision is None):
        raise ChangeRefusedError(Refusal.UNREADABLE, f"What counts now is not known here. {problem}")
    if newest is None:
        raise ChangeRefusedError(Refusal.UNKNOWN, "No workout with this id is stored, or was sent from here.")
    follows = request.revision == newest.revision - 1  # of the one that the request was made for
    if newest.body is None:
        if request.fields is None and (follows or request.revision is None):
            return PlannedChange(newest.revision, None)
        raise ChangeRefusedError(Refusal.DELETED, "This workout is deleted.", newest.revision)
    before = workout_of(request.workout_id, newest, now_ms=now_ms)
    content = None if request.fields is None else patched(before, request.fields, now_ms=now_ms)
    is_so = content is not None and is_same_content(content, before)
    if request.revision not in (None, newest.revision) and not (follows and is_so):
        sentence = f"It is for revision {request.revision}, and the newest is {newest.revision}."
        raise ChangeRefusedError(Refusal.OUTDATED, sentence, newest.revision)
    if is_so:
        return PlannedChange(newest.revision, None)
    change = delete(before) if content is None else correct(before, content)
    return PlannedChange(change.workout.revision, change)


def workout_of(workout_id: str, newest: NewestRevision, *, now_ms: int) -> Workout:
    """What a known revision says. A body may have no id; one without a start has that of its submission.

    Not of a deletion. InvalidWorkoutError or UndecodableBodyError for what another version accepted.
    """
    assert newest.body is not None
    fields = {**parse_object(newest.body)[0], "id": workout_id, "revision": newest.revision}
    return check_workout(fields, now=_moment(now_ms), default_start=_moment(newest.at_ms))


def patched(before: Workout, fields: Mapping[str, object], *, now_ms: int) -> Workout:
    """`before` with other values, as in a JSON Merge Patch (RFC 7396) of its body; lists are replaced whole."""
    fixed = tuple(FieldProblem(name, "cannot be corrected") for name in NUMBERED if name in fields)
    if problems := fixed + misnamed_fields(fields):
        raise InvalidWorkoutError(problems)
    body: dict[str, object] = orjson.loads(dumps_workout(before))
    body.update(fields)
    kept = {name: value for name, value in body.items() if value is not None}
    return check_workout(kept, now=_moment(now_ms), default_start=before.started_at)


def _moment(at_ms: int) -> datetime:
    return datetime.fromtimestamp(at_ms / 1000, UTC)
