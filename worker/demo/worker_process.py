"""A worker of a pipeline that is a process: it can be killed in the middle of a job, and is started again."""

from __future__ import annotations

import subprocess
from pathlib import Path
from threading import Condition, Thread, Timer

from core.events import WorkerHeartbeat, WorkerState
from core.logs import get_log
from worker.consumer.simulated_work import Simulation
from worker.demo.child_process import end_in_words, start_command, tell
from worker.demo.protections import Protections, ProtectionSwitch
from worker.demo.worker_request import WorkerAct, WorkerPlace, WorkerRequest, work_of
from worker.host.hosted_worker import WorkerOrder
from worker.runtime.clock import now_ms

FEED_DELAY_S = 0.2  # until the last events of a process that was killed have come by the event feed
KILL_AFTER_S = 8.0  # a stop; a process that does what it is asked to needs less, also for a broker that does not answer
COMMAND = "worker.demo.worker_command"

_log = get_log(__name__)


class WorkerProcess:
    """Every method is for any thread and returns at once, but `join`. Its events come by the event feed of the broker.

    A thread supervises the process: an end that was not asked for is reported, and the process started again after
    `restart_s`. The process ends by itself when this program does, however that ends.
    """

    def __init__(
        self, order: WorkerOrder, switch: ProtectionSwitch, log_folder: Path | None, *, restart_s: float
    ) -> None:
        """`switch`: what its processes begin with. `log_folder`: where they write their log; None for none."""
        self.name = order.name
        self._order, self._switch, self._log_folder, self._restart_s = order, switch, log_folder, restart_s
        self._changed = Condition()
        self._thread: Thread | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._kill: Timer | None = None  # of a process that was asked to stop
        self._stopping = self._draining = self._paused = False
        self._again = False  # a start after a stop or drain, or in the pause before it is started again
        order.status.on_reconnect(self.retry_now)

    @property
    def pid(self) -> int | None:
        """None while there is no process."""
        process = self._process
        return None if process is None else process.pid

    @property
    def running(self) -> bool:
        return self.pid is not None

    def is_own(self, _instance: str) -> bool:
        return False

    def start(self) -> None:
        with self._changed:
            if self._thread is not None:
                self._again = self._leaving or self._process is None
                self._changed.notify_all()
                return
            self._stopping = self._draining = self._paused = self._again = False
            self._thread = Thread(target=self._supervise, name=f"worker process {self.name}", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        self._leave(WorkerAct.STOP)

    def stop_now(self) -> None:
        self._leave(WorkerAct.STOP_NOW)

    def join(self, timeout_s: float) -> bool:
        if (thread := self._thread) is not None:
            thread.join(timeout_s)
        return self._thread is None

    def kill(self) -> int | None:
        """SIGKILL, so that it ends within its current instruction. Its pid; None where there was no process."""
        with self._changed:
            if (process := self._process) is None:
                return None
            process.kill()
            return process.pid

    def pause(self) -> None:
        with self._changed:
            self._paused = True
            self._tell(WorkerRequest(act=WorkerAct.PAUSE))

    def resume(self) -> None:
        with self._changed:
            self._paused = self._draining = False
            self._tell(WorkerRequest(act=WorkerAct.RESUME))

    def drain(self) -> None:
        with self._changed:
            self._draining, self._paused, self._again = True, False, False
            self._tell(WorkerRequest(act=WorkerAct.DRAIN))
            self._changed.notify_all()

    def retry_now(self) -> None:
        with self._changed:
            self._tell(WorkerRequest(act=WorkerAct.RETRY))

    def set_prefetch(self, prefetch: int) -> None:
        with self._changed:
            self._tell(WorkerRequest(prefetch=prefetch))

    def set_simulation(self, simulation: Simulation | None) -> None:
        with self._changed:
            self._tell(WorkerRequest(work=work_of(simulation)))

    def set_protections(self, protections: Protections) -> None:
        with self._changed:
            self._tell(WorkerRequest(protections=protections))

    def _leave(self, act: WorkerAct) -> None:
        with self._changed:
            self._stopping, self._again = True, False
            self._tell(WorkerRequest(act=act))
            self._bound_stop()
            self._changed.notify_all()

    def _bound_stop(self) -> None:
        """Call with the lock held."""
        if self._process is not None and self._kill is None:
            self._kill = Timer(KILL_AFTER_S, self._process.kill)
            self._kill.daemon = True
            self._kill.start()

    def _tell(self, request: WorkerRequest) -> None:
        """Call with the lock held."""
        tell(self._process, request.line)

    @property
    def _leaving(self) -> bool:
        return self._stopping or self._draining

    def _supervise(self) -> None:
        """In the supervisor's thread."""
        while True:
            problem = self._run_once()
            with self._changed:
                if problem:
                    self._changed.wait_for(lambda: self._stopping, FEED_DELAY_S)
            with self._changed:
                stays_away = self._leaving and not self._again
            self._report_end(problem, "" if stays_away else f" It is started again after {self._restart_s:g} s.")
            with self._changed:
                if problem:
                    self._changed.wait_for(lambda: self._leaving or self._again, self._restart_s)
                if self._leaving and not self._again:
                    self._thread = None
                    return
                self._stopping = self._draining = self._again = False

    def _run_once(self) -> str:
        """Start the process and wait for its end. Why it ended, as a sentence; empty when it was asked to."""
        self._report(WorkerState.STARTING)  # the process says nothing before it has connected
        try:
            process = start_command(COMMAND)
        except OSError as error:
            return f"Its process could not be started ({error.strerror})."
        with process:
            with self._changed:
                self._process = process
                self._tell(self._first_request())
                if self._draining:
                    self._tell(WorkerRequest(act=WorkerAct.DRAIN))
                if self._stopping:
                    self._tell(WorkerRequest(act=WorkerAct.STOP))
                    self._bound_stop()
            code = process.wait()
        with self._changed:
            self._process = None
            if self._kill is not None:
                self._kill.cancel()
                self._kill = None
            return "" if code == 0 and self._leaving else end_in_words(code)

    def _first_request(self) -> WorkerRequest:
        order, options = self._order, self._order.options()
        place = WorkerPlace(
            name=order.name,
            broker_url=order.broker_url,
            database_url=order.database_url,
            problem=order.problem,
            log_folder="" if self._log_folder is None else str(self._log_folder),
        )
        return WorkerRequest(
            place=place,
            prefetch=options.prefetch,
            work=work_of(options.simulation),
            protections=self._switch.current,
            act=WorkerAct.PAUSE if self._paused else None,
        )

    def _report_end(self, problem: str, then: str) -> None:
        if problem:
            _log.warning("a worker process ended", worker=self.name, problem=problem)
            problem += then
        self._report(WorkerState.STOPPED, problem)

    def _report(self, state: WorkerState, problem: str = "") -> None:
        self._order.on_event(WorkerHeartbeat(now_ms(), self.name, state, problem))
