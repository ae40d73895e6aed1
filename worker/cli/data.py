"""`paceline-data`: care of the data of one athlete, and of all."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from core.care.athlete_export import export_athlete
from core.care.places import DataPlaces, places_of
from core.care.progress import CareError, Progress, Watch
from core.workouts.names import canonical_name
from worker.cli.common import BROKER, DATA_DIR, DATABASE, escape_unprintable, fail, run_command
from worker.cli.version_option import VERSION_OPTION
from worker.runtime.clock import now_ms

PROGRAM = "paceline-data"
STOPPED = 130

cli = typer.Typer(add_completion=False, pretty_exceptions_enable=False, no_args_is_help=True, help=__doc__)

AS_JSON = Annotated[bool, typer.Option("--json", help="one JSON object")]
ATHLETE = Annotated[str, typer.Argument(help="the athlete's name, as the list shows it")]


@contextmanager
def opened_places(broker: str | None, database: str | None, data_dir: Path | None) -> Iterator[DataPlaces]:
    """An error is one line and exit code 2; Ctrl+C is exit code 130."""
    try:
        with run_command(PROGRAM, broker, database, data_dir) as settings:
            yield places_of(settings)
    except CareError as error:
        fail(PROGRAM, str(error))
    except UnicodeEncodeError:  # of an argument that is not valid UTF-8
        fail(PROGRAM, "What was asked for is not valid text.")
    except KeyboardInterrupt:
        sys.stderr.write(f"{PROGRAM}: stopped\n")
        raise SystemExit(STOPPED) from None


def watch() -> Watch:
    """Progress on a terminal; none in a pipe."""
    return Watch(report=_show) if sys.stderr.isatty() else Watch()


def _show(progress: Progress) -> None:
    of = f" of {progress.total:,}" if progress.total else ""
    sys.stderr.write(f"\r\033[K{progress.what}: {progress.done:,}{of}")
    sys.stderr.flush()


def _say(fields: dict[str, object], words: str, *, as_json: bool) -> None:
    if sys.stderr.isatty():
        sys.stderr.write("\r\033[K")
    sys.stdout.write((json.dumps(fields) if as_json else words) + "\n")


@cli.callback()
def data(version: VERSION_OPTION = False) -> None:
    pass


@cli.command("export-athlete")
def export(
    athlete: ATHLETE,
    file: Annotated[Path, typer.Argument(help="JSON file to write; one that is there is not replaced")],
    as_json: AS_JSON = False,
    broker: BROKER = None,
    database: DATABASE = None,
    data_dir: DATA_DIR = None,
) -> None:
    """Write everything that is kept of one athlete into a JSON file, with the bodies as they were sent.

    Exit code: 0 the file is complete, 2 could not run.
    """
    with opened_places(broker, database, data_dir) as places:
        done = export_athlete(places, canonical_name(athlete), file, now_ms=now_ms, watch=watch())
    fields: dict[str, object] = {
        "workouts": done.workouts,
        "failed": done.failed,
        "sent": done.sent,
        "queued": done.queued,
    }
    words = (
        f"{done.workouts:,} workouts, {done.failed:,} failed messages, {done.sent:,} sent from here, "
        f"{done.queued:,} in the queue"
    )
    _say(fields, words, as_json=as_json)
    if not places.has_local_queue:
        sys.stderr.write(f"{PROGRAM}: messages that wait on RabbitMQ are not in it; they are once they are stored\n")


def main() -> None:
    escape_unprintable()
    cli()


if __name__ == "__main__":
    main()
