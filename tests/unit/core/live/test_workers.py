"""What workers have in hand, as their events tell."""

from __future__ import annotations

import pytest

from core.events import (
    BatchProcessed,
    CurrentJob,
    OutcomeKind,
    PickedUp,
    WorkerHeartbeat,
    WorkerInfo,
    WorkerState,
    WorkoutOutcome,
)
from core.live.workers import (
    LEAVES_MS,
    PRESUMED_DEAD_MS,
    STALE_MS,
    STOPPED_LEAVES_MS,
    LiveWorker,
    StaleMarker,
    WorkerRegistry,
)

T0 = 1_700_000_000_000
ANA = CurrentJob("1", "Ana", "Running", 45.0)


def _picked(worker: str, count: int, job: CurrentJob | None = None) -> PickedUp:
    return PickedUp(T0, worker, tuple(str(number) for number in range(count)), job)


def _processed(worker: str, count: int) -> BatchProcessed:
    outcome = WorkoutOutcome("w", "Ana", "Running", OutcomeKind.STORED, 1.0, 1.0)
    return BatchProcessed(T0, worker, (outcome,) * count)


def _said(
    worker: str, state: WorkerState = WorkerState.RUNNING, card: WorkerInfo | None = None, problem: str = ""
) -> WorkerHeartbeat:
    return WorkerHeartbeat(T0, worker, state, problem, card)


def _only(fleet: WorkerRegistry, now_ms: int) -> LiveWorker:
    (view,) = fleet.views(now_ms)
    return view


def test_that_running_is_what_was_picked_up_and_not_finished() -> None:
    fleet = WorkerRegistry()
    fleet.picked_up(_picked("a", 10), T0)
    fleet.picked_up(_picked("b", 5), T0)
    fleet.processed(_processed("a", 4), T0)
    assert fleet.running(T0) == 11
    assert [(view.name, view.in_flight, view.done) for view in fleet.views(T0)] == [("a", 6, 4), ("b", 5, 0)]


def test_that_a_lost_event_does_no_lasting_harm() -> None:
    fleet = WorkerRegistry()
    fleet.picked_up(_picked("a", 10), T0)
    fleet.picked_up(_picked("a", 3), T0)
    assert fleet.running(T0) == 3
    fleet.processed(_processed("a", 50), T0)
    assert fleet.running(T0) == 0


def test_that_a_worker_killed_with_work_in_hand_is_shown_silent_then_gives_back_then_goes() -> None:
    fleet = WorkerRegistry()
    fleet.picked_up(_picked("a", 10), T0)
    assert not _only(fleet, T0 + STALE_MS).stale
    stale = _only(fleet, T0 + STALE_MS + 1)
    assert (stale.stale, stale.presumed_dead, stale.in_flight) == (True, False, 10)
    assert _only(fleet, T0 + 74_000).expires_in_ms == 16_000

    assert fleet.running(T0 + PRESUMED_DEAD_MS) == 10
    assert fleet.running(T0 + PRESUMED_DEAD_MS + 1) == 0
    gone = _only(fleet, T0 + PRESUMED_DEAD_MS + 1)
    assert (gone.presumed_dead, gone.in_flight, gone.rate_per_s) == (True, 0, 0.0)
    assert (
        fleet.number_in(WorkerState.RUNNING, T0),
        fleet.number_in(WorkerState.RUNNING, T0 + PRESUMED_DEAD_MS + 1),
    ) == (1, 0)

    assert fleet.views(T0 + LEAVES_MS) == []
    assert len(fleet) == 0


def test_that_a_sign_of_life_keeps_a_worker_on_the_list() -> None:
    fleet = WorkerRegistry()
    for at_ms in range(T0, T0 + 600_000, 5_000):
        fleet.changed(_said("a"), at_ms)
    view = _only(fleet, T0 + 599_000)
    assert (view.stale, view.expires_in_ms, view.age_ms) == (False, None, 4_000)
    assert fleet.number_in(WorkerState.RUNNING, T0 + 599_000) == 1


def test_that_silence_is_marked_once_and_again_after_a_return() -> None:
    fleet = WorkerRegistry()
    fleet.changed(_said("a"), T0)
    for now_ms in (T0 + 25_000, T0 + 26_000):
        fleet.views(now_ms)
    assert fleet.marks(T0) == [StaleMarker(T0 + STALE_MS, "a")]

    fleet.changed(_said("a"), T0 + 30_000)
    fleet.views(T0 + 31_000)
    fleet.views(T0 + 55_000)
    assert [mark.at_ms for mark in fleet.marks(T0)] == [T0 + STALE_MS, T0 + 30_000 + STALE_MS]
    assert fleet.marks(T0 + 40_000) == [StaleMarker(T0 + 50_000, "a")]


def test_that_a_stopped_worker_has_nothing_in_hand_and_leaves_soon_without_a_mark() -> None:
    fleet = WorkerRegistry()
    fleet.picked_up(_picked("a", 10), T0)
    assert fleet.changed(_said("a", WorkerState.PAUSED), T0 + 5)
    assert (fleet.running(T0), fleet.number_in(WorkerState.RUNNING, T0), fleet.number_in(WorkerState.PAUSED, T0)) == (
        10,
        0,
        1,
    )
    fleet.changed(_said("a", WorkerState.STOPPED, problem="done"), T0 + 9)
    assert fleet.running(T0) == 0
    view = _only(fleet, T0 + 9)
    assert (view.state, view.problem, view.last_seen_ms) == (WorkerState.STOPPED, "done", T0 + 9)
    assert (view.expires_in_ms, view.stale, view.rate_per_s) == (STOPPED_LEAVES_MS, False, 0.0)
    assert _only(fleet, T0 + 9 + STALE_MS + 1).stale is False
    assert fleet.views(T0 + 9 + STOPPED_LEAVES_MS) == []
    assert fleet.marks(0) == []


