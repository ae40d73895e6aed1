"""The history as a file."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from core.athletes.history import HistoryFilter, HistoryRequest
from core.store.reader import ResultsReader
from core.store.writer import ResultsStore
from tests.support.incoming import submitted, workout_id
from tests.support.results_rig import apply
from worker.exports import history
from worker.exports.files import STOPPED, ExportError
from worker.exports.history import TITLES, HistoryExport


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[ResultsReader]:
    url = f"sqlite:///{tmp_path / 'results.db'}"
    with closing(ResultsStore(url, now_ms=lambda: 0)) as store:
        store.open()
        apply(
            store,
            submitted(1, athlete="@Ana", day=0, km=5.2, utc_offset_min=120, title="+1", notes="a\nb"),
            *(submitted(number, athlete="Ben", day=number) for number in range(2, 6)),
        )
    with closing(ResultsReader(url, now_ms=lambda: 0)) as reader:
        yield reader


def test_that_all_pages_are_written_as_a_table(
    reader: ResultsReader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "ROWS_PER_READ", 2)
    export = HistoryExport(reader, tmp_path / "h.csv", HistoryRequest(descending=False, limit=9))
    assert export.run() == export.written == 5
    with (tmp_path / "h.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == list(TITLES)
    assert [row["id"] for row in rows] == [workout_id(number) for number in range(1, 6)]
    first = rows[0]
    assert (first["athlete"], first["title"], first["notes"]) == ("'@Ana", "'+1", "a\nb")
    assert (first["start"], first["startUtc"]) == ("2025-06-02T14:00:00+02:00", "2025-06-02T12:00:00Z")
    assert "5K Runner" in first["badges"].split(", ")


def test_that_what_is_filtered_is_written_as_json(reader: ResultsReader, tmp_path: Path) -> None:
    export = HistoryExport(reader, tmp_path / "h.json", HistoryRequest(HistoryFilter(text="ana"), limit=9))
    assert export.run() == 1
    (one,) = json.loads((tmp_path / "h.json").read_text(encoding="utf-8"))
    assert (one["athlete"], one["distanceKm"], one["title"]) == ("@Ana", 5.2, "+1")


def test_that_a_stopped_export_leaves_no_file(reader: ResultsReader, tmp_path: Path) -> None:
    export = HistoryExport(reader, tmp_path / "h.csv", HistoryRequest(limit=9))
    export.stop()
    with pytest.raises(ExportError, match=STOPPED):
        export.run()
    assert not [path for path in tmp_path.iterdir() if path.name.endswith((".csv", ".part"))]
