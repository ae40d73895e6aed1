from __future__ import annotations

import io
import tracemalloc
from pathlib import Path

import pytest

from core.files.options import ReadingOptions
from core.files.rows import read_rows
from core.store.known_workouts import KnownWorkouts
from worker.imports import preview
from worker.imports.preview import STEP_ROWS, ImportPreview, ImportRow, Verdict, checked

NOW_MS = 1_765_360_800_000
HEADER = "type,duration,distance,userId,timestamp\n"


def rows_of(*paths: Path) -> list[ImportRow]:
    preview = ImportPreview(tuple(map(str, paths)), ReadingOptions(), NOW_MS)
    rows: list[ImportRow] = []
    while not (step := preview.step()).finished:
        assert len(step.rows) == STEP_ROWS
        rows += step.rows
    return [*rows, *step.rows]


def test_that_every_row_has_one_verdict(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    good = "Running,45,9,Ana,2024-12-01T10:00:00Z\n"
    path.write_text(HEADER + good + "Running,45,30,Ana,2025-12-02T10:00:00Z\nRunning,soon,9,Ana,\n")
    ready, unlikely, wrong = rows_of(path)
    assert (ready.verdict, ready.place, ready.number) == (Verdict.READY, "2", 0)
    assert (unlikely.verdict, unlikely.reason[:9]) == (Verdict.UNLIKELY, "distance:")
    assert (wrong.verdict, wrong.reason[:9], wrong.start) == (Verdict.WRONG, "duration:", None)


def test_that_what_is_left_out_of_a_workout_is_a_reason_to_look(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Activity Type,Date,Time,Avg HR\nYoga,2024-12-01 10:00:00,00:45:00,3\n")
    (row,) = rows_of(path)
    assert (row.verdict, row.reason) == (
        Verdict.UNLIKELY,
        "avgHeartRate: 3 was left out, since it must be from 30 to 250 bpm",
    )


def test_that_a_file_that_cannot_be_read_is_a_row(tmp_path: Path) -> None:
    other = tmp_path / "b.csv"
    other.write_text("nothing,here\n")
    missing, bad = rows_of(tmp_path / "none.csv", other)
    assert "cannot be read" in missing.reason
    assert "missing: type, duration" in bad.reason
    assert (missing.place, missing.number, bad.number) == ("", 0, 1)


def test_that_what_is_in_an_import_twice_is_sent_once(tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / name).write_text(HEADER + "Running,45,9,Ana,2025-12-01T10:00:00Z\n" * 600)
    rows = rows_of(tmp_path / "a", tmp_path / "b")
    assert [row.verdict for row in rows] == [Verdict.READY] * 600 + [Verdict.STORED] * 600


def test_that_stored_ones_are_told_by_id_and_by_start(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    days = [f"Running,45,9,Ana,2025-12-0{day}T10:00:00Z\n" for day in (1, 2, 3)]
    path.write_text(HEADER + "".join(days) + "Running,,9,Ana,\n")
    rows = rows_of(path)
    first, second = rows[0].workout, rows[1].start
    assert first is not None
    assert second is not None
    found = checked(rows, KnownWorkouts(frozenset({first.workout_id}), frozenset({second})))
    assert [row.verdict for row in found] == [Verdict.STORED, Verdict.STORED, Verdict.READY, Verdict.WRONG]
    assert [row.reason for row in found[:2]] == ["the same workout", "one of this athlete with this start"]


def long_rows(count: int) -> str:
    """Two kilobytes each."""
    rows = (f"Yoga,{30 + number % 60},,Ana,2024-12-01T10:00:{number % 60:02}Z,{'x' * 2_000}" for number in range(count))
    return HEADER.strip() + ",notes\n" + "".join(f"{row}\n" for row in rows)


def test_that_a_file_twenty_times_as_large_costs_no_more_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preview, "STEP_ROWS", 10)
    peaks, sizes = [], []
    for count in (30, 30, 600):  # the first imports and caches
        path = tmp_path / "a.csv"
        path.write_text(long_rows(count))
        sizes.append(path.stat().st_size)
        read = ImportPreview((str(path),), ReadingOptions(), NOW_MS)
        tracemalloc.start()
        while not read.step().finished:
            pass
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    # Ids are kept, to find rows that are there twice. All rows together would be several times the file.
    assert peaks[2] - peaks[1] < (sizes[2] - sizes[1]) / 2


def test_that_the_first_page_of_a_large_file_is_there_before_the_rest_is_read() -> None:
    file = io.BytesIO(long_rows(1_000).encode())
    next(read_rows(file, "a.csv", ReadingOptions(), now_ms=NOW_MS))
    assert file.tell() < 200_000
