"""Where in the queue the workouts stand that were sent from here, as far as this console can know."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

WATCH_MS = 1_500  # a sample and an event of one moment do not come together


@dataclass(frozen=True, slots=True)
class QueuePlace:
    """`ahead`: messages that wait before it; 0: it is the next. Where it is not `exact`, others' messages are in the
    queue too, and so many are ahead at most."""

    ahead: int
    exact: bool


class QueuePlaces:
    """A queue delivers messages in the order in which it confirmed them. What waits there beyond our own may be
    anywhere: other producers' messages, workouts that came back to be tried again, and those that are shown no more.
    """

    def __init__(self) -> None:
        self._beyond: deque[tuple[int, int]] = deque()  # (time, messages waiting less our own)
        self._before: dict[str, int] = {}

    def sample(self, at_ms: int, ready: int, own: int) -> None:
        """`own`: how many of ours wait, by their receipts."""
        self._beyond.append((at_ms, ready - own))
        while not at_ms - WATCH_MS <= self._beyond[0][0] <= at_ms:  # later: the clock was set back
            self._beyond.popleft()

    def forget(self) -> None:
        """The queue cannot be sampled, or is another one from now on."""
        self._beyond.clear()

    def number(self, waiting: Iterable[str]) -> None:
        """Our workouts that wait, in the order in which the queue confirmed them."""
        self._before = {workout_id: before for before, workout_id in enumerate(waiting)}

    def place(self, workout_id: str) -> QueuePlace | None:
        """None for one that was not numbered, and while there is no sample."""
        before = self._before.get(workout_id)
        if before is None or not self._beyond:
            return None
        beyond = [count for _, count in self._beyond]
        others = max(0, min(beyond))
        taken = max(0, -max(beyond))  # of our own, the first: a worker has them already
        return QueuePlace(max(0, before - taken + others), exact=not others)
