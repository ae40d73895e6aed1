"""Simulated work: a workout pretends to take a while, so that queues can be watched."""

from __future__ import annotations

import random
from collections.abc import Callable

from core.config.settings import WorkSpan


class Simulation:
    """Times uniform within a span. `uniform` is the source of chance."""

    def __init__(self, span: WorkSpan, uniform: Callable[[float, float], float] = random.uniform) -> None:
        self.span = span
        self._uniform = uniform

    def next_s(self) -> float:
        return self._uniform(self.span.min_s, self.span.max_s)
