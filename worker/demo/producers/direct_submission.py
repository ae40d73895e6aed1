"""Submitting without an outbox: straight to the broker, once, and what it does not take is lost."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from threading import Lock

from core.broker.ports import Broker
from core.codec.workout_codec import encode
from core.workouts.model import Workout
from worker.demo.producers.direct_publisher import DirectPublisher

REMEMBERED = 10_000  # of the newest ids


class DirectSubmission:
    """Any thread. `submitted` = `sent` + `dropped` + what is on its way. The counts go on when the broker changes."""

    def __init__(self, now_ms: Callable[[], int]) -> None:
        self._now_ms = now_ms
        self._lock = Lock()
        self._publisher: DirectPublisher | None = None
        self._dropped_ids: deque[str] = deque(maxlen=REMEMBERED)
        self.submitted = self.sent = self.dropped = 0

    def publisher_to(self, broker: Broker) -> DirectPublisher:
        """The thread that publishes from now on; the caller starts and stops it."""
        self._publisher = made = DirectPublisher(broker.publisher(), self._on_done)
        return made

    def submit(self, workouts: Sequence[Workout]) -> None:
        """Returns at once. Without a broker they are dropped."""
        messages = [encode(workout, submitted_at_ms=self._now_ms()) for workout in workouts]
        with self._lock:
            self.submitted += len(messages)
        publisher = self._publisher
        if publisher is None:
            self._on_done((), [workout.workout_id for workout in workouts])
        else:
            publisher.publish(messages)

    @property
    def dropped_ids(self) -> tuple[str, ...]:
        """Oldest first; at most REMEMBERED."""
        with self._lock:
            return tuple(self._dropped_ids)

    def _on_done(self, sent: Sequence[str], dropped: Sequence[str]) -> None:
        with self._lock:
            self.sent += len(sent)
            self.dropped += len(dropped)
            self._dropped_ids.extend(dropped)
