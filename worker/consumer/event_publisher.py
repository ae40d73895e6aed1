"""A worker's events for consoles: best effort, never in the way of the work."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from core.broker.ports import EventPublisher
from core.codec.event_codec import WorkerEvent, encode_events, outcomes_in
from core.errors import BrokerError
from core.logs import get_log

REOPEN_S = 5.0

_log = get_log(__name__)


class BestEffortEventPublisher:
    """Publishes the events of one loop; belongs to the loop's thread. Events that cannot be sent are dropped.

    Each payload says how many outcomes came before it, so that a console can tell how many it has missed.
    """

    def __init__(self, publisher: EventPublisher, instance: str, monotonic_s: Callable[[], float]) -> None:
        self._publisher = publisher
        self._instance = instance
        self._monotonic_s = monotonic_s
        self._is_open = self._is_suspended = False
        self._retry_at_s = 0.0
        self._outcomes_before = 0

    def send(self, events: Sequence[WorkerEvent]) -> None:
        """One payload for all of them."""
        before = self._outcomes_before
        self._outcomes_before += outcomes_in(events)
        if self._is_suspended or (not self._is_open and self._monotonic_s() < self._retry_at_s):
            return
        try:
            if not self._is_open:
                self._publisher.open()
                self._is_open = True
            self._publisher.announce(encode_events(self._instance, events, before))
        except BrokerError as error:
            self._close()
            self._retry_at_s = self._monotonic_s() + REOPEN_S
            _log.info("event feed unavailable, retrying in 5 s", problem=str(error))

    def suspend(self) -> None:
        """Drop events until `resume`: opening a connection to a broker that is unavailable only takes time."""
        self._is_suspended = True
        self._close()

    def resume(self) -> None:
        self._is_suspended = False

    def _close(self) -> None:
        if self._is_open:
            self._is_open = False
            self._publisher.close()
