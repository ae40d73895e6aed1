"""What is seen live of single workouts."""

from __future__ import annotations

from dataclasses import replace

from core.events import (
    Accepted,
    AthleteErased,
    BatchProcessed,
    Confirmed,
    EarnedBadge,
    OutboxSampled,
    OutcomeKind,
    PickedUp,
    Refused,
    WorkoutOutcome,
)
from core.live.workout_log import WorkoutLog, WorkoutTrace

T0 = 1_700_000_000_000
BADGE = EarnedBadge("5k", "5K Runner")


def _accepted(workout_id: str, at_ms: int = T0) -> Accepted:
    return Accepted(at_ms, workout_id, "Ana", "Running", 45.0, 5.2)


def _processed(workout_id: str, kind: OutcomeKind = OutcomeKind.STORED, at_ms: int = T0 + 500) -> BatchProcessed:
    outcome = WorkoutOutcome(
        workout_id, "Ana", "Running", kind, 1.0, 74.0, badges=(BADGE,), duration_min=46.0, distance_km=5.3
    )
    return BatchProcessed(at_ms, "W2", (outcome,))


def test_that_one_sent_from_here_is_followed_from_the_start() -> None:
    journal = WorkoutLog()
    journal.apply_all(
        [
            _accepted("a"),
            OutboxSampled(T0, 1),
            Refused(T0 + 5, "a", "queue full"),
            Confirmed(T0 + 17, ("a", "unknown")),
            PickedUp(T0 + 400, "W2", ("a", "other")),
            _processed("a"),
        ]
    )
    seen = journal.seen("a")
    assert (seen.accepted_at_ms, seen.refused_at_ms, seen.confirmed_at_ms) == (T0, T0 + 5, T0 + 17)
    assert (seen.picked_up_at_ms, seen.ended_at_ms, seen.worker, seen.tries) == (T0 + 400, T0 + 500, "W2", 1)
    assert (seen.end, seen.badges, seen.batch_peers) == (OutcomeKind.STORED, (BADGE,), 1)
    assert (seen.duration_min, seen.distance_km) == (45.0, 5.2)  # as sent
    assert journal.seen("never named") == WorkoutTrace("never named")


def test_that_a_redelivery_absorbed_later_does_not_change_how_it_ended() -> None:
    journal = WorkoutLog()
    journal.apply_all([_accepted("a"), _processed("a"), _processed("a", OutcomeKind.DUPLICATE, T0 + 900)])
    assert journal.seen("a").end is OutcomeKind.STORED
    journal.apply_all([_accepted("b"), _processed("b", OutcomeKind.RETRYING), PickedUp(T0 + 800, "W1", ("b",))])
    assert (journal.seen("b").end, journal.seen("b").tries) == (None, 1)


def test_that_an_outcome_that_names_nobody_takes_nothing_away() -> None:
    journal = WorkoutLog()
    bare = WorkoutOutcome("a", "", "", OutcomeKind.FAILED, None, 1.0, reason="no JSON")
    journal.apply_all([_accepted("a"), BatchProcessed(T0 + 9, "W1", (bare,))])
    seen = journal.seen("a")
    assert (seen.athlete, seen.sport, seen.duration_min, seen.distance_km) == ("Ana", "Running", 45.0, 5.2)
    assert seen.reason == "no JSON"


def test_that_any_workout_can_be_followed_and_is_let_go() -> None:
    journal = WorkoutLog(max_early=1)
    journal.apply_all([PickedUp(T0, "W1", ("x",))])
    journal.follow("x")
    journal.apply_all([_processed("y"), _processed("x")])
    seen = journal.seen("x")
    assert (seen.picked_up_at_ms, seen.end, seen.athlete, seen.duration_min) == (T0, OutcomeKind.STORED, "Ana", 46.0)
    journal.apply_all([_accepted("a")])
    journal.follow("a")
    journal.apply_all([_processed("z")])
    assert journal.seen("x") == WorkoutTrace("x")
    journal.follow("y")
    assert journal.seen("a").accepted_at_ms == T0


