"""One worker in a process that a test watches and can end at any moment: `python -m tests.faults.worker_process ORDER`.

It is the program's own loop; what happens in it is told on stdout, a word and a number a line. Bodies that hold one of
the POISONS do harm when they are read.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from threading import Thread
from types import FrameType

from core.broker.connect import open_broker
from core.broker.ports import Message
from core.codec.workout_codec import DecodedMessage, decode
from core.events import BatchProcessed, Event, PickedUp, WorkerHeartbeat, WorkerState
from core.store.writer import ResultsStore
from tests.support.waiting import let_pass
from worker.consumer.loop import WorkerLoop
from worker.consumer.options import LoopOptions
from worker.runtime.clock import now_ms
from worker.runtime.connection_status import ConnectionStatus

STUCK = 3  # exit code
SLICE_S = 0.2


@dataclass(frozen=True)
class Order:
    """What a hand is to do."""

    broker_url: str
    database_url: str
    name: str
    prefetch: int = 20
    job_time_limit_s: float = 15.0
    store_retry_timeout_s: float = 20.0
    lock_wait_s: float = 5.0

    @property
    def text(self) -> str:
        return json.dumps(asdict(self))


class BadBodyError(Exception):
    """What a body does that breaks its reader."""


def _break() -> None:
    raise BadBodyError


def _hang() -> None:
    while True:
        pass


def _kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _get_stuck() -> None:
    let_pass(3_600)


POISONS: Mapping[bytes, Callable[[], None]] = {
    b"poison: break": _break,
    b"poison: hang": _hang,
    b"poison: kill": _kill,
    b"poison: stuck": _get_stuck,
}


def read_body(message: Message, *, now_ms: int) -> DecodedMessage:
    for poison, act in POISONS.items():
        if poison in message.body[:1_000]:
            act()
    return decode(message, now_ms=now_ms)


def tell(word: str, number: int) -> None:
    sys.stdout.write(f"{word} {number}\n")
    sys.stdout.flush()


def on_event(event: Event) -> None:
    if isinstance(event, PickedUp):
        tell("picked", len(event.workout_ids))
    elif isinstance(event, BatchProcessed):
        tell("settled", len(event.outcomes))
    elif isinstance(event, WorkerHeartbeat):
        tell(event.state.name.lower(), int(event.state is WorkerState.RUNNING))


def make(order: Order) -> WorkerLoop:
    broker = open_broker(order.broker_url)
    options = LoopOptions(
        prefetch=order.prefetch,
        job_time_limit_s=order.job_time_limit_s,
        store_retry_timeout_s=order.store_retry_timeout_s,
        read_body=read_body,
    )
    return WorkerLoop(
        broker.consumer(order.name, order.prefetch),
        ResultsStore(order.database_url, now_ms=now_ms, lock_wait_s=order.lock_wait_s),
        broker.event_publisher(),
        name=order.name,
        on_event=on_event,
        options=options,
        status=ConnectionStatus(broker.kind, broker.location, now_ms=now_ms, on_event=on_event),
        on_unresponsive=lambda: os._exit(STUCK),
    )


def main(text: str) -> None:
    loop = make(Order(**json.loads(text)))

    def stop(_number: int, _frame: FrameType | None) -> None:
        loop.controls.stop()

    signal.signal(signal.SIGTERM, stop)
    thread = Thread(target=loop.run, name="hand")
    thread.start()
    while thread.is_alive():
        thread.join(SLICE_S)


if __name__ == "__main__":
    main(sys.argv[1])
