"""The side without a queue: an HTTP service that processes each workout within its request."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event as Flag
from threading import Lock, Semaphore, Thread

from typing_extensions import override

from core.broker.ports import Message
from core.codec.json_reader import MAX_BODY_BYTES
from core.codec.workout_codec import decode
from core.errors import InvalidWorkoutError, PacelineError, UndecodableBodyError
from core.logs import get_log
from core.store.writer import ResultsStore
from worker.consumer.simulated_work import Simulation
from worker.demo.comparison.faults import ProcessingFailedError, ProcessingFaults
from worker.runtime.clock import now_ms

LOOPBACK = "127.0.0.1"
IDLE_BOUND_S = 30.0
POLL_S = 0.05
STORED, REFUSED, FAILED, STOPPING = 201, 400, 500, 503

_log = get_log(__name__)


class InlineService:
    """Started once, then stopped. Each connection has a thread and a store of its own."""

    def __init__(
        self, database_url: str, threads: int, simulation: Simulation, faults: ProcessingFaults, *, port: int = 0
    ) -> None:
        """`threads`: how many requests are processed at once; others wait. `port`: 0 for any.

        Makes the database. StoreError, and OSError where the port is in use.
        """
        self._database_url, self._simulation, self._faults = database_url, simulation, faults
        self._turns = Semaphore(threads)
        self._writing = Lock()  # SQLite's own wait between two writers is longer
        self._stopping = Flag()
        self.make_store().close()
        self._server = _Server((LOOPBACK, port), _RequestHandler)
        self._server.service = self
        self._thread = Thread(target=self._server.serve_forever, args=(POLL_S,), name="inline service", daemon=True)

    @property
    def address(self) -> tuple[str, int]:
        return LOOPBACK, self._server.server_port

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Work that goes on is broken off. Returns once no more connections are accepted."""
        self._stopping.set()
        if self._thread.ident is not None:
            self._server.shutdown()
        self._server.server_close()

    def make_store(self) -> ResultsStore:
        """An open one, for the calling thread."""
        store = ResultsStore(self._database_url, now_ms=now_ms)
        store.open()
        return store

    def process(self, body: bytes, store: ResultsStore) -> int:
        """Decode, work and store, all before the answer; returns its status. What fails is kept nowhere."""
        with self._turns:
            picked_up_at_ms = now_ms()
            try:
                decoded = decode(Message(body), now_ms=picked_up_at_ms)
                if self._stopping.wait(self._simulation.next_s()):
                    return STOPPING
                self._faults.check(decoded.workout_id)
                with self._writing:
                    store.apply([decoded], worker="inline", picked_up_at_ms=picked_up_at_ms)
            except (UndecodableBodyError, InvalidWorkoutError):
                return REFUSED
            except ProcessingFailedError:
                return FAILED
            except PacelineError as error:
                _log.warning("a workout was not stored", problem=str(error))
                return FAILED
        return STORED


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64
    service: InlineService


class _RequestHandler(BaseHTTPRequestHandler):
    """Of one connection, in its thread."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else answers take 40 ms more
    timeout = IDLE_BOUND_S
    server: _Server

    @override
    def setup(self) -> None:
        super().setup()
        self._store = self.server.service.make_store()

    @override
    def finish(self) -> None:
        self._store.close()
        super().finish()

    def do_GET(self) -> None:  # the name that http.server asks for
        self._answer(200)

    def do_POST(self) -> None:
        length = self.headers.get("content-length", "")
        if not length.isdecimal() or int(length[:20]) > MAX_BODY_BYTES:
            self.close_connection = True
            self._answer(REFUSED)
            return
        self._answer(self.server.service.process(self.rfile.read(int(length)), self._store))

    def _answer(self, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    @override
    def log_message(self, format: str, *args: object) -> None:
        """Requests are counted by their clients."""
