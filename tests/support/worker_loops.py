"""A worker's loop over a broker of a test, with a store that only remembers."""

from __future__ import annotations

from tests.support.broker_rigs import Rig
from tests.support.fakes import EventLog, FakeStore
from worker.consumer.loop import WorkerLoop
from worker.consumer.options import LoopOptions


def worker_loop(rig: Rig, store: FakeStore, events: EventLog, options: LoopOptions) -> WorkerLoop:
    """Of the worker `west`, which takes ten messages at a time."""
    return WorkerLoop(
        rig.broker.consumer("west", 10),
        store,
        rig.broker.event_publisher(),
        name="west",
        on_event=events,
        options=options,
    )
