"""`paceline-worker`: the same loop as the console's, as a process without a screen."""

from __future__ import annotations

import os
import signal
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from types import FrameType
from typing import Annotated

import typer

from core.broker.connect import open_broker
from core.config.settings import DEFAULT_PREFETCH, Settings, check_prefetch, check_worker_name, parse_work_span
from core.errors import NotOurDatabaseError, PacelineError, SettingError, StoreAccessError
from core.events import BatchProcessed, ConnectionChanged, ConnectionState, Event, OutcomeKind
from core.logs import get_log, redact_url, set_up_logs
from core.store.writer import ResultsStore
from worker.cli.common import BROKER, COULD_NOT_RUN, DATA_DIR, DATABASE, command_settings, fail
from worker.consumer.factory import local_database_files, make_loop, now_ms, worker_names
from worker.consumer.options import LoopOptions
from worker.consumer.simulated_work import Simulation
from worker.consumer.worker_thread import WorkerThread
from worker.runtime.connection_status import ConnectionStatus
from worker.runtime.damaged_files import quarantine_damaged
from worker.runtime.shutdown import shutdown_signals

PROGRAM = "paceline-worker"
BROKE = 1  # exit code: it broke too often
STUCK = 3  # exit code: the work hung in a call that nothing but the end of the process ends
SLICE_S = 0.5
HURRY_S = 1.5  # for a broker to take back what was in hand

_log = get_log(__name__)
cli = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@dataclass(frozen=True, slots=True)
class WorkerConfig:
    """What this process is to do."""

    settings: Settings
    name: str
    options: LoopOptions
    drain: bool


class WorkerService:
    """Runs a Job to its end. `on_event` comes from the worker's thread; signals come to the main one."""

    def __init__(self, job: WorkerConfig) -> None:
        """SettingError for an address that cannot be right."""
        self._job = job
        self._broker = open_broker(job.settings.broker_url)
        self._counts: Counter[OutcomeKind] = Counter()
        self._was_online = self._stopping = self._ended = False
        self._refused = ""
        self._abandon_at_s: float | None = None  # whoever asked for the end does not wait for a broker
        link = ConnectionStatus(self._broker.kind, self._broker.location, now_ms=now_ms, on_event=self._on_event)
        self._worker = WorkerThread(
            job.name,
            lambda on_unresponsive: make_loop(
                self._broker,
                job.settings.database_url,
                job.name,
                job.options,
                on_event=self._on_event,
                link=link,
                on_unresponsive=on_unresponsive,
            ),
            now_ms=now_ms,
            on_event=self._on_event,
            link=link,
            on_unresponsive=self._end_stuck,
        )

    def run(self) -> int:
        """The exit code. SettingError when this can never work: a foreign file, a refusal at the first connection."""
        self._check_files()
        _log.info(
            "working",
            worker=self._job.name,
            broker=f"{self._broker.kind} at {self._broker.location}",
            database=redact_url(self._job.settings.database_url),
            prefetch=self._job.options.prefetch,
        )
        self._worker.start()
        if self._job.drain:
            self._worker.drain()
        # In slices, so that Python runs the handlers of signals in between.
        while not self._worker.join(SLICE_S):
            if self._abandon_at_s is not None and monotonic() >= self._abandon_at_s:
                self._broker.abort()
        if self._refused:
            raise SettingError(self._refused)
        counts = {kind.value: self._counts[kind] for kind in OutcomeKind}
        _log.info("ended", **counts)
        return 0 if self._stopping or self._job.drain else BROKE

    def stop(self) -> None:
        """Finish the batch in hand; asked again, give back what is not being stored this moment."""
        if self._stopping:
            self._worker.stop_now()
            self._abandon_at_s = monotonic() + HURRY_S
        else:
            self._stopping = True
            self._worker.stop()
            self._abandon_at_s = monotonic() + self._job.options.shutdown_timeout_s + HURRY_S

    def _check_files(self) -> None:
        settings = self._job.settings
        files = local_database_files(settings.broker_url, settings.database_url)
        for sentence in quarantine_damaged(files, own_folder=settings.folder.path):
            _log.warning(sentence)
        store = ResultsStore(settings.database_url, now_ms=now_ms)
        try:
            store.open()
        except (NotOurDatabaseError, StoreAccessError) as error:
            raise SettingError(str(error)) from None
        except PacelineError as error:  # locked or full: the loop waits until it is not
            _log.warning("the results cannot be opened just now", problem=str(error))
        finally:
            store.close()

    def _end_stuck(self) -> None:
        """What it held comes back to the queue; whoever started this process starts it again."""
        _log.error("the work hangs; this process ends", worker=self._job.name)
        os._exit(STUCK)

    def _on_event(self, event: Event) -> None:
        if isinstance(event, BatchProcessed):
            self._counts.update(outcome.kind for outcome in event.outcomes)
        elif isinstance(event, ConnectionChanged):
            self._on_connection(event)

    def _on_connection(self, event: ConnectionChanged) -> None:
        if event.state is ConnectionState.ONLINE:
            self._was_online = True
            _log.info("connected", broker=f"{event.kind} at {event.place}")
        elif event.state is ConnectionState.REFUSED and not self._was_online:
            self._refused = event.problem
            self._worker.stop_now()


