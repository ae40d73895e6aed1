"""Runs the HTTP endpoint inside the console, in threads of its own; off by default."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, Any

from core.errors import SettingError, StoreUnavailableError
from core.events import ConnectionChanged, OutboxSampled
from worker.runtime.query import Posted, Query, Reply

if TYPE_CHECKING:
    from gui.host.pipeline_host import PipelineHost
    from worker.http_api.endpoint import IngestEndpoint
    from worker.http_api.metrics import IngestMetrics

HOST = "127.0.0.1"
STOP_S = 10.0


class HttpHost:
    """Methods may be called from any thread; `choose` and `stop` block. Modules are loaded when it is first enabled."""

    def __init__(self, post: Callable[[Posted], None]) -> None:
        self._post_on = post
        self._lock = Lock()
        self._endpoint: IngestEndpoint | None = None
        self._port = 0
        self._state: IngestMetrics | None = None
        self._link: ConnectionChanged | None = None
        self._outbox: OutboxSampled | None = None
        self._stopped = False

    @property
    def address(self) -> str:
        """`http://127.0.0.1:3000` while it listens."""
        endpoint = self._endpoint
        return "" if endpoint is None else endpoint.address

    def post(self, posted: Posted) -> None:
        """Forward an event to the screens, and record it for health check and metrics."""
        self._post_on(posted)
        if isinstance(posted, Reply):
            return
        if isinstance(posted, ConnectionChanged):
            self._link = posted
        elif isinstance(posted, OutboxSampled):
            self._outbox = posted
        if (state := self._state) is not None:
            state.on_event(posted)

    def choose(self, on: bool, port: int, pipeline: PipelineHost) -> str:
        """Start or stop listening; returns the address. Raises SettingError, and is off, if the port cannot be used."""
        with self._lock:
            if self._stopped or (on and self._endpoint is not None and port == self._port):
                return self.address
            self._end()
            if on:
                try:
                    self._begin(port, pipeline)
                except SettingError as error:
                    raise SettingError(f"The HTTP endpoint is off. {error}") from None
            return self.address

    def stop(self) -> bool:
        """Accept no new connections and answer open requests; True if it ended within STOP_S."""
        with self._lock:
            self._stopped = True
            return self._end()

    def stop_now(self) -> None:
        """Close all connections without answering."""
        if (endpoint := self._endpoint) is not None:
            endpoint.stop_now()

    def _begin(self, port: int, pipeline: PipelineHost) -> None:
        from worker.http_api.endpoint import IngestEndpoint, ListenAddress
        from worker.http_api.metrics import IngestMetrics

        state = IngestMetrics()
        endpoint = IngestEndpoint(ListenAddress(HOST, port, None), pipeline.writer, state, partial(_ask, pipeline))
        for event in (self._link, self._outbox):
            if event is not None:
                state.on_event(event)
        self._state = state
        pipeline.writer.start()  # also where no connection could be opened
        endpoint.start()
        self._endpoint, self._port = endpoint, port

    def _end(self) -> bool:
        endpoint = self._endpoint
        if endpoint is None:
            return True
        endpoint.stop()
        ended = endpoint.join(STOP_S)
        self._endpoint = self._state = None
        return ended


def _ask(pipeline: PipelineHost, query: Query[Any]) -> None:
    """In the thread of the HTTP service. The callbacks run in the main thread, or at once where nothing is open."""
    if pipeline.is_open:
        pipeline.ask(query)
    elif query.on_error is not None:
        query.on_error(StoreUnavailableError("The results are not open."))
