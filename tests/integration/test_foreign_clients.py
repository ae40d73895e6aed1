"""Programs that are not ours, in another language (librabbitmq's tools, in C), at both ends of `workout_jobs`.

They do as the article's services do: declare the queue durable with no arguments, publish JSON without properties,
consume with a prefetch and manual acks.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from core.broker.connect import open_broker
from core.broker.topology import JOBS_QUEUE
from tests.support.command_processes import SAMPLE, TIMEOUT_S, Commands, finish, lines, table
from tests.support.rabbitmq_node import PrivateNode

pytestmark = pytest.mark.rabbitmq


@pytest.fixture
def url(rabbitmq_node: PrivateNode) -> str:
    if shutil.which("amqp-publish") is None:
        why = "librabbitmq's tools are not installed; install them with: apt-get install amqp-tools"
        if os.environ.get("CI", "").lower() == "true":
            pytest.fail(why)
        pytest.skip(why)
    return rabbitmq_node.new_vhost()


def foreign(command: str, url: str, *arguments: str) -> str:
    done = subprocess.run(
        [command, f"--url={url}", *arguments],
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def declare(url: str) -> None:
    """Durable and nothing else: refused (406) if ours had made the queue in another form."""
    assert foreign("amqp-declare-queue", url, "--durable", f"--queue={JOBS_QUEUE}").strip() == JOBS_QUEUE


def consume(url: str, count: int) -> list[dict[str, object]]:
    """Each is acked once `awk`, which ends what it copies with a line break, has ended well."""
    wanted = [f"--queue={JOBS_QUEUE}", "--prefetch-count=10", f"--count={count}"]
    out = foreign("amqp-consume", url, *wanted, "awk", "1")
    return [json.loads(line) for line in out.splitlines() if line]


def ready(url: str) -> int:
    inspector = open_broker(url).inspector()
    inspector.open()
    try:
        return inspector.depth().ready
    finally:
        inspector.close()


def test_that_what_a_foreign_program_publishes_is_stored(start: Commands, url: str, tmp_path: Path) -> None:
    declare(url)
    foreign("amqp-publish", url, f"--routing-key={JOBS_QUEUE}", f"--body={json.dumps(SAMPLE)}")
    foreign("amqp-publish", url, f"--routing-key={JOBS_QUEUE}", '--body={"type": "Running", "duration": 45}')
    code, _, err = finish(start("worker.cli.worker", "--broker", url, "--drain"))
    assert code == 0, err
    assert table(tmp_path, "SELECT athlete, calories_kcal FROM workouts ORDER BY athlete DESC") == [
        ("user-123", 382.5),
        ("anonymous", 382.5),
    ]
    assert ("5K Runner",) in table(tmp_path, "SELECT name FROM earned_achievements WHERE athlete = 'user-123'")


def test_that_a_foreign_worker_understands_what_is_submitted(start: Commands, url: str) -> None:
    assert finish(start("worker.cli.submit", "-", "--broker", url), json.dumps(SAMPLE) + "\n")[0] == 0
    declare(url)
    (body,) = consume(url, 1)
    # The article's worker reads these four.
    assert (body["userId"], body["type"], body["duration"], body["distance"]) == ("user-123", "Running", 45, 5.2)
    assert ready(url) == 0


def test_that_a_foreign_worker_shares_the_queue_with_ours(start: Commands, url: str, tmp_path: Path) -> None:
    assert finish(start("worker.cli.submit", "-", "--broker", url), lines(60))[0] == 0
    theirs = consume(url, 20)
    assert finish(start("worker.cli.worker", "--broker", url, "--drain"))[0] == 0
    declare(url)
    taken = {body["duration"] for body in theirs}
    stored = {row[0] for row in table(tmp_path, "SELECT duration_min FROM workouts")}
    # Each went to one of the two.
    assert (len(taken), len(stored), taken & stored) == (20, 40, set())
