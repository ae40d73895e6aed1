"""The part of the page's script that needs no page, under Node."""

from __future__ import annotations

import json
import re
import subprocess
from itertools import pairwise
from typing import Any, get_args

import pytest

from core.live.flow import _messages_a_dot
from tests.support.node import node
from tests.support.source_tree import ROOT
from worker.recording.page.document import _SCRIPTS
from worker.recording.page.page_data import _COLUMNS
from worker.recording.page.story import MarkKind

FOLDER = ROOT / "resources" / "recording_page"
_RUN = "const Logic = require(process.argv[1]); const give = (x) => console.log(JSON.stringify(x)); "


def logic(expressions: dict[str, str]) -> dict[str, Any]:
    """What each expression of JavaScript is, by its name; all in one process."""
    inside = ", ".join(f"{json.dumps(name)}: {text}" for name, text in expressions.items())
    done = subprocess.run(
        [node(), "-e", f"{_RUN}give({{{inside}}})", str(FOLDER / "logic.js")],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def values(*expressions: str) -> list[Any]:
    return list(logic({str(place): text for place, text in enumerate(expressions)}).values())


def test_that_numbers_are_written_as_in_the_program() -> None:
    assert values(
        "Logic.timeText(75400)",
        "Logic.timeText(3725000)",
        "Logic.lengthText(150000)",
        "Logic.lengthText(3900000)",
        "Logic.countText(1234567)",
        "Logic.countText(null)",
        "Logic.shortCount(9999)",
        "Logic.shortCount(12345)",
        "Logic.rateText(6)",
        "Logic.rateText(1240.4)",
        "Logic.durationText(81.6)",
        "Logic.durationText(1710)",
        "Logic.durationText(0.2)",
        "Logic.tickText(100000)",
    ) == [
        "1:15",
        "1:02:05",
        "2 min 30 s",
        "1 h 5 min",
        "1,234,567",
        "–",
        "9,999",
        "12.3k",
        "6.00",
        "1,240",
        "82 ms",
        "1.71 s",
        "<1 ms",
        "100 s",
    ]


def test_that_the_moment_before_a_time_is_found() -> None:
    assert values(*(f"Logic.placeAt([0, 500, 1000], {t})" for t in (-5, 0, 499, 500, 999, 1000, 9999))) == [
        0, 0, 0, 1, 1, 2, 2,
    ]  # fmt: skip


def test_that_a_link_leads_to_a_moment_within_the_recording() -> None:
    fragments = ("#t=76.5", "#t=9999", "#t=0", "", "#t=-1", "#t=1e3", "#t=<b>", "#t=7 ")
    assert values(*(f"Logic.timeOf({json.dumps(each)}, 150000)" for each in fragments)) == [
        76_500, 150_000, 0, None, None, None, None, None,
    ]  # fmt: skip


def test_that_dots_are_as_many_as_went_over_the_edge() -> None:
    """Each second the recording has `10`, `40`, then none: the dots that arrive in it are as many."""
    setup = "const times = [0, 1000, 2000, 3000, 4000], counts = [0, 10, 50, 50, 50]; const seen = new Set(); "
    run = (
        "(() => { " + setup + "const arrived = [0, 0, 0, 0, 0]; let before = new Map(); "
        "for (let t = 0; t <= 4000; t += 10) { const now = new Map(); "
        "for (const d of Logic.dotsAt(times, counts, t, 0.25).dots) now.set(d.number, d.share); "
        "for (const [n, s] of before) if (!now.has(n)) seen.add(n); before = now; } return [...seen].length; })()"
    )
    one = "Logic.dotsAt([0, 1000], [0, 10], 950, 1)"
    assert values(
        run, f"{one}.dots.length", f"{one}.each", f"{one}.dots.map((d) => d.share).every((s) => s >= 0 && s <= 1)"
    ) == [
        50,
        9,
        1,
        True,
    ]


def test_that_a_dot_stands_for_more_at_high_rates() -> None:
    rates = (0, 5, 20, 21, 60, 150, 399, 401, 5_000, 80_000)
    assert values(*(f"Logic.messagesADot({rate})" for rate in rates)) == [_messages_a_dot(rate) for rate in rates]
    flood = "Logic.dotsAt([0, 1000], [0, 5000], 950, 1"
    long, short = values(f"{flood}).dots.length", f"{flood}, 3).dots.length")
    assert 8 <= long <= 20
    assert 1 <= short <= 3


def test_that_a_bar_stands_for_as_few_messages_as_there_is_room_for() -> None:
    assert values("Logic.messagesABar(20, 21)", "Logic.messagesABar(22, 21)", "Logic.messagesABar(9000, 0)") == [
        1,
        2,
        10_000,
    ]


def test_that_nothing_moves_where_nothing_went_or_counts_were_set_back() -> None:
    assert values(
        "Logic.dotsAt([0, 1000], [7, 7], 500, 1).dots",
        "Logic.dotsAt([0, 1000, 2000], [0, 90, 3], 1900, 1).dots.length > 90",
        "Logic.dotsAt([0], [5], 0, 1).dots",
    ) == [[], False, []]


def test_that_axes_reach_over_what_they_show() -> None:
    assert values("Logic.ticks(147, 3)", "Logic.ticks(0, 3)", "Logic.ticks(1, 3)", "Logic.logTicks(83, 13400)") == [
        [0, 50, 100, 150],
        [0, 1],
        [0, 1],
        [10, 100, 1_000, 10_000, 100_000],
    ]
    assert values("Logic.timeTicks(150000, 5)", "Logic.timeTicks(0, 5)") == [
        [0, 30_000, 60_000, 90_000, 120_000, 150_000],
        [0],
    ]


def test_that_a_line_is_broken_where_nothing_is_known() -> None:
    points = "[[0, 1], [1, 2], [2, null], [3, 4], [4, 5]]"
    assert values(f"Logic.linePath({points})", f"Logic.areaPath({points}, 9)") == [
        "M0.0 1.0L1.0 2.0M3.0 4.0L4.0 5.0",
        "M0.0 1.0L1.0 2.0L1.0 9L0.0 9zM3.0 4.0L4.0 5.0L4.0 9L3.0 9z",
    ]


def test_that_no_line_spans_what_was_not_measured_and_a_point_alone_is_seen() -> None:
    assert values("Logic.rowsWithGaps([[0, 1, 2], [5, 3, 4], [20, 5, 6]], 5)", "Logic.rowsWithGaps([], 5)") == [
        [[0, 1, 2], [5, 3, 4], [10, None, None], [20, 5, 6]],
        [],
    ]
    assert values("Logic.linePath([[0, 1], [1, null], [2, 3], [3, 4]])") == ["M0.0 1.0h0M2.0 3.0L3.0 4.0"]


def test_that_a_long_recording_begins_fast_and_speeds_end_at_their_limits() -> None:
    assert values(
        "Logic.firstSpeed(150000)",
        "Logic.firstSpeed(3600000)",
        "Logic.firstSpeed(864000000)",
        "Logic.nextSpeed(1, 1)",
        "Logic.nextSpeed(0.25, -1)",
        "Logic.nextSpeed(128, 1)",
    ) == [1, 16, 128, 2, 0.25, 128]


@pytest.mark.parametrize("width", [640, 690, 740, 900, 1_240])
@pytest.mark.parametrize("height", [332, 372, 420])
def test_that_the_boxes_of_the_flow_fit_and_leave_room_for_its_edges(width: int, height: int) -> None:
    numbers = (0, 1, 3, 7, 12)
    layouts = values(*(f"Logic.layout({width}, {height}, {workers})" for workers in numbers))
    for workers, found in zip(numbers, layouts, strict=True):
        row = [found[name] for name in ("producers", "queue", "frame", "store")]
        assert all(left["right"] + 24 <= right["x"] for left, right in pairwise(row))
        assert row[0]["x"] >= 0
        assert row[-1]["right"] <= width
        assert all(box["h"] >= 24 and box["bottom"] <= found["frame"]["bottom"] for box in found["boxes"])
        assert len(found["boxes"]) <= workers
        assert found["failed"]["bottom"] <= height
        assert found["store"]["bottom"] + 12 <= found["badges"]["y"]
        assert found["producers"]["bottom"] <= found["legend"]["bottom"] - 66


def test_that_the_page_knows_each_kind_of_mark_and_reads_only_columns_that_are_there() -> None:
    page = "".join((FOLDER / name).read_text("utf-8") for name in _SCRIPTS)
    hues = page.split("const HUES = {")[1].split("}")[0]
    assert set(re.findall(r"(\w+):", hues)) == set(get_args(MarkKind))
    read = set(re.findall(r'value\("(\w+)"', page)) | set(re.findall(r"frames\.(\w+)", page))
    assert read
    known = set(_COLUMNS) | {"t", "verdict", "connection", "workers", "form", "file", "http"}
    assert read <= known
