"""The folder of a demonstration: a temporary one, marked, so that no other folder is ever taken for one."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.config.whole_file import write_whole
from core.errors import SettingError

PREFIX, MARKER, NOTE = "paceline-demo-", "demonstration", "crash.json"
MOST_BYTES = 64 * 1024


class SeenBefore(BaseModel):
    """An observation, as it is kept."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    result: str
    words: str = Field(max_length=200)


class CrashNote(BaseModel):
    """What a console that is about to crash on purpose leaves for the next one."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    at_ms: int
    accepted: int = Field(ge=0)  # workouts, by its ledger
    rate_per_s: float = Field(gt=0, le=5_000)
    slowness_s: float = Field(ge=0, le=5)
    share: float = Field(ge=0, le=0.2)
    workers: int = Field(default=0, ge=0, le=16)
    in_turn: bool = False  # it was the last of all
    seen: Mapping[str, SeenBefore] = Field(default_factory=dict, max_length=50)


def make_demo_folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    (folder / MARKER).touch()
    return folder


def check_demo_folder(folder: Path) -> Path:
    """SettingError for a folder that no demonstration made."""
    if not (folder / MARKER).is_file():
        raise SettingError(f"--demo cannot use {folder}: it is not the folder of a demonstration.")
    return folder


def remove_demo_folder(folder: Path) -> None:
    """With all that is in it; does nothing to another folder."""
    if (folder / MARKER).is_file():
        shutil.rmtree(folder, ignore_errors=True)


def leave_note(folder: Path, note: CrashNote) -> None:
    """OSError where it cannot be written."""
    write_whole(folder / NOTE, note.model_dump_json().encode())


def take_note(folder: Path) -> CrashNote | None:
    """None where there is none, or not one of ours; it is there only once."""
    path = folder / NOTE
    try:
        with path.open("rb") as file:
            text = file.read(MOST_BYTES + 1)
        path.unlink()
        return CrashNote.model_validate_json(text)
    except (OSError, ValidationError):
        return None
