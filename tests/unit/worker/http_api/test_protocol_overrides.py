"""What the HTTP service uses of uvicorn and h11 without a promise: it exists, and real requests go through it.

A release that drops one of these names fails here. Nothing is skipped.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import h11
import pytest
from starlette.types import Receive, Scope, Send
from uvicorn import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from tests.support.endpoint_rig import Served, until
from tests.support.http_calls import SAMPLE, call_on, exchange, post
from tests.support.private_names import foreign_private_names, overridden
from worker.http_api import server as ingest_server
from worker.http_api.protocol import BoundedProtocol, JoiningConnection

OVERRIDDEN = {
    "connection_made",
    "connection_lost",
    "data_received",
    "on_response_complete",
    "send_400_response",
    "timeout_keep_alive_handler",
}
READ = {"conn", "loop", "connections", "app", "transport", "cycle"}


def test_that_every_private_name_in_use_is_tried_here() -> None:
    assert foreign_private_names("worker", "gui/host/http_host.py") == {"_unset_keepalive_if_required"}


def test_that_what_is_overridden_exists() -> None:
    assert overridden(BoundedProtocol, H11Protocol) == OVERRIDDEN
    assert overridden(JoiningConnection, h11.Connection) == {"send"}


def test_that_what_is_read_exists() -> None:
    config = Config(_no_app, http=H11Protocol, ws="none", log_config=None)
    config.load()
    loop = asyncio.new_event_loop()
    try:
        plain = H11Protocol(config, ServerState(), {}, loop)
        assert {name for name in READ if not hasattr(plain, name)} == set()
        assert callable(plain._unset_keepalive_if_required)
    finally:
        loop.close()


def test_that_real_requests_go_through_every_override(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    called: set[str] = set()

    def counted(owner: type, name: str) -> Callable[..., Any]:
        real = getattr(owner, name)

        def call_it(*given: Any, **named: Any) -> Any:
            called.add(name)
            return real(*given, **named)

        return call_it

    for owner, names in ((BoundedProtocol, OVERRIDDEN), (JoiningConnection, {"send"})):
        for name in names:
            monkeypatch.setattr(owner, name, counted(owner, name))
    monkeypatch.setattr(ingest_server, "KEEP_ALIVE_S", 0.1)
    served = Served(tmp_path)
    try:
        assert post(served.port, SAMPLE).status == 202
        assert b"This is not HTTP/1.1." in exchange(served.port, b"\x16\x03\x01 hello\r\n\r\n")
        idle = HTTPConnection("127.0.0.1", served.port, timeout=30)
        assert call_on(idle, "GET", "/health").status in (200, 503)
        assert idle.sock.recv(1) == b""  # closed by the service once nothing more came
        idle.close()
        until(lambda: called, lambda seen: "connection_lost" in seen)
    finally:
        served.close()
    assert called == OVERRIDDEN | {"send"}


async def _no_app(_scope: Scope, _receive: Receive, _send: Send) -> None:
    """Is never called."""
