"""Every thread of a program is started once, asked to stop, and waited for within a time."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Event, current_thread

import pytest

from worker.runtime.service_thread import ServiceThread

LONG_S = 10.0


class Echo(ServiceThread):
    """Waits as the threads of the product do, and says what it saw."""

    def __init__(self) -> None:
        super().__init__("echo")
        self.runs: list[str] = []
        self.seen: list[str] = []
        self._waiting: list[str] = []
        self.has_seen = Event()

    def say(self, word: str) -> None:
        with self._changed:
            self._waiting.append(word)
            self._changed.notify()

    def _run(self) -> None:
        self.runs.append(current_thread().name)
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._stopping)
                if self._stopping:
                    return
                self.seen.append(self._waiting.pop(0))
            self.has_seen.set()


class Hanging(ServiceThread):
    """Does not look at whether it was stopped."""

    def __init__(self) -> None:
        super().__init__("hanging")
        self.began, self.released = Event(), Event()

    def _run(self) -> None:
        self.began.set()
        self.released.wait(LONG_S)


@pytest.fixture
def echo() -> Iterator[Echo]:
    made = Echo()
    yield made
    made.stop()
    assert made.join(LONG_S)


@pytest.fixture
def hanging() -> Iterator[Hanging]:
    made = Hanging()
    yield made
    made.released.set()
    assert made.join(LONG_S)


def test_that_it_runs_in_a_thread_of_its_name_until_it_is_stopped(echo: Echo) -> None:
    echo.start()
    echo.say("hello")
    assert echo.has_seen.wait(LONG_S)
    echo.stop()
    assert echo.join(LONG_S)
    assert (echo.runs, echo.seen) == (["echo"], ["hello"])


def test_that_what_was_handed_over_before_the_start_is_seen(echo: Echo) -> None:
    echo.say("early")
    echo.start()
    assert echo.has_seen.wait(LONG_S)
    assert echo.seen == ["early"]


def test_that_it_is_started_once(echo: Echo) -> None:
    echo.start()
    echo.start()
    echo.stop()
    assert echo.join(LONG_S)
    echo.start()
    assert echo.join(LONG_S)
    assert echo.runs == ["echo"]


def test_that_one_that_was_never_started_has_ended(echo: Echo) -> None:
    assert echo.join(LONG_S)
    echo.stop()
    assert echo.join(LONG_S)


def test_that_one_stopped_before_its_start_ends_at_once(echo: Echo) -> None:
    echo.say("late")
    echo.stop()
    echo.start()
    assert echo.join(LONG_S)
    assert echo.seen == []


def test_that_the_wait_for_one_that_hangs_has_an_end(hanging: Hanging) -> None:
    hanging.start()
    assert hanging.began.wait(LONG_S)
    hanging.stop()
    assert not hanging.join(0.01)
    hanging.released.set()
    assert hanging.join(LONG_S)


def test_that_one_that_hangs_does_not_keep_the_program_alive(hanging: Hanging) -> None:
    hanging.start()
    assert hanging._thread.daemon  # there is no other way to see it in one process
