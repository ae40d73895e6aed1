"""What drains a queue, one role a process: `python -m tests.bench.queue_roles ROLE ...`, figures as JSON."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from time import monotonic

import pika

from core.broker.connect import open_broker
from core.broker.topology import JOBS_QUEUE
from core.codec.workout_codec import decode
from core.events import BatchProcessed, Event, OutcomeKind, WorkerHeartbeat, WorkerState
from tests.support.workouts import messages
from worker.consumer.factory import make_loop
from worker.consumer.options import LoopOptions
from worker.runtime.clock import now_ms
from worker.runtime.connection_status import ConnectionStatus

ATHLETES = 500
BARE_BATCH = 250
DRAMATIQ_QUEUE = "workouts"


def fill(url: str, count: int) -> dict[str, float]:
    """Publish and wait for all confirms; the queue is empty before."""
    publisher = open_broker(url).publisher()
    publisher.open()
    every = messages(count, ATHLETES)
    for start in range(0, count, 1_000):
        publisher.publish(every[start : start + 1_000])
    publisher.close()
    inspector = open_broker(url).inspector()
    inspector.open()
    ready = inspector.depth().ready
    inspector.close()
    if ready != count:
        raise RuntimeError(f"{ready} are waiting, not {count}")
    return {"ready": ready}


def bare(url: str, count: int) -> dict[str, float]:
    """The least that a consumer in Python can do: decode the JSON, ack by the batch."""
    connection = pika.BlockingConnection(pika.URLParameters(url))
    channel = connection.channel()
    channel.basic_qos(prefetch_count=2 * BARE_BATCH)
    began_s = monotonic()
    for done, (method, _, body) in enumerate(channel.consume(JOBS_QUEUE), start=1):
        json.loads(body)
        if done % BARE_BATCH == 0 or done == count:
            channel.basic_ack(method.delivery_tag, multiple=True)
        if done == count:
            break
    connection.process_data_events(0)
    took_s = monotonic() - began_s
    connection.close()
    return {"per_s": count / took_s}


class Stopwatch:
    """From the moment the worker runs until so many are stored."""

    def __init__(self, count: int) -> None:
        self.count, self.stored = count, 0
        self.began_s = self.ended_s = 0.0
        self.when_done: Callable[[], None] = lambda: None

    def __call__(self, event: Event) -> None:
        if isinstance(event, WorkerHeartbeat) and event.state is WorkerState.RUNNING and not self.began_s:
            self.began_s = monotonic()
        elif isinstance(event, BatchProcessed):
            self.stored += sum(outcome.kind is OutcomeKind.STORED for outcome in event.outcomes)
            if self.stored == self.count and not self.ended_s:
                self.ended_s = monotonic()
                self.when_done()


def paceline(url: str, count: int, folder: str) -> dict[str, float]:
    """The worker as `paceline-worker` runs it, at its usual settings; events are told after the ack."""
    broker = open_broker(url)
    watch = Stopwatch(count)
    link = ConnectionStatus(broker.kind, broker.location, now_ms=now_ms, on_event=lambda _: None)
    results = Path(folder) / "results.db"
    results.unlink(missing_ok=True)
    loop = make_loop(broker, f"sqlite:///{results}", "bench", LoopOptions(), on_event=watch, status=link)
    watch.when_done = loop.controls.stop
    loop.run()
    check_stored(results, count)
    return {"per_s": count / (watch.ended_s - watch.began_s)}


def dramatiq(url: str, count: int, folder: str, threads: int) -> dict[str, float]:
    """The same processing as an actor: one workout a message, one durable commit a message, then its ack."""
    import dramatiq as library
    from dramatiq.brokers.rabbitmq import RabbitmqBroker

    from core.broker.ports import Message
    from core.store.writer import ResultsStore

    results = Path(folder) / "results.db"
    results.unlink(missing_ok=True)
    own = threading.local()
    done = threading.Semaphore(0)
    broker = RabbitmqBroker(url=url)
    library.set_broker(broker)

    def process(body: str) -> None:
        if not hasattr(own, "store"):
            own.store = ResultsStore(f"sqlite:///{results}", now_ms=now_ms)
            own.store.open()
        incoming = decode(Message(body.encode()), now_ms=now_ms())
        own.store.apply([incoming], worker="dramatiq", picked_up_at_ms=now_ms())
        done.release()

    actor = library.actor(queue_name=DRAMATIQ_QUEUE)(process)
    for message in messages(count, ATHLETES):
        actor.send(message.body.decode())
    worker = library.Worker(broker, worker_threads=threads)
    began_s = monotonic()
    worker.start()
    for _ in range(count):
        done.acquire()
    took_s = monotonic() - began_s
    worker.stop()
    broker.close()
    check_stored(results, count)
    return {"per_s": count / took_s}


def check_stored(results: Path, count: int) -> None:
    from core.sqlite.connection import connect

    connection = connect(results, read_only=True)
    found = connection.execute("SELECT count(*) FROM workouts").fetchone()[0]
    connection.close()
    if found != count:
        raise RuntimeError(f"{found} are stored, not {count}")


def main(role: str, *arguments: str) -> None:
    url, count = arguments[0], int(arguments[1])
    if role == "fill":
        figures = fill(url, count)
    elif role == "bare":
        figures = bare(url, count)
    elif role == "paceline":
        figures = paceline(url, count, arguments[2])
    elif role == "dramatiq":
        figures = dramatiq(url, count, arguments[2], int(arguments[3]))
    else:
        raise SystemExit(f"no such role: {role}")
    print(json.dumps(figures))


if __name__ == "__main__":
    main(*sys.argv[1:])
