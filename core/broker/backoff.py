"""Pauses between tries to connect: they double up to a bound, and no two programs keep the same beat."""

from __future__ import annotations

import random
from collections.abc import Callable

FIRST_S = 0.2
FACTOR = 2.0
MAX_S = 4.0  # with a try that meets a broker still starting, which takes 10 s, everybody is back within 15 s
JITTER = 0.5


class Backoff:
    """Of one thread. Each pause is between half of its full length and all of it."""

    def __init__(
        self,
        *,
        first_s: float = FIRST_S,
        factor: float = FACTOR,
        max_s: float = MAX_S,
        jitter: float = JITTER,
        random_fraction: Callable[[], float] = random.random,
    ) -> None:
        """`jitter`: 0 for exact pauses, up to 1. `random_fraction` gives numbers from 0 to 1."""
        self._first_s = first_s
        self._factor = factor
        self._max_s = max_s
        self._jitter = jitter
        self._random_fraction = random_fraction
        self._full_s = first_s

    def next_s(self) -> float:
        """How long to wait before the next try, in seconds."""
        full_s = min(self._full_s, self._max_s)
        self._full_s = min(full_s * self._factor, self._max_s)
        return full_s * (1.0 - self._jitter * self._random_fraction())

    def reset(self) -> None:
        """After a success."""
        self._full_s = self._first_s
