"""Checks local database files before they are opened; a damaged one is renamed, so that a new one can be created."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import UTC, datetime
from os import stat_result
from os.path import samestat
from pathlib import Path
from sqlite3 import Connection

from core.errors import SettingError, StoreDamagedError, StoreUnavailableError, WrongFileError
from core.logs import get_log
from core.sqlite.connection import open_checked, quarantine, store_errors

_HEADER = b"SQLite format 3\x00"
_ADVICE = {
    "results": "Choose another file for the results database.",
    "queue": "Choose another file for the queue.",
    "outbox": "Move it to another folder and start again.",
}

_log = get_log(__name__)


def quarantine_damaged(
    files: Sequence[tuple[str, Path]], *, own_folder: Path, now: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> list[str]:
    """`files`: content (`results`) and path of each. Returns a sentence for the user per file that was renamed.

    A missing file and one that cannot be opened now do not count as damaged. Raises WrongFileError for a database of
    another program, and when a file outside of `own_folder` never was a database (probably a mistyped path);
    SettingError when a damaged file cannot be renamed.
    """
    sentences = []
    for holds, path in files:
        while (damaged := _status(path)) is not None and _is_damaged(holds, path):
            if path.absolute().parent != own_folder.absolute() and not _was_database(path):
                raise WrongFileError(
                    f"{path} is not a database, so it cannot hold the {holds}. {_ADVICE[holds]}", holds
                )
            moment, found = now(), _status(path)
            if found is None or not samestat(found, damaged):
                continue  # another program has renamed it: the file there now may be intact and in use
            try:
                kept = quarantine(path, moment)
            except FileNotFoundError:
                continue
            except OSError as error:
                raise SettingError(f"{path} is damaged and cannot be set aside: {error.strerror}.") from None
            _log.warning("damaged file renamed", file=path.name, kept_as=kept.name)
            sentences.append(f"The file with the {holds} was damaged. It is kept as {kept.name}; a new one was begun.")
    return sentences


def _status(path: Path) -> stat_result | None:
    try:
        return path.stat()
    except OSError:
        return None


def _is_damaged(holds: str, path: Path) -> bool:
    """WrongFileError for a sound database of another program, which is left as it is."""
    try:
        with closing(open_checked(path, read_only=True)) as connection, store_errors(path):
            is_ours = _is_ours(holds, connection)
    except StoreDamagedError:
        return True
    except StoreUnavailableError:
        return False
    if not is_ours:
        raise WrongFileError(f"{path} is the database of another program. {_ADVICE[holds]}", holds)
    return False


def _is_ours(holds: str, connection: Connection) -> bool:
    """Or empty. Loads only what the kind of file needs."""
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if holds == "results":
        from core.store.database.schema import schema_version

        return not tables or schema_version.name in tables
    if holds == "queue":
        from core.broker.embedded.queue_file import APPLICATION_ID
    else:
        from core.outbox.outbox import APPLICATION_ID
    return not tables or connection.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID


def _was_database(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(len(_HEADER)) == _HEADER
    except OSError:
        return False
