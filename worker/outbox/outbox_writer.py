"""The one thread of a program that accepts workouts: from the form, by HTTP and from files, many in one commit."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from threading import Lock
from time import monotonic

from core.broker.backoff import Backoff
from core.codec.workout_codec import MessageKind
from core.errors import FieldProblem, InvalidWorkoutError, StoreError, StoreFileReplacedError, unexpected_error_text
from core.events import Event, ProblemRaised, Producer
from core.logs import get_log
from core.outbox.changes import Change, send
from core.outbox.destination import Destination
from core.outbox.outbox import Outbox
from core.workouts.model import Workout
from worker.outbox.submission import accepted, submission_of
from worker.runtime.service_thread import ServiceThread

MAX_WAITING = 1_000  # of those that can be refused
GROUP = 1_000  # of each kind, in one commit
LAST_TRIES_S = 2.0  # after the stop, while the disk refuses what was submitted before it

_log = get_log(__name__)


@dataclass(frozen=True, slots=True)
class AcceptResult:
    """On the disk, unless there are `problems` (the workout is wrong) or an `error` (anything else).

    `unavailable`: the outbox could not be written, so nothing that was requested after it is accepted either.
    """

    problems: tuple[FieldProblem, ...] = ()
    error: str = ""
    unavailable: bool = False
    was_known: bool = False

    @property
    def refusal(self) -> str:
        """Why it was not accepted, in one line; empty when it was."""
        return str(InvalidWorkoutError(self.problems)) if self.problems else self.error


@dataclass(frozen=True, slots=True)
class AcceptRequest:
    """A workout to accept. `reply` is called once, in the writer's thread. `at_ms`: when it was submitted.

    `workout` None accepts nothing; the reply says whether something could be accepted just now. `body`: the bytes as
    they came, sent unchanged. `retry`: while the outbox cannot be written, try again; else refuse at once. `is_quiet`:
    one of thousands that are shown together, without a receipt of its own. `source`: a Producer; empty: not known.
    """

    workout: Workout | None
    at_ms: int
    reply: Callable[[AcceptResult], None]
    body: bytes | None = None
    retry: bool = False
    kind: MessageKind = MessageKind.SUBMITTED
    is_quiet: bool = False
    source: str = ""


class OutboxWriter(ServiceThread):
    """Accepts workouts into the outbox, in a thread of its own, as long as the program runs.

    A change of the broker connection changes the destination, not the writer. Public methods are for any thread;
    `on_event`, `on_accepted` and every `reply` are called in the writer's thread.

    - A request is accepted when its commit has returned: then Accepted events, `on_accepted`, and the replies. One that
      was accepted before with the same content is accepted again, as `was_known`.
    - A workout that is wrong, or breaks the encoding, costs itself alone: its group is split in halves until it stands
      alone. It is never tried again.
    - Full, locked or damaged: ProblemRaised once until the outbox can be written again. Requests without `retry` are
      answered with the error, those that wait behind too. The others stay, in order, and are tried again with a backoff
      and with each request that comes.
    - Moved or deleted: as above, then the file of that name is opened, or a new one is made. A group whose commit went
      into the moved file is not accepted; with `retry` it goes into the new file as well.
    - No connection open: no difference; what is accepted stays in the outbox until there is a sender.
    - Waiting: at most `max_waiting` requests without `retry`, more are not taken; the others without a bound. A commit
      takes from both, so that neither waits for the end of the other.
    - Stop: nothing more is taken; what waits is accepted, and tried again for `last_tries_s` where the disk refuses.
      `end` reports how many workouts were lost. After kill -9, what had no reply may be in the outbox or not.
    """

    def __init__(
        self,
        outbox: Outbox,
        *,
        now_ms: Callable[[], int],
        on_event: Callable[[Event], None],
        on_accepted: Callable[[], None],
        backoff: Backoff | None = None,
        max_waiting: int = MAX_WAITING,
        last_tries_s: float = LAST_TRIES_S,
    ) -> None:
        super().__init__("outbox")
        self._outbox = outbox
        self._now_ms, self._on_event, self._on_accepted = now_ms, on_event, on_accepted
        self._backoff = backoff or Backoff(max_s=2.0)
        self._max_waiting, self._last_tries_s = max_waiting, last_tries_s
        # Held by every thread of this program that writes this file: SQLite's own wait between two writers is longer.
        self.writing = Lock()
        self._retried: deque[AcceptRequest] = deque()
        self._refusable: deque[AcceptRequest] = deque()
        self._parts: list[list[AcceptRequest]] = []  # of the group that is being accepted, not answered yet
        self._acts: deque[Callable[[Outbox], None]] = deque()
        self._is_open = False
        self._give_up_at_s = 0.0  # once stopping
        self._trouble = ""  # why nothing could be accepted at the last try

    def submit(self, workouts: Sequence[Workout], source: str = Producer.FORM) -> bool:
        """Requests with `retry`; ProblemRaised for one that is refused. False, and nothing taken, after `stop`."""
        return self.send([send(workout) for workout in workouts], source)

    def send(self, changes: Sequence[Change], source: str = Producer.FORM) -> bool:
        """As `submit`, for corrections and deletions too."""
        at_ms = self._now_ms()
        return self.accept(
            [
                AcceptRequest(
                    one.workout, at_ms, partial(self._report, one.workout), retry=True, kind=one.kind, source=source
                )
                for one in changes
            ]
        )

    def accept(self, requests: Sequence[AcceptRequest]) -> bool:
        """Returns at once. False, and nothing taken, when too many wait or after `stop`."""
        retried = [request for request in requests if request.retry]
        refusable = [request for request in requests if not request.retry]
        with self._changed:
            if self._stopping or (refusable and len(self._refusable) + len(refusable) > self._max_waiting):
                return False
            self._retried += retried
            self._refusable += refusable
            self._changed.notify()
        return True

    def use(self, act: Callable[[Outbox], None]) -> None:
        """Do something with the open outbox, in the writer's thread, soon. Dropped when the outbox cannot be used."""
        with self._changed:
            self._acts.append(act)
            self._changed.notify()

    def set_destination(self, destination: Destination | None) -> None:
        """Where what is accepted is sent to from now on; for what is `use`d afterwards."""

        def change(outbox: Outbox) -> None:
            outbox.set_destination(destination)
            self._is_open = False

        self.use(change)

    def stop(self) -> None:
        with self._changed:
            if not self._stopping:
                self._give_up_at_s = monotonic() + self._last_tries_s
            super().stop()

    def end(self, timeout_s: float) -> bool:
        """Stop and wait, then report how many workouts were lost. Whether it ended in time."""
        self.stop()
        self.start()  # what waits in one that never ran is accepted now
        ended = self.join(timeout_s)
        if lost := self.not_accepted():
            what = f"{lost:,} workout{'' if lost == 1 else 's'}"
            self._raise_problem("outbox", f"{what} could not be kept: the outbox could not be written.")
        return ended

    def not_accepted(self) -> int:
        """How many workouts with `retry` are not on the disk, or, when the thread hangs, may not be."""
        with self._changed:
            return len(self._retried) + sum(request.retry for part in self._parts for request in part)

    def _run(self) -> None:
        try:
            while self._wait_for_work():
                try:
                    is_better = self._open_where_closed()
                    # Before the acts: the draft of the next form is cleared after its workout is on the disk.
                    is_better = self._accept_waiting() or is_better
                    is_better = self._do_acts() or is_better
                except Exception as error:  # noqa: BLE001 - without this thread, what is submitted would go nowhere
                    self._on_trouble(error)
                else:
                    if is_better and self._trouble:
                        _log.info("outbox available again")
                        self._trouble = ""
                        self._backoff.reset()
        finally:
            self._outbox.close()

    def _wait_for_work(self) -> bool:
        """False when it is to end."""
        with self._changed:
            if not self._trouble or (self._is_open and not self._retried):
                self._changed.wait_for(
                    lambda: self._retried or self._refusable or self._acts or self._stopping or not self._is_open
                )
                return bool(self._retried or self._refusable or self._acts) or not self._stopping
            wait_s = self._backoff.next_s()
            if self._stopping:
                self._changed.wait(min(wait_s, max(0.0, self._give_up_at_s - monotonic())))
            else:
                self._changed.wait_for(lambda: self._refusable or self._stopping, wait_s)
            if self._refusable or not self._stopping:
                return True
            return bool(self._retried) and monotonic() < self._give_up_at_s

    def _open_where_closed(self) -> bool:
        """Whether it was not open, and is now."""
        if self._is_open:
            return False
        with self.writing:  # the first that opens a new file makes its tables
            self._outbox.open()
        self._is_open = True
        return True

    def _do_acts(self) -> bool:
        """Whether an act closed the outbox and it was opened again."""
        has_opened = False
        while True:
            has_opened = self._open_where_closed() or has_opened
            with self._changed:
                if not self._acts:
                    return has_opened
                act = self._acts.popleft()
            self._do(act)

    def _do(self, act: Callable[[Outbox], None]) -> None:
        try:
            with self.writing:
                act(self._outbox)
        except StoreError as error:
            _log.warning("the outbox could not be used", problem=str(error))
            self._is_open = not isinstance(error, StoreFileReplacedError)
        except Exception:  # noqa: BLE001 - a fault of one act must not end the accepting
            _log.exception("an act on the outbox failed")

    def _accept_waiting(self) -> bool:
        """Whether there was something to commit, and the disk took it."""
        with self._changed:
            group = [
                waiting.popleft()
                for waiting in (self._refusable, self._retried)
                for _ in range(min(GROUP, len(waiting)))
            ]
            self._parts = [group] if group else []
        while self._parts:
            part = self._parts[0]
            try:
                results = self._commit(part)
            except StoreError:
                raise
            except Exception as error:  # noqa: BLE001 - one that is wrong costs its own workout, not all that follow
                if len(part) > 1:
                    # By halves: one among hundreds costs its neighbours a few commits, not one each.
                    middle = len(part) // 2
                    self._parts[:1] = [part[:middle], part[middle:]]
                    continue
                results = [_refused(error)]
            del self._parts[0]
            for request, result in zip(part, results, strict=True):
                request.reply(result)
        return bool(group)

    def _commit(self, part: Sequence[AcceptRequest]) -> list[AcceptResult]:
        submissions = [
            (submission_of(each.workout, kind=each.kind, submitted_at_ms=each.at_ms, body=each.body), each)
            for each in part
            if each.workout is not None
        ]
        with self.writing:
            entries = self._outbox.accept([one for one, _ in submissions])
            known = iter([entry.was_known for entry in entries])
            # Within the lock: the sender needs it too before it can report that they are confirmed.
            now_ms = self._now_ms()
            for (submission, request), entry in zip(submissions, entries, strict=True):
                # The time that is on the disk, so that a receipt says the same after a restart.
                at_ms = now_ms if entry.was_known else entry.accepted_at_ms
                if not request.is_quiet:
                    self._on_event(accepted(submission, at_ms, self._outbox.origin, request.source))
        if submissions:
            self._on_accepted()
        return [AcceptResult(was_known=each.workout is not None and next(known)) for each in part]

    def _on_trouble(self, error: Exception) -> None:
        """Answer those that do not wait for better times, keep the others."""
        if isinstance(error, StoreFileReplacedError):
            self._is_open = False
        text = str(error)
        if not isinstance(error, StoreError):
            _log.exception("outbox writer failed")
            text = unexpected_error_text(error)
        if not self._trouble:
            self._raise_problem("outbox", f"Workouts cannot be accepted just now. {text}")
        elif text != self._trouble:
            _log.warning("outbox unavailable", problem=text)
        self._trouble = text
        with self._changed:
            unanswered = [request for part in self._parts for request in part]
            self._parts = []
            self._retried.extendleft(request for request in reversed(unanswered) if request.retry)
            refused = [*(request for request in unanswered if not request.retry), *self._refusable]
            self._refusable.clear()
        for request in refused:
            request.reply(AcceptResult(error=text, unavailable=True))

    def _report(self, workout: Workout, result: AcceptResult) -> None:
        if result.refusal:
            text = f"A workout of {workout.athlete} was not accepted: {result.refusal}"
            self._raise_problem("refused", text)

    def _raise_problem(self, kind: str, text: str) -> None:
        _log.warning("not accepted", problem=text)
        self._on_event(ProblemRaised(self._now_ms(), kind, text))


def _refused(error: Exception) -> AcceptResult:
    if isinstance(error, InvalidWorkoutError):
        return AcceptResult(error.problems)
    _log.exception("a workout could not be accepted")
    return AcceptResult(error=unexpected_error_text(error))
