"""An HTTP endpoint on a free port, with an outbox of its own."""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TypeVar

from core.outbox.outbox import Outbox, OutboxEntry
from tests.support.fakes import EventLog
from tests.support.http_calls import call
from worker.cli.ingest import OUTBOX_TIMEOUT_S
from worker.http_api.endpoint import IngestEndpoint, ListenAddress
from worker.http_api.metrics import IngestMetrics
from worker.http_api.protocol import HttpBounds
from worker.outbox.outbox_writer import OutboxWriter
from worker.runtime.clock import now_ms

Found = TypeVar("Found")
TOKEN = "a-token-of-some-length"
MINUTES = {"type": "Running", "duration": 45}


class Served:
    """An endpoint on a free port."""

    def __init__(self, folder: Path, token: str | None = None, bounds: HttpBounds | None = None) -> None:
        self.path = folder / "outbox.db"
        self.events = EventLog()
        self.state = IngestMetrics()
        self.noticed = 0
        self.writer = OutboxWriter(
            Outbox(self.path, now_ms=now_ms, timeout_s=OUTBOX_TIMEOUT_S),
            now_ms=now_ms,
            on_event=self.events,
            on_accepted=self._on_accepted,
        )
        where = ListenAddress("127.0.0.1", 0, token)
        self.endpoint = IngestEndpoint(where, self.writer, self.state, bounds=bounds or HttpBounds())
        self.port = int(self.endpoint.address.rpartition(":")[2])
        self.writer.start()
        self.endpoint.start()

    def close(self) -> None:
        self.endpoint.stop()
        assert self.endpoint.join(15)
        assert self.writer.end(15)

    def entries(self) -> list[OutboxEntry]:
        outbox = Outbox(self.path, now_ms=now_ms)
        outbox.open()
        with closing(outbox):
            return outbox.pending(10_000)

    def figure(self, name: str) -> float:
        lines = call(self.port, "GET", "/metrics").body.decode().splitlines()
        return float(next(line for line in lines if line.startswith(f"{name} ")).rpartition(" ")[2])

    def _on_accepted(self) -> None:
        self.noticed += 1


def until(look: Callable[[], Found], reached: Callable[[Found], bool]) -> Found:
    """Look again and again: each look is a call to the endpoint, and the suite's bound ends it."""
    while not reached(found := look()):
        pass
    return found


def accepts(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 5).close()
    except OSError:
        return False
    return True
