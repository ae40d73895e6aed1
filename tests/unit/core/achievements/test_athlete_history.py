"""What a draft would unlock beside the workouts of its athlete, and which week a workout counts for."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from core.achievements.athlete_history import AthleteHistory, iso_week
from core.achievements.progress import DAY_MS, WorkoutEntry, evaluate_all, make_entry, newly_earned, utc_ms
from core.achievements.rules import default_rules
from tests.support.incoming import MONDAY_NOON

SPORTS = ["Running", "Cycling", "Swimming", "Yoga", "Curling"]


@st.composite
def entry_sets(draw: st.DrawFn) -> list[WorkoutEntry]:
    """Distinct ids; starts that often coincide."""
    count = draw(st.integers(0, 12))
    return [
        make_entry(
            f"w{number:02}",
            utc_ms(MONDAY_NOON) + draw(st.integers(0, 40)) * 7 * 3_600_000,
            draw(st.sampled_from(SPORTS)),
            draw(st.floats(0.5, 200)),
            draw(st.none() | st.floats(0, 60)),
            draw(st.floats(0, 1500)),
            draw(st.none() | st.floats(0, 3000)),
            draw(st.sampled_from([0, 0, -480, 345, 840, -720])),
        )
        for number in range(count)
    ]


@given(entries=entry_sets().filter(bool), data=st.data())
def test_that_would_unlock_is_what_evaluating_all_with_it_adds(
    entries: list[WorkoutEntry], data: st.DataObject
) -> None:
    rules = default_rules()
    draft = data.draw(st.sampled_from(entries))
    rest = data.draw(st.permutations([entry for entry in entries if entry is not draft]))
    history = AthleteHistory(rest, rules)
    expected = newly_earned(
        evaluate_all(rules, rest).earned, evaluate_all(rules, entries).earned, {draft.workout_id}, rules
    )
    assert list(history.would_unlock(draft)) == expected
    assert list(history.would_unlock(draft)) == expected, "asking changes nothing"


def test_that_replacing_a_known_workout_unlocks_only_what_is_new() -> None:
    run = make_entry("w1", utc_ms(MONDAY_NOON), "Running", 30, 4.0, 100, None)
    history = AthleteHistory([run], default_rules())
    longer = run._replace(distance_mm=5_000_000)
    assert [e.code for e in history.would_unlock(longer)] == ["5k-runner"]
    assert list(AthleteHistory([longer], default_rules()).would_unlock(longer)) == []


def test_that_a_known_workout_that_moves_to_a_later_day_is_not_counted_twice() -> None:
    week = [
        make_entry(f"w{day}", utc_ms(MONDAY_NOON + timedelta(days=day)), "Yoga", 30, None, 1, None) for day in range(6)
    ]
    history = AthleteHistory(week, default_rules())
    seventh = week[5]._replace(started_ms=week[5].started_ms + DAY_MS, local_ms=week[5].local_ms + DAY_MS)
    assert list(history.would_unlock(seventh)) == []
    assert "streak-7" in {e.code for e in history.would_unlock(seventh._replace(workout_id="w6"))}


@given(day=st.dates(date(2000, 1, 1), date(2100, 1, 1)), second=st.integers(0, 86_399))
def test_that_weeks_are_iso_weeks(day: date, second: int) -> None:
    moment = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(seconds=second)
    assert iso_week(utc_ms(moment)) == moment.isocalendar()[:2]


@given(
    start=st.datetimes(datetime(2000, 1, 2), datetime(2100, 1, 1)),
    offset_min=st.integers(-720, 840),
)
def test_that_weeks_are_those_of_the_local_start(start: datetime, offset_min: int) -> None:
    local = start.replace(tzinfo=timezone(timedelta(minutes=offset_min)))
    entry = make_entry("w1", utc_ms(local), "Running", 30, None, 100, None, offset_min)
    assert iso_week(entry.local_ms) == start.isocalendar()[:2]
