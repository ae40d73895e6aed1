"""Follows messages that a person sent again from the failed list to their outcomes. Pure, bounded."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from core.events import BatchProcessed, Event, OutcomeKind

LIMIT = 20_000  # messages followed at a time
FOLLOWED_MS = 600_000  # since the last of them was sent


@dataclass(frozen=True, slots=True)
class ResendCounts:
    """What became of the messages that are followed. `overdue`: those that wait are no longer followed.

    `act`: the name of the action that sent them; "sent" if several did.
    """

    act: str
    sent: int
    stored: int
    known: int  # duplicates
    failed: int
    overdue: bool = False

    @property
    def waiting(self) -> int:
        return self.sent - self.stored - self.known - self.failed


class Resends:
    """Belongs to one thread. Messages that are sent while others still wait are counted with them."""

    def __init__(self) -> None:
        self._act = ""
        self._sent = self._sent_at_ms = 0
        self._waiting: Counter[str] = Counter()
        self._outcomes: Counter[OutcomeKind] = Counter()
        self._early: deque[tuple[str, OutcomeKind]] | None = None  # outcomes while the ids are not known yet

    @property
    def counts(self) -> ResendCounts:
        of = self._outcomes
        return ResendCounts(
            self._act, self._sent, of[OutcomeKind.STORED], of[OutcomeKind.DUPLICATE], of[OutcomeKind.FAILED]
        )

    def begin(self) -> None:
        """Messages are being sent: a worker may be done with the first before the last is sent."""
        self._early = deque(maxlen=LIMIT)

    def follow(self, act: str, ids: Sequence[str], now_ms: int) -> bool:
        """The messages that were sent, by the ids in their outcomes; False if there are none, or too many."""
        early, self._early = self._early or (), None
        if not ids:
            return False
        if not self._waiting:
            self.forget()
        if self._sent + len(ids) > LIMIT:
            self.forget()
            return False
        self._act = act if self._act in ("", act) else "sent"
        self._sent += len(ids)
        self._sent_at_ms = now_ms
        self._waiting.update(ids)
        for workout_id, kind in early:
            self._settle(workout_id, kind)
        return True

    def take(self, events: Iterable[Event]) -> bool:
        """Whether an outcome of a followed message was among the events."""
        if not self._waiting and self._early is None:
            return False
        before = self._waiting.total()
        for event in events:
            if isinstance(event, BatchProcessed):
                for outcome in event.outcomes:
                    if outcome.kind is not OutcomeKind.RETRYING:  # it stays in the queue
                        self._take(outcome.workout_id, outcome.kind)
        return self._waiting.total() < before

    def overdue(self, now_ms: int) -> ResendCounts | None:
        """The counts, once, when the rest has waited too long; it is not followed any more."""
        if not self._waiting or now_ms - self._sent_at_ms < FOLLOWED_MS:
            return None
        counts = self.counts
        self.forget()
        return replace(counts, overdue=True)

    def forget(self) -> None:
        self._act, self._sent = "", 0
        self._waiting.clear()
        self._outcomes.clear()

    def _take(self, workout_id: str, kind: OutcomeKind) -> None:
        if not self._settle(workout_id, kind) and self._early is not None:
            self._early.append((workout_id, kind))

    def _settle(self, workout_id: str, kind: OutcomeKind) -> bool:
        left = self._waiting.get(workout_id, 0)
        if not left:
            return False
        self._outcomes[kind] += 1
        if left == 1:
            del self._waiting[workout_id]
        else:
            self._waiting[workout_id] = left - 1
        return True
