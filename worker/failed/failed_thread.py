"""Thread that runs actions on the failed list for a screen, one after the other, and reports their progress."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Condition, Event, Thread

from core.errors import InvalidWorkoutError, PacelineError, UndecodableBodyError
from core.failures.corrections import FieldCorrection
from core.logs import get_log
from worker.failed.failed_service import STOPPED, ActionResult, FailedMessageService
from worker.runtime.shutdown import join_thread

FAILED_PROGRESS, FAILED_ACTED, FAILED_UNSEEN = "failed progress", "failed acted", "failed unseen"
BROKEN = "It broke by a fault of this program; the log has the details."

_log = get_log(__name__)


@dataclass(frozen=True, slots=True)
class FailedProgress:
    """Progress of an action, in messages. `act` is its name: `retry`, `convert` or `discard`."""

    act: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class FailedActed:
    """An action has ended. `error`: why the new body would fail again; nothing was sent then."""

    act: str
    total: int
    acted: ActionResult
    error: InvalidWorkoutError | UndecodableBodyError | None = None


@dataclass(frozen=True, slots=True)
class _Action:
    """An action with its own cancel event. `name` is empty for one that is not answered when it is cancelled."""

    run: Callable[[], None]
    cancelled: Event
    name: str = ""
    total: int = 0


class FailedThread:
    """Owns a FailedMessageService. Public methods may be called from any thread and return at once.

    `on_answer` is called in this thread, and by `cancel` in the caller's, once for each action that never began.
    """

    def __init__(self, service: FailedMessageService, *, on_answer: Callable[[str, object], None]) -> None:
        self._service = service
        self._on_answer = on_answer
        self._changed = Condition()
        self._waiting: deque[_Action] = deque()
        self._running: _Action | None = None
        self._stopping = False
        self._is_open = False
        self._thread = Thread(target=self._run, name="failed list", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def retry(self, keys: Sequence[str]) -> None:
        self._do_many("retry", keys, self._service.retry)

    def convert(self, changes: Sequence[FieldCorrection]) -> None:
        self._do_many("convert", changes, self._service.resend_changed)

    def discard(self, keys: Sequence[str]) -> None:
        self._do_many("discard", keys, self._service.discard)

    def resend(self, key: str, body: bytes) -> None:
        self._do(lambda: self._resend(key, body), "resend", 1)

    def import_queue(self) -> None:
        self._do(lambda: self._answer_acted("read in", 0, self._service.import_queue), "read in")

    def count_unlisted(self) -> None:
        """Answers FAILED_UNSEEN with how many messages the failed queue has beyond those on the list."""
        self._do(lambda: self._on_answer(FAILED_UNSEEN, self._opened().count_unlisted()))

    def cancel(self) -> None:
        """End the running action after its current step; those that wait are answered as stopped."""
        with self._changed:
            if self._running is not None:
                self._running.cancelled.set()
            never_begun = [one for one in self._waiting if one.name]
            self._waiting.clear()
        for one in never_begun:
            self._on_answer(FAILED_ACTED, FailedActed(one.name, one.total, ActionResult(0, problem=STOPPED)))

    def stop(self) -> None:
        with self._changed:
            self._stopping = True
            if self._running is not None:
                self._running.cancelled.set()
            self._waiting.clear()
            self._changed.notify()

    def join(self, timeout_s: float) -> bool:
        """Wait at most `timeout_s`; True when the thread has ended."""
        return join_thread(self._thread, timeout_s)

    def _do(self, run: Callable[[], None], name: str = "", total: int = 0) -> None:
        self._add(_Action(run, Event(), name, total))

    def _do_many(self, name: str, items: Sequence[object], act: Callable[..., ActionResult]) -> None:
        # One event per action: an action that is added later must not undo the cancelling of this one.
        cancelled = Event()

        def progress(done: int, total: int) -> None:
            self._on_answer(FAILED_PROGRESS, FailedProgress(name, done, total))

        def run() -> None:
            self._answer_acted(name, len(items), lambda: act(items, progress=progress, stopped=cancelled.is_set))

        self._add(_Action(run, cancelled, name, len(items)))

    def _add(self, action: _Action) -> None:
        with self._changed:
            if not self._stopping:
                self._waiting.append(action)
                self._changed.notify()

    def _run(self) -> None:
        while (action := self._next()) is not None:
            try:
                action.run()
            except PacelineError as error:
                _log.info("failed-list query not answered", problem=str(error))
                self._close()
            except Exception:  # noqa: BLE001 - one faulty action must not stop all others
                _log.exception("failed-list query failed")
                self._close()
        self._close()

    def _next(self) -> _Action | None:
        with self._changed:
            self._running = None
            while not self._waiting and not self._stopping:
                self._changed.wait()
            if not self._stopping:
                self._running = self._waiting.popleft()
            return self._running

    def _resend(self, key: str, body: bytes) -> None:
        try:
            self._answer_acted("resend", 1, lambda: self._service.resend(key, body))
        except (InvalidWorkoutError, UndecodableBodyError) as error:
            self._on_answer(FAILED_ACTED, FailedActed("resend", 1, ActionResult(0), error))

    def _answer_acted(self, name: str, total: int, act: Callable[[], ActionResult]) -> None:
        try:
            self._opened()
            acted = act()
        except (InvalidWorkoutError, UndecodableBodyError):
            raise
        except PacelineError as error:
            acted = ActionResult(0, problem=str(error))
            self._close()
        except Exception:  # noqa: BLE001 - the screen waits for an answer
            _log.exception("failed-list action failed", act=name)
            acted = ActionResult(0, problem=BROKEN)
            self._close()
        self._on_answer(FAILED_ACTED, FailedActed(name, total, acted))

    def _opened(self) -> FailedMessageService:
        if not self._is_open:
            self._service.open()
            self._is_open = True
        return self._service

    def _close(self) -> None:
        if self._is_open:
            self._is_open = False
            try:
                self._service.close()
            except Exception:  # noqa: BLE001 - the next action opens it again
                _log.exception("failed list not closed cleanly")
