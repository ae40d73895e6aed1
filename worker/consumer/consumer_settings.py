"""Prefetch, simulated work and pause of a running loop, applied to its consumer."""

from __future__ import annotations

from collections.abc import Sequence

from core.broker.ports import Consumer, Delivery
from worker.consumer.controls import Controls
from worker.consumer.heartbeat import Heartbeat
from worker.consumer.options import LoopOptions
from worker.consumer.prefetch_ramp import PrefetchRamp


class ConsumerSettings:
    """As last requested through Controls. Of the loop's thread."""

    def __init__(self, consumer: Consumer, controls: Controls, heartbeat: Heartbeat, options: LoopOptions) -> None:
        self.simulation = options.simulation
        self._consumer = consumer
        self._controls = controls
        self._heartbeat = heartbeat
        self._batch = options.batch
        self._prefetch = options.prefetch
        self.ramp = PrefetchRamp(options.initial_prefetch, options.batch)
        self._applied_prefetch = 0
        self._is_paused = False

    def restart(self) -> None:
        """Before a new connection is opened."""
        self.ramp.restart()
        self.apply()

    def apply(self) -> None:
        """Take up what was requested meanwhile. A simulated workout is the only one that its worker holds."""
        prefetch, simulation = self._controls.take_requests()
        if prefetch is not None:
            self._prefetch = prefetch
            self._heartbeat.set_prefetch(prefetch)
        if simulation is not None:
            self.simulation = simulation[0]
        effective = 1 if self.simulation is not None else self.ramp.cap(self._prefetch)
        if effective != self._applied_prefetch:
            self._consumer.set_prefetch(effective)
            self._applied_prefetch = effective

    def apply_pause(self) -> None:
        if self._controls.paused != self._is_paused:
            self._is_paused = self._controls.paused
            (self._consumer.pause if self._is_paused else self._consumer.resume)()

    @property
    def fetch_limit(self) -> int:
        """Deliveries of the next batch: half of the prefetch, so that the other half arrives meanwhile."""
        if self.simulation is not None:
            return 1
        prefetch = self.ramp.cap(self._prefetch)
        return max(1, min(self._batch, (prefetch + 1) // 2 if self.ramp.limit is None else prefetch))

    def before_batch(self, deliveries: Sequence[Delivery]) -> None:
        """Raise the prefetch after a crash, once the consumer holds no more than this batch.

        A new prefetch requeues what is on its way, and a quorum queue counts that as a delivery: a large message could
        reach the delivery limit without ever having arrived.
        """
        if self.ramp.limit is not None and len(deliveries) >= self._applied_prefetch:
            self.ramp.grow(deliveries)
            self.apply()
