"""An athlete's page as a whole."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from core.achievements.progress import DAY_MS, WorkoutEntry, evaluate_all
from core.achievements.rules import default_rules
from core.athletes.page import main_sports_of, page_of
from core.athletes.periods import PERIODS
from core.athletes.records import RecordKind
from core.athletes.sums import Sums
from core.athletes.weights import DayWeight, Weight
from tests.support.entries import TODAY, entry, entry_lists


def test_that_an_athlete_without_workouts_has_an_empty_page() -> None:
    page = page_of("Nobody", (), (), (), TODAY, default_rules())
    assert (page.since, page.main_sports, page.weights, page.records) == (None, (), (), {})
    assert page.streak is page.longest_streak is None
    assert {totals.sums for totals in page.totals.values()} == {Sums()}
    assert page.trends.keys() == {"distance", "duration", "energy"}


def test_that_the_parts_agree() -> None:
    days = [entry(TODAY - timedelta(days=back), km=5) for back in (0, 1, 2, 40, 41, 42, 43)]
    page = page_of("Ana", days, (Weight(2 * DAY_MS, 61.5), Weight(1, 62.0)), (), TODAY, default_rules(), weeks=8)
    assert (page.name, page.today, page.since) == ("Ana", TODAY, TODAY - timedelta(days=43))
    assert page.weights == (DayWeight(date(1970, 1, 1), 62.0), DayWeight(date(1970, 1, 3), 61.5))
    assert page.last == tuple(days)
    assert [page.totals[period].sums.workouts for period in PERIODS] == [3, 3, 7, 7]
    assert (page.streak and page.streak.days, page.longest_streak and page.longest_streak.days) == (3, 4)
    assert page.records[RecordKind.LONGEST_STREAK].value == 4
    assert len(page.trends["energy"].weeks) == 8
    assert page.trends["distance"].weeks[-1].sums == page.totals["week"].sums


def test_that_the_last_ten_workouts_are_shown_the_newest_first() -> None:
    runs = [entry(TODAY - timedelta(days=11 - number), number=number) for number in range(1, 12)]
    last = page_of("Ana", runs, (), (), TODAY, default_rules()).last
    assert [one.workout_id for one in last] == [f"w{number:03}" for number in range(11, 1, -1)]


def test_that_main_sports_are_those_of_the_last_year() -> None:
    runs = [entry(TODAY - timedelta(days=back)) for back in range(1, 19)]
    rides = [entry(TODAY - timedelta(days=400 + back), sport="Cycling") for back in range(50)]
    assert main_sports_of(sorted([*runs, *rides])) == ("Running",)
    assert main_sports_of(sorted(rides)) == ("Cycling",)
    a_year_before, a_day_later = (entry(TODAY - timedelta(days=back), sport="Cycling") for back in (365, 364))
    assert main_sports_of([a_year_before, entry()]) == ("Running",)
    assert main_sports_of([a_day_later, entry()]) == ("Cycling", "Running")


def test_that_a_second_main_sport_has_a_tenth_of_the_workouts() -> None:
    runs = [entry(TODAY - timedelta(days=back)) for back in range(9)]
    swim = [entry(sport="Swimming", hour=6), entry(sport="Yoga", hour=7)]
    assert main_sports_of(sorted([*runs, swim[0]])) == ("Running", "Swimming")
    assert main_sports_of(sorted([*runs, *swim])) == ("Running",)
    assert main_sports_of(sorted(swim)) == ("Swimming", "Yoga")


def test_that_the_two_sports_with_the_most_workouts_are_the_main_ones_equal_ones_by_name() -> None:
    sports = ["Yoga", "Yoga", "Swimming", "Cycling", "Swimming", "Yoga"]
    some = [entry(sport=sport, hour=hour) for hour, sport in enumerate(sports)]
    assert main_sports_of(some) == ("Yoga", "Swimming")
    assert main_sports_of(some[1:4]) == ("Cycling", "Swimming")


@given(entries=entry_lists(), data=st.data())
def test_that_the_order_of_the_workouts_does_not_matter(entries: list[WorkoutEntry], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(entries))
    rules = default_rules()
    earned = evaluate_all(rules, entries).earned
    expected = page_of("Ana", entries, (), earned, TODAY, rules)
    assert page_of("Ana", shuffled, (), earned[::-1], TODAY, rules) == expected
