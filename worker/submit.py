"""`paceline-submit`: workouts from a file into the outbox and on to the broker, one verdict a row."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from threading import Condition, Lock
from typing import Annotated, BinaryIO, cast, get_args

import typer

from core.broker.connect import open_broker
from core.broker.ports import Broker
from core.destination import destination_of
from core.errors import InvalidWorkoutError, SettingError, StoreDamagedError, StoreUnavailableError
from core.events import ConnectionChanged, Event, LinkState, Refused
from core.logs import set_up_logs
from core.settings import Settings
from core.store.outbox import Outbox, OutboxCounts, Submission
from core.wire import Kind
from worker.accepting import submission_of
from worker.assembly import now_ms
from worker.command_line import BROKER, DATA_DIR, DATABASE, command_settings, fail
from worker.ending import ends_with
from worker.link import Link
from worker.local_files import set_aside_damaged
from worker.sending import SendingThread
from worker.submit_rows import Format, Row, grouped_as_they_come, read_rows

PROGRAM = "paceline-submit"
SOME_REFUSED = 1  # exit code
INTERRUPTED = 130  # exit code: Ctrl+C, as shells have it
GROUP = 500  # rows of one commit
STALLED_S = 30.0  # a broker that takes nothing for so long is not waited for
STOP_S = 10.0
MAX_TOLD = 20  # workouts that the broker rejected, each with its reason

cli = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


class Sender:
    """Sends what is in the outbox, in a thread of its own, as long as the broker is there."""

    def __init__(self, broker: Broker, outbox: Outbox) -> None:
        self._broker = broker
        self._changed = Condition()
        self._signs = 0  # of life, counted
        self._online: bool | None = None
        self.problem = ""
        self.rejected: dict[str, str] = {}  # why the broker will not take a workout as it is, by its id
        self.writing = Lock()
        link = Link(broker.kind, broker.place, now_ms=now_ms, on_event=self._on_event)
        self._thread = SendingThread(
            outbox,
            broker.publisher(),
            now_ms=now_ms,
            on_event=self._on_event,
            link=link,
            writing=self.writing,
        )

    def start(self) -> None:
        self._thread.start()

    def notice(self) -> None:
        self._thread.notice()

    def finish(self, outbox: Outbox) -> OutboxCounts:
        """Wait while it goes on; what is left in the outbox then."""
        self._thread.notice()
        while self._moves_on(outbox):
            pass
        self._thread.stop()
        ends_with(self._broker, self._thread, STOP_S)
        return outbox.counts()

    def _moves_on(self, outbox: Outbox) -> bool:
        """Something is left, and the broker goes on taking it. Waits for a sign of that."""
        with self._changed:
            seen = self._signs
        counts = outbox.counts()
        if counts.kept == counts.rejected:
            return False
        with self._changed:
            moved = self._changed.wait_for(lambda: self._signs != seen or self._online is False, STALLED_S)
            return moved and self._online is not False

    def _on_event(self, event: Event) -> None:
        with self._changed:
            self._signs += 1
            if isinstance(event, Refused) and event.rejected:
                self.rejected[event.workout_id] = event.reason
            if isinstance(event, ConnectionChanged) and event.state is not LinkState.CONNECTING:
                self._online, self.problem = event.state is LinkState.ONLINE, event.problem
            self._changed.notify_all()


class Acceptance:
    """Rows into the outbox, and a verdict for each on standard output."""

    def __init__(self, outbox: Outbox | None, lock: Lock) -> None:
        """`outbox` None: only say what would happen."""
        self._outbox, self._lock = outbox, lock
        self.accepted = self.refused = self.last_line = 0

    def take(self, rows: Sequence[Row]) -> None:
        """SettingError when the outbox cannot be written: nothing of these rows was accepted."""
        good = [(row, submission) for row in rows if (submission := self._submission(row)) is not None]
        problems = self._accept(good)
        for row in rows:
            self._tell(row, row.problem or problems.get(row.line, ""))

    def _submission(self, row: Row) -> Submission | None:
        if row.workout is None:
            return None
        body = None if row.message is None else row.message.body
        return submission_of(row.workout, kind=Kind.SUBMITTED, submitted_at_ms=now_ms(), body=body)

    def _accept(self, good: Sequence[tuple[Row, Submission]]) -> dict[int, str]:
        """Problems by line."""
        if self._outbox is None or not good:
            return {}
        try:
            with self._lock:
                self._outbox.accept([submission for _, submission in good])
        except InvalidWorkoutError as error:
            if len(good) == 1:
                return {good[0][0].line: str(error)}
            return {line: problem for each in good for line, problem in self._accept([each]).items()}
        except (StoreUnavailableError, StoreDamagedError) as error:
            raise SettingError(f"{error} Nothing after line {self.last_line} was accepted.") from None
        return {}

    def _tell(self, row: Row, problem: str) -> None:
        self.last_line = row.line  # first: Ctrl+C may come in between
        if problem or row.workout is None:
            self.refused += 1
            sys.stdout.write(f"{row.line}\trefused\t{_one_line(problem)}\n")
        else:
            self.accepted += 1
            sys.stdout.write(f"{row.line}\taccepted\t{row.workout.workout_id}\n")


def _one_line(text: str) -> str:
    return " ".join(text.split())


def submit_file(settings: Settings, file: BinaryIO, name: str, form: Format, *, dry_run: bool) -> int:
    """The exit code; SettingError when it cannot run."""
    rows = read_rows(file, form, name, now_ms=now_ms())
    if dry_run:
        acceptance = Acceptance(None, Lock())
        _take_all(acceptance, rows)
        sys.stderr.write(f"{acceptance.accepted} would be accepted, {acceptance.refused} refused; nothing was sent.\n")
        return SOME_REFUSED if acceptance.refused else 0
    broker = open_broker(settings.broker_url)
    folder = settings.folder
    for sentence in set_aside_damaged([("outbox", folder.outbox_file)], own_folder=folder.path):
        sys.stderr.write(f"{sentence}\n")
    outbox = Outbox(folder.outbox_file, now_ms=now_ms)
    heading = destination_of(settings.broker_url, settings.database_url, folder.path)
    sender = Sender(broker, Outbox(folder.outbox_file, now_ms=now_ms, destination=heading))
    acceptance = Acceptance(outbox, sender.writing)
    interrupted = False
    try:
        outbox.open()
        before = outbox.counts()
        sender.start()
        try:
            _take_all(acceptance, rows, sender)
        except KeyboardInterrupt:
            interrupted = True
        finally:
            after = sender.finish(outbox)
    except (StoreUnavailableError, StoreDamagedError) as error:
        raise SettingError(str(error)) from None
    finally:
        outbox.close()
    new, left = after.accepted - before.accepted, after.kept - after.rejected
    known, sent = acceptance.accepted - new, before.kept + new - after.kept
    told = f"{acceptance.accepted} accepted" + (f" ({known} of them known already)" if known > 0 else "")
    rejected = f", {after.rejected} rejected by the broker" if after.rejected else ""
    sys.stderr.write(f"{told}, {acceptance.refused} refused; {sent} sent, {left} kept here{rejected}.\n")
    _tell_rejected(sender.rejected)
    if left and sender.problem:
        sys.stderr.write(f"{sender.problem} What is kept is sent by the next console or {PROGRAM}.\n")
    if interrupted:
        where = f"Stopped after line {acceptance.last_line}."
        sys.stderr.write(f"{where} The same once more goes on: nothing is sent twice.\n")
        return INTERRUPTED
    return SOME_REFUSED if acceptance.refused or sender.rejected else 0


def _tell_rejected(rejected: Mapping[str, str]) -> None:
    for workout_id, reason in islice(rejected.items(), MAX_TOLD):
        sys.stderr.write(f"{workout_id} was rejected by the broker and is kept here: {_one_line(reason)}\n")
    if len(rejected) > MAX_TOLD:
        sys.stderr.write(f"So were {len(rejected) - MAX_TOLD:,} more.\n")


def _take_all(acceptance: Acceptance, rows: Iterator[Row], sender: Sender | None = None) -> None:
    shows = sys.stderr.isatty() and not sys.stdout.isatty()
    for group in grouped_as_they_come(rows, GROUP):
        acceptance.take(group)
        sys.stdout.flush()
        if sender is not None:
            sender.notice()
        if shows:
            sys.stderr.write(f"\r{acceptance.accepted + acceptance.refused:,} rows, {acceptance.refused:,} refused")
            sys.stderr.flush()
    if shows:
        sys.stderr.write("\n")


@contextmanager
def _opened(path: str) -> Iterator[BinaryIO]:
    if path == "-":
        yield sys.stdin.buffer
        return
    try:
        with Path(path).open("rb") as file:
            yield file
    except OSError as error:
        raise SettingError(f"{path} cannot be read: {error.strerror}.") from None


def _format_of(text: str) -> Format:
    if text not in get_args(Format):
        raise SettingError("--format must be auto, jsonl or csv.")
    return cast(Format, text)


@cli.command()
def submit(
    file: Annotated[str, typer.Argument(help="JSON Lines or CSV; - is standard input")] = "-",
    broker: BROKER = None,
    database: DATABASE = None,
    data_dir: DATA_DIR = None,
    form: Annotated[str, typer.Option("--format", help="auto, jsonl or csv")] = "auto",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="check every row, accept and send nothing")] = False,
) -> None:
    """Submit workouts. One line a row: its line, `accepted` and the id, or `refused` and why.

    Exit code: 0 all accepted, 1 some refused, 2 could not run, 130 stopped by Ctrl+C. What the broker cannot take just
    now is kept. A file submitted again is known again: nothing is sent twice. `--database` tells the ledger where the
    results will be.
    """
    try:
        settings = command_settings(PROGRAM, broker=broker, database=database, data_dir=data_dir)
        logs = set_up_logs(PROGRAM, folder=settings.folder.logs, stderr=None)
        try:
            with _opened(file) as opened:
                code = submit_file(settings, opened, file, _format_of(form), dry_run=dry_run)
        finally:
            logs.close()
    except SettingError as error:
        fail(PROGRAM, str(error))
    raise SystemExit(code)


def main() -> None:
    cli()


if __name__ == "__main__":
    main()
