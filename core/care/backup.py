"""A backup: a folder with a copy of each database, the settings, and a manifest. Made while the program works."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from core.care.database_files import copy_database, digest_of, look_into
from core.care.manifest import BackupFile, FileKind, Manifest, write_manifest
from core.care.places import DataPlaces
from core.care.progress import UNWATCHED, CareError, Watch
from core.care.verify import check_backup
from core.config.settings import SETTINGS_FILE
from core.roster.template_file import FILE_NAME as TEMPLATE_FILE
from core.roster.template_file import WORKOUTS_FILE_NAME
from core.store.database.connect import database_at
from core.utc_text import utc_seconds_text
from core.version import VERSION

QUEUE_LEFT_OUT = "The queue is not on this computer: what waits there is not in the backup."
RESULTS_LEFT_OUT = "The results are in PostgreSQL and not in the backup: save them with pg_dump."

KEPT_FILES = (SETTINGS_FILE, TEMPLATE_FILE, WORKOUTS_FILE_NAME)  # never passwords or tokens
FILE_NAMES: dict[FileKind, str] = {"outbox": "outbox.db", "queue": "queue.db", "results": "results.db"}


@dataclass(frozen=True, slots=True)
class BackupMade:
    folder: Path
    manifest: Manifest


def make_backup(places: DataPlaces, parent: Path, *, now_ms: Callable[[], int], watch: Watch = UNWATCHED) -> BackupMade:
    """Into a new folder in `parent`, which has its name only when it is complete and was opened and checked.

    CareError when there is nothing to back up, or it cannot be written; StoreError of a database that cannot be read.
    """
    made_at = utc_seconds_text(now_ms())
    name = f"paceline-backup-{made_at.translate(str.maketrans('', '', ':-Z'))}"
    final, partial = parent / name, parent / f".{name}.part"
    if final.exists():
        raise CareError(f"{name} is there already.")
    try:
        parent.mkdir(parents=True, exist_ok=True)
        partial.mkdir(mode=0o700)
        files = _copy_all(places, partial, watch)
        if not files:
            raise CareError(f"There is nothing to back up in {places.folder.path}.")
        manifest = Manifest(program_version=VERSION, made_at=made_at, files=tuple(files), left_out=_left_out(places))
        write_manifest(partial, manifest)
        check_backup(partial, watch)
        partial.rename(final)
    except OSError as error:
        raise CareError(f"The backup cannot be written in {parent}: {error.strerror or error}.") from None
    finally:
        with suppress(OSError):
            shutil.rmtree(partial)
    return BackupMade(final, manifest)


def _copy_all(places: DataPlaces, folder: Path, watch: Watch) -> list[BackupFile]:
    """In the order of a workout's way, so that one which moves on meanwhile is in the backup twice, never missing."""
    results = database_at(places.database_url).file
    sources: dict[FileKind, Path | None] = {
        "outbox": places.outbox_file,
        "queue": places.queue_file,
        "results": results,
    }
    files = []
    for kind, source in sources.items():
        if source is not None and source.exists():
            copy = folder / FILE_NAMES[kind]
            copy_database(source, copy, f"Copying the {kind}", watch)
            content = look_into(copy, kind)
            files.append(_described(copy, kind, watch, content.version, content.rows))
    kept_here: set[FileKind] = {file.kind for file in files}
    for name in KEPT_FILES:
        source = places.folder.path / name
        if source.exists():
            copy, body = folder / name, source.read_bytes()
            copy.write_bytes(_settings_to_keep(body, kept_here) if name == SETTINGS_FILE else body)
            files.append(_described(copy, "settings", watch))
    for file in folder.iterdir():
        file.chmod(0o600)
    return files


def _described(
    path: Path, kind: FileKind, watch: Watch, version: int | None = None, rows: dict[str, int] | None = None
) -> BackupFile:
    return BackupFile(
        name=path.name,
        kind=kind,
        bytes=path.stat().st_size,
        sha256=digest_of(path, watch),
        version=version,
        rows=rows or {},
    )


def _settings_to_keep(body: bytes, kept_here: set[FileKind]) -> bytes:
    """Without the addresses of files that the backup has: after a restore they are in the data folder."""
    try:
        values = json.loads(body)
    except (ValueError, RecursionError):
        return body
    if not isinstance(values, dict):
        return body
    for kind, key in (("results", "database"), ("queue", "broker")):
        if kind in kept_here:
            values.pop(key, None)
    return json.dumps(values, indent=2, ensure_ascii=False).encode()


def _left_out(places: DataPlaces) -> tuple[str, ...]:
    queue = () if places.has_local_queue else (QUEUE_LEFT_OUT,)
    return queue if database_at(places.database_url).file is not None else (*queue, RESULTS_LEFT_OUT)
