"""`paceline-ingest` killed while clients post, and flooded: what it answered is there, and it stays small."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from threading import Event, Thread

import pytest

from tests.support.broker_rigs import until
from tests.support.command_processes import run_command
from tests.support.figures import Report
from tests.support.http_calls import SAMPLE, call, post
from tests.support.ingest_process import IngestProcess, Posters
from tests.support.invariants import assert_accounted
from tests.support.rabbitmq_node import PrivateNode

KILLS = (pytest.param(3, id="3 kills"), pytest.param(50, id="50 kills", marks=pytest.mark.slow))
HEAD = b"POST /workout HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
MOST_MB = 80.0  # more than before the flood


@pytest.fixture(params=["embedded", pytest.param("rabbitmq", marks=pytest.mark.rabbitmq)])
def broker(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "embedded":
        return f"sqlite:///{tmp_path / 'queue.db'}"
    node: PrivateNode = request.getfixturevalue("rabbitmq_node")
    return node.new_vhost()


@pytest.fixture
def service(tmp_path: Path) -> Iterator[IngestProcess]:
    with closing(IngestProcess(tmp_path, may_fork=False)) as process:  # its memory is measured
        yield process


@pytest.mark.parametrize("kills", KILLS)
def test_that_no_kill_loses_what_was_answered(broker: str, tmp_path: Path, kills: int, report: Report) -> None:
    with closing(IngestProcess(tmp_path, "--broker", broker)) as process:
        posters = Posters(process.port, 6)
        posters.start()
        try:
            for kill in range(kills):
                # At another moment each time: after a few, and after many.
                least = posters.count + 1 + kill * 7 % 90
                until(lambda least=least: posters.count > least, 30)  # type: ignore[misc]
                process.kill()
                process.start()
        finally:
            posters.stop()
        process.wait_until_sent(60)
        assert process.end() == 0
    assert posters.unexpected == []
    places = ("--data-dir", str(tmp_path), "--broker", broker)
    assert run_command("worker.cli.worker", *places, "--drain", timeout_s=300).returncode == 0
    account = assert_accounted(tmp_path / "results.db", posters.accepted)
    assert len(account.stored) == posters.count
    report(kills=kills, answered=posters.count, stored=len(account.stored), duplicates=account.duplicates)


def hold(stack: ExitStack, port: int, count: int, said: bytes) -> list[socket.socket]:
    """So many connections that say this and then wait."""
    held = []
    for _ in range(count):
        link = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_STREAM))
        link.settimeout(10)
        link.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)  # little room for what it does not read
        try:
            link.connect(("127.0.0.1", port))
            link.sendall(said)
        except OSError:
            continue  # turned away
        held.append(link)
    return held


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads the memory of a process from /proc")
@pytest.mark.parametrize(
    "said",
    [
        pytest.param(b"POST /workout HT", id="headers that never end", marks=pytest.mark.slow),
        pytest.param(HEAD + b"Content-Length: 65536\r\n\r\n" + b" " * 60_000, id="bodies that never end"),
        pytest.param(
            HEAD + b"Transfer-Encoding: chunked\r\n\r\nf000\r\n" + b" " * 0xF000 + b"\r\n",
            id="chunks",
            marks=pytest.mark.slow,
        ),
        pytest.param(
            b"GET /docs HTTP/1.1\r\nHost: localhost\r\n\r\n" * 200, id="readers that never read", marks=pytest.mark.slow
        ),
    ],
)
def test_that_a_flood_of_slow_clients_stays_small_and_passes(
    service: IngestProcess, said: bytes, report: Report
) -> None:
    assert post(service.port, SAMPLE).status == 202
    before_mb = service.resident_mb()
    with ExitStack() as stack:
        hold(stack, service.port, 500, said)
        most_mb = service.resident_mb()
        # The slow ones are cut off after a while, although they hold on.
        until(lambda: answers(service.port), 45)
        most_mb = max(most_mb, service.resident_mb())
    assert call(service.port, "GET", "/health").json["status"] == "ok"
    assert service.end() == 0
    report(before_mb=before_mb, most_mb=most_mb)
    assert most_mb - before_mb < MOST_MB


def answers(port: int) -> bool:
    try:
        return post(port, SAMPLE).status == 202
    except OSError:
        return False


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads the memory of a process from /proc")
def test_that_a_flood_of_large_bodies_stays_small_and_others_are_served(service: IngestProcess, report: Report) -> None:
    before_mb, stopping, sent = service.resident_mb(), Event(), [0]

    def flood() -> None:
        while not stopping.is_set():
            try:
                with socket.create_connection(("127.0.0.1", service.port), 10) as link:
                    link.sendall(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
                    while not stopping.is_set():
                        link.sendall(b"10000\r\n" + b" " * 0x10000 + b"\r\n")
                        sent[0] += 0x10000
            except OSError:
                continue  # cut off, as it must be

    floods = [Thread(target=flood, name=f"flood {number}") for number in range(20)]
    for each in floods:
        each.start()
    try:
        most_mb, served = before_mb, 0
        while served < 100:
            served += post(service.port, {"type": "Running", "duration": 45}).status == 202
            most_mb = max(most_mb, service.resident_mb())
    finally:
        stopping.set()
        for each in floods:
            each.join(30)
    assert service.end() == 0
    report(flooded_mb=sent[0] // 1_000_000, before_mb=before_mb, most_mb=most_mb, served=served)
    assert most_mb - before_mb < MOST_MB
