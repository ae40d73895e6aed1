"""What the commands without a screen share."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

BROKER = Annotated[str | None, typer.Option(help="amqp://, amqps:// or sqlite:/// URL of the queue")]
DATABASE = Annotated[str | None, typer.Option(help="sqlite:/// or postgresql+psycopg:// URL of the results")]
DATA_DIR = Annotated[Path | None, typer.Option(help="folder of every local file")]

COULD_NOT_RUN = 2


NOT_ALL = 1  # exit code: some of it was not done


def fail(program: str, sentence: str) -> NoReturn:
    """One clear line, exit 2."""
    sys.stderr.write(f"{program}: {sentence}\n")
    raise SystemExit(COULD_NOT_RUN)
