"""Corrections by fields: what is sent, and what is refused."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from core.codec.workout_codec import MessageKind, dumps_workout
from core.errors import InvalidWorkoutError
from core.outbox.change_requests import (
    ChangeRefusedError,
    ChangeRequest,
    KnownWorkout,
    PlannedChange,
    Refusal,
    plan_change,
    workout_of,
)
from core.store.models import NewestRevision
from core.workouts.model import Workout
from tests.support.incoming import make_workout

NOW_MS = 1_770_000_000_000
STORED = make_workout(1, km=5.0, revision=2, title="Easy", extra={"mood": "good"})


def known(workout: Workout | None = STORED, *, deleted: bool = False, problem: str = "") -> KnownWorkout:
    if workout is None:
        return KnownWorkout(None, problem)
    return KnownWorkout(NewestRevision(workout.revision, None if deleted else dumps_workout(workout), NOW_MS), problem)


def plan(
    fields: Mapping[str, object] | None, revision: int | None = 2, of: KnownWorkout | None = None
) -> PlannedChange:
    return plan_change(ChangeRequest(STORED.workout_id, fields, revision), of or known(), now_ms=NOW_MS)


def refused(fields: Mapping[str, object] | None, revision: int | None, of: KnownWorkout) -> tuple[Refusal, int | None]:
    with pytest.raises(ChangeRefusedError) as caught:
        plan(fields, revision, of)
    assert str(caught.value)
    return caught.value.refusal, caught.value.revision


@pytest.mark.parametrize("revision", [2, None])
def test_that_given_fields_are_replaced_and_all_others_stay(revision: int | None) -> None:
    planned = plan({"distance": 6, "title": None, "mood": None, "shoe": "red", "notes": None}, revision)
    assert planned.revision == 3
    assert planned.change is not None
    assert (planned.change.kind, planned.change.before) == (MessageKind.CORRECTED, STORED)
    assert planned.change.workout == STORED.model_copy(
        update={"distance_km": 6.0, "title": None, "revision": 3, "extra": {"shoe": "red"}}
    )


def test_that_a_deletion_is_the_next_revision() -> None:
    planned = plan(None)
    assert planned.change is not None
    assert (planned.change.kind, planned.revision, planned.change.workout.revision) == (MessageKind.DELETED, 3, 3)


def test_that_a_correction_that_changes_nothing_sends_nothing() -> None:
    assert plan({"distance": 5.0}) == PlannedChange(2, None)


def test_that_a_correction_that_removes_the_start_leaves_it() -> None:
    assert plan({"timestamp": None}) == PlannedChange(2, None)


def test_that_a_request_sent_again_comes_to_the_same() -> None:
    assert plan({"distance": 5.0}, 1) == PlannedChange(2, None)
    for revision in (1, None):
        assert plan(None, revision, known(deleted=True)) == PlannedChange(2, None)


def test_that_a_request_for_another_revision_is_refused_with_the_newest() -> None:
    assert refused({"distance": 6}, 1, known()) == (Refusal.OUTDATED, 2)
    assert refused({"distance": 5.0}, 3, known()) == (Refusal.OUTDATED, 2)
    assert refused(None, 1, known()) == (Refusal.OUTDATED, 2)


def test_that_a_deleted_workout_is_not_corrected() -> None:
    for revision in (1, 2, None):
        assert refused({"distance": 6}, revision, known(deleted=True)) == (Refusal.DELETED, 2)
    assert refused(None, 2, known(deleted=True)) == (Refusal.DELETED, 2)


def test_that_an_unknown_workout_is_not_changed() -> None:
    assert refused(None, 1, known(None)) == (Refusal.UNKNOWN, None)


def test_that_a_refusal_is_a_sentence() -> None:
    with pytest.raises(ChangeRefusedError) as caught:
        plan(None, 1, known(None))
    assert str(caught.value) == "No workout with this id is stored, or was sent from here."


def test_that_without_results_only_what_was_sent_from_here_is_changed_and_by_its_revision() -> None:
    assert refused(None, 1, known(None, problem="There is no file.")) == (Refusal.UNREADABLE, None)
    assert refused(None, None, known(problem="There is no file.")) == (Refusal.UNREADABLE, None)
    assert plan(None, 2, known(problem="There is no file.")).revision == 3


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"distance": -1, "rpe": 11}, ["distance", "rpe"]),
        ({"id": STORED.workout_id, "revision": 9}, ["id", "revision"]),
        ({"Distance": 6}, ["distance"]),
        ({"type": None}, ["type"]),
    ],
)
def test_that_every_wrong_field_is_named(fields: Mapping[str, object], named: list[str]) -> None:
    with pytest.raises(InvalidWorkoutError) as caught:
        plan(fields)
    assert [problem.field for problem in caught.value.problems] == named


def test_that_a_body_without_id_and_start_has_those_of_its_message() -> None:
    newest = NewestRevision(4, b'{"type": "Running", "duration": 45}', NOW_MS - 60_000)
    workout = workout_of(STORED.workout_id, newest, now_ms=NOW_MS)
    assert workout.id == STORED.id
    assert (workout.revision, workout.started_at.timestamp() * 1000) == (4, NOW_MS - 60_000)
