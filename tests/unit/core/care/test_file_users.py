"""Which programs have a file open, read from a folder that looks like the system's."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from core.care.file_users import in_use_text, programs_with


def process(folder: Path, number: int, command: bytes | None, *opened: Path) -> None:
    files = folder / str(number) / "fd"
    files.mkdir(parents=True)
    for place, path in enumerate(opened):
        (files / str(place)).symlink_to(path)
    if command is not None:
        (folder / str(number) / "cmdline").write_bytes(command)


@pytest.mark.parametrize(
    ("command", "name"),
    [
        (b"/venv/bin/python\0-m\0gui\0--data-dir\0x\0", "paceline"),
        (b"/venv/bin/python3.11\0-m\0worker.cli.worker\0", "paceline-worker"),
        (b"/venv/bin/python\0/venv/bin/paceline-ingest\0", "paceline-ingest"),
        (b"/usr/bin/sqlite3\0results.db\0", "sqlite3"),
        (b"python", "python"),
        (None, "program"),
    ],
)
def test_that_who_has_a_file_open_is_named(tmp_path: Path, command: bytes | None, name: str) -> None:
    file, other = tmp_path / "results.db", tmp_path / "other.db"
    processes = tmp_path / "proc"
    process(processes, 4711, command, other, file)
    process(processes, 4712, b"cat", other)
    process(processes, os.getpid(), b"this", file)
    (processes / "self").mkdir()
    (processes / "4713").mkdir()  # of another user
    assert programs_with(file, processes=processes) == (f"{name} (process 4711)",)


def test_that_nothing_is_known_where_the_system_does_not_tell(tmp_path: Path) -> None:
    assert programs_with(tmp_path / "x", processes=tmp_path / "none") == ()


def test_that_the_sentence_says_what_to_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = ["a (process 1)", "b (process 2)"]
    monkeypatch.setattr("core.care.file_users.programs_with", lambda _path: found)
    assert in_use_text(tmp_path / "x.db") == "x.db is in use by a (process 1) and b (process 2): end it first."
    found.clear()
    assert in_use_text(tmp_path / "x.db").startswith("x.db is in use: end every console")
