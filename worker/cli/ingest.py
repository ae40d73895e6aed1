"""`paceline-ingest`: accepts workouts by HTTP into the outbox and sends them to the broker."""

from __future__ import annotations

from pathlib import Path
from threading import Event as Flag
from typing import Annotated

import typer

from core.broker.connect import open_broker
from core.config.settings import DEFAULT_HTTP_PORT, Settings, find_token
from core.errors import SettingError
from core.events import ConnectionChanged, ConnectionState, Event, Refused
from core.logs import get_log
from core.outbox.destination import destination_of
from core.outbox.outbox import Outbox
from core.store.reader import ResultsReader
from worker.cli.common import BROKER, DATA_DIR, DATABASE, run_command
from worker.cli.version_option import VERSION_OPTION
from worker.cli.worker import signals_to
from worker.http_api.endpoint import IngestEndpoint, ListenAddress, listening
from worker.http_api.metrics import IngestMetrics
from worker.monitoring.reader_thread import ReaderThread
from worker.outbox.outbox_writer import OutboxWriter
from worker.outbox.send_thread import OutboxSender
from worker.runtime.clock import now_ms
from worker.runtime.connection_status import ConnectionStatus
from worker.runtime.damaged_files import quarantine_damaged
from worker.runtime.query import Reply
from worker.runtime.shutdown import join_or_abort

PROGRAM = "paceline-ingest"
BROKE = 1  # exit code: the listener ended without being asked to
HOST = "127.0.0.1"
SLICE_S = 0.5
GAP_S = 0.02
OUTBOX_TIMEOUT_S = 2.0  # who posts waits for as long when another program holds the file
STOP_S = 12.0
SEND_ON_S = 3.0  # at the end, for what is still pending while the broker takes it

_log = get_log(__name__)
cli = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


class IngestService:
    """Runs the HTTP endpoint and the outbox sender until `stop`. `run` and `stop` are called in the main thread."""

    def __init__(self, settings: Settings, where: ListenAddress) -> None:
        """SettingError for a wrong address, and for a port that is in use."""
        self._broker = broker = open_broker(settings.broker_url)
        self._state = IngestMetrics()
        self._where = where
        self._hurrying = Flag()
        self._stopping = Flag()
        self._connection_state: ConnectionState | None = None
        self._refusals: set[str] = set()
        outbox_file = settings.folder.outbox_file
        heading = destination_of(settings.broker_url, settings.database_url, settings.folder.path)
        for sentence in quarantine_damaged([("outbox", outbox_file)], own_folder=settings.folder.path):
            _log.warning(sentence)
        self._writer = OutboxWriter(
            Outbox(outbox_file, now_ms=now_ms, timeout_s=OUTBOX_TIMEOUT_S),
            now_ms=now_ms,
            on_event=self._on_event,
            on_accepted=lambda: self._sending.wake(),
        )
        self._sending = OutboxSender(
            Outbox(outbox_file, now_ms=now_ms, destination=heading),
            broker.publisher(),
            now_ms=now_ms,
            on_event=self._on_event,
            status=ConnectionStatus(broker.kind, broker.location, now_ms=now_ms, on_event=self._on_event),
            writing=self._writer.writing,
            gap_s=GAP_S,
        )
        self._reader = ReaderThread(ResultsReader(settings.database_url, now_ms=now_ms), post=Reply.deliver)
        self._endpoint = IngestEndpoint(where, self._writer, self._state, self._reader.ask)
        self._broker_label = f"{broker.kind} at {broker.location}"

    def run(self) -> int:
        """Blocks until `stop`; returns the exit code."""
        self._sending.start()
        self._writer.start()
        self._reader.start()
        self._endpoint.start()
        _log.info(
            "listening",
            address=self._endpoint.address,
            broker=self._broker_label,
            token="wanted" if self._where.token else "none",
        )
        # In slices, so that Python runs the handlers of signals in between.
        while not self._endpoint.join(SLICE_S) and not self._stopping.is_set():
            pass
        ended = self._end()
        _log.info("ended", accepted=self._state.accepted_count, outbox=self._state.pending)
        return 0 if self._stopping.is_set() and ended else BROKE

    def stop(self) -> None:
        """Accept no more, answer what was received, send pending workouts for SEND_ON_S; asked again, end at once."""
        if self._stopping.is_set():
            self._hurrying.set()
            self._endpoint.stop_now()
        else:
            self._stopping.set()
            self._endpoint.stop()

    def _end(self) -> bool:
        self._endpoint.stop()
        ended = self._endpoint.join(STOP_S)
        self._reader.stop()
        ended = self._writer.end(STOP_S) and ended
        ended = self._reader.join(STOP_S) and ended
        self._sending.wake()
        self._state.wait_until_sent(SEND_ON_S, lambda: not self._hurrying.is_set())
        self._sending.stop()
        return join_or_abort(self._broker.abort, self._sending, STOP_S) and ended

    def _on_event(self, event: Event) -> None:
        self._state.on_event(event)
        if isinstance(event, ConnectionChanged) and event.state is not self._connection_state:
            self._connection_state = event.state
            if event.state is ConnectionState.ONLINE:
                _log.info("connected", broker=self._broker_label)
            elif event.state is not ConnectionState.CONNECTING:
                _log.warning("what comes is kept here until the broker is back", problem=event.problem)
        elif isinstance(event, Refused) and event.reason not in self._refusals:
            self._refusals.add(event.reason)
            _log.warning("the broker refuses workouts; they are kept here", problem=event.reason)


@cli.command(
    help="Accept workouts by HTTP until told to stop (Ctrl+C or SIGTERM): POST /workout, PATCH and "
    "DELETE /workouts/ID, GET /health /metrics /docs."
)
def ingest(
    broker: BROKER = None,
    database: DATABASE = None,
    data_dir: DATA_DIR = None,
    host: Annotated[str, typer.Option(help="address to listen on")] = HOST,
    port: Annotated[int, typer.Option(help="port to listen on; 0 is any that is free")] = DEFAULT_HTTP_PORT,
    token_file: Annotated[
        Path | None, typer.Option(help="file with the token that callers must send; else PACELINE_INGEST_TOKEN")
    ] = None,
    no_token: Annotated[bool, typer.Option("--no-token", help="let everybody post who reaches the port")] = False,
    version: VERSION_OPTION = False,
) -> None:
    with run_command(PROGRAM, broker, database, data_dir, logs_to_stderr=True) as settings:
        if no_token and token_file is not None:
            raise SettingError("--no-token and --token-file exclude each other.")
        where = listening(host, port, None if no_token else find_token(token_file), no_token=no_token)
        service = IngestService(settings, where)
        with signals_to(service.stop):
            code = service.run()
    raise SystemExit(code)


if __name__ == "__main__":
    cli()
