"""What an athlete earned, and how far the rest is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given

from core.achievements.progress import WorkoutEntry, evaluate_all
from core.achievements.rules import AchievementProgress, Earned, default_rules
from core.athletes.badges import Badge, badges_of
from tests.support.entries import TODAY, entry, entry_lists


def _badges(*entries: WorkoutEntry) -> dict[str, Badge]:
    rules = default_rules()
    return {badge.rule.code: badge for badge in badges_of(rules, evaluate_all(rules, entries).earned, entries)}


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
    assert (record.progress.current, record.progress.target) == (1, 1)
    assert (once.progress.current, once.progress.target) == (5, 5)
    over = _badges(entry(minutes=61))["hour-of-power"]
    assert (over.progress.current, over.progress.target) == (60, 60)


def test_that_progress_is_rounded_down() -> None:
    ride = _badges(entry(sport="Cycling", minutes=300, km=82.9))["century-ride"]
    assert ride.percent == 82
    assert (ride.progress.current, ride.progress.target) == (82.9, 100)
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


@given(entries=entry_lists())
def test_that_progress_does_not_depend_on_what_is_earned(entries: list[WorkoutEntry]) -> None:
    evaluated = evaluate_all(default_rules(), entries)
    progress = {one.code: one for one in evaluated.progress()}
    for badge in badges_of(default_rules(), evaluated.earned, entries):
        assert badge.progress.fraction == progress[badge.rule.code].fraction
        assert badge.is_earned or badge.progress == progress[badge.rule.code]
        assert badge.times == sum(one.code == badge.rule.code for one in evaluated.earned)


def test_that_what_is_no_more_earned_nothing() -> None:
    run = entry(km=4)
    rule_gone = Earned("gone", "Gone", run.workout_id, run.started_ms, 1)
    workout_gone = Earned("5k-runner", "5K Runner", "w999", run.started_ms, 1)
    badges = badges_of(default_rules(), [rule_gone, workout_gone], [run])
    assert (badges[0].rule.code, badges[0].is_earned, badges[0].percent) == ("5k-runner", False, 80)
    assert not any(badge.is_earned for badge in badges)
