"""`paceline-ingest` as a process, on the embedded queue and on RabbitMQ: from a post to the stored workout."""

from __future__ import annotations

import json
import resource
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.broker_rigs import until
from tests.support.command_processes import TIMEOUT_S, run_command
from tests.support.http_calls import JSON, SAMPLE, call, post
from tests.support.ingest_process import IngestProcess, Posters
from tests.support.invariants import assert_accounted
from tests.support.node import node
from tests.support.rabbitmq_node import PrivateNode

TOKEN = "a-token-of-some-length"
Start = Callable[..., IngestProcess]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start the service on the test's own data folder; whatever is left of it is ended afterwards."""
    started: list[IngestProcess] = []

    def start(*arguments: str, **more: object) -> IngestProcess:
        started.append(IngestProcess(tmp_path, *arguments, **more))  # type: ignore[arg-type]  # as it takes them
        return started[-1]

    yield start
    for each in started:
        each.close()


@pytest.fixture(params=["embedded", pytest.param("rabbitmq", marks=pytest.mark.rabbitmq)])
def broker(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "embedded":
        return f"sqlite:///{tmp_path / 'queue.db'}"
    node: PrivateNode = request.getfixturevalue("rabbitmq_node")
    return node.new_vhost()


def drain(folder: Path, broker: str) -> None:
    done = run_command("worker.cli.worker", "--data-dir", str(folder), "--broker", broker, "--drain")
    assert done.returncode == 0, done.stderr


def refused(folder: Path, *arguments: str, env: dict[str, str] | None = None) -> str:
    """What a start that cannot be says."""
    done = run_command("worker.cli.ingest", "--data-dir", str(folder), *arguments, env=env)
    assert done.returncode == 2
    assert done.stdout == ""
    return done.stderr


def stored(folder: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(folder / "results.db")) as connection:
        return connection.execute("SELECT id, athlete, calories_kcal FROM workouts").fetchall()


def test_that_what_is_posted_is_stored(start: Start, broker: str, tmp_path: Path) -> None:
    service = start("--broker", broker)
    answer = post(service.port, SAMPLE)
    assert (answer.status, answer.json["message"]) == (202, "Workout received and is being processed.")
    service.wait_until_sent()
    assert call(service.port, "GET", "/health").json["status"] == "ok"
    assert service.end() == 0
    assert "event='ended'" in service.said()
    drain(tmp_path, broker)
    assert stored(tmp_path) == [(answer.json["id"], "user-123", 382.5)]


def test_that_what_is_stored_is_corrected_and_deleted(start: Start, broker: str, tmp_path: Path) -> None:
    service = start("--broker", broker)
    workout_id = post(service.port, SAMPLE).json["id"]
    path = f"/workouts/{workout_id}"
    service.wait_until_sent()
    drain(tmp_path, broker)
    assert service.end() == 0
    (tmp_path / "outbox.db").unlink()  # so that only the results know it
    service.start()
    answer = call(service.port, "PATCH", path, b'{"userId": "Ana"}', {**JSON, "If-Match": '"1"'})
    assert (answer.status, answer.json["revision"]) == (202, 2)
    service.wait_until_sent()
    drain(tmp_path, broker)
    assert stored(tmp_path) == [(workout_id, "Ana", 382.5)]
    assert call(service.port, "DELETE", path, None, {"If-Match": '"1"'}).status == 412
    assert call(service.port, "DELETE", path, None, {"If-Match": "*"}).json["revision"] == 3
    service.wait_until_sent()
    assert service.end() == 0
    drain(tmp_path, broker)
    assert stored(tmp_path) == []


def test_that_kill_9_loses_nothing_that_was_answered(start: Start, broker: str, tmp_path: Path) -> None:
    service = start("--broker", broker)
    posters = Posters(service.port, 8)
    posters.start()
    try:
        for kill in range(1, 5):
            until(lambda least=posters.count + 40 * kill: posters.count > least, 30)  # type: ignore[misc]
            service.kill()
            service.start()
    finally:
        posters.stop()
    service.wait_until_sent()
    assert service.end() == 0
    assert posters.unexpected == []
    drain(tmp_path, broker)
    account = assert_accounted(tmp_path / "results.db", posters.accepted)
    assert len(account.stored) == posters.count  # every one is known to its client, since each was posted until then


@pytest.mark.rabbitmq
def test_that_a_broker_that_is_killed_costs_nothing(start: Start, tmp_path: Path, rabbitmq_node: PrivateNode) -> None:
    url = rabbitmq_node.new_vhost()
    service = start("--broker", url)
    assert post(service.port, SAMPLE).status == 202
    service.wait_until_sent()
    rabbitmq_node.settle()
    posters = Posters(service.port, 4)
    posters.start()
    try:
        until(lambda: posters.count > 100, 30)
        rabbitmq_node.kill()
        until(lambda: call(service.port, "GET", "/health").json["status"] == "degraded", 30)
        health = call(service.port, "GET", "/health")
        assert (health.status, health.json["broker"]["state"]) == (200, "offline")
        least = posters.count + 100
        until(lambda: posters.count > least, 30)
        until(lambda: call(service.port, "GET", "/health").json["outbox"] >= 100)
    finally:
        posters.stop()
        rabbitmq_node.restart()
    service.wait_until_sent(60)
    assert service.end() == 0
    assert posters.unexpected == []
    drain(tmp_path, url)
    assert_accounted(tmp_path / "results.db", {*posters.accepted, str(stored(tmp_path)[0][0])})


def test_that_a_restart_sends_what_is_in_the_outbox(start: Start, tmp_path: Path) -> None:
    away = start("--broker", "amqp://guest:guest@127.0.0.1:1/")
    answer = post(away.port, SAMPLE)
    assert answer.status == 202
    assert away.end() == 0
    queue = f"sqlite:///{tmp_path / 'queue.db'}"
    back = start("--broker", queue)
    back.wait_until_sent()
    assert back.end() == 0
    drain(tmp_path, queue)
    assert stored(tmp_path)[0][0] == answer.json["id"]


def test_that_a_full_disk_is_503_and_what_was_answered_is_kept(start: Start, tmp_path: Path) -> None:
    def little_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1_500_000, 1_500_000))

    service = start("--broker", "amqp://guest:guest@127.0.0.1:1/", before=little_room)
    accepted = 0
    while (answer := post(service.port, {"type": "Running", "duration": 45, "notes": "x" * 1_900})).status == 202:
        accepted += 1
    assert answer.status == 503
    assert answer.json["message"].startswith("The workout could not be kept. ")
    assert accepted > 20
    assert call(service.port, "GET", "/health").status == 503
    assert service.end() == 0
    again = start("--broker", f"sqlite:///{tmp_path / 'queue.db'}")
    assert post(again.port, SAMPLE).status == 202
    again.wait_until_sent()
    assert again.end() == 0
    drain(tmp_path, f"sqlite:///{tmp_path / 'queue.db'}")
    assert len(stored(tmp_path)) == accepted + 1


