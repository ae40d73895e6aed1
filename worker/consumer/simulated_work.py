"""Simulated work: each workout takes a random time, so that queues can be watched filling and draining."""

from __future__ import annotations

import random
from collections.abc import Callable

from core.config.settings import WorkSpan


class Simulation:
    """Durations uniform within a span. `uniform` returns a random number between two bounds."""

    def __init__(self, span: WorkSpan, uniform: Callable[[float, float], float] = random.uniform) -> None:
        self.span = span
        self._uniform = uniform

    def next_s(self) -> float:
        return self._uniform(self.span.min_s, self.span.max_s)
