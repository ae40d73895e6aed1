"""Deliveries whose copies cannot be made at present: they stay unacked with the consumer, and are tried again."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice

from core.broker.ports import FailedDelivery, Held, Message, RetryRequest

FIRST_PAUSE_S, MAX_PAUSE_S = 1.0, 15.0
MAX_HELD, MAX_HELD_BYTES = 10_000, 64 * 2**20
# Tried at a time. A message over the broker's limit costs a channel, so many of them take a second or two, during
# which no other work is done.
ROUND = 500

Move = FailedDelivery | RetryRequest


@dataclass(frozen=True, slots=True)
class HeldMove:
    move: Move
    reason: str = ""  # why it could not be copied; empty for a retry that only waits for its delay
    due_s: float = 0.0  # of a retry that waits
    has_waited: bool = False  # a retry that goes straight back to `workout_jobs`

    @property
    def tag(self) -> int:
        return self.move.delivery.tag


class HeldMoves:
    """Belongs to the consumer's thread. Each round of tries doubles the pause before the next, up to MAX_PAUSE_S."""

    def __init__(self, clock_s: Callable[[], float] = time.monotonic) -> None:
        self._clock_s = clock_s
        # By delivery tag, least recently tried first. Read at each fetch, so sums are kept up to date.
        self._stuck: dict[int, HeldMove] = {}
        self._waiting: dict[int, HeldMove] = {}
        self._bytes = 0
        self._next_pause_s = FIRST_PAUSE_S
        self._next_round_s = 0.0
        self._round: Sequence[HeldMove] = ()
        self._highest_tag = 0
        self._counted_tag = 0  # tags up to it were delivered to an earlier consumer
        self.since_consuming = 0  # delivered to the running consumer, so that they use up its prefetch

    def __len__(self) -> int:
        return len(self._stuck) + len(self._waiting)

    @property
    def summary(self) -> Held:
        last = next(reversed(self._stuck.values()), None)
        return Held(len(self._stuck), "" if last is None else last.reason, self.is_full)

    @property
    def is_full(self) -> bool:
        return len(self) >= MAX_HELD or self._bytes >= MAX_HELD_BYTES

    def start_consuming(self) -> None:
        self._counted_tag, self.since_consuming = self._highest_tag, 0

    def hold(self, move: Move, reason: str, *, has_waited: bool = False) -> None:
        """Until the next round."""
        if not self._stuck:
            self._next_round_s = self._clock_s() + self._next_pause_s
        self._put(self._stuck, HeldMove(move, reason, has_waited=has_waited))

    def hold_in_alarm(self, moves: Sequence[Move], reason: str, *, has_waited: bool = False) -> None:
        """Until the alarm is over, which the caller knows."""
        for move in moves:
            self.hold(move, reason, has_waited=has_waited)
        self._next_round_s = self._clock_s()

    def wait(self, retry: RetryRequest) -> None:
        """For its delay."""
        self._put(self._waiting, HeldMove(retry, due_s=self._clock_s() + retry.after_ms / 1000, has_waited=True))

    def take_due(self) -> list[HeldMove]:
        """Remove and return those that are due; any of them that is held again waits longer."""
        now_s = self._clock_s()
        due = [held for held in self._waiting.values() if held.due_s <= now_s]
        for held in due:
            self._remove(self._waiting, held)
        self._round = list(islice(self._stuck.values(), ROUND)) if now_s >= self._next_round_s else ()
        for held in self._round:
            self._remove(self._stuck, held)
        if self._round:
            self._next_pause_s = min(2 * self._next_pause_s, MAX_PAUSE_S)
        return [*due, *self._round]

    def end_round(self) -> None:
        """The rest follows at once where most of these were copied, else after a pause.

        Where nothing is held for a reason any more, the pause is reset.
        """
        if not self._stuck:
            self._next_pause_s = FIRST_PAUSE_S
        elif self._round:
            again = sum(held.tag in self._stuck for held in self._round)
            pause_s = 0.0 if 2 * again < len(self._round) else self._next_pause_s
            self._next_round_s = self._clock_s() + pause_s
        self._round = ()

    def clear(self) -> None:
        self._stuck.clear()
        self._waiting.clear()
        self._round = ()
        self._bytes = self._highest_tag = self._counted_tag = self.since_consuming = 0

    def _put(self, held_ones: dict[int, HeldMove], held: HeldMove) -> None:
        held_ones[held.tag] = held
        self._bytes += _bytes_of(held.move.delivery.message)
        self._highest_tag = max(self._highest_tag, held.tag)
        self.since_consuming += held.tag > self._counted_tag

    def _remove(self, held_ones: dict[int, HeldMove], held: HeldMove) -> None:
        del held_ones[held.tag]
        self._bytes -= _bytes_of(held.move.delivery.message)
        self.since_consuming -= held.tag > self._counted_tag


def _bytes_of(message: Message) -> int:
    """Memory of a held message, without a fixed kilobyte or two."""
    headers = sum(len(name) + len(str(value)) for name, value in message.headers.items())
    return len(message.body) + headers + (0 if message.extras is None else len(message.extras.raw))
