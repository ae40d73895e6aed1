"""Acts on the failed list for a screen: one after the other, in a thread of its own, with progress."""

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
    """How far an act has come. `act` is its name: `retry`, `convert`, `discard`."""

    act: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class FailedActed:
    """An act is over. `error`: a body that would fail again, with what is wrong with it; nothing was sent then."""

    act: str
    total: int
    acted: ActionResult
    error: InvalidWorkoutError | UndecodableBodyError | None = None


@dataclass(frozen=True, slots=True)
class _Waiting:
    """An action that has not begun. `name` is empty for one that cannot be cancelled."""

    run: Callable[[], None]
    cancelled: Event
    name: str = ""
    total: int = 0


class FailedThread:
    """Owns a FailedMessageService. Public methods may be called from any thread and return at once.

    `on_answer` is called in this thread, and by `cancel` in the caller's, once for each action that never began.
    """

    def __init__(self, desk: FailedMessageService, *, on_answer: Callable[[str, object], None]) -> None:
        self._desk = desk
        self._on_answer = on_answer
        self._changed = Condition()
        self._acts: deque[_Waiting] = deque()
        self._running: _Waiting | None = None
        self._stopping = False
        self._is_open = False
        self._thread = Thread(target=self._run, name="failed list", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def retry(self, keys: Sequence[str]) -> None:
        self._do_many("retry", keys, self._desk.retry)

    def convert(self, changes: Sequence[FieldCorrection]) -> None:
        self._do_many("convert", changes, self._desk.resend_changed)

    def discard(self, keys: Sequence[str]) -> None:
        self._do_many("discard", keys, self._desk.discard)

    def resend(self, key: str, body: bytes) -> None:
        self._do(lambda: self._resend(key, body), "resend", 1)

    def read_in(self) -> None:
        self._do(lambda: self._answer_acted("read in", 0, self._desk.import_queue), "read in")

    def look_for_unseen(self) -> None:
        """FAILED_UNSEEN is answered with how many only the queue knows."""
        self._do(lambda: self._on_answer(FAILED_UNSEEN, self._opened().count_unlisted()))

    def cancel(self) -> None:
        """End the running action after its next step; those that wait are answered as stopped."""
        with self._changed:
            if self._running is not None:
                self._running.cancelled.set()
            waiting = [one for one in self._acts if one.name]
            self._acts.clear()
        for one in waiting:
            self._on_answer(FAILED_ACTED, FailedActed(one.name, one.total, ActionResult(0, problem=STOPPED)))

    def stop(self) -> None:
        with self._changed:
            self._stopping = True
            if self._running is not None:
                self._running.cancelled.set()
            self._acts.clear()
            self._changed.notify()

    def join(self, timeout_s: float) -> bool:
        """Whether it has ended."""
        return join_thread(self._thread, timeout_s)

    def _do(self, run: Callable[[], None], name: str = "", total: int = 0) -> None:
        self._add(_Waiting(run, Event(), name, total))

    def _do_many(self, name: str, items: Sequence[object], act: Callable[..., ActionResult]) -> None:
        # An event of its own: an action that is added later must not take back the cancelling of this one.
        cancelled = Event()

        def progress(done: int, total: int) -> None:
            self._on_answer(FAILED_PROGRESS, FailedProgress(name, done, total))

        def run() -> None:
            self._answer_acted(name, len(items), lambda: act(items, progress=progress, stopped=cancelled.is_set))

        self._add(_Waiting(run, cancelled, name, len(items)))

    def _add(self, waiting: _Waiting) -> None:
        with self._changed:
            if not self._stopping:
                self._acts.append(waiting)
                self._changed.notify()

    def _run(self) -> None:
        while (act := self._next()) is not None:
            try:
                act.run()
            except PacelineError as error:
                _log.info("the failed list could not be acted on", problem=str(error))
                self._close()
            except Exception:  # noqa: BLE001 - one act must not end all others
                _log.exception("an act on the failed list broke")
                self._close()
        self._close()

    def _next(self) -> _Waiting | None:
        with self._changed:
            self._running = None
            while not self._acts and not self._stopping:
                self._changed.wait()
            if not self._stopping:
                self._running = self._acts.popleft()
            return self._running

    def _resend(self, key: str, body: bytes) -> None:
        try:
            self._answer_acted("resend", 1, lambda: self._desk.resend(key, body))
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
        except Exception:  # noqa: BLE001 - whoever asked waits for an answer
            _log.exception("an act on the failed list broke", act=name)
            acted = ActionResult(0, problem=BROKEN)
            self._close()
        self._on_answer(FAILED_ACTED, FailedActed(name, total, acted))

    def _opened(self) -> FailedMessageService:
        if not self._is_open:
            self._desk.open()
            self._is_open = True
        return self._desk

    def _close(self) -> None:
        if self._is_open:
            self._is_open = False
            try:
                self._desk.close()
            except Exception:  # noqa: BLE001 - it is opened afresh by the next act
                _log.exception("the failed list could not be closed")
