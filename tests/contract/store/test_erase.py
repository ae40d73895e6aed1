"""An erasure leaves the same in every database."""

from __future__ import annotations

from pathlib import Path

from core.care.erase import Erased, erase_athlete
from tests.support.care_rig import CareRig, clock, plain
from tests.support.databases import MakePlace
from tests.support.failures import failure
from tests.support.incoming import make_workout
from tests.support.stored_results import results


def test_that_the_results_are_those_without_the_athlete(make_place: MakePlace, tmp_path: Path) -> None:
    place, alone = make_place(), make_place()
    rig, other = CareRig(tmp_path / "data", place.url), CareRig(tmp_path / "alone", alone.url)
    rig.store(*(make_workout(n, athlete="Zoë", km=6, day=-n, ascent_m=30) for n in range(1, 20)))
    for one in (rig, other):
        one.store(make_workout(100, athlete="Ana", km=5), make_workout(101, athlete="Ana"))
    rig.apply(failures=[failure(message=plain(make_workout(30, athlete="Zoë")))])
    done = erase_athlete(rig.places, "Zoë", by="coach", now_ms=clock)
    assert done == Erased(workouts=19, failures=1, sent=19, queued=0, held=0)
    assert results(place) == results(alone)
    assert place.rows("SELECT erased_at, workouts, failures FROM erasures") == [("2025-06-15T15:06:40.000Z", 19, 1)]
    assert place.rows("SELECT count(*) FROM failures") == [(0,)]
    rig.store(make_workout(50, athlete="Zoë", km=5))
    other.store(make_workout(50, athlete="Zoë", km=5))
    assert results(place) == results(alone)
