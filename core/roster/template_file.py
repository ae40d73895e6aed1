"""The files of the templates in the data folder: written whole, bounded, and set aside when one is damaged."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Generic, TypeVar

from core.config.whole_file import write_whole
from core.errors import SettingError
from core.roster.template import Template, dump_templates, parse_templates
from core.roster.workout_template import WorkoutTemplate, dump_workout_templates, parse_workout_templates
from core.sqlite.connection import quarantine

FILE_NAME, WORKOUTS_FILE_NAME = "templates.json", "workout-templates.json"
MAX_FILE_BYTES = 8_000_000

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class TemplateFile(Generic[T]):
    """`parse` returns None where it is no such file."""

    name: str
    parse: Callable[[bytes], tuple[T, ...] | None]
    dump: Callable[[Sequence[T]], str]


SESSIONS: TemplateFile[Template] = TemplateFile(FILE_NAME, parse_templates, dump_templates)
WORKOUTS: TemplateFile[WorkoutTemplate] = TemplateFile(
    WORKOUTS_FILE_NAME, parse_workout_templates, dump_workout_templates
)


def load_templates(of: TemplateFile[T], folder: Path, *, now: datetime) -> tuple[tuple[T, ...], str]:
    """And a sentence for the user, where the file was damaged and has another name now. SettingError."""
    path = folder / of.name
    try:
        with path.open("rb") as file:
            body = file.read(MAX_FILE_BYTES + 1)
    except FileNotFoundError:
        return (), ""
    except OSError as error:
        raise SettingError(f"The templates in {path} cannot be read: {error.strerror}.") from None
    found = of.parse(body) if len(body) <= MAX_FILE_BYTES else None
    if found is not None:
        return found, ""
    try:
        aside = quarantine(path, now)
    except OSError as error:
        raise SettingError(f"{path} is damaged and cannot be set aside: {error.strerror}.") from None
    return (), f"The file with the templates was damaged; it is kept as {aside.name}, and a new one is begun."


def save_templates(of: TemplateFile[T], folder: Path, templates: Sequence[T]) -> None:
    """SettingError where they are too many for a file, or the disk does not take them."""
    body = of.dump(templates).encode("utf-8")
    if len(body) > MAX_FILE_BYTES:
        raise SettingError(f"The templates need more than {MAX_FILE_BYTES:,} bytes; delete some of them first.")
    try:
        write_whole(folder / of.name, body)
    except OSError as error:
        raise SettingError(f"The templates could not be saved in {folder}: {error.strerror}.") from None
