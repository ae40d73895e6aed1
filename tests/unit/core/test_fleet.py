"""What workers have in hand, as their events tell."""

from __future__ import annotations

from core.events import BatchProcessed, OutcomeKind, PickedUp, WorkerState, WorkerStateChanged, WorkoutOutcome
from core.fleet import SILENT_MS, Fleet

T0 = 1_700_000_000_000


def _picked(worker: str, count: int) -> PickedUp:
    return PickedUp(T0, worker, tuple(str(number) for number in range(count)))


def _processed(worker: str, count: int) -> BatchProcessed:
    outcome = WorkoutOutcome("w", "Ana", "Running", OutcomeKind.STORED, 1.0, 1.0)
    return BatchProcessed(T0, worker, (outcome,) * count)


def test_that_running_is_what_was_picked_up_and_not_finished() -> None:
    fleet = Fleet()
    fleet.picked_up(_picked("a", 10), T0)
    fleet.picked_up(_picked("b", 5), T0)
    fleet.processed(_processed("a", 4), T0)
    assert fleet.running(T0) == 11
    assert [(view.name, view.in_hand, view.done) for view in fleet.views()] == [("a", 6, 4), ("b", 5, 0)]


def test_that_a_lost_event_does_no_lasting_harm() -> None:
    fleet = Fleet()
    fleet.picked_up(_picked("a", 10), T0)
    fleet.picked_up(_picked("a", 3), T0)
    assert fleet.running(T0) == 3
    fleet.processed(_processed("a", 50), T0)
    assert fleet.running(T0) == 0


def test_that_a_worker_killed_with_work_in_hand_is_forgotten_after_a_minute() -> None:
    fleet = Fleet()
    fleet.picked_up(_picked("a", 10), T0)
    assert fleet.running(T0 + SILENT_MS) == 10
    assert fleet.running(T0 + SILENT_MS + 1) == 0
    assert (fleet.ready(T0), fleet.ready(T0 + SILENT_MS + 1)) == (1, 0)


def test_that_an_idle_worker_stays_ready_though_it_says_nothing() -> None:
    fleet = Fleet()
    fleet.changed(WorkerStateChanged(T0, "a", WorkerState.RUNNING), T0)
    assert fleet.ready(T0 + 86_400_000) == 1


def test_that_a_stopped_worker_has_nothing_in_hand_and_a_paused_one_is_not_ready() -> None:
    fleet = Fleet()
    fleet.picked_up(_picked("a", 10), T0)
    fleet.changed(WorkerStateChanged(T0, "a", WorkerState.PAUSED), T0 + 5)
    assert (fleet.running(T0), fleet.ready(T0), fleet.paused(T0)) == (10, 0, 1)
    fleet.changed(WorkerStateChanged(T0, "a", WorkerState.STOPPED, "done"), T0 + 9)
    assert fleet.running(T0) == 0
    (view,) = fleet.views()
    assert (view.state, view.problem, view.since_ms, view.heard_ms) == (WorkerState.STOPPED, "done", T0 + 9, T0 + 9)


def test_that_a_state_told_again_keeps_its_beginning() -> None:
    fleet = Fleet()
    for at_ms in (T0, T0 + 50):
        fleet.changed(WorkerStateChanged(at_ms, "a", WorkerState.RUNNING), at_ms)
    assert fleet.views()[0].since_ms == T0


def test_that_the_longest_silent_leave_when_there_are_too_many_names() -> None:
    fleet = Fleet()
    for number in range(1_000):
        fleet.picked_up(_picked(f"worker-{number:04}", 1), T0 + number)
    names = [view.name for view in fleet.views()]
    assert len(names) == 200
    assert names[0] == "worker-0800"
