"""`paceline-submit`: accepts workouts of files into the outbox, one verdict a row, and sends them to the broker."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from core.config.settings import Settings
from core.errors import SettingError
from core.files.options import ReadingOptions
from core.files.rows import Row, read_rows
from worker.cli.common import BROKER, COULD_NOT_RUN, DATA_DIR, DATABASE, escape_unprintable, fail, run_command
from worker.cli.reading_options import reading_options
from worker.cli.row_groups import grouped_as_they_come
from worker.cli.sender import INTERRUPTED, PROGRAM, Sender, sending
from worker.cli.submit_changes import ChangeOptions, change_requests, submit_changes
from worker.cli.verdicts import KNOWN, Acceptance, printable
from worker.cli.version_option import VERSION_OPTION
from worker.runtime.clock import now_ms

SOME_REFUSED = 1  # exit code
GROUP = 500  # rows of one commit

cli = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


def submit_files(settings: Settings, paths: Sequence[str], options: ReadingOptions, *, dry_run: bool) -> int:
    """The exit code; SettingError when it cannot run at all."""
    if dry_run:
        acceptance = Acceptance(None)
        run = _Run(acceptance, options, len(paths) > 1)
        run.take_all(paths)
        sys.stderr.write(f"{acceptance.accepted} would be accepted, {acceptance.refused} refused; nothing was sent.\n")
        return run.code
    with sending(settings) as sent:
        run = _Run(Acceptance(sent.sender.writer), options, len(paths) > 1, sent.sender)
        run.take_all(paths)
    acceptance = run.acceptance
    known = f" ({acceptance.known} of them {KNOWN})" if acceptance.known else ""
    sys.stderr.write(f"{acceptance.accepted} accepted{known}, {acceptance.refused} refused; {sent.counts_words}.\n")
    sent.report_left()
    if sent.sender.was_interrupted:
        where = f"Stopped after line {acceptance.last_place}."
        sys.stderr.write(f"{where} The same once more goes on: nothing is sent twice.\n")
        return INTERRUPTED
    return run.code


class _Run:
    """File after file; one that cannot be read does not keep the others from being read."""

    def __init__(
        self, acceptance: Acceptance, options: ReadingOptions, names_files: bool, sender: Sender | None = None
    ) -> None:
        self.acceptance = acceptance
        self._options, self._names_files, self._sender = options, names_files, sender
        self._could_not_run = False

    @property
    def code(self) -> int:
        if self._could_not_run:
            return COULD_NOT_RUN
        is_rejected = self._sender is not None and bool(self._sender.rejected)
        return SOME_REFUSED if self.acceptance.refused or is_rejected else 0

    def take_all(self, paths: Sequence[str]) -> None:
        for path in paths:
            self._label = printable(path) if self._names_files else ""
            self.acceptance.begin(self._label)
            try:
                with _opened(path) as file:
                    self._take(_reading(read_rows(file, path, self._options, now_ms=now_ms(), say=self._say)))
            except SettingError as error:
                self._could_not_run = True
                self._say(str(error))

    def _say(self, sentence: str) -> None:
        label = f"{self._label}: " if self._label else ""
        sys.stderr.write(f"{PROGRAM}: {label}{printable(sentence)}\n")

    def _take(self, rows: Iterator[Row]) -> None:
        shows = sys.stderr.isatty() and not sys.stdout.isatty()
        for group in grouped_as_they_come(rows, GROUP):
            self.acceptance.take(group)
            sys.stdout.flush()
            if shows:
                done, refused = self.acceptance.accepted + self.acceptance.refused, self.acceptance.refused
                sys.stderr.write(f"\r{done:,} rows, {refused:,} refused")
                sys.stderr.flush()
        if shows:
            sys.stderr.write("\n")


def _reading(rows: Iterator[Row]) -> Iterator[Row]:
    """Errors of the file as SettingError, so that they are not taken for errors of the output."""
    try:
        yield from rows
    except OSError as error:
        raise SettingError(
            f"It cannot be read to its end: {error.strerror}. What has no verdict was not sent."
        ) from None


@contextmanager
def _opened(path: str) -> Iterator[BinaryIO]:
    if path == "-":
        yield _standard_input()
        return
    try:
        file = Path(path).open("rb")  # noqa: SIM115 - errors of reading are not errors of opening
    except OSError as error:
        raise SettingError(f"{path} cannot be read: {error.strerror}.") from None
    with file:
        yield file


def _standard_input() -> BinaryIO:
    """A file object of its own: Python closes `sys.stdin` when it ends, and aborts the process while a thread still
    reads from it (after Ctrl+C on a pipe or a terminal)."""
    if sys.stdin is None:
        raise SettingError("Standard input is closed; name a file.")
    try:
        return open(sys.stdin.fileno(), "rb", closefd=False)
    except OSError:  # no file of the system
        return sys.stdin.buffer


@cli.command()
def submit(
    files: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[FILE… or -]",
            help="JSON, CSV, XLSX, FIT, GPX, TCX; - is standard input. With --correct: field=value",
        ),
    ] = None,
    broker: BROKER = None,
    database: DATABASE = None,
    data_dir: DATA_DIR = None,
    form: Annotated[str, typer.Option("--format", help="auto, json, jsonl, csv, xlsx, fit, gpx, tcx")] = "auto",
    delimiter: Annotated[str | None, typer.Option(help="between the cells of a CSV: one character, or tab")] = None,
    encoding: Annotated[str | None, typer.Option(help="of the text: utf-8, cp1252, utf-16")] = None,
    zone: Annotated[str | None, typer.Option(help="of times that say none: Europe/Berlin, UTC, +02:00")] = None,
    unit: Annotated[list[str] | None, typer.Option(help="of a column's numbers: duration=s, distance=mi")] = None,
    athlete: Annotated[str, typer.Option(help="of workouts that say none")] = "",
    sport: Annotated[str, typer.Option(help="of the activities of FIT, GPX and TCX files")] = "",
    keep_unknown: Annotated[bool, typer.Option("--keep-unknown", help="keep columns that mean nothing here")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="check every row, accept and send nothing")] = False,
    correct: Annotated[
        str | None, typer.Option(metavar="ID", help="correct this workout: distance=5.3 title='Long run' notes=")
    ] = None,
    delete: Annotated[list[str] | None, typer.Option(metavar="ID", help="delete this workout")] = None,
    revision: Annotated[
        int | None, typer.Option(help="of the workout that is meant: refused where another is the newest")
    ] = None,
    version: VERSION_OPTION = False,
) -> None:
    """Submit workouts. One line a row: its line, `accepted` and the id, or `refused` and why.

    Of several files each line begins with the file's name. Exit code: 0 all accepted, 1 some refused, 2 could not run,
    130 stopped by Ctrl+C. What was guessed of a file is said on standard error. What the broker cannot take just now is
    kept. A file submitted again is known again: nothing is sent twice. `--database` tells the ledger where the results
    will be.

    `--correct` and `--delete` send the next revision of a workout that is stored, or was sent from here: one line each,
    its id, `corrected`, `deleted`, `unchanged` or `refused`, and its revision or why.
    """
    escape_unprintable()
    try:
        with run_command(PROGRAM, broker, database, data_dir) as settings:
            options = reading_options(
                form=form,
                delimiter=delimiter,
                encoding=encoding,
                zone=zone,
                keep_unknown=keep_unknown,
                units=unit or (),
                athlete=athlete,
                sport=sport,
            )
            if changes := ChangeOptions(correct, delete or (), revision):
                code = submit_changes(settings, change_requests(changes, files or (), options), dry_run=dry_run)
            else:
                code = submit_files(settings, files or ["-"], options, dry_run=dry_run)
    except BrokenPipeError:
        # So that the interpreter's last flush does not raise it once more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        fail(PROGRAM, "What reads the verdicts has ended. The same once more goes on: nothing is sent twice.")
    raise SystemExit(code)


if __name__ == "__main__":
    cli()
