"""All connections of one broker: made here, so that they can be abandoned together."""

from __future__ import annotations

from threading import Lock
from weakref import WeakSet

from core.broker.rabbitmq.connection import HEARTBEAT_S, RabbitMQConnection


class ConnectionFactory:
    """Makes links to one broker. Of any thread."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._lock = Lock()
        self._made: WeakSet[RabbitMQConnection] = WeakSet()
        self._abandoned = False
        self.sound_queues: set[str] = (
            set()
        )  # looked at and found usable: not every time, a difference is a logged error

    def make(self, part: str, heartbeat_s: int = HEARTBEAT_S) -> RabbitMQConnection:
        """Not open yet. `part` names it in the broker's list of connections."""
        link = RabbitMQConnection(self._url, part, heartbeat_s)
        with self._lock:
            self._made.add(link)
            abandoned = self._abandoned
        if abandoned:
            link.abort()
        return link

    def abort(self) -> None:
        """Nobody waits for this broker's answers any more: every link, and any made later, is as one that was lost."""
        with self._lock:
            self._abandoned = True
            made = list(self._made)
        for link in made:
            link.abort()
