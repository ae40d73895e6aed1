"""A relay in front of a broker: the demonstration's only way to it, so that its connection can be cut."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from contextlib import suppress

from worker.runtime.service_thread import ServiceThread

CHUNK_BYTES = 65_536
CONNECT_S = 5.0


class BrokerRelay(ServiceThread):
    """Forwards a port of 127.0.0.1 to a broker, in a thread with an event loop. Methods are for any thread."""

    def __init__(self, host: str, port: int) -> None:
        """OSError where no port is free. Listens from the start; serves after `start`."""
        super().__init__("broker relay")
        self._host, self._upstream_port = host, port
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listening.getsockname()[1])
        self._loop = asyncio.new_event_loop()
        self._away = False
        self._ends: set[asyncio.StreamWriter] = set()
        self._end = asyncio.Event()

    @property
    def is_away(self) -> bool:
        return self._away

    def set_away(self, away: bool) -> None:
        """Close every connection and serve no new one, or serve again. Returns at once."""
        self._away = away
        if away:
            self._soon(self._close_all)

    def stop(self) -> None:
        super().stop()
        self._soon(self._end.set)

    def _soon(self, act: Callable[[], None]) -> None:
        with suppress(RuntimeError):  # the loop has ended
            self._loop.call_soon_threadsafe(act)

    def _run(self) -> None:
        try:
            self._loop.run_until_complete(self._serve())
        finally:
            self._loop.close()

    async def _serve(self) -> None:
        async with await asyncio.start_server(self._forward, sock=self._listening):
            await self._end.wait()
            self._close_all()

    async def _forward(self, client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        if self._away:
            to_client.close()
            return
        try:
            connecting = asyncio.open_connection(self._host, self._upstream_port)
            server, to_server = await asyncio.wait_for(connecting, CONNECT_S)
        except (OSError, TimeoutError):
            to_client.close()
            return
        ends = {to_client, to_server}
        self._ends |= ends
        await asyncio.gather(_pump(client, to_server), _pump(server, to_client))
        self._ends -= ends

    def _close_all(self) -> None:
        for end in self._ends:
            end.transport.abort()


async def _pump(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    """Until one end closes; the other one then closes too."""
    with suppress(OSError):
        while data := await source.read(CHUNK_BYTES):
            target.write(data)
            await target.drain()
    target.close()
