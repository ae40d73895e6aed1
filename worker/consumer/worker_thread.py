"""A worker loop in a thread of a host program."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from threading import Event as Flag
from threading import Lock, Thread
from time import monotonic

from core.broker.backoff import Backoff
from core.events import Event, ProblemRaised
from core.logs import get_log
from worker.consumer.controls import Controls
from worker.consumer.loop import WorkerLoop
from worker.consumer.simulated_work import Simulation
from worker.runtime.connection_status import ConnectionStatus

MAX_CRASHES = 5
CRASH_SPAN_S = 60.0

_log = get_log(__name__)


class WorkerThread:
    """Every method is for any thread. `start` after a stop or a drain begins with a new loop.

    A loop that fails with an unexpected error is raised as a problem and restarted, at most five times a minute. A loop
    that hangs for good is abandoned and replaced: its messages are redelivered when its lease or connection expires.
    """

    def __init__(
        self,
        name: str,
        make_loop: Callable[[Callable[[], None]], WorkerLoop],
        *,
        now_ms: Callable[[], int],
        on_event: Callable[[Event], None],
        status: ConnectionStatus | None = None,
        make_backoff: Callable[[], Backoff] = Backoff,
        on_unresponsive: Callable[[], None] | None = None,
    ) -> None:
        """`make_loop` receives the function that the loop calls when it hangs: `on_unresponsive`, or one to replace it.

        `make_backoff`: the pauses before a failed loop is run again, made for each thread.
        """
        self.name = name
        self._on_unresponsive = on_unresponsive or self._replace
        self._make_loop = make_loop
        self._now_ms = now_ms
        self._on_event = on_event
        self._make_backoff = make_backoff
        self._lock = Lock()
        self._loop: WorkerLoop | None = None
        self._thread: Thread | None = None
        self._stop = Flag()
        self._leaving = self._again = False  # a stop or drain was requested; a start after that
        self._instances: frozenset[str] = frozenset()
        if status is not None:
            status.on_reconnect(self.retry_now)

    @property
    def running(self) -> bool:
        thread = self._thread
        return thread is not None and thread.is_alive()

    def is_own(self, instance: str) -> bool:
        """Whether an event from the broker came from this thread: the host has it already."""
        return instance in self._instances

    def start(self) -> None:
        """Does nothing while it is running; a loop that is ending is followed by a new one."""
        with self._lock:
            if self.running:
                self._again = self._leaving or (self._loop is not None and self._loop.ending)
                return
            self._thread = Thread(target=self._run, args=(self._new_loop(),), name=f"worker {self.name}", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Finish the batch in flight and end; `join` waits for that."""
        self._leave()
        self._ask(Controls.stop)

    def stop_now(self) -> None:
        self._leave()
        self._ask(Controls.stop_now)

    def join(self, timeout_s: float) -> bool:
        """True if it has ended."""
        if (thread := self._thread) is not None:
            thread.join(timeout_s)
        return not self.running

    def pause(self) -> None:
        self._ask(Controls.pause)

    def resume(self) -> None:
        with self._lock:
            self._leaving = self._stop.is_set()
        self._ask(Controls.resume)

    def drain(self) -> None:
        with self._lock:
            self._leaving, self._again = True, False
        self._ask(Controls.drain)

    def retry_now(self) -> None:
        self._ask(Controls.wake)

    def set_prefetch(self, prefetch: int) -> None:
        self._ask(lambda controls: controls.request_prefetch(prefetch))

    def set_simulation(self, simulation: Simulation | None) -> None:
        self._ask(lambda controls: controls.request_simulation(simulation))

    def _leave(self) -> None:
        with self._lock:
            self._leaving, self._again = True, False
            self._stop.set()

    def _new_loop(self) -> WorkerLoop:
        self._stop.clear()
        self._leaving = self._again = False
        loop = self._loop = self._make_loop(self._on_unresponsive)
        self._instances |= {loop.instance}
        return loop

    def _ask(self, request: Callable[[Controls], None]) -> None:
        if (loop := self._loop) is not None:
            request(loop.controls)

    def _run(self, loop: WorkerLoop) -> None:
        backoff = self._make_backoff()  # not shared with the thread that may replace this one
        while True:
            self._run_one(loop, backoff)
            with self._lock:
                if loop is not self._loop:
                    return  # replaced after it hung
                if not self._again:
                    self._thread = None
                    return
                loop = self._new_loop()

    def _run_one(self, loop: WorkerLoop, backoff: Backoff) -> None:
        crashes: deque[float] = deque(maxlen=MAX_CRASHES)
        while True:
            try:
                loop.run()
            except Exception as error:  # noqa: BLE001 - the edge of a thread: only unexpected errors arrive here
                crashes.append(monotonic())
                gives_up = len(crashes) == MAX_CRASHES and crashes[-1] - crashes[0] < CRASH_SPAN_S
                self._report_crash(error, gives_up=gives_up)
                if gives_up or self._stop.wait(backoff.next_s()):
                    return
            else:
                return

    def _replace(self) -> None:
        with self._lock:
            hung = self._loop
            if hung is None or self._stop.is_set():
                return
            hung.controls.stop_now()  # in case the call returns after all
            self._thread = Thread(target=self._run, args=(self._new_loop(),), name=f"worker {self.name}", daemon=True)
            self._thread.start()
        _log.error("the work hangs; another worker took its place", worker=self.name)
        text = f"The worker {self.name} hangs in a workout and was left behind; another one took its place."
        self._on_event(ProblemRaised(self._now_ms(), "worker", text))

    def _report_crash(self, error: Exception, *, gives_up: bool) -> None:
        _log.error("the worker broke", worker=self.name, exc_info=error)
        then = "It broke too often and stays stopped." if gives_up else "It is being started again."
        text = f"The worker {self.name} broke ({type(error).__name__}). {then}"
        self._on_event(ProblemRaised(self._now_ms(), "worker", text))
