"""What an athlete earned, and how far the rest is."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from core.achievements.progress import WorkoutEntry
from core.achievements.rules import AchievementProgress, default_rules
from core.athletes.badges import Badge
from core.athletes.page import page_of
from tests.support.entries import TODAY, entry


def _badges(*entries: WorkoutEntry) -> dict[str, Badge]:
    return {badge.rule.code: badge for badge in page_of("Ana", entries, (), TODAY, default_rules()).badges}


def test_that_every_rule_has_one_in_its_place() -> None:
    assert list(_badges()) == [rule.code for rule in default_rules().all]
    assert not any(badge.is_earned or badge.percent for badge in _badges().values())


def test_that_the_times_are_local_days() -> None:
    runs = [entry(TODAY - timedelta(days=back), hour=1, km=km, offset_min=600) for back, km in ((9, 5), (6, 6), (3, 7))]
    badges = _badges(*runs)
    record, once = badges["record-distance"], badges["5k-runner"]
    assert (record.times, record.first, record.last) == (2, TODAY - timedelta(days=6), TODAY - timedelta(days=3))
    assert (once.times, once.first, once.last) == (1, TODAY - timedelta(days=9), TODAY - timedelta(days=9))
    assert (record.percent, once.percent) == (100, 100)


def test_that_progress_is_rounded_down() -> None:
    ride = _badges(entry(sport="Cycling", minutes=300, km=82.9))["century-ride"]
    assert (ride.percent, ride.progress.current, ride.progress.target) == (82, 82.9, 100)
    assert ride.first is ride.last is None


def test_that_a_hidden_one_opens_when_it_is_earned() -> None:
    closed, opened = _badges()["ultra"], _badges(entry(minutes=400, km=51))["ultra"]
    assert (closed.is_closed, opened.is_closed, opened.is_earned) == (True, False, True)
    assert not _badges()["century-ride"].is_closed


@pytest.mark.parametrize(("fraction", "percent"), [(0.999, 99), (1.0, 99), (0.29, 29)])
def test_that_only_an_earned_one_has_100_percent(fraction: float, percent: int) -> None:
    rule = default_rules().all[0]
    progress = AchievementProgress(rule.code, 1, 1, fraction)
    assert Badge(rule, progress, 0, None, None).percent == percent
    assert Badge(rule, progress, 1, date.min, date.min).percent == 100
