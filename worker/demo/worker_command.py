"""A worker of the demonstration as a process of its own, which its console tells what to do and can kill."""

from __future__ import annotations

import math
import os
import signal
import sys
from io import FileIO
from pathlib import Path
from threading import Thread
from time import monotonic

from core.broker.connect import label_in_words, open_broker
from core.broker.ports import Broker
from core.broker.unusable import UnusableBroker
from core.config.settings import DEFAULT_PREFETCH
from core.errors import SettingError
from core.events import Event
from core.logs import get_log, set_up_logs
from worker.consumer.loop import WorkerLoop
from worker.consumer.options import LoopOptions
from worker.consumer.worker_thread import WorkerThread
from worker.demo.lines import Lines
from worker.demo.protections import ALL_ON, ProtectionSwitch
from worker.demo.switched_loop import make_switched_loop
from worker.demo.worker_request import WorkerAct, WorkerPlace, WorkerRequest, read_request, simulation_of
from worker.runtime.clock import now_ms
from worker.runtime.connection_status import ConnectionStatus

STDIN = 0
SHUTDOWN_TIMEOUT_S = LoopOptions().shutdown_timeout_s
SLICE_S = 0.1
COULD_NOT_RUN = 2  # exit code
STUCK = 3  # exit code: a call hung, which only the end of the process ends
HURRY_S = 1.5  # for a broker to take back what was in flight
LAST_S = 3.0  # after that, for the loop to end

_log = get_log(__name__)


class DemoWorker:
    """Runs one worker until it is asked to stop, or until its console has ended.

    `run` is called in the main thread; requests arrive in a thread of their own, which may wait for the next one.
    """

    def __init__(self, place: WorkerPlace, first: WorkerRequest) -> None:
        """SettingError for a wrong address or span."""
        self._place = place
        self._prefetch = first.prefetch or DEFAULT_PREFETCH
        self._work = first.work or ""
        self._simulation = simulation_of(self._work)
        self._switch = ProtectionSwitch(first.protections or ALL_ON)
        self._abort_at_s = math.inf  # monotonic: from then on a broker is not waited for
        self._broker = _broker_at(place)
        self._status = ConnectionStatus(
            self._broker.kind, self._broker.location, now_ms=now_ms, on_event=self._on_event
        )
        self._worker = WorkerThread(
            place.name,
            lambda _: self._make_loop(),
            now_ms=now_ms,
            on_event=self._on_event,
            status=self._status,
            on_unresponsive=self._end_stuck,
        )

    def run(self, lines: Lines, *, paused: bool) -> int:
        """Blocks until the worker has ended; returns the exit code."""
        self._worker.start()
        if paused:
            self._worker.pause()
        Thread(target=self._follow, args=(lines,), name="requests", daemon=True).start()
        while not self._worker.join(SLICE_S):
            over_s = monotonic() - self._abort_at_s
            if over_s > LAST_S:
                self._end_stuck()
            if over_s > 0:
                self._broker.abort()
        return 0

    def take(self, request: WorkerRequest) -> None:
        """SettingError for a span that is none."""
        if request.prefetch is not None:
            self._prefetch = request.prefetch
            self._worker.set_prefetch(request.prefetch)
        if request.work is not None and request.work != self._work:
            self._simulation, self._work = simulation_of(request.work), request.work
            self._worker.set_simulation(self._simulation)
        if request.protections is not None:
            self._switch.set(request.protections)
        if request.act is not None:
            self._do(request.act)

    def _do(self, act: WorkerAct) -> None:
        match act:
            case WorkerAct.PAUSE:
                self._worker.pause()
            case WorkerAct.RESUME:
                self._worker.resume()
            case WorkerAct.DRAIN:
                self._worker.drain()
            case WorkerAct.RETRY:
                self._worker.retry_now()
            case WorkerAct.STOP:
                self._stop()
            case WorkerAct.STOP_NOW:
                self._stop(in_flight_s=0.0)

    def _follow(self, lines: Lines) -> None:
        """In the thread `requests`. The end of the input is the end of the console, so this worker ends too."""
        while True:
            try:
                request = read_request(lines)
                if request is None:
                    break
                self.take(request)
            except SettingError as error:
                _log.warning("a request was not understood", worker=self._place.name, problem=str(error))
        self._stop()

    def _stop(self, in_flight_s: float = SHUTDOWN_TIMEOUT_S) -> None:
        """`in_flight_s`: how long the batch in flight may still take."""
        self._abort_at_s = min(self._abort_at_s, monotonic() + in_flight_s + HURRY_S)
        if in_flight_s:
            self._worker.stop()
        else:
            self._worker.stop_now()

    def _make_loop(self) -> WorkerLoop:
        return make_switched_loop(
            self._broker,
            self._place.database_url,
            self._place.name,
            LoopOptions(prefetch=self._prefetch, simulation=self._simulation),
            self._switch,
            on_event=self._on_event,
            status=self._status,
            on_unresponsive=self._end_stuck,
        )

    def _on_event(self, _event: Event) -> None:
        """The console has it by the event feed."""

    def _end_stuck(self) -> None:
        _log.error("the work hangs; this process ends", worker=self._place.name)
        os._exit(STUCK)


def main() -> int:
    # The console decides when its workers end; a key press in its terminal is sent to all of them.
    for number in (signal.SIGINT, getattr(signal, "SIGHUP", signal.SIGINT)):
        signal.signal(number, signal.SIG_IGN)
    # Not sys.stdin: the lock of its buffer, held by a thread that waits, would break the end of the interpreter.
    lines = FileIO(STDIN, closefd=False)
    try:
        first = read_request(lines)
        if first is None or first.place is None:
            return COULD_NOT_RUN
        place = first.place
        logs = set_up_logs(place.name, folder=Path(place.log_folder) if place.log_folder else None, stderr=None)
        try:
            return DemoWorker(place, first).run(lines, paused=first.act is WorkerAct.PAUSE)
        finally:
            logs.close()
    except SettingError as error:
        sys.stderr.write(f"{error}\n")
        return COULD_NOT_RUN


def _broker_at(place: WorkerPlace) -> Broker:
    if not place.problem:
        return open_broker(place.broker_url)
    label = label_in_words(place.broker_url)
    return UnusableBroker(label.kind, label.location, place.problem)


if __name__ == "__main__":
    raise SystemExit(main())
