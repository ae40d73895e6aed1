"""What the commands without a screen share."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from core.config.settings import Settings, load_settings
from worker.runtime.bounded_keychain import BoundedKeychain

BROKER = Annotated[str | None, typer.Option(help="amqp://, amqps:// or sqlite:/// URL of the queue")]
DATABASE = Annotated[str | None, typer.Option(help="sqlite:/// or postgresql+psycopg:// URL of the results")]
DATA_DIR = Annotated[Path | None, typer.Option(help="folder of every local file")]

COULD_NOT_RUN = 2


NOT_ALL = 1  # exit code: some of it was not done


def command_settings(program: str, *, broker: str | None, database: str | None, data_dir: Path | None) -> Settings:
    """SettingError names what is wrong. What is wrong with the keychain is one line on standard error."""
    keychain = BoundedKeychain()
    try:
        return load_settings(broker=broker, database=database, data_dir=data_dir, keychain=keychain)
    finally:
        if keychain.problem:
            sys.stderr.write(f"{program}: {keychain.problem}\n")


def fail(program: str, sentence: str) -> NoReturn:
    """One clear line, exit 2."""
    sys.stderr.write(f"{program}: {sentence}\n")
    raise SystemExit(COULD_NOT_RUN)
