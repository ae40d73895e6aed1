"""`make bench ARGS="--only scale"`: worker processes over one RabbitMQ and one PostgreSQL, and what each costs."""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import psutil
from sqlalchemy import create_engine, text

from core.broker.connect import open_broker
from tests.support.postgres_server import PrivateServer, start_private_server
from tests.support.rabbitmq_node import PrivateNode, start_private_node
from tests.support.workouts import messages

BOUND_S = 300


@dataclass(frozen=True, slots=True)
class Setting:
    workers: int
    athletes: int

    @property
    def name(self) -> str:
        return f"{self.workers} worker{'s' if self.workers > 1 else ''}, {self.athletes:,} athletes"


SETTINGS = (Setting(1, 500), Setting(2, 500), Setting(4, 500), Setting(1, 20_000), Setting(4, 20_000), Setting(1, 1))


@dataclass(frozen=True, slots=True)
class Drained:
    """`rate`: workouts a second from the first pick-up to the last commit. The rest: microseconds of a processor."""

    rate: float
    worker_us: float
    postgresql_us: float
    rabbitmq_us: float


def bench_scale(runs: int, count: int) -> None:
    node, server = start_private_node(), start_private_server()
    try:
        found: dict[Setting, list[Drained]] = {setting: [] for setting in SETTINGS}
        for _ in range(runs):
            for setting, series in found.items():
                series.append(_drained(node, server, setting, count))
    finally:
        server.stop()
        node.stop()
    print(f"\n{count:,} waiting workouts on RabbitMQ into PostgreSQL, {psutil.cpu_count()} processors in all")
    print("                                        a second     processor time a workout, us")
    print("                                        (fsync off)  worker   PostgreSQL   RabbitMQ")
    rates = {setting: median(each.rate for each in series) for setting, series in found.items()}
    for setting, series in found.items():
        costs = [median(getattr(each, name) for each in series) for name in ("worker_us", "postgresql_us")]
        rabbitmq_us = median(each.rabbitmq_us for each in series)
        print(
            f"  {setting.name:<34} {rates[setting]:>12,.0f} {costs[0]:>8,.0f} {costs[1]:>12,.0f} {rabbitmq_us:>10,.0f}"
        )
    one = rates[SETTINGS[0]]
    for setting in SETTINGS[1:]:
        print(f"  {setting.name} beside {SETTINGS[0].name}: {rates[setting] / one:,.2f}")


def _drained(node: PrivateNode, server: PrivateServer, setting: Setting, count: int) -> Drained:
    """By processes that run till the queue is empty. The time includes their starts, the rate does not."""
    url, database = node.new_vhost(), server.new_database()
    publisher = open_broker(url).publisher()
    publisher.open()
    every = messages(count, setting.athletes)
    for start in range(0, count, 1_000):
        publisher.publish(every[start : start + 1_000])
    publisher.close()
    roots = (server.pid, node.pid)
    began = [_cpu_s(pid) for pid in roots]
    began_worker_s = _ended_cpu_s()
    with tempfile.TemporaryDirectory(prefix="paceline-bench-") as folder:
        command = [sys.executable, "-m", "worker.cli.worker", "--drain", "--broker", url, "--database", database]
        running = [
            subprocess.Popen(
                [*command, "--name", f"w{number}", "--data-dir", str(Path(folder) / str(number))],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            for number in range(setting.workers)
        ]
        codes = [process.wait(BOUND_S) for process in running]
    if any(codes):
        raise RuntimeError(f"the workers ended with {codes}")
    worker_s = _ended_cpu_s() - began_worker_s
    postgresql_s, rabbitmq_s = (_cpu_s(pid) - before for pid, before in zip(roots, began, strict=True))
    to_us = 1e6 / count
    return Drained(_rate(database, count), worker_s * to_us, postgresql_s * to_us, rabbitmq_s * to_us)


def _rate(database: str, count: int) -> float:
    engine = create_engine(database)
    with engine.connect() as connection:
        stored, span_s = connection.execute(
            text("SELECT count(*), extract(epoch FROM max(processed_at) - min(picked_up_at)) FROM workouts")
        ).one()
    engine.dispose()
    if stored != count:
        raise RuntimeError(f"{stored} are stored, not {count}")
    return count / float(span_s)


def _cpu_s(pid: int) -> float:
    """Of a process, its children, and those that it has seen end."""
    root = psutil.Process(pid)
    used_s = root.cpu_times().children_user + root.cpu_times().children_system
    for process in (root, *root.children(recursive=True)):
        times = process.cpu_times()
        used_s += times.user + times.system
    return float(used_s)


def _ended_cpu_s() -> float:
    """Of all our own children that ended."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return ended.ru_utime + ended.ru_stime
