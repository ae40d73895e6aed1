"""What the parts of the flow say, from the state of the console."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.events import CurrentJob, DepthSampled, WorkerHeartbeat, WorkerState
from core.live.console_state import ConsoleState
from core.live.flow import FlowCounts
from core.live.workers import LiveWorker
from core.metrics.depth_and_flow import FlowRates
from gui.frame.worker_names import WorkerNames
from gui.theme.states import State
from gui.workspaces.demo.flow.formatting import (
    add_words,
    empty_text,
    job_ways,
    producers_words,
    queue_words,
    shown_workers,
    worker_words,
)
from gui.workspaces.demo.flow.words import number_ways

T0 = 1_700_000_000_000
JOB = CurrentJob("0123456789ab", "Nina Novak", "Rowing", 30.0)
BUSY = LiveWorker("here-7-1", WorkerState.RUNNING, in_flight=1, job=JOB, job_for_ms=1_100, rate_per_s=0.67)
COUNTS = FlowCounts(True, 610, 4, 606, 33, 594, 2, 571, 5, 12, 1, 11, 3, 3)


def state_of(*, ready: int = 0, running: int = 0) -> ConsoleState:
    state = ConsoleState(lambda: T0)
    state.apply(DepthSampled(T0, ready, running, 1, 0, 0, 28.0))
    return state


@pytest.mark.parametrize(
    ("number", "ways"),
    [
        (0, ("0",)),
        (9_999, ("9,999",)),
        (24_401, ("24,401", "24.4k")),
        (123_456, ("123,456", "123k")),
        (1_234_567, ("1,234,567", "1.2M")),
    ],
)
def test_that_a_large_number_has_a_shorter_way(number: int, ways: tuple[str, ...]) -> None:
    assert number_ways(number) == ways
    assert number_ways(number, known=False) == ("–",)


def test_that_a_job_is_named_with_shorter_ways() -> None:
    assert job_ways(BUSY) == ("Nina Novak, Rowing 30:00", "Nina Novak, Rowing", "Nina Novak")
    assert job_ways(replace(BUSY, in_flight=250))[0] == "Nina Novak, Rowing 30:00 +249"
    assert job_ways(replace(BUSY, job=CurrentJob("0123456789ab"))) == ("01234567",)
    assert job_ways(replace(BUSY, job=replace(JOB, duration_min=None)))[0] == "Nina Novak, Rowing"
    assert job_ways(replace(BUSY, job=None)) == ("",)


def test_that_the_bar_is_the_share_of_the_longest_job() -> None:
    names = WorkerNames()
    assert worker_words(BUSY, names, 2.2).share == pytest.approx(0.5)
    assert worker_words(replace(BUSY, job_for_ms=9_000), names, 2.2).share == 1.0
    assert worker_words(BUSY, names, 0.0).share is None
    assert worker_words(BUSY, names, 2.2).took == "1.1 s"
    assert worker_words(BUSY, names, 2.2).rate == "0.67 /s"
    assert worker_words(replace(BUSY, rate_per_s=1_240.0), names, 2.2).rate == "1,240 /s"
    assert worker_words(replace(BUSY, rate_per_s=None), names, 2.2).rate == ""


@pytest.mark.parametrize(
    ("view", "state", "text", "faint"),
    [
        (replace(BUSY, job=None), "idle", "idle", False),
        (replace(BUSY, job=None, state=WorkerState.PAUSED), "paused", "paused", False),
        (replace(BUSY, job=None, state=WorkerState.STARTING), "idle", "starting", False),
        (replace(BUSY, job=None, state=WorkerState.STOPPED), "idle", "stopped", True),
        (replace(BUSY, job=None, state=WorkerState.STOPPED, problem="Killed (SIGKILL)"), "failed", "Killed", True),
        (
            replace(BUSY, job=None, state=WorkerState.ON_HOLD, problem="Database busy."),
            "waiting",
            "Database busy",
            False,
        ),
        (replace(BUSY, stale=True, age_ms=25_000), "idle", "no sign for 25 s", True),
        (replace(BUSY, stale=True, presumed_dead=True), "idle", "gone", True),
    ],
)
def test_that_a_worker_without_a_job_says_why(view: LiveWorker, state: State, text: str, faint: bool) -> None:
    words = worker_words(view, WorkerNames(), 2.2)
    assert (words.state, words.faint) == (state, faint)
    assert any(each.startswith(text) for each in words.job)
    assert (words.took, words.share) == ("", None)


def test_that_this_consoles_workers_come_first_in_their_order() -> None:
    state, names = state_of(), WorkerNames()
    names.set_own(["here-2", "here-1"])
    for name in ("a-stranger", "here-1", "here-2"):
        state.apply(WorkerHeartbeat(T0, name, WorkerState.RUNNING))
    assert [view.name for view in shown_workers(state, names, T0)] == ["here-2", "here-1", "a-stranger"]


@pytest.mark.parametrize(
    ("flow", "waiting", "text"),
    [
        (FlowRates(1.2, 2.0, 43.0, 2.0), 33, "43 s"),
        (FlowRates(1.2, 0.7, None, 0.7), 33, "never"),
        (FlowRates(), 33, "measuring"),
        (FlowRates(), 0, "–"),
    ],
)
def test_that_the_queue_says_when_it_is_empty(flow: FlowRates, waiting: int, text: str) -> None:
    assert empty_text(flow, waiting) == text


def test_that_a_queue_without_workers_is_never_empty() -> None:
    state = state_of(ready=33)
    assert state.unattended is False  # a consumer is there
    state.apply(DepthSampled(T0, 33, 0, 0, 0, 0, 28.0))
    assert [row.value for row in queue_words(COUNTS, state).rows] == ["28 s", "never"]


def test_that_what_is_not_sent_yet_is_with_the_producers() -> None:
    rows = producers_words(COUNTS, {"Form": 12, "Load": 0}).rows
    assert [(row.label, row.value) for row in rows] == [("Form", "12"), ("Load", "0"), ("Outbox", "4")]
    rows = producers_words(COUNTS, {"Form": 12, "Direct": 3, "Others": 2}).rows
    assert [(row.label, row.value) for row in rows] == [("Form", "12"), ("Others", "5"), ("Outbox", "4")]
    assert all(row.icon for row in rows)


def test_that_the_place_for_one_more_worker_says_what_it_would_do() -> None:
    state = state_of(ready=33, running=1)
    assert add_words(state, 0, 1)[0] == "nothing waits for it now"
    assert add_words(state, 33, 1)[0] == "takes from the same queue"
    state.flow = lambda: FlowRates(1.2, 0.67, None, 0.67)  # type: ignore[method-assign]
    assert add_words(state, 33, 1)[0] == "then empty in 4 min"
    assert add_words(state, 33, 9)[0] == "it would still grow"
    assert add_words(state, 33, 0)[0] == "takes from the same queue"
