"""A merge, and what undoes it, give the same in every database."""

from __future__ import annotations

from pathlib import Path

from core.care.merge import MergeRecord, merge_changes, merge_choices, unmerge_changes
from core.codec.workout_codec import decode, encode
from core.outbox.changes import Change
from tests.support.care_rig import NOW_MS, CareRig
from tests.support.databases import MakePlace
from tests.support.incoming import make_workout


def names(rig: CareRig) -> dict[str, int]:
    return merge_choices(rig.places.database_url, "Ana").counts


def send(rig: CareRig, changes: list[Change]) -> None:
    rig.apply(*(decode(encode(one.workout, kind=one.kind, submitted_at_ms=NOW_MS), now_ms=NOW_MS) for one in changes))


def test_that_athletes_are_merged_and_parted(make_place: MakePlace, tmp_path: Path) -> None:
    rig = CareRig(tmp_path / "data", make_place().url)
    url = rig.places.database_url
    rig.store(*(make_workout(n, athlete="Zoë", day=-n) for n in range(1, 6)))
    rig.store(make_workout(10, athlete="Zoe"), make_workout(11, athlete="Ana"))
    assert merge_choices(url, "Zoë").likely == ("Zoe",)
    changes = merge_changes(url, "Zoë", "Zoe", now_ms=NOW_MS)
    send(rig, changes)
    assert names(rig) == {"Ana": 1, "Zoe": 6}
    send(rig, unmerge_changes(url, MergeRecord.of("Zoë", "Zoe", changes), now_ms=NOW_MS))
    assert names(rig) == {"Ana": 1, "Zoe": 1, "Zoë": 5}
