"""Keeping: workouts of many callers at once, in one commit, and a verdict for each of them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Condition, Lock, Thread

from core.broker.backoff import Backoff
from core.codec.workout_codec import MessageKind
from core.errors import (
    FieldProblem,
    InvalidWorkoutError,
    StoreDamagedError,
    StoreFileReplacedError,
    StoreUnavailableError,
    unexpected_error_text,
)
from core.events import Event
from core.logs import get_log
from core.outbox.outbox import Outbox
from core.workouts.model import Workout
from worker.outbox.accept_thread import accepted, submission_of
from worker.runtime.shutdown import join_thread

MAX_WAITING = 1_000
GROUP = 500  # of one commit

_log = get_log(__name__)


@dataclass(frozen=True, slots=True)
class KeepRequest:
    """A workout that somebody waits for. `body`: as it came; `at_ms`: when; `ticket`: how the caller knows it again.

    `workout` None keeps nothing: it finds out whether something could be kept just now.
    """

    workout: Workout | None
    body: bytes
    at_ms: int
    ticket: object


@dataclass(frozen=True, slots=True)
class KeepResult:
    """On the disk, unless one of these is there. `problems`: the workout is wrong; `trouble`: the disk is."""

    ticket: object
    problems: tuple[FieldProblem, ...] = ()
    error: str = ""


class IngestWriterThread:
    """Owns an Outbox. Public methods are for any thread; the three callbacks are called in its own.

    Unlike AcceptThread it never tries twice: who posts is told at once that nothing can be kept.
    `on_settled` gets the verdicts of one commit together, after it.
    """

    def __init__(
        self,
        outbox: Outbox,
        *,
        now_ms: Callable[[], int],
        on_event: Callable[[Event], None],
        on_accepted: Callable[[], None],
        on_settled: Callable[[Sequence[KeepResult]], None],
        writing: Lock,
        backoff: Backoff | None = None,
        max_waiting: int = MAX_WAITING,
    ) -> None:
        self._outbox = outbox
        self._now_ms = now_ms
        self._on_event = on_event
        self._on_accepted = on_accepted
        self._on_settled = on_settled
        self._writing = writing
        self._backoff = backoff or Backoff(max_s=2.0)
        self._max_waiting = max_waiting
        self._changed = Condition()
        self._waiting: deque[KeepRequest] = deque()
        self._stopping = False
        self._trouble = ""
        self._thread = Thread(target=self._run, name="keeping", daemon=True)

    @property
    def error(self) -> str:
        """Why nothing could be kept at the last try; empty when it could."""
        return self._trouble

    def start(self) -> None:
        self._thread.start()

    def keep(self, wanted: KeepRequest) -> bool:
        """Returns at once; `on_settled` tells. False, and nothing taken, when too many wait or it is stopping."""
        with self._changed:
            if self._stopping or len(self._waiting) >= self._max_waiting:
                return False
            self._waiting.append(wanted)
            self._changed.notify()
        return True

    def stop(self) -> None:
        """What waits already is still kept."""
        with self._changed:
            self._stopping = True
            self._changed.notify()

    def join(self, timeout_s: float) -> bool:
        """Whether it has ended."""
        return join_thread(self._thread, timeout_s)

    def _run(self) -> None:
        try:
            if self._open():
                while self._step():
                    pass
        finally:
            self._outbox.close()

    def _open(self) -> bool:
        """Again and again while the disk refuses; those who wait meanwhile are told. False: stopped before it could."""
        while True:
            try:
                with self._writing:  # the first who opens a new file makes its tables
                    self._outbox.open()
            except Exception as error:  # noqa: BLE001 - without this thread, who posts would wait for ever
                if not isinstance(error, StoreUnavailableError | StoreDamagedError):
                    _log.exception("the outbox could not be opened")
                    self._note(unexpected_error_text(error))
                else:
                    self._note(str(error))
                self._reject_all(self._take())
                with self._changed:
                    self._changed.wait_for(lambda: self._waiting or self._stopping, self._backoff.next_s())
                    if self._stopping and not self._waiting:
                        return False
            else:
                self._note("")
                return True

    def _step(self) -> bool:
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._stopping)
            if not self._waiting:
                return False
        group = self._take()
        try:
            kept = self._keep(group)
        except (StoreUnavailableError, StoreDamagedError) as error:
            self._note(str(error))
            self._reject_all(group)
            if isinstance(error, StoreFileReplacedError):
                return self._open()
        except Exception as error:  # noqa: BLE001 - the next group may be of another kind, and nobody may wait for ever
            _log.exception("a group could not be kept")
            self._trouble = unexpected_error_text(error)
            self._reject_all(group)
        else:
            self._note("")
            self._on_settled(kept)
        return True

    def _take(self) -> list[KeepRequest]:
        with self._changed:
            return [self._waiting.popleft() for _ in range(min(GROUP, len(self._waiting)))]

    def _keep(self, group: Sequence[KeepRequest]) -> list[KeepResult]:
        try:
            self._commit(group)
        except InvalidWorkoutError as error:
            if len(group) == 1:
                return [KeepResult(group[0].ticket, error.problems)]
            # By halves: one that is wrong among hundreds costs its neighbours a few commits, not one each.
            middle = len(group) // 2
            return [*self._keep_part(group[:middle]), *self._keep_part(group[middle:])]
        return [KeepResult(wanted.ticket) for wanted in group]

    def _keep_part(self, part: Sequence[KeepRequest]) -> list[KeepResult]:
        # The other part may be on the disk by now, so that this one needs verdicts of its own.
        try:
            return self._keep(part)
        except (StoreUnavailableError, StoreDamagedError) as error:
            return [KeepResult(wanted.ticket, error=str(error)) for wanted in part]

    def _commit(self, group: Sequence[KeepRequest]) -> None:
        submissions = [
            submission_of(
                wanted.workout,
                kind=MessageKind.SUBMITTED,
                submitted_at_ms=wanted.at_ms,
                body=wanted.body,
            )
            for wanted in group
            if wanted.workout is not None
        ]
        with self._writing:
            self._outbox.accept(submissions)
            # Told before the lock is given up: whoever sends them needs it before it can tell that they are confirmed.
            at_ms = self._now_ms()
            for submission in submissions:
                self._on_event(accepted(submission, at_ms))
        if submissions:
            self._on_accepted()

    def _reject_all(self, group: Sequence[KeepRequest]) -> None:
        if group:
            self._on_settled([KeepResult(wanted.ticket, error=self._trouble) for wanted in group])

    def _note(self, trouble: str) -> None:
        if trouble and trouble != self._trouble:
            _log.warning("workouts cannot be kept", problem=trouble)
        elif self._trouble and not trouble:
            _log.info("workouts can be kept again")
            self._backoff.reset()
        self._trouble = trouble
