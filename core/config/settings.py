"""Settings: command line beats environment beats settings file. The only place that reads the environment."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

from platformdirs import user_data_path
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue, ValidationError
from pydantic_core import ErrorDetails

from core.config.access_token import TOKEN_VARIABLE, check_token, read_token
from core.config.file_url import file_url
from core.config.passwords import PASSWORD_FILE, Keychain, PasswordFile, Passwords, PasswordStore
from core.config.whole_file import write_whole
from core.errors import SettingError
from core.sqlite.connection import quarantine
from core.workouts.validation_errors import quoted

MAX_FILE_BYTES = 1_048_576
MAX_SECTION_BYTES = 262_144
MAX_URL = 2_048
MAX_WORK_S = 3_600.0
MAX_PREFETCH = 10_000
DEFAULT_PREFETCH = 500
MAX_WORKER_NAME = 64
DEFAULT_HTTP_PORT = 3000
MAX_PORT = 65_535
SETTINGS_FILE = "settings.json"


@dataclass(frozen=True, slots=True)
class WorkSpan:
    """Simulated duration of a workout: uniform between the two, in seconds."""

    min_s: float
    max_s: float

    def text(self) -> str:
        return f"{self.min_s:g}:{self.max_s:g}"


def parse_work_span(text: str) -> WorkSpan:
    """`MIN:MAX` in seconds, or one number for both; SettingError otherwise."""
    low, separator, high = text.partition(":")
    try:
        span = WorkSpan(float(low), float(high if separator else low))
    except ValueError:
        raise SettingError(f"Simulated work must be MIN:MAX in seconds, like 0.5:2.5, not {quoted(text)}.") from None
    if not (math.isfinite(span.min_s) and 0 <= span.min_s <= span.max_s <= MAX_WORK_S):
        raise SettingError(f"Simulated work must be MIN:MAX with 0 <= MIN <= MAX <= {MAX_WORK_S:g} seconds.")
    return span


def check_prefetch(prefetch: int) -> int:
    if not 1 <= prefetch <= MAX_PREFETCH:
        raise SettingError(f"Prefetch must be between 1 and {MAX_PREFETCH}, not {prefetch}.")
    return prefetch


def check_http_port(port: int) -> int:
    if not 1 <= port <= MAX_PORT:
        raise SettingError(f"A port must be between 1 and {MAX_PORT}, not {port}.")
    return port


def check_worker_name(name: str) -> str:
    """Trimmed; SettingError when it is empty, long, or has control characters."""
    trimmed = name.strip()
    if not 1 <= len(trimmed) <= MAX_WORKER_NAME or not trimmed.isprintable():
        raise SettingError(f"A worker's name must have 1 to {MAX_WORKER_NAME} printable characters.")
    return trimmed


def _check_url(url: str) -> str:
    trimmed = url.strip()
    if not trimmed or len(trimmed) > MAX_URL or not trimmed.isprintable() or "://" not in trimmed:
        raise ValueError("must be a URL like amqp://user@host:5672/ or sqlite:///file")
    return trimmed


def find_token(token_file: Path | None = None) -> str | None:
    """Token of the HTTP endpoint: from the file, else from the environment, else None. SettingError names what is
    wrong."""
    if token_file is not None:
        return read_token(token_file)
    given = os.environ.get(TOKEN_VARIABLE)
    return check_token(given, TOKEN_VARIABLE) if given else None


def _span_text(text: str) -> str:
    try:
        return parse_work_span(text).text()
    except SettingError as error:
        raise ValueError(str(error)) from None


def _check_size(section: dict[str, JsonValue]) -> dict[str, JsonValue]:
    if len(json.dumps(section)) > MAX_SECTION_BYTES:
        raise ValueError(f"must not exceed {MAX_SECTION_BYTES} bytes")
    return section


_Url = Annotated[str, AfterValidator(_check_url)]
_Section = Annotated[dict[str, JsonValue], AfterValidator(_check_size)]


class StoredSettings(BaseModel):
    """The settings file. Keys that this version does not know are preserved."""

    model_config = ConfigDict(extra="allow", frozen=True)

    broker: _Url | None = None  # never with a password
    database: _Url | None = None
    prefetch: int | None = Field(default=None, ge=1, le=MAX_PREFETCH, strict=True)
    simulate_work: Annotated[str, AfterValidator(_span_text)] | None = None
    theme: Literal["system", "dark", "light"] = "system"
    distance_unit: Literal["km", "mi"] = "km"
    weight_unit: Literal["kg", "lb"] = "kg"
    http_endpoint: bool = False  # the console also accepts workouts by HTTP
    http_port: int = Field(default=DEFAULT_HTTP_PORT, ge=1, le=MAX_PORT, strict=True)
    celebrations: bool = True  # a badge that was earned just now is pointed out on the athlete's page
    window: _Section = Field(default_factory=dict)  # content is defined by the window
    console: _Section = Field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DataFolder:
    """Paths of all local files of one user."""

    path: Path

    @property
    def queue_url(self) -> str:
        return file_url(self.path / "queue.db")

    @property
    def results_url(self) -> str:
        return file_url(self.path / "results.db")

    @property
    def outbox_file(self) -> Path:
        return self.path / "outbox.db"

    @property
    def settings_file(self) -> Path:
        return self.path / SETTINGS_FILE

    @property
    def logs(self) -> Path:
        return self.path / "logs"

    def create(self) -> None:
        """SettingError when it cannot be created or written to."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            writable = os.access(self.path, os.W_OK | os.X_OK)
        except OSError as error:
            raise SettingError(f"The data folder {self.path} cannot be made: {error.strerror}.") from None
        if not writable:
            raise SettingError(f"The data folder {self.path} cannot be written to.")


