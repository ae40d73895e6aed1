"""A TCP relay between a client and a server, which a test can cut or make deaf."""

from __future__ import annotations

import contextlib
import selectors
import socket
import threading
from types import TracebackType
from typing import Self


class Relay:
    """Forwards 127.0.0.1:`port` to 127.0.0.1:`upstream_port` by one thread of its own. Use it as a context manager."""

    def __init__(self, upstream_port: int) -> None:
        self._upstream_port = upstream_port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._wake_out, self._wake_in = socket.socketpair()
        self._partners: dict[socket.socket, socket.socket] = {}
        self._lock = threading.Lock()
        self._stalled = False
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="test-relay")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping = True
        self._wake_in.send(b"x")
        self._thread.join(10.0)
        self.cut()
        for end in (self._listener, self._wake_in, self._wake_out):
            end.close()

    def cut(self) -> None:
        """End every connection now, as a pulled cable with a reset does."""
        with self._lock:
            for end in self._partners:
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
                end.close()
            self._partners.clear()
        self._wake()

    def stall(self) -> None:
        """Forward nothing more, keep everything open: a black hole."""
        self._stalled = True

    def resume(self) -> None:
        self._stalled = False
        self._wake()

    def _wake(self) -> None:
        with contextlib.suppress(OSError):
            self._wake_in.send(b"x")

    def _run(self) -> None:
        while not self._stopping:
            with selectors.DefaultSelector() as selector:
                selector.register(self._wake_out, selectors.EVENT_READ)
                if not self._stalled:
                    selector.register(self._listener, selectors.EVENT_READ)
                    with self._lock:
                        for end in self._partners:
                            selector.register(end, selectors.EVENT_READ)
                ready = [key.fileobj for key, _ in selector.select(0.2)]
            for readable in ready:
                if isinstance(readable, socket.socket):
                    self._serve(readable)

    def _serve(self, end: socket.socket) -> None:
        if end is self._wake_out:
            end.recv(1024)
        elif end is self._listener:
            self._accept()
        else:
            self._forward(end)

    def _accept(self) -> None:
        client, _ = self._listener.accept()
        try:
            server = socket.create_connection(("127.0.0.1", self._upstream_port), timeout=5.0)
        except OSError:
            client.close()
            return
        with self._lock:
            self._partners[client], self._partners[server] = server, client

    def _forward(self, end: socket.socket) -> None:
        partner = self._partners.get(end)
        if partner is None:
            return
        try:
            data = end.recv(65536)
            if data:
                partner.sendall(data)
                return
        except OSError:
            data = b""
        with self._lock:
            self._partners.pop(end, None)
            self._partners.pop(partner, None)
        end.close()
        partner.close()
