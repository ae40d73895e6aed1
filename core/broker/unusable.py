"""Stands in for a broker whose URL is unusable: every part refuses with the reason.

So a console with a wrong saved URL opens, accepts into its outbox, and says what to correct.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn

from core.broker.ports import (
    NOTHING_HELD,
    Delivery,
    Depth,
    FailedDelivery,
    Message,
    PublishResult,
    RemovePredicate,
    RetryRequest,
    ScanResult,
)
from core.errors import BrokerRefusedError


class UnusableBroker:
    """See ports.Broker."""

    def __init__(self, kind: str, place: str, problem: str) -> None:
        self._kind, self._place, self._problem = kind, place, problem

    @property
    def kind(self) -> str:
        return self._kind

    @property
    def location(self) -> str:
        return self._place

    def publisher(self) -> UnusablePart:
        return UnusablePart(self._problem)

    def consumer(self, name: str, prefetch: int) -> UnusablePart:
        return UnusablePart(self._problem)

    def inspector(self) -> UnusablePart:
        return UnusablePart(self._problem)

    def event_publisher(self) -> UnusablePart:
        return UnusablePart(self._problem)

    def event_subscriber(self) -> UnusablePart:
        return UnusablePart(self._problem)

    def abort(self) -> None:
        """Nothing to abort: no part waits."""


class UnusablePart:
    """See the protocols in ports.py: it never opens, so in practice only `open`, `wake` and `close` are called."""

    blocked_reason = ""
    connection_epoch = 0
    dropped = 0
    held = NOTHING_HELD

    def __init__(self, problem: str) -> None:
        self._problem = problem

    def open(self) -> None:
        self._refuse()

    def publish(self, messages: Sequence[Message]) -> list[PublishResult]:
        self._refuse()

    def keep_alive(self) -> None:
        self._refuse()

    def fetch(self, limit: int, wait_s: float) -> list[Delivery]:
        self._refuse()

    def depth(self) -> Depth:
        self._refuse()

    def scan_failed(self, should_remove: RemovePredicate) -> ScanResult:
        self._refuse()

    def announce(self, payload: bytes) -> None:
        self._refuse()

    def poll(self, wait_s: float) -> list[bytes]:
        self._refuse()

    def ack(self, deliveries: Sequence[Delivery]) -> int:
        return 0

    def dead_letter(self, failures: Sequence[FailedDelivery]) -> int:
        return 0

    def retry(self, retries: Sequence[RetryRequest]) -> int:
        return 0

    def requeue(self, deliveries: Sequence[Delivery]) -> None: ...

    def set_prefetch(self, prefetch: int) -> None: ...

    def pause(self) -> None: ...

    def resume(self) -> None: ...

    def wake(self) -> None: ...

    def close(self) -> None: ...

    def _refuse(self) -> NoReturn:
        raise BrokerRefusedError(self._problem)
