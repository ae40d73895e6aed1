"""Pauses between tries to connect: they double up to a bound, and no two programs keep the same beat."""

from __future__ import annotations

import random
from collections.abc import Callable
from time import monotonic

FIRST_S = 0.2
FACTOR = 2.0
MAX_S = 4.0
JITTER = 0.5
STABLE_S = 10.0  # a connection that stayed up for so long was sound


class Backoff:
    """Belongs to one thread. Each pause is between half of its full length and all of it.

    The time of the failed try counts towards the pause, of which at least the first length is left: a broker that is
    starting does not answer for 10 s, and a further wait would be useless.
    """

    def __init__(
        self,
        *,
        first_s: float = FIRST_S,
        max_s: float = MAX_S,
        jitter: float = JITTER,
        random_fraction: Callable[[], float] = random.random,
        monotonic_s: Callable[[], float] = monotonic,
    ) -> None:
        """`jitter`: 0 for exact pauses, up to 1. `random_fraction` gives numbers from 0 to 1."""
        self._first_s = first_s
        self._max_s = max_s
        self._jitter = jitter
        self._random_fraction = random_fraction
        self._monotonic_s = monotonic_s
        self._full_s = first_s
        self._try_at_s = monotonic_s()
        self._up_at_s: float | None = None

    def next_s(self) -> float:
        """How long to wait before the next try, in seconds. Asked right after a try, or when the connection broke."""
        if self._up_at_s is not None and self._monotonic_s() - self._up_at_s >= STABLE_S:
            self.reset()
        self._up_at_s = None
        full_s = min(self._full_s, self._max_s)
        self._full_s = min(full_s * FACTOR, self._max_s)
        now_s = self._monotonic_s()
        took_s = max(0.0, now_s - self._try_at_s)
        wait_s = max(min(self._first_s, full_s), full_s - took_s) * (1.0 - self._jitter * self._random_fraction())
        self._try_at_s = now_s + wait_s
        return wait_s

    def came_up(self) -> None:
        """The connection is there. It counts as a success once it has stayed up for STABLE_S: one that breaks at its
        first message, again and again, is tried as seldom as one that never comes up."""
        self._up_at_s = self._monotonic_s()

    def reset(self) -> None:
        """After a success."""
        self._full_s = self._first_s
