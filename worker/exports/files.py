"""What every export has in common: a file that appears when it is complete, tables for spreadsheets, JSON."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from core.errors import PacelineError

BOM = "\ufeff"  # without it Excel reads UTF-8 as the system's old encoding
STOPPED = "The export was stopped."
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


class ExportError(PacelineError):
    """The file could not be written, or the export was stopped. The text is one sentence for the user."""


@contextmanager
def complete_file(path: Path) -> Iterator[IO[str]]:
    """A text file that appears under its name when the block ends; what was there before stays after an error.

    ExportError where it cannot be written.
    """
    partial = path.with_name(f".{path.name}.part")
    try:
        with partial.open("w", encoding="utf-8", newline="") as file:
            yield file
        partial.replace(path)
    except OSError as error:
        raise ExportError(f"Could not save {path.name}: {error.strerror or error}.") from None
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)


def need_running(stopped: Callable[[], bool]) -> None:
    """ExportError if it is to be stopped."""
    if stopped():
        raise ExportError(STOPPED)


def write_table(file: IO[str], rows: Iterable[Mapping[str, object]], titles: Iterable[str]) -> int:
    """CSV with these titles; returns how many rows. `rows`: each with a value for every title."""
    file.write(BOM)
    writer, columns, done = csv.writer(file, lineterminator="\n"), list(titles), 0
    writer.writerow(columns)
    for row in rows:
        writer.writerow([safe_cell(row[title]) for title in columns])
        done += 1
    return done


def write_objects(file: IO[str], objects: Iterable[Mapping[str, object]]) -> int:
    """A JSON array, one object a line; returns how many."""
    done = 0
    for each in objects:
        file.write(("[\n" if not done else ",\n") + json.dumps(each, ensure_ascii=False))
        done += 1
    file.write("\n]\n" if done else "[]\n")
    return done


def safe_cell(value: object) -> object:
    """Prefix an apostrophe to text that a spreadsheet would execute as a formula."""
    return f"'{value}" if isinstance(value, str) and value[:1] in _FORMULA_SIGNS else value
