"""The relay in front of a broker."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from threading import Thread

import pytest

from worker.demo.outages.relay import BrokerRelay

WAIT_S = 60.0


class _Echo:
    """Sends back what it gets, to one client after the other."""

    def __init__(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        while True:
            try:
                peer, _ = self._listening.accept()
            except OSError:
                return
            Thread(target=self._serve, args=(peer,), daemon=True).start()

    @staticmethod
    def _serve(peer: socket.socket) -> None:
        with peer:
            while data := peer.recv(65_536):
                peer.sendall(data)

    def close(self) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)  # wakes the thread
        self._listening.close()


@pytest.fixture
def echo() -> Iterator[_Echo]:
    made = _Echo()
    yield made
    made.close()


@pytest.fixture
def relay(echo: _Echo) -> Iterator[BrokerRelay]:
    made = BrokerRelay("127.0.0.1", echo.port)
    made.start()
    yield made
    made.stop()
    assert made.join(WAIT_S)


def _connect(relay: BrokerRelay) -> socket.socket:
    return socket.create_connection(("127.0.0.1", relay.port), WAIT_S)


def _says(end: socket.socket, data: bytes) -> bytes:
    end.sendall(data)
    found = b""
    while len(found) < len(data):
        found += end.recv(65_536) or b"?"
    return found


def _is_closed(end: socket.socket) -> bool:
    try:
        return end.recv(1) == b""
    except ConnectionResetError:
        return True


def test_that_all_goes_both_ways(relay: BrokerRelay) -> None:
    data = bytes(range(256)) * 1_000
    with _connect(relay) as one, _connect(relay) as other:
        assert _says(one, b"hello") == b"hello"
        assert _says(other, data) == data


def test_that_a_cut_ends_connections_and_serves_none_until_it_is_over(relay: BrokerRelay) -> None:
    with _connect(relay) as before:
        assert _says(before, b"a") == b"a"
        relay.set_away(True)
        assert _is_closed(before)
        with _connect(relay) as during:
            assert _is_closed(during)
    relay.set_away(False)
    with _connect(relay) as after:
        assert _says(after, b"b") == b"b"


def test_that_a_broker_that_is_away_closes_the_connection(echo: _Echo) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    relay = BrokerRelay("127.0.0.1", port)
    relay.start()
    with _connect(relay) as end:
        assert _is_closed(end)
    relay.stop()
    assert relay.join(WAIT_S)
    relay.set_away(True)  # nothing happens any more
