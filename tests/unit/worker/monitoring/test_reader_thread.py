"""Questions of screens, answered in a thread of their own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from queue import Queue
from threading import Event

import pytest

from core.errors import PacelineError
from core.store.reader import ResultsReader
from core.store.writer import ResultsStore
from worker.monitoring.reader_thread import ReaderThread

WAIT_S = 10.0


class Asked:
    def __init__(self, path: Path) -> None:
        self.url = f"sqlite:///{path}"
        self.answers: Queue[tuple[str, object]] = Queue()
        self.thread = ReaderThread(
            ResultsReader(self.url, now_ms=lambda: 1), on_answer=lambda topic, answer: self.answers.put((topic, answer))
        )
        self.thread.start()

    def make_file(self) -> None:
        with closing(ResultsStore(self.url, now_ms=lambda: 1)) as store:
            store.open()

    def answer(self) -> tuple[str, object]:
        return self.answers.get(timeout=WAIT_S)


@pytest.fixture
def asked(tmp_path: Path) -> Iterator[Asked]:
    asked = Asked(tmp_path / "results.db")
    yield asked
    asked.thread.stop()
    assert asked.thread.join(WAIT_S)


def test_that_who_wants_to_know_is_told_why_there_is_no_answer(asked: Asked) -> None:
    asked.thread.ask("dropped", lambda reader: reader.failed.groups())
    asked.thread.ask("told", lambda reader: reader.failed.groups(), tell_errors=True)
    topic, answer = asked.answer()
    assert topic == "told"
    assert isinstance(answer, PacelineError)
    asked.make_file()
    asked.thread.ask("told", lambda reader: reader.failed.groups(), tell_errors=True)
    assert asked.answer() == ("told", ())


def test_that_a_newer_question_takes_the_place_of_one_that_waits(asked: Asked) -> None:
    asked.make_file()
    held, begun = Event(), Event()

    def wait(_: ResultsReader) -> str:
        begun.set()
        assert held.wait(WAIT_S)
        return "first"

    asked.thread.ask("slow", wait)
    assert begun.wait(WAIT_S)
    asked.thread.ask("page", lambda _: 1)
    asked.thread.ask("page", lambda _: 2)
    held.set()
    assert [asked.answer(), asked.answer()] == [("slow", "first"), ("page", 2)]
    assert asked.answers.empty()


@pytest.mark.expects_warnings
def test_that_who_wants_to_know_is_told_of_an_error_that_nobody_foresaw(asked: Asked) -> None:
    asked.make_file()

    def broken(_: ResultsReader) -> str:
        raise MemoryError

    asked.thread.ask("told", broken, tell_errors=True)
    topic, answer = asked.answer()
    assert topic == "told"
    assert "MemoryError" in str(answer)
    asked.thread.ask("told", lambda reader: reader.failed.groups(), tell_errors=True)
    assert asked.answer() == ("told", ())
