"""`paceline-worker`: the worker loop of the console as a process without a screen."""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from types import FrameType
from typing import Annotated

import typer

from core.broker.connect import open_broker
from core.config.settings import DEFAULT_PREFETCH, Settings, check_prefetch, check_worker_name, parse_work_span
from core.errors import NotOurDatabaseError, PacelineError, SettingError, StoreAccessError
from core.events import BatchProcessed, ConnectionChanged, ConnectionState, Event, OutcomeKind
from core.logs import get_log, redact_url
from core.store.writer import ResultsStore
from worker.cli.common import BROKER, DATA_DIR, DATABASE, run_command
from worker.cli.version_option import VERSION_OPTION
from worker.consumer.factory import local_database_files, make_loop, worker_names
from worker.consumer.options import LoopOptions
from worker.consumer.simulated_work import Simulation
from worker.consumer.worker_thread import WorkerThread
from worker.runtime.clock import now_ms
from worker.runtime.connection_status import ConnectionStatus
from worker.runtime.damaged_files import quarantine_damaged
from worker.runtime.shutdown import shutdown_signals

PROGRAM = "paceline-worker"
BROKE = 1  # exit code: the loop failed too often
STUCK = 3  # exit code: a call hung, which only the end of the process ends
SLICE_S = 0.5
HURRY_S = 1.5  # for a broker to take back what was in flight

_log = get_log(__name__)
cli = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


class WorkerService:
    """Runs one worker. `run` and `stop` are called in the main thread, `_on_event` in the worker's."""

    def __init__(self, settings: Settings, name: str, options: LoopOptions, *, drain: bool) -> None:
        """SettingError for a wrong address."""
        self._settings, self._name, self._options, self._drain = settings, name, options, drain
        self._broker = open_broker(settings.broker_url)
        self._counts: Counter[OutcomeKind] = Counter()
        self._was_online = self._stopping = False
        self._refused = ""
        self._abort_at_s: float | None = None  # monotonic: from then on a broker is not waited for
        status = ConnectionStatus(self._broker.kind, self._broker.location, now_ms=now_ms, on_event=self._on_event)
        self._worker = WorkerThread(
            name,
            lambda on_unresponsive: make_loop(
                self._broker,
                settings.database_url,
                name,
                options,
                on_event=self._on_event,
                status=status,
                on_unresponsive=on_unresponsive,
            ),
            now_ms=now_ms,
            on_event=self._on_event,
            status=status,
            on_unresponsive=self._end_stuck,
        )

    def run(self) -> int:
        """Blocks until the end; returns the exit code.

        SettingError when trying again cannot help: a database of another program, a refusal at the first connection.
        """
        self._check_files()
        _log.info(
            "working",
            worker=self._name,
            broker=f"{self._broker.kind} at {self._broker.location}",
            database=redact_url(self._settings.database_url),
            prefetch=self._options.prefetch,
        )
        self._worker.start()
        if self._drain:
            self._worker.drain()
        # In slices, so that Python runs the handlers of signals in between.
        while not self._worker.join(SLICE_S):
            if self._abort_at_s is not None and monotonic() >= self._abort_at_s:
                self._broker.abort()
        if self._refused:
            raise SettingError(self._refused)
        counts = {kind.value: self._counts[kind] for kind in OutcomeKind}
        _log.info("ended", **counts)
        return 0 if self._stopping or self._drain else BROKE

    def stop(self) -> None:
        """Finish the current batch; asked again, requeue what is not being stored at this moment."""
        if self._stopping:
            self._worker.stop_now()
            self._abort_at_s = monotonic() + HURRY_S
        else:
            self._stopping = True
            self._worker.stop()
            self._abort_at_s = monotonic() + self._options.shutdown_timeout_s + HURRY_S

    def _check_files(self) -> None:
        settings = self._settings
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
        """The broker requeues what was in flight; the supervisor of this process restarts it."""
        _log.error("the work hangs; this process ends", worker=self._name)
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
    """SIGINT, SIGTERM and SIGHUP call `act` in the main thread inside the `with`."""

    def handle(_number: int, _frame: FrameType | None) -> None:
        act()

    old = {number: signal.signal(number, handle) for number in shutdown_signals()}
    try:
        yield
    finally:
        for number, handler in old.items():
            signal.signal(number, handler)


@cli.command(help="Process workouts from the queue until told to stop (Ctrl+C or SIGTERM).")
def worker(
    broker: BROKER = None,
    database: DATABASE = None,
    data_dir: DATA_DIR = None,
    name: Annotated[str | None, typer.Option(help="what others see; the host and process otherwise")] = None,
    prefetch: Annotated[int | None, typer.Option(help="messages held at once")] = None,
    simulate_work: Annotated[str | None, typer.Option(help="seconds a workout pretends to take, MIN:MAX")] = None,
    drain: Annotated[bool, typer.Option("--drain", help="end once the queue has stayed empty")] = False,
    version: VERSION_OPTION = False,
) -> None:
    log_name = f"{PROGRAM}-{name or worker_names(1)[0]}"
    with run_command(PROGRAM, broker, database, data_dir, log_name=log_name, logs_to_stderr=True) as settings:
        work = simulate_work if simulate_work is not None else settings.stored.simulate_work
        chosen = prefetch if prefetch is not None else settings.stored.prefetch or DEFAULT_PREFETCH
        options = LoopOptions(check_prefetch(chosen), simulation=Simulation(parse_work_span(work)) if work else None)
        shown = worker_names(1)[0] if name is None else check_worker_name(name)
        service = WorkerService(settings, shown, options, drain=drain)
        with signals_to(service.stop):
            code = service.run()
    raise SystemExit(code)


if __name__ == "__main__":
    cli()
