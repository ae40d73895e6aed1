"""What was announced and never came: a broker drops what a slow watcher does not fetch, and says nothing of it."""

from __future__ import annotations

from collections import OrderedDict

from core.codec.event_codec import Announced, outcomes_in

MAX_INSTANCES = 400


class SequenceGaps:
    """Of one thread. Remembers for each loop how many outcomes it should have announced by now."""

    def __init__(self) -> None:
        self._expected: OrderedDict[str, int] = OrderedDict()

    def lost_since(self, announced: Announced) -> int:
        """Outcomes that went by unseen since the last payload of the same loop."""
        if announced.before is None:
            return 0
        expected = self._expected.get(announced.instance, announced.before)
        # Two connections of one loop may overtake each other: what comes late was counted as missed and stays so.
        until = announced.before + outcomes_in(announced.events)
        self._expected[announced.instance] = max(expected, until)
        self._expected.move_to_end(announced.instance)
        while len(self._expected) > MAX_INSTANCES:
            self._expected.popitem(last=False)
        return max(0, announced.before - expected)
