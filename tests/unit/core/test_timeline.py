"""One workout's way from Enter to badge."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.events import Badge, OutcomeKind
from core.journal import Seen
from core.past import FailedStory, FoundWorkout, StoredStory, WeekChange
from core.timeline import Timeline, tell

T0 = 1_700_000_000_000
BADGE = Badge("5k", "5K Runner")
WEEK = WeekChange(2025, 50, 23.2, 28.4, 1_912.0, 2_294.5, 14, 11)
STORED = StoredStory("a", "Ben", "Running", 45.0, 5.2, 382.5, True, 2, T0, T0 + 439, T0 + 527, "west", (BADGE,), WEEK)
FAILED = FailedStory("a", "Cy", "Swimming", 40.0, 120.0, T0 + 700, "west", "too far", 3)
SEEN = Seen(
    "a",
    "Ben",
    "Running",
    45.0,
    5.2,
    accepted_at_ms=T0,
    confirmed_at_ms=T0 + 17,
    picked_up_at_ms=T0 + 439,
    ended_at_ms=T0 + 527,
    worker="W2",
    end=OutcomeKind.STORED,
    run_ms=74.0,
    badges=(BADGE,),
    tries=1,
)


def _kinds(timeline: Timeline) -> list[str]:
    return [step.kind for step in timeline.steps]


def test_that_the_whole_way_is_told_with_its_longest_part() -> None:
    timeline = tell(SEEN, STORED)
    assert _kinds(timeline) == ["accepted", "confirmed", "picked", "stored", "badge"]
    assert [step.delta_ms for step in timeline.steps] == [None, 17, 422, 88, 0]
    assert [step.kind for step in timeline.steps if step.longest] == ["picked"]
    assert timeline.phases == (("send", 17), ("wait", 422), ("run", 88))
    assert (timeline.total_ms, timeline.revision, timeline.calories_kcal) == (527, 2, 382.5)
    assert (timeline.week, timeline.badges) == (WEEK, (BADGE,))


def test_that_what_was_stored_long_ago_is_told_without_what_nobody_saw() -> None:
    timeline = tell(Seen("a"), STORED)
    assert _kinds(timeline) == ["accepted", "picked", "stored", "badge"]
    assert timeline.phases == (("wait", 439), ("run", 88))
    assert timeline.steps[2].note == "by west"
    foreign = tell(Seen("a"), replace(STORED, submitted_at_ms=None, badges=()))
    assert _kinds(foreign) == ["picked", "stored"]
    assert foreign.total_ms == 88


def test_that_several_badges_are_counted() -> None:
    timeline = tell(Seen("a"), replace(STORED, badges=(BADGE, Badge("h", "Hour"))))
    assert (timeline.steps[-1].title, timeline.steps[-1].note) == ("2 badges", "5K Runner, Hour")


@pytest.mark.parametrize(
    ("seen", "kinds", "title"),
    [
        (Seen("a"), ["waiting"], "Waiting"),
        (Seen("a", accepted_at_ms=T0), ["accepted", "waiting"], "Kept here"),
        (Seen("a", accepted_at_ms=T0, confirmed_at_ms=T0), ["accepted", "confirmed", "waiting"], "Waiting"),
        (Seen("a", accepted_at_ms=T0, refused_at_ms=T0), ["accepted", "refused", "waiting"], "Kept here"),
        (Seen("a", picked_up_at_ms=T0, worker="W1"), ["picked"], "Picked up"),
    ],
)
def test_that_one_on_its_way_says_what_comes_next(seen: Seen, kinds: list[str], title: str) -> None:
    timeline = tell(seen, None)
    assert _kinds(timeline) == kinds
    assert timeline.steps[-1].title == title
    assert timeline.total_ms is None


@pytest.mark.parametrize(
    ("end", "kind", "note", "over"),
    [
        (OutcomeKind.DUPLICATE, "duplicate", "absorbed as a duplicate", True),
        (OutcomeKind.RETRYING, "retry", "wet", False),
        (OutcomeKind.FAILED, "failed", "wet", True),
    ],
)
def test_that_every_end_is_told(end: OutcomeKind, kind: str, note: str, over: bool) -> None:
    timeline = tell(replace(SEEN, end=end, reason="wet"), None)
    assert (timeline.steps[-1].kind, timeline.steps[-1].note) == (kind, note)
    assert (timeline.total_ms is not None) is over


def test_that_later_tries_are_numbered() -> None:
    assert tell(replace(SEEN, tries=3), None).steps[3].note == "try 3, run and commit 74 ms"


def test_that_a_failure_is_told_from_the_store_unless_something_newer_was_seen() -> None:
    timeline = tell(Seen("a"), FAILED)
    assert (timeline.end, timeline.reason, timeline.athlete) == (OutcomeKind.FAILED, "too far", "Cy")
    assert timeline.total_ms is None
    resent = replace(SEEN, end=OutcomeKind.RETRYING, ended_at_ms=T0 + 900)
    assert tell(resent, FAILED).end is OutcomeKind.RETRYING
    assert tell(replace(SEEN, end=None, ended_at_ms=None), replace(FAILED, duration_min=None)).duration_min == 45.0
    assert tell(SEEN, replace(FAILED, distance_km=None)).distance_km == 5.2


def test_that_clocks_that_differ_make_no_negative_times() -> None:
    timeline = tell(replace(SEEN, picked_up_at_ms=T0 - 5_000), None)
    assert all((step.delta_ms or 0) >= 0 for step in timeline.steps)
    assert all(ms >= 0 for _, ms in timeline.phases)


def test_that_a_found_workout_with_a_reason_has_failed() -> None:
    found = FoundWorkout("a", T0, "Ana", "Running", 45.0, 5.2, None, None, "west")
    assert not found.failed
    assert replace(found, reason="too far").failed
