"""`paceline-submit` into the data folder of a running console: both send from one outbox."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.console_process import ConsoleOrder
from tests.faults.console_runs import console_of
from tests.faults.queues import new_queue
from tests.support.broker_rigs import until
from tests.support.command_processes import TIMEOUT_S, lines, run_command, table
from tests.support.invariants import assert_accounted

ROWS = 2_000


@pytest.mark.parametrize("queue", ["embedded", pytest.param("classic", marks=pytest.mark.rabbitmq)])
def test_that_what_is_submitted_beside_a_running_console_is_sent_once(
    request: pytest.FixtureRequest, tmp_path: Path, queue: str
) -> None:
    url, log = new_queue(queue, request, tmp_path), tmp_path / "consoles.log"
    with console_of(ConsoleOrder(url, str(tmp_path)), log) as console:
        console.wait_online()
        places = ("--data-dir", str(tmp_path), "--broker", url)
        submitted = run_command("worker.cli.submit", *places, text=lines(ROWS))
        assert submitted.returncode == 0, submitted.stderr
        assert f"{ROWS} sent, 0 kept here." in submitted.stderr
        until(lambda: table(tmp_path, "SELECT count(*) FROM workouts") == [(ROWS,)], TIMEOUT_S)
        console.close_window()
        assert console.end() == 0, log.read_text()
    ids = [line.split("\t")[2] for line in submitted.stdout.splitlines()]
    assert assert_accounted(tmp_path / "results.db", ids).duplicates == 0
