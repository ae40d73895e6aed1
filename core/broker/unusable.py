"""Stands in for a broker whose URL is unusable: every part refuses with the reason.

So a console with a wrong saved URL opens, accepts into its outbox, and says what to correct.
"""

from __future__ import annotations

from typing import NoReturn

from core.broker.ports import NOTHING_HELD
from core.errors import BrokerRefusedError


class UnusableBroker:
    """See ports.Broker."""

    def __init__(self, kind: str, place: str, problem: str) -> None:
        self.kind, self.location, self._problem = kind, place, problem

    def publisher(self, *_arguments: object, **_named: object) -> UnusablePart:
        return UnusablePart(self._problem)

    consumer = inspector = event_publisher = event_subscriber = publisher

    def abort(self) -> None:
        """Nothing to abort: no part waits."""


class UnusablePart:
    """All protocols in ports.py: it never opens, so in practice only `open`, `wake` and `close` are called."""

    blocked_reason = ""
    connection_epoch = 0
    held = NOTHING_HELD

    def __init__(self, problem: str) -> None:
        self._problem = problem

    def open(self, *_arguments: object, **_named: object) -> NoReturn:
        raise BrokerRefusedError(self._problem)

    publish = keep_alive = fetch = depth = scan_failed = announce = poll = open

    def ack(self, *_arguments: object, **_named: object) -> int:
        return 0

    dead_letter = retry = ack

    def close(self, *_arguments: object, **_named: object) -> None: ...

    requeue = set_prefetch = pause = resume = wake = close
