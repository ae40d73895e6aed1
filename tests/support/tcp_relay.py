"""A TCP relay between a client and a server, which a test can cut, make deaf on one side, delay or throttle."""

from __future__ import annotations

import contextlib
import selectors
import socket
import struct
import threading
from collections import deque
from dataclasses import dataclass, field
from select import select
from time import monotonic
from types import TracebackType
from typing import Self

CHUNK_BYTES = 65536
MAX_HELD_BYTES = 4 * 1024 * 1024  # on their way in one direction; then the sender has to wait, as on any line
LOOK_S = 0.2
FULL_WAIT_S = 0.01  # before an end that does not read is tried again
_RESET = struct.pack("ii", 1, 0)  # SO_LINGER: close by a reset, whatever is on its way


@dataclass
class _Pipe:
    """One direction of one connection: what was read of `source` and is not yet written to `target`."""

    source: socket.socket
    target: socket.socket
    to_server: bool
    held: deque[tuple[float, bytes]] = field(default_factory=deque)  # with the moment from which it may go on
    held_bytes: int = 0
    is_stranded: bool = False
    next_at_s: float = 0.0  # of a throttled line


class Relay:
    """Forwards 127.0.0.1:`port` to 127.0.0.1:`upstream_port` by one thread of its own. Use it as a context manager.

    `latency_s` delays each direction, `bytes_per_s` throttles it; both may be set at any time, for what comes after.
    """

    def __init__(self, upstream_port: int) -> None:
        self.latency_s = 0.0
        self.bytes_per_s: float | None = None
        self.connects = 0
        self._upstream_port = upstream_port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._wake_out, self._wake_in = socket.socketpair()
        self._pipes: dict[socket.socket, _Pipe] = {}  # by source
        self._lock = threading.Lock()
        self._deaf: frozenset[bool] = frozenset()  # directions that forward nothing: True is to the server
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="test-relay")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping = True
        self._wake()
        self._thread.join(60)
        self.cut()
        for end in (self._listener, self._wake_in, self._wake_out):
            end.close()

    def cut(self, *, reset: bool = False) -> None:
        """End every connection now, as a pulled cable with a goodbye does, or with a reset."""
        with self._lock:
            for end in self._pipes:
                _end(end, reset=reset)
            self._pipes.clear()
        self._wake()

    def stall(self, *, to_server: bool = True, to_client: bool = True) -> None:
        """Forward nothing more that way, keep everything open: a black hole. New connections get no further."""
        self._deaf = frozenset(way for way, deaf in ((True, to_server), (False, to_client)) if deaf)
        self._wake()

    def strand(self, *, to_server: bool = True, to_client: bool = True) -> None:
        """As `stall`, for good and only for the connections of now: what a router does that has forgotten them."""
        with self._lock:
            for pipe in self._pipes.values():
                pipe.is_stranded = pipe.is_stranded or (to_server if pipe.to_server else to_client)
        self._wake()

    def swallows_something(self) -> bool:
        """Whether a client has sent what does not get to the server."""
        with self._lock:
            deaf = [pipe for pipe in self._pipes.values() if pipe.to_server and self._swallows(pipe)]
            return any(pipe.held for pipe in deaf) or bool(select([pipe.source for pipe in deaf], [], [], 0.0)[0])

    def resume(self) -> None:
        self._deaf = frozenset()
        self._wake()

    def _wake(self) -> None:
        with contextlib.suppress(OSError):
            self._wake_in.send(b"x")

    def _run(self) -> None:
        while not self._stopping:
            for readable in self._readable():
                self._serve(readable)
            with self._lock:
                for pipe in list(self._pipes.values()):
                    self._pass_on(pipe)

    def _readable(self) -> list[socket.socket]:
        with selectors.DefaultSelector() as selector:
            selector.register(self._wake_out, selectors.EVENT_READ)
            if len(self._deaf) < 2:
                selector.register(self._listener, selectors.EVENT_READ)
            with self._lock:
                for pipe in self._pipes.values():
                    if not self._swallows(pipe) and pipe.held_bytes < MAX_HELD_BYTES:
                        selector.register(pipe.source, selectors.EVENT_READ)
                wait_s = self._wait_s()
            return [key.fileobj for key, _ in selector.select(wait_s) if isinstance(key.fileobj, socket.socket)]

    def _swallows(self, pipe: _Pipe) -> bool:
        return pipe.is_stranded or pipe.to_server in self._deaf

    def _wait_s(self) -> float:
        """Until the next thing on its way may go on."""
        now_s = monotonic()
        due = [
            max(pipe.held[0][0], pipe.next_at_s) - now_s
            for pipe in self._pipes.values()
            if pipe.held and not self._swallows(pipe)
        ]
        return min(LOOK_S, max(0.0, min(due, default=LOOK_S)))

    def _serve(self, end: socket.socket) -> None:
        if end is self._wake_out:
            end.recv(1024)
        elif end is self._listener:
            self._accept()
        else:
            with self._lock:
                self._read(end)

    def _accept(self) -> None:
        client, _ = self._listener.accept()
        self.connects += 1
        try:
            server = socket.create_connection(("127.0.0.1", self._upstream_port), timeout=5.0)
        except OSError:
            client.close()
            return
        client.setblocking(False)
        server.setblocking(False)
        with self._lock:
            self._pipes[client] = _Pipe(client, server, to_server=True)
            self._pipes[server] = _Pipe(server, client, to_server=False)

    def _read(self, end: socket.socket) -> None:
        pipe = self._pipes.get(end)
        if pipe is None:
            return
        try:
            data = end.recv(CHUNK_BYTES)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if data:
            pipe.held.append((monotonic() + self.latency_s, data))
            pipe.held_bytes += len(data)
        else:
            self._flush(pipe)
            self._drop(pipe)

    def _pass_on(self, pipe: _Pipe) -> None:
        """What may go on by now; a throttled line lets one byte by at a time."""
        while pipe.held and not self._swallows(pipe):
            now_s, (due_s, data) = monotonic(), pipe.held[0]
            rate = self.bytes_per_s
            if due_s > now_s or (rate is not None and pipe.next_at_s > now_s):
                return
            pipe.held.popleft()
            if rate is not None:
                pipe.next_at_s = now_s + 1.0 / rate
                if len(data) > 1:
                    pipe.held.appendleft((due_s, data[1:]))
                data = data[:1]
            if not self._write(pipe, data):
                return

    def _flush(self, pipe: _Pipe) -> None:
        """The last words of an end that has closed."""
        while pipe.held:
            if not self._write(pipe, pipe.held.popleft()[1]):
                return

    def _write(self, pipe: _Pipe, data: bytes) -> bool:
        """Whether all of it went; what did not is held again."""
        try:
            sent = pipe.target.send(data)
        except BlockingIOError:
            sent = 0
        except OSError:
            self._drop(pipe)
            return False
        pipe.held_bytes -= sent
        if sent < len(data):
            pipe.held.appendleft((monotonic() + FULL_WAIT_S, data[sent:]))
        return sent == len(data)

    def _drop(self, pipe: _Pipe) -> None:
        for end in (pipe.source, pipe.target):
            self._pipes.pop(end, None)
            end.close()


def _end(end: socket.socket, *, reset: bool) -> None:
    with contextlib.suppress(OSError):
        if reset:
            end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        else:
            end.shutdown(socket.SHUT_RDWR)
    end.close()
