"""A worker loop of which protections can be taken off while it runs."""

from __future__ import annotations

from collections.abc import Callable

from core.broker.ports import Broker
from core.events import Event
from core.store.reader import ResultsReader
from core.store.writer import ResultsStore
from worker.consumer.loop import WorkerLoop
from worker.consumer.options import LoopOptions
from worker.demo.protections import ProtectionSwitch
from worker.demo.switched_consumer import SwitchedConsumer
from worker.demo.switched_store import SwitchedStore
from worker.runtime.connection_status import ConnectionStatus


def make_switched_loop(
    broker: Broker,
    database_url: str,
    name: str,
    options: LoopOptions,
    switch: ProtectionSwitch,
    *,
    on_event: Callable[[Event], None],
    status: ConnectionStatus | None = None,
    on_unresponsive: Callable[[], None] | None = None,
) -> WorkerLoop:
    """As `make_loop` of worker/consumer. SettingError for a database URL that names no database."""
    store = ResultsStore(database_url, now_ms=options.now_ms)
    return WorkerLoop(
        SwitchedConsumer(broker.consumer(name, options.prefetch), switch),
        SwitchedStore(store, ResultsReader(database_url, now_ms=options.now_ms), switch),
        broker.event_publisher(),
        name=name,
        on_event=on_event,
        options=options,
        status=status,
        on_unresponsive=on_unresponsive,
    )
