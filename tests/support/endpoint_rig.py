"""An HTTP endpoint on a free port, with an outbox of its own."""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, TypeVar, cast

from core.errors import StoreUnavailableError
from core.outbox.outbox import Outbox, OutboxEntry
from core.store.models import NewestRevision
from core.store.reader import ResultsReader
from tests.support.fakes import EventLog
from tests.support.http_calls import call
from worker.cli.ingest import OUTBOX_TIMEOUT_S
from worker.http_api.endpoint import IngestEndpoint, ListenAddress
from worker.http_api.metrics import IngestMetrics
from worker.http_api.protocol import HttpBounds
from worker.outbox.outbox_writer import OutboxWriter
from worker.runtime.clock import now_ms
from worker.runtime.query import Query

Found = TypeVar("Found")
TOKEN = "a-token-of-some-length"
MINUTES = {"type": "Running", "duration": 45}


class StoredRevisions:
    """In place of a reader of the results."""

    def __init__(self, stored: Mapping[str, NewestRevision]) -> None:
        self.past = self
        self.newest = stored.get


class Served:
    """An endpoint on a free port."""

    def __init__(self, folder: Path, token: str | None = None, bounds: HttpBounds | None = None) -> None:
        self.stored: dict[str, NewestRevision] | str = {}  # by id; or why the results cannot be read
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
        self.endpoint = IngestEndpoint(where, self.writer, self.state, self._ask, bounds=bounds or HttpBounds())
        self.port = int(self.endpoint.address.rpartition(":")[2])
        self.writer.start()
        self.endpoint.start()

    def close(self) -> None:
        self.endpoint.stop()
        assert self.endpoint.join(60)
        assert self.writer.end(15)

    def entries(self) -> list[OutboxEntry]:
        outbox = Outbox(self.path, now_ms=now_ms)
        outbox.open()
        with closing(outbox):
            return outbox.pending(10_000)

    def figure(self, name: str) -> float:
        lines = call(self.port, "GET", "/metrics").body.decode().splitlines()
        return float(next(line for line in lines if line.startswith(f"{name} ")).rpartition(" ")[2])

    def _ask(self, query: Query[Any]) -> None:
        if isinstance(self.stored, str):
            assert query.on_error is not None
            query.on_error(StoreUnavailableError(self.stored))
        else:
            query.on_result(query.run(cast(ResultsReader, StoredRevisions(self.stored))))

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
