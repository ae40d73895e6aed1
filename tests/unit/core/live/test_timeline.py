"""One workout's way from Enter to badge."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.broker.ports import Message
from core.broker.topology import HEADER_SUBMITTED_AT
from core.events import EarnedBadge, OutcomeKind
from core.failures.models import FailedTry
from core.live.timeline import BEFORE_COMMIT, Timeline, as_seen, build_timeline
from core.live.workout_log import WorkoutTrace
from core.store.models import FailedDetails, MessageSnapshot, SearchHit, StoredDetails, WeekChange

T0 = 1_700_000_000_000
BADGE = EarnedBadge("5k", "5K Runner")
WEEK = WeekChange(2025, 50, 23.2, 28.4, 1_912.0, 2_294.5, 14, 11)
STORED = StoredDetails("a", "Ben", "Running", 45.0, 5.2, 382.5, True, 2, T0, T0 + 439, T0 + 513, "west", (BADGE,), WEEK)
SENT = MessageSnapshot("sent", Message(b"{}", headers={HEADER_SUBMITTED_AT: T0}), 2, T0 + 8, 2, T0 + 17)
FAILED = FailedDetails("a", "Cy", "Swimming", 40.0, 120.0, T0 + 700, "west", "too far", 3)
SEEN = WorkoutTrace(
    "a",
    "Ben",
    "Running",
    45.0,
    5.2,
    accepted_at_ms=T0 + 8,
    confirmed_at_ms=T0 + 17,
    picked_up_at_ms=T0 + 439,
    ended_at_ms=T0 + 527,
    worker="west",
    end=OutcomeKind.STORED,
    badges=(BADGE,),
    tries=1,
)


def _kinds(timeline: Timeline) -> list[str]:
    return [step.kind for step in timeline.steps]


def _agrees(timeline: Timeline) -> bool:
    """Whether bar, total and steps say the same."""
    deltas = sum(step.delta_ms or 0 for step in timeline.steps)
    return sum(ms for _, ms in timeline.phases) == deltas == (timeline.total_ms or deltas)


def test_that_the_whole_way_is_told_with_its_longest_part() -> None:
    timeline = build_timeline(SEEN, STORED)
    assert _kinds(timeline) == ["sent", "accepted", "confirmed", "picked", "stored", "badge"]
    assert [step.delta_ms for step in timeline.steps] == [None, 8, 9, 422, 88, 0]
    assert [step.kind for step in timeline.steps if step.longest] == ["picked"]
    assert timeline.phases == (("send", 17), ("wait", 422), ("run_commit", 88))
    assert (timeline.total_ms, timeline.revision, timeline.calories_kcal) == (527, 2, 382.5)
    assert (timeline.week, timeline.trace.badges) == (WEEK, (BADGE,))
    assert _agrees(timeline)


def test_that_what_was_worked_and_what_was_committed_add_up_to_the_step() -> None:
    stored = build_timeline(SEEN, STORED).steps[4]
    assert stored.parts == (("work", 74), ("commit", 14))
    assert (stored.delta_ms, stored.note) == (88, "")
    seen_late = replace(SEEN, picked_up_at_ms=None)  # chosen after it was done: only its end was kept
    assert build_timeline(seen_late, STORED).steps[4] == stored


@pytest.mark.parametrize(
    "seen",
    [
        WorkoutTrace("a"),
        replace(SEEN, worker="east"),  # another worker's, before the row was corrected
        replace(SEEN, ended_at_ms=T0 + 513),  # recalled from the row itself
        replace(SEEN, picked_up_at_ms=T0 + 100, ended_at_ms=T0 + 900),
        replace(SEEN, end=OutcomeKind.RETRYING),
    ],
)
def test_that_nobody_saw_the_commit_is_said_and_not_made_up(seen: WorkoutTrace) -> None:
    timeline = build_timeline(seen, STORED)
    stored = next(step for step in timeline.steps if step.kind == "stored")
    assert (stored.at_ms, stored.delta_ms, stored.note, stored.parts) == (T0 + 513, 74, BEFORE_COMMIT, ())
    assert timeline.phases[-1] == ("run", 74)
    assert _agrees(timeline)


def test_that_what_the_outbox_keeps_is_told_of_one_sent_long_ago() -> None:
    timeline = build_timeline(WorkoutTrace("a"), STORED, SENT)
    assert [step.delta_ms for step in timeline.steps] == [None, 8, 9, 422, 74, 0]
    assert timeline.steps[0].note == "from here"
    assert _agrees(timeline)
    corrected_elsewhere = build_timeline(WorkoutTrace("a"), replace(STORED, revision=3), SENT)
    assert _kinds(corrected_elsewhere) == ["sent", "picked", "stored", "badge"]
    waiting = build_timeline(WorkoutTrace("a"), None, replace(SENT, confirmed_at_ms=None))
    assert _kinds(waiting) == ["sent", "accepted", "waiting"]


def test_that_a_confirmation_after_the_pick_up_is_beside_the_way() -> None:
    timeline = build_timeline(replace(SEEN, confirmed_at_ms=T0 + 450), STORED)
    assert [step.delta_ms for step in timeline.steps] == [None, 8, None, 431, 88, 0]
    assert timeline.phases == (("send", 8), ("wait", 431), ("run_commit", 88))
    assert timeline.total_ms == 527


def test_that_what_was_stored_long_ago_is_told_without_what_nobody_saw() -> None:
    timeline = build_timeline(WorkoutTrace("a"), STORED)
    assert _kinds(timeline) == ["sent", "picked", "stored", "badge"]
    assert timeline.phases == (("wait", 439), ("run", 74))
    assert timeline.steps[0].note == "as its message says"
    foreign = build_timeline(WorkoutTrace("a"), replace(STORED, submitted_at_ms=None, badges=()))
    assert _kinds(foreign) == ["picked", "stored"]
    assert foreign.total_ms == 74


def test_that_several_badges_are_counted() -> None:
    timeline = build_timeline(WorkoutTrace("a"), replace(STORED, badges=(BADGE, EarnedBadge("h", "Hour"))))
    assert (timeline.steps[-1].title, timeline.steps[-1].note) == ("2 badges", "5K Runner, Hour")


@pytest.mark.parametrize(
    ("seen", "kinds", "title"),
    [
        (WorkoutTrace("a"), ["waiting"], "Waiting"),
        (WorkoutTrace("a", accepted_at_ms=T0), ["accepted", "waiting"], "Kept here"),
        (WorkoutTrace("a", accepted_at_ms=T0, confirmed_at_ms=T0), ["accepted", "confirmed", "waiting"], "Waiting"),
        (WorkoutTrace("a", accepted_at_ms=T0, refused_at_ms=T0), ["accepted", "refused", "waiting"], "Kept here"),
        (WorkoutTrace("a", picked_up_at_ms=T0, worker="W1"), ["picked"], "Picked up"),
    ],
)
def test_that_one_on_its_way_says_what_comes_next(seen: WorkoutTrace, kinds: list[str], title: str) -> None:
    timeline = build_timeline(seen, None)
    assert _kinds(timeline) == kinds
    assert timeline.steps[-1].title == title
    assert timeline.total_ms is None


def test_that_one_in_another_queue_says_so() -> None:
    timeline = build_timeline(WorkoutTrace("a"), None, replace(SENT, in_other_queue=True))
    assert (timeline.steps[-1].title, timeline.steps[-1].note) == ("Waiting", "in another queue")


@pytest.mark.parametrize(
    ("end", "kind", "note", "over"),
    [
        (OutcomeKind.DUPLICATE, "duplicate", "absorbed as a duplicate", True),
        (OutcomeKind.RETRYING, "retry", "wet", False),
        (OutcomeKind.FAILED, "failed", "wet", True),
    ],
)
def test_that_every_end_is_told(end: OutcomeKind, kind: str, note: str, over: bool) -> None:
    timeline = build_timeline(replace(SEEN, end=end, reason="wet"), None)
    assert (timeline.steps[-1].kind, timeline.steps[-1].note) == (kind, note)
    assert (timeline.total_ms is not None) is over


def test_that_later_tries_are_numbered() -> None:
    assert build_timeline(replace(SEEN, tries=3, failed_tries=2), None).steps[2].note == "try 3"
    failed = replace(SEEN, end=OutcomeKind.FAILED, tries=3, failed_tries=3)
    assert build_timeline(failed, None).steps[2].note == "try 3"
    assert build_timeline(replace(SEEN, tries=2), None).steps[2].note == ""  # the second is of a correction
    assert build_timeline(replace(SEEN, batch_peers=499), None).steps[2].note == "with 499 others"
    assert build_timeline(replace(SEEN, batch_peers=1), None).steps[2].note == "with 1 other"


def test_that_a_failure_is_told_from_the_store_unless_something_newer_was_seen() -> None:
    timeline = build_timeline(WorkoutTrace("a"), FAILED)
    assert (timeline.trace.end, timeline.steps[-1].note, timeline.trace.athlete) == (
        OutcomeKind.FAILED,
        "too far",
        "Cy",
    )
    assert timeline.total_ms is None
    measured = build_timeline(
        WorkoutTrace("a"), replace(FAILED, rounds=(FailedTry(3, T0 + 700, "west", "too far", 8.6),))
    )
    assert _kinds(measured) == ["picked", "failed"]
    assert (measured.total_ms, measured.phases) == (8.6, (("run", 8.6),))
    resent = replace(SEEN, end=OutcomeKind.RETRYING, ended_at_ms=T0 + 900)
    assert build_timeline(resent, FAILED).trace.end is OutcomeKind.RETRYING
    assert (
        build_timeline(replace(SEEN, end=None, ended_at_ms=None), replace(FAILED, duration_min=None)).trace.duration_min
        == 45.0
    )
    assert build_timeline(SEEN, replace(FAILED, distance_km=None)).trace.distance_km == 5.2


def test_that_clocks_that_differ_make_no_negative_times() -> None:
    timeline = build_timeline(replace(SEEN, picked_up_at_ms=T0 - 5_000, ended_at_ms=T0 - 4_912), None)
    assert [step.delta_ms for step in timeline.steps] == [None, None, 0, 88, 0]
    assert _agrees(timeline)


def test_that_a_found_workout_with_a_reason_has_failed() -> None:
    found = SearchHit("a", T0, "Ana", "Running", 45.0, 5.2, None, None, "west")
    assert not found.failed
    assert replace(found, reason="too far").failed


def test_that_the_start_is_that_of_what_is_stored_else_of_what_was_seen() -> None:
    seen = replace(SEEN, started_at="2025-12-10T10:00:00-08:00")
    assert build_timeline(seen, STORED).trace.started_at == "2025-12-10T10:00:00-08:00"
    assert (
        build_timeline(seen, replace(STORED, started_at="2025-12-11T10:00:00-08:00")).trace.started_at
        == "2025-12-11T10:00:00-08:00"
    )
    assert build_timeline(SEEN, None).trace.started_at == ""


def test_that_the_run_time_is_the_one_of_the_outcome() -> None:
    timeline = build_timeline(replace(SEEN, run_ms=85.5), STORED)
    assert [step.delta_ms for step in timeline.steps] == [None, 8, 9, 422, 85.5, 0]
    assert timeline.steps[4].parts == (("work", 74), ("commit", 11.5))
    assert timeline.phases[-1] == ("run_commit", 85.5)
    assert _agrees(timeline)


def test_that_a_pick_up_that_was_not_seen_follows_from_the_run_time() -> None:
    timeline = build_timeline(replace(SEEN, picked_up_at_ms=None, run_ms=85.5), None)
    assert [step.delta_ms for step in timeline.steps] == [None, 9, 424, 85.5, 0]


def test_that_a_workout_that_was_seen_has_the_badges_that_its_outcome_unlocked() -> None:
    assert build_timeline(replace(SEEN, badges=()), STORED).trace.badges == ()
    assert build_timeline(WorkoutTrace("a"), STORED).trace.badges == (BADGE,)


def test_that_a_found_workout_has_run_time_and_badges_of_its_timeline() -> None:
    seen = replace(SEEN, run_ms=85.5)
    found = SearchHit("a", T0 + 513, "Ben", "Running", 45.0, 5.2, 439.0, 74.0, "west")
    assert as_seen(found, seen) == replace(found, run_ms=85.5, badges=(BADGE,))
    for other in (WorkoutTrace("a"), replace(seen, worker="east"), replace(seen, ended_at_ms=T0 + 1)):
        assert as_seen(found, other) is found
    failed = replace(found, reason="wet")
    assert as_seen(failed, seen) is failed
    assert as_seen(failed, replace(seen, end=OutcomeKind.FAILED)).run_ms == 85.5
