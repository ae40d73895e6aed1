"""How a worker loop works: what people set, and what only tests change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Protocol

from core.broker.backoff import Backoff
from core.broker.ports import Message
from core.codec.workout_codec import DecodedMessage, decode
from core.config.settings import DEFAULT_PREFETCH
from worker.consumer.simulated_work import Simulation
from worker.runtime.clock import now_ms

BATCH = 250  # half of the usual prefetch, so that the next batch has arrived before this one is done
JOB_TIME_LIMIT_S = 15.0  # below the 20 s after which a broker may take a silent worker for dead
INITIAL_PREFETCH = 1  # with more, messages still on their way are counted as delivered when the first one crashes us
HEARTBEAT_INTERVAL_S = 5.0


class ReadBody(Protocol):
    def __call__(self, message: Message, *, now_ms: int) -> DecodedMessage: ...


@dataclass(frozen=True, slots=True)
class LoopOptions:
    """`prefetch` and `simulation` are settings; the programs leave the rest as it is.

    `batch`: deliveries of one transaction. `shutdown_timeout_s`: how long a batch may take to finish once a stop is
    requested. `drain_idle_s`: how long a drained queue must have stayed empty. `refused_wait_s`: pause after the broker
    refused the connection. `job_time_limit_s`: work on one batch that takes longer is interrupted.
    `store_retry_timeout_s`: how long a batch is kept while the database is unavailable. `initial_prefetch`: used
    after a crash, while redelivered messages arrive. `heartbeat_interval_s`: time between two heartbeats.
    """

    prefetch: int = DEFAULT_PREFETCH
    simulation: Simulation | None = None
    batch: int = BATCH
    shutdown_timeout_s: float = 5.0
    drain_idle_s: float = 1.0
    refused_wait_s: float = 5.0
    job_time_limit_s: float = JOB_TIME_LIMIT_S
    store_retry_timeout_s: float = 20.0
    initial_prefetch: int = INITIAL_PREFETCH
    heartbeat_interval_s: float = HEARTBEAT_INTERVAL_S
    read_body: ReadBody = decode
    make_backoff: Callable[[], Backoff] = Backoff
    now_ms: Callable[[], int] = now_ms
    monotonic_s: Callable[[], float] = monotonic
