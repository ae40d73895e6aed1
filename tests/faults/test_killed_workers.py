"""kill -9 of workers with batches in hand: everything is stored once, whatever queue it is."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from time import monotonic

import pytest

from core.broker.ports import Message
from tests.faults.queues import publish
from tests.faults.worker_fleet import fleet_of
from tests.faults.worker_process import Order
from tests.support.figures import Report
from tests.support.invariants import assert_accounted, read_counts, wait_until_empty
from tests.support.workouts import messages

WORKERS = 2
ATHLETES = 40
LONGEST_DELAY_S = 0.006  # a batch of these takes about twice that
BOUND_S = 300.0

slow = pytest.mark.slow


def slices(fresh: Sequence[Message], again: int, count: int, chance: random.Random) -> list[list[Message]]:
    """`again` of them twice, the second time anywhere behind the first, cut into `count` pieces."""
    row = list(fresh)
    for message in chance.sample(row, again):
        row.insert(chance.randint(row.index(message) + 1, len(row)), message)
    size = -(-len(row) // count)
    return [row[start : start + size] for start in range(0, len(row), size)]


@pytest.mark.parametrize(
    ("kills", "count", "again"), [(2, 200, 10), pytest.param(100, 6_000, 300, marks=[slow, pytest.mark.timeout(1_800)])]
)
def test_that_killed_workers_cost_nothing(
    queue_url: str, tmp_path: Path, report: Report, kills: int, count: int, again: int
) -> None:
    chance, results = random.Random(kills), tmp_path / "results.db"
    fresh = messages(count, ATHLETES)
    ids = [message.message_id or "" for message in fresh]
    order = Order(queue_url, f"sqlite:///{results}", "hand")
    in_hand, began_s = 0, monotonic()
    with fleet_of(order, WORKERS, tmp_path / "hands.log") as fleet:
        for piece in slices(fresh, again, kills, chance):
            publish(queue_url, piece)
            in_hand += fleet.kill_a_busy_one(chance, LONGEST_DELAY_S)
        fleet.tend_until(lambda: read_counts(results) == (count, 0), BOUND_S)
        wait_until_empty(queue_url)
        assert fleet.crash_count == 0
    account = assert_accounted(results, ids)
    assert account.duplicates >= again
    report(
        kills=kills,
        with_a_batch_in_hand=in_hand,
        accepted=count,
        stored=sum(account.stored.values()),
        failed=sum(account.failed.values()),
        duplicates_absorbed=account.duplicates,
        seconds=monotonic() - began_s,
    )
    assert in_hand >= kills // 3
