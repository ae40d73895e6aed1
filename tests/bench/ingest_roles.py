"""Processes of the HTTP benchmark: a bare Starlette app to measure beside, and the client that posts."""

from __future__ import annotations

import asyncio
import json
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from time import perf_counter

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from uvicorn import Config, Server

from core.sqlite.connection import connect

WARM_UP = 500


def serve_bare(port: int, file: str = "") -> None:
    """The least that answers the same: JSON in, JSON out, nothing checked. With a file each is committed by itself."""
    keep = _committer(file) if file else None

    async def post(request: Request) -> Response:
        await request.json()
        if keep is not None:
            await run_in_threadpool(keep, await request.body())
        return JSONResponse({"message": "Workout received and is being processed.", "id": "-"}, 202)

    made = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    made.bind(("127.0.0.1", port))
    app = Starlette(routes=[Route("/workout", post, methods=["POST"])])
    config = Config(app, http="h11", loop="asyncio", ws="none", lifespan="off", log_config=None, access_log=False)
    Server(config).run([made])


def _committer(file: str) -> Callable[[bytes], None]:
    """As whoever writes this service in an afternoon would, with the same care for the disk as ours."""
    connection, lock = connect(Path(file), check_same_thread=False), Lock()
    connection.execute("CREATE TABLE workouts (body BLOB)")

    def keep(body: bytes) -> None:
        with lock:
            connection.execute("INSERT INTO workouts VALUES (?)", (body,))

    return keep


def _request(number: int) -> bytes:
    body = {"userId": f"athlete-{number % 500}", "type": "Running", "duration": 20 + number % 100, "distance": 5.2}
    payload = json.dumps(body).encode()
    head = (
        f"POST /workout HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {len(payload)}"
    )
    return f"{head}\r\n\r\n".encode() + payload


class Poster(asyncio.Protocol):
    """One connection that posts, awaits the answer, and posts again, until nothing is left."""

    def __init__(self, left: list[int], took_s: list[float], done: asyncio.Future[None]) -> None:
        self._left, self._took_s, self._done = left, took_s, done
        self._answer = b""
        self._sent_at_s = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._next()

    def data_received(self, data: bytes) -> None:
        self._answer += data
        if self._answer.endswith(b"}"):
            self._took_s.append(perf_counter() - self._sent_at_s)
            if not self._answer.startswith(b"HTTP/1.1 202"):
                self._done.set_exception(RuntimeError(self._answer.decode()))
            self._answer = b""
            self._next()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._done.done():
            self._done.set_exception(exc or RuntimeError("the connection was closed"))

    def _next(self) -> None:
        if not self._left:
            if not self._done.done():
                self._done.set_result(None)
            self._transport.close()
            return
        self._sent_at_s = perf_counter()
        self._transport.write(_request(self._left.pop()))


async def post_all(port: int, count: int, connections: int) -> list[float]:
    loop = asyncio.get_running_loop()
    left, took_s = list(range(count)), list[float]()
    waits = [loop.create_future() for _ in range(connections)]
    for done in waits:
        await loop.create_connection(lambda done=done: Poster(left, took_s, done), "127.0.0.1", port)  # type: ignore[misc]
    await asyncio.gather(*waits)
    return took_s


def measure(port: int, count: int, connections: int) -> dict[str, float]:
    asyncio.run(post_all(port, WARM_UP, connections))
    began_s = perf_counter()
    took_s = sorted(asyncio.run(post_all(port, count, connections)))
    span_s = perf_counter() - began_s
    return {
        "per_s": count / span_s,
        "p50_ms": took_s[len(took_s) // 2] * 1000,
        "p99_ms": took_s[int(len(took_s) * 0.99)] * 1000,
    }


if __name__ == "__main__":
    role, port = sys.argv[1], int(sys.argv[2])
    if role == "bare":
        serve_bare(port, *sys.argv[3:])
    else:
        print(json.dumps(measure(port, int(sys.argv[3]), int(sys.argv[4]))))
