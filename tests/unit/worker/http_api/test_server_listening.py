"""Ports, connections and the stop of the listener."""

from __future__ import annotations

import json
import socket
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

import pytest

from core.errors import SettingError
from tests.support.endpoint_rig import MINUTES, Served, accepts, until
from tests.support.http_calls import JSON, SAMPLE, call_on, exchange, read_all
from worker.http_api.access import is_loopback
from worker.http_api.server import address_of, listen


def test_that_answers_do_not_wait_for_nagle() -> None:
    (made, *others) = listen("127.0.0.1", 0)
    for each in (made, *others):
        assert each.proto == socket.IPPROTO_TCP  # what asyncio looks at before it sets TCP_NODELAY
        each.close()


def test_that_a_busy_port_is_one_sentence(served: Served) -> None:
    with pytest.raises(SettingError) as raised:
        listen("127.0.0.1", served.port)
    assert str(raised.value) == (f"Port {served.port} of 127.0.0.1 is in use by another program; choose another port.")


@pytest.mark.parametrize(
    ("host", "words"),
    [("no-such-host.invalid", "cannot listen on no-such-host"), ("203.0.113.9", "is not an address of this computer")],
)
def test_that_a_host_that_is_not_here_is_one_sentence(host: str, words: str) -> None:
    with pytest.raises(SettingError, match=words):
        listen(host, 0)


def test_that_one_connection_serves_one_request_after_the_other(served: Served) -> None:
    with closing(HTTPConnection("127.0.0.1", served.port, timeout=60)) as connection:
        statuses = [
            call_on(connection, "POST", "/workout", json.dumps(MINUTES).encode(), JSON).status for _ in range(20)
        ]
    assert statuses == [202] * 20


def test_that_requests_sent_ahead_are_answered_in_their_order(served: Served) -> None:
    body = json.dumps(SAMPLE).encode()
    one = b"POST /workout HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)
    last = b"GET /nowhere HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    said = exchange(served.port, one * 3 + last)
    assert [part.split()[0] for part in said.split(b"HTTP/1.1 ")[1:]] == [b"202"] * 3 + [b"404"]


def test_that_a_stop_answers_what_has_begun_and_accepts_no_more(tmp_path: Path) -> None:
    served = Served(tmp_path)
    body = json.dumps(SAMPLE).encode()
    head = b"POST /workout HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n" % len(body)
    with socket.create_connection(("127.0.0.1", served.port), 10) as begun:
        begun.sendall(head + body[:10])
        until(lambda: served.figure("paceline_ingest_connections"), lambda count: count >= 2)
        served.endpoint.stop()
        until(lambda: accepts(served.port), lambda accepted: not accepted)
        begun.sendall(body[10:])
        assert read_all(begun).startswith(b"HTTP/1.1 202 ")
    served.close()
    assert len(served.entries()) == 1


def test_that_a_hurried_stop_does_not_wait_for_anybody(tmp_path: Path) -> None:
    served = Served(tmp_path)
    with socket.create_connection(("127.0.0.1", served.port), 10) as begun:
        begun.sendall(b"POST /workout HTTP/1.1\r\nHost: localhost\r\nContent-Length: 50\r\n\r\n{")
        until(lambda: served.figure("paceline_ingest_connections"), lambda count: count >= 2)
        served.endpoint.stop()
        served.endpoint.stop_now()
        assert served.endpoint.join(60)
    served.close()


def test_that_localhost_is_every_address_of_it_with_one_port() -> None:
    made = listen("localhost", 0)
    assert len({each.getsockname()[1] for each in made}) == 1
    assert all(is_loopback(each.getsockname()[0]) for each in made)
    assert address_of(made).startswith(("http://127.0.0.1:", "http://[::1]:"))
    for each in made:
        each.close()
