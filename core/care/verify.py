"""Checks a backup: every file is there, unchanged, and can be opened."""

from __future__ import annotations

from pathlib import Path

from core.care.database_files import digest_of, look_into
from core.care.manifest import Manifest, read_manifest
from core.care.progress import UNWATCHED, CareError, Watch


def check_backup(folder: Path, watch: Watch = UNWATCHED) -> Manifest:
    """CareError, or StoreDamagedError, with the first thing that is wrong."""
    manifest = read_manifest(folder)
    for file in manifest.files:
        path = folder / file.name
        if not path.is_file():
            raise CareError(f"{file.name} is missing in the backup.")
        if path.stat().st_size != file.bytes or digest_of(path, watch) != file.sha256:
            raise CareError(f"{file.name} has changed since the backup was made.")
        if file.kind != "settings":
            watch.step(f"Opening {file.name}")
            content = look_into(path, file.kind)
            if (content.version, content.rows) != (file.version, file.rows):
                raise CareError(f"{file.name} has other content than the manifest says.")
    return manifest
