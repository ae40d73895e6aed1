"""The file of the templates in the data folder: written whole, bounded, and set aside when it is damaged."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from core.config.whole_file import write_whole
from core.errors import SettingError
from core.roster.template import Template, dump_templates, parse_templates
from core.sqlite.connection import quarantine

FILE_NAME = "templates.json"
MAX_FILE_BYTES = 8_000_000


def load_templates(folder: Path, *, now: datetime) -> tuple[tuple[Template, ...], str]:
    """And a sentence for the user, where the file was damaged and has another name now. SettingError."""
    path = folder / FILE_NAME
    try:
        with path.open("rb") as file:
            body = file.read(MAX_FILE_BYTES + 1)
    except FileNotFoundError:
        return (), ""
    except OSError as error:
        raise SettingError(f"The templates in {path} cannot be read: {error.strerror}.") from None
    found = parse_templates(body) if len(body) <= MAX_FILE_BYTES else None
    if found is not None:
        return found, ""
    try:
        aside = quarantine(path, now)
    except OSError as error:
        raise SettingError(f"{path} is damaged and cannot be set aside: {error.strerror}.") from None
    return (), f"The file with the templates was damaged; it is kept as {aside.name}, and a new one is begun."


def save_templates(folder: Path, templates: Sequence[Template]) -> None:
    """SettingError where they are too many for a file, or the disk does not take them."""
    body = dump_templates(templates).encode("utf-8")
    if len(body) > MAX_FILE_BYTES:
        raise SettingError(f"The templates need more than {MAX_FILE_BYTES:,} bytes; delete some of them first.")
    try:
        write_whole(folder / FILE_NAME, body)
    except OSError as error:
        raise SettingError(f"The templates could not be saved in {folder}: {error.strerror}.") from None
