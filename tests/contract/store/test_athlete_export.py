"""The export of one athlete reads the same from every database."""

from __future__ import annotations

import json
from pathlib import Path

from core.broker.ports import Message
from core.care.athlete_export import AthleteExported, export_athlete
from tests.support.care_rig import CareRig, clock
from tests.support.databases import MakePlace
from tests.support.failures import failure
from tests.support.incoming import make_workout, workout_id


def test_that_one_athlete_is_exported_with_failures_that_only_quote_the_name(
    make_place: MakePlace, tmp_path: Path
) -> None:
    rig = CareRig(tmp_path / "data", make_place().url)
    rig.store(make_workout(1, athlete="Zoë", km=5), make_workout(2, athlete="Ana", km=5))
    bodies = (b'{"userId": "Zo\\u00eb", "type": ', b'{"userId": "Zo\xc3\xab", "duration": 0}', b'["Ana"]', b"\x00")
    rig.apply(failures=[failure(f"f-{n}", Message(body, f"m-{n}")) for n, body in enumerate(bodies)])
    path = tmp_path / "zoe.json"
    done = export_athlete(rig.places, "Zoë", path, now_ms=clock)
    found = json.loads(path.read_text(encoding="utf-8"))
    assert done == AthleteExported(1, 2, 1, 0)
    assert [one["id"] for one in found["workouts"]] == [workout_id(1)]
    assert found["workouts"][0]["processedAt"] == "2025-06-15T15:06:40.000Z"
    assert sorted(one["key"] for one in found["failed"]) == ["f-0", "f-1"]
    assert [one["earnedAt"] for one in found["achievements"]][:1] == ["2025-06-02T12:00:00.000Z"]
