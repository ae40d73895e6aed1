"""Calls to the HTTP endpoint, by the standard library's client and by bare sockets."""

from __future__ import annotations

import json
import socket
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any

TIMEOUT_S = 30.0
SAMPLE: Mapping[str, object] = {
    "userId": "user-123",
    "type": "Running",
    "duration": 45,
    "distance": 5.2,
    "timestamp": "2025-12-10T10:00:00Z",
}
JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]  # names in lower case
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def call(
    port: int, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
) -> Answer:
    """One request on a connection of its own."""
    with closing(HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_S)) as connection:
        return call_on(connection, method, path, body, headers)


def call_on(
    connection: HTTPConnection,
    method: str,
    path: str,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    connection.request(method, path, body, dict(headers or {}))
    response = connection.getresponse()
    return Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, response.read())


def post(port: int, workout: Mapping[str, object] | bytes, headers: Mapping[str, str] | None = None) -> Answer:
    body = workout if isinstance(workout, bytes) else json.dumps(workout).encode()
    return call(port, "POST", "/workout", body, {**JSON, **(headers or {})})


def exchange(port: int, sent: bytes) -> bytes:
    """All that comes back until the other side closes."""
    with socket.create_connection(("127.0.0.1", port), TIMEOUT_S) as link:
        link.sendall(sent)
        return read_all(link)


def read_all(link: socket.socket) -> bytes:
    parts = []
    while part := link.recv(65_536):
        parts.append(part)
    return b"".join(parts)
