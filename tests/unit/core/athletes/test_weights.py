"""Body weight day by day."""

from __future__ import annotations

from datetime import date

from core.achievements.progress import DAY_MS
from core.athletes.weights import DayWeight, Weight, daily_weights


def test_that_the_last_weight_of_a_day_counts() -> None:
    found = daily_weights([Weight(0, 62.0), Weight(DAY_MS - 1, 61.4), Weight(DAY_MS, 61.0)])
    assert found == (DayWeight(date(1970, 1, 1), 61.4), DayWeight(date(1970, 1, 2), 61.0))
    assert daily_weights(()) == ()
