"""The live tail: bounded, filtered, and honest about what it does not show."""

from __future__ import annotations

from core.events import AthleteErased, BatchProcessed, Confirmed, EventsLost, OutcomeKind, WorkoutOutcome
from core.live.tail import HiddenCounts, Tail
from core.parsing.search_query import SearchQuery, parse_search_query

T0 = 1_700_000_000_000


def _batch(*athletes: str, kind: OutcomeKind = OutcomeKind.STORED) -> BatchProcessed:
    return BatchProcessed(T0, "west", tuple(WorkoutOutcome(name, name, "Running", kind, 1.0, 1.0) for name in athletes))


def _shown(tail: Tail) -> list[str]:
    return [row.outcome.athlete for row in tail.rows()]


def test_that_the_newest_come_first() -> None:
    tail = Tail()
    tail.apply_all([_batch("a", "b"), Confirmed(T0, ("a",)), _batch("c"), _batch()])
    assert _shown(tail) == ["c", "b", "a"]
    assert [row.number for row in tail.rows()] == [2, 1, 0]
    assert (tail.seen, tail.not_shown().total) == (3, 0)


def test_that_rows_over_the_limit_are_counted() -> None:
    tail = Tail(limit=2, kept=4)
    tail.apply_all([_batch("a", "b", "c"), _batch("d")])
    assert _shown(tail) == ["d", "c"]
    assert tail.not_shown() == HiddenCounts(over_limit=2)


def test_that_of_a_batch_larger_than_is_kept_only_its_end_is_made() -> None:
    tail = Tail(limit=2, kept=3)
    tail.apply_all([_batch(*"abcdefgh")])
    assert _shown(tail) == ["h", "g"]
    assert tail.not_shown() == HiddenCounts(over_limit=6)


def test_that_a_filter_hides_counts_and_brings_back() -> None:
    tail = Tail()
    tail.apply_all([_batch("ana", "ben"), _batch("anton", kind=OutcomeKind.FAILED)])
    tail.filter(parse_search_query("an"))
    assert _shown(tail) == ["anton", "ana"]
    assert tail.not_shown() == HiddenCounts(by_filter=1)
    tail.apply_all([_batch("cy")])
    assert tail.not_shown().by_filter == 2
    tail.filter(parse_search_query("state:failed worker:west"))
    assert _shown(tail) == ["anton"]
    tail.filter(SearchQuery())
    assert _shown(tail) == ["cy", "anton", "ben", "ana"]
    assert tail.not_shown().total == 0


def test_that_a_filter_finds_names_however_they_are_typed() -> None:
    tail = Tail()
    tail.apply_all([_batch("Øyvind", "Сергей", "ŁUKASZ")])
    for typed, name in (("oyvind", "Øyvind"), ("ØYV", "Øyvind"), ("athlete:СЕРГЕЙ", "Сергей"), ("łuk", "ŁUKASZ")):
        tail.filter(parse_search_query(typed))
        assert _shown(tail) == [name]


def test_that_the_same_filter_again_changes_nothing() -> None:
    tail = Tail()
    version = tail.version
    tail.filter(SearchQuery())
    assert tail.version == version


def test_that_a_filter_counts_what_is_no_longer_kept() -> None:
    tail = Tail(limit=2, kept=3)
    tail.apply_all([_batch("a"), _batch("b"), _batch("c"), _batch("d")])
    tail.filter(parse_search_query("athlete:d"))
    assert _shown(tail) == ["d"]
    assert tail.not_shown() == HiddenCounts(by_filter=2, over_limit=1)


def test_that_a_pause_holds_the_rows_and_counts_what_comes() -> None:
    tail = Tail(limit=3, kept=4)
    tail.apply_all([_batch("a")])
    tail.pause()
    tail.pause()
    tail.apply_all([_batch("b", "c"), _batch("d")])
    assert tail.paused
    assert _shown(tail) == ["a"]
    assert tail.not_shown() == HiddenCounts(while_paused=3)
    tail.filter(parse_search_query("a"))
    assert _shown(tail) == ["a"]
    tail.filter(SearchQuery())
    tail.resume()
    tail.resume()
    assert not tail.paused
    assert _shown(tail) == ["d", "c", "b"]
    assert tail.not_shown() == HiddenCounts(over_limit=1)


def test_that_what_came_in_a_long_pause_and_is_gone_is_counted() -> None:
    tail = Tail(limit=2, kept=2)
    tail.pause()
    tail.apply_all([_batch(*"abcde")])
    tail.resume()
    assert _shown(tail) == ["e", "d"]
    assert tail.not_shown() == HiddenCounts(over_limit=3)


def test_that_missed_outcomes_are_counted_apart() -> None:
    tail = Tail()
    tail.apply_all([EventsLost(T0, 40), EventsLost(T0, 2)])
    assert tail.not_shown() == HiddenCounts(missed=42)
    assert tail.version == 2


def test_that_an_erased_athlete_is_forgotten() -> None:
    tail = Tail()
    tail.apply_all([_batch("Zoë", "Ana", "Zoë"), AthleteErased(T0, "Zoë")])
    assert _shown(tail) == ["Ana"]
    tail.filter(parse_search_query("zoe"))
    assert _shown(tail) == []
