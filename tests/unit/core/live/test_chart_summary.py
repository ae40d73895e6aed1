"""The sentence that reads the charts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.live.chart_summary import ChartFacts, short_time, summarize_charts

BUSY = ChartFacts(online=True, waiting=38, running=4, consumers=1, wait_p50_ms=690.0, run_p50_ms=81.0)


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
        (replace(BUSY, empty_in_s=48), "Waiting takes 8 times the work: another worker would help."),
        (replace(BUSY, empty_in_s=12), "Waiting takes 8 times the work: the queue is empty in 12 s."),
        (
            replace(BUSY, empty_in_s=12, in_per_s=60, out_per_s=40),
            "Waiting takes 8 times the work: another worker would help.",
        ),
        (
            ChartFacts(True, 30, 4, 1, in_per_s=60, out_per_s=40),
            "Backlog grows: 60.0/s come in, 40.0/s go out; add a worker.",
        ),
        (ChartFacts(True, 30, 4, 1, in_per_s=41, out_per_s=40), "30 are waiting; how long is not known yet."),
        (
            ChartFacts(True, 1_980, 20, 1, in_per_s=0, out_per_s=11, empty_in_s=180),
            "1,980 are waiting: the queue is empty in 3 min.",
        ),
        (ChartFacts(True, 2, 4, 1, in_per_s=60, out_per_s=40), "Keeping up."),
        (ChartFacts(True, 2, 4, 0, wait_p50_ms=20, run_p50_ms=2), "Keeping up."),
        (ChartFacts(True, 20, 4, 2, wait_p50_ms=300, run_p50_ms=200), "20 are waiting; how long is not known yet."),
        (ChartFacts(True, 20, 4, 2, wait_p50_ms=300, in_per_s=5), "20 are waiting; how long is not known yet."),
        (
            ChartFacts(True, 20, 0, 2, wait_p50_ms=4_000, run_p50_ms=0),
            "Waiting takes 4,000 times the work: another worker would help.",
        ),
    ],
)
def test_that_the_sentence_says_what_presses_most(facts: ChartFacts, sentence: str) -> None:
    assert summarize_charts(facts) == sentence


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.2, "1 s"), (48.4, "48 s"), (90, "2 min"), (3_599, "60 min"), (7_300, "2 h")]
)
def test_that_a_time_in_a_sentence_is_short(seconds: float, text: str) -> None:
    assert short_time(seconds) == text
