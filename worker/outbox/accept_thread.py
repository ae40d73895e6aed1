"""Accepting: workouts from any thread onto this disk, many in one commit, whatever the broker does meanwhile."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from threading import Condition, Lock, Thread
from time import monotonic

from core.broker.backoff import Backoff
from core.codec.workout_codec import MessageKind, encode
from core.errors import (
    InvalidWorkoutError,
    StoreDamagedError,
    StoreFileReplacedError,
    StoreUnavailableError,
    unexpected_error_text,
)
from core.events import Accepted, Event, ProblemRaised
from core.logs import get_log
from core.outbox.outbox import Outbox, Submission
from core.workouts.local_start import start_text_of
from core.workouts.model import Workout
from core.workouts.names import canonical_name
from worker.runtime.shutdown import join_thread

MAX_WAITING = 20_000
GROUP = 1_000  # of one commit
LAST_TRIES_S = 2.0  # after the stop, while the disk refuses what was submitted before it

_log = get_log(__name__)


@dataclass(frozen=True, slots=True)
class AcceptRequest:
    """A workout somebody submitted, not on the disk yet. `at_ms`: when they did."""

    workout: Workout
    at_ms: int


def submission_of(
    workout: Workout, *, kind: MessageKind, submitted_at_ms: int, body: bytes | None = None
) -> Submission:
    """InvalidWorkoutError when its body is over the bound. `body`: as somebody else wrote it, to be sent as it is."""
    message = encode(workout, kind=kind, submitted_at_ms=submitted_at_ms)
    return Submission(
        message if body is None else replace(message, body=body),
        workout.workout_id,
        workout.revision,
        kind.value,
        workout.athlete,
        workout.sport,
        workout.duration_min,
        workout.distance_km,
        start_text_of(workout.started_at),
    )


def accepted(s: Submission, at_ms: int) -> Accepted:
    """What is told of a submission that is on the disk since `at_ms`."""
    # An older version wrote down names as they were sent.
    names = canonical_name(s.athlete), canonical_name(s.sport)
    return Accepted(at_ms, s.workout_id, *names, s.duration_min, s.distance_km, s.started_at)


class AcceptThread:
    """Owns an Outbox of its own. Public methods are for any thread; `on_event` and `on_accepted` are called in it.

    `writing` is shared with other threads that write the same file: SQLite's own wait between two writers is longer.
    """

    def __init__(
        self,
        outbox: Outbox,
        *,
        now_ms: Callable[[], int],
        on_event: Callable[[Event], None],
        on_accepted: Callable[[], None],
        writing: Lock,
        backoff: Backoff | None = None,
        max_waiting: int = MAX_WAITING,
        last_tries_s: float = LAST_TRIES_S,
    ) -> None:
        self._outbox = outbox
        self._now_ms = now_ms
        self._on_event = on_event
        self._on_accepted = on_accepted
        self._writing = writing
        self._backoff = backoff or Backoff(max_s=2.0)
        self._max_waiting = max_waiting
        self._last_tries_s = last_tries_s
        self._changed = Condition()
        self._waiting: deque[AcceptRequest] = deque()
        self._acts: deque[Callable[[Outbox], None]] = deque()
        self._stopping = False
        self._give_up_at_s = 0.0  # once stopping
        self._in_trouble = False
        self._thread = Thread(target=self._run, name="outbox", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def submit(self, workouts: Sequence[Workout]) -> bool:
        """Returns at once. False, and nothing taken, when too many wait already or the thread is stopping."""
        at_ms = self._now_ms()
        with self._changed:
            if self._stopping or len(self._waiting) + len(workouts) > self._max_waiting:
                return False
            self._waiting.extend([AcceptRequest(workout, at_ms) for workout in workouts])
            self._changed.notify()
        return True

    def use(self, act: Callable[[Outbox], None]) -> None:
        """Do something with the open outbox, in this thread, soon. Dropped when the outbox cannot be used."""
        with self._changed:
            self._acts.append(act)
            self._changed.notify()

    def stop(self) -> None:
        """What was submitted before is still accepted, tried again for a while where the disk refuses it."""
        with self._changed:
            if not self._stopping:
                self._give_up_at_s = monotonic() + self._last_tries_s
            self._stopping = True
            self._changed.notify()

    def join(self, timeout_s: float) -> bool:
        """Whether it has ended."""
        return join_thread(self._thread, timeout_s)

    def not_accepted(self) -> list[Workout]:
        """After the end: what was submitted and never got onto the disk, or, of a thread that hangs, may not have."""
        with self._changed:
            return [wanted.workout for wanted in self._waiting]

    def _run(self) -> None:
        try:
            if self._retry_until_open(self._open):
                while self._step():
                    pass
        finally:
            self._outbox.close()

    def _open(self) -> None:
        with self._writing:  # the first who opens a new file makes its tables
            self._outbox.open()

    def _step(self) -> bool:
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._acts or self._stopping)
            group = list(islice(self._waiting, GROUP))
            acts = [self._acts.popleft() for _ in range(len(self._acts))]
        for act in acts:
            self._do(act)
        if group and not self._retry_until_open(lambda: self._accept(group)):
            return False
        with self._changed:
            for _ in group:
                self._waiting.popleft()
            return not (self._stopping and not self._waiting and not self._acts)

    def _do(self, act: Callable[[Outbox], None]) -> None:
        try:
            with self._writing:
                act(self._outbox)
        except (StoreUnavailableError, StoreDamagedError) as error:
            _log.warning("the outbox could not be used", problem=str(error))
            if isinstance(error, StoreFileReplacedError):
                self._retry_until_open(self._open)
        except Exception:  # noqa: BLE001 - a fault of one act must not end the accepting
            _log.exception("an act on the outbox broke")

    def _accept(self, group: Sequence[AcceptRequest]) -> None:
        try:
            self._accept_all([self._submission(wanted) for wanted in group])
        except (StoreUnavailableError, StoreDamagedError):
            raise
        except Exception as error:  # noqa: BLE001 - one that nobody foresaw costs its own workout, not all that follow
            if len(group) > 1:
                for wanted in group:
                    self._accept([wanted])
                return
            why = str(error)
            if not isinstance(error, InvalidWorkoutError):
                _log.exception("a workout could not be accepted")
                why = unexpected_error_text(error)
            self._raise_problem("refused", f"A workout of {group[0].workout.athlete} was not accepted: {why}")

    def _submission(self, wanted: AcceptRequest) -> Submission:
        return submission_of(wanted.workout, kind=MessageKind.SUBMITTED, submitted_at_ms=wanted.at_ms)

    def _accept_all(self, submissions: Sequence[Submission]) -> None:
        with self._writing:
            self._outbox.accept(submissions)
            # Told before the lock is given up: whoever sends them needs it before it can tell that they are confirmed.
            at_ms = self._now_ms()
            for submission in submissions:
                self._on_event(accepted(submission, at_ms))
        self._on_accepted()

    def _retry_until_open(self, act: Callable[[], None]) -> bool:
        """Again and again while the disk refuses; False when it is given up. Says once what is wrong."""
        is_moved = False
        while True:
            try:
                if is_moved:
                    self._open()
                    is_moved = False
                act()
            except Exception as error:  # noqa: BLE001 - without this thread, what is submitted would go nowhere
                is_moved = is_moved or isinstance(error, StoreFileReplacedError)
                if not self._in_trouble:
                    why = str(error)
                    if not isinstance(error, StoreUnavailableError | StoreDamagedError):
                        _log.exception("the outbox broke")
                        why = unexpected_error_text(error)
                    self._raise_problem("outbox", f"Workouts cannot be accepted just now. {why}")
                self._in_trouble = True
                if self._is_given_up(self._backoff.next_s()):
                    return False
            else:
                self._in_trouble = False
                self._backoff.reset()
                return True

    def _is_given_up(self, wait_s: float) -> bool:
        """Waits that long before the next try, less when told to stop meanwhile."""
        with self._changed:
            if self._stopping:
                self._changed.wait(min(wait_s, max(0.0, self._give_up_at_s - monotonic())))
            else:
                self._changed.wait_for(lambda: self._stopping, wait_s)
            return self._stopping and (not self._waiting or monotonic() >= self._give_up_at_s)

    def _raise_problem(self, kind: str, text: str) -> None:
        _log.warning("not accepted", problem=text)
        self._on_event(ProblemRaised(self._now_ms(), kind, text))
