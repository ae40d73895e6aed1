"""What the commands without a screen share: options, exit codes, settings, logs, and how an error ends them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from core.config.settings import Settings, load_settings
from core.errors import BrokerError, SettingError, StoreError
from core.logs import get_log, set_up_logs
from worker.runtime.bounded_keychain import BoundedKeychain

BROKER = Annotated[str | None, typer.Option(help="amqp://, amqps:// or sqlite:/// URL of the queue")]
DATABASE = Annotated[str | None, typer.Option(help="sqlite:/// or postgresql+psycopg:// URL of the results")]
DATA_DIR = Annotated[Path | None, typer.Option(help="folder of every local file")]

# Exit codes beside 0.
NOT_ALL = 1  # some of it was not done
COULD_NOT_RUN = 2

_log = get_log(__name__)


@contextmanager
def run_command(
    program: str,
    broker: str | None,
    database: str | None,
    data_dir: Path | None,
    *,
    log_name: str = "",
    logs_to_stderr: bool = False,
) -> Iterator[Settings]:
    """Settings and logs for the body of a command. An error in them, or in the body, is one line and exit code 2.

    Logs go to the file `log_name`, or that of the program, and with `logs_to_stderr` to standard error too: there the
    notices of the settings are shown.
    """
    try:
        settings = _settings(program, broker, database, data_dir)
        logs = set_up_logs(
            log_name or program, folder=settings.folder.logs, stderr=sys.stderr if logs_to_stderr else None
        )
        try:
            for notice in (*settings.notices, logs.problem) if logs_to_stderr else ():
                if notice:
                    _log.warning(notice)
            yield settings
        finally:
            logs.close()
    except (BrokerError, SettingError, StoreError) as error:
        fail(program, str(error))


def fail(program: str, sentence: str) -> NoReturn:
    """One line on standard error, exit code 2."""
    sys.stderr.write(f"{program}: {sentence}\n")
    raise SystemExit(COULD_NOT_RUN)


def escape_unprintable() -> None:
    """What the terminal's encoding has no letter for is written as an escape; it would be a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _settings(program: str, broker: str | None, database: str | None, data_dir: Path | None) -> Settings:
    """SettingError names the value that is wrong. A problem of the keychain is one line on standard error."""
    keychain = BoundedKeychain()
    try:
        return load_settings(broker=broker, database=database, data_dir=data_dir, keychain=keychain)
    finally:
        if keychain.problem:
            sys.stderr.write(f"{program}: {keychain.problem}\n")
