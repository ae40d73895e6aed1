"""A merge is corrections: in whatever order they come, the results are as if all had one name from the start."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.care.merge import merge_changes
from core.care.progress import CareError
from core.codec.workout_codec import decode, encode
from core.outbox.changes import Change, undo
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
