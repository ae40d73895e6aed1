"""A merge is corrections: in whatever order they come, the results are as if all had one name from the start."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.care.merge import (
    MergeChoices,
    MergeRecord,
    merge_changes,
    merge_choices,
    read_record,
    unmerge_changes,
)
from core.care.progress import CareError
from core.codec.workout_codec import decode, encode
from core.outbox.changes import Change, correct, delete, undo
from core.workouts.model import ANONYMOUS
from tests.support.care_rig import NOW_MS, CareRig, plain
from tests.support.databases import Place
from tests.support.incoming import make_workout
from tests.support.stored_results import results

OF_RESULT = ("athletes", "weeks", "earned", "counts")


@pytest.fixture
def rig(tmp_path: Path) -> CareRig:
    rig = CareRig(tmp_path / "data")
    rig.store(*(make_workout(n, athlete="Zoë", km=6, day=-n, title="long") for n in range(1, 10)))
    rig.store(*(make_workout(n, athlete="Zoe", km=5, day=-n) for n in range(11, 15)))
    return rig


def send(rig: CareRig, changes: list[Change]) -> None:
    messages = [encode(one.workout, kind=one.kind, submitted_at_ms=NOW_MS) for one in changes]
    rig.apply(*(decode(message, now_ms=NOW_MS) for message in messages))


def outcome(rig: CareRig) -> dict[str, object]:
    found = results(Place(rig.places.database_url))
    return {name: found[name] for name in OF_RESULT}


def test_that_the_results_are_as_if_all_had_been_sent_under_one_name(rig: CareRig, tmp_path: Path) -> None:
    before = outcome(rig)
    changes = merge_changes(rig.places.database_url, "Zoë", "Zoe", now_ms=NOW_MS)
    assert [one.workout.revision for one in changes] == [2] * 9
    send(rig, changes[::-1])
    one = CareRig(tmp_path / "one")
    one.apply(*(decode(plain(make_workout(n, athlete="Zoe", km=6, day=-n)), now_ms=NOW_MS) for n in range(1, 10)))
    one.apply(*(decode(plain(make_workout(n, athlete="Zoe", km=5, day=-n)), now_ms=NOW_MS) for n in range(11, 15)))
    assert outcome(rig) == outcome(one)
    assert {one.workout.title for one in changes} == {"long"}

    send(rig, [undo(change) for change in changes])
    assert outcome(rig) == before


@pytest.mark.parametrize(
    ("source", "into", "sentence"),
    [
        ("Zoë", "Zoë", "Both names are the same"),
        ("Zoë", ANONYMOUS, "many people"),
        (ANONYMOUS, "Zoë", "many people"),
        ("Zoey", "Zoe", "No athlete is called Zoey"),
        ("Zoë", "Zoey", "No athlete is called Zoey"),
    ],
)
def test_that_only_two_known_athletes_are_merged(rig: CareRig, source: str, into: str, sentence: str) -> None:
    with pytest.raises(CareError, match=sentence):
        merge_changes(rig.places.database_url, source, into, now_ms=NOW_MS)


def test_that_a_merge_is_undone_for_the_workouts_that_it_moved(rig: CareRig) -> None:
    before = outcome(rig)
    changes = merge_changes(rig.places.database_url, "Zoë", "Zoe", now_ms=NOW_MS)
    record = read_record(MergeRecord.of("Zoë", "Zoe", changes).model_dump_json())
    send(rig, changes[:6])  # three of them are still on their way
    undone = unmerge_changes(rig.places.database_url, record, now_ms=NOW_MS)
    assert [one.workout.revision for one in undone] == [3] * 9
    send(rig, [*undone, *changes[6:]])
    assert outcome(rig) == before


def test_that_what_was_changed_since_a_merge_stays_so(rig: CareRig) -> None:
    changes = merge_changes(rig.places.database_url, "Zoë", "Zoe", now_ms=NOW_MS)
    send(rig, changes)
    later = [correct(one.workout, one.workout.model_copy(update={"athlete": "Ana"})) for one in changes[:1]]
    longer = [correct(one.workout, one.workout.model_copy(update={"duration_min": 99.0})) for one in changes[1:2]]
    send(rig, [*later, *longer, *(delete(one.workout) for one in changes[2:3])])
    undone = unmerge_changes(rig.places.database_url, MergeRecord.of("Zoë", "Zoe", changes), now_ms=NOW_MS)
    assert len(undone) == 7
    kept = {one.workout.workout_id: one.workout for one in undone}
    assert kept[changes[1].workout.workout_id].duration_min == 99
    assert not {changes[0].workout.workout_id, changes[2].workout.workout_id} & kept.keys()
    assert {one.workout.athlete for one in undone} == {"Zoë"}


@pytest.mark.parametrize("text", [None, "", "{}", "no json"])
def test_that_without_a_merge_nothing_is_undone(text: str | None) -> None:
    with pytest.raises(CareError, match="no merge"):
        read_record(text)


def test_that_likely_pairs_are_offered(rig: CareRig) -> None:
    rig.store(*(make_workout(n, athlete=name) for n, name in ((21, ANONYMOUS), (22, "Ana"), (23, "Zoes"))))
    assert merge_choices(rig.places.database_url, "Zoë") == MergeChoices(
        {"Ana": 1, "Zoe": 4, "Zoes": 1, "Zoë": 9}, ("Zoe",)
    )
    assert merge_choices(rig.places.database_url, "Ana").likely == ()


@pytest.mark.parametrize(("name", "sentence"), [(ANONYMOUS, "many people"), ("Bo", "No athlete is called Bo")])
def test_that_who_cannot_be_merged_is_said(rig: CareRig, name: str, sentence: str) -> None:
    with pytest.raises(CareError, match=sentence):
        merge_choices(rig.places.database_url, name)
