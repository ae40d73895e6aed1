"""What a backup says of itself: `manifest.json` beside its files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from core.care.progress import CareError

MANIFEST_FILE = "manifest.json"
MAX_BYTES = 1_048_576

FileKind = Literal["results", "queue", "outbox", "settings"]
# A plain name: a backup of unknown origin must not name a file outside of its folder.
_Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$")]


class BackupFile(BaseModel):
    """`version` and `rows` (by table) of a database."""

    model_config = ConfigDict(frozen=True)

    name: _Name
    kind: FileKind
    bytes: int = Field(ge=0)
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    version: int | None = None
    rows: dict[str, int] = Field(default_factory=dict)


class Manifest(BaseModel):
    model_config = ConfigDict(frozen=True)

    format: Literal["paceline-backup"] = "paceline-backup"
    format_version: Literal[1] = 1
    program_version: str
    made_at: str
    files: tuple[BackupFile, ...]
    left_out: tuple[str, ...] = ()  # sentences: what the backup does not hold

    def file_of(self, kind: FileKind) -> BackupFile | None:
        return next((file for file in self.files if file.kind == kind), None)


def write_manifest(folder: Path, manifest: Manifest) -> None:
    path = folder / MANIFEST_FILE
    path.write_text(manifest.model_dump_json(indent=2) + "\n", encoding="utf-8")
    path.chmod(0o600)


def read_manifest(folder: Path) -> Manifest:
    """CareError when there is none that can be read."""
    try:
        with (folder / MANIFEST_FILE).open("rb") as file:
            text = file.read(MAX_BYTES + 1)
    except OSError:
        raise CareError(f"{folder.name} is no backup: it has no {MANIFEST_FILE}.") from None
    try:
        return Manifest.model_validate_json(text if len(text) <= MAX_BYTES else b"")
    except ValidationError as error:
        where = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise CareError(
            f"The {MANIFEST_FILE} of {folder.name} cannot be read{f': {where}' if where else ''}."
        ) from None
