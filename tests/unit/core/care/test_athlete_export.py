"""Everything of one athlete in one file: with the bodies as they were sent, and nothing of others."""

from __future__ import annotations

import json
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest

from core.broker.ports import Message
from core.care import athlete_export
from core.care.athlete_export import AthleteExported, export_athlete
from core.care.progress import CareError, CareStoppedError, Progress, Watch
from core.errors import StoreUnavailableError
from tests.support.care_rig import CareRig, clock, plain
from tests.support.failures import failure
from tests.support.incoming import deletion, make_workout, workout_id

BROKEN = b'{"userId": "Zo\\u00eb", "type": '


@pytest.fixture
def rig(tmp_path: Path) -> CareRig:
    return CareRig(tmp_path / "data")


def exported(rig: CareRig, name: str, path: Path, **more: Any) -> tuple[AthleteExported, dict[str, Any]]:
    done = export_athlete(rig.places, name, path, now_ms=clock, **more)
    return done, json.loads(path.read_text(encoding="utf-8"))


def test_that_the_file_has_all_of_one_athlete_and_nothing_of_another(rig: CareRig, tmp_path: Path) -> None:
    rig.store(make_workout(1, athlete="Zoë", km=5.2), make_workout(2, athlete="Ana", km=5))
    rig.send(make_workout(3, athlete="Zoë"), make_workout(4, athlete="Ana"))
    rig.accept(make_workout(5, athlete="Zoë"), confirmed=False)
    failed = Message(b'{"userId": "Zoe\xcc\x88", "type": "Running", "duration": -1}', "m-1")
    rig.apply(failures=[failure(message=failed), failure(message=Message(BROKEN, "m-2"))])
    done, found = exported(rig, "Zoë", tmp_path / "zoe.json")

    assert done == AthleteExported(workouts=1, failed=2, sent=3, queued=1)
    assert (found["format"], found["version"], found["athlete"]) == ("paceline-athlete", 1, "Zoë")
    assert found["exportedAt"] == "2025-06-15T15:06:40.000Z"
    (workout,) = found["workouts"]
    assert workout["id"] == workout_id(1)
    assert json.loads(workout["body"])["userId"] == "Zoë"
    assert ("5K Runner", workout_id(1)) in [(one["name"], one["workoutId"]) for one in found["achievements"]]
    assert [(one["isoYear"], one["isoWeek"], one["workouts"]) for one in found["weeks"]] == [(2025, 23, 1)]
    assert [one["body"] for one in found["failed"]] == [failed.body.decode(), BROKEN.decode()]
    assert [one["id"] for one in found["sent"]] == [workout_id(n) for n in (1, 3, 5)]
    assert [one["confirmedAt"] is None for one in found["sent"]] == [False, False, True]
    assert [one["messageId"] for one in found["queued"]] == [workout_id(3)]
    assert "Ana" not in (tmp_path / "zoe.json").read_text(encoding="utf-8")


def test_that_a_deletion_and_a_broken_body_are_found_in_the_queue(rig: CareRig, tmp_path: Path) -> None:
    rig.store(make_workout(1, athlete="Zoë"))
    anas = plain(make_workout(9, athlete="Ana"))
    rig.publish(deletion(1, 2).message, Message(BROKEN), Message(b'"Ana"'), anas)
    _, found = exported(rig, "Zoë", tmp_path / "zoe.json")
    assert [one["body"] for one in found["queued"]] == ["{}", BROKEN.decode()]


def test_that_what_is_tried_again_is_in_it_and_a_copy_of_a_failure_is_not(rig: CareRig, tmp_path: Path) -> None:
    rig.store(make_workout(1, athlete="Ana"))
    rig.publish(plain(make_workout(2, athlete="Zoë")))
    rig.retry_later(1)
    rig.publish(plain(make_workout(3, athlete="Zoë")))
    rig.dead_letter(1)
    done, found = exported(rig, "Zoë", tmp_path / "zoe.json")
    assert [one["messageId"] for one in found["queued"]] == [workout_id(2)]
    assert done == AthleteExported(0, 0, 0, 1)


def test_that_a_file_which_is_there_is_not_replaced(rig: CareRig, tmp_path: Path) -> None:
    rig.store(make_workout(1, athlete="Zoë"))
    path = tmp_path / "zoe.json"
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(CareError, match=r"zoe\.json is there already"):
        export_athlete(rig.places, "Zoë", path, now_ms=clock)
    assert path.read_text(encoding="utf-8") == "mine"


def test_that_an_unknown_name_makes_no_file(rig: CareRig, tmp_path: Path) -> None:
    rig.store(make_workout(1, athlete="Zoë"))
    with pytest.raises(CareError, match="Nothing is kept of an athlete called Zoe"):
        export_athlete(rig.places, "Zoe", tmp_path / "zoe.json", now_ms=clock)
    assert not list(tmp_path.glob("*zoe*"))


def test_that_a_folder_which_is_not_there_is_one_sentence(rig: CareRig, tmp_path: Path) -> None:
    rig.store(make_workout(1, athlete="Zoë"))
    with pytest.raises(CareError, match=r"Could not save zoe\.json: No such file"):
        export_athlete(rig.places, "Zoë", tmp_path / "away" / "zoe.json", now_ms=clock)


def test_that_results_which_are_not_there_are_an_error_of_the_store(rig: CareRig, tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailableError, match="not there yet"):
        export_athlete(rig.places, "Zoë", tmp_path / "zoe.json", now_ms=clock)


def test_that_it_tells_how_far_it_is_and_leaves_nothing_when_it_is_stopped(
    rig: CareRig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(athlete_export, "ROWS_AT_ONCE", 2)
    rig.store(*(make_workout(n, athlete="Zoë", day=n) for n in range(1, 6)))
    told: list[Progress] = []
    exported(rig, "Zoë", tmp_path / "whole.json", watch=Watch(told.append))
    assert [one for one in told if one.what == "Workouts"] == [Progress("Workouts", n, 5) for n in (0, 2, 4)]

    steps: list[Progress] = []
    stopping = Watch(steps.append, lambda: len(steps) > 1)
    with pytest.raises(CareStoppedError):
        export_athlete(rig.places, "Zoë", tmp_path / "zoe.json", now_ms=clock, watch=stopping)
    assert not list(tmp_path.glob("*zoe.json*"))


def test_that_a_queue_elsewhere_is_not_read(tmp_path: Path) -> None:
    rig = CareRig(tmp_path / "data", broker_url="amqp://localhost/")
    rig.store(make_workout(1, athlete="Zoë"))
    done, _ = exported(rig, "Zoë", tmp_path / "zoe.json")
    assert done == AthleteExported(1, 0, 1, 0)
    assert not rig.places.has_local_queue


def test_that_results_alone_are_enough_and_a_body_that_is_no_text_is_whole(rig: CareRig, tmp_path: Path) -> None:
    body = b'"Zo\xc3\xab" {"title": "\xff"}'
    rig.apply(failures=[failure(message=Message(body))])
    done, found = exported(rig, "Zoë", tmp_path / "zoe.json")
    assert done == AthleteExported(0, 1, 0, 0)
    assert b64decode(found["failed"][0]["bodyBase64"]) == body
