"""`paceline-submit --correct` and `--delete`: changes of stored workouts, accepted into the outbox and sent."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from queue import SimpleQueue
from uuid import UUID

from core.codec.workout_codec import MessageKind
from core.config.settings import Settings
from core.errors import EntryError, InvalidWorkoutError, SettingError, StoreError
from core.files.options import ReadingOptions
from core.outbox.change_requests import (
    NUMBERED,
    ChangeRefusedError,
    ChangeRequest,
    PlannedChange,
    plan_change,
)
from core.outbox.outbox import Outbox
from core.parsing.column_names import default_column_names
from core.parsing.sets import parse_sets
from core.parsing.table_cells import RowReader
from core.parsing.table_columns import Source, TablePlan
from core.workouts.limits import REVISION
from core.workouts.validation_errors import quoted
from worker.cli.common import NOT_ALL
from worker.cli.sender import INTERRUPTED, sending
from worker.cli.verdicts import printable
from worker.outbox.known_workouts import WorkoutLookup
from worker.outbox.outbox_writer import AcceptRequest, AcceptResult, OutboxWriter
from worker.runtime.clock import now_ms

_DONE = {MessageKind.CORRECTED: "corrected", MessageKind.DELETED: "deleted"}


@dataclass(frozen=True, slots=True)
class ChangeOptions:
    """What the command line says beside files."""

    correct: str | None = None
    delete: Sequence[str] = ()
    revision: int | None = None

    def __bool__(self) -> bool:
        return self.correct is not None or bool(self.delete) or self.revision is not None


def change_requests(wanted: ChangeOptions, arguments: Sequence[str], options: ReadingOptions) -> list[ChangeRequest]:
    """From the command line; SettingError for what does not go together, and for a value that cannot be read."""
    if wanted.correct is None and not wanted.delete:
        raise SettingError("--revision goes with --correct or --delete.")
    if wanted.correct is not None and wanted.delete:
        raise SettingError("--correct and --delete exclude each other.")
    if wanted.revision is not None and (len(wanted.delete) > 1 or not 1 <= wanted.revision <= REVISION.high):
        raise SettingError(f"--revision is one from 1 to {REVISION.high:,}, of one workout.")
    if wanted.correct is None:
        if arguments:
            raise SettingError("--delete takes no files and no fields.")
        return [ChangeRequest(_id_of(text), None, wanted.revision) for text in wanted.delete]
    if not arguments:
        raise SettingError("--correct wants what is to change, such as distance=5.3; notes= removes them.")
    fields = typed_fields(arguments, options)
    return [ChangeRequest(_id_of(wanted.correct), fields, wanted.revision)]


def typed_fields(arguments: Sequence[str], options: ReadingOptions) -> Mapping[str, object]:
    """Body fields of `distance=5.3` and the like, read as the cells of a table; None where a value is empty."""
    headers: list[str] = []
    cells: list[str] = []
    sources: dict[str, tuple[Source, ...]] = {}
    fields: dict[str, object] = {}
    for argument in arguments:
        name, mark, text = argument.partition("=")
        meaning = default_column_names().meaning(name)
        field = name if meaning is None else meaning.field
        if not name or not mark:
            raise SettingError(f"Write what is to change as field=value, not {quoted(argument)}.")
        if (meaning is None and not options.keep_unknown) or field in NUMBERED:
            raise SettingError(_unknown(name))
        if field in fields or field in sources:
            raise SettingError(f"{field} is given more than once.")
        if field == "sets" or meaning is None or not text.strip():
            fields[field] = _json_or_text(field, text)
            continue
        sources[field] = (Source(len(headers), name, meaning.unit),)
        headers.append(name)
        cells.append(text)
    zone = options.zone or options.system_zone
    plan = TablePlan(tuple(headers), sources, units=options.units)
    reader = RowReader(plan, now=datetime.fromtimestamp(now_ms() / 1000, UTC), zone=zone, has_decimal_commas=False)
    try:
        read, problems = reader.fields(cells)
    except EntryError as error:
        raise SettingError(str(error)) from None
    if problems:
        raise SettingError("; ".join(problems))
    return fields | read


def submit_changes(settings: Settings, requests: Sequence[ChangeRequest], *, dry_run: bool) -> int:
    """The exit code. One verdict a request; SettingError when nothing can be read or accepted."""
    if dry_run:
        with _open_outbox(settings) as outbox:
            changes = _Changes(settings, outbox, None)
            changes.take_all(requests)
        sys.stderr.write("Nothing was sent.\n")
        return changes.code
    with sending(settings) as run:
        changes = _Changes(settings, run.outbox, run.sender.writer)
        changes.take_all(requests)
    sys.stderr.write(f"{run.counts_words}.\n")
    run.report_left()
    if run.sender.was_interrupted:
        return INTERRUPTED
    return NOT_ALL if run.sender.rejected else changes.code


class _Changes:
    """Request after request. Of the main thread."""

    def __init__(self, settings: Settings, outbox: Outbox, writer: OutboxWriter | None) -> None:
        """Without a writer (`--dry-run`) nothing is accepted."""
        self._settings, self._outbox, self._writer = settings, outbox, writer
        self.code = 0

    def take_all(self, requests: Sequence[ChangeRequest]) -> None:
        with closing(WorkoutLookup(self._settings, self._outbox)) as lookup:
            for request in requests:
                try:
                    planned = plan_change(request, lookup.find(request.workout_id), now_ms=now_ms())
                    words = self._accept(planned)
                except (ChangeRefusedError, InvalidWorkoutError) as error:
                    self.code = NOT_ALL
                    words = f"refused\t{printable(str(error))}"
                sys.stdout.write(f"{request.workout_id}\t{words}\n")
                sys.stdout.flush()

    def _accept(self, planned: PlannedChange) -> str:
        if (change := planned.change) is None:
            return f"unchanged\trevision {planned.revision}"
        if self._writer is not None:
            replies: SimpleQueue[AcceptResult] = SimpleQueue()
            request = AcceptRequest(change.workout, now_ms(), replies.put, kind=change.kind)
            if not self._writer.accept([request]):
                raise SettingError("The program is ending.")
            result = replies.get()
            if result.problems:
                raise InvalidWorkoutError(result.problems)
            if result.error:
                raise SettingError(result.error)
        return f"{_DONE[change.kind]}\trevision {planned.revision}"


@contextmanager
def _open_outbox(settings: Settings) -> Iterator[Outbox]:
    outbox = Outbox(settings.folder.outbox_file, now_ms=now_ms)
    try:
        outbox.open()
        yield outbox
    except StoreError as error:
        raise SettingError(str(error)) from None
    finally:
        outbox.close()


def _id_of(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        raise SettingError(f"A workout's id is a UUID, not {quoted(text)}.") from None


def _unknown(name: str) -> str:
    if name in NUMBERED:
        return f"{name} cannot be corrected."
    like, field = default_column_names().nearest(name)
    hint = f" {quoted(like)} is {field}." if like else ""
    return f"There is no field {quoted(name)}.{hint} --keep-unknown keeps it as an unknown field."


def _json_or_text(field: str, text: str) -> object:
    if not text.strip():
        return None
    if field != "sets":
        return text
    try:
        return list(parse_sets(text))
    except EntryError as error:
        raise SettingError(f"sets: {error}") from None
