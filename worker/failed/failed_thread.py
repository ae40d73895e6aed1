"""Thread that runs actions on the failed list for a screen, one after the other, and reports their progress."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Event
from typing import Any

from core.errors import InvalidWorkoutError, PacelineError, UndecodableBodyError
from core.failures.corrections import FieldCorrection
from core.logs import get_log
from worker.failed.failed_service import STOPPED, ActionResult, AnsweredConflict, FailedMessageService
from worker.runtime.query import Reply
from worker.runtime.service_thread import ServiceThread

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


OnProgress = Callable[[FailedProgress], None]
OnActed = Callable[[FailedActed], None]


@dataclass(frozen=True, slots=True)
class _Action:
    """An action with its own cancel event. Without `on_acted` it is not answered when it is cancelled."""

    run: Callable[[], None]
    cancelled: Event
    name: str = ""
    total: int = 0
    on_acted: OnActed | None = None


class FailedThread(ServiceThread):
    """Owns a FailedMessageService. Public methods may be called from any thread and return at once.

    `post` is called in this thread, and by `cancel` in the caller's, once for each action that never began.
    """

    def __init__(self, service: FailedMessageService, *, post: Callable[[Reply[Any]], None]) -> None:
        super().__init__("failed list")
        self._service = service
        self._post = post
        self._waiting: deque[_Action] = deque()
        self._running: _Action | None = None
        self._is_open = False

    def retry(self, keys: Sequence[str], on_progress: OnProgress, on_acted: OnActed) -> None:
        self._do_many("retry", keys, self._service.retry, on_progress, on_acted)

    def convert(self, changes: Sequence[FieldCorrection], on_progress: OnProgress, on_acted: OnActed) -> None:
        self._do_many("convert", changes, self._service.resend_changed, on_progress, on_acted)

    def discard(self, keys: Sequence[str], on_progress: OnProgress, on_acted: OnActed) -> None:
        self._do_many("discard", keys, self._service.discard, on_progress, on_acted)

    def resend(self, key: str, body: bytes, on_acted: OnActed) -> None:
        def act() -> ActionResult:
            return self._service.resend(key, body)

        self._add(_Action(lambda: self._answer_acted("resend", 1, act, on_acted), Event(), "resend", 1, on_acted))

    def settle_conflicts(self, answered: AnsweredConflict, on_acted: OnActed) -> None:
        def act() -> ActionResult:
            return self._service.settle_conflicts(answered)

        self._add(_Action(lambda: self._answer_acted("settle", 1, act, on_acted), Event(), "settle", 1, on_acted))

    def import_queue(self, on_acted: OnActed) -> None:
        act = self._service.import_queue
        self._add(_Action(lambda: self._answer_acted("read in", 0, act, on_acted), Event(), "read in", 0, on_acted))

    def count_unlisted(self, on_counted: Callable[[int], None]) -> None:
        """Count the messages that the failed queue has beyond those on the list; no reply if that cannot be done."""
        self._add(_Action(lambda: self._post(Reply(self._opened().count_unlisted(), on_counted)), Event()))

    def cancel(self) -> None:
        """End the running action after its current step; those that wait are answered as stopped."""
        with self._changed:
            if self._running is not None:
                self._running.cancelled.set()
            never_begun = tuple(self._waiting)
            self._waiting.clear()
        for one in never_begun:
            if one.on_acted is not None:
                stopped = FailedActed(one.name, one.total, ActionResult(0, problem=STOPPED))
                self._post(Reply(stopped, one.on_acted))

    def stop(self) -> None:
        with self._changed:
            if self._running is not None:
                self._running.cancelled.set()
            self._waiting.clear()
            super().stop()

    def _do_many(
        self,
        name: str,
        items: Sequence[object],
        act: Callable[..., ActionResult],
        on_progress: OnProgress,
        on_acted: OnActed,
    ) -> None:
        # One event per action: an action that is added later must not undo the cancelling of this one.
        cancelled = Event()

        def progress(done: int, total: int) -> None:
            self._post(Reply(FailedProgress(name, done, total), on_progress))

        def act_on_all() -> ActionResult:
            return act(items, progress=progress, stopped=cancelled.is_set)

        def run() -> None:
            self._answer_acted(name, len(items), act_on_all, on_acted)

        self._add(_Action(run, cancelled, name, len(items), on_acted))

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
            self._changed.wait_for(lambda: self._waiting or self._stopping)
            if not self._stopping:
                self._running = self._waiting.popleft()
            return self._running

    def _answer_acted(self, name: str, total: int, act: Callable[[], ActionResult], on_acted: OnActed) -> None:
        invalid = None
        try:
            self._opened()
            acted = act()
        except (InvalidWorkoutError, UndecodableBodyError) as error:
            acted, invalid = ActionResult(0), error
        except PacelineError as error:
            acted = ActionResult(0, problem=str(error))
            self._close()
        except Exception:  # noqa: BLE001 - the screen waits for an answer
            _log.exception("failed-list action failed", act=name)
            acted = ActionResult(0, problem=BROKEN)
            self._close()
        self._post(Reply(FailedActed(name, total, acted, invalid), on_acted))

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
