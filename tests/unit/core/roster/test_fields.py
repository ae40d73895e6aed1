"""The fields of the grid in their order."""

from __future__ import annotations

from core.roster.fields import ALWAYS, SHOWN_FIRST, in_order


def test_that_fields_come_in_the_order_of_the_grid_with_those_always_shown() -> None:
    assert in_order(["rpe", "distance", "colour"]) == (*ALWAYS, "distance", "rpe")
    assert in_order(SHOWN_FIRST) == SHOWN_FIRST
    assert in_order("rpe") == ALWAYS
