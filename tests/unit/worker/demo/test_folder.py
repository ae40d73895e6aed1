"""The folder of a demonstration."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import SettingError
from worker.demo.folder import (
    MOST_BYTES,
    NOTE,
    CrashNote,
    SeenBefore,
    check_demo_folder,
    leave_note,
    make_demo_folder,
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
