"""Opens the database that a URL names."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from core.config.file_url import file_path, is_file_url
from core.errors import SettingError
from core.logs import redact_url
from core.store.database.port import Database

POSTGRESQL_SCHEME = "postgresql+psycopg"
_NO_FILE = "The database URL names no file; use sqlite:///FILE."


def database_at(url: str) -> Database:
    """SettingError for a URL of an unknown database kind; its text never holds a password."""
    if is_file_url(url):
        from core.store.database.sqlite import SQLiteDatabase

        return SQLiteDatabase(_file_of(url))
    try:
        parts = make_url(_plus_kept(url))
    except (ArgumentError, ValueError):
        raise SettingError("The database must be a URL like sqlite:///results.sqlite3.") from None
    if parts.drivername in ("sqlite", "sqlite+pysqlite"):
        raise SettingError(_NO_FILE)
    if parts.drivername == POSTGRESQL_SCHEME:
        if "password" in parts.query:
            # As an option it would be saved in the settings, and not be masked as a password is.
            raise SettingError(
                f"The database URL holds its password as an option; use {POSTGRESQL_SCHEME}://USER:PASSWORD@HOST/NAME."
            )
        if not parts.host or not parts.database:
            raise SettingError(f"The database URL names no server or no database; use {POSTGRESQL_SCHEME}://HOST/NAME.")
        # Loaded only where PostgreSQL is used: the driver takes time to load.
        from core.store.database.postgres import PostgresDatabase

        return PostgresDatabase(parts)
    shown = redact_url(parts.render_as_string(hide_password=True))
    raise SettingError(
        f"The database {shown} is of a kind not supported here; use sqlite:///FILE or {POSTGRESQL_SCHEME}://HOST/NAME."
    )


def _plus_kept(url: str) -> str:
    """SQLAlchemy reads the options as form data, where a + stands for a space; in the name of a file it is a +."""
    address, mark, options = url.partition("?")
    return address + mark + options.replace("+", "%2B")


def _file_of(url: str) -> Path:
    """In the path `%`, `?` and `#` are %-encoded; see core/config/file_url.py."""
    name = url.partition(":///")[2]
    if name in ("", ":memory:") or "?" in name:
        raise SettingError(_NO_FILE)
    try:
        return file_path(url)
    except ValueError as error:
        raise SettingError(f"The database URL names no file: {error}.") from None
