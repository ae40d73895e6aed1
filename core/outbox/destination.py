"""Where accepted workouts go: a queue, and the results database that the ledger compares with it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from core.broker.connect import queue_file, queue_identity


@dataclass(frozen=True, slots=True)
class Destination:
    """Both as text without a user or a password; the same text is the same place."""

    queue: str
    database: str


def destination_of(broker_url: str, database_url: str, folder: Path) -> Destination:
    """Files inside `folder` are named relative to it, so that they stay the same place when it is moved.

    SettingError for an address that cannot be right.
    """
    from core.store.database.connect import database_at  # takes longer to load than a window to show

    database = database_at(database_url)
    where = database.name if database.file is None else _file(database.file, folder)
    return Destination(_queue(broker_url, folder), where)


def _queue(url: str, folder: Path) -> str:
    file = queue_file(url)
    return queue_identity(url) if file is None else _file(file, folder)


def _file(path: Path, folder: Path) -> str:
    path, folder = path.absolute().resolve(), folder.absolute().resolve()
    return str(path.relative_to(folder) if path.is_relative_to(folder) else path)
