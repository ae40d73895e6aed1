"""The doorway from threads into Qt."""

from __future__ import annotations

import sys
import threading
from functools import partial

import pytest
import shiboken6
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from core.events import BatchProcessed, Event, EventsLost, OutboxSampled, OutcomeKind, WorkoutOutcome
from gui.host.bridge import Bridge
from worker.runtime.query import Posted, Reply


def _events(count: int) -> list[Event]:
    return [OutboxSampled(at_ms=i, pending=i) for i in range(count)]


def test_that_events_of_a_thread_arrive_in_main_in_order(qtbot: QtBot) -> None:
    bridge = Bridge()
    received: list[Event] = []
    threads: set[int] = set()

    def take(events: list[Event]) -> None:
        received.extend(events)
        threads.add(threading.get_ident())

    bridge.events_arrived.connect(take)
    sent = _events(500)

    def post_all() -> None:
        for event in sent:
            bridge.post(event)

    poster = threading.Thread(target=post_all, name="poster")
    poster.start()
    qtbot.waitUntil(lambda: len(received) == 500)
    poster.join()
    assert received == sent
    assert threads == {threading.get_ident()}
    bridge.close()


def test_that_a_flood_arrives_in_few_batches(qtbot: QtBot) -> None:
    bridge = Bridge()
    batches: list[int] = []
    bridge.events_arrived.connect(lambda events: batches.append(len(events)))
    for event in _events(5_000):
        bridge.post(event)
    qtbot.waitUntil(lambda: sum(batches) == 5_000)
    assert len(batches) <= 2
    bridge.close()


def test_that_the_second_batch_waits_for_the_interval(qtbot: QtBot) -> None:
    now_s = 100.0
    bridge = Bridge(clock_s=lambda: now_s)
    batches: list[list[Event]] = []
    bridge.events_arrived.connect(batches.append)
    first, second, third = _events(3)
    bridge.post(first)
    qtbot.waitUntil(lambda: batches == [[first]])
    bridge.post(second)
    bridge.post(third)
    qtbot.waitUntil(lambda: len(batches) == 2)
    assert batches[1] == [second, third]
    bridge.close()


def test_that_a_full_buffer_drops_the_oldest_and_counts(qtbot: QtBot) -> None:
    bridge = Bridge(max_buffered=10)
    received: list[Event] = []
    bridge.events_arrived.connect(received.extend)
    sent = _events(25)
    for event in sent:
        bridge.post(event)
    qtbot.waitUntil(lambda: len(received) == 10)
    assert received == sent[-10:]
    assert bridge.dropped == 15
    bridge.close()


def test_that_a_full_buffer_drops_no_answer(qtbot: QtBot) -> None:
    bridge = Bridge(max_buffered=4)
    received: list[Event] = []
    delivered: list[int] = []
    bridge.events_arrived.connect(received.extend)
    sent = _events(9)
    answers = [Reply(number, delivered.append) for number in range(6)]
    posted: list[Posted] = [answers[0], *sent[:4], answers[1], *sent[4:], *answers[2:]]
    for each in posted:
        bridge.post(each)
    bridge.close()
    assert delivered == list(range(6))
    assert received == []
    assert bridge.dropped == 9


class Receiver(QObject):
    """Asks for numbers."""

    def __init__(self) -> None:
        super().__init__()
        self.received: list[int] = []
        self.threads: set[int] = set()

    def on_number(self, number: int) -> None:
        self.received.append(number)
        self.threads.add(threading.get_ident())

    def on_named(self, name: str, number: int) -> None:
        self.on_number(number)

    def on_faulty(self, number: int) -> None:
        raise KeyError(number)


def test_that_a_reply_of_a_thread_is_delivered_in_main(qtbot: QtBot) -> None:
    bridge, receiver = Bridge(), Receiver()
    poster = threading.Thread(target=bridge.post, args=[Reply(7, receiver.on_number)], name="poster")
    poster.start()
    qtbot.waitUntil(lambda: receiver.received == [7])
    poster.join()
    assert receiver.threads == {threading.get_ident()}
    bridge.close()


def test_that_a_reply_to_an_object_that_has_gone_is_ignored(qtbot: QtBot) -> None:
    bridge, gone, there = Bridge(), Receiver(), Receiver()
    bridge.post(Reply(1, gone.on_number))
    bridge.post(Reply(2, partial(gone.on_named, "two")))
    bridge.post(Reply(3, partial(there.on_named, "three")))
    shiboken6.delete(gone)
    bridge.close()
    assert (gone.received, there.received) == ([], [3])


def test_that_a_faulty_receiver_costs_nobody_else(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    reported: list[type[BaseException]] = []
    monkeypatch.setattr(sys, "excepthook", lambda kind, _error, _traceback: reported.append(kind))
    bridge, receiver = Bridge(), Receiver()
    received: list[Event] = []
    bridge.events_arrived.connect(received.extend)
    (event,) = _events(1)
    for each in (event, Reply(1, receiver.on_faulty), Reply(2, receiver.on_number)):
        bridge.post(each)
    bridge.close()
    assert (reported, receiver.received, received) == ([KeyError], [2], [event])


def test_that_close_delivers_the_rest_and_takes_no_more(qtbot: QtBot) -> None:
    bridge = Bridge()
    received: list[Event] = []
    bridge.events_arrived.connect(received.extend)
    first, late = _events(2)
    bridge.post(first)
    bridge.close()
    bridge.post(late)
    assert received == [first]


def test_that_outcomes_lost_in_a_full_buffer_are_told_first_and_once(qtbot: QtBot) -> None:
    bridge = Bridge(max_buffered=2)
    received: list[Event] = []
    bridge.events_arrived.connect(received.extend)
    outcome = WorkoutOutcome("w", "Ana", "Running", OutcomeKind.STORED, 1.0, 1.0)
    batches = [BatchProcessed(number, "west", (outcome,) * 30) for number in range(5)]
    for batch in batches:
        bridge.post(batch)
    qtbot.waitUntil(lambda: len(received) == 3)
    assert received == [EventsLost(2, 90), *batches[3:]]
    bridge.post(batches[0])
    qtbot.waitUntil(lambda: len(received) == 4)
    assert received[-1] == batches[0]
    bridge.close()
