"""How a workout becomes an entry, and what equal and nearly equal ones come to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from core.achievements.progress import (
    AthleteProgress,
    WorkoutEntry,
    earned_alone,
    evaluate_all,
    make_entry,
    newly_earned,
    utc_ms,
)
from core.achievements.rules import default_rules
from tests.support.incoming import MONDAY_NOON


def run(number: int, *, day: float = 0, minutes: float = 30, km: float = 5) -> WorkoutEntry:
    at_ms = utc_ms(MONDAY_NOON + timedelta(days=day))
    return make_entry(f"w{number}", at_ms, "Running", minutes, km, 100, None)


def test_that_an_entry_is_rounded_to_whole_thousandths() -> None:
    entry = make_entry("w1", 1_000, "Running", 30.000_009, 5.000_000_6, 100.000_6, 10.000_6, 90)
    assert entry == WorkoutEntry(5_401_000, 1_000, "w1", "Running", 1_800_001, 5_000_001, 100_001, 10_001)
    assert make_entry("w1", 1_000, "Running", 30.000_008, 5.000_000_4, 100.000_4, 10.000_4, -90) == WorkoutEntry(
        -5_399_000, 1_000, "w1", "Running", 1_800_000, 5_000_000, 100_000, 10_000
    )
    assert make_entry("w1", 7, "Running", 1, None, 0, None) == WorkoutEntry(7, 7, "w1", "Running", 60_000, 0, 0, 0)


@pytest.mark.parametrize(
    ("moment", "ms"),
    [
        (datetime(1970, 1, 1, tzinfo=UTC), 0),
        (datetime(1970, 1, 2, 0, 0, 1, 1_999, tzinfo=UTC), 86_401_001),
        (datetime(1970, 1, 1, 0, 0, 0, 999_000, tzinfo=UTC), 999),
        (datetime(1970, 1, 1, 1, tzinfo=timezone(timedelta(hours=1))), 0),
        (datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC), -1),
    ],
)
def test_that_a_moment_is_whole_milliseconds_rounded_down(moment: datetime, ms: int) -> None:
    assert utc_ms(moment) == ms


@pytest.mark.parametrize(
    ("slow_ms", "fast_ms", "records"),
    [(1_800_001, 1_800_000, []), (1_800_001, 1_799_996, ["w2"]), (1_800_000, 1_799_999, ["w2"])],
)
def test_that_a_pace_is_whole_milliseconds_per_km_rounded_down(slow_ms: int, fast_ms: int, records: list[str]) -> None:
    runs = [run(1, minutes=slow_ms / 60_000), run(2, day=1, minutes=fast_ms / 60_000)]
    earned = evaluate_all(default_rules(), runs).earned
    assert [one.workout_id for one in earned if one.code == "record-5k-pace"] == records


def test_that_what_was_earned_names_its_workout_and_its_start() -> None:
    rules = default_rules()
    (five,) = earned_alone(rules, run(1))  # and nothing that needs a history
    assert five.code == "5k-runner"
    assert (five.name, five.workout_id, five.earned_at_ms, five.number) == ("5K Runner", "w1", utc_ms(MONDAY_NOON), 1)


def test_that_only_what_these_workouts_earned_and_nobody_had_is_new() -> None:
    rules = default_rules()
    before = evaluate_all(rules, [run(1)]).earned
    after = evaluate_all(rules, [run(1), run(2, day=2, minutes=25), run(3, day=4, minutes=20)]).earned
    new = newly_earned(before, after, {"w3"}, rules)
    assert [(one.code, one.workout_id, one.number) for one in new] == [("record-5k-pace", "w3", 2)]
    both = newly_earned(before, after, {"w1", "w2", "w3"}, rules)
    assert [one for one in both if one.workout_id == "w1"] == []
    assert newly_earned(after, after, {"w1", "w2", "w3"}, rules) == []


def test_that_a_record_that_an_older_workout_renumbers_is_not_new() -> None:
    rules = default_rules()
    before = evaluate_all(rules, [run(1), run(3, day=4, minutes=20)]).earned
    after = evaluate_all(rules, [run(1), run(2, day=2, minutes=25), run(3, day=4, minutes=20)]).earned
    new = newly_earned(before, after, {"w2", "w3"}, rules)
    assert [(one.code, one.workout_id, one.number) for one in new] == [("record-5k-pace", "w2", 1)]


def test_that_a_first_workout_is_newest_and_one_before_the_last_is_not() -> None:
    progress = AthleteProgress(default_rules())
    assert progress.is_newest(run(1)) is True
    progress.add(run(2, day=1))
    assert [progress.is_newest(run(number, day=day)) for number, day in ((1, 1), (2, 1), (3, 1), (1, 2), (3, 0))] == [
        False,
        False,
        True,
        True,
        False,
    ]


def test_that_a_copy_goes_on_numbering_records() -> None:
    progress = evaluate_all(default_rules(), [run(1), run(2, day=2, minutes=25)])
    copied = progress.copy()
    assert not copied.is_newest(run(2, day=1))
    (record,) = (one for one in copied.add(run(3, day=4, minutes=20)) if one.code == "record-5k-pace")
    assert record.number == 2
    (again,) = (one for one in progress.add(run(3, day=4, minutes=20)) if one.code == "record-5k-pace")
    assert again.number == 2
