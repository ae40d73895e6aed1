"""What is left of a name after an erasure: free space of databases, and other files."""

from __future__ import annotations

import re
from contextlib import closing
from pathlib import Path

from core.broker.embedded.feed import events_path
from core.care.athlete_messages import spellings
from core.care.places import DataPlaces
from core.errors import StoreError
from core.sqlite.connection import COMPANION_SUFFIXES, connect, store_errors
from core.store.database.connect import database_at

BLOCK_BYTES = 1_048_576
OVERLAP_BYTES = 1_024


def overwrite_free_space(places: DataPlaces) -> tuple[str, ...]:
    """Write each database file anew, without what was deleted before, and empty its journal. Returns the names of
    those that could not be: another program was busy with them."""
    busy = []
    for path in _databases(places):
        try:
            with store_errors(path), closing(connect(path)) as connection:
                if path.suffix == ".events":
                    connection.execute("DELETE FROM events")  # which may be lost
                connection.execute("VACUUM")
                blocked = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            if blocked:
                busy.append(path.name)
        except StoreError:
            busy.append(path.name)
    return tuple(busy)


def files_with(places: DataPlaces, name: str) -> tuple[str, ...]:
    """Other files of the data folder that spell the name as a whole word: older copies, exports, logs."""
    forms = b"|".join(re.escape(form) for form in spellings(name))
    pattern = re.compile(rb"(?<![0-9A-Za-z\x80-\xff])(?:%b)(?![0-9A-Za-z\x80-\xff])" % forms)
    ours = {Path(f"{path}{suffix}") for path in _databases(places) for suffix in ("", *COMPANION_SUFFIXES)}
    folder = places.folder.path
    found = [path for path in sorted(folder.rglob("*")) if path.is_file() and path not in ours and _has(path, pattern)]
    return tuple(str(path.relative_to(folder)) for path in found)


def _has(path: Path, pattern: re.Pattern[bytes]) -> bool:
    try:
        with path.open("rb") as file:
            before = b""
            while block := file.read(BLOCK_BYTES):
                if pattern.search(before + block):
                    return True
                before = block[-OVERLAP_BYTES:]
    except OSError:  # removed meanwhile, or not readable: then not by others either
        pass
    return False


def _databases(places: DataPlaces) -> list[Path]:
    queue = places.queue_file
    paths = [places.outbox_file, database_at(places.database_url).file]
    if queue is not None:
        paths += [queue, events_path(queue)]
    return [path for path in paths if path is not None and path.exists()]
