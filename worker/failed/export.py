"""Writes the failed list to a file: CSV rows for a spreadsheet, or whole messages as JSON."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

from core.errors import PacelineError
from core.failures.failed_json import message_fields, row_fields
from core.failures.models import FailedFilter, FailedMessage
from core.store.reader import ResultsReader

MESSAGES_PER_READ = 200


class ExportError(PacelineError):
    """The file could not be written, or the export was stopped. The text is one sentence for the user."""


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
    partial = path.with_name(f".{path.name}.part")
    try:
        reader.open()
        chosen = reader.failed.keys(wanted) if keys is None else keys
        with partial.open("w", encoding="utf-8", newline="") as file:
            write = _write_rows if path.suffix.lower() == ".csv" else _write_messages
            done = write(file, _messages(reader, chosen, stopped))
        partial.replace(path)
    except OSError as error:
        raise ExportError(f"Could not save {path.name}: {error.strerror or error}.") from None
    finally:
        reader.close()
        with suppress(OSError):
            partial.unlink(missing_ok=True)
    return done


def _messages(reader: ResultsReader, keys: Sequence[str], stopped: Callable[[], bool]) -> Iterator[FailedMessage]:
    for start in range(0, len(keys), MESSAGES_PER_READ):
        if stopped():
            raise ExportError("The export was stopped.")
        yield from reader.failed.messages(keys[start : start + MESSAGES_PER_READ])


def _write_rows(file: IO[str], messages: Iterable[FailedMessage]) -> int:
    writer, done = csv.writer(file, lineterminator="\n"), 0
    for one in messages:
        fields = {**row_fields(one.row), "body": one.message.body.decode("utf-8", "replace")}
        if not done:
            writer.writerow(fields)
        writer.writerow([_cell(value) for value in fields.values()])
        done += 1
    return done


def _cell(value: object) -> object:
    """Prefix an apostrophe to text that a spreadsheet would execute as a formula."""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value


def _write_messages(file: IO[str], messages: Iterable[FailedMessage]) -> int:
    done = 0
    for one in messages:
        file.write(("[\n" if not done else ",\n") + json.dumps(message_fields(one), ensure_ascii=False))
        done += 1
    file.write("\n]\n" if done else "[]\n")
    return done
