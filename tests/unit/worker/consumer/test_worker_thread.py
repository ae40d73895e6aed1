from __future__ import annotations

from collections.abc import Callable
from threading import Event

import pytest

from core.broker.backoff import Backoff
from core.config.settings import WorkSpan
from core.events import OutcomeKind, ProblemRaised, WorkerState
from tests.support.loop_rig import Rig, good
from worker.consumer.loop import WorkerLoop
from worker.consumer.simulated_work import Simulation
from worker.consumer.worker_thread import WorkerThread
from worker.runtime.clock import now_ms


class Host:
    """A worker thread over fakes; a new loop for each start."""

    def __init__(self) -> None:
        self.rigs: list[Rig] = []
        first = Rig()
        self.events = first.events
        self.thread = WorkerThread("west", self._make_loop, now_ms=now_ms, on_event=first.events, status=first.link)
        self._first: Rig | None = first

    def _make_loop(self, on_unresponsive: Callable[[], None]) -> WorkerLoop:
        self.on_unresponsive = on_unresponsive
        rig, self._first = self._first or Rig(), None
        self.rigs.append(rig)
        return rig.loop


def test_that_it_starts_pauses_drains_and_starts_again() -> None:
    host = Host()
    assert not host.thread.running
    assert host.thread.join(0.1)
    host.thread.start()
    host.thread.start()
    rig = host.rigs[0]
    assert len(host.rigs) == 1
    rig.wait_for_state(WorkerState.RUNNING)
    host.thread.pause()
    rig.wait_for_state(WorkerState.PAUSED)
    rig.queue.put([good(1)])
    host.thread.resume()
    rig.events.wait_for(lambda: rig.kinds() == [OutcomeKind.STORED])
    host.thread.drain()
    assert host.thread.join(60)
    assert rig.states()[-1] is WorkerState.STOPPED

    host.thread.start()
    host.rigs[1].wait_for_state(WorkerState.RUNNING)
    host.thread.stop()
    assert host.thread.join(60)

    assert all(host.thread.is_own(rig.loop.instance) for rig in host.rigs)
    assert not host.thread.is_own("another")


def test_that_wishes_reach_the_loop_and_a_hurry_ends_it() -> None:
    host = Host()
    host.thread.start()
    rig = host.rigs[0]
    host.thread.set_prefetch(7)
    host.thread.set_simulation(Simulation(WorkSpan(600, 600)))
    host.thread.retry_now()
    rig.queue.wait_for(lambda: rig.consumer.prefetch == 1)
    host.thread.set_simulation(None)
    rig.queue.wait_for(lambda: rig.consumer.prefetch == 7)
    host.thread.stop_now()
    assert host.thread.join(60)


@pytest.mark.expects_warnings
def test_that_a_broken_loop_is_told_and_started_again() -> None:
    host = Host()
    broken: list[int] = []

    def break_twice() -> None:
        broken.append(1)
        if len(broken) <= 2:
            raise ZeroDivisionError

    rig = Rig()
    consumer_open = rig.consumer.open

    def open_or_break() -> None:
        break_twice()
        consumer_open()

    rig.consumer.open = open_or_break  # type: ignore[method-assign]  # a fault of ours, on request
    host._first = rig
    thread = WorkerThread("west", host._make_loop, now_ms=now_ms, on_event=rig.events)
    thread.start()
    rig.wait_for_state(WorkerState.RUNNING)
    thread.stop()
    assert thread.join(60)

    assert [problem.text for problem in rig.events.of(ProblemRaised)] == [
        "The worker west broke (ZeroDivisionError). It is being started again."
    ] * 2


@pytest.mark.expects_warnings
def test_that_a_loop_that_keeps_breaking_stays_stopped() -> None:
    rig = Rig()

    def make_broken(_on_unresponsive: Callable[[], None]) -> WorkerLoop:
        def always_break() -> None:
            raise ZeroDivisionError

        rig.consumer.open = always_break  # type: ignore[method-assign]  # a fault of ours, on request
        return rig.loop

    def make_backoff() -> Backoff:
        return Backoff(first_s=0.001, max_s=0.001)

    thread = WorkerThread("west", make_broken, now_ms=now_ms, on_event=rig.events, make_backoff=make_backoff)
    thread.start()
    assert thread.join(60)

    assert len(rig.events.of(ProblemRaised)) == 5
    assert rig.events.of(ProblemRaised)[-1].text.endswith("stays stopped.")


def test_that_a_start_while_a_drained_loop_is_still_closing_begins_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    rigs = [Rig(), Rig()]
    made = iter(rigs)
    thread = WorkerThread("west", lambda _on_unresponsive: next(made).loop, now_ms=now_ms, on_event=rigs[0].events)
    close = rigs[0].consumer.close

    def restarted_meanwhile() -> None:
        thread.resume()
        thread.start()
        close()

    monkeypatch.setattr(rigs[0].consumer, "close", restarted_meanwhile)
    thread.start()
    rigs[0].wait_for_state(WorkerState.RUNNING)
    thread.drain()
    rigs[1].wait_for_state(WorkerState.RUNNING)
    thread.stop()
    assert thread.join(60)


@pytest.mark.expects_warnings
def test_that_a_thread_that_takes_the_place_of_a_stuck_one_pauses_on_its_own() -> None:
    rigs = [Rig(), Rig()]
    made = iter(rigs)
    stuck: list[Callable[[], None]] = []
    hanging, go_on = Event(), Event()
    backoffs: list[Backoff] = []

    def make_loop(on_unresponsive: Callable[[], None]) -> WorkerLoop:
        stuck.append(on_unresponsive)
        return next(made).loop

    def make_backoff() -> Backoff:
        backoffs.append(Backoff())
        return backoffs[-1]

    def hang() -> None:
        hanging.set()
        assert go_on.wait(60)

    rigs[0].consumer.open = hang  # type: ignore[method-assign]  # it hangs, on request
    thread = WorkerThread("west", make_loop, now_ms=now_ms, on_event=rigs[0].events, make_backoff=make_backoff)
    thread.start()
    assert hanging.wait(60)
    stuck[0]()
    rigs[1].wait_for_state(WorkerState.RUNNING)
    go_on.set()
    thread.stop()
    assert thread.join(60)
    assert len(backoffs) == 2