def test_that_a_token_is_wanted_where_others_can_reach_it(start: Start) -> None:
    service = start("--host", "0.0.0.0", env={"PACELINE_INGEST_TOKEN": TOKEN})
    assert post(service.port, SAMPLE).status == 401
    assert post(service.port, SAMPLE, {"Authorization": f"Bearer {TOKEN}"}).status == 202
    health = {"status": "degraded"}  # until the queue is open
    while health == {"status": "degraded"}:
        health = call(service.port, "GET", "/health").json
    assert health == {"status": "ok"}
    assert service.end() == 0
    assert TOKEN not in service.said()


def test_that_a_second_signal_does_not_wait(start: Start) -> None:
    service = start()
    with socket.create_connection(("127.0.0.1", service.port), 10) as begun:
        begun.sendall(b"POST /workout HTTP/1.1\r\nHost: localhost\r\nContent-Length: 50\r\n\r\n{")
        until(lambda: b"connections 2.0" in call(service.port, "GET", "/metrics").body)
        service.process.send_signal(signal.SIGTERM)
        until(lambda: not accepts(service.port))
        service.process.send_signal(signal.SIGTERM)
        assert service.process.wait(60) == 0


def accepts(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 5).close()
    except OSError:
        return False
    return True


def test_that_what_cannot_be_is_one_line(tmp_path: Path) -> None:
    short, missing = tmp_path / "short", tmp_path / "missing"
    short.write_text("secret\n")
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        busy = str(taken.getsockname()[1])
        said = refused(tmp_path, "--port", busy)
    assert said == f"paceline-ingest: Port {busy} of 127.0.0.1 is in use by another program; choose another port.\n"
    assert refused(tmp_path, "--host", "0.0.0.0", env={"PACELINE_INGEST_TOKEN": ""}) == (
        "paceline-ingest: Listening on 0.0.0.0 needs a token: --token-file FILE or PACELINE_INGEST_TOKEN, "
        "or else --no-token.\n"
    )
    said = refused(tmp_path, "--token-file", str(short))
    assert said == f"paceline-ingest: The token in {short} must have 16 to 512 characters.\n"
    said = refused(tmp_path, "--token-file", str(missing))
    assert said == f"paceline-ingest: The token file {missing} cannot be read: No such file or directory.\n"
    assert refused(tmp_path, "--no-token", "--token-file", str(short)).count("\n") == 1
    assert refused(tmp_path, "--port", "65536").startswith("paceline-ingest: --port must be between 0")
    assert refused(tmp_path, "--broker", "http://x/").startswith("paceline-ingest: A broker address must begin with")


def test_that_a_client_in_node_is_served(start: Start, broker: str, tmp_path: Path) -> None:
    program, service = node(), start("--broker", broker)
    client = Path(__file__).with_name("node_client.mjs")
    done = subprocess.run(
        [program, str(client), f"http://127.0.0.1:{service.port}", "40"],
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["status"] == 202
    assert found["answer"] == {"message": "Workout received and is being processed.", "id": found["answer"]["id"]}
    assert (found["refused"], found["problems"]["message"]) == (400, "Invalid workout data")
    assert [each["field"] for each in found["problems"]["errors"]] == ["duration"]
    assert (found["statuses"], found["ids"], found["large"], found["health"]) == ([202], 40, 413, "ok")
    service.wait_until_sent()
    assert service.end() == 0
    drain(tmp_path, broker)
    assert len(stored(tmp_path)) == 41


def test_that_the_command_loads_no_qt_and_no_other_http_stack() -> None:
    code = (
        "import sys, worker.cli.ingest; names = {m.split('.')[0] for m in sys.modules}; "
        "sys.exit(','.join(names & {'PySide6', 'pyqtgraph', 'pika', 'httptools', 'uvloop', 'fastapi'}) or 0)"
    )
    assert subprocess.run([sys.executable, "-c", code], timeout=TIMEOUT_S, check=False).returncode == 0
