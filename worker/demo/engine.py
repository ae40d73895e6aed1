"""The demonstration's own parts of a pipeline: worker processes that can be killed, and protections to take off."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from core.broker.ports import Broker
from worker.demo.folder import check_demo_change
from worker.demo.outages.routes import BrokerRoutes
from worker.demo.producers.direct_submission import DirectSubmission
from worker.demo.protections import Protections, ProtectionSwitch
from worker.runtime.clock import now_ms

if TYPE_CHECKING:
    from worker.demo.memory_queue import MemoryQueue
    from worker.demo.worker_process import WorkerProcess
    from worker.host.hosted_worker import HostedWorker, PipelineParts, WorkerOrder, WrappedBroker

RESTART_S = 3.0  # as a service manager waits before it starts a process again


@dataclass(frozen=True, slots=True)
class DemoWorkerView:
    """`pid`: None while its process is away, and is about to be started again or was stopped."""

    name: str
    pid: int | None

    @property
    def running(self) -> bool:
        return self.pid is not None


class DemoEngine:
    """Every method is for any thread and returns at once."""

    def __init__(
        self, log_folder: Path | None = None, *, folder: Path | None = None, restart_s: float = RESTART_S
    ) -> None:
        """`log_folder`: where the worker processes write their logs; None for none. `folder`: of the demonstration,
        whose queue file stays in it; None: anywhere. `restart_s`: see WorkerProcess."""
        self._log_folder, self._folder, self._restart_s = log_folder, folder, restart_s
        self._switch = ProtectionSwitch()
        self.routes = BrokerRoutes()
        self._workers: tuple[WorkerProcess, ...] = ()
        self._memory: MemoryQueue | None = None
        self.direct = DirectSubmission(now_ms)  # for what is submitted without the protection of an outbox

    @property
    def protections(self) -> Protections:
        return self._switch.current

    def set_protections(self, protections: Protections) -> None:
        """From now on, also for workers that are started later."""
        self._switch.set(protections)
        for worker in self._workers:
            worker.set_protections(protections)

    def parts(self) -> PipelineParts:
        """For one pipeline, before it is made. The workers of the one before are no longer known."""
        from worker.host.hosted_worker import PipelineParts

        self._workers = ()
        return PipelineParts(self._make_worker, self._wrap_broker, self.routes.route)

    def check_change(self, broker_url: str, database_url: str) -> None:
        """SettingError for addresses of data that are not the demonstration's own."""
        if self._folder is not None:
            check_demo_change(self._folder, broker_url, database_url)

    def close(self) -> None:
        """Once the last pipeline has ended."""
        self.routes.close()

    def workers(self) -> tuple[DemoWorkerView, ...]:
        """In the order in which they were made."""
        return tuple(DemoWorkerView(worker.name, worker.pid) for worker in self._workers)

    def kill(self, name: str) -> int | None:
        """SIGKILL for the process of this worker; its pid, or None where there was none. KeyError for another name."""
        found = next((worker for worker in self._workers if worker.name == name), None)
        if found is None:
            raise KeyError(name)
        return found.kill()

    def restart_broker(self) -> int:
        """What a restart does to a queue that is not persistent: it is empty. How many messages were lost."""
        return 0 if self._memory is None else self._memory.drop()

    def set_broker_away(self, away: bool) -> None:
        """Whether a queue that is not persistent takes nothing either."""
        if self._memory is not None:
            self._memory.set_away(away)

    def _make_worker(self, order: WorkerOrder) -> HostedWorker:
        from worker.demo.worker_process import WorkerProcess

        if not self._workers and not order.problem:
            _make_results(order.database_url)
        made = WorkerProcess(order, self._switch, self._log_folder, restart_s=self._restart_s)
        self._workers = (*self._workers, made)
        return made

    def _wrap_broker(self, broker: Broker) -> WrappedBroker:
        from worker.demo.memory_queue import MemoryQueue
        from worker.demo.switched_broker import SwitchedBroker
        from worker.host.hosted_worker import WrappedBroker

        memory = self._memory = MemoryQueue(broker, self._switch)
        wrapped = SwitchedBroker(broker, self._switch, memory)
        return WrappedBroker(wrapped, (memory, self.direct.publisher_to(wrapped)))


def _make_results(database_url: str) -> None:
    """Else the console reports a database that is missing, until the first worker process has started and made it."""
    from core.errors import PacelineError
    from core.store.writer import ResultsStore

    store = ResultsStore(database_url, now_ms=now_ms)
    try:
        with suppress(PacelineError):  # the workers report it, and try again
            store.open()
    finally:
        store.close()
