"""An athlete's records, against what a person finds by looking through all workouts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta

import pytest
from hypothesis import given

from core.achievements.progress import WorkoutEntry
from core.athletes.records import FASTEST_MM, Record, RecordKind, records_of
from core.athletes.streaks import streaks_of
from core.athletes.weeks import day_of, week_of
from core.workouts.sports import default_catalogue
from tests.support.entries import TODAY, entry, entry_lists


def _records(*entries: WorkoutEntry) -> Mapping[RecordKind, Record]:
    some = sorted(entries)
    return records_of(some, streaks_of(some), TODAY)


def _back(days: int) -> date:
    return TODAY - timedelta(days=days)


def test_that_the_fastest_is_by_the_pace_of_the_whole_workout() -> None:
    run = entry(_back(30), minutes=50, km=10)
    found = _records(run, entry(_back(20), minutes=24, km=4.9), entry(_back(10), minutes=26, km=5))
    assert found[RecordKind.FASTEST_5_KM] == Record(
        RecordKind.FASTEST_5_KM, 25 * 60_000, _back(30), _back(30), run.workout_id, "Running"
    )
    assert found[RecordKind.FASTEST_1_KM].value == round(24 / 4.9 * 60_000) - 1  # rounded down
    assert RecordKind.FASTEST_HALF_MARATHON not in found


def test_that_only_sports_with_a_pace_per_kilometre_are_fast() -> None:
    found = _records(entry(sport="Cycling", minutes=10, km=6), entry(sport="Walking", minutes=60, km=6))
    assert found[RecordKind.FASTEST_5_KM].sport == "Walking"
    assert found[RecordKind.LONGEST].sport == "Cycling"


@pytest.mark.parametrize(
    ("kind", "km"),
    [
        (RecordKind.FASTEST_1_KM, 1),
        (RecordKind.FASTEST_5_KM, 5),
        (RecordKind.FASTEST_10_KM, 10),
        (RecordKind.FASTEST_HALF_MARATHON, 21.0975),
        (RecordKind.FASTEST_MARATHON, 42.195),
    ],
)
def test_that_a_workout_of_just_that_length_counts(kind: RecordKind, km: float) -> None:
    assert _records(entry(minutes=300, km=km))[kind].value == 300 * 60_000
    assert kind not in _records(entry(minutes=300, km=km - 0.001))


def test_that_the_first_of_equal_ones_keeps_the_record() -> None:
    first, second = entry(_back(9), number=1, km=5), entry(_back(8), number=2, km=5)
    found = _records(first, second)
    assert {found[kind].workout_id for kind in (RecordKind.FASTEST_5_KM, RecordKind.LONGEST)} == {"w001"}


def test_that_the_week_and_the_streak_have_their_days() -> None:
    found = _records(*(entry(_back(days), km=5) for days in (30, 29, 28, 2, 1)))
    week = week_of(_back(30))
    assert found[RecordKind.BEST_WEEK] == Record(RecordKind.BEST_WEEK, 15_000_000, week.monday, week.sunday)
    assert found[RecordKind.LONGEST_STREAK] == Record(RecordKind.LONGEST_STREAK, 3, _back(30), _back(28))


@pytest.mark.parametrize(("days", "is_new"), [(6, True), (7, False), (-1, True)])
def test_that_a_record_is_new_for_a_week(days: int, is_new: bool) -> None:
    found = _records(entry(_back(days), km=50, minutes=400))
    assert {record.is_new for record in found.values()} == {is_new}
    assert found.keys() == set(RecordKind)


def test_that_nothing_is_set_without_workouts_and_little_without_distance() -> None:
    assert _records() == {}
    assert _records(entry(sport="Yoga")).keys() == {RecordKind.LONGEST_STREAK}


@given(entries=entry_lists())
def test_that_records_are_those_found_by_looking_at_every_workout(entries: list[WorkoutEntry]) -> None:
    found = records_of(entries, streaks_of(entries), TODAY)
    catalogue = default_catalogue()
    by_id = {one.workout_id: one for one in entries}
    for kind, distance_mm in FASTEST_MM.items():
        sports = [catalogue.find(one.sport) for one in entries]
        times = [
            one.duration_ms * distance_mm // one.distance_mm
            for one, sport in zip(entries, sports, strict=True)
            if sport is not None and sport.pace_style == "per_km" and one.distance_mm >= distance_mm
        ]
        assert (kind in found) == bool(times)
        if times:
            best = by_id[found[kind].workout_id]
            assert found[kind].value == min(times) == best.duration_ms * distance_mm // best.distance_mm
            assert found[kind].first == day_of(best.local_ms)
    longest = max((one.distance_mm for one in entries), default=0)
    assert (found[RecordKind.LONGEST].value if longest else 0) == longest
    weeks: Counter[date] = Counter()
    for one in entries:
        weeks[week_of(day_of(one.local_ms)).monday] += one.distance_mm
    if longest:
        best_week = found[RecordKind.BEST_WEEK]
        assert best_week.value == max(weeks.values()) == weeks[best_week.first]
