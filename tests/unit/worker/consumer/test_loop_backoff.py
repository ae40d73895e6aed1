"""How long a worker loop waits before it connects again, and before it takes a queue for empty."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import pytest

from core.broker.backoff import Backoff
from core.broker.ports import Delivery, FailedDelivery, Message
from core.errors import BrokerUnavailableError
from core.events import OutcomeKind, WorkerState
from tests.support.loop_rig import Rig, good
from worker.consumer.options import LoopOptions


def test_that_a_pause_does_not_count_as_quiet_for_the_drain_after_it(monkeypatch: pytest.MonkeyPatch) -> None:
    clock_s = [0.0]
    rig = Rig(LoopOptions(drain_idle_s=1.0), monotonic_s=lambda: clock_s[0])
    fetch = rig.consumer.fetch

    def come_back_to_a_full_queue() -> None:
        assert rig.states()[-1] is WorkerState.PAUSED
        clock_s[0] += 100.0
        rig.queue.put([good(1)])
        rig.loop.controls.drain()

    # The last one: a broker's deliveries follow its answer to the consumer, so the first look may find nothing.
    looks: Iterator[Callable[[], object]] = iter(
        [lambda: None, rig.loop.controls.pause, come_back_to_a_full_queue, lambda: None]
    )

    def look(limit: int, wait_s: float) -> list[Delivery]:
        clock_s[0] += 0.4
        act = next(looks, None)
        if act is None:
            return fetch(limit, 0.0)
        act()
        return []

    monkeypatch.setattr(rig.consumer, "fetch", look)

    rig.drain()

    assert rig.kinds() == [OutcomeKind.STORED]
    assert not rig.queue.ready


def test_that_a_worker_whose_copies_are_refused_connects_less_and_less_often(monkeypatch: pytest.MonkeyPatch) -> None:
    rig = Rig(make_backoff=lambda: Backoff(first_s=1.0, max_s=8.0, jitter=0.0))
    rig.queue.put([Message(b"{", message_id="bad")])
    fail, pauses_s = rig.consumer.dead_letter, list[float]()

    def refuse_for_long(failures: Sequence[FailedDelivery]) -> int:
        if len(pauses_s) % 6 < 5:
            rig.consumer.close()  # without its copy a delivery stays unsettled
            raise BrokerUnavailableError("RabbitMQ refused it: the queue workout_jobs.failed is full.")
        pauses_s.append(0.0)
        return fail(failures)

    monkeypatch.setattr(rig.consumer, "dead_letter", refuse_for_long)
    monkeypatch.setattr(rig.loop.controls, "wait", pauses_s.append)

    rig.drain()
    rig.queue.put([Message(b"[", message_id="bad, too")])
    rig.drain()

    assert pauses_s == [1.0, 2.0, 4.0, 8.0, 8.0, 0.0] * 2
    assert rig.consumer.opens == 12
    assert [failure.delivery.message.message_id for failure in rig.queue.failed] == ["bad", "bad, too"]
