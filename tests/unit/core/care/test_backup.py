"""A backup is made beside writers, is whole or not there, and says what it does not hold."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from threading import Event, Thread

import pytest

from core.care import backup as module
from core.care.backup import QUEUE_LEFT_OUT, RESULTS_LEFT_OUT, make_backup
from core.care.manifest import Manifest, read_manifest
from core.care.progress import CareError, CareStoppedError, Progress, Watch
from core.care.restore import restore_backup
from core.care.verify import check_backup
from core.errors import StoreDamagedError
from core.version import VERSION
from tests.support.care_rig import CareRig, clock
from tests.support.incoming import make_workout

NAME = "paceline-backup-20250615T150640"


@pytest.fixture
def rig(tmp_path: Path) -> CareRig:
    rig = CareRig(tmp_path / "data")
    rig.store(make_workout(1, athlete="Zoë"))
    rig.send(make_workout(2), make_workout(3))
    rig.accept(make_workout(4), confirmed=False)
    return rig


def settings_of(rig: CareRig, text: str) -> None:
    (rig.folder / "settings.json").write_text(text, encoding="utf-8")


def test_that_it_holds_databases_settings_and_a_manifest(rig: CareRig, tmp_path: Path) -> None:
    settings_of(rig, '{"broker": "sqlite:////x/q.db", "database": "sqlite:////x/r.db", "theme": "dark"}')
    (rig.folder / "passwords").write_text("me@host secret", encoding="utf-8")
    made = make_backup(rig.places, tmp_path / "new" / "place", now_ms=clock)
    assert made.folder == tmp_path / "new" / "place" / NAME
    names = sorted(path.name for path in made.folder.iterdir())
    assert names == ["manifest.json", "outbox.db", "queue.db", "results.db", "settings.json"]
    assert made.manifest == read_manifest(made.folder) == check_backup(made.folder)
    assert (made.manifest.program_version, made.manifest.made_at) == (VERSION, "2025-06-15T15:06:40Z")
    assert made.manifest.left_out == ()
    rows = {file.kind: file.rows for file in made.manifest.files}
    assert (rows["results"]["workouts"], rows["queue"]["jobs"], rows["outbox"]["entries"]) == (1, 2, 4)
    assert json.loads((made.folder / "settings.json").read_text(encoding="utf-8")) == {"theme": "dark"}
    assert {path.stat().st_mode & 0o077 for path in made.folder.iterdir()} == {0}
    assert made.manifest.file_of("settings") is not None


def test_that_templates_and_own_rules_are_in_it_and_come_back(rig: CareRig, tmp_path: Path) -> None:
    texts = {"templates.json": '{"templates": []}'}
    for name, text in texts.items():
        (rig.folder / name).write_text(text, encoding="utf-8")
    made = make_backup(rig.places, tmp_path / "backups", now_ms=clock)
    assert texts.keys() <= {file.name for file in check_backup(made.folder).files}
    restore_backup(made.folder, tmp_path / "new", now_ms=clock)
    assert {name: (tmp_path / "new" / name).read_text(encoding="utf-8") for name in texts} == texts


@pytest.mark.parametrize("text", ["[]", "{", "[" * 100_000])
def test_that_settings_which_are_none_are_kept_as_they_are(rig: CareRig, tmp_path: Path, text: str) -> None:
    settings_of(rig, text)
    made = make_backup(rig.places, tmp_path, now_ms=clock)
    assert (made.folder / "settings.json").read_text(encoding="utf-8") == text


def test_that_addresses_of_what_is_not_in_the_backup_stay(tmp_path: Path) -> None:
    rig = CareRig(tmp_path / "data", "postgresql+psycopg://host/results", "amqp://host/")
    rig.accept(make_workout(1))
    settings_of(rig, '{"broker": "amqp://host/", "database": "postgresql+psycopg://host/results"}')
    made = make_backup(rig.places, tmp_path, now_ms=clock)
    assert made.manifest.left_out == (QUEUE_LEFT_OUT, RESULTS_LEFT_OUT)
    assert made.manifest.file_of("results") is None
    kept = json.loads((made.folder / "settings.json").read_text(encoding="utf-8"))
    assert kept == {"broker": "amqp://host/", "database": "postgresql+psycopg://host/results"}


def test_that_it_is_one_snapshot_while_a_worker_writes(rig: CareRig, tmp_path: Path) -> None:
    """Each commit adds a workout and its inbox row, so the copy has as many of one as of the other."""
    rig.store(*(make_workout(n) for n in range(10, 300)))
    stop, number = Event(), iter(range(1000, 100_000))

    def write() -> None:
        while not stop.is_set():
            rig.store(make_workout(next(number)))

    writer = Thread(target=write)
    writer.start()
    try:
        made = make_backup(rig.places, tmp_path, now_ms=clock)
    finally:
        stop.set()
        writer.join()
    results = made.manifest.file_of("results")
    assert results is not None
    assert results.rows["workouts"] == results.rows["inbox"] >= 291


def test_that_a_stopped_one_leaves_nothing(rig: CareRig, tmp_path: Path) -> None:
    told: list[Progress] = []
    with pytest.raises(CareStoppedError):
        make_backup(rig.places, tmp_path, now_ms=clock, watch=Watch(told.append, lambda: len(told) > 3))
    assert told[0].what == "Copying the outbox"
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


def test_that_a_copy_which_does_not_open_is_no_backup(
    rig: CareRig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def damage(_folder: Path, _manifest: Manifest) -> None:
        raise StoreDamagedError("queue.db is damaged")

    monkeypatch.setattr(module, "write_manifest", damage)
    with pytest.raises(StoreDamagedError):
        make_backup(rig.places, tmp_path, now_ms=clock)
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


def test_that_two_in_one_second_do_not_mix(rig: CareRig, tmp_path: Path) -> None:
    make_backup(rig.places, tmp_path, now_ms=clock)
    with pytest.raises(CareError, match=f"{NAME} is there already"):
        make_backup(rig.places, tmp_path, now_ms=clock)
    assert check_backup(tmp_path / NAME)


def test_that_an_empty_folder_and_one_that_cannot_be_written_are_one_sentence(rig: CareRig, tmp_path: Path) -> None:
    empty = CareRig(tmp_path / "empty")
    with pytest.raises(CareError, match="There is nothing to back up in"):
        make_backup(empty.places, tmp_path / "b", now_ms=clock)
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(CareError, match="The backup cannot be written in"):
        make_backup(rig.places, tmp_path / "file", now_ms=clock)


def test_that_a_database_which_is_none_is_not_copied_as_one(rig: CareRig, tmp_path: Path) -> None:
    with closing(sqlite3.connect(rig.folder / "queue.db")) as connection:
        connection.execute("PRAGMA application_id=7")
    with pytest.raises(CareError, match=r"queue\.db is not what it should be: queue"):
        make_backup(rig.places, tmp_path, now_ms=clock)
