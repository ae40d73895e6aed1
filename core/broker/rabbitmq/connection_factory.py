"""Makes all connections of one broker, so that they can be aborted together."""

from __future__ import annotations

from threading import Lock
from weakref import WeakSet

from core.broker.rabbitmq.connection import HEARTBEAT_S, RabbitMQConnection


class ConnectionFactory:
    """Makes connections to one broker. From any thread."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._lock = Lock()
        self._made: WeakSet[RabbitMQConnection] = WeakSet()
        self._abandoned = False
        self.sound_queues: set[str] = (
            set()
        )  # checked and found usable; cached, since each check may log an error at the broker

    def make(self, part: str, heartbeat_s: int = HEARTBEAT_S) -> RabbitMQConnection:
        """Not open yet. `part` names it in the broker's list of connections."""
        connection = RabbitMQConnection(self._url, part, heartbeat_s)
        with self._lock:
            self._made.add(connection)
            abandoned = self._abandoned
        if abandoned:
            connection.abort()
        return connection

    def abort(self) -> None:
        """Abort every connection, and any made later; see ports.Broker.abort."""
        with self._lock:
            self._abandoned = True
            made = list(self._made)
        for connection in made:
            connection.abort()
