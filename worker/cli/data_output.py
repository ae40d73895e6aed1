"""What the commands of `paceline-data` share: where the data is, how far a command is, and how an error ends it."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from core.care.places import DataPlaces, places_of
from core.care.progress import CareError, Progress, Watch
from core.errors import SettingError, StoreError
from worker.cli.common import fail, run_command

PROGRAM = "paceline-data"
STOPPED = 130

AS_JSON = Annotated[bool, typer.Option("--json", help="one JSON object")]


@contextmanager
def opened_places(broker: str | None, database: str | None, data_dir: Path | None) -> Iterator[DataPlaces]:
    with errors(), run_command(PROGRAM, broker, database, data_dir) as settings:
        yield places_of(settings)


@contextmanager
def errors() -> Iterator[None]:
    """An error is one line and exit code 2; Ctrl+C is exit code 130."""
    try:
        yield
    except (CareError, SettingError, StoreError) as error:
        fail(PROGRAM, str(error))
    except UnicodeEncodeError:  # of an argument that is not valid UTF-8
        fail(PROGRAM, "What was asked for is not valid text.")
    except KeyboardInterrupt:
        sys.stderr.write(f"{PROGRAM}: stopped\n")
        raise SystemExit(STOPPED) from None


def watch() -> Watch:
    """Progress on a terminal; none in a pipe."""
    return Watch(report=show_progress) if sys.stderr.isatty() else Watch()


def show_progress(progress: Progress) -> None:
    of = f" of {progress.total:,}" if progress.total else ""
    sys.stderr.write(f"\r\033[K{progress.what}: {progress.done:,}{of}")
    sys.stderr.flush()


def say(fields: dict[str, object], words: str, *, as_json: bool) -> None:
    if sys.stderr.isatty():
        sys.stderr.write("\r\033[K")
    sys.stdout.write((json.dumps(fields) if as_json else words) + "\n")
