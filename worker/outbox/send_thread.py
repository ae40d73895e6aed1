"""Sending: from the outbox to the broker, confirmed, for as long as it takes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Lock
from time import monotonic
from typing import TypeVar

from core.broker.backoff import Backoff
from core.broker.ports import Publisher, PublishResult, PublishStatus
from core.errors import (
    BrokerError,
    BrokerRefusedError,
    BrokerUnavailableError,
    StoreError,
    StoreFileReplacedError,
    unexpected_error_text,
)
from core.events import Confirmed, Event, OutboxSampled, ProblemRaised, Refused
from core.live.receipts import MAX_RECEIPTS
from core.logs import get_log
from core.outbox.outbox import Outbox, OutboxEntry
from worker.outbox.sending_turn import SendingTurn
from worker.runtime.connection_status import ConnectionStatus
from worker.runtime.service_thread import ServiceThread

BATCH = 500
LOOK_S = 1.0  # how soon what another program put into the outbox is found
KEEP_ALIVE_S = 0.25  # how soon a dead link is noticed while nothing is sent
REFUSED_WAIT_S = 5.0
PRUNE_S = 30.0
MAX_MARKED = 20  # refusals written down of one batch: a full broker refuses all of them alike
_SETTLED = (PublishStatus.CONFIRMED, PublishStatus.REJECTED)

T = TypeVar("T")

_log = get_log(__name__)


class OutboxSender(ServiceThread):
    """Owns an Outbox of its own and a Publisher. Public methods are for any thread; `on_event` is called in it.

    What is not confirmed stays in the outbox; what has an unknown outcome is sent again under the same id. What the
    broker rejects stays there too, and is tried again by the next program: the broker's limit may be another by then.

    Of several programs with one outbox, one sends at a time: from reading what is pending to noting what is confirmed
    it has the lock beside the outbox (SendingTurn). What another one sent is reported here too, as Confirmed.
    """

    def __init__(
        self,
        outbox: Outbox,
        publisher: Publisher,
        *,
        now_ms: Callable[[], int],
        on_event: Callable[[Event], None],
        status: ConnectionStatus,
        writing: Lock,
        backoff: Backoff | None = None,
        monotonic_s: Callable[[], float] = monotonic,
        refused_wait_s: float = REFUSED_WAIT_S,
        gap_s: float = 0.0,
    ) -> None:
        """`gap_s`: rest between two looks at the outbox, so that what comes one by one is sent together."""
        super().__init__("publisher")
        self._outbox = outbox
        self._publisher = publisher
        self._now_ms = now_ms
        self._on_event = on_event
        self._status = status
        self._writing = writing
        self._backoff = backoff or Backoff()
        self._monotonic_s = monotonic_s
        self._refused_wait_s = refused_wait_s
        self._gap_s = gap_s
        self._try_now = False
        self._news = True  # the outbox has changed, perhaps
        self._sampled: tuple[int, int] | None = None  # pending, and of these rejected
        self._told: dict[int, str] = {}  # refusals already reported, by entry
        # By entry, when it was confirmed: still to be recorded in the outbox.
        self._unrecorded_confirms: dict[int, int] = {}
        self._rejected: set[int] = set()  # entries that the broker will not take as they are: not sent by this program
        self._left: list[OutboxEntry] = []  # kept by an outbox that is gone, and now only here
        self._left_rejected = 0  # of those, by the broker
        self._confirmed = 0  # since the start
        self._prune_at_s = 0.0
        self._turn = SendingTurn(outbox.lock_file, monotonic_s)
        self._sent: int | None = None  # by all programs, when it was last counted
        self._reported_until_ms = 0  # confirmations up to then are reported

    def wake(self) -> None:
        """There is something new in the outbox."""
        with self._changed:
            self._news = True
            self._changed.notify()

    def retry_now(self) -> None:
        with self._changed:
            self._try_now = True
            self._changed.notify()

    def _run(self) -> None:
        try:
            while not self._stopping:
                try:
                    self._open_outbox()
                    self._status.set_connecting()
                    self._go_on()
                except Exception as error:  # noqa: BLE001 - without this thread nothing is sent
                    _log.exception("outbox sender failed")
                    self._tell_lost(BrokerUnavailableError(unexpected_error_text(error)), self._refused_wait_s)
                    with self._changed:
                        self._changed.wait_for(lambda: self._try_now or self._stopping, self._refused_wait_s)
                        self._try_now = False
        finally:
            self._publisher.close()
            self._outbox.close()
            self._turn.close()
            self._tell_left()

    def _go_on(self) -> None:
        while not self._stopping:
            self._count()
            try:
                self._publisher.open()
                self._backoff.came_up()
                self._status.set_online()
                self._send_on()
            except BrokerUnavailableError as error:
                self._lose(error, self._backoff.next_s())
            except BrokerRefusedError as error:
                self._lose(error, self._refused_wait_s)

    def _open_outbox(self) -> None:
        while not self._stopping:
            try:
                with self._writing:
                    self._outbox.open()
                self._turn.close()  # a lock of the file that has the name now
                self._sent, self._reported_until_ms = None, self._now_ms()
            except StoreError as error:
                _log.info("the outbox cannot be opened", problem=str(error))
                self._wait(self._backoff.next_s(), until_news=False)
            else:
                self._backoff.reset()
                return

    def _reopen_outbox(self) -> None:
        """It was moved or deleted: what it kept is taken along, and the one of that name is used from now on."""
        try:
            left = [entry for entry in self._outbox.left_behind() if entry.seq not in self._unrecorded_confirms]
        except StoreError as error:
            _log.warning("what a moved outbox kept cannot be read", problem=str(error))
            left = []
        _log.warning("the outbox was moved or deleted", kept=len(left))
        self._left += left
        self._unrecorded_confirms.clear()  # another file counts its entries anew
        self._told.clear()
        self._rejected.clear()
        self._open_outbox()
        self._news = True

    def _send_on(self) -> None:
        look_at_s = 0.0
        while not self._stopping:
            if self._publisher.blocked_reason:
                look_at_s = 0.0  # what is new is counted, and sent when the alarm is over
            elif self._news or self._monotonic_s() >= look_at_s:
                self._news = False
                look_at_s = 0.0
                if self._turn.begin(self._count_sent):
                    if not self._send_in_turn():
                        self._wait(self._backoff.next_s(), until_news=False)
                        continue
                    look_at_s = self._monotonic_s() + LOOK_S
                    self._prune()
                    self._rest()
            self._publisher.keep_alive()
            self._status.set_blocked(self._publisher.blocked_reason)
            self._wait(KEEP_ALIVE_S, until_news=not self._publisher.blocked_reason)

    def _send_in_turn(self) -> bool:
        """False when some of it was refused and should wait a little."""
        before = self._confirmed
        try:
            all_taken = self._send_all()
        finally:
            if not self._unrecorded_confirms:  # another one would send these again
                self._turn.end()
        # A connection that merely came up may break at once, again and again.
        if all_taken and self._confirmed > before:
            self._backoff.reset()
        return all_taken

    def _rest(self) -> None:
        if self._gap_s:
            with self._changed:
                self._changed.wait_for(lambda: self._stopping, self._gap_s)

    def _send_all(self) -> bool:
        """Everything kept, in order; False when some of it was refused and should wait a little."""
        after_seq, all_taken = 0, self._send_left()
        self._note_confirmed()
        while not self._stopping:
            kept = self._pending(after_seq)
            if not kept:
                break
            after_seq = kept[-1].seq
            entries = [
                entry
                for entry in kept
                if entry.seq not in self._unrecorded_confirms and entry.seq not in self._rejected
            ]
            if not entries:
                continue
            results = self._publisher.publish([entry.submission.message for entry in entries])
            pairs = list(zip(entries, results, strict=True))
            self._mark_confirmed([entry for entry, result in pairs if result.verdict is PublishStatus.CONFIRMED])
            if self._publisher.blocked_reason:
                break  # reported for the connection, not for each workout
            self._tell_rejected([pair for pair in pairs if pair[1].verdict is PublishStatus.REJECTED])
            refused = [pair for pair in pairs if pair[1].verdict is PublishStatus.REFUSED]
            self._tell_refused(refused)
            all_taken = all_taken and all(result.verdict in _SETTLED for result in results)
            if len(refused) == len(pairs):
                break  # it takes nothing just now: the rest can wait
        self._count()
        return all_taken

    def _send_left(self) -> bool:
        """False when some of it should wait a little."""
        while self._left and not self._stopping:
            entries = self._left[:BATCH]
            results = self._publisher.publish([entry.submission.message for entry in entries])
            pairs = list(zip(entries, results, strict=True))
            taken = [entry for entry, result in pairs if result.verdict is PublishStatus.CONFIRMED]
            self._tell_confirmed(taken, self._now_ms())
            for entry, result in pairs:
                if result.verdict is PublishStatus.REJECTED:
                    self._left_rejected += 1
                    self._on_event(Refused(self._now_ms(), entry.submission.workout_id, result.reason, rejected=True))
            waiting = [entry for entry, result in pairs if result.verdict not in _SETTLED]
            self._left[:BATCH] = waiting
            if waiting:
                return False
        return True

    def _pending(self, after_seq: int) -> list[OutboxEntry]:
        return self._ask(lambda: self._outbox.pending(BATCH, after_seq=after_seq), "the outbox cannot be read") or []

    def _ask(self, question: Callable[[], T], failure: str) -> T | None:
        """The answer of the outbox; None where it cannot be read, and where it was moved or deleted meanwhile."""
        try:
            return question()
        except StoreFileReplacedError:
            self._reopen_outbox()
        except StoreError as error:
            _log.info(failure, problem=str(error))
        return None

    def _mark_confirmed(self, entries: Sequence[OutboxEntry]) -> None:
        at_ms = self._now_ms()
        self._unrecorded_confirms.update((entry.seq, at_ms) for entry in entries)
        self._note_confirmed()
        for entry in entries:
            self._told.pop(entry.seq, None)
        self._tell_confirmed(entries, at_ms)

    def _tell_confirmed(self, entries: Sequence[OutboxEntry], at_ms: int) -> None:
        if entries:
            self._confirmed += len(entries)
            self._on_event(Confirmed(at_ms, tuple([entry.submission.workout_id for entry in entries])))

    def _tell_left(self) -> None:
        if left := len(self._left) + self._left_rejected:
            what = "1 workout was" if left == 1 else f"{left:,} workouts were"
            text = f"{what} not sent: the outbox that kept them was moved or deleted."
            _log.warning("not sent", problem=text)
            self._on_event(ProblemRaised(self._now_ms(), "outbox", text))

    def _note_confirmed(self) -> None:
        """What cannot be noted now is noted later, and not sent again meanwhile."""
        try:
            while self._unrecorded_confirms:
                at_ms = next(iter(self._unrecorded_confirms.values()))
                seqs = [seq for seq, confirmed_at_ms in self._unrecorded_confirms.items() if confirmed_at_ms == at_ms]
                with self._writing:
                    noted = self._outbox.mark_confirmed(seqs, at_ms)
                self._sent = None if self._sent is None else self._sent + noted
                for seq in seqs:
                    del self._unrecorded_confirms[seq]
        except StoreError as error:
            # With the end of this program they are forgotten and sent once more; the store absorbs the duplicates.
            _log.warning("confirmations could not be noted", problem=str(error))

    def _tell_refused(self, pairs: Sequence[tuple[OutboxEntry, PublishResult]]) -> None:
        at_ms = self._now_ms()
        new = [(entry, result.reason) for entry, result in pairs if self._told.get(entry.seq) != result.reason]
        for number, (entry, reason) in enumerate(new):
            self._told[entry.seq] = reason
            if number < MAX_MARKED:
                self._mark_refused(entry, reason, at_ms)
            self._on_event(Refused(at_ms, entry.submission.workout_id, reason))

    def _tell_rejected(self, pairs: Sequence[tuple[OutboxEntry, PublishResult]]) -> None:
        at_ms = self._now_ms()
        for entry, result in pairs:
            self._rejected.add(entry.seq)
            self._mark_refused(entry, result.reason, at_ms, rejected=True)
            _log.warning("the broker rejected a workout", id=entry.submission.workout_id, problem=result.reason)
            self._on_event(Refused(at_ms, entry.submission.workout_id, result.reason, rejected=True))

    def _mark_refused(self, entry: OutboxEntry, reason: str, at_ms: int, *, rejected: bool = False) -> None:
        try:
            with self._writing:
                self._outbox.mark_refused(entry.seq, reason, at_ms, rejected=rejected)
        except StoreError as error:
            _log.info("a refusal could not be noted", problem=str(error))

    def _count(self) -> None:
        counts = self._ask(self._outbox.counts, "the outbox cannot be counted")
        if counts is None:
            return
        sent = counts.accepted - counts.pending
        if self._sent in (None, sent) or self._report_sent_by_others():
            self._sent = sent
        pending = max(0, counts.pending - len(self._unrecorded_confirms))  # another program may have noted some
        pending += len(self._left) + self._left_rejected
        sampled = (pending, min(pending, counts.rejected + self._left_rejected))
        if sampled != self._sampled:
            self._sampled = sampled
            self._on_event(OutboxSampled(self._now_ms(), *sampled))

    def _count_sent(self) -> int | None:
        self._count()
        return self._sent

    def _report_sent_by_others(self) -> bool:
        try:
            sent = self._outbox.confirmed_since(self._reported_until_ms, MAX_RECEIPTS)
        except StoreError as error:
            _log.info("what others sent cannot be read", problem=str(error))
            return False
        for at_ms, workout_ids in sorted(sent.items()):
            self._reported_until_ms = at_ms
            self._on_event(Confirmed(at_ms, tuple(workout_ids)))
        return True

    def _prune(self) -> None:
        if self._monotonic_s() < self._prune_at_s:
            return
        self._prune_at_s = self._monotonic_s() + PRUNE_S
        try:
            with self._writing:
                self._outbox.prune()
        except StoreError as error:
            _log.info("the outbox could not be pruned", problem=str(error))

    def _lose(self, error: BrokerError, wait_s: float) -> None:
        self._tell_lost(error, wait_s)
        self._wait(wait_s, until_news=False)

    def _tell_lost(self, error: BrokerError, wait_s: float) -> None:
        self._publisher.close()
        self._status.set_lost(error, next_try_at_ms=self._now_ms() + round(wait_s * 1000))

    def _wait(self, wait_s: float, *, until_news: bool) -> None:
        """That long at most; `retry_now` and `stop` end it. Without `until_news`, what is new is only counted."""
        until_s = self._monotonic_s() + wait_s
        while True:
            with self._changed:
                left_s = until_s - self._monotonic_s()
                self._changed.wait_for(lambda: self._news or self._try_now or self._stopping, max(0.0, left_s))
                if self._try_now or self._stopping or until_news or left_s <= 0:
                    self._try_now = False
                    return
                self._news = False
            self._count()
