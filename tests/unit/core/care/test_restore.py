"""A restore gives back what was backed up, keeps what was there, and touches nothing that is in use."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from core.broker.embedded.messages import find_messages
from core.care import restore as module
from core.care.backup import make_backup
from core.care.database_files import held_alone
from core.care.progress import CareError, CareStoppedError, Progress, Watch
from core.care.restore import check_restorable, restore_backup
from core.errors import StoreUnavailableError
from core.outbox.outbox import Outbox
from tests.support.care_rig import CareRig, clock
from tests.support.incoming import make_workout


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    rig = CareRig(tmp_path / "old")
    rig.store(make_workout(1, athlete="Zoë", km=5))
    rig.send(make_workout(2))
    rig.accept(make_workout(3), confirmed=False)
    (rig.folder / "settings.json").write_text('{"theme": "dark"}', encoding="utf-8")
    return make_backup(rig.places, tmp_path / "backups", now_ms=clock).folder


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}


def names(rig: CareRig) -> tuple[str, ...]:
    with closing(rig.reader()) as reader:
        return reader.athlete_names("", 10)


def test_that_everything_is_there_in_a_new_folder(backup: Path, tmp_path: Path) -> None:
    done = restore_backup(backup, tmp_path / "new", now_ms=clock)
    assert done.kept is None
    rig = CareRig(tmp_path / "new")
    assert names(rig) == ("Zoë",)
    assert len(find_messages(tmp_path / "new" / "queue.db", lambda message: True)) == 1
    outbox = Outbox(rig.places.outbox_file, now_ms=clock)
    outbox.open()
    with closing(outbox):
        assert (outbox.counts().accepted, outbox.counts().pending) == (3, 1)
    assert contents(backup).keys() == {"manifest.json", "outbox.db", "queue.db", "results.db", "settings.json"}


def test_that_what_was_there_is_kept_and_can_be_opened(backup: Path, tmp_path: Path) -> None:
    rig = CareRig(tmp_path / "data")
    rig.store(make_workout(7, athlete="Ana"))
    rig.publish()
    (rig.folder / "queue.db.events").write_bytes(b"")
    (rig.folder / "notes.txt").write_text("mine", encoding="utf-8")
    done = restore_backup(backup, rig.folder, now_ms=clock)
    assert names(rig) == ("Zoë",)
    assert (rig.folder / "notes.txt").read_text(encoding="utf-8") == "mine"
    assert done.kept == rig.folder / "before-restore-20250615T150640"
    assert sorted(path.name for path in done.kept.iterdir()) == [
        "outbox.db",
        "queue.db",
        "queue.db.events",
        "results.db",
    ]
    with closing(sqlite3.connect(done.kept / "results.db")) as connection:
        assert connection.execute("SELECT athlete FROM workouts").fetchall() == [("Ana",)]
    assert not list(rig.folder.glob(".restore*"))


def test_that_a_folder_in_use_is_not_touched(backup: Path, tmp_path: Path) -> None:
    rig = CareRig(tmp_path / "data")
    rig.store(make_workout(7, athlete="Ana"))
    with closing(rig.reader()) as reader:
        assert reader.athlete_names("", 10) == ("Ana",)  # it has the file open, and is idle
        before = contents(rig.folder)
        with pytest.raises(CareError, match=r"results\.db is in use: end every console and worker"):
            restore_backup(backup, rig.folder, now_ms=clock)
        assert contents(rig.folder).keys() == before.keys()
    assert names(rig) == ("Ana",)
    restore_backup(backup, rig.folder, now_ms=clock)
    assert names(rig) == ("Zoë",)


def test_that_a_damaged_database_is_replaced_and_kept(backup: Path, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "results.db").write_bytes(b"no database at all" * 500)
    done = restore_backup(backup, folder, now_ms=clock)
    assert names(CareRig(folder)) == ("Zoë",)
    assert done.kept is not None
    assert (done.kept / "results.db").read_bytes() == b"no database at all" * 500


def test_that_a_backup_which_is_not_whole_changes_nothing(backup: Path, tmp_path: Path) -> None:
    (backup / "queue.db").write_bytes(b"")
    with pytest.raises(CareError, match=r"queue\.db has changed"):
        restore_backup(backup, tmp_path / "new", now_ms=clock)
    assert not (tmp_path / "new").exists()


def test_that_one_of_a_newer_program_is_refused(backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "NEWEST_VERSIONS", {"results": 1})
    with pytest.raises(CareError, match=r"results\.db is of a newer version of this program"):
        restore_backup(backup, tmp_path / "new", now_ms=clock)
    assert not (tmp_path / "new").exists()


def test_that_a_failure_half_way_puts_everything_back(
    backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rig = CareRig(tmp_path / "data")
    rig.store(make_workout(7, athlete="Ana"))
    before = contents(rig.folder)
    rename, moved = Path.rename, []

    def failing(self: Path, target: Path) -> Path:
        if target == rig.folder / "results.db":
            moved.append(target)
            if len(moved) == 1:
                raise OSError(28, "No space left on device")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises(CareError, match=r"cannot be restored in .*: No space left on device"):
        restore_backup(backup, rig.folder, now_ms=clock)
    assert contents(rig.folder).keys() == before.keys()
    assert names(rig) == ("Ana",)
    monkeypatch.undo()
    (tmp_path / "empty").mkdir()
    monkeypatch.setattr(Path, "rename", lambda self, target: (_ for _ in ()).throw(OSError(5, "Input/output error")))
    with pytest.raises(CareError, match="Input/output error"):
        restore_backup(backup, tmp_path / "empty", now_ms=clock)
    assert not list((tmp_path / "empty").iterdir())


def test_that_stopping_it_changes_nothing(backup: Path, tmp_path: Path) -> None:
    told: list[Progress] = []
    with pytest.raises(CareStoppedError):
        restore_backup(
            backup,
            tmp_path / "new",
            now_ms=clock,
            watch=Watch(told.append, lambda: any(one.what == "Copying" for one in told)),
        )
    assert not list((tmp_path / "new").iterdir())


def test_that_two_in_one_second_do_not_overwrite_what_was_kept(backup: Path, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    restore_backup(backup, folder, now_ms=clock)
    first = restore_backup(backup, folder, now_ms=clock)
    assert first.kept is not None
    kept = contents(first.kept)
    with pytest.raises(CareError, match="before-restore-20250615T150640 is there already"):
        restore_backup(backup, folder, now_ms=clock)
    assert contents(first.kept) == kept


def test_that_a_copy_which_is_not_whole_is_not_used(
    backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.copyfile", lambda _source, target: Path(target).write_bytes(b"half"))
    with pytest.raises(CareError, match="could not be copied whole"):
        restore_backup(backup, tmp_path / "new", now_ms=clock)
    assert not list((tmp_path / "new").iterdir())


def test_that_a_file_which_cannot_be_opened_is_an_error_of_the_store(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(StoreUnavailableError), held_alone(tmp_path / "folder"):
        pass
    rig = CareRig(tmp_path / "data")
    rig.store(make_workout(1))
    (rig.folder / "results.db-wal").mkdir()
    with pytest.raises(StoreUnavailableError), held_alone(rig.folder / "results.db"):
        pass


def test_that_it_is_checked_before_anything_ends(backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "data"
    assert check_restorable(backup, folder).file_of("results") is not None
    monkeypatch.setattr(module, "programs_with", lambda path: ("a",) if path.name == "queue.db" else ())
    with pytest.raises(CareError, match=r"queue\.db is in use"):
        check_restorable(backup, folder)
