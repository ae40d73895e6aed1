"""The connections of one broker: all are made here, so that they can be aborted together, and each is of one part."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from weakref import WeakSet

from core.broker.rabbitmq.connection import HEARTBEAT_S, NOT_OPEN, Channel, RabbitMQConnection
from core.errors import BrokerError, BrokerUnavailableError


class ConnectionFactory:
    """Makes connections to one broker. From any thread."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._lock = Lock()
        self._made: WeakSet[RabbitMQConnection] = WeakSet()
        self._abandoned = False
        # Checked and found usable; cached, since each check may log an error at the broker.
        self.sound_queues: set[str] = set()

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


class RabbitMQPart:
    """What the parts of the broker have in common: a connection that is open or not, and is closed by its first error.

    Belongs to the thread that opened it, except `wake`.
    """

    def __init__(self, connections: ConnectionFactory) -> None:
        self._connections = connections
        self._connection: RabbitMQConnection | None = None
        self._channel: Channel | None = None
        self._woken = False

    def wake(self) -> None:
        self._woken = True
        if (connection := self._connection) is not None:
            connection.wake()

    def close(self) -> None:
        connection, self._connection, self._channel = self._connection, None, None
        if connection is not None:
            connection.close()

    def _connect(self, name: str, heartbeat_s: int = HEARTBEAT_S) -> RabbitMQConnection:
        """Instead of the connection before."""
        self.close()
        connection = self._connections.make(name, heartbeat_s)
        connection.open()
        self._connection = connection
        return connection

    def _open_connection(self) -> RabbitMQConnection:
        if self._connection is None:
            raise BrokerUnavailableError(NOT_OPEN)
        return self._connection

    def _parts(self) -> tuple[RabbitMQConnection, Channel]:
        if self._connection is None or self._channel is None:
            raise BrokerUnavailableError(NOT_OPEN)
        return self._connection, self._channel

    @contextmanager
    def _closing_on_error(self) -> Iterator[None]:
        try:
            yield
        except BrokerError:
            self.close()
            raise
