"""Computes axis ticks and places labels so that none overlap. Qt-free."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from gui.formatting import clock_text

_TIME_STEPS_S = (5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200)
_TIME_GAP_PX, _LEAST_TIME_GAP_PX = 28.0, 10.0  # between two labels; the second where the window has few
_LEAST_TICK_GAP_PX = 17.0
_HEADROOM = 0.88
_TOPS = (4, 10, 20, 40, 60, 80)
# Durations that people read easily; the next decade after 10 s would be 100 s.
_DURATION_TICKS: tuple[tuple[float, str], ...] = (
    (0.01, "10 µs"),
    (0.1, "0.1 ms"),
    (1, "1 ms"),
    (10, "10 ms"),
    (100, "100 ms"),
    (1_000, "1 s"),
    (10_000, "10 s"),
    (60_000, "1 min"),
    (600_000, "10 min"),
    (3_600_000, "1 h"),
    (36_000_000, "10 h"),
)
_SHORTEST_MS, _LONGEST_MS = 0.01, 3.0e9
_MINUTES = (1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1_200, 3_000, 6_000, 12_000, 30_000, 60_000)
_ROUND_MS = (
    *(part * 10.0**decade for decade in range(-3, 5) for part in (1, 2, 5) if part * 10**decade < 60_000),
    *(minutes * 60_000.0 for minutes in _MINUTES),
)


@dataclass(frozen=True, slots=True)
class Tick:
    """A tick at `value`; one with an empty label is a faint line without text."""

    value: float
    label: str = ""


@dataclass(frozen=True, slots=True)
class ValueAxis:
    low: float
    high: float
    ticks: tuple[Tick, ...]


def time_ticks(from_ms: float, to_ms: float, width_px: float, label_px: float, zone: tzinfo) -> list[Tick]:
    """Round times of `zone` (whole minutes where the window allows), no closer than a label of `label_px` needs.

    Where not even two are in the window, its ends.
    """
    span_s = (to_ms - from_ms) / 1000
    room, most = (max(1.0, width_px / (label_px + gap_px)) for gap_px in (_TIME_GAP_PX, _LEAST_TIME_GAP_PX))
    step_s = next((step for step in _TIME_STEPS_S if span_s / step <= room), _TIME_STEPS_S[-1])
    finer_s = max((step for step in _TIME_STEPS_S if step < step_s), default=step_s)
    if span_s / step_s < 2 and span_s / finer_s <= most:  # else there would be one at times, and two at others
        step_s = finer_s
    ends = sorted({_offset_s(from_ms, zone), _offset_s(to_ms, zone)})
    at_ms: list[float] = []
    for offset_s in ends:  # two offsets where the clocks change in the window: each applies to its own side
        first, last = (math.ceil((from_ms / 1000 + offset_s) / step_s), math.floor((to_ms / 1000 + offset_s) / step_s))
        round_ms = [(number * step_s - offset_s) * 1000.0 for number in range(first, last + 1)]
        at_ms += round_ms if len(ends) == 1 else [each for each in round_ms if _offset_s(each, zone) == offset_s]
    shown = _apart(sorted(at_ms), step_s * 1000)
    if len(shown) < 2:
        shown, step_s = [from_ms, to_ms], min(step_s, 60 if span_s >= 60 else 1)
    return [Tick(each, clock_text(each, zone, "seconds" if step_s < 60 else "minutes")) for each in shown]


def _offset_s(at_ms: float, zone: tzinfo) -> int:
    return round((datetime.fromtimestamp(at_ms / 1000, zone).utcoffset() or timedelta()).total_seconds())


def _apart(at_ms: Sequence[float], least_ms: float) -> list[float]:
    kept: list[float] = []
    for each in at_ms:
        if not kept or each - kept[-1] >= least_ms:
            kept.append(each)
    return kept


def count_axis(highest: float) -> ValueAxis:
    """Ticks from 0 to a round maximum with room for a label above; the middle is labelled, quarters are faint."""
    wanted = max(0.0, highest) / _HEADROOM
    scale = 1
    while (top := next((each * scale for each in _TOPS if each * scale >= wanted), None)) is None:
        scale *= 10
    marks = (Tick(0, "0"), Tick(top / 4), Tick(top / 2, short_count(top // 2)), Tick(top * 3 / 4))
    return ValueAxis(0, top, (*marks, Tick(top, short_count(top))))


def short_count(count: int) -> str:
    """A number for an axis 46 px wide: `950`, `2,000`, `20 k`, `1.5 M`."""
    if count < 10_000:
        return f"{count:,}"
    unit, name = (1_000, "k") if count < 1_000_000 else (1_000_000, "M")
    return f"{count / unit:.4g} {name}"


def duration_axis(shortest_ms: float, longest_ms: float, height_px: float) -> ValueAxis:
    """A logarithmic axis; `low`, `high` and tick values are log10 of milliseconds, both arguments finite."""
    low_ms = min(max(shortest_ms, _SHORTEST_MS), _LONGEST_MS)
    high_ms = min(max(longest_ms, low_ms), _LONGEST_MS)
    low, high = math.log10(low_ms * 0.7), _snap_up(math.log10(high_ms * 1.1))
    if high - low < 1.0:
        low = high - 1.0
    px_per_decade = height_px / (high - low)
    ticks: list[Tick] = []
    for value, label in _labels_within(low, high):
        crowded = ticks and (value - ticks[-1].value) * px_per_decade < _LEAST_TICK_GAP_PX
        if not crowded:
            ticks.append(Tick(value, label))
    faint = [Tick(value) for value in _halves_within(low, high)] if px_per_decade >= 2 * _LEAST_TICK_GAP_PX else []
    return ValueAxis(low, high, tuple(sorted([*ticks, *faint], key=lambda tick: tick.value)))


def _snap_up(log_ms: float) -> float:
    """Round up to 1, 2 or 5 of a decade, so that the axis does not move with every bucket."""
    decade = math.floor(log_ms)
    return next(decade + math.log10(part) for part in (1, 2, 5, 10) if decade + math.log10(part) >= log_ms - 1e-9)


def _labels_within(low: float, high: float) -> list[tuple[float, str]]:
    named = [(math.log10(ms), label) for ms, label in _DURATION_TICKS]
    inside = [(value, label) for value, label in named if low <= value <= high + 1e-9]
    if len(inside) >= 2:
        return inside
    between = [(math.log10(ms), _round_duration(ms)) for ms in _ROUND_MS]
    return [(value, label) for value, label in between if low <= value <= high + 1e-9]


def _halves_within(low: float, high: float) -> list[float]:
    values = [decade + math.log10(3.1623) for decade in range(math.floor(low), math.ceil(high))]
    return [value for value in values if low < value < high]


def _round_duration(ms: float) -> str:
    if ms < 0.1:
        return f"{ms * 1000:g} µs"
    if ms < 1_000:
        return f"{ms:g} ms"
    if ms < 60_000:
        return f"{ms / 1000:g} s"
    return f"{ms / 60_000:g} min" if ms < 3_600_000 else f"{ms / 3_600_000:g} h"


def avoid_overlap(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Positions as near to the wanted ones as `gap` allows, in their order, within low and high if they fit.

    `wanted` must rise. Overlapping neighbours become a group centred on the mean of what they wanted.
    """
    groups: list[tuple[float, int]] = []  # middle, members
    for each in wanted:
        groups.append((each, 1))
        while len(groups) > 1 and _touch(groups[-2], groups[-1], gap):
            (one, n), (other, m) = groups[-2:]
            groups[-2:] = [((one * n + other * m) / (n + m), n + m)]
    placed: list[float] = []
    for middle, members in groups:
        placed += [middle + gap * (place - (members - 1) / 2) for place in range(members)]
    return _fit_between(placed, gap, low, high)


def _touch(one: tuple[float, int], other: tuple[float, int], gap: float) -> bool:
    return other[0] - one[0] < gap * (one[1] + other[1]) / 2


def _fit_between(placed: list[float], gap: float, low: float, high: float) -> list[float]:
    for index in range(len(placed) - 1, -1, -1):
        limit = high if index == len(placed) - 1 else placed[index + 1] - gap
        placed[index] = min(placed[index], limit)
    for index in range(len(placed)):
        limit = low if index == 0 else placed[index - 1] + gap
        placed[index] = max(placed[index], limit)
    return placed
