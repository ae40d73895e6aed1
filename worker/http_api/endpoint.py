"""The complete HTTP endpoint, for the command and the console: listener and application."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from typing_extensions import override

from core.config.settings import MAX_PORT
from core.errors import SettingError
from worker.http_api.accept_bridge import AcceptBridge, LookupBridge
from worker.http_api.access import AccessPolicy, is_loopback
from worker.http_api.app import IngestApp
from worker.http_api.metrics import IngestMetrics
from worker.http_api.protocol import HttpBounds
from worker.http_api.server import HttpThread, address_of, listen
from worker.outbox.outbox_writer import OutboxWriter
from worker.runtime.clock import now_ms
from worker.runtime.query import Query

DEFAULT_BOUNDS = HttpBounds()


@dataclass(frozen=True, slots=True)
class ListenAddress:
    """Where to listen, and the bearer token that callers need; None: no token."""

    host: str
    port: int
    token: str | None


def listening(host: str, port: int, token: str | None, *, no_token: bool) -> ListenAddress:
    """Raises SettingError for an invalid port, and for a network address without a token unless `no_token` is set."""
    if not 0 <= port <= MAX_PORT:
        raise SettingError(f"--port must be between 0 (any that is free) and {MAX_PORT}, not {port}.")
    if no_token:
        return ListenAddress(host, port, None)
    if token is None and not is_loopback(host):
        raise SettingError(
            f"Listening on {host} needs a token: --token-file FILE or PACELINE_INGEST_TOKEN, or else --no-token."
        )
    return ListenAddress(host, port, token)


class IngestEndpoint(HttpThread):
    """End the writer after it: requests that are being answered need it."""

    def __init__(
        self,
        where: ListenAddress,
        writer: OutboxWriter,
        metrics: IngestMetrics,
        ask: Callable[[Query[Any]], None],
        *,
        bounds: HttpBounds = DEFAULT_BOUNDS,
    ) -> None:
        """Binds the port; raises SettingError when it is in use. Call `start` or `stop` afterwards.

        `ask`: passes a query to the thread that reads the results.
        """
        access = AccessPolicy(where.token, is_loopback(where.host))
        bridge, lookup = AcceptBridge(writer), LookupBridge(writer, ask)
        self._app = IngestApp(bridge, lookup, metrics, access, now_ms=now_ms, body_bound_s=bounds.body_s)
        sockets = listen(where.host, where.port)
        self.address = address_of(sockets)
        super().__init__(self._app.build(), sockets, metrics, bounds)

    @override
    def stop(self) -> None:
        self._app.is_stopping = True
        super().stop()
