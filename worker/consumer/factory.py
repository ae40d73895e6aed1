"""Makes a worker loop, the same for a thread of the console and for a process of its own."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Sequence
from pathlib import Path

from core.broker.connect import queue_file
from core.broker.ports import Broker
from core.config.settings import MAX_WORKER_NAME
from core.events import Event
from core.store.database.connect import database_at
from core.store.writer import ResultsStore
from worker.consumer.loop import WorkerLoop
from worker.consumer.options import LoopOptions
from worker.runtime.connection_status import ConnectionStatus


def worker_names(count: int) -> tuple[str, ...]:
    """`host-pid` or `host-pid-number`: unlike those of any other process."""
    base = f"{platform.node()[: MAX_WORKER_NAME - 20] or 'worker'}-{os.getpid()}"
    return tuple(base if count == 1 else f"{base}-{number}" for number in range(1, count + 1))


def next_worker_name(names: Sequence[str]) -> str:
    """A name for one more worker of this process that is not in `names`."""
    base = worker_names(1)[0]
    number = len(names) + 1
    while f"{base}-{number}" in names:
        number += 1
    return f"{base}-{number}"


def make_loop(
    broker: Broker,
    database_url: str,
    name: str,
    options: LoopOptions,
    *,
    on_event: Callable[[Event], None],
    status: ConnectionStatus,
    on_unresponsive: Callable[[], None] | None = None,
) -> WorkerLoop:
    """SettingError for a database URL that names no database."""
    return WorkerLoop(
        broker.consumer(name, options.prefetch),
        ResultsStore(database_url, now_ms=options.now_ms),
        broker.event_publisher(),
        name=name,
        on_event=on_event,
        options=options,
        status=status,
        on_unresponsive=on_unresponsive,
    )


def local_database_files(broker_url: str, database_url: str) -> list[tuple[str, Path]]:
    """The SQLite files that a worker uses, as (kind, path) for `quarantine_damaged`."""
    results = database_at(database_url).file
    files = [] if results is None else [("results", results)]
    if (queue := queue_file(broker_url)) is not None:
        files.append(("queue", queue))
    return files
