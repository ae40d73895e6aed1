"""The sentence that reads the charts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.live.chart_summary import ChartFacts, short_time, summarize_charts

BUSY = ChartFacts(online=True, waiting=8, running=4, consumers=1, wait_p50_ms=690.0, run_p50_ms=81.0)
BURST = ChartFacts(True, 1_980, 20, 1, in_per_s=0, pace_per_s=11, empty_in_s=180)


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        (ChartFacts(online=False, waiting=5), "Times stop with the connection. Nothing is lost."),
        (ChartFacts(online=True), "p95: 95 of 100 were at least this quick."),
        (ChartFacts(online=True, run_p50_ms=3.0), "Nothing is waiting."),
        (ChartFacts(online=True, running=1), "Keeping up."),
        (ChartFacts(online=True, waiting=3, consumers=0), "No worker is running: start one."),
        (ChartFacts(online=True, waiting=1, paused=True), "The worker is paused and 1 is waiting: resume it."),
        (ChartFacts(online=True, waiting=1_200, paused=True), "The worker is paused and 1,200 are waiting: resume it."),
        (BUSY, "Waiting takes 8 times the work: another worker would help."),
        (replace(BUSY, wait_p50_ms=240), "Keeping up."),
        (replace(BUSY, wait_p50_ms=None), "Keeping up."),
        (replace(BUSY, run_p50_ms=240), "Keeping up."),
        (
            ChartFacts(True, 9, 0, 2, wait_p50_ms=4_000, run_p50_ms=0),
            "Waiting takes 4,000 times the work: another worker would help.",
        ),
        (ChartFacts(True, 2, 4, 0, wait_p50_ms=20, run_p50_ms=2), "Keeping up."),
        (ChartFacts(True, 9, 4, 1, in_per_s=60, pace_per_s=40), "Keeping up."),
    ],
)
def test_that_the_sentence_says_what_presses_most(facts: ChartFacts, sentence: str) -> None:
    assert summarize_charts(facts) == sentence


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        (
            replace(BURST, waiting=10, empty_in_s=None, pace_per_s=None),
            "10 are waiting; measuring how fast they are done.",
        ),
        (replace(BURST, in_per_s=None, pace_per_s=None), "1,980 are waiting; measuring how fast they are done."),
        (replace(BURST, in_per_s=402, pace_per_s=None), "1,980 are waiting; measuring how fast they are done."),
        (BURST, "1,980 are waiting: empty in 3 min."),
        (replace(BURST, in_per_s=1.1), "1,980 are waiting: empty in 3 min."),
        (replace(BURST, in_per_s=1.2), "1,980 are waiting: empty in 3 min, as 1.2/s come in."),
        (
            replace(BURST, wait_p50_ms=9_000, run_p50_ms=81),
            "1,980 are waiting: empty in 3 min; add a worker.",
        ),
        (
            replace(BURST, in_per_s=2, wait_p50_ms=9_000, run_p50_ms=81),
            "1,980 are waiting: empty in 3 min, as 2.0/s come in.",
        ),
        (
            replace(BURST, empty_in_s=30, wait_p50_ms=9_000, run_p50_ms=81),
            "1,980 are waiting: empty in 30 s.",
        ),
        (
            replace(BURST, in_per_s=2.0, pace_per_s=1.5, empty_in_s=None),
            "Backlog grows: 2.0/s come in, 1.5/s go out; add a worker.",
        ),
        (
            replace(BURST, in_per_s=44, pace_per_s=40, empty_in_s=None),
            "1,980 are waiting; 44.0/s come in, 40.0/s go out.",
        ),
        (
            replace(BURST, in_per_s=44.1, pace_per_s=40, wait_p50_ms=9_000, run_p50_ms=81, empty_in_s=None),
            "Backlog grows: 44.1/s come in, 40.0/s go out; add a worker.",
        ),
    ],
)
def test_that_a_backlog_is_told_with_its_figures(facts: ChartFacts, sentence: str) -> None:
    assert summarize_charts(facts) == sentence


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0 s"), (0.2, "1 s"), (48.4, "48 s"), (90, "2 min"), (3_599, "60 min"), (7_300, "2 h")]
)
def test_that_a_time_in_a_sentence_is_short(seconds: float, text: str) -> None:
    assert short_time(seconds) == text
