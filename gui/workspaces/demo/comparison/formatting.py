"""How the numbers of a comparison are written. Qt-free."""

from __future__ import annotations

import math

from core.config.settings import WorkSpan
from worker.demo.comparison.plan import RESTART_S, ComparisonPlan
from worker.demo.comparison.report import ComparisonReport, SideReport

UNKNOWN = "–"
OF_ARTICLE = "the article says 70 to 85 %"

Words = tuple[str, str]  # a value and its unit


def wait_words(wait_ms: float | None) -> Words:
    if wait_ms is None:
        return UNKNOWN, ""
    if wait_ms < 9.95:
        return f"{wait_ms:.1f}", "ms"
    if wait_ms < 999.5:
        return f"{wait_ms:.0f}", "ms"
    return (f"{wait_ms / 1000:.2f}" if wait_ms < 9_995 else f"{wait_ms / 1000:.1f}"), "s"


def range_words(side: SideReport) -> str:
    """From p50 to p95; empty before the first answer."""
    if side.p50_ms is None or side.p95_ms is None:
        return ""
    (low, low_unit), (high, high_unit) = wait_words(side.p50_ms), wait_words(side.p95_ms)
    return f"{low} to {high} {high_unit}" if low_unit == high_unit else f"{low} {low_unit} to {high} {high_unit}"


def rate_words(per_s: float | None) -> Words:
    if per_s is None:
        return UNKNOWN, ""
    return (f"{per_s:.1f}" if per_s < 99.95 else f"{per_s:,.0f}"), "/s"


def headline(report: ComparisonReport) -> str:
    """By how much less the median wait of the queued side is, rounded down; empty before both have answered."""
    inline_ms, queued_ms = report.inline.p50_ms, report.queued.p50_ms
    if inline_ms is None or queued_ms is None:
        return ""
    percent = math.floor((1 - queued_ms / inline_ms) * 100) if inline_ms > 0 else 0
    return f"{percent} % less waiting" if percent > 0 else "No less waiting"


def conditions(plan: ComparisonPlan) -> str:
    last = f"{plan.threads} request threads"
    if plan.outage is not None:
        last = f"outage from {_span(plan.outage)}"
    elif plan.kill_s is not None:
        last = f"both killed at {plan.kill_s:g} s"
    return f"{plan.count:,} workouts each, work {_span(plan.work)}, {last}"


def faults(plan: ComparisonPlan) -> str:
    """What fails, in short."""
    if plan.outage is not None:
        return "Outage"
    if plan.kill_s is not None:
        return "Killed"
    return f"{plan.failing:,} fail" if plan.failing else "None fails"


def conditions_at_length(plan: ComparisonPlan, report: ComparisonReport | None) -> str:
    """For the tool tip."""
    text = (
        f"Both sides run at the same time on this computer, with {plan.clients} clients each. Inline, "
        f"{plan.threads} requests at a time are processed before their answer; queued, {plan.threads} workers process "
        "what was accepted."
    )
    if plan.outage is not None:
        text += f" All processing fails from {_span(plan.outage)} after the start."
    if plan.kill_s is not None:
        text += f" Both services are killed {plan.kill_s:g} s after the start, and started again {RESTART_S:g} s later."
    if report is not None and report.ended:
        text += f" All was done after {report.elapsed_s:.0f} s: a queue shortens the wait, not the work."
    return text


def progress(plan: ComparisonPlan, report: ComparisonReport) -> str:
    """While it runs."""
    if report.inline.answered < plan.count:
        return f"so far, {report.inline.answered:,} of {plan.count:,}"
    return f"queue at {report.queued.stored:,} of {plan.count:,}"


def spoken(report: ComparisonReport) -> str:
    """The chart in words."""
    sides = (("Inline", report.inline), ("Queued", report.queued))
    found = [f"{name} {words}" for name, side in sides if (words := range_words(side))]
    return f"Wait of the person, p50 to p95: {', '.join(found) or 'not measured yet'}"


def _span(span: WorkSpan) -> str:
    low, high = f"{span.min_s:g}", f"{span.max_s:g}"
    return f"{low} s" if low == high else f"{low} to {high} s"
