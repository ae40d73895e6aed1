"""Writes the history of workouts, as it is filtered and sorted, to a file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Event

from core.athletes.history import HistoryRequest, HistoryRow
from core.store.database.schema import local_moment
from core.store.reader import ResultsReader
from core.utc_text import utc_seconds_text
from core.workouts.local_start import start_text_of
from worker.exports.files import complete_file, need_running, write_objects, write_table

ROWS_PER_READ = 1_000
TITLES = (
    *("start", "startUtc", "athlete", "sport", "durationMin", "distanceKm", "caloriesKcal", "caloriesEstimated"),
    *("revision", "badges", "title", "notes", "id"),
)


class HistoryExport:
    """`run` is called in a thread of its own, which opens and closes the reader; `stop` and `written` are for any."""

    def __init__(self, reader: ResultsReader, path: Path, wanted: HistoryRequest) -> None:
        self._reader, self._path = reader, path
        self._wanted = replace(wanted, after=None, before=False, limit=ROWS_PER_READ)
        self._stopping = Event()
        self.written = 0

    def stop(self) -> None:
        """End it after the current page; no file is left."""
        self._stopping.set()

    def run(self) -> int:
        """Returns how many workouts were written. `.csv`: a table, else JSON. Raises ExportError and StoreError."""
        is_table = self._path.suffix.lower() == ".csv"
        try:
            self._reader.open()
            with complete_file(self._path) as file:
                fields = map(table_fields if is_table else object_fields, self._rows())
                return write_table(file, fields, TITLES) if is_table else write_objects(file, fields)
        finally:
            self._reader.close()

    def _rows(self) -> Iterator[HistoryRow]:
        request = self._wanted
        while True:
            need_running(self._stopping.is_set)
            page = self._reader.athletes.history(request)
            yield from page.rows
            self.written += len(page.rows)
            if page.next is None:
                return
            request = replace(request, after=page.next)


def object_fields(row: HistoryRow) -> dict[str, object]:
    return {
        "start": start_text_of(local_moment(row.started_at_ms, row.utc_offset_min)),
        "startUtc": utc_seconds_text(row.started_at_ms),
        "athlete": row.athlete,
        "sport": row.sport,
        "durationMin": row.duration_min,
        "distanceKm": row.distance_km,
        "caloriesKcal": row.calories_kcal,
        "caloriesEstimated": row.calories_estimate,
        "revision": row.revision,
        "badges": [badge.name for badge in row.badges],
        "title": row.title or None,
        "notes": row.notes or None,
        "id": row.workout_id,
    }


def table_fields(row: HistoryRow) -> dict[str, object]:
    """The same, each in one cell."""
    return {**object_fields(row), "badges": ", ".join(badge.name for badge in row.badges)}
