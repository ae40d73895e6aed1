"""Deliveries whose copies cannot be made just now: they stay unsettled with the consumer, and are tried again."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from core.broker.ports import Failure, Held, Retry

FIRST_PAUSE_S, MAX_PAUSE_S = 1.0, 15.0
MAX_HELD, MAX_HELD_BYTES = 500, 64 * 2**20

Move = Failure | Retry


@dataclass(frozen=True, slots=True)
class HeldMove:
    move: Move
    due_s: float
    reason: str = ""  # why it could not be copied; empty for a retry that merely waits for its time
    has_waited: bool = False  # a retry that goes straight back to `workout_jobs`

    @property
    def bytes(self) -> int:
        return len(self.move.delivery.message.body)


class HeldMoves:
    """Of the consumer's thread. Each round of tries doubles the pause before the next, up to MAX_PAUSE_S."""

    def __init__(self, clock_s: Callable[[], float] = time.monotonic) -> None:
        self._clock_s = clock_s
        self._moves: dict[int, HeldMove] = {}  # by delivery tag
        self._next_pause_s = FIRST_PAUSE_S
        self._counted: frozenset[int] = frozenset()  # those that an earlier consumer took

    def __len__(self) -> int:
        return len(self._moves)

    @property
    def told(self) -> Held:
        stuck = [held for held in self._moves.values() if held.reason]
        return Held(len(stuck), stuck[-1].reason if stuck else "", self.is_full)

    @property
    def is_full(self) -> bool:
        return len(self._moves) >= MAX_HELD or sum(held.bytes for held in self._moves.values()) >= MAX_HELD_BYTES

    @property
    def since_consuming(self) -> int:
        """How many were taken by the consumer that runs now, so that they use up its prefetch."""
        return len(self._moves.keys() - self._counted)

    def start_consuming(self) -> None:
        self._counted = frozenset(self._moves)

    def hold(self, move: Move, reason: str, *, has_waited: bool = False) -> None:
        """Until the next round."""
        self._put(move, self._clock_s() + self._next_pause_s, reason, has_waited)

    def hold_in_alarm(self, moves: Sequence[Move], reason: str, *, has_waited: bool = False) -> None:
        """Until the alarm is over; the caller knows when."""
        for move in moves:
            self._put(move, self._clock_s(), reason, has_waited)

    def wait(self, retry: Retry) -> None:
        """For its time."""
        self._put(retry, self._clock_s() + retry.after_ms / 1000, "", True)

    def take_due(self) -> list[HeldMove]:
        """Those whose time has come: a round. They are held no longer; what of them is held again waits longer."""
        now_s = self._clock_s()
        due = [held for held in self._moves.values() if held.due_s <= now_s]
        for held in due:
            del self._moves[held.move.delivery.tag]
        if any(held.reason for held in due):
            self._next_pause_s = min(2 * self._next_pause_s, MAX_PAUSE_S)
        return due

    def end_round(self) -> None:
        """Where nothing is held for a reason any more, the next trouble begins with a short pause."""
        if not self.told.count:
            self._next_pause_s = FIRST_PAUSE_S

    def clear(self) -> None:
        self._moves.clear()
        self._counted = frozenset()

    def _put(self, move: Move, due_s: float, reason: str, has_waited: bool) -> None:
        self._moves[move.delivery.tag] = HeldMove(move, due_s, reason, has_waited)