@contextmanager
def signals_to(act: Callable[[], None]) -> Iterator[None]:
    """SIGINT, SIGTERM and SIGHUP call `act` in the main thread while this lasts."""

    def handle(_number: int, _frame: FrameType | None) -> None:
        act()

    old = {number: signal.signal(number, handle) for number in shutdown_signals()}
    try:
        yield
    finally:
        for number, handler in old.items():
            signal.signal(number, handler)


def job_from(
    settings: Settings, *, name: str | None, prefetch: int | None, simulate_work: str | None, drain: bool
) -> WorkerConfig:
    """What is not on the command line is in the settings. SettingError names the value that is wrong."""
    work = simulate_work if simulate_work is not None else settings.stored.simulate_work
    chosen = prefetch if prefetch is not None else settings.stored.prefetch or DEFAULT_PREFETCH
    options = LoopOptions(
        prefetch=check_prefetch(chosen), simulation=Simulation(parse_work_span(work)) if work else None
    )
    return WorkerConfig(settings, check_worker_name(name) if name is not None else worker_names(1)[0], options, drain)


@cli.command()
def worker(
    broker: BROKER = None,
    database: DATABASE = None,
    data_dir: DATA_DIR = None,
    name: Annotated[str | None, typer.Option(help="what others see; the host and process otherwise")] = None,
    prefetch: Annotated[int | None, typer.Option(help="messages held at once")] = None,
    simulate_work: Annotated[str | None, typer.Option(help="seconds a workout pretends to take, MIN:MAX")] = None,
    drain: Annotated[bool, typer.Option("--drain", help="end once the queue has stayed empty")] = False,
) -> None:
    """Process workouts from the queue until told to stop (Ctrl+C or SIGTERM)."""
    try:
        raise SystemExit(_run(broker, database, data_dir, name, prefetch, simulate_work, drain))
    except SettingError as error:
        fail(PROGRAM, str(error))


def _run(
    broker: str | None,
    database: str | None,
    data_dir: Path | None,
    name: str | None,
    prefetch: int | None,
    simulate_work: str | None,
    drain: bool,
) -> int:
    settings = command_settings(PROGRAM, broker=broker, database=database, data_dir=data_dir)
    job = job_from(settings, name=name, prefetch=prefetch, simulate_work=simulate_work, drain=drain)
    service = WorkerService(job)
    logs = set_up_logs(f"{PROGRAM}-{job.name}", folder=settings.folder.logs, stderr=sys.stderr)
    try:
        for notice in (*settings.notices, logs.problem):
            if notice:
                _log.warning(notice)
        with signals_to(service.stop):
            return service.run()
    finally:
        logs.close()


def main() -> None:
    cli()


__all__ = ["COULD_NOT_RUN", "WorkerConfig", "WorkerService", "job_from", "main"]

if __name__ == "__main__":
    main()
