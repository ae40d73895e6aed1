"""How the numbers of a comparison are written."""

from __future__ import annotations

import pytest

from core.config.settings import WorkSpan
from gui.workspaces.demo.comparison.formatting import (
    conditions,
    conditions_at_length,
    faults,
    headline,
    progress,
    range_words,
    rate_words,
    spoken,
    wait_words,
)
from worker.demo.comparison.plan import KILL_PLAN, OUTAGE_PLAN, ComparisonPlan
from worker.demo.comparison.report import ComparisonReport, SideReport


def side(p50_ms: float, p95_ms: float) -> SideReport:
    return SideReport(answered=1, p50_ms=p50_ms, p95_ms=p95_ms)


@pytest.mark.parametrize(
    ("wait_ms", "words"),
    [
        (None, ("–", "")),
        (0.0, ("0.0", "ms")),
        (9.94, ("9.9", "ms")),
        (9.96, ("10", "ms")),
        (999.4, ("999", "ms")),
        (999.6, ("1.00", "s")),
        (1_510.0, ("1.51", "s")),
        (12_340.0, ("12.3", "s")),
    ],
)
def test_that_a_wait_has_the_unit_that_suits_it(wait_ms: float | None, words: tuple[str, str]) -> None:
    assert wait_words(wait_ms) == words


def test_that_a_range_says_a_unit_once_where_it_is_the_same() -> None:
    assert range_words(side(1_510, 2_410)) == "1.51 to 2.41 s"
    assert range_words(side(697, 1_060)) == "697 ms to 1.06 s"
    assert range_words(SideReport()) == ""


def test_that_a_rate_is_as_exact_as_it_is_small() -> None:
    assert [rate_words(each) for each in (None, 5.31, 1_240.4)] == [("–", ""), ("5.3", "/s"), ("1,240", "/s")]


@pytest.mark.parametrize(
    ("inline_ms", "queued_ms", "words"),
    [
        (1_510, 11, "99 % less waiting"),
        (1_000, 0.1, "99 % less waiting"),  # never all of it
        (100, 25, "75 % less waiting"),
        (100, 99.9, "No less waiting"),
        (100, 300, "No less waiting"),
        (0, 0, "No less waiting"),
    ],
)
def test_that_the_headline_is_computed(inline_ms: float, queued_ms: float, words: str) -> None:
    report = ComparisonReport(inline=side(inline_ms, inline_ms), queued=side(queued_ms, queued_ms))
    assert headline(report) == words
    assert headline(report.model_copy(update={"inline": SideReport()})) == ""


def test_that_the_conditions_are_those_of_the_plan() -> None:
    plan = ComparisonPlan(count=1_200, threads=4)
    assert conditions(plan) == "1,200 workouts each, work 0.5 to 2.5 s, 4 request threads"
    assert "work 2 s," in conditions(ComparisonPlan(work=WorkSpan(2, 2)))
    assert conditions(OUTAGE_PLAN) == "120 workouts each, work 0.5 to 2.5 s, outage from 5 to 15 s"
    assert "fails from 5 to 15 s" in conditions_at_length(OUTAGE_PLAN, None)
    assert conditions(KILL_PLAN) == "120 workouts each, work 0.5 to 2.5 s, both killed at 5 s"
    assert "killed 5 s after the start, and started again 3 s later" in conditions_at_length(KILL_PLAN, None)
    assert [faults(each) for each in (plan, OUTAGE_PLAN, KILL_PLAN, ComparisonPlan(failing=0))] == [
        "3 fail",
        "Outage",
        "Killed",
        "None fails",
    ]
    assert "a queue shortens the wait, not the work" not in conditions_at_length(plan, ComparisonReport())
    assert "after 25 s" in conditions_at_length(plan, ComparisonReport(ended=True, elapsed_s=25.1))


def test_that_the_progress_is_that_of_the_slower_part() -> None:
    plan = ComparisonPlan(count=10, failing=0)
    report = ComparisonReport(inline=SideReport(answered=4), queued=SideReport(stored=9))
    assert progress(plan, report) == "so far, 4 of 10"
    assert progress(plan, report.model_copy(update={"inline": SideReport(answered=10)})) == "queue at 9 of 10"


def test_that_the_chart_is_spoken() -> None:
    assert spoken(ComparisonReport()).endswith("not measured yet")
    assert spoken(ComparisonReport(inline=side(1_510, 2_410), queued=side(11, 24))) == (
        "Wait of the person, p50 to p95: Inline 1.51 to 2.41 s, Queued 11 to 24 ms"
    )
