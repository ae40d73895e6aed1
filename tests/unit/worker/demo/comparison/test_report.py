"""Reports of a comparison, and lines that are none."""

from __future__ import annotations

import pytest

from core.errors import SettingError
from worker.demo.comparison.report import MAX_LINE_BYTES, ComparisonReport, SideReport, percentile, read_report


def test_that_a_report_is_read_as_it_was_written() -> None:
    side = SideReport(answered=5, p50_ms=1.5, p95_ms=2.0, p99_ms=2.0, sustained_per_s=7.25, stored=4, lost=1, kept=0)
    for report in (ComparisonReport(), ComparisonReport(ended=True, elapsed_s=3.5, inline=side, queued=side)):
        assert report.line.endswith(b"}\n")
        assert len(report.line) < MAX_LINE_BYTES / 4
        assert read_report(report.line) == report


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"\n",
        b"hello\n",
        b"\xff\xfe\n",
        b"[]\n",
        b'{"ended": "yes"}\n',
        b'{"more": 1}\n',
        b'{"elapsed_s": NaN}\n',
        b'{"elapsed_s": 1e99}\n',
        b'{"inline": {"answered": 2001}}\n',
        b'{"inline": {"lost": -1}}\n',
        b'{"queued": {"p50_ms": -0.5}}\n',
        b'{"queued": {"p50_ms": Infinity}}\n',
        b'{"queued": {"answered": 1.5}}\n',
        b'{"elapsed_s": 1' + b" " * MAX_LINE_BYTES + b"}\n",
        b"[" * MAX_LINE_BYTES,
    ],
)
def test_that_another_line_is_refused_in_words(line: bytes) -> None:
    with pytest.raises(SettingError, match="no report") as refused:
        read_report(line)
    assert len(str(refused.value)) < 300


def test_that_percentiles_are_those_of_the_nearest_rank() -> None:
    waits = [float(n) for n in range(1, 101)]
    assert [percentile(waits, each) for each in (50, 95, 99, 100)] == [50, 95, 99, 100]
    assert percentile([3.0], 99) == percentile([3.0], 1) == 3.0
    assert percentile([], 50) is None
