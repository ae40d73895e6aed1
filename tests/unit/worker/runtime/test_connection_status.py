from __future__ import annotations

from threading import Event, Lock, Thread
from typing import cast

import pytest

from core.errors import BrokerRefusedError, BrokerUnavailableError
from core.events import ConnectionChanged, LinkState
from tests.support.fakes import EventLog
from worker.runtime.connection_status import Link


def _link() -> tuple[Link, EventLog]:
    events = EventLog()
    return Link("RabbitMQ", "localhost:5672", now_ms=lambda: 7, on_event=events), events


def test_that_a_change_is_told_once_whoever_notices() -> None:
    link, events = _link()
    assert link.state is LinkState.CONNECTING

    link.is_connecting()
    link.is_connecting()
    link.is_online()
    link.is_online()
    link.is_connecting()

    assert [event.state for event in events.of(ConnectionChanged)] == [LinkState.CONNECTING, LinkState.ONLINE]
    assert events.of(ConnectionChanged)[1] == ConnectionChanged(7, LinkState.ONLINE, "RabbitMQ", "localhost:5672")
    assert link.state.value == "online"


def test_that_a_loss_says_why_and_when_the_next_try_is() -> None:
    link, events = _link()

    link.is_lost(BrokerUnavailableError("gone"), next_try_at_ms=100)
    link.is_lost(BrokerUnavailableError("gone"), next_try_at_ms=200)
    link.is_lost(BrokerUnavailableError("gone"), next_try_at_ms=None)
    link.is_lost(BrokerRefusedError("no"), next_try_at_ms=None)

    assert [(e.state, e.problem, e.next_try_at_ms) for e in events.of(ConnectionChanged)] == [
        (LinkState.OFFLINE, "gone", 100),
        (LinkState.OFFLINE, "gone", 200),
        (LinkState.REFUSED, "no", None),
    ]


def test_that_the_others_are_woken_when_the_broker_is_back() -> None:
    link, _ = _link()
    woken: list[str] = []
    link.when_back(lambda: woken.append("a"))
    link.when_back(lambda: woken.append("b"))

    link.is_online()
    link.is_online()
    link.is_lost(BrokerUnavailableError("gone"), next_try_at_ms=None)
    link.is_online()

    assert woken == ["a", "b", "a", "b"]


def test_that_an_alarm_stays_said_whoever_connects_and_ends_with_the_connection() -> None:
    link, events = _link()
    woken: list[str] = []
    link.when_back(lambda: woken.append("a"))

    link.is_online()
    link.is_blocked("")
    link.is_blocked("low on memory")
    link.is_blocked("low on memory")
    link.is_online()
    assert link.state is LinkState.BLOCKED
    link.is_blocked("")
    link.is_blocked("low on disk")
    link.is_lost(BrokerUnavailableError("gone"), next_try_at_ms=None)
    link.is_online()

    assert [(event.state, event.problem) for event in events.of(ConnectionChanged)] == [
        (LinkState.ONLINE, ""),
        (LinkState.BLOCKED, "low on memory"),
        (LinkState.ONLINE, ""),
        (LinkState.BLOCKED, "low on disk"),
        (LinkState.OFFLINE, "gone"),
        (LinkState.ONLINE, ""),
    ]
    assert woken == ["a", "a"]


def test_that_an_alarm_that_ends_while_another_connects_does_not_stay_said() -> None:
    link, events = _link()

    class Turn:
        """Before the one who connects has its turn, the one who sends notes that the alarm is over."""

        def __init__(self) -> None:
            self._lock, self._is_first = Lock(), True

        def __enter__(self) -> None:
            if self._is_first:
                self._is_first = False
                link.is_blocked("")
            self._lock.acquire()

        def __exit__(self, *_: object) -> None:
            self._lock.release()

    link.is_online()
    link.is_blocked("low on memory")
    link._lock = cast(Lock, Turn())
    link.is_online()

    assert link.state is LinkState.ONLINE
    assert [event.state for event in events.of(ConnectionChanged)] == [
        LinkState.ONLINE,
        LinkState.BLOCKED,
        LinkState.ONLINE,
    ]


def test_that_whoever_is_told_may_ask_and_tell_in_turn() -> None:
    """From another thread, which it waits for: no lock is held while an event is told."""
    ended: list[bool] = []

    def on_event(_event: object) -> None:
        asking = Thread(target=lambda: link.when_back(lambda: None))
        asking.start()
        asking.join(5)
        ended.append(not asking.is_alive())

    link = Link("RabbitMQ", "localhost:5672", now_ms=lambda: 7, on_event=on_event)
    link.is_online()
    assert ended == [True]


def test_that_changes_are_told_in_the_order_in_which_they_were_noticed() -> None:
    told: list[LinkState] = []
    begun, go_on = Event(), Event()

    def on_event(event: object) -> None:
        if not told:
            begun.set()
            assert go_on.wait(10)
        told.append(cast(ConnectionChanged, event).state)

    link = Link("RabbitMQ", "localhost:5672", now_ms=lambda: 7, on_event=on_event)
    first = Thread(target=link.is_online)
    first.start()
    assert begun.wait(10)

    def lose_and_find() -> None:
        link.is_lost(BrokerUnavailableError("gone"), next_try_at_ms=None)
        link.is_online()

    later = Thread(target=lose_and_find)
    later.start()
    later.join(5)
    assert not later.is_alive()  # it left what it noticed to the first
    go_on.set()
    first.join(10)
    assert told == [LinkState.ONLINE, LinkState.OFFLINE, LinkState.ONLINE]


def test_that_an_event_that_nobody_could_take_keeps_no_later_one_back() -> None:
    told: list[LinkState] = []

    def on_event(event: object) -> None:
        told.append(cast(ConnectionChanged, event).state)
        if len(told) == 1:
            raise ZeroDivisionError

    link = Link("RabbitMQ", "localhost:5672", now_ms=lambda: 7, on_event=on_event)
    with pytest.raises(ZeroDivisionError):
        link.is_connecting()
    link.is_online()
    assert told == [LinkState.CONNECTING, LinkState.ONLINE]
