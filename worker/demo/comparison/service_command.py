"""One of the two services of a comparison as a process of its own, so that it can be killed as a whole.

It ends in order with its standard input, which is the end of the process that compares.
"""

from __future__ import annotations

import os
import random
import signal
import sys
from io import FileIO
from typing import Protocol

from core.config.settings import DataFolder
from core.errors import PacelineError, SettingError
from core.logs import set_up_logs
from worker.consumer.simulated_work import Simulation
from worker.demo.comparison.faults import ProcessingFaults
from worker.demo.comparison.inline_service import InlineService
from worker.demo.comparison.queued_service import QueuedService
from worker.demo.comparison.service_request import (
    BEGIN,
    ServiceNews,
    ServiceRequest,
    ServiceSide,
    read_service_request,
)

STDIN, STDOUT = 0, 1
COULD_NOT_RUN = 2  # exit code


class ComparedService(Protocol):
    """What both services have."""

    @property
    def address(self) -> tuple[str, int]: ...

    def start(self) -> None: ...

    def stop(self) -> None: ...


def make_service(request: ServiceRequest, faults: ProcessingFaults) -> ComparedService:
    """Not started. SettingError, StoreError."""
    # The same durations for each side.
    work = Simulation(request.work_span, random.Random(request.seed).uniform)
    if request.side is ServiceSide.INLINE:
        url = DataFolder(request.place).results_url
        return InlineService(url, request.threads, work, faults, port=request.port)
    return QueuedService(request.place, request.threads, work, faults, port=request.port)


def main() -> int:
    # Only the process that compares decides when its services end.
    for number in (signal.SIGINT, signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGINT)):
        signal.signal(number, signal.SIG_IGN)
    # Not sys.stdin: the lock of its buffer, held by a thread that waits, would break the end of the interpreter.
    lines = FileIO(STDIN, closefd=False)
    try:
        request = read_service_request(lines)
        logs = set_up_logs(request.side.value, folder=request.place, stderr=None)
        try:
            return _run(request, lines)
        finally:
            logs.close()
    except (PacelineError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return COULD_NOT_RUN


def _run(request: ServiceRequest, lines: FileIO) -> int:
    """Blocks until the input has ended."""
    faults = ProcessingFaults(
        frozenset(request.failing), request.outage_span, on_failed=lambda failed: _say(ServiceNews(failed=failed))
    )
    if request.begun_s is not None:
        faults.begin(request.begun_s)
    service = make_service(request, faults)
    service.start()
    try:
        _say(ServiceNews(port=service.address[1]))
        while line := lines.readline(len(BEGIN)):
            if line == BEGIN:
                faults.begin()
            else:
                raise SettingError("A service of the comparison was told something that it does not know.")
    finally:
        service.stop()
    return 0


def _say(news: ServiceNews) -> None:
    """From any thread: a line is written at once. OSError once the process that compares has ended."""
    os.write(STDOUT, news.line)


if __name__ == "__main__":
    raise SystemExit(main())
