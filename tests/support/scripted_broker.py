"""Enough of an AMQP broker to answer one client: it speaks by pika's own frames, on a free port of loopback."""

from __future__ import annotations

import socket
import struct
from contextlib import suppress
from threading import Thread
from types import TracebackType
from typing import Any

from pika import exceptions, frame, spec

MAX_FRAME = 131_072
BODY = b'{"type":"Running"}'
_HEADERS_FLAG = 1 << 13
_BOUND_S = 60.0


def undecodable_header(channel: int, body_size: int) -> bytes:
    """A content header as a foreign producer writes it: a table with a timestamp in milliseconds, far in the future."""
    entry = b"\x04sentT" + struct.pack(">Q", 2**60)
    properties = struct.pack(">HI", _HEADERS_FLAG, len(entry)) + entry
    payload = struct.pack(">HHQ", spec.Basic.INDEX, 0, body_size) + properties
    return struct.pack(">BHL", spec.FRAME_HEADER, channel, len(payload)) + payload + bytes((spec.FRAME_END,))


class ScriptedBroker:
    """Serves one connection until it is closed. `silent_from`: the class of method from which on it says nothing."""

    def __init__(self, silent_from: type[Any] | None = None) -> None:
        self.received: list[object] = []
        self._silent_from = silent_from
        self._silent = False
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._listening.settimeout(_BOUND_S)
        self._thread = Thread(target=self._run, name="scripted broker")

    @property
    def url(self) -> str:
        return f"amqp://guest:guest@127.0.0.1:{self._listening.getsockname()[1]}/"

    def __enter__(self) -> ScriptedBroker:
        self._thread.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._thread.join(_BOUND_S)
        self._listening.close()

    def saw(self, method: type[Any]) -> bool:
        return any(isinstance(each, method) for each in self.received)

    def _run(self) -> None:
        peer, _ = self._listening.accept()
        with peer, suppress(OSError, exceptions.AMQPError):
            peer.settimeout(_BOUND_S)
            self._serve(peer)

    def _serve(self, peer: socket.socket) -> None:
        buffer = b""
        while len(buffer) < len(frame.ProtocolHeader().marshal()):
            buffer += peer.recv(MAX_FRAME)
        buffer = buffer[len(frame.ProtocolHeader().marshal()) :]
        if self._silent_from is not spec.Connection.Start:
            start = spec.Connection.Start(0, 9, {"product": "scripted", "capabilities": {}}, "PLAIN", "en_US")
            peer.sendall(frame.Method(0, start).marshal())
        while arrived := peer.recv(MAX_FRAME):
            buffer += arrived
            while (taken := frame.decode_frame(buffer))[1] is not None:
                buffer = buffer[taken[0] :]
                self._answer(peer, taken[1])

    def _answer(self, peer: socket.socket, read: Any) -> None:
        method = getattr(read, "method", read)
        self.received.append(method)
        self._silent = self._silent or type(method) is self._silent_from
        if not self._silent:
            for made in _answers(read.channel_number, method):
                peer.sendall(made)


def _answers(channel: int, method: Any) -> list[bytes]:
    simple: dict[type[Any], Any] = {
        spec.Connection.StartOk: spec.Connection.Tune(0, MAX_FRAME, 0),
        spec.Connection.Open: spec.Connection.OpenOk(),
        spec.Connection.Close: spec.Connection.CloseOk(),
        spec.Channel.Open: spec.Channel.OpenOk(),
        spec.Channel.Close: spec.Channel.CloseOk(),
    }
    if type(method) in simple:
        return [frame.Method(channel, simple[type(method)]).marshal()]
    if isinstance(method, spec.Basic.Consume):
        return [
            frame.Method(channel, spec.Basic.ConsumeOk(method.consumer_tag)).marshal(),
            frame.Method(channel, spec.Basic.Deliver(method.consumer_tag, 1, False, "", "q")).marshal(),
            undecodable_header(channel, len(BODY)),
            frame.Body(channel, BODY).marshal(),
        ]
    return []
