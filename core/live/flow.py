"""The flow as a picture: how many went over each edge, and which messages moved just now. Pure, bounded.

Edges lead from the producers to the queue, on to a worker, and from there to the store, to the retry queues and back,
or to the failed list; and from the store to the badges.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Literal

from core.events import (
    BatchProcessed,
    Confirmed,
    ConnectionChanged,
    DepthSampled,
    Event,
    OutcomeKind,
    PickedUp,
)
from core.live.ledger import LedgerView
from core.metrics.depth_and_flow import FlowRates

MOST_DOTS_PER_S = 20  # on one edge; at a higher rate one dot stands for several messages
RATE_WINDOW_MS = 1_000
_FALLS_BELOW = 0.7  # of the rate at which a dot stands for more; else it would change back and forth
_MOST_WAYS = 1_000  # of different names of workers nothing is known but that they come by the network

Kind = Literal["waiting", "stored", "duplicate", "failed", "badge"]


class Edge(Enum):
    SENT = "sent"  # from the producers into the queue
    TAKEN = "taken"  # by a worker
    STORED = "stored"
    RETRIED = "retried"  # from a worker into a retry queue
    RETURNED = "returned"  # from there into the queue
    FAILED = "failed"
    EARNED = "earned"  # from the store to the badges


_ENDS: dict[OutcomeKind, tuple[Edge, Kind]] = {
    OutcomeKind.STORED: (Edge.STORED, "stored"),
    OutcomeKind.DUPLICATE: (Edge.STORED, "duplicate"),
    OutcomeKind.RETRYING: (Edge.RETRIED, "waiting"),
    OutcomeKind.FAILED: (Edge.FAILED, "failed"),
}


@dataclass(frozen=True, slots=True)
class Way:
    """An edge; `worker`: of those at a worker, its name."""

    edge: Edge
    kind: Kind
    worker: str = ""


@dataclass(frozen=True, slots=True)
class Movement:
    """Messages that moved: so many `dots`, each of which stands for `each` of them."""

    way: Way
    dots: int
    each: int


@dataclass(frozen=True, slots=True)
class FlowCounts:
    """Workouts on each edge and in each part, so that what goes into a part is what it holds and what left it.

    That holds wherever the ledger balances: `sent + returned = waiting + taken`,
    `taken = running + stored + retried + gave_up`, `retried = retrying + returned`.

    Duplicates are second copies of a workout, and counted beside the others.
    """

    known: bool  # the databases were counted
    accepted: int
    kept: int  # still in the outbox, or sent to another queue
    sent: int
    waiting: int  # without those that wait to be retried
    taken: int
    running: int
    stored: int
    duplicates: int
    retried: int
    retrying: int
    returned: int
    gave_up: int  # `failed`, and what a person discarded
    failed: int


def count_flow(ledger: LedgerView, retrying: int, returned: int) -> FlowCounts:
    """`retrying`: of those that the ledger has as waiting; `returned`: how many came back from there so far."""
    retrying = min(retrying, ledger.waiting)
    kept = ledger.pending + ledger.in_other_queue
    retried, gave_up = retrying + returned, ledger.failed + ledger.discarded
    return FlowCounts(
        known=ledger.is_counted,
        accepted=ledger.accepted,
        kept=kept,
        sent=max(0, ledger.accepted - kept),
        waiting=ledger.waiting - retrying,
        taken=ledger.running + ledger.stored + retried + gave_up,
        running=ledger.running,
        stored=ledger.stored,
        duplicates=ledger.duplicates,
        retried=retried,
        retrying=retrying,
        returned=returned,
        gave_up=gave_up,
        failed=ledger.failed,
    )


def empty_in_with_one_more(flow: FlowRates, waiting: int, workers: int) -> float | None:
    """Seconds until the queue would be empty with one worker more that is as quick as the `workers` at work.

    None where that is not known, or where it would still grow.
    """
    if not waiting:
        return 0.0
    if not workers or flow.pace_per_s is None or flow.in_per_s is None:
        return None
    drain_per_s = flow.pace_per_s * (workers + 1) / workers - flow.in_per_s
    return waiting / drain_per_s if drain_per_s > 0 else None


class FlowModel:
    """Folds events into movements. Belongs to one thread."""

    def __init__(self) -> None:
        self.returned = 0  # from the retry queues, as far as this program saw
        self._retried = 0  # seen, and those that were there before
        self._retrying: int | None = None  # at the last sample
        self._place: tuple[str, str] | None = None
        self._moved: Counter[Way] = Counter()  # since the last look, and what was too few for a dot
        self._recent: dict[Edge, deque[tuple[int, int]]] = {edge: deque() for edge in Edge}  # time, messages
        self._each: dict[Edge, int] = dict.fromkeys(Edge, 1)

    def take(self, events: Iterable[Event], now_ms: int) -> None:
        """Take in a batch of events that just came."""
        moved: Counter[Way] = Counter()
        for event in events:
            if isinstance(event, BatchProcessed):
                self._process(event, moved)
            elif isinstance(event, PickedUp):
                moved[Way(Edge.TAKEN, "waiting", event.worker)] += len(event.workout_ids)
            elif isinstance(event, Confirmed):
                moved[Way(Edge.SENT, "waiting")] += len(event.workout_ids)
            elif isinstance(event, DepthSampled):
                self._sample(event, moved)
            elif isinstance(event, ConnectionChanged):
                self._connect(event, moved)
        edges: Counter[Edge] = Counter()
        for way, number in moved.items():
            edges[way.edge] += number
            if way in self._moved or len(self._moved) < _MOST_WAYS:
                self._moved[way] += number
        for edge, number in edges.items():
            self._recent[edge].append((now_ms, number))
        self._measure(now_ms)

    def movements(self, now_ms: int) -> list[Movement]:
        """What moved since the last call. Of what is too little for a dot the rest stays for the next one."""
        self._measure(now_ms)
        found, kept = [], Counter[Way]()
        for way, number in self._moved.items():
            each = self._each[way.edge]
            if not self._recent[way.edge]:  # no more will come to make it a whole one
                found.append(Movement(way, 1, number))
                continue
            dots, rest = divmod(number, each)
            if dots:
                found.append(Movement(way, dots, each))
            if rest:
                kept[way] = rest
        self._moved = kept
        return found

    def forget_movements(self) -> None:
        """Call instead of `movements` where they are not shown."""
        self._moved.clear()

    def each(self, edge: Edge) -> int:
        """How many messages a dot on this edge stands for now: 1, 2, 5, 10, 20 and so on."""
        return self._each[edge]

    def _process(self, event: BatchProcessed, moved: Counter[Way]) -> None:
        # The hot path: up to 10,000 outcomes a second.
        kinds = Counter([outcome.kind for outcome in event.outcomes])
        if kinds[OutcomeKind.RETRYING]:  # without a cause: given back to the queue, where it is again at once
            retrying = [each for each in event.outcomes if each.kind is OutcomeKind.RETRYING]
            kinds[OutcomeKind.RETRYING] = sum(bool(each.cause) for each in retrying)
        for kind, number in kinds.items():
            if number:
                moved[Way(*_ENDS[kind], event.worker)] += number
        self._retried += kinds[OutcomeKind.RETRYING]
        if badges := sum([len(outcome.badges) for outcome in event.outcomes if outcome.badges]):
            moved[Way(Edge.EARNED, "badge")] += badges

    def _sample(self, event: DepthSampled, moved: Counter[Way]) -> None:
        if self._retrying is None:
            self._retried = max(self._retried, event.retrying)
        self._retrying = event.retrying
        returned = max(0, self._retried - event.retrying)
        if returned > self.returned:
            moved[Way(Edge.RETURNED, "waiting")] += returned - self.returned
        self.returned = returned

    def _connect(self, event: ConnectionChanged, moved: Counter[Way]) -> None:
        """What was counted of one queue does not hold for another."""
        place = (event.kind, event.place)
        if self._place is not None and place != self._place:
            self.returned = self._retried = 0
            self._retrying = None
            moved.clear()
            self._moved.clear()
        self._place = place

    def _measure(self, now_ms: int) -> None:
        for edge, recent in self._recent.items():
            while recent and not 0 <= now_ms - recent[0][0] < RATE_WINDOW_MS:  # below 0: the clock was set back
                recent.popleft()
            per_s = sum(number for _, number in recent) * 1_000 / RATE_WINDOW_MS
            each = _messages_a_dot(per_s)
            if each > self._each[edge] or _messages_a_dot(per_s / _FALLS_BELOW) < self._each[edge]:
                self._each[edge] = each


def _messages_a_dot(per_s: float) -> int:
    """The least of 1, 2, 5, 10, 20 and so on with which there are at most `MOST_DOTS_PER_S`."""
    each, steps = 1, 0
    while per_s > each * MOST_DOTS_PER_S:
        each = each // 2 * 5 if steps % 3 == 1 else each * 2
        steps += 1
    return each
