"""An athlete's history is a function of the set of workouts, however they come."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from core.achievements.athlete_history import AthleteHistory, Totals, iso_week
from core.achievements.progress import DAY_MS, WorkoutEntry, make_entry, utc_ms
from core.achievements.rule_schema import AchievementRule
from core.achievements.rules import AchievementRules, default_rules
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


@given(entries=entry_sets(), data=st.data())
def test_that_order_duplicates_and_batches_do_not_matter(entries: list[WorkoutEntry], data: st.DataObject) -> None:
    expected = AthleteHistory(entries)
    again = data.draw(st.lists(st.sampled_from(entries), max_size=5)) if entries else []
    stream = data.draw(st.permutations([*entries, *again]))
    history = AthleteHistory()
    while stream:
        size = data.draw(st.integers(1, len(stream)))
        history.add(stream[:size])
        stream = stream[size:]
    assert history.earned == expected.earned
    assert history.totals == expected.totals
    assert history.weekly == expected.weekly
    assert history.progress() == expected.progress()


@given(entries=entry_sets(), data=st.data())
def test_that_what_was_removed_or_replaced_leaves_no_trace(entries: list[WorkoutEntry], data: st.DataObject) -> None:
    kept = [entry for entry in entries if data.draw(st.booleans())]
    history = AthleteHistory([entry._replace(distance_mm=99_000_000) for entry in entries])
    history.add(kept)
    history.remove([entry.workout_id for entry in entries if entry not in kept])
    assert history.earned == AthleteHistory(kept).earned
    assert history.entries == tuple(sorted(kept))


@given(entries=entry_sets())
def test_that_weeks_add_up_to_the_totals(entries: list[WorkoutEntry]) -> None:
    history = AthleteHistory(entries)
    weeks = history.weekly.values()
    assert sum(week.workouts for week in weeks) == history.totals.workouts == len(history)
    assert sum(week.duration_ms for week in weeks) == history.totals.duration_ms


@given(entries=entry_sets().filter(bool), data=st.data())
def test_that_would_unlock_is_what_adding_unlocks(entries: list[WorkoutEntry], data: st.DataObject) -> None:
    draft = data.draw(st.sampled_from(entries))
    rest = [entry for entry in entries if entry is not draft]
    history = AthleteHistory(rest)
    expected = AthleteHistory(rest).add([draft])
    before = history.earned
    assert list(history.would_unlock(draft)) == expected
    assert history.earned == before


def test_that_replacing_a_known_workout_unlocks_only_what_is_new() -> None:
    run = make_entry("w1", utc_ms(MONDAY_NOON), "Running", 30, 4.0, 100, None)
    history = AthleteHistory([run])
    longer = run._replace(distance_mm=5_000_000)
    assert [e.code for e in history.would_unlock(longer)] == ["5k-runner"]
    assert [e.code for e in history.add([longer])] == ["5k-runner"]
    assert history.add([longer]) == []
    assert "5k-runner" in {e.code for e in history.earned}


def test_that_a_known_workout_that_moves_to_a_later_day_is_not_counted_twice() -> None:
    week = [
        make_entry(f"w{day}", utc_ms(MONDAY_NOON + timedelta(days=day)), "Yoga", 30, None, 1, None) for day in range(6)
    ]
    history = AthleteHistory(week)
    seventh = week[5]._replace(started_ms=week[5].started_ms + DAY_MS, local_ms=week[5].local_ms + DAY_MS)
    assert history.would_unlock(seventh) == ()
    assert "streak-7" in {e.code for e in history.would_unlock(seventh._replace(workout_id="w6"))}


def _runs(*days: int, minutes: float = 30, km: float = 5.0) -> list[WorkoutEntry]:
    return [
        make_entry(f"w{day}", utc_ms(MONDAY_NOON + timedelta(days=day)), "Running", minutes, km, 1, None)
        for day in days
    ]


def test_that_a_batch_that_begins_before_the_newest_is_put_in_its_place() -> None:
    rule = {"code": "three", "name": "3", "description": "3 days", "icon": "mdi6.run", "kind": "streak", "target": 3}
    history = AthleteHistory(_runs(1), rules=AchievementRules([AchievementRule.model_validate(rule)]))
    assert [(e.code, e.workout_id) for e in history.add(_runs(0, 2))] == [("three", "w2")]


def test_that_what_was_removed_can_be_added_again() -> None:
    history = AthleteHistory(_runs(0, 1))
    history.remove(["w0"])
    assert history.entries == tuple(_runs(1))
    history.add(_runs(0))
    assert history.entries == tuple(_runs(0, 1))


def test_that_a_known_workout_that_comes_again_earns_nothing_through_an_older_one() -> None:
    known, older = _runs(1, minutes=25), _runs(0, minutes=30)
    alone, together = AthleteHistory(known), AthleteHistory(known)
    assert together.add([*known, *older]) == alone.add(older)
    assert ("record-5k-pace", "w1") in {(e.code, e.workout_id) for e in together.earned}


def test_that_nothing_comes_to_nothing() -> None:
    history = AthleteHistory()
    assert history.totals == Totals() == Totals(0, 0, 0, 0)
    assert (len(history), history.earned, history.weekly) == (0, (), {})


def test_that_removing_nothing_changes_nothing() -> None:
    history = AthleteHistory([make_entry("w1", 0, "Running", 30, 4.0, 100, None)], rules=default_rules())
    history.remove(["unknown"])
    assert len(history) == 1


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
    assert list(AthleteHistory([entry]).weekly) == [start.isocalendar()[:2]]


def test_that_totals_read_in_the_units_of_people() -> None:
    totals = Totals(2, 90_000, 5_250_000, 382_500)
    assert (totals.duration_min, totals.distance_km, totals.calories_kcal) == (1.5, 5.25, 382.5)


def test_that_a_workout_belongs_to_the_week_in_which_it_starts() -> None:
    sunday = datetime(2025, 6, 8, 23, 45, tzinfo=UTC)
    entry = make_entry("w1", utc_ms(sunday), "Running", 60, 5.25, 382.5, None)
    assert AthleteHistory([entry]).weekly == {(2025, 23): Totals(1, 3_600_000, 5_250_000, 382_500)}
