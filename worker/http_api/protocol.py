"""HTTP/1.1 by uvicorn and h11, with limits that they lack: slow requests, clients that do not read, connections."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

import h11
from starlette.types import Receive, Scope, Send
from typing_extensions import override
from uvicorn.config import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from worker.http_api.metrics import IngestMetrics

MAX_TURNED_AWAY = 128  # connections beyond the limit that are answered with 503; further ones are aborted
DEFAULT_HEAD_BYTES = 16_384
CLOSE_BOUND_S = 2.0  # for sending what is left when a connection is closed
BUSY = b'{"message":"The service has too many connections just now."}'
LATE = b'{"message":"The request did not come in time."}'
MALFORMED = b'{"message":"This is not HTTP/1.1."}'

_CLOSED_HEADERS = ((b"content-type", b"application/json"), (b"connection", b"close"))


@dataclass(frozen=True, slots=True)
class HttpBounds:
    """`exchange_s`: from the first byte of a request to the last byte of its answer. `body_s`: to read its body."""

    connections: int = 256
    exchange_s: float = 30.0
    body_s: float = 10.0


class JoiningConnection(h11.Connection):
    """Sends the head of an answer together with its body: one system call instead of two."""

    _head = b""

    @override
    def send(self, event: h11.Event) -> bytes | None:  # type: ignore[override]  # h11 has overloads by event type
        sent = super().send(event)
        if isinstance(event, h11.Response):
            self._head = sent or b""
            return b""
        if self._head:
            sent, self._head = self._head + (sent or b""), b""
        return sent


class BoundedProtocol(H11Protocol):
    """One connection; used in the event loop only."""

    metrics: IngestMetrics  # set on the subclass by `protocol_for`
    bounds: HttpBounds

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.conn = JoiningConnection(h11.SERVER, config.h11_max_incomplete_event_size or DEFAULT_HEAD_BYTES)
        self._watch: asyncio.TimerHandle | None = None
        self._begun_at_s: float | None = None  # of the current exchange; None between two

    @override
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(transport)
        count = len(self.connections)
        self.metrics.connections.set(count)
        if count > self.bounds.connections:
            self.metrics.refuse("busy")
            self.app = _busy
        if count > self.bounds.connections + MAX_TURNED_AWAY:
            transport.abort()
        else:
            self._arm()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._disarm()
        if self._watch is not None:
            self._watch.cancel()
        self._unset_keepalive_if_required()
        super().connection_lost(exc)
        self.metrics.connections.set(len(self.connections))

    @override
    def data_received(self, data: bytes) -> None:
        if self._begun_at_s is None:
            self._arm()
        super().data_received(data)

    @override
    def on_response_complete(self) -> None:
        self._disarm()
        super().on_response_complete()
        if self.transport.is_closing():
            self._abort_later()
        elif not self.cycle.response_complete:  # the next request was here already
            self._arm()

    @override
    def send_400_response(self, msg: str) -> None:
        """Answer input that is not HTTP with JSON; uvicorn's own answer is plain text."""
        self.metrics.refuse("malformed")
        self._answer_and_close(400, MALFORMED)

    @override
    def timeout_keep_alive_handler(self) -> None:
        super().timeout_keep_alive_handler()
        self._abort_later()

    def _arm(self) -> None:
        self._begun_at_s = self.loop.time()
        if self._watch is None:
            self._watch = self.loop.call_later(self.bounds.exchange_s, self._on_watch)

    def _disarm(self) -> None:
        # The timer stays: starting one for each request would cost more than the rest of this class.
        self._begun_at_s = None

    def _on_watch(self) -> None:
        self._watch = None
        if self._begun_at_s is None:
            return
        left_s = self._begun_at_s + self.bounds.exchange_s - self.loop.time()
        if left_s > 0:
            self._watch = self.loop.call_later(left_s, self._on_watch)
        else:
            self._on_overdue()

    def _on_overdue(self) -> None:
        """The request has not arrived, or the client does not read the answer."""
        begun = bool(self.conn.trailing_data[0])
        if self.conn.our_state is not h11.IDLE:
            self.transport.abort()
        elif begun:
            self.metrics.refuse("timeout")
            self._answer_and_close(408, LATE)
        else:
            self.transport.close()

    def _answer_and_close(self, status: int, body: bytes) -> None:
        length = (b"content-length", str(len(body)).encode())
        try:
            parts = [
                self.conn.send(h11.Response(status_code=status, headers=[*_CLOSED_HEADERS, length])),
                self.conn.send(h11.Data(data=body)),
                self.conn.send(h11.EndOfMessage()),
            ]
        except h11.LocalProtocolError:  # an answer has begun
            self.transport.abort()
            return
        self.transport.write(b"".join(part for part in parts if part))
        self.transport.close()
        self._abort_later()

    def _abort_later(self) -> None:
        # `close` waits without limit for the peer to read the rest.
        self.loop.call_later(CLOSE_BOUND_S, self.transport.abort)


def protocol_for(metrics: IngestMetrics, bounds: HttpBounds) -> type[BoundedProtocol]:
    """The class that uvicorn instantiates for each connection."""
    return type("IngestProtocol", (BoundedProtocol,), {"metrics": metrics, "bounds": bounds})


async def _busy(_scope: Scope, _receive: Receive, send: Send) -> None:
    headers = [*_CLOSED_HEADERS, (b"content-length", str(len(BUSY)).encode()), (b"retry-after", b"1")]
    await send({"type": "http.response.start", "status": 503, "headers": headers})
    await send({"type": "http.response.body", "body": BUSY})
