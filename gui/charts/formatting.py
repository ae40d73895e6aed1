"""Formats numbers for charts: short, with a unit, of constant width. Qt-free."""

from __future__ import annotations

from core.live.chart_summary import short_time

NOTHING = "–"


def duration_parts(ms: float | None) -> tuple[str, str]:
    """Value and unit: three digits below 10, whole numbers from 100 on; `0 ms` below the measured precision."""
    if ms is None:
        return NOTHING, ""
    if ms < 0.005:
        return "0", "ms"
    if ms < 0.95:
        return f"{ms:.2f}", "ms"
    if ms < 9.95:
        return f"{ms:.1f}", "ms"
    if ms < 499.5:
        return f"{ms:.0f}", "ms"
    seconds = ms / 1000
    if seconds < 9.995:
        return f"{seconds:.2f}", "s"
    if seconds < 99.95:
        return f"{seconds:.1f}", "s"
    return _long_parts(seconds)


def duration(ms: float | None) -> str:
    """`81 ms`, `0.69 s`, `12.4 s`, `3.5 min`."""
    return " ".join(duration_parts(ms)).strip()


def empty_in_parts(seconds: float | None, *, measuring: bool = False) -> tuple[str, str]:
    """Time to empty, as the sentence beside it says it. `measuring`: why it is not known yet."""
    if seconds is None:
        return ("", "measuring") if measuring else (NOTHING, "")
    value, _, unit = short_time(seconds).partition(" ")
    return value, unit


def rate_parts(per_s: float | None) -> tuple[str, str]:
    """`43.6 /s`; whole numbers from 1,000 on."""
    if per_s is None:
        return NOTHING, ""
    return (f"{per_s:.1f}" if per_s < 999.95 else f"{per_s:,.0f}"), "/s"


def ago(ms: float) -> str:
    """How long since: `3 s`, `12 min`, `5 h`, `2 d`."""
    seconds = max(0.0, ms) / 1000
    if seconds < 60:
        return f"{seconds:.0f} s" if seconds < 59.5 else "1 min"
    if seconds < 3_570:
        return f"{seconds / 60:.0f} min"
    if seconds < 84_600:
        return f"{seconds / 3_600:.0f} h"
    return f"{seconds / 86_400:.0f} d"


def _long_parts(seconds: float) -> tuple[str, str]:
    minutes = seconds / 60
    if minutes < 9.95:
        return f"{minutes:.1f}", "min"
    if minutes < 99.5:
        return f"{minutes:.0f}", "min"
    hours = minutes / 60
    if hours < 99.5:
        return (f"{hours:.1f}" if hours < 9.95 else f"{hours:.0f}"), "h"
    return f"{hours / 24:.0f}", "d"