@dataclass(frozen=True, slots=True)
class Settings:
    """What a program runs with. The URLs carry their passwords: show them through `redact_url` only.

    Only the console runs with a problem; see gui/controllers/console_settings.py.
    """

    folder: DataFolder
    broker_url: str
    database_url: str
    stored: StoredSettings
    notices: tuple[str, ...] = ()  # sentences for the user: a settings file was quarantined, for example
    broker_problem: str = ""  # why the saved URL cannot be used; the console opens nevertheless, and asks
    database_problem: str = ""
    database_given: bool = False  # by the command line or the environment: the console does not replace it
    may_save: bool = True  # False where the file could not be read: it is not overwritten

    @property
    def problem(self) -> str:
        return f"{self.broker_problem} {self.database_problem}".strip()


def default_data_dir() -> Path:
    return user_data_path("paceline", appauthor=False)


def load_settings(
    *,
    broker: str | None = None,
    database: str | None = None,
    data_dir: Path | None = None,
    keychain: PasswordStore | None = None,
    now: datetime | None = None,
) -> Settings:
    """Arguments are the command line; SettingError names the value that is wrong and where it came from."""
    given = given_settings(broker=broker, database=database, data_dir=data_dir)
    folder = given.folder
    stored, notices = _read_file(folder.settings_file, now or datetime.now(UTC))
    passwords = passwords_in(folder, keychain or Keychain())
    broker_url = passwords.complete(given.broker or stored.broker or folder.queue_url)
    database_url = passwords.complete(given.database or stored.database or folder.results_url)
    return Settings(
        folder,
        broker_url,
        database_url,
        stored,
        notices,
        database_given=given.database is not None,
    )


@dataclass(frozen=True, slots=True)
class Given:
    """Values of the command line, else of the environment; None where neither has one."""

    folder: DataFolder
    broker: str | None
    database: str | None


def given_settings(*, broker: str | None, database: str | None, data_dir: Path | None) -> Given:
    """Creates the data folder. SettingError names the value that is wrong and where it came from."""
    folder = DataFolder(_data_dir(data_dir))
    folder.create()
    return Given(folder, _given_url("broker", broker), _given_url("database", database))


def passwords_in(folder: DataFolder, keychain: PasswordStore) -> Passwords:
    return Passwords(keychain, PasswordFile(folder.path / PASSWORD_FILE))


def save_settings(
    folder: DataFolder, stored: StoredSettings, *, keychain: PasswordStore | None = None
) -> tuple[StoredSettings, str]:
    """Write the file atomically. Passwords are removed from the URLs and stored in the keychain.

    Returns what was written, and a sentence when a password could not be stored. SettingError when writing fails.
    """
    passwords = passwords_in(folder, keychain or Keychain())
    broker, database, notice = stored.broker, stored.database, ""
    if broker is not None:
        broker, notice = passwords.set_aside(broker)
    if database is not None:
        database, database_notice = passwords.set_aside(database)
        notice = notice or database_notice
    safe = stored.model_copy(update={"broker": broker, "database": database})
    text = json.dumps(safe.model_dump(mode="json", exclude_none=True), indent=2, ensure_ascii=False)
    try:
        write_whole(folder.settings_file, text.encode("utf-8"))
    except OSError as error:
        raise SettingError(f"The settings could not be saved in {folder.path}: {error.strerror}.") from None
    return safe, notice


def _data_dir(argument: Path | None) -> Path:
    named = os.environ.get("PACELINE_DATA_DIR")
    chosen = argument or (Path(named) if named else default_data_dir())
    try:
        return chosen.expanduser().absolute()
    except RuntimeError:
        raise SettingError(f"The data folder {chosen} names a home folder that does not exist.") from None


def _given_url(name: str, argument: str | None) -> str | None:
    """Of the command line, else of the environment, where an empty one is none."""
    source, url = f"--{name}", argument
    if url is None:
        source = f"PACELINE_{name.upper()}"
        url = os.environ.get(source) or None
    try:
        return None if url is None else _check_url(url)
    except ValueError as error:
        raise SettingError(f"{source} {error}.") from None


def _read_file(path: Path, now: datetime) -> tuple[StoredSettings, tuple[str, ...]]:
    values, notices = read_values(path, now)
    try:
        return StoredSettings.model_validate(values), notices
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        raise SettingError(f"{path}: {name}: {problem_of(first)}.") from None


def problem_of(error: ErrorDetails) -> str:
    """What is wrong with one value, without a final full stop."""
    return error["msg"].removeprefix("Value error, ").rstrip(".")


def read_values(path: Path, now: datetime) -> tuple[dict[str, JsonValue], tuple[str, ...]]:
    """Values of the file, and sentences about it: a damaged one is renamed. SettingError when that fails."""
    try:
        with path.open("rb") as file:
            body = file.read(MAX_FILE_BYTES + 1)
    except FileNotFoundError:
        return {}, ()
    except OSError as error:
        raise SettingError(f"The settings file {path} cannot be read: {error.strerror}.") from None
    values = _parse(body)
    if values is None:
        try:
            aside = quarantine(path, now)
        except OSError as error:
            raise SettingError(f"{path} is damaged and cannot be set aside: {error.strerror}.") from None
        return {}, (f"The settings file was damaged; it is kept as {aside.name}, and defaults are used.",)
    return dict(values), ()


def _parse(body: bytes) -> Mapping[str, JsonValue] | None:
    if len(body) > MAX_FILE_BYTES:
        return None
    try:
        values = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return values if isinstance(values, dict) else None
