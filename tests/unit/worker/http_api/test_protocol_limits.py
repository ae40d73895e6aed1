"""Slow, deaf and many clients: each costs little, and for a while only."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.endpoint_rig import Served, until
from tests.support.http_calls import SAMPLE, exchange, post
from worker.http_api.protocol import MAX_TURNED_AWAY, HttpBounds


@pytest.fixture
def impatient(tmp_path: Path) -> Iterator[Served]:
    served = Served(tmp_path, bounds=HttpBounds(connections=4, exchange_s=0.6, body_s=0.2))
    yield served
    served.close()


@pytest.fixture
def crowded(tmp_path: Path) -> Iterator[Served]:
    """With patience: who holds a connection holds it as long as the test wants."""
    served = Served(tmp_path, bounds=HttpBounds(connections=4))
    yield served
    served.close()


def test_that_slow_headers_are_408_and_closed(impatient: Served) -> None:
    said = exchange(impatient.port, b"POST /workout HTTP/1.1\r\nHost: loc")
    assert said.startswith(b"HTTP/1.1 408 ")
    assert said.endswith(b'{"message":"The request did not come in time."}')


def test_that_who_says_nothing_is_closed(impatient: Served) -> None:
    assert exchange(impatient.port, b"") == b""


def test_that_a_slow_body_is_408_and_closed(impatient: Served) -> None:
    said = exchange(impatient.port, b"POST /workout HTTP/1.1\r\nHost: localhost\r\nContent-Length: 50\r\n\r\n{")
    assert said.startswith(b"HTTP/1.1 408 ")
    assert said.endswith(b'{"message":"The body did not come within 0.2 seconds."}')


def test_that_a_client_that_never_reads_is_cut_off(impatient: Served) -> None:
    with socket.create_connection(("127.0.0.1", impatient.port), 10) as deaf:
        ask_for_ever(deaf, b"GET /docs HTTP/1.1\r\nHost: localhost\r\n\r\n" * 100)
    until(lambda: impatient.figure("paceline_ingest_connections"), lambda count: count == 1)


def test_that_connections_beyond_the_bound_hear_so_and_leave_no_trace(crowded: Served) -> None:
    held = [socket.create_connection(("127.0.0.1", crowded.port), 10) for _ in range(4)]
    answer = until(lambda: post(crowded.port, SAMPLE), lambda answer: answer.status == 503)
    assert answer.json == {"message": "The service has too many connections just now."}
    for each in held:
        each.close()
    assert until(lambda: post(crowded.port, SAMPLE), lambda answer: answer.status == 202)


def test_that_far_too_many_connections_are_closed_unheard(crowded: Served) -> None:
    held = [socket.create_connection(("127.0.0.1", crowded.port), 10) for _ in range(4 + MAX_TURNED_AWAY + 20)]
    ends = [each for each in held[-10:] if was_closed(each)]
    assert len(ends) == 10
    for each in held:
        each.close()
    until(lambda: post(crowded.port, SAMPLE), lambda answer: answer.status == 202)


def was_closed(link: socket.socket) -> bool:
    try:
        return link.recv(1) == b""
    except ConnectionResetError:
        return True


def ask_for_ever(link: socket.socket, request: bytes) -> None:
    """Until it is cut off."""
    while True:
        try:
            link.sendall(request)
        except OSError:
            return
