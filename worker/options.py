"""How a worker loop goes about its work."""

from __future__ import annotations

from dataclasses import dataclass

from core.settings import DEFAULT_PREFETCH
from worker.simulation import Simulation

BATCH = 250  # half of the usual prefetch, so that the next batch is here before this one is done
REFUSED_WAIT_S = 5.0
STOP_GRACE_S = 5.0
DRAIN_QUIET_S = 1.0


@dataclass(frozen=True, slots=True)
class LoopOptions:
    """`batch`: deliveries of one transaction. `drain_quiet_s`: how long a drained queue must have stayed empty."""

    prefetch: int = DEFAULT_PREFETCH
    batch: int = BATCH
    simulation: Simulation | None = None
    stop_grace_s: float = STOP_GRACE_S
    drain_quiet_s: float = DRAIN_QUIET_S
    refused_wait_s: float = REFUSED_WAIT_S
