"""Questions of screens, answered in a thread of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from queue import Queue
from threading import Event
from typing import Any

import pytest

from core.errors import PacelineError
from core.store.reader import ResultsReader
from core.store.writer import ResultsStore
from worker.monitoring.reader_thread import ReaderThread
from worker.runtime.query import Query, Reply

WAIT_S = 60.0


class Asked:
    """Asks, and takes results and errors with the name that they were asked under."""

    def __init__(self, path: Path) -> None:
        self.url = f"sqlite:///{path}"
        self.replies: Queue[Reply[Any]] = Queue()
        self.heard: list[tuple[str, object]] = []
        self.thread = ReaderThread(ResultsReader(self.url, now_ms=lambda: 1), post=self.replies.put)
        self.thread.start()

    def ask(self, name: str, run: Callable[[ResultsReader], object], *, tell_errors: bool = False) -> None:
        hear = partial(self._hear, name)
        self.thread.ask(Query(name, run, hear, hear if tell_errors else None))

    def _hear(self, name: str, result: object) -> None:
        self.heard.append((name, result))

    def make_file(self) -> None:
        with closing(ResultsStore(self.url, now_ms=lambda: 1)) as store:
            store.open()

    def answer(self) -> tuple[str, object]:
        self.replies.get(timeout=WAIT_S).deliver()
        return self.heard.pop()


@pytest.fixture
def asked(tmp_path: Path) -> Iterator[Asked]:
    asked = Asked(tmp_path / "results.db")
    yield asked
    asked.thread.stop()
    assert asked.thread.join(WAIT_S)


def test_that_who_wants_to_know_is_told_why_there_is_no_answer(asked: Asked) -> None:
    asked.ask("dropped", lambda reader: reader.failed.groups())
    asked.ask("told", lambda reader: reader.failed.groups(), tell_errors=True)
    topic, answer = asked.answer()
    assert topic == "told"
    assert isinstance(answer, PacelineError)
    asked.make_file()
    asked.ask("told", lambda reader: reader.failed.groups(), tell_errors=True)
    assert asked.answer() == ("told", ())


def test_that_a_newer_question_takes_the_place_of_one_that_waits(asked: Asked) -> None:
    asked.make_file()
    held, begun = Event(), Event()

    def wait(_: ResultsReader) -> str:
        begun.set()
        assert held.wait(WAIT_S)
        return "first"

    asked.ask("slow", wait)
    assert begun.wait(WAIT_S)
    asked.ask("page", lambda _: 1)
    asked.ask("page", lambda _: 2)
    held.set()
    assert [asked.answer(), asked.answer()] == [("slow", "first"), ("page", 2)]
    assert asked.replies.empty()


@pytest.mark.expects_warnings
def test_that_who_wants_to_know_is_told_of_an_error_that_nobody_foresaw(asked: Asked) -> None:
    asked.make_file()

    def broken(_: ResultsReader) -> str:
        raise MemoryError

    asked.ask("told", broken, tell_errors=True)
    topic, answer = asked.answer()
    assert topic == "told"
    assert "MemoryError" in str(answer)
    asked.ask("told", lambda reader: reader.failed.groups(), tell_errors=True)
    assert asked.answer() == ("told", ())
