"""How a worker loop goes about its work."""

from __future__ import annotations

from dataclasses import dataclass

from core.config.settings import DEFAULT_PREFETCH
from worker.consumer.simulated_work import Simulation

BATCH = 250  # half of the usual prefetch, so that the next batch is here before this one is done
REFUSED_WAIT_S = 5.0
STOP_GRACE_S = 5.0
DRAIN_QUIET_S = 1.0
JOB_BOUND_S = 15.0  # below the 20 s after which a broker may take a silent worker for dead
HOLD_BOUND_S = 20.0
CAREFUL_PREFETCH = 1  # more would be on its way, counted and unseen, when the first one kills
BEAT_S = 5.0


@dataclass(frozen=True, slots=True)
class LoopOptions:
    """`batch`: deliveries of one transaction. `drain_idle_s`: how long a drained queue must have stayed empty.

    `job_time_limit_s`: work on one batch that takes longer is cut off. `store_retry_timeout_s`: how long a batch is
    held while the database is away. `initial_prefetch`: the prefetch after a crash, while redelivered messages arrive.
    `heartbeat_interval_s`: time between two heartbeats.
    """

    prefetch: int = DEFAULT_PREFETCH
    batch: int = BATCH
    simulation: Simulation | None = None
    shutdown_timeout_s: float = STOP_GRACE_S
    drain_idle_s: float = DRAIN_QUIET_S
    refused_wait_s: float = REFUSED_WAIT_S
    job_time_limit_s: float = JOB_BOUND_S
    store_retry_timeout_s: float = HOLD_BOUND_S
    initial_prefetch: int = CAREFUL_PREFETCH
    heartbeat_interval_s: float = BEAT_S
