"""`paceline-submit`: accepts workouts of files into the outbox, one verdict a row, and sends them to the broker."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from threading import Condition
from typing import Annotated, BinaryIO

import typer

from core.broker.connect import open_broker
from core.broker.ports import Broker
from core.config.settings import Settings
from core.errors import SettingError, StoreError
from core.events import ConnectionChanged, ConnectionState, Event, Refused
from core.files.options import ReadingOptions
from core.files.rows import Row, read_rows
from core.outbox.destination import destination_of
from core.outbox.outbox import Outbox, OutboxCounts
from worker.cli.common import BROKER, COULD_NOT_RUN, DATA_DIR, DATABASE, escape_unprintable, fail, run_command
from worker.cli.reading_options import reading_options
from worker.cli.row_groups import grouped_as_they_come
from worker.cli.verdicts import KNOWN, Acceptance, printable
from worker.cli.version_option import VERSION_OPTION
from worker.outbox.outbox_writer import OutboxWriter
from worker.outbox.send_thread import OutboxSender
from worker.runtime.clock import now_ms
from worker.runtime.connection_status import ConnectionStatus
from worker.runtime.damaged_files import quarantine_damaged
from worker.runtime.shutdown import join_or_abort

PROGRAM = "paceline-submit"
SOME_REFUSED = 1  # exit code
INTERRUPTED = 130  # exit code: Ctrl+C, as shells have it
GROUP = 500  # rows of one commit
STALLED_S = 30.0  # a broker that takes nothing for so long is not waited for
STOP_S = 10.0
MAX_TOLD = 20  # workouts that the broker rejected, each with its reason

cli = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


class Sender:
    """Accepts workouts and sends them as long as the broker is there, each in a thread of its own."""

    def __init__(self, broker: Broker, accepting: Outbox, sending: Outbox) -> None:
        self._broker = broker
        self._changed = Condition()
        self._signs = 0  # of life, counted
        self._online: bool | None = None
        self.problem = ""
        self.was_interrupted = False  # by Ctrl+C
        self.rejected: dict[str, str] = {}  # why the broker will not take a workout as it is, by its id
        self._rejections = 0
        self.writer = OutboxWriter(
            accepting, now_ms=now_ms, on_event=self._on_event, on_accepted=lambda: self._thread.wake()
        )
        status = ConnectionStatus(broker.kind, broker.location, now_ms=now_ms, on_event=self._on_event)
        self._thread = OutboxSender(
            sending,
            broker.publisher(),
            now_ms=now_ms,
            on_event=self._on_event,
            status=status,
            writing=self.writer.writing,
        )

    def start(self) -> None:
        self.writer.start()
        self._thread.start()

    def finish(self, outbox: Outbox) -> OutboxCounts:
        """Wait while it goes on; what is left in the outbox then."""
        try:
            self.writer.end(STOP_S)
            self._thread.wake()
            while self._moves_on(outbox):
                pass
        except KeyboardInterrupt:
            self.was_interrupted = True  # what is left is kept
        if self.was_interrupted:
            # A second Ctrl+C would interrupt the shutdown that is under way, and change the exit code.
            signal.signal(signal.SIGINT, signal.SIG_IGN)
        self._thread.stop()
        join_or_abort(self._broker.abort, self._thread, STOP_S)
        return outbox.counts()

    def _moves_on(self, outbox: Outbox) -> bool:
        """Something is left, and the broker goes on taking it. Waits for a sign of that."""
        with self._changed:
            seen = self._signs
            rejections = self._rejections
        counts = outbox.counts()
        if counts.pending == counts.rejected <= rejections:  # those of earlier programs are asked for once more
            return False
        with self._changed:
            moved = self._changed.wait_for(lambda: self._signs != seen or self._online is False, STALLED_S)
            return moved and self._online is not False

    def _on_event(self, event: Event) -> None:
        with self._changed:
            self._signs += 1
            if isinstance(event, Refused) and event.rejected:
                self.rejected[event.workout_id] = event.reason
                self._rejections += 1
            if isinstance(event, ConnectionChanged) and event.state is not ConnectionState.CONNECTING:
                self._online, self.problem = event.state is ConnectionState.ONLINE, event.problem
            self._changed.notify_all()


def submit_files(settings: Settings, paths: Sequence[str], options: ReadingOptions, *, dry_run: bool) -> int:
    """The exit code; SettingError when it cannot run at all."""
    if dry_run:
        acceptance = Acceptance(None)
        run = _Run(acceptance, options, len(paths) > 1)
        run.take_all(paths)
        sys.stderr.write(f"{acceptance.accepted} would be accepted, {acceptance.refused} refused; nothing was sent.\n")
        return run.code
    broker = open_broker(settings.broker_url)
    folder = settings.folder
    for sentence in quarantine_damaged([("outbox", folder.outbox_file)], own_folder=folder.path):
        sys.stderr.write(f"{sentence}\n")
    outbox = Outbox(folder.outbox_file, now_ms=now_ms)
    heading = destination_of(settings.broker_url, settings.database_url, folder.path)
    accepting = Outbox(folder.outbox_file, now_ms=now_ms)
    sender = Sender(broker, accepting, Outbox(folder.outbox_file, now_ms=now_ms, destination=heading))
    run = _Run(Acceptance(sender.writer), options, len(paths) > 1, sender)
    try:
        outbox.open()
        before = outbox.counts()
        sender.start()
        try:
            run.take_all(paths)
        except KeyboardInterrupt:
            sender.was_interrupted = True
        finally:
            after = sender.finish(outbox)
    except StoreError as error:
        raise SettingError(str(error)) from None
    finally:
        outbox.close()
    _sum_up(run.acceptance, sender, before, after)
    if sender.was_interrupted:
        where = f"Stopped after line {run.acceptance.last_place}."
        sys.stderr.write(f"{where} The same once more goes on: nothing is sent twice.\n")
        return INTERRUPTED
    return run.code


def _sum_up(acceptance: Acceptance, sender: Sender, before: OutboxCounts, after: OutboxCounts) -> None:
    left, sent = after.pending - after.rejected, before.pending + after.accepted - before.accepted - after.pending
    known = f" ({acceptance.known} of them {KNOWN})" if acceptance.known else ""
    rejected = f", {after.rejected} rejected by the broker" if after.rejected else ""
    sys.stderr.write(
        f"{acceptance.accepted} accepted{known}, {acceptance.refused} refused; "
        f"{sent} sent, {left} kept here{rejected}.\n"
    )
    _tell_rejected(sender.rejected)
    if left and sender.problem:
        sys.stderr.write(f"{sender.problem} What is kept is sent by the next console or {PROGRAM}.\n")


def _tell_rejected(rejected: Mapping[str, str]) -> None:
    for workout_id, reason in islice(rejected.items(), MAX_TOLD):
        sys.stderr.write(f"{workout_id} was rejected by the broker and is kept here: {printable(reason)}\n")
    if len(rejected) > MAX_TOLD:
        sys.stderr.write(f"So were {len(rejected) - MAX_TOLD:,} more.\n")


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
        list[str] | None, typer.Argument(metavar="[FILE… or -]", help="JSON, JSON Lines or CSV; - is standard input")
    ] = None,
    broker: BROKER = None,
    database: DATABASE = None,
    data_dir: DATA_DIR = None,
    form: Annotated[str, typer.Option("--format", help="auto, json, jsonl or csv")] = "auto",
    delimiter: Annotated[str | None, typer.Option(help="between the cells of a CSV: one character, or tab")] = None,
    encoding: Annotated[str | None, typer.Option(help="of the text: utf-8, cp1252, utf-16")] = None,
    zone: Annotated[str | None, typer.Option(help="of times that say none: Europe/Berlin, UTC, +02:00")] = None,
    unit: Annotated[list[str] | None, typer.Option(help="of a column's numbers: duration=s, distance=mi")] = None,
    athlete: Annotated[str, typer.Option(help="of workouts that say none")] = "",
    keep_unknown: Annotated[bool, typer.Option("--keep-unknown", help="keep columns that mean nothing here")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="check every row, accept and send nothing")] = False,
    version: VERSION_OPTION = False,
) -> None:
    """Submit workouts. One line a row: its line, `accepted` and the id, or `refused` and why.

    Of several files each line begins with the file's name. Exit code: 0 all accepted, 1 some refused, 2 could not run,
    130 stopped by Ctrl+C. What was guessed of a file is said on standard error. What the broker cannot take just now is
    kept. A file submitted again is known again: nothing is sent twice. `--database` tells the ledger where the results
    will be.
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
            )
            code = submit_files(settings, files or ["-"], options, dry_run=dry_run)
    except BrokenPipeError:
        # So that the interpreter's last flush does not raise it once more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        fail(PROGRAM, "What reads the verdicts has ended. The same once more goes on: nothing is sent twice.")
    raise SystemExit(code)


if __name__ == "__main__":
    cli()
