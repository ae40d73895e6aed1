"""Binds the listening sockets and runs uvicorn in a thread of its own."""

from __future__ import annotations

import asyncio
import errno
import logging
import os
import socket
from collections.abc import Sequence

from starlette.types import ASGIApp
from uvicorn import Config, Server

from core.errors import SettingError
from core.logs import get_log
from worker.http_api.metrics import IngestMetrics
from worker.http_api.protocol import HttpBounds, protocol_for
from worker.runtime.service_thread import ServiceThread

BACKLOG = 256
KEEP_ALIVE_S = 15
FINISH_S = 8  # for open requests when the server stops
MAX_HEADERS = 16_384
BUFFER = 65_536  # bytes of kernel buffer per connection and direction; limits the size of one read too

_log = get_log(__name__)


def listen(host: str, port: int) -> list[socket.socket]:
    """Listening sockets, one for each address of the host. Raises SettingError with a sentence for the user."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError):
        raise SettingError(
            f"This computer cannot listen on {host}; give a name or address of its own, such as 127.0.0.1."
        ) from None
    bound: list[socket.socket] = []
    try:
        for family, address in dict.fromkeys((each[0], each[4]) for each in found):
            # The same port for all addresses, also when the system chose it (port 0).
            target = (address[0], bound[0].getsockname()[1], *address[2:]) if bound else address
            try:
                bound.append(_bound(family, target))
            except OSError as error:
                if not (bound and error.errno in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT)):
                    raise
    except OSError as error:
        for each in bound:
            each.close()
        raise SettingError(_why_not(error, host, port)) from None
    return bound


def _bound(family: socket.AddressFamily | int, address: object) -> socket.socket:
    # asyncio sets TCP_NODELAY on accepted connections only if the protocol is given; else answers take 40 ms more.
    made = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":  # on Windows this would let two programs have the same port
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        for which in (socket.SO_RCVBUF, socket.SO_SNDBUF):
            made.setsockopt(socket.SOL_SOCKET, which, BUFFER)
        made.bind(address)  # type: ignore[arg-type]  # as getaddrinfo gave it
        # Listen before uvicorn starts: of two programs that start at once, one gets the error that the port is in use.
        made.listen(BACKLOG)
    except OSError:
        made.close()
        raise
    return made


def _why_not(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} of {host} is in use by another program; choose another port."
    if error.errno == errno.EACCES:
        return f"Port {port} of {host} may not be used by this user; choose one above 1023."
    if error.errno == errno.EADDRNOTAVAIL:
        return f"{host} is not an address of this computer; give one of its own, such as 127.0.0.1."
    return f"Port {port} of {host} cannot be listened on: {error.strerror}."


def address_of(sockets: Sequence[socket.socket]) -> str:
    """`http://127.0.0.1:3000`."""
    host, port = sockets[0].getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


class HttpThread(ServiceThread):
    """Serves an ASGI application on bound sockets, which it closes. Methods may be called from any thread."""

    def __init__(
        self, app: ASGIApp, sockets: Sequence[socket.socket], metrics: IngestMetrics, bounds: HttpBounds
    ) -> None:
        super().__init__("http")
        self._sockets = list(sockets)
        self._server = Server(
            Config(
                app,
                http=protocol_for(metrics, bounds),
                loop="asyncio",
                ws="none",
                lifespan="off",
                interface="asgi3",
                log_config=None,
                log_level=None,
                access_log=False,
                proxy_headers=False,
                server_header=False,
                workers=1,
                backlog=BACKLOG,
                timeout_keep_alive=KEEP_ALIVE_S,
                timeout_graceful_shutdown=FINISH_S,
                h11_max_incomplete_event_size=MAX_HEADERS,
            )
        )
        # It warns of each malformed request, which would flood the log; the metrics count them.
        logging.getLogger("uvicorn.error").setLevel(logging.ERROR)
        self._loop: asyncio.AbstractEventLoop | None = None

    def stop(self) -> None:
        """Accept no new connections, and end when the open requests are answered, after FINISH_S at the latest."""
        super().stop()
        self._server.should_exit = True

    def stop_now(self) -> None:
        """Close all connections without answering. Accepted workouts stay in the outbox."""
        self.stop()
        self._server.force_exit = True
        if self._loop is not None:
            try:
                self._loop.call_soon_threadsafe(self._abort_connections)
            except RuntimeError:
                return  # it has ended by itself

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except Exception:  # noqa: BLE001 - the thread must not end unnoticed
            _log.exception("HTTP server failed")
        finally:
            for each in self._sockets:
                each.close()

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        await self._server.serve(self._sockets)

    def _abort_connections(self) -> None:
        for connection in list(self._server.server_state.connections):
            connection.transport.abort()