def test_that_a_state_told_again_is_no_change() -> None:
    fleet = WorkerRegistry()
    told = [fleet.changed(_said("a"), at_ms) for at_ms in (T0, T0 + 50)]
    assert told == [True, False]


def test_that_a_card_says_who_it_is_and_what_it_has_in_hand() -> None:
    fleet = WorkerRegistry()
    fleet.changed(_said("a", card=WorkerInfo("track-pc", 4182, "0.1.0", 8, 1_000, 3, ANA)), T0)
    view = _only(fleet, T0 + 2_000)
    assert (view.host, view.pid, view.version, view.prefetch) == ("track-pc", 4182, "0.1.0", 8)
    assert (view.done, view.in_flight, view.job, view.job_for_ms) == (1_000, 3, ANA, 2_000)
    fleet.changed(_said("a", card=WorkerInfo("track-pc", 4182, "0.1.0", 8, 1_000, 3, ANA)), T0 + 5_000)
    assert _only(fleet, T0 + 6_000).job_for_ms == 6_000


def test_that_the_current_job_is_the_first_of_the_batch_until_it_is_done() -> None:
    fleet = WorkerRegistry()
    fleet.picked_up(_picked("a", 2, ANA), T0)
    assert _only(fleet, T0).job == ANA
    fleet.processed(_processed("a", 2), T0 + 1)
    assert (_only(fleet, T0 + 2).job, _only(fleet, T0 + 2).job_for_ms) == (None, 0)
    fleet.picked_up(_picked("a", 1), T0 + 3)
    assert _only(fleet, T0 + 3).job == CurrentJob("0")
    fleet.picked_up(_picked("a", 0), T0 + 4)
    assert _only(fleet, T0 + 4).job is None


def test_that_an_older_worker_on_hold_has_nothing_in_hand() -> None:
    fleet = WorkerRegistry()
    fleet.picked_up(_picked("a", 2, ANA), T0)
    fleet.changed(_said("a", WorkerState.ON_HOLD), T0 + 1)
    assert (_only(fleet, T0 + 1).in_flight, _only(fleet, T0 + 1).job) == (0, None)


def test_that_the_rate_is_of_the_last_ten_seconds() -> None:
    fleet = WorkerRegistry()
    fleet.changed(_said("a", card=WorkerInfo(done=50_000)), T0)  # before we looked: no rate
    assert _only(fleet, T0 + 1_000).rate_per_s is None
    for second in range(1, 21):
        fleet.processed(_processed("a", 30), T0 + second * 1_000)
    assert _only(fleet, T0 + 20_000).rate_per_s == pytest.approx(30, abs=0.1)
    assert _only(fleet, T0 + 31_000).rate_per_s == 0.0
    assert _only(fleet, T0 + 20_000 + STALE_MS + 1).rate_per_s == 0.0


def test_that_outcomes_lost_on_the_way_are_made_good_by_the_next_card() -> None:
    fleet = WorkerRegistry()
    fleet.changed(_said("a", card=WorkerInfo(done=0)), T0)
    fleet.processed(_processed("a", 5), T0 + 2_000)
    fleet.changed(_said("a", card=WorkerInfo(done=500)), T0 + 5_000)
    view = _only(fleet, T0 + 5_000)
    assert (view.done, view.rate_per_s) == (500, 100.0)


def test_that_a_worker_that_begins_anew_has_no_negative_rate() -> None:
    fleet = WorkerRegistry()
    fleet.changed(_said("a", card=WorkerInfo(done=500)), T0)
    fleet.changed(_said("a", card=WorkerInfo(done=3)), T0 + 5_000)
    view = _only(fleet, T0 + 8_000)
    assert (view.done, view.rate_per_s) == (3, 0.0)


def test_that_nothing_is_known_of_the_rate_of_one_just_begun_anew() -> None:
    fleet = WorkerRegistry()
    fleet.picked_up(_picked("a", 1), T0)
    fleet.processed(_processed("a", 1), T0 + 100)
    assert _only(fleet, T0 + 500).rate_per_s is None


def test_that_the_longest_silent_leave_when_there_are_too_many_names() -> None:
    fleet = WorkerRegistry()
    for number in range(1_000):
        fleet.picked_up(_picked(f"worker-{number:04}", 1), T0 + number)
    names = [view.name for view in fleet.views(T0 + 1_000)]
    assert len(names) == 200
    assert names[0] == "worker-0800"


def test_that_a_job_of_an_erased_athlete_is_shown_by_its_id() -> None:
    workers = WorkerRegistry()
    for name, job in (("a", ANA), ("b", CurrentJob("2", "Ben")), ("c", None)):
        workers.picked_up(_picked(name, 1, job), T0)
    workers.changed(_said("d"), T0)
    workers.forget("Ana")
    assert [view.job and (view.job.workout_id, view.job.athlete) for view in workers.views(T0)] == [
        ("1", ""),
        ("2", "Ben"),
        ("0", ""),
        None,
    ]
