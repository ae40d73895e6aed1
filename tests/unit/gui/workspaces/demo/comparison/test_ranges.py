"""The ranges of waiting times."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from gui.theme.theme import Theme
from gui.workspaces.demo.comparison.ranges import LEAST_MS, MOST_MS, TICKS, WaitRanges, place_of
from worker.demo.comparison.report import ComparisonReport, SideReport


def test_that_each_decade_takes_the_same_room() -> None:
    assert [place_of(wait_ms) for wait_ms, _ in TICKS] == pytest.approx([0, 0.25, 0.5, 0.75, 1])


def test_that_what_is_beyond_the_axis_is_at_its_end() -> None:
    assert (place_of(0), place_of(LEAST_MS / 2), place_of(MOST_MS * 5)) == (0, 0, 1)


@pytest.mark.parametrize("mode", ["dark", "light"])
@pytest.mark.parametrize("width_px", [240, 346, 600])
def test_that_the_ranges_are_painted_in_the_hues_of_the_sides(qtbot: QtBot, mode: str, width_px: int) -> None:
    theme = Theme("dark" if mode == "dark" else "light")
    ranges = WaitRanges(theme)
    qtbot.addWidget(ranges)
    ranges.resize(width_px, ranges.sizeHint().height())

    def hues() -> set[str]:
        image = ranges.grab().toImage()
        return {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}

    before = hues()
    ranges.show_report(
        ComparisonReport(
            inline=SideReport(answered=1, p50_ms=1_510, p95_ms=2_410),
            queued=SideReport(answered=1, p50_ms=0.2, p95_ms=90_000),
        )
    )
    accent = theme.colour("accent").name()
    assert accent not in before
    assert accent in hues()
    assert "1.51 to 2.41 s" in ranges.accessibleName()
