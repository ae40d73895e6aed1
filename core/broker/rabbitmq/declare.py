"""Declares queues and exchanges: existing ones are used as they are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from core.broker.rabbitmq.connection import Channel, RabbitMQConnection
from core.broker.rabbitmq.connection_factory import ConnectionFactory
from core.broker.rabbitmq.error_mapping import NOT_FOUND, PRECONDITION_FAILED, closed_with
from core.broker.rabbitmq.forms import read_form
from core.broker.rabbitmq.queue_arguments import QueueType, jobs_arguments
from core.broker.topology import FAILED_QUEUE, JOBS_QUEUE
from core.errors import BrokerRefusedError, BrokerUnavailableError

# The same reply code is that of an existing queue that cannot be reached: the node of a classic queue is down, or the
# queue's process is. Only the text of the error distinguishes the two.
_OUT_OF_REACH = (
    "is down or inaccessible",
    "process is stopped by supervisor",
    "has crashed and failed to restart",
    "due to timeout",
)


def ensure_queue(connection: RabbitMQConnection, name: str, arguments: Mapping[str, object]) -> None:
    """Create the durable queue `name` unless it exists; one with other arguments is used as it is.

    Declaring with other arguments closes the channel, so declare passively first, on a channel to throw away.
    """
    doing = f"create the queue {name}"
    _ensure(
        connection,
        lambda channel: queue_counts(connection, channel, name) is not None,
        lambda channel: connection.call(
            channel,
            doing,
            lambda raw, done: raw.queue_declare(name, durable=True, arguments=dict(arguments) or None, callback=done),
        ),
    )


def ensure_jobs(connection: RabbitMQConnection, queue_type: QueueType) -> None:
    """`workout_jobs`, and before it the queue that a quorum queue dead-letters to."""
    if queue_type is QueueType.QUORUM:
        ensure_queue(connection, FAILED_QUEUE, queue_type.arguments())
    ensure_queue(connection, JOBS_QUEUE, jobs_arguments(queue_type))


def need_no_stream(connection: RabbitMQConnection, connections: ConnectionFactory, queue_type: QueueType) -> None:
    """BrokerRefusedError for a `workout_jobs` that is a stream: acked messages stay there and are redelivered.

    Any other form is used as it is. A user without the right to declare finds out with the first delivery.
    """
    if JOBS_QUEUE in connections.sound_queues:
        return
    form = read_form(connection, JOBS_QUEUE, jobs_arguments(queue_type))
    if form is not None and form.is_stream:
        raise stream_refused(connection.address.place)
    connections.sound_queues.add(JOBS_QUEUE)


def stream_refused(place: str) -> BrokerRefusedError:
    return BrokerRefusedError(
        f"The queue {JOBS_QUEUE} on RabbitMQ at {place} is a stream; Paceline needs a classic or a quorum queue."
    )


def ensure_exchange(connection: RabbitMQConnection, name: str) -> None:
    """Create the durable fanout exchange `name` unless it exists."""
    doing = f"use the exchange {name}"

    def exists(channel: Channel) -> bool:
        return (
            _passively(
                connection, channel, doing, lambda raw, done: raw.exchange_declare(name, passive=True, callback=done)
            )
            is not None
        )

    def create(channel: Channel) -> object:
        return connection.call(
            channel, doing, lambda raw, done: raw.exchange_declare(name, "fanout", durable=True, callback=done)
        )

    _ensure(connection, exists, create)


def queue_counts(connection: RabbitMQConnection, channel: Channel, name: str) -> tuple[int, int] | None:
    """(ready, consumers) of a queue, or None when there is no such queue; None closes the channel.

    BrokerUnavailableError for an existing queue that cannot be reached at present.
    """
    answer = _passively(
        connection,
        channel,
        f"use the queue {name}",
        lambda raw, done: raw.queue_declare(name, passive=True, callback=done),
    )
    return None if answer is None else (answer.message_count, answer.consumer_count)


def _passively(
    connection: RabbitMQConnection, channel: Channel, doing: str, start: Callable[[Any, Callable[[Any], None]], object]
) -> Any:
    try:
        return connection.call(channel, doing, start)
    except BrokerUnavailableError:
        if closed_with(channel.closed_by, NOT_FOUND) and not _is_out_of_reach(channel):
            return None
        raise


def _ensure(
    connection: RabbitMQConnection, exists: Callable[[Channel], bool], create: Callable[[Channel], object]
) -> None:
    channel = connection.channel()
    if exists(channel):
        connection.discard(channel)
        return
    channel = connection.channel()
    try:
        create(channel)
    except BrokerRefusedError:
        # Another program may have just created it with other arguments, which is as good.
        if not closed_with(channel.closed_by, PRECONDITION_FAILED):
            raise
    else:
        connection.discard(channel)


def _is_out_of_reach(channel: Channel) -> bool:
    said = str(getattr(channel.closed_by, "reply_text", ""))
    return said.rstrip(". ").endswith(_OUT_OF_REACH)
