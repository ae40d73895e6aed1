"""Thread that reads the results database for a screen, so that queries never block the user interface."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from threading import Condition, Thread

from core.errors import PacelineError, unexpected_error_text
from core.logs import get_log
from core.store.reader import ResultsReader
from worker.runtime.shutdown import join_thread

MAX_WAITING = 64

_log = get_log(__name__)

Question = Callable[[ResultsReader], object]


class ReaderThread:
    """Owns a ResultsReader, which it opens and closes. A new question of a topic replaces one still waiting.

    `on_answer(topic, answer)` is called in this thread. A question that fails is dropped, since screens ask again;
    with `tell_errors` the answer is the PacelineError.
    """

    def __init__(self, reader: ResultsReader, *, on_answer: Callable[[str, object], None]) -> None:
        self._reader = reader
        self._on_answer = on_answer
        self._changed = Condition()
        self._waiting: OrderedDict[str, tuple[Question, bool]] = OrderedDict()
        self._stopping = False
        self._is_open = False
        self._thread = Thread(target=self._run, name="results reader", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def ask(self, topic: str, question: Question, *, tell_errors: bool = False) -> None:
        """From any thread; returns at once. The oldest waiting topic is dropped when more than MAX_WAITING wait."""
        with self._changed:
            self._waiting[topic] = (question, tell_errors)
            if len(self._waiting) > MAX_WAITING:
                self._waiting.popitem(last=False)
            self._changed.notify()

    def stop(self) -> None:
        with self._changed:
            self._stopping = True
            self._changed.notify()

    def join(self, timeout_s: float) -> bool:
        """Wait at most `timeout_s`; True when the thread has ended."""
        return join_thread(self._thread, timeout_s)

    def _run(self) -> None:
        while (waiting := self._next()) is not None:
            topic, (question, tell_errors) = waiting
            self._answer(topic, question, tell_errors)
        self._close()

    def _next(self) -> tuple[str, tuple[Question, bool]] | None:
        with self._changed:
            while not self._waiting and not self._stopping:
                self._changed.wait()
            return None if self._stopping else self._waiting.popitem(last=False)

    def _answer(self, topic: str, question: Question, tell_errors: bool) -> None:
        try:
            if not self._is_open:
                self._reader.open()
                self._is_open = True
            answer = question(self._reader)
        except PacelineError as error:
            _log.info("results query not answered", topic=topic, problem=str(error))
            self._fail(topic, error, tell_errors)
        except Exception as error:  # noqa: BLE001 - one faulty query must not stop all others
            _log.exception("results query failed", topic=topic)
            self._fail(topic, PacelineError(unexpected_error_text(error)), tell_errors)
        else:
            self._on_answer(topic, answer)

    def _fail(self, topic: str, error: PacelineError, tell_errors: bool) -> None:
        self._close()
        if tell_errors:
            self._on_answer(topic, error)

    def _close(self) -> None:
        if self._is_open:
            self._is_open = False
            self._reader.close()
