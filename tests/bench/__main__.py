"""`make bench`: speed, as ratios beside peers that do the same work in the same run."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable
from functools import partial
from time import monotonic

from tests.bench.athletes import bench_athletes
from tests.bench.demo import bench_demo
from tests.bench.imports import bench_import
from tests.bench.ingest import bench_http
from tests.bench.measure import Series, interleaved, run_role, verdict
from tests.bench.scale import bench_scale
from tests.support.rabbitmq_node import PrivateNode, start_private_node

QUEUE, WINDOW = "tests.bench.queue_roles", "tests.bench.window_roles"
DRAMATIQ_THREADS = 8  # its own default


def _lines(title: str, series: dict[str, Series]) -> None:
    print(f"\n{title}")
    for each in series.values():
        print(each.line())


def bench_rabbitmq(node: PrivateNode, runs: int, count: int, dramatiq_count: int) -> None:
    url = node.new_vhost()
    dramatiq_url = node.new_vhost()

    def filled(role: str, *more: str) -> float:
        run_role(QUEUE, "fill", url, str(count))
        return run_role(QUEUE, role, url, str(count), *more)["per_s"]

    with tempfile.TemporaryDirectory(prefix="paceline-bench-") as folder:
        contenders: dict[str, Callable[[], float]] = {
            "paceline, processed whole": partial(filled, "paceline", folder),
            "bare pika loop, decode and batch-ack": partial(filled, "bare"),
        }
        for threads in (1, DRAMATIQ_THREADS):
            contenders[f"dramatiq, {threads} threads, {dramatiq_count:,} of them"] = partial(
                lambda threads: run_role(QUEUE, "dramatiq", dramatiq_url, str(dramatiq_count), folder, str(threads))[
                    "per_s"
                ],
                threads,
            )
        series = interleaved(runs, contenders, "/s")
    _lines(f"{count:,} waiting workouts of 500 athletes on RabbitMQ", series)
    ours, bare, *dramatiqs = (each.median for each in series.values())
    print(verdict("beside dramatiq, its better setting", ours / max(dramatiqs), 3, at_least=True))
    print(verdict("beside the bare loop", ours / bare, 0.35, at_least=True))


def bench_embedded(runs: int, count: int) -> None:
    def measure() -> float:
        with tempfile.TemporaryDirectory(prefix="paceline-bench-") as folder:
            url = f"sqlite:///{folder}/queue.db"
            run_role(QUEUE, "fill", url, str(count))
            return run_role(QUEUE, "paceline", url, str(count), folder)["per_s"]

    series = interleaved(runs, {"paceline, embedded queue": measure}, "/s")
    _lines(f"{count:,} waiting workouts on the embedded queue", series)
    print(verdict("workouts a second", series["paceline, embedded queue"].median, 8_000, at_least=True))


def _first_paint_ms(role: str) -> float:
    began_s = monotonic()
    return (run_role(WINDOW, role)["painted_at_s"] - began_s) * 1000


def bench_start(runs: int) -> None:
    names = {"paceline": "start-paceline", "bare window with one plot": "start-bare"}
    series = interleaved(runs, {name: partial(_first_paint_ms, role) for name, role in names.items()}, "ms")
    _lines("From the start of the process to the first painted window", series)
    ours, bare = (each.median for each in series.values())
    print(verdict("beside the bare window", ours / bare, 1.5, at_least=False))


def bench_form(runs: int) -> None:
    found = [run_role(WINDOW, "form") for _ in range(runs)]
    waits, keys = Series("Enter to accepted, p99", "ms"), Series("main thread held by Enter, p99", "ms")
    usual = Series("main thread held by Enter, p50", "ms")
    commits = Series("one bare durable commit, p99", "ms")
    waits.values = [each["accepted_p99_ms"] for each in found]
    commits.values = [each["commit_p99_ms"] for each in found]
    keys.values = [each["key_p99_ms"] for each in found]
    usual.values = [each["key_p50_ms"] for each in found]
    _lines("300 workouts typed into the form", {each.name: each for each in (waits, commits, keys, usual)})
    print(verdict("Enter to accepted, p99 in ms", waits.median, 20, at_least=False))
    print(f"  Enter to accepted beside a bare commit: {waits.median / commits.median:,.2f}")
    print(verdict("main thread held, p99 in ms", keys.median, 2, at_least=False))


def bench_memory(runs: int) -> None:
    found = [run_role(WINDOW, "memory") for _ in range(runs)]
    start, end = Series("when connected", "MB"), Series("after 200,000 workouts", "MB")
    start.values, end.values = [each["start_mb"] for each in found], [each["end_mb"] for each in found]
    _lines("Resident memory of the console", {each.name: each for each in (start, end)})
    print(verdict("after 200,000 in MB", end.median, 250, at_least=False))


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--count", type=int, default=20_000, help="waiting workouts")
    parser.add_argument("--stored", type=int, default=1_000_000, help="stored workouts, for the athletes' queries")
    parser.add_argument("--rows", type=int, default=100_000, help="of the CSV that is imported")
    parser.add_argument(
        "--only",
        choices=("rabbitmq", "embedded", "start", "form", "memory", "demo", "scale", "http", "athletes", "import"),
    )
    options = parser.parse_args()
    runs, count = options.runs, options.count
    parts: dict[str, Callable[[], None]] = {
        "start": lambda: bench_start(runs),
        "form": lambda: bench_form(runs),
        "memory": lambda: bench_memory(runs),
        "demo": lambda: bench_demo(min(runs, 3)),
        "embedded": lambda: bench_embedded(runs, count),
        "rabbitmq": lambda: _with_node(runs, count),
        "scale": lambda: bench_scale(min(runs, 3), count),
        "http": lambda: bench_http(runs, max(500, count // 4)),
        "athletes": lambda: bench_athletes(options.stored),
        "import": lambda: bench_import(min(runs, 3), options.rows),
    }
    for name, part in parts.items():
        if options.only in (None, name):
            part()


def _with_node(runs: int, count: int) -> None:
    node = start_private_node()
    try:
        bench_rabbitmq(node, runs, count, max(500, count // 10))
    finally:
        node.stop()


if __name__ == "__main__":
    main()
