"""`make bench ARGS="--only scale"`: worker processes over one RabbitMQ and one PostgreSQL, and one athlete's row."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path

from sqlalchemy import create_engine, text

from core.broker.connect import open_broker
from tests.bench.measure import interleaved
from tests.helpers.postgres_server import PrivateServer, start_private_server
from tests.helpers.rabbitmq_node import PrivateNode, start_private_node
from tests.helpers.workouts import messages

WORKERS = (1, 2, 4)
BOUND_S = 300


def drained(node: PrivateNode, server: PrivateServer, workers: int, count: int, athletes: int) -> float:
    """Workouts a second, from the first pick-up to the last commit, by so many processes that run till it is empty."""
    url, database = node.new_vhost(), server.new_database()
    publisher = open_broker(url).publisher()
    publisher.open()
    every = messages(count, athletes)
    for start in range(0, count, 1_000):
        publisher.publish(every[start : start + 1_000])
    publisher.close()
    with tempfile.TemporaryDirectory(prefix="paceline-bench-") as folder:
        command = [sys.executable, "-m", "worker.service", "--drain", "--broker", url, "--database", database]
        running = [
            subprocess.Popen(
                [*command, "--name", f"w{number}", "--data-dir", str(Path(folder) / str(number))],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            for number in range(workers)
        ]
        codes = [process.wait(BOUND_S) for process in running]
    if any(codes):
        raise RuntimeError(f"the workers ended with {codes}")
    engine = create_engine(database)
    with engine.connect() as connection:
        stored, span_s = connection.execute(
            text("SELECT count(*), extract(epoch FROM max(processed_at) - min(picked_up_at)) FROM workouts")
        ).one()
    engine.dispose()
    if stored != count:
        raise RuntimeError(f"{stored} are stored, not {count}")
    return count / float(span_s)


def bench_scale(runs: int, count: int) -> None:
    node, server = start_private_node(), start_private_server()
    try:
        contenders = {
            f"{workers} worker process{'es' if workers > 1 else ''}, 500 athletes": partial(
                drained, node, server, workers, count, 500
            )
            for workers in WORKERS
        }
        contenders["4 worker processes, 1 athlete"] = partial(drained, node, server, 4, count, 1)
        series = interleaved(runs, contenders, "/s")
    finally:
        server.stop()
        node.stop()
    print(f"\n{count:,} waiting workouts on RabbitMQ into PostgreSQL (fsync off: the processors are measured)")
    for each in series.values():
        print(each.line())
    one, *more, hot = (each.median for each in series.values())
    for workers, rate in zip(WORKERS[1:], more, strict=True):
        print(f"  {workers} beside 1: {rate / one:,.2f}")
    print(f"  one athlete beside 500: {hot / more[-1]:,.2f}")
