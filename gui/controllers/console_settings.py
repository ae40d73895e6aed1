"""Reads the console's settings; an invalid saved value never prevents the window from opening. Qt-free."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import JsonValue, ValidationError

from core.broker.connect import describe_broker
from core.config.passwords import Passwords, needs_password, password_key, with_password
from core.config.settings import Settings, StoredSettings, given_settings, passwords_in, read_values
from core.errors import SettingError
from worker.runtime.bounded_keychain import BoundedKeychain

_ADDRESSES = ("broker", "database")


def load_console_settings(
    *,
    broker: str | None = None,
    database: str | None = None,
    data_dir: Path | None = None,
    now: datetime | None = None,
) -> Settings:
    """Raises SettingError for invalid values of the command line or environment, and for the data folder.

    An unusable saved broker URL is reported as `broker_problem`; other unusable saved values are replaced by their
    default, with a notice. Passwords are added after the window is shown, see `with_kept_passwords`.
    """
    given = given_settings(broker=broker, database=database, data_dir=data_dir)
    folder, may_save = given.folder, True
    try:
        values, notices = read_values(folder.settings_file, now or datetime.now(UTC))
    except SettingError as error:
        values, notices, may_save = {}, (f"{error} Defaults are used, and nothing is saved.",), False
    stored, notice = _usable(values)
    # An empty saved one is invalid, not missing.
    broker_url = given.broker or (folder.queue_url if stored.broker is None else stored.broker)
    broker_problem = _why_not(lambda: describe_broker(_as_with_password(broker_url)))
    if given.broker and broker_problem:
        raise SettingError(broker_problem)
    return Settings(
        folder,
        broker_url,
        given.database or (folder.results_url if stored.database is None else stored.database),
        stored,
        (*notices, notice) if notice else notices,
        broker_problem=broker_problem,
        database_given=given.database is not None,
        may_save=may_save,
    )


def with_kept_passwords(settings: Settings, keychain: BoundedKeychain) -> Settings:
    """The settings with passwords added to the URLs that need them, or with a problem. May wait for the keychain.

    Raises SettingError for a database given on the command line or in the environment.
    """
    passwords = passwords_in(settings.folder, keychain)
    return _with_broker_password(_with_database(settings, passwords), passwords, keychain)


def _with_database(settings: Settings, passwords: Passwords) -> Settings:
    from core.store.database.connect import database_at  # slow to import, so not at startup

    try:
        url = passwords.complete(settings.database_url)
        database_at(url)
    except SettingError as error:
        if settings.database_given:
            raise
        return replace(settings, database_problem=str(error))
    return replace(settings, database_url=url, database_problem="")


def _with_broker_password(settings: Settings, passwords: Passwords, keychain: BoundedKeychain) -> Settings:
    if settings.broker_problem or not needs_password(settings.broker_url):
        return settings
    try:
        url = passwords.complete(settings.broker_url)
    except SettingError as error:
        return replace(settings, broker_problem=str(error))
    if not needs_password(url):
        return replace(settings, broker_url=url)
    who = password_key(url)
    why = keychain.problem or "It is not kept on this computer."
    return replace(settings, broker_problem=f"Type the password of {who} to connect. {why}")


def _usable(values: dict[str, JsonValue]) -> tuple[StoredSettings, str]:
    """The usable values, and a sentence about the others; empty if all are usable."""
    try:
        return StoredSettings.model_validate(values), ""
    except ValidationError as error:
        wrong = {str(each["loc"][0]) for each in error.errors()}
    stored = StoredSettings.model_validate({name: value for name, value in values.items() if name not in wrong})
    # Invalid URLs stay until the user chooses others: with a default, workouts would be sent to another queue.
    bad: dict[str, Any] = {name: str(values[name]) for name in _ADDRESSES if name in wrong}
    others = ", ".join(sorted(wrong - bad.keys()))
    notice = f"Some saved settings cannot be used, and their defaults are used instead: {others}." if others else ""
    return stored.model_copy(update=bad), notice


def _as_with_password(url: str) -> str:
    """The URL with a placeholder password if it lacks only that, which the keychain may have."""
    return with_password(url, "-") if needs_password(url) else url


def _why_not(check: Callable[[], object]) -> str:
    try:
        check()
    except SettingError as error:
        return str(error)
    return ""
