"""Checks for a RabbitMQ: for the connection dialog's Test button, and to offer the one on this computer."""

from __future__ import annotations

import socket

from core.broker.rabbitmq.connection import RabbitMQConnection

LOCAL_PORT = 5672
LOCAL_BOUND_S = 0.2
_GREETING = b"AMQP\x00\x00\x09\x01"
_METHOD_ON_CHANNEL_0 = b"\x01\x00\x00"


def probe(url: str, timeout_s: float) -> None:
    """Log in and out. BrokerError says in a sentence why that failed."""
    connection = RabbitMQConnection(url, "test")
    connection.open(timeout_s)
    connection.close()


def localhost_rabbitmq_answers(port: int = LOCAL_PORT) -> bool:
    """Whether a server on this computer speaks AMQP 0-9-1; takes at most about 0.4 s."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=LOCAL_BOUND_S) as connection:
            connection.sendall(_GREETING)
            return connection.recv(3) == _METHOD_ON_CHANNEL_0
    except OSError:
        return False
