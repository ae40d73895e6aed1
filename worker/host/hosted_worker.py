"""A worker as its host program sees it, whether it is a thread or a process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from core.broker.ports import Broker
from core.events import Event
from worker.consumer.factory import make_loop
from worker.consumer.options import LoopOptions
from worker.consumer.simulated_work import Simulation
from worker.consumer.worker_thread import WorkerThread
from worker.runtime.clock import now_ms
from worker.runtime.connection_status import ConnectionStatus
from worker.runtime.service_thread import ServiceThread


class HostedWorker(Protocol):
    """Every method is for any thread and returns at once, but `join`. `start` after a stop or a drain begins anew."""

    @property
    def name(self) -> str: ...

    def is_own(self, instance: str) -> bool:
        """Whether `on_event` of its order has had the events of this loop, so that the event feed repeats them."""

    def start(self) -> None:
        """Does nothing while it is running; one that is ending is followed by a new one."""

    def stop(self) -> None:
        """Finish the batch in flight and end; `join` waits for that."""

    def stop_now(self) -> None:
        """End at once: what is not being stored at this moment is requeued."""

    def join(self, timeout_s: float) -> bool:
        """Wait at most `timeout_s`; True when it has ended."""

    def pause(self) -> None: ...

    def resume(self) -> None: ...

    def drain(self) -> None: ...

    def retry_now(self) -> None:
        """Do not wait for the next try to reach the broker."""

    def set_prefetch(self, prefetch: int) -> None: ...

    def set_simulation(self, simulation: Simulation | None) -> None: ...


@dataclass(frozen=True, slots=True)
class WorkerOrder:
    """What a host program wants of one worker. `options` are read at each start.

    `broker` is the one at `broker_url`, perhaps wrapped, for a worker of this process. `problem`: why that address is
    not to be used; else empty.
    """

    name: str
    broker: Broker
    broker_url: str
    database_url: str
    options: Callable[[], LoopOptions]
    on_event: Callable[[Event], None]
    status: ConnectionStatus
    problem: str = ""


@dataclass(frozen=True, slots=True)
class WrappedBroker:
    """A broker for all parts of a pipeline, and threads that start and end with these."""

    broker: Broker
    threads: tuple[ServiceThread, ...] = ()


@dataclass(frozen=True, slots=True)
class PipelineParts:
    """What a program may put in the place of the usual parts of its pipeline."""

    make_worker: Callable[[WorkerOrder], HostedWorker]
    wrap_broker: Callable[[Broker], WrappedBroker]
    route: Callable[[str], str] = str  # from the address of the broker to the one by which to reach it


def make_worker_thread(order: WorkerOrder) -> WorkerThread:
    return WorkerThread(
        order.name,
        lambda on_unresponsive: make_loop(
            order.broker,
            order.database_url,
            order.name,
            order.options(),
            on_event=order.on_event,
            status=order.status,
            on_unresponsive=on_unresponsive,
        ),
        now_ms=now_ms,
        on_event=order.on_event,
        status=order.status,
    )


USUAL_PARTS = PipelineParts(make_worker_thread, WrappedBroker)
