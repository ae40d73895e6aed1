"""kill -9 of the console while it submits: whatever it showed as accepted is stored in the end."""

from __future__ import annotations

import random
import signal
from pathlib import Path
from time import monotonic

import pytest

from tests.faults.console_process import ConsoleOrder
from tests.faults.console_runs import console_of
from tests.faults.queues import new_queue
from tests.support.broker_rigs import until
from tests.support.figures import Report
from tests.support.invariants import assert_accounted, outbox_counts, read_counts, wait_until_empty
from tests.support.waiting import let_pass

LONGEST_DELAY_S = 0.3
BOUND_S = 200.0

long_marks = [pytest.mark.slow, pytest.mark.timeout(1_800)]


@pytest.mark.parametrize(
    ("queue", "kills"),
    [
        ("embedded", 2),
        pytest.param("embedded", 50, marks=long_marks),
        pytest.param("classic", 50, marks=[pytest.mark.rabbitmq, *long_marks]),
    ],
)
def test_that_nothing_a_killed_console_showed_as_accepted_is_missing(
    request: pytest.FixtureRequest, tmp_path: Path, report: Report, queue: str, kills: int
) -> None:
    chance, url, log = random.Random(kills), new_queue(queue, request, tmp_path), tmp_path / "consoles.log"
    shown: list[str] = []
    began_s = monotonic()
    for number in range(kills):
        with console_of(ConsoleOrder(url, str(tmp_path), seed=number), log) as console:
            console.wait_accepted(1)
            let_pass(chance.uniform(0, LONGEST_DELAY_S))
            console.signal(signal.SIGKILL)
            assert console.end() == -signal.SIGKILL
            shown += console.accepted
    accepted, kept = outbox_counts(tmp_path)
    with console_of(ConsoleOrder(url, str(tmp_path)), log) as console:
        console.wait_online()
        # The last console sends what the others left.
        until(lambda: read_counts(tmp_path / "results.db") == (accepted, 0), BOUND_S)
        wait_until_empty(url, BOUND_S)
        console.signal(signal.SIGTERM)
        assert console.end() == 0, log.read_text()
    account = assert_accounted(tmp_path / "results.db", shown)
    assert outbox_counts(tmp_path) == (accepted, 0)
    report(
        kills=kills,
        shown_as_accepted=len(shown),
        accepted=accepted,
        unsent_at_the_last_kill=kept,
        stored=sum(account.stored.values()),
        failed=sum(account.failed.values()),
        duplicates_absorbed=account.duplicates,
        seconds=monotonic() - began_s,
    )
