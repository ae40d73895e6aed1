"""Slow start of the prefetch after a crash."""

from __future__ import annotations

from collections.abc import Sequence

from core.broker.ports import Delivery

RAMP_FACTOR = 4


class PrefetchRamp:
    """After a crash, start with a prefetch of 1 and multiply it by 4 after each batch of redelivered messages.

    The message that crashed one worker may crash this one too, and then only the few that it holds are affected. A
    batch without redelivered messages ends the ramp. After a broker has crashed, all that was in its queue comes as
    redelivered, however much that is, so the ramp also ends once the prefetch would pass the size of a batch.
    """

    def __init__(self, initial_prefetch: int, batch: int) -> None:
        self._initial_prefetch = initial_prefetch
        self._batch = batch
        self.limit: int | None = initial_prefetch  # None: the ramp is over
        self._has_survived = False  # a batch has completed since the limit was changed

    def restart(self) -> None:
        self.limit, self._has_survived = self._initial_prefetch, False

    def cap(self, prefetch: int) -> int:
        return prefetch if self.limit is None else min(prefetch, self.limit)

    def batch_survived(self) -> None:
        self._has_survived = True

    def grow(self, deliveries: Sequence[Delivery]) -> None:
        """Call with each batch that is as large as the limit, before it is processed."""
        if not any(delivery.redelivered for delivery in deliveries):
            self.limit = None
        elif self.limit is not None and self._has_survived:
            raised = self.limit * RAMP_FACTOR
            self.limit = raised if raised <= self._batch else None
        self._has_survived = False
