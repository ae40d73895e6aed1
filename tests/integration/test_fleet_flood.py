"""Fifty workers announce 10,000 outcomes a second into a window: bounded, counted, and right afterwards."""

from __future__ import annotations

import resource
import sys
from pathlib import Path
from threading import Event, Thread
from time import monotonic

import pytest
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from core.broker.connect import open_broker
from core.broker.ports import Broker
from core.codec.event_codec import decode_events
from core.events import (
    BatchProcessed,
    EventsLost,
    OutcomeKind,
    WorkerHeartbeat,
    WorkerInfo,
    WorkerState,
    WorkoutOutcome,
)
from core.events import Event as Told
from core.live.console_state import ConsoleState
from core.live.tail import KEPT, Tail
from gui.host.bridge import Bridge
from tests.support.broker_rigs import until
from tests.support.idle_thread import idling
from tests.support.rabbitmq_node import PrivateNode
from tests.support.waiting import let_pass
from worker.consumer.event_publisher import BestEffortEventPublisher
from worker.monitoring.sequence_gaps import SequenceGaps
from worker.runtime.clock import now_ms

WORKERS, PER_S, SECONDS = 50, 10_000, 3.0
OUTCOMES = 50  # of one batch
P99_GAP_S = 0.6  # of a window that shares two cores with all who announce, beside that of a thread that does nothing
SLACK_S = 60.0
STALLED_BUFFER = 60  # of a console that cannot keep up for a while


class Announcers(Thread):
    """All of them in one thread, each with its own connection and its own numbers."""

    def __init__(self, broker: Broker) -> None:
        super().__init__(name="event_publishers")
        self._each = [
            BestEffortEventPublisher(broker.event_publisher(), f"instance-{n}", monotonic) for n in range(WORKERS)
        ]
        self.sent = [0] * WORKERS

    def run(self) -> None:
        began_s = monotonic()
        batches = round(PER_S * SECONDS / OUTCOMES)
        for number in range(batches):
            worker = number % WORKERS
            self._each[worker].send([_batch(f"worker-{worker:02}", number)])
            self.sent[worker] += OUTCOMES
            ahead_s = number * OUTCOMES / PER_S - (monotonic() - began_s)
            if ahead_s > 0:
                let_pass(ahead_s)
        for worker, announcing in enumerate(self._each):
            card = WorkerInfo("host", worker, "0.1.0", 500, self.sent[worker])
            name = f"worker-{worker:02}"
            announcing.send([WorkerHeartbeat(now_ms(), name, WorkerState.RUNNING, "", card)])
            announcing.suspend()


class Watching(Thread):
    """What the monitor does with announcements."""

    def __init__(self, broker: Broker, bridge: Bridge) -> None:
        super().__init__(name="watching")
        self._subscriber, self._bridge = broker.event_subscriber(), bridge
        self._ending = Event()
        self.ready = Event()

    def run(self) -> None:
        gaps = SequenceGaps()
        self._subscriber.open()
        self.ready.set()
        try:
            while not self._ending.is_set():
                for payload in self._subscriber.poll(0.1):
                    announced = decode_events(payload)
                    if missed := gaps.lost_since(announced):
                        self._bridge.post(EventsLost(now_ms(), missed))
                    for event in announced.events:
                        self._bridge.post(event)
        finally:
            self._subscriber.close()

    def stop(self) -> None:
        self._ending.set()
        self._subscriber.wake()
        self.join(60)


def _batch(worker: str, number: int) -> BatchProcessed:
    outcomes = tuple(
        WorkoutOutcome(f"{number}-{n}", "Ana Sousa", "Running", OutcomeKind.STORED, 200.0, 3.0, 382.5)
        for n in range(OUTCOMES)
    )
    return BatchProcessed(now_ms(), worker, outcomes)


@pytest.fixture(params=["embedded", pytest.param("rabbitmq", marks=pytest.mark.rabbitmq)])
def broker(request: pytest.FixtureRequest, tmp_path: Path) -> Broker:
    if request.param == "embedded":
        url = f"sqlite:///{tmp_path / 'queue.db'}"
    else:
        node: PrivateNode = request.getfixturevalue("rabbitmq_node")
        url = node.new_vhost()
    return open_broker(url)


@pytest.mark.parametrize("stalls", [False, True])
def test_that_a_fleet_is_shown_whole_or_its_losses_are_counted(broker: Broker, qtbot: QtBot, stalls: bool) -> None:
    bridge, state, tail = Bridge(max_buffered=STALLED_BUFFER if stalls else 20_000), ConsoleState(now_ms), Tail()
    gaps_s: list[float] = []
    ticked_s = monotonic()

    def take(events: list[Told]) -> None:
        state.apply_all(events)
        tail.apply_all(events)

    def tick() -> None:
        nonlocal ticked_s
        gaps_s.append(monotonic() - ticked_s)
        ticked_s = monotonic()

    bridge.events_arrived.connect(take)
    timer = QTimer()
    timer.timeout.connect(tick)
    timer.start(10)

    def stand_still() -> None:
        """For as long as it takes: how fast they announce is the machine's business."""
        until(lambda: bridge.dropped > 0, SLACK_S)

    if stalls:
        QTimer.singleShot(1_000, stand_still)
    watching, event_publishers = Watching(broker, bridge), Announcers(broker)
    watching.start()
    assert watching.ready.wait(60)
    used_s, began_s = _cpu_s(), monotonic()
    event_publishers.start()

    def all_told() -> bool:
        views = state.workers.views(now_ms())
        return len(views) == WORKERS and all(view.version == "0.1.0" for view in views)

    with idling() as idler:
        try:
            qtbot.waitUntil(all_told, timeout=round((SECONDS + SLACK_S) * 1000))
        finally:
            event_publishers.join(SLACK_S)
            watching.stop()
    used_s, took_s = _cpu_s() - used_s, monotonic() - began_s
    timer.stop()
    bridge.close()
    sent = sum(event_publishers.sent)
    seen = tail.seen
    figures = f"{sent:,} sent in {took_s:.1f} s, {seen:,} seen, {state.missed:,} missed"
    load = f"longest gap {max(gaps_s) * 1000:.0f} ms, {used_s / took_s * 100:.0f} % of one core"
    sys.stdout.write(f"{figures}, {load}\n")
    assert seen + state.missed == sent
    assert [view.done for view in state.workers.views(now_ms())] == event_publishers.sent
    assert state.left_seen == sent
    assert len(tail.rows()) <= 200
    assert tail.seen - tail.not_shown().over_limit <= KEPT
    if stalls:
        assert bridge.dropped > 0
    else:
        assert bridge.dropped == 0
        # Not the longest one: that may be the machine, which other tests share.
        assert _p99(gaps_s) - _p99(idler.gaps_s) < P99_GAP_S


def _p99(gaps_s: list[float]) -> float:
    return sorted(gaps_s)[len(gaps_s) * 99 // 100]


def _cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
