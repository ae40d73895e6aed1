"""Counts events that were published but not received: brokers drop events of slow subscribers silently."""

from __future__ import annotations

from collections import OrderedDict

from core.codec.event_codec import Announced, outcomes_in

MAX_INSTANCES = 400


class SequenceGaps:
    """Use in one thread. Remembers for each worker loop how many outcomes it has published."""

    def __init__(self) -> None:
        self._expected: OrderedDict[str, int] = OrderedDict()

    def lost_since(self, announced: Announced) -> int:
        """Number of outcomes published since the last payload of the same loop that were not received."""
        if announced.before is None:
            return 0
        expected = self._expected.get(announced.instance, announced.before)
        # Payloads of a loop's two connections may arrive out of order: a late one was counted as lost and stays so.
        until = announced.before + outcomes_in(announced.events)
        self._expected[announced.instance] = max(expected, until)
        self._expected.move_to_end(announced.instance)
        while len(self._expected) > MAX_INSTANCES:
            self._expected.popitem(last=False)
        return max(0, announced.before - expected)
