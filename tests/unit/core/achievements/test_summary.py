"""Totals of achievements."""

from __future__ import annotations

from core.achievements.summary import BadgeCount


def test_that_a_badge_is_held_once_unless_it_says_otherwise() -> None:
    assert BadgeCount("5k-runner", "5K Runner", 3).repeatable is False
