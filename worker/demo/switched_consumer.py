"""A consumer of which two protections can be taken off: the late acknowledgement, and the failed queue."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from core.broker.ports import Consumer, Delivery, FailedDelivery, Held, RetryRequest
from worker.demo.protections import ProtectionSwitch


class SwitchedConsumer:
    """See ports.Consumer; with all protections on it is the one inside.

    Without `acknowledge_after_commit` a delivery is acknowledged when it is fetched. Then the broker has forgotten it:
    it can be given back, retried or dead-lettered no more, and ends with the worker that holds it.
    """

    def __init__(self, inner: Consumer, switch: ProtectionSwitch) -> None:
        self._inner, self._switch = inner, switch
        self._forgotten: set[tuple[int, int]] = set()  # epoch and tag of deliveries that were acknowledged early

    @property
    def connection_epoch(self) -> int:
        return self._inner.connection_epoch

    @property
    def held(self) -> Held:
        return self._inner.held

    def open(self) -> None:
        self._forgotten.clear()
        self._inner.open()

    def fetch(self, limit: int, wait_s: float) -> list[Delivery]:
        deliveries = self._inner.fetch(limit, wait_s)
        if deliveries and not self._switch.current.acknowledge_after_commit:
            self._inner.ack(deliveries)
            self._forgotten.update(map(_key, deliveries))
        return deliveries

    def ack(self, deliveries: Sequence[Delivery]) -> int:
        kept = self._kept(deliveries)
        return len(deliveries) - len(kept) + (self._inner.ack(kept) if kept else 0)

    def dead_letter(self, failures: Sequence[FailedDelivery]) -> int:
        """Without `failed_queue` they are acknowledged, and so dropped."""
        held = {_key(delivery) for delivery in self._kept(failure.delivery for failure in failures)}
        kept = [failure for failure in failures if _key(failure.delivery) in held]
        gone = len(failures) - len(kept)
        if not kept:
            return gone
        if self._switch.current.failed_queue:
            return gone + self._inner.dead_letter(kept)
        return gone + self._inner.ack([failure.delivery for failure in kept])

    def retry(self, retries: Sequence[RetryRequest]) -> int:
        held = {_key(delivery) for delivery in self._kept(retry.delivery for retry in retries)}
        kept = [retry for retry in retries if _key(retry.delivery) in held]
        return len(retries) - len(kept) + (self._inner.retry(kept) if kept else 0)

    def requeue(self, deliveries: Sequence[Delivery]) -> None:
        if kept := self._kept(deliveries):
            self._inner.requeue(kept)

    def set_prefetch(self, prefetch: int) -> None:
        self._inner.set_prefetch(prefetch)

    def pause(self) -> None:
        self._inner.pause()

    def resume(self) -> None:
        self._inner.resume()

    def wake(self) -> None:
        self._inner.wake()

    def close(self) -> None:
        self._inner.close()

    def _kept(self, deliveries: Iterable[Delivery]) -> list[Delivery]:
        """Those that the broker has not forgotten. The others are settled by this."""
        kept = []
        for delivery in deliveries:
            if _key(delivery) in self._forgotten:
                self._forgotten.discard(_key(delivery))
            else:
                kept.append(delivery)
        return kept


def _key(delivery: Delivery) -> tuple[int, int]:
    return delivery.connection_epoch, delivery.tag
