"""Several worker processes on one queue: each gets its share, whoever came first."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from tests.support.broker_rigs import until
from tests.support.command_processes import TIMEOUT_S, Commands, finish, lines, table, wait_for_line

WORKERS = ("one", "two", "three")


def test_that_workers_share_the_queue_fairly(start: Commands, broker: str, tmp_path: Path) -> None:
    """With work as in the article each takes one message at a time."""
    work = ["--simulate-work", "0.004"]
    workers = [start("worker.cli.worker", "--broker", broker, "--name", name, *work) for name in WORKERS]
    for worker in workers:
        wait_for_line(worker, "connected")
    assert finish(start("worker.cli.submit", "-", "--broker", broker), lines(300))[0] == 0
    until(lambda: table(tmp_path, "SELECT count(*) FROM workouts") == [(300,)], TIMEOUT_S)
    for worker in workers:
        worker.terminate()
        assert finish(worker)[0] == 0
    stored_by = Counter(worker for (worker,) in table(tmp_path, "SELECT worker FROM workouts"))
    assert stored_by.total() == 300
    assert all(stored_by[name] >= 50 for name in WORKERS), stored_by