def test_that_what_was_heard_before_the_acceptance_is_on_the_timeline() -> None:
    journal = WorkoutLog()
    journal.apply_all([PickedUp(T0 + 400, "W2", ("a",)), _processed("a"), _accepted("a")])
    seen = journal.seen("a")
    assert (seen.accepted_at_ms, seen.picked_up_at_ms, seen.ended_at_ms, seen.tries) == (T0, T0 + 400, T0 + 500, 1)


def test_that_a_repair_sent_under_the_same_id_begins_anew_and_keeps_its_tries() -> None:
    journal = WorkoutLog()
    journal.apply_all([_accepted("a"), Confirmed(T0 + 17, ("a",)), PickedUp(T0 + 400, "W2", ("a",))])
    journal.apply_all([_processed("a", OutcomeKind.FAILED), _accepted("a", T0 + 900)])
    seen = journal.seen("a")
    assert (seen.confirmed_at_ms, seen.picked_up_at_ms, seen.ended_at_ms, seen.end) == (None, None, None, None)
    assert (seen.tries, seen.failed_tries, len(seen.attempts)) == (1, 0, 1)


def test_that_an_outcome_of_an_earlier_try_does_not_end_the_one_that_runs() -> None:
    journal = WorkoutLog()
    journal.apply_all([_accepted("a"), PickedUp(T0 + 800, "W1", ("a",)), _processed("a", OutcomeKind.RETRYING)])
    seen = journal.seen("a")
    assert (seen.end, seen.picked_up_at_ms, seen.tries) == (None, T0 + 800, 1)
    assert [(one.at_ms, one.run_ms) for one in seen.attempts] == [(T0 + 500, 74.0)]


def test_that_the_oldest_go_but_not_the_one_followed() -> None:
    journal = WorkoutLog(max_receipts=3)
    journal.apply_all([_accepted("first")])
    journal.follow("first")
    journal.apply_all([_accepted(str(number)) for number in range(5)])
    assert journal.seen("first").accepted_at_ms == T0
    assert journal.seen("0").accepted_at_ms is None
    assert journal.seen("4").accepted_at_ms == T0


def test_that_the_start_is_known_from_the_sending_or_else_from_the_outcome() -> None:
    journal = WorkoutLog()
    journal.apply_all([replace(_accepted("a"), started_at="2025-12-10T10:00:00+01:00"), _processed("a")])
    assert journal.seen("a").started_at == "2025-12-10T10:00:00+01:00"
    outcome = replace(_processed("b").outcomes[0], started_at="2025-12-10T11:00:00+01:00")
    journal.apply_all([BatchProcessed(T0 + 900, "W2", (outcome,))])
    assert journal.seen("b").started_at == "2025-12-10T11:00:00+01:00"


def test_that_an_erased_athlete_is_forgotten() -> None:
    log = WorkoutLog()
    log.apply_all([_accepted("a"), Accepted(T0, "b", "Ben", "Running", 45.0, 5.2), _processed("b"), _processed("c")])
    log.apply_all([Accepted(T0, "d", "Cy", "Running", 45.0, 5.2), Refused(T0, "d", "A workout of Ana is larger.")])
    log.apply_all([PickedUp(T0, "W2", ("e",)), Accepted(T0, "f", "Ben", "Running", 45.0, 5.2)])
    log.follow("c")
    before = log.version
    log.apply_all([AthleteErased(T0, "Ana")])
    assert [trace.workout_id for trace in log.receipts()] == ["f"]  # b was stored as a workout of Ana
    assert (log.count(), log.version > before) == (1, True)
    assert [log.seen(workout_id).athlete for workout_id in "abc"] == ["", "", ""]
    assert log.seen("e").worker == "W2"
    log.follow("f")
    log.apply_all([AthleteErased(T0, "Ana")])
    assert log.seen("f").athlete == "Ben"
