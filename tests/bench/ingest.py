"""`make bench ARGS="--only http"`: posting to `paceline-ingest`, each answer after its commit, beside a bare app."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from tests.bench.measure import Series, run_role, verdict
from tests.support.broker_rigs import until
from tests.support.http_calls import post
from tests.support.ingest_process import IngestProcess
from tests.support.rabbitmq_node import free_port

ROLES = "tests.bench.ingest_roles"
CONNECTIONS = (1, 16, 64)
START_S = 30


@contextmanager
def bare_app(*file: str) -> Iterator[int]:
    """Its port. With a file it commits each workout."""
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", ROLES, "bare", str(port), *file])
    try:
        until(partial(_answers, port), START_S)
        yield port
    finally:
        process.kill()
        process.wait()


@contextmanager
def our_app() -> Iterator[int]:
    """With the embedded queue, to which the same process sends what it accepts meanwhile."""
    with tempfile.TemporaryDirectory(prefix="paceline-bench-") as folder:
        process = IngestProcess(Path(folder))
        try:
            yield process.port
        finally:
            process.kill()


def _answers(port: int) -> bool:
    try:
        return post(port, {"type": "Running", "duration": 1}).status == 202
    except OSError:
        return False


def bench_http(runs: int, count: int) -> None:
    with (
        tempfile.TemporaryDirectory(prefix="paceline-bench-") as folder,
        bare_app() as bare,
        bare_app(f"{folder}/bare.db") as durable,
        our_app() as ours,
    ):
        ports = {
            "paceline-ingest, on the disk": ours,
            "bare Starlette app, nothing kept": bare,
            "the same, each committed": durable,
        }
        for connections in CONNECTIONS:
            rates = {name: Series(name, "/s") for name in ports}
            waits = {name: Series(f"{name}, p99", "ms") for name in ports}
            for _ in range(runs):
                for name, port in ports.items():
                    found = run_role(ROLES, "load", str(port), str(count), str(connections))
                    rates[name].values.append(found["per_s"])
                    waits[name].values.append(found["p99_ms"])
            print(f"\n{count:,} workouts posted over {connections} connection{'s' if connections > 1 else ''}")
            for each in (*rates.values(), *waits.values()):
                print(each.line())
            rate, wait = ([each.median for each in series.values()] for series in (rates, waits))
            print(
                f"  requests a second beside the bare app {rate[0] / rate[1]:,.2f}, committing {rate[0] / rate[2]:,.2f}"
            )
            print(f"  p99 beside the bare app {wait[0] / wait[1]:,.2f}, committing {wait[0] / wait[2]:,.2f}")
    print(verdict("over 64 connections, requests a second beside the bare app", rate[0] / rate[1], 0.3, at_least=True))
    print(verdict("over 64 connections, beside the one that commits each", rate[0] / rate[2], 1, at_least=True))
    print(verdict("over 64 connections, p99 beside the bare app", wait[0] / wait[1], 5, at_least=False))
