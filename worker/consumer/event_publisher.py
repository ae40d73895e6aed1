"""BestEffortEventPublisher to whoever watches: best effort, never in the way of the work."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from core.broker.ports import EventPublisher
from core.codec.event_codec import WorkerEvent, encode_events, outcomes_in
from core.errors import BrokerRefusedError, BrokerUnavailableError
from core.logs import get_log

REOPEN_S = 5.0

_log = get_log(__name__)


class BestEffortEventPublisher:
    """Sends events of one loop through an Announcer; belongs to the loop's thread. `lost` counts what nobody got.

    Each payload says how many outcomes came before it, so that whoever watches can tell what was lost on the way.
    """

    def __init__(self, announcer: EventPublisher, instance: str, monotonic_s: Callable[[], float]) -> None:
        self._announcer = announcer
        self._instance = instance
        self._monotonic_s = monotonic_s
        self._open = False
        self._closed_until_s = 0.0
        self._before = 0
        self.lost = 0

    def send(self, events: Sequence[WorkerEvent]) -> None:
        """One payload for all of them."""
        before = self._before
        self._before += outcomes_in(events)
        if not self._open and self._monotonic_s() < self._closed_until_s:
            self.lost += len(events)
            return
        try:
            if not self._open:
                self._announcer.open()
                self._open = True
            self._announcer.announce(encode_events(self._instance, events, before))
        except (BrokerUnavailableError, BrokerRefusedError) as error:
            self.lost += len(events)
            self.close()
            self._closed_until_s = self._monotonic_s() + REOPEN_S
            _log.info("nobody can watch just now", problem=str(error))

    def close(self) -> None:
        if self._open:
            self._open = False
            self._announcer.close()
