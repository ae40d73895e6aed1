"""Bodies that break, hang or kill whoever reads them, or are huge: they fail with the right reason, nothing else."""

from __future__ import annotations

import json
import random
from collections import Counter
from contextlib import closing
from pathlib import Path
from time import monotonic
from uuid import UUID

import pytest

from core.broker.ports import HeaderValue, Message
from core.broker.topology import HEADER_ATTEMPTS, RETRY_DELAYS_S
from core.config.settings import DEFAULT_PREFETCH
from core.sqlite.connection import sqlite_module
from tests.faults.queues import new_queue, publish
from tests.faults.worker_fleet import fleet_of
from tests.faults.worker_process import Order
from tests.support.figures import Report
from tests.support.invariants import assert_accounted, is_empty, queue_depth, read_counts
from tests.support.workouts import messages

WORKERS = 2
HUGE_BYTES = 50 * 1024 * 1024
CAUSES = {
    "break": "error/BadBodyError",
    "hang": "error/Hangs",
    "kill": "error/WorkerDied",
    "stuck": "error/WorkerDied",
    "huge": "undecodable/size",
}
SHORT = {"break": 1, "hang": 1, "kill": 1, "huge": 1}
LONG = {"break": 20, "hang": 20, "kill": 20, "stuck": 5, "huge": 20}
LONG_MARKS = [pytest.mark.slow, pytest.mark.timeout(1_800)]


def poison(kind: str, number: int, *, last_try: bool) -> Message:
    """`last_try`: as one that comes back from the longest wait between tries."""
    body = json.dumps({"type": "Running", "duration": 45, "title": f"poison: {kind}"}).encode()
    headers: dict[str, HeaderValue] = {HEADER_ATTEMPTS: len(RETRY_DELAYS_S)} if last_try else {}
    workout_id = str(UUID(int=1_000 * (number + 1) + list(CAUSES).index(kind)))
    return Message(b"x" * HUGE_BYTES if kind == "huge" else body, workout_id, headers=headers)


def causes(results: Path) -> Counter[str]:
    with closing(sqlite_module().connect(results)) as connection:
        return Counter(row[0] for row in connection.execute("SELECT cause FROM failures WHERE state = 'open'"))


@pytest.mark.parametrize(
    ("queue", "good", "kinds", "last_try", "bound_s"),
    [
        pytest.param("embedded", 100, SHORT, True, 2.0, id="embedded-short"),
        pytest.param("embedded", 2_000, LONG, False, 2.0, id="embedded-long", marks=LONG_MARKS),
        pytest.param("classic", 2_000, LONG, False, 2.0, id="classic-long", marks=[pytest.mark.rabbitmq, *LONG_MARKS]),
        pytest.param("quorum", 2_000, LONG, False, 2.0, id="quorum-long", marks=[pytest.mark.rabbitmq, *LONG_MARKS]),
    ],
)
def test_that_poison_fails_and_its_neighbours_are_stored(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    report: Report,
    queue: str,
    good: int,
    kinds: dict[str, int],
    last_try: bool,
    bound_s: float,
) -> None:
    results, url = tmp_path / "results.db", new_queue(queue, request, tmp_path)
    bad = {
        message.message_id or "": (kind, message)
        for kind, count in kinds.items()
        for message in (poison(kind, number, last_try=last_try) for number in range(count))
    }
    row = messages(good, 40) + [message for _, message in bad.values()]
    random.Random(good).shuffle(row)
    ids = [message.message_id or "" for message in row]
    began_s = monotonic()
    for start in range(0, len(row), 20):  # few at a time: some are huge
        publish(url, row[start : start + 20])
    del row
    order = Order(url, f"sqlite:///{results}", "hand", prefetch=DEFAULT_PREFETCH, job_time_limit_s=bound_s)
    with fleet_of(order, WORKERS, tmp_path / "hands.log") as fleet:
        fleet.tend_until(lambda: read_counts(results) == (good, len(bad)) and is_empty(url), 1_500)
        deaths = fleet.crash_count
    account = assert_accounted(results, ids, failed=bad)
    assert causes(results) == Counter(CAUSES[kind] for kind, _ in bad.values())
    # One that was copied there by a worker that died before its ack is in that queue once more.
    copies = queue_depth(url).failed
    assert copies >= len(bad)
    report(
        good=good,
        poison=len(bad),
        stored=sum(account.stored.values()),
        failed=sum(account.failed.values()),
        failed_queue=copies,
        deaths=deaths,
        duplicates_absorbed=account.duplicates,
        seconds=monotonic() - began_s,
    )
