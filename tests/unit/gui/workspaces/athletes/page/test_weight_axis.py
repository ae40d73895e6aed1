"""The axes of the body weight."""

from __future__ import annotations

from datetime import date

import pytest

from gui.workspaces.athletes.page.weight_axis import MOST_STEPS, places_of, time_labels, weight_ticks


@pytest.mark.parametrize(
    ("lowest", "highest", "ticks"),
    [
        (61.5, 61.5, (61.5, 62.0)),
        (61.2, 62.9, (61.0, 61.5, 62.0, 62.5, 63.0)),
        (58.0, 71.0, (55.0, 60.0, 65.0, 70.0, 75.0)),
        (20.0, 400.0, (0.0, 100.0, 200.0, 300.0, 400.0)),
        (44.0, 882.0, (0.0, 500.0, 1000.0)),
    ],
)
def test_that_ticks_are_round_and_few(lowest: float, highest: float, ticks: tuple[float, ...]) -> None:
    assert weight_ticks(lowest, highest) == ticks
    assert len(ticks) <= MOST_STEPS + 1


def test_that_months_are_named_in_a_year_and_years_in_several() -> None:
    assert time_labels(date(2025, 11, 20), date(2026, 2, 3)) == [
        (date(2025, 12, 1), "Dec"),
        (date(2026, 1, 1), "Jan"),
        (date(2026, 2, 1), "Feb"),
    ]
    assert time_labels(date(2023, 6, 1), date(2025, 2, 3)) == [(date(2024, 1, 1), "2024"), (date(2025, 1, 1), "2025")]
    assert time_labels(date(2025, 6, 1), date(2025, 6, 1)) == []


def test_that_a_single_day_is_in_the_middle() -> None:
    assert places_of(date(2025, 6, 1), date(2025, 6, 1))(date(2025, 6, 1)) == 0.5
    assert places_of(date(2025, 6, 1), date(2025, 6, 5))(date(2025, 6, 2)) == 0.25
