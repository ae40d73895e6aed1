"""`paceline-recording`: what can be made of a recorded session without the console."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from core.recording.lines import RecordingError
from core.recording.recording import open_recording
from worker.cli.common import escape_unprintable, fail
from worker.cli.version_option import VERSION_OPTION
from worker.exports.files import ExportError
from worker.recording.page.document import write_page

PROGRAM = "paceline-recording"
STOPPED = 130

cli = typer.Typer(add_completion=False, pretty_exceptions_enable=False, no_args_is_help=True, help=__doc__)


@cli.callback()
def recording(version: VERSION_OPTION = False) -> None:
    pass


@cli.command()
def page(
    file: Annotated[Path, typer.Argument(help="a recording of a session")],
    target: Annotated[
        Path | None, typer.Argument(metavar="[PAGE]", help="HTML file to write; by default beside the recording")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="replace a page that is there")] = False,
) -> None:
    """Write a recording as one HTML page that needs nothing else: the flow, the charts and the ledger, to be played.

    Exit code: 0 the page is written, 2 could not run.
    """
    path = target or file.with_suffix(".html")
    try:
        if file.resolve() == path.resolve():
            raise ExportError(f"{path.name} is the recording itself; name another file for the page.")
        if path.exists() and not force:
            raise ExportError(f"{path} exists already; --force replaces it.")
        write_page(open_recording(file), path, replace=force)
    except (ExportError, RecordingError) as error:
        fail(PROGRAM, str(error))
    except KeyboardInterrupt:
        sys.stderr.write(f"{PROGRAM}: stopped\n")
        raise SystemExit(STOPPED) from None
    sys.stdout.write(f"{path}\n")


def main() -> None:
    escape_unprintable()
    cli()


if __name__ == "__main__":
    main()
