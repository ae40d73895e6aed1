"""Writes the failed list to a file: CSV rows for a spreadsheet, or whole messages as JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from core.failures.failed_json import message_fields, row_fields
from core.failures.models import FailedFilter, FailedMessage
from core.store.reader import ResultsReader
from worker.exports.files import complete_file, need_running, write_objects, write_table

MESSAGES_PER_READ = 200
TITLES = (
    *("key", "cause", "title", "failedAt", "reason", "attempts", "worker", "messageId", "athlete", "sport"),
    *("durationMin", "distanceKm", "body"),
)


def export_failed(
    reader: ResultsReader,
    path: Path,
    wanted: FailedFilter,
    keys: Sequence[str] | None = None,
    *,
    stopped: Callable[[], bool] = lambda: False,
) -> int:
    """Write the messages of `keys`, or all that match `wanted`; returns how many. `.csv`: rows, else whole messages.

    The file appears under its name only when it is complete. Opens and closes the reader. Raises ExportError, and
    what the reader raises.
    """
    try:
        reader.open()
        chosen = reader.failed.keys(wanted) if keys is None else keys
        with complete_file(path) as file:
            messages = _messages(reader, chosen, stopped)
            if path.suffix.lower() == ".csv":
                return write_table(file, map(_table_fields, messages), TITLES)
            return write_objects(file, map(message_fields, messages))
    finally:
        reader.close()


def _messages(reader: ResultsReader, keys: Sequence[str], stopped: Callable[[], bool]) -> Iterator[FailedMessage]:
    for start in range(0, len(keys), MESSAGES_PER_READ):
        need_running(stopped)
        yield from reader.failed.messages(keys[start : start + MESSAGES_PER_READ])


def _table_fields(one: FailedMessage) -> dict[str, object]:
    return {**row_fields(one.row), "body": one.message.body.decode("utf-8", "replace")}
