"""What each revision of a workout changed."""

from __future__ import annotations

from collections.abc import Mapping

from core.workouts.revisions import FieldChange, RevisionKind, StoredRevision, changes_between, revision_steps

RUN = {"id": "a", "type": "Running", "duration": 30.0, "distance": 5.0, "revision": 1, "mood": "fine"}


def _revision(
    number: int, fields: Mapping[str, object] | None = None, kind: RevisionKind = "correction"
) -> StoredRevision:
    return StoredRevision(number, kind, number * 1000, None, "here", None, fields)


def test_that_changes_are_in_the_order_of_the_contract_and_unknown_fields_last() -> None:
    after = {"id": "b", "type": "Cycling", "duration": 30, "title": "Hills", "revision": 2, "air": 1, "mood": "good"}
    assert changes_between(RUN, after) == (
        FieldChange("type", "Running", "Cycling"),
        FieldChange("distance", 5.0, None),
        FieldChange("title", None, "Hills"),
        FieldChange("air", None, 1),
        FieldChange("mood", "fine", "good"),
    )
    assert changes_between(RUN, RUN) == ()


def test_that_steps_follow_the_rank_whatever_the_order() -> None:
    gone, first, second = _revision(2, kind="deletion"), _revision(1, RUN, "new"), _revision(2, RUN | {"rpe": 4})
    third = _revision(3, RUN | {"rpe": 5})
    steps = revision_steps([third, gone, first, second])
    assert [step.revision for step in steps] == [first, second, gone, third]
    assert [step.counts for step in steps] == [False, False, False, True]
    # What comes after a deletion is compared with what was deleted.
    assert [step.changes for step in steps] == [
        None,
        (FieldChange("rpe", None, 4),),
        None,
        (FieldChange("rpe", 4, 5),),
    ]
    assert revision_steps([]) == ()


def test_that_what_is_not_known_is_not_compared() -> None:
    unknown, known, again = _revision(1), _revision(2, RUN), _revision(3, RUN)
    assert [step.changes for step in revision_steps([unknown, known, again])] == [None, None, ()]
    assert [one.is_known for one in (unknown, known, _revision(4, kind="deletion"))] == [False, True, True]
