"""The sample load as a process of its own, so that making and accepting it takes no time of the console's window."""

from __future__ import annotations

import os
import random
import signal
import sys
from collections.abc import Callable, Sequence
from datetime import datetime, tzinfo
from functools import partial
from io import FileIO
from pathlib import Path
from threading import Event

from core.broker.backoff import Backoff
from core.codec.workout_codec import MessageKind
from core.config.system_zone import SystemZone
from core.errors import SettingError, StoreError, StoreFileReplacedError
from core.outbox.outbox import Outbox
from core.workouts.model import Workout
from core.workouts.samples import sample_athletes
from worker.demo.lines import Lines, line_of
from worker.demo.producers.load import SEED, SampleLoad, sample_workouts
from worker.demo.producers.load_request import MOST_WHOLE, LoadReport, LoadRequest, read_load_request, title_of
from worker.demo.producers.spoiled import SpoiledShare
from worker.outbox.submission import submission_of
from worker.runtime.clock import now_ms

STDIN, STDOUT = 0, 1
COULD_NOT_RUN = 2  # exit code
LAST_S = 5.0  # for the workouts that are being accepted at the end
MOST_PAUSE_S = 2.0  # between two tries to write the outbox

Report = Callable[[LoadReport], None]


class LoadProducer:
    """Accepts the load into the outbox of its console, which sends it. `run` is called in the main thread.

    A thread makes and accepts; while the outbox cannot be written it makes no more. `report` is called in that thread.
    """

    def __init__(self, outbox: Outbox, report: Report, zone: tzinfo) -> None:
        self._outbox, self._report = outbox, report
        self._ending = Event()
        self._backoff = Backoff(max_s=MOST_PAUSE_S)
        self._is_kept, self._is_full = True, False
        self._is_open = self._is_limited = False
        self._problem = ""
        self._share = SpoiledShare(self._hand_on, self._report_spoiled, random.Random(SEED))
        now = partial(datetime.now, zone)
        made = sample_workouts(sample_athletes(), random.Random(SEED), now)
        self._load = SampleLoad(self._share.send, made, rate_per_s=0.0, on_end=outbox.close)

    def run(self, first: LoadRequest, lines: Lines) -> None:
        """Until the end of the input, which is that of the console. SettingError for a line that is no request."""
        try:
            self.take(first)
            self._load.start()
            while (request := read_load_request(lines)) is not None:
                self.take(request)
        finally:
            self._ending.set()
            self._load.stop()
            self._load.join(LAST_S)

    def take(self, request: LoadRequest) -> None:
        if request.is_kept is not None:
            self._is_kept = request.is_kept
        if request.is_full is not None:
            self._is_full = request.is_full
        if request.share is not None:
            self._share.set_share(request.share)
        if request.pattern is not None:
            self._load.set_pattern(request.pattern)
        if request.rate_per_s is not None:
            self._load.set_rate(request.rate_per_s)
        if request.paused is not None:
            self._load.set_paused(request.paused)
        if request.burst:
            self._load.burst(request.burst)

    def _report_spoiled(self, workouts: Sequence[Workout]) -> None:
        self._report(LoadReport(at_ms=now_ms(), spoiled=tuple(workouts)))

    def _hand_on(self, workouts: Sequence[Workout]) -> None:
        if not self._is_kept:
            self._report(LoadReport(at_ms=now_ms(), unkept=tuple(workouts)))
            return
        made_at_ms = now_ms()
        submissions = [
            submission_of(workout, kind=MessageKind.SUBMITTED, submitted_at_ms=made_at_ms) for workout in workouts
        ]
        while not self._ending.is_set():
            try:
                self._prepare()
                at_ms = self._outbox.accept(submissions)[0].accepted_at_ms
            except StoreError as error:
                self._on_trouble(error)
                continue
            self._problem = ""
            self._backoff.reset()
            brief = tuple([(workout.workout_id, title_of(workout)) for workout in workouts[MOST_WHOLE:]])
            whole = tuple(workouts[:MOST_WHOLE])
            self._report(LoadReport(at_ms=at_ms, outbox=self._outbox.origin, whole=whole, brief=brief))
            return

    def _prepare(self) -> None:
        if not self._is_open:
            self._outbox.open()
            self._is_open, self._is_limited = True, False
        if self._is_full is not self._is_limited:
            self._outbox.limit_growth(self._is_full)
            self._is_limited = self._is_full

    def _on_trouble(self, error: StoreError) -> None:
        if isinstance(error, StoreFileReplacedError):
            self._is_open = False
        if str(error) != self._problem:
            self._problem = str(error)
            self._report(LoadReport(at_ms=now_ms(), problem=self._problem))
        self._ending.wait(self._backoff.next_s())


def write_report(report: LoadReport) -> None:
    """Whole, however long the console takes to read it. The end of the console is noticed by the input."""
    line = line_of(report)
    try:
        while line:
            line = line[os.write(STDOUT, line) :]
    except BrokenPipeError:
        return


def main() -> int:
    # The console decides when its load ends; a key press in its terminal is sent to all of its processes.
    for number in (signal.SIGINT, getattr(signal, "SIGHUP", signal.SIGINT)):
        signal.signal(number, signal.SIG_IGN)
    lines = FileIO(STDIN, closefd=False)  # see worker/demo/worker_command.py
    try:
        first = read_load_request(lines)
        if first is None or first.outbox_file is None:
            return COULD_NOT_RUN
        outbox = Outbox(Path(first.outbox_file), now_ms=now_ms)
        LoadProducer(outbox, write_report, SystemZone()).run(first, lines)
    except SettingError as error:
        sys.stderr.write(f"{error}\n")
        return COULD_NOT_RUN
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
