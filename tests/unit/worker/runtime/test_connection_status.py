from __future__ import annotations

from threading import Event, Lock, Thread
from typing import cast

import pytest

from core.errors import BrokerRefusedError, BrokerUnavailableError
from core.events import ConnectionChanged, ConnectionState
from tests.support.fakes import EventLog
from worker.runtime.connection_status import ConnectionStatus


def _link() -> tuple[ConnectionStatus, EventLog]:
    events = EventLog()
    return ConnectionStatus("RabbitMQ", "localhost:5672", now_ms=lambda: 7, on_event=events), events


def test_that_a_change_is_told_once_whoever_notices() -> None:
    link, events = _link()
    assert link.state is ConnectionState.CONNECTING

    link.set_connecting()
    link.set_connecting()
    link.set_online()
    link.set_online()
    link.set_connecting()

    assert [event.state for event in events.of(ConnectionChanged)] == [
        ConnectionState.CONNECTING,
        ConnectionState.ONLINE,
    ]
    assert events.of(ConnectionChanged)[1] == ConnectionChanged(7, ConnectionState.ONLINE, "RabbitMQ", "localhost:5672")
    assert link.state.value == "online"


def test_that_a_loss_says_why_and_when_the_next_try_is() -> None:
    link, events = _link()

    link.set_lost(BrokerUnavailableError("gone"), next_try_at_ms=100)
    link.set_lost(BrokerUnavailableError("gone"), next_try_at_ms=200)
    link.set_lost(BrokerUnavailableError("gone"), next_try_at_ms=None)
    link.set_lost(BrokerRefusedError("no"), next_try_at_ms=None)

    assert [(e.state, e.problem, e.next_try_at_ms) for e in events.of(ConnectionChanged)] == [
        (ConnectionState.OFFLINE, "gone", 100),
        (ConnectionState.OFFLINE, "gone", 200),
        (ConnectionState.REFUSED, "no", None),
    ]


def test_that_the_others_are_woken_when_the_broker_is_back() -> None:
    link, _ = _link()
    woken: list[str] = []
    link.on_reconnect(lambda: woken.append("a"))
    link.on_reconnect(lambda: woken.append("b"))

    link.set_online()
    link.set_online()
    link.set_lost(BrokerUnavailableError("gone"), next_try_at_ms=None)
    link.set_online()

    assert woken == ["a", "b", "a", "b"]


def test_that_an_alarm_stays_said_whoever_connects_and_ends_with_the_connection() -> None:
    link, events = _link()
    woken: list[str] = []
    link.on_reconnect(lambda: woken.append("a"))

    link.set_online()
    link.set_blocked("")
    link.set_blocked("low on memory")
    link.set_blocked("low on memory")
    link.set_online()
    assert link.state is ConnectionState.BLOCKED
    link.set_blocked("")
    link.set_blocked("low on disk")
    link.set_lost(BrokerUnavailableError("gone"), next_try_at_ms=None)
    link.set_online()

    assert [(event.state, event.problem) for event in events.of(ConnectionChanged)] == [
        (ConnectionState.ONLINE, ""),
        (ConnectionState.BLOCKED, "low on memory"),
        (ConnectionState.ONLINE, ""),
        (ConnectionState.BLOCKED, "low on disk"),
        (ConnectionState.OFFLINE, "gone"),
        (ConnectionState.ONLINE, ""),
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
                link.set_blocked("")
            self._lock.acquire()

        def __exit__(self, *_: object) -> None:
            self._lock.release()

    link.set_online()
    link.set_blocked("low on memory")
    link._lock = cast(Lock, Turn())
    link.set_online()

    assert link.state is ConnectionState.ONLINE
    assert [event.state for event in events.of(ConnectionChanged)] == [
        ConnectionState.ONLINE,
        ConnectionState.BLOCKED,
        ConnectionState.ONLINE,
    ]


def test_that_whoever_is_told_may_ask_and_tell_in_turn() -> None:
    """From another thread, which it waits for: no lock is held while an event is told."""
    ended: list[bool] = []

    def on_event(_event: object) -> None:
        asking = Thread(target=lambda: link.on_reconnect(lambda: None))
        asking.start()
        asking.join(60)
        ended.append(not asking.is_alive())

    link = ConnectionStatus("RabbitMQ", "localhost:5672", now_ms=lambda: 7, on_event=on_event)
    link.set_online()
    assert ended == [True]


def test_that_changes_are_told_in_the_order_in_which_they_were_noticed() -> None:
    told: list[ConnectionState] = []
    begun, go_on = Event(), Event()

    def on_event(event: object) -> None:
        if not told:
            begun.set()
            assert go_on.wait(60)
        told.append(cast(ConnectionChanged, event).state)

    link = ConnectionStatus("RabbitMQ", "localhost:5672", now_ms=lambda: 7, on_event=on_event)
    first = Thread(target=link.set_online)
    first.start()
    assert begun.wait(60)

    def lose_and_find() -> None:
        link.set_lost(BrokerUnavailableError("gone"), next_try_at_ms=None)
        link.set_online()

    later = Thread(target=lose_and_find)
    later.start()
    later.join(60)
    assert not later.is_alive()  # it left what it noticed to the first
    go_on.set()
    first.join(60)
    assert told == [ConnectionState.ONLINE, ConnectionState.OFFLINE, ConnectionState.ONLINE]


def test_that_an_event_that_nobody_could_take_keeps_no_later_one_back() -> None:
    told: list[ConnectionState] = []

    def on_event(event: object) -> None:
        told.append(cast(ConnectionChanged, event).state)
        if len(told) == 1:
            raise ZeroDivisionError

    link = ConnectionStatus("RabbitMQ", "localhost:5672", now_ms=lambda: 7, on_event=on_event)
    with pytest.raises(ZeroDivisionError):
        link.set_connecting()
    link.set_online()
    assert told == [ConnectionState.CONNECTING, ConnectionState.ONLINE]
