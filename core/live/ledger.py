"""The ledger: accepted = stored + failed + discarded + waiting + running + pending + in other queues, and whether it
balances.

Durable counts know what was processed; the broker knows what is in the queue. What other producers sent is not counted,
so it follows from the other terms. What can be checked is what was sent from this outbox: of those, accepted less
stored, failed, discarded and pending must be in the queue, so that number can be neither negative nor larger than the
queue. And what is counted as stored must still be in the table.
"""

from __future__ import annotations

from collections import deque
from dataclasses import asdict, dataclass
from enum import Enum

from core.events import LedgerSnapshot

SETTLE_MS = 3_000
GRACE_MS = 1_200  # seconds; a count and a queue sample further apart are not compared
FOREIGN_MS = GRACE_MS


class BalanceStatus(Enum):
    BALANCES = "balances"
    CHECKING = "checking"
    MISSING = "missing"
    TOO_MANY = "too many"


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerView(LedgerSnapshot):
    """The counts, with what the queue adds to them. `stored` is without missing rows.

    Where the verdict is that it balances, `accepted` is the sum of `stored`, `failed`, `discarded`, `waiting`,
    `running`, `pending` (in the outbox) and what is in another queue.
    """

    accepted: int
    waiting: int  # including those in retry queues
    running: int
    verdict: BalanceStatus
    off_by: int  # how many are missing, or too many; 0 when it balances
    as_of_ms: int | None  # when the queue was last sampled, if that is not now
    is_counted: bool = True  # the databases were counted; if not, their numbers here are none
    lost: int = 0  # these two by the ids of messages, which only a demonstration counts
    doubled: int = 0

    @property
    def verdict_text(self) -> str:
        if self.lost or self.doubled:
            return f"{self.lost:,} lost" if self.lost else f"{self.doubled:,} doubled"
        if self.verdict in (BalanceStatus.MISSING, BalanceStatus.TOO_MANY):
            return f"{self.off_by:,} {self.verdict.value}"
        return str(self.verdict.value)


@dataclass(frozen=True, slots=True)
class QueueSample:
    """The queue at one moment. `exact`: the broker itself counted the running ones."""

    at_ms: int
    waiting: int
    running: int
    exact: bool

    @property
    def held(self) -> int:
        return self.waiting + self.running


def expected_in_queue(counted: LedgerSnapshot) -> int:
    """How many of those sent from this outbox must be in the queue now."""
    settled = counted.stored_here + counted.failed_here + counted.discarded_here
    return counted.accepted_here - settled - counted.pending - counted.in_other_queue


def settled_in_queue(counted: LedgerSnapshot, queue: QueueSample) -> int:
    """How many messages in the queue are settled already, or second copies: their worker crashed before its ack, or
    cannot remove its record. At most what the queue holds beyond `expected_in_queue`."""
    return min(counted.still_queued, max(0, queue.held - max(0, expected_in_queue(counted))))


def discrepancy(counted: LedgerSnapshot, queue: QueueSample) -> int:
    """Above 0: so many are missing. Below 0: so many are too many. 0: it balances."""
    unsettled, rows_missing = expected_in_queue(counted), counted.missing_rows
    in_queue = min(unsettled, 0) or max(0, unsettled - queue.held)
    return in_queue + rows_missing if in_queue * rows_missing >= 0 else in_queue


class Ledger:
    """Combines counts and queue samples. They are not taken at one instant, so a discrepancy is reported only when it
    stays."""

    def __init__(self) -> None:
        self.counted: LedgerSnapshot | None = None  # the newest
        self._queue: QueueSample | None = None
        self._off_by = 0
        self._off_since_ms = 0  # the last discrepancy
        self._off_from_ms = 0  # since when there is any
        self._foreign: deque[tuple[int, int]] = deque()  # (time, apparent number of others' messages in the queue)

    def count(self, counted: LedgerSnapshot) -> None:
        self.counted = counted
        self._compare(counted.at_ms)

    def sample(self, queue: QueueSample) -> None:
        self._queue = queue
        self._compare(queue.at_ms)

    def forget_queue(self) -> None:
        """Call when another queue is sampled from now on."""
        self._queue = None
        self._off_by = 0
        self._foreign.clear()

    def view(self, now_ms: int, *, live: bool) -> LedgerView:
        """`live`: the queue can be sampled now. If not, the last sample is used and nothing is reported missing."""
        counted = self.counted or LedgerSnapshot(now_ms, 0, 0, 0, 0, 0, 0, 0)
        queue = self._queue or QueueSample(now_ms, 0, 0, exact=True)
        foreign = min((held for _, held in self._foreign), default=queue.held)
        others = (counted.stored - counted.stored_here) + (counted.failed - counted.failed_here)
        others += counted.discarded - counted.discarded_here
        waiting, running = queue.waiting, queue.running
        if self._foreign and self._fits(now_ms):
            # What was processed between the sample and the count is in both; the count is newer.
            held = expected_in_queue(counted) + foreign
            running = min(running, held)
            waiting = held - running
        changed = {
            "stored": counted.stored - counted.missing_rows,
            "still_queued": settled_in_queue(counted, queue),
        }
        return LedgerView(
            **asdict(counted) | changed,
            accepted=counted.accepted_here + others + foreign,
            waiting=waiting,
            running=running,
            verdict=self._verdict(now_ms, live),
            off_by=0 if self._fits(now_ms) else abs(self._off_by),
            as_of_ms=None if live or self._queue is None else self._queue.at_ms,
            is_counted=self.counted is not None,
        )

    def _compare(self, at_ms: int) -> None:
        if self.counted is None or self._queue is None:
            return
        beyond = self._queue.held - expected_in_queue(self.counted) - settled_in_queue(self.counted, self._queue)
        self._foreign.append((at_ms, max(0, beyond)))
        while not at_ms - FOREIGN_MS <= self._foreign[0][0] <= at_ms:  # later: the clock was set back
            self._foreign.popleft()
        off_by = discrepancy(self.counted, self._queue)
        if not self._off_by or at_ms < self._off_from_ms:
            self._off_from_ms = at_ms
        if off_by != self._off_by or at_ms < self._off_since_ms:
            self._off_by, self._off_since_ms = off_by, at_ms

    def _fits(self, now_ms: int) -> bool:
        """No discrepancy, or a recent one with too few in the queue."""
        return not self._off_by or (self._off_by > 0 and now_ms - self._off_from_ms < GRACE_MS)

    def _verdict(self, now_ms: int, live: bool) -> BalanceStatus:
        if self._fits(now_ms):
            return BalanceStatus.BALANCES
        if not live or now_ms - self._off_since_ms < SETTLE_MS or self._prefetched_may_hide():
            return BalanceStatus.CHECKING
        return BalanceStatus.MISSING if self._off_by > 0 else BalanceStatus.TOO_MANY

    def _prefetched_may_hide(self) -> bool:
        """A broker that cannot count unacked messages also hides what workers have prefetched."""
        return self._queue is not None and not self._queue.exact and self._queue.running > 0 and self._off_by > 0
