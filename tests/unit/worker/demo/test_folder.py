"""The folder of a demonstration."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.config.file_url import file_url
from core.errors import SettingError
from worker.demo.folder import (
    MOST_BYTES,
    NOTE,
    RESULTS,
    CrashNote,
    SeenBefore,
    check_demo_change,
    check_demo_folder,
    leave_note,
    make_demo_folder,
    read_note,
    remove_demo_folder,
    take_note,
)

NOTED = CrashNote(
    at_ms=5,
    accepted=167,
    rate_per_s=1.3,
    slowness_s=1.5,
    share=0.1,
    seen={"kill": SeenBefore(result="KEPT", words="ok")},
)


def test_that_a_note_is_read_once(tmp_path: Path) -> None:
    leave_note(tmp_path, NOTED)
    assert take_note(tmp_path) == NOTED
    assert take_note(tmp_path) is None


@pytest.mark.parametrize("text", [b"", b"{}", b'{"at_ms": "x"}', b"\xff\x00", b"9" * (MOST_BYTES + 1)])
def test_that_a_note_that_is_none_is_ignored(tmp_path: Path, text: bytes) -> None:
    (tmp_path / NOTE).write_bytes(text)
    assert take_note(tmp_path) is None


def test_that_only_a_folder_of_a_demonstration_is_used_and_removed(tmp_path: Path) -> None:
    (tmp_path / "diary.txt").write_text("Dear diary")
    with pytest.raises(SettingError, match="not the folder of a demonstration"):
        check_demo_folder(tmp_path)
    remove_demo_folder(tmp_path)
    assert (tmp_path / "diary.txt").exists()
    made = make_demo_folder()
    assert check_demo_folder(made) == made
    remove_demo_folder(made)
    assert not made.exists()


@pytest.mark.parametrize(
    ("broker", "problem"),
    [
        ("amqp://localhost/", "virtual host of its own"),
        ("amqp://localhost/team", "begins with 'demo'"),
        ("sqlite:////usr/queue.db", "in its own folder"),
    ],
)
def test_that_a_demonstration_changes_to_no_queue_of_others(tmp_path: Path, broker: str, problem: str) -> None:
    with pytest.raises(SettingError, match=problem):
        check_demo_change(tmp_path, broker, "")


def test_that_a_demonstration_changes_to_a_queue_of_its_own(tmp_path: Path) -> None:
    check_demo_change(tmp_path, "amqp://localhost/demo", "")
    check_demo_change(tmp_path, file_url(tmp_path / "other.db"), file_url(tmp_path / RESULTS))
    with pytest.raises(SettingError, match="results of its own"):
        check_demo_change(tmp_path, "amqp://localhost/demo", "postgresql+psycopg://localhost/club")


def test_that_a_note_can_be_read_before_it_is_taken(tmp_path: Path) -> None:
    leave_note(tmp_path, NOTED)
    assert read_note(tmp_path) == NOTED == take_note(tmp_path)
    assert read_note(tmp_path) is None
    leave_note(tmp_path, NOTED)
    assert (tmp_path / NOTE).stat().st_mode & 0o077 == 0
