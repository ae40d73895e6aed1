"""The folder of a demonstration: a temporary one, marked, so that no other folder is ever taken for one."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.broker.amqp_url import parse_amqp_url
from core.broker.connect import queue_file
from core.config.file_url import file_url
from core.config.whole_file import write_whole
from core.errors import SettingError

PREFIX, MARKER, NOTE = "paceline-demo-", "demonstration", "crash.json"
QUEUE, RESULTS = "queue.db", "results.db"
DEMO_VHOST = "demo"
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
    broker_url: str = Field(default="", max_length=4_096)  # may hold a password: the file is its owner's
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


def check_demo_broker(url: str) -> None:
    """SettingError for a RabbitMQ whose virtual host may hold the messages of others, and for a wrong address."""
    if not parse_amqp_url(url).vhost.startswith(DEMO_VHOST):
        raise SettingError(
            f"A demonstration processes all that it finds: it needs a RabbitMQ with a virtual host of its own, whose "
            f"name begins with {DEMO_VHOST!r}."
        )


def check_demo_change(folder: Path, broker_url: str, database_url: str) -> None:
    """SettingError where a demonstration in this folder would change data that are not its own."""
    queue = queue_file(broker_url)
    if queue is None:
        check_demo_broker(broker_url)
    elif not queue.absolute().is_relative_to(folder.absolute()):
        raise SettingError(
            f"A demonstration processes all that it finds: its queue must be in its own folder {folder}."
        )
    if database_url and database_url != file_url(folder / RESULTS):
        raise SettingError("A demonstration has results of its own.")


def remove_demo_folder(folder: Path) -> None:
    """With all that is in it; does nothing to another folder."""
    if (folder / MARKER).is_file():
        shutil.rmtree(folder, ignore_errors=True)


def leave_note(folder: Path, note: CrashNote) -> None:
    """OSError where it cannot be written."""
    write_whole(folder / NOTE, note.model_dump_json().encode())


def read_note(folder: Path) -> CrashNote | None:
    """None where there is none, or not one of ours."""
    try:
        with (folder / NOTE).open("rb") as file:
            return CrashNote.model_validate_json(file.read(MOST_BYTES + 1))
    except (OSError, ValidationError):
        return None


def take_note(folder: Path) -> CrashNote | None:
    """As `read_note`; it is there only once."""
    note = read_note(folder)
    (folder / NOTE).unlink(missing_ok=True)
    return note
