"""The command line of the console: parses options, runs the preflight checks, then loads Qt and starts a session."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from core.errors import SettingError
from gui.controllers.workspaces import WORKSPACES
from gui.options import MODES, Mode, Options
from gui.playback.clock import LEAST_SPEED, MOST_SPEED
from gui.startup.preflight import check
from gui.workspaces.demo.entry import DEMO
from worker.cli.version_option import VERSION_OPTION

MAX_AFTER_S = 3_600.0
MAX_SIZE_PX = 8_192

cli = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


def fail(sentence: str) -> NoReturn:
    """Print one line to stderr and exit with code 2."""
    sys.stderr.write(f"paceline: {sentence}\n")
    raise SystemExit(2)


def parse_size(text: str | None) -> tuple[int, int] | None:
    """Parse `1280x800` (pixels). Raises SettingError for anything else."""
    if text is None:
        return None
    width, _, height = text.partition("x")
    try:
        size = int(width), int(height)
    except ValueError:
        raise SettingError(f"--size must be WIDTHxHEIGHT in pixels, like 1280x800, not {text[:40]!r}.") from None
    if not all(200 <= side <= MAX_SIZE_PX for side in size):
        raise SettingError(f"--size must be between 200 and {MAX_SIZE_PX} pixels a side.")
    return size


def parse_theme(text: str | None) -> Mode | None:
    """Raises SettingError for an invalid value."""
    for mode in MODES:
        if text == mode:
            return mode
    if text is None:
        return None
    raise SettingError("--theme must be system, dark or light.")


def check_demo_options(options: Options) -> None:
    """A demonstration changes no data but its own: raises SettingError for an address that may hold others."""
    if options.database:
        raise SettingError("--demo has results of its own: leave out --database.")
    if options.broker:
        from worker.demo.folder import check_demo_broker  # only a demonstration needs it

        check_demo_broker(options.broker)


def check_play_options(options: Options) -> None:
    """A recording has everything in it: raises SettingError for an option that says something else."""
    others = {
        "--broker": options.broker,
        "--database": options.database,
        "--data-dir": options.data_dir,
        "--demo": options.demo,
        "--record": options.record,
    }
    for name, given in others.items():
        if given:
            raise SettingError(f"--play shows what was recorded: leave out {name}.")
    if not LEAST_SPEED <= options.speed <= MOST_SPEED:
        raise SettingError(f"--speed must be between {LEAST_SPEED:g} and {MOST_SPEED:g}.")


def check_options(options: Options) -> None:
    """Raises SettingError that names the invalid option."""
    keys = [workspace.key for workspace in WORKSPACES if workspace.plays or options.play is None]
    if options.play is not None:
        check_play_options(options)
    if options.workspace is not None and options.workspace not in keys:
        raise SettingError(f"--workspace must be one of {', '.join(keys)}, not {options.workspace[:40]!r}.")
    if not 0 <= options.after_s <= MAX_AFTER_S:
        raise SettingError(f"--after must be between 0 and {MAX_AFTER_S:g} seconds.")
    if options.demo:
        check_demo_options(options)
    if options.record is not None and options.record.exists():
        raise SettingError(f"--record: {options.record} exists already, and a recording replaces no file.")
    if options.screenshot is not None:
        folder = options.screenshot.absolute().parent
        if not folder.is_dir():
            raise SettingError(f"--screenshot: the folder {folder} does not exist.")


@cli.command()
def console(
    broker: Annotated[str | None, typer.Option(help="amqp://, amqps:// or sqlite:/// URL of the queue")] = None,
    database: Annotated[str | None, typer.Option(help="sqlite:/// or postgresql+psycopg:// URL of the results")] = None,
    data_dir: Annotated[Path | None, typer.Option(help="folder of every local file")] = None,
    workspace: Annotated[str | None, typer.Option(help="which workspace to open")] = None,
    read_only: Annotated[bool, typer.Option("--read-only", help="watch, but send and process nothing")] = False,
    demo: Annotated[bool, typer.Option("--demo", help="sample load, in a folder of its own")] = False,
    screenshot: Annotated[Path | None, typer.Option(help="draw the window, save it as PNG, exit")] = None,
    after: Annotated[float, typer.Option(help="seconds to run before the screenshot")] = 5.0,
    theme: Annotated[str | None, typer.Option(help="system, dark or light")] = None,
    size: Annotated[str | None, typer.Option(help="WIDTHxHEIGHT of the window in pixels")] = None,
    record: Annotated[Path | None, typer.Option(help="record this session to a new file")] = None,
    record_names: Annotated[bool, typer.Option("--record-names", help="keep names in what is recorded")] = False,
    play: Annotated[Path | None, typer.Option(help="play a recording, and only look")] = None,
    speed: Annotated[float, typer.Option(help="how much faster than it was, 0.1 to 100")] = 1.0,
    version: VERSION_OPTION = False,
) -> None:
    """Paceline: a console for an event-driven workout pipeline."""
    preflight = check(os.environ)
    if preflight.problem:
        fail(preflight.problem)
    try:
        options = Options(
            broker,
            database,
            data_dir,
            workspace or (DEMO.key if demo else None),
            read_only,
            demo,
            screenshot,
            after,
            parse_theme(theme),
            parse_size(size),
            record,
            record_names,
            play,
            speed,
        )
        check_options(options)
        # Import Qt only after preflight: without its system libraries it would abort the process.
        from gui.startup.session import run_console

        code = run_console(options, has_display=preflight.has_display)
    except SettingError as error:
        fail(str(error))
    raise SystemExit(code)


def main() -> None:
    cli()


if __name__ == "__main__":
    main()
