"""A backup that is not whole is found out before it is needed."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from core.care.backup import make_backup
from core.care.database_files import digest_of, look_into
from core.care.manifest import MAX_BYTES, read_manifest, write_manifest
from core.care.progress import UNWATCHED, CareError
from core.care.verify import check_backup
from tests.support.care_rig import CareRig, clock
from tests.support.incoming import make_workout


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    rig = CareRig(tmp_path / "data")
    rig.store(*(make_workout(n) for n in range(1, 20)))
    rig.send(make_workout(50))
    return make_backup(rig.places, tmp_path, now_ms=clock).folder


def described_as_it_is(backup: Path, name: str) -> None:
    """As after a change by somebody who made the checksum right."""
    manifest, path = read_manifest(backup), backup / name
    files = tuple(
        file.model_copy(update={"bytes": path.stat().st_size, "sha256": digest_of(path, UNWATCHED)})
        if file.name == name
        else file
        for file in manifest.files
    )
    write_manifest(backup, manifest.model_copy(update={"files": files}))


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def flip(path: Path) -> None:
    body = bytearray(path.read_bytes())
    body[-1] ^= 1
    path.write_bytes(body)


@pytest.mark.parametrize(
    ("harm", "sentence"),
    [
        (Path.unlink, r"results\.db is missing"),
        (cut, r"results\.db has changed"),
        (flip, r"results\.db has changed"),
    ],
)
def test_that_a_file_which_is_not_as_it_was_is_named(backup: Path, harm: Callable[[Path], None], sentence: str) -> None:
    check_backup(backup)
    harm(backup / "results.db")
    with pytest.raises(CareError, match=sentence):
        check_backup(backup)


def test_that_other_content_than_the_manifest_says_is_found(backup: Path) -> None:
    with closing(sqlite3.connect(backup / "results.db")) as connection:
        connection.execute("DELETE FROM workouts WHERE id LIKE '%1'")
        connection.commit()
    described_as_it_is(backup, "results.db")
    with pytest.raises(CareError, match="other content than the manifest says"):
        check_backup(backup)


def test_that_a_damaged_database_is_found_though_its_checksum_is_right(backup: Path) -> None:
    path = backup / "results.db"
    body = bytearray(path.read_bytes())
    page = 4096 * 3
    body[page : page + 100] = bytes(100)
    path.write_bytes(body)
    described_as_it_is(backup, "results.db")
    with pytest.raises(CareError, match=r"results\.db is damaged"):
        check_backup(backup)


def test_that_looking_changes_nothing_and_leaves_no_journal(backup: Path) -> None:
    before = {path.name: path.read_bytes() for path in backup.iterdir()}
    check_backup(backup)
    assert {path.name: path.read_bytes() for path in backup.iterdir()} == before


def test_that_results_which_are_none_are_named(tmp_path: Path) -> None:
    path = tmp_path / "results.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE other (x)")
    with pytest.raises(CareError, match="not what it should be: results"):
        look_into(path, "results")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (None, "is no backup: it has no manifest"),
        ("{", "cannot be read"),
        ("x" * (MAX_BYTES + 1), "cannot be read"),
        ('{"program_version": "1", "made_at": "", "files": [{"name": "../x"}]}', r"cannot be read: files\.0\.name"),
        ('{"format_version": 2, "program_version": "1", "made_at": "", "files": []}', "cannot be read: format_version"),
    ],
)
def test_that_a_folder_without_a_manifest_of_ours_is_no_backup(tmp_path: Path, text: str | None, sentence: str) -> None:
    if text is not None:
        (tmp_path / "manifest.json").write_text(text, encoding="utf-8")
    with pytest.raises(CareError, match=sentence):
        check_backup(tmp_path)
