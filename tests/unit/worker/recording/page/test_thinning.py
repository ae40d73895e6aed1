from __future__ import annotations

from dataclasses import replace

from core.metrics.latency import BUCKET_MS, LatencyRow, Percentiles
from tests.support.recorded_session import T0, header, session
from worker.recording.page.folding import fold
from worker.recording.page.thinning import MOST_ROWS, LatencyRows, halved


def row(number: int, p95_ms: float = 20.0) -> LatencyRow:
    return LatencyRow(T0 + number * BUCKET_MS, Percentiles(10.0, p95_ms, 30.0, 5), None, None)


def test_that_half_of_the_frames_still_show_the_deepest_queue() -> None:
    frame = fold(header(), session(1)).frames[0]
    for count in (7, 8):
        frames = [replace(frame, at_ms=number, deepest=number) for number in range(count)]
        frames[5] = replace(frames[5], deepest=99)
        kept = halved(frames)
        assert [each.at_ms for each in kept] == [0, 2, 4, 6]
        assert max(each.deepest for each in kept) == 99
        assert kept[1].deepest == 2


def test_that_the_last_frame_that_is_left_out_counts_too() -> None:
    frame = fold(header(), session(1)).frames[0]
    frames = [replace(frame, deepest=deepest) for deepest in (1, 2, 3, 50)]
    assert [each.deepest for each in halved(frames)] == [1, 50]


def test_that_latency_rows_are_bounded_and_keep_the_slowest() -> None:
    rows = LatencyRows()
    rows.put(row(number, 900.0 if number == 701 else 20.0) for number in range(MOST_ROWS * 3))
    kept = list(rows)
    assert len(kept) <= MOST_ROWS
    assert rows.span_ms == 4 * BUCKET_MS
    assert max(each.wait.p95_ms for each in kept if each.wait) == 900.0
    assert [each.start_ms for each in kept] == sorted(each.start_ms for each in kept)


def test_that_a_row_that_changed_is_replaced() -> None:
    rows = LatencyRows()
    rows.put([row(1, 50.0)])
    rows.put([row(1, 40.0)])
    assert list(rows) == [row(1, 40.0)]
