"""Queues and exchanges: used as they are when they exist, made when they do not."""

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

# The same reply code is that of a queue that is there, with its messages, and cannot be reached: the node that keeps a
# classic queue is down, or the queue's process is. Others may be told from it by their last words.
_OUT_OF_REACH = (
    "is down or inaccessible",
    "process is stopped by supervisor",
    "has crashed and failed to restart",
    "due to timeout",
)


def ensure_queue(link: RabbitMQConnection, name: str, arguments: Mapping[str, object]) -> None:
    """Create the durable queue `name` unless it is there; one that exists in another form is used as it is.

    Declaring with other arguments closes the channel, so ask passively first, on a channel to throw away.
    """
    doing = f"create the queue {name}"
    _ensure(
        link,
        lambda channel: queue_counts(link, channel, name) is not None,
        lambda channel: link.call(
            channel,
            doing,
            lambda raw, done: raw.queue_declare(name, durable=True, arguments=dict(arguments) or None, callback=done),
        ),
    )


def ensure_jobs(link: RabbitMQConnection, queue_type: QueueType) -> None:
    """`workout_jobs`, and before it the queue that a quorum queue gives up to."""
    if queue_type is QueueType.QUORUM:
        ensure_queue(link, FAILED_QUEUE, queue_type.arguments())
    ensure_queue(link, JOBS_QUEUE, jobs_arguments(queue_type))


def need_no_stream(link: RabbitMQConnection, links: ConnectionFactory, queue_type: QueueType) -> None:
    """BrokerRefusedError for a `workout_jobs` that is a stream: what is acknowledged there stays, and comes again.

    Any other form is used as it is. Who may not declare it finds out with the first delivery.
    """
    if JOBS_QUEUE in links.sound_queues:
        return
    form = read_form(link, JOBS_QUEUE, jobs_arguments(queue_type))
    if form is not None and form.is_stream:
        raise stream_refused(link.address.place)
    links.sound_queues.add(JOBS_QUEUE)


def stream_refused(place: str) -> BrokerRefusedError:
    return BrokerRefusedError(
        f"The queue {JOBS_QUEUE} on RabbitMQ at {place} is a stream; Paceline needs a classic or a quorum queue."
    )


def ensure_exchange(link: RabbitMQConnection, name: str) -> None:
    """Create the durable fanout exchange `name` unless it is there."""
    doing = f"use the exchange {name}"

    def exists(channel: Channel) -> bool:
        return (
            _passively(link, channel, doing, lambda raw, done: raw.exchange_declare(name, passive=True, callback=done))
            is not None
        )

    def create(channel: Channel) -> object:
        return link.call(
            channel, doing, lambda raw, done: raw.exchange_declare(name, "fanout", durable=True, callback=done)
        )

    _ensure(link, exists, create)


def queue_counts(link: RabbitMQConnection, channel: Channel, name: str) -> tuple[int, int] | None:
    """(ready, consumers) of a queue, or None when there is no such queue; None closes the channel.

    BrokerUnavailableError for a queue that is there and cannot be reached just now.
    """
    answer = _passively(
        link, channel, f"use the queue {name}", lambda raw, done: raw.queue_declare(name, passive=True, callback=done)
    )
    return None if answer is None else (answer.message_count, answer.consumer_count)


def _passively(
    link: RabbitMQConnection, channel: Channel, doing: str, start: Callable[[Any, Callable[[Any], None]], object]
) -> Any:
    try:
        return link.call(channel, doing, start)
    except BrokerUnavailableError:
        if closed_with(channel.closed_by, NOT_FOUND) and not _is_out_of_reach(channel):
            return None
        raise


def _ensure(link: RabbitMQConnection, exists: Callable[[Channel], bool], create: Callable[[Channel], object]) -> None:
    channel = link.channel()
    if exists(channel):
        link.discard(channel)
        return
    channel = link.channel()
    try:
        create(channel)
    except BrokerRefusedError:
        # Somebody else may have just created it, in another form: as good.
        if not closed_with(channel.closed_by, PRECONDITION_FAILED):
            raise
    else:
        link.discard(channel)


def _is_out_of_reach(channel: Channel) -> bool:
    said = str(getattr(channel.closed_by, "reply_text", ""))
    return said.rstrip(". ").endswith(_OUT_OF_REACH)
