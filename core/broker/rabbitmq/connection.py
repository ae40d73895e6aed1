"""One connection to RabbitMQ, whose events are processed by the thread that opened it.

pika's BlockingConnection goes away in pika 2 and costs several calls a message; a SelectConnection whose loop we run
ourselves gives pipelined confirms and fast deliveries, and needs no thread of its own.
"""

from __future__ import annotations

import logging
import random
import struct
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pika
from pika import exceptions, frame, spec
from pika.adapters.select_connection import IOLoop, SelectConnection
from typing_extensions import override

from core.broker.amqp_url import AmqpUrl, HostPort, parse_amqp_url
from core.broker.rabbitmq.error_mapping import channel_error, connect_error, lost_error, timeout_error
from core.broker.tls import tls_context
from core.errors import BrokerRefusedError

NOT_OPEN = "The connection to RabbitMQ is not open."
HEARTBEAT_S = 10
SOCKET_TIMEOUT_S = 5.0
CONNECT_BOUND_S = 10.0
ADDRESSES = 2  # IPv6 and IPv4
ANSWER_BOUND_S = 10.0
CLOSE_BOUND_S = 2.0
BLOCKED_BOUND_S = 300.0
FLUSH_BOUND_S = 5.0
CHANNELS = 2  # one to work on, one to probe with
ABANDONED_BOUND_S = 0.1  # enough to close what is open

_FRAME_HEADER = struct.Struct(">BHL")
_CONTENT_HEADER = struct.Struct(">HHQ")
_PROPERTIES_AT = _FRAME_HEADER.size + _CONTENT_HEADER.size


class _LenientConnection(SelectConnection):  # type: ignore[misc]  # pika ships no types
    """A connection that another producer's headers cannot end.

    pika drops the connection over a header it cannot decode (a timestamp in milliseconds is enough), the message is
    redelivered, and so on without end. Such a message is delivered without the properties that did not decode.
    """

    @override
    def _read_frame(self) -> tuple[int, Any]:
        try:
            size, value = super()._read_frame()
        except (exceptions.AMQPError, ValueError, ArithmeticError, OSError, LookupError, TypeError, struct.error):
            kind, channel_number, size = _FRAME_HEADER.unpack_from(self._frame_buffer)
            if kind != spec.FRAME_HEADER:
                raise
            _, _, body_size = _CONTENT_HEADER.unpack_from(self._frame_buffer, _FRAME_HEADER.size)
            value = frame.Header(channel_number, body_size, pika.BasicProperties())
            size += _FRAME_HEADER.size + spec.FRAME_END_SIZE
        if type(value) is frame.Header:
            # The original bytes: what pika decodes, it would not encode to the same bytes.
            value.properties.raw = bytes(self._frame_buffer[_PROPERTIES_AT : size - spec.FRAME_END_SIZE])
        return size, value

    @override
    def _output_marshaled_frames(self, marshaled_frames: Sequence[bytes]) -> None:
        # pika sends each frame by its own system call; a publish has three.
        super()._output_marshaled_frames([b"".join(marshaled_frames)])


class Channel:
    """A channel and, once the broker has closed it, why."""

    def __init__(self, raw: Any) -> None:
        self.raw = raw
        self.closed_by: BaseException | None = None
        raw.add_on_close_callback(self._on_closed)

    @property
    def is_open(self) -> bool:
        return bool(self.raw.is_open)

    def _on_closed(self, _channel: Any, reason: BaseException) -> None:
        self.closed_by = reason


class RabbitMQConnection:
    """A connection with its loop. Belongs to one thread, except `wake` and `abort`; cannot be reopened once lost or
    closed."""

    def __init__(self, url: str, part: str, heartbeat_s: int = HEARTBEAT_S) -> None:
        self._url = parse_amqp_url(url)
        self._parameters = _parameters(self._url, part, heartbeat_s)
        self.address = self._url  # of the node that accepted the connection
        self.blocked_reason: str | None = None  # while a memory or disk alarm blocks publishing on this connection
        self._connection: Any = None
        self._loop: Any = None
        self.ended_by: BaseException | None = None  # why the connection has ended; None while it is open
        self._abandoned = False

    def open(self, bound_s: float = CONNECT_BOUND_S) -> None:
        """Connect, within `bound_s` an address; BrokerError."""
        if self._abandoned:
            raise lost_error(None, self.address)
        _silence_vendor_log()
        loop = self._loop = IOLoop()
        loop.activate_poller()
        outcome: list[Any] = []
        for parameters in self._parameters:
            parameters.stack_timeout = bound_s
            parameters.socket_timeout = min(SOCKET_TIMEOUT_S, bound_s)
        attempt = _LenientConnection.create_connection(self._parameters, outcome.append, custom_ioloop=loop)
        # pika bounds each address of a host, but not the name resolution.
        if not self._turn(lambda: bool(outcome), len(self._parameters) * ADDRESSES * bound_s + CLOSE_BOUND_S):
            _abort(attempt)
            self._turn(lambda: bool(outcome), CLOSE_BOUND_S)
            self._dispose()
            raise timeout_error(self.address, bound_s)
        if isinstance(outcome[0], BaseException):
            self._dispose()
            raise connect_error(outcome[0], self.address) from None
        self._connection = outcome[0]
        self._need_channels()
        node = HostPort(self._connection.params.host, self._connection.params.port)
        self.address = replace(self._url, hosts=(node,))
        self._connection.add_on_close_callback(self._on_ended)
        self._connection.add_on_connection_blocked_callback(self._on_blocked)
        self._connection.add_on_connection_unblocked_callback(self._on_unblocked)

    def _need_channels(self) -> None:
        """BrokerRefusedError where the broker allows fewer channels than we use."""
        if (allowed := self._connection.params.channel_max) < CHANNELS:
            self.close()
            plural = "s" if allowed > 1 else ""
            raise BrokerRefusedError(
                f"RabbitMQ at {self.address.place} allows {allowed} channel{plural} a connection (channel_max); "
                f"Paceline needs {CHANNELS}."
            )

    def channel(self) -> Channel:
        """A new channel; BrokerUnavailableError when the connection is lost."""
        opened: list[Any] = []
        try:
            channel = Channel(self._open_connection().channel(on_open_callback=opened.append))
        except exceptions.AMQPError as error:
            raise lost_error(self.ended_by or error, self.address) from None
        self._answer(channel, opened, "open a channel")
        return channel

    def discard(self, channel: Channel) -> None:
        """Close a channel and wait for the close-ok: until then the channel counts towards the broker's limit."""
        channel.raw.close()
        self.process_events(lambda: channel.raw.is_closed, ANSWER_BOUND_S)

    def call(self, channel: Channel, doing: str, start: Callable[[Any, Callable[[Any], None]], object]) -> Any:
        """Send what `start(raw_channel, on_answer)` sends, and wait for the broker's reply: its method.

        A refusal closes the channel and raises; `doing` says in the error what was refused.
        """
        answers: list[Any] = []
        try:
            start(channel.raw, answers.append)
        except exceptions.AMQPError as error:
            raise channel_error(channel.closed_by or error, self.address, doing) from None
        return self._answer(channel, answers, doing).method

    def process_events(self, ready: Callable[[], object], wait_s: float) -> bool:
        """Process events until `ready()` or for `wait_s`, at least once. BrokerUnavailableError when lost."""
        try:
            done = self._turn(ready, wait_s)
        finally:
            if self.ended_by is not None:
                self._dispose()
        if self._abandoned and not done:
            self.close()
            raise lost_error(None, self.address)
        if self.ended_by is not None:
            raise lost_error(self.ended_by, self.address) from None
        return done

    def flush(self, bound_s: float = FLUSH_BOUND_S) -> None:
        """Pass everything written so far to the operating system."""
        if not self.process_events(self._all_sent, bound_s):
            raise timeout_error(self.address, bound_s)

    @property
    def unsent_bytes(self) -> int:
        return int(self._connection._get_write_buffer_size()) if self._connection is not None else 0

    def wake(self) -> None:
        """Make a waiting `process_events` call `ready()` again. From any thread, also after the end."""
        if (loop := self._loop) is not None:
            loop.add_callback_threadsafe(_nothing)

    def abort(self) -> None:
        """Every call on this connection, now or later, finds it lost. From any thread."""
        self._abandoned = True
        self.wake()

    def close(self) -> None:
        """Close within a bound, and release the sockets in any case. Never raises."""
        connection, self._connection = self._connection, None
        if connection is None:
            return
        try:
            if connection.is_open:
                connection.close()
                if not self._turn(lambda: connection.is_closed, CLOSE_BOUND_S):
                    # A frozen broker never replies: drop the socket, as pika does for a connection without heartbeats.
                    connection._adapter_disconnect_stream()
            self._turn(lambda: connection.is_closed, CLOSE_BOUND_S)
        except exceptions.AMQPError:
            pass
        finally:
            self._dispose()

    def _open_connection(self) -> Any:
        if self._connection is None:
            raise exceptions.ConnectionWrongStateError("closed")
        return self._connection

    def _answer(self, channel: Channel, answers: list[Any], doing: str) -> Any:
        self.process_events(lambda: answers or channel.closed_by is not None, ANSWER_BOUND_S)
        if answers:
            return answers[0]
        if channel.closed_by is not None:
            raise channel_error(channel.closed_by, self.address, doing) from None
        raise timeout_error(self.address, ANSWER_BOUND_S)

    def _turn(self, ready: Callable[[], object], wait_s: float) -> bool:
        """Run the loop until `ready()`, the end of the connection, or the deadline; at least once."""
        loop, deadline = self._loop, time.monotonic() + wait_s
        if loop is None or self.ended_by is not None:
            return False
        while True:
            if self._abandoned:
                deadline = min(deadline, time.monotonic() + ABANDONED_BOUND_S)
            # The timer bounds the poll, which otherwise waits up to five seconds.
            timer = loop.call_later(0.0 if ready() else max(0.0, deadline - time.monotonic()), _nothing)
            loop.poll()
            loop.process_timeouts()
            loop.remove_timeout(timer)
            if ready():
                return True
            if self.ended_by is not None or time.monotonic() >= deadline:
                return False

    def _all_sent(self) -> bool:
        return self.ended_by is not None or not self._connection._get_write_buffer_size()

    def _dispose(self) -> None:
        loop, self._loop = self._loop, None
        self._connection = None
        if self.ended_by is None:
            self.ended_by = exceptions.ConnectionWrongStateError("closed")
        if loop is not None:
            loop.close()

    def _on_ended(self, _connection: Any, reason: BaseException) -> None:
        self.ended_by = reason

    def _on_blocked(self, _connection: Any, answer: Any) -> None:
        self.blocked_reason = str(answer.method.reason)

    def _on_unblocked(self, _connection: Any, _answer: Any) -> None:
        self.blocked_reason = None


def _abort(attempt: Any) -> None:
    connector = getattr(attempt, "_connector", None)
    connection = getattr(connector, "_amqp_conn", None)
    if connection is None:
        attempt.abort()
    else:
        # During a handshake pika 1.4 only asserts that there is none.
        connection._terminate_stream(exceptions.ConnectionWrongStateError("abandoned"))


def _parameters(url: AmqpUrl, part: str, heartbeat_s: int) -> list[Any]:
    """One set a host, in random order, so that many programs spread over the nodes of a cluster."""
    hosts = random.sample(url.hosts, len(url.hosts))
    return [_parameters_for(url, host, part, url.heartbeat_s or heartbeat_s) for host in hosts]


def _parameters_for(url: AmqpUrl, host: HostPort, part: str, heartbeat_s: int) -> Any:
    return pika.ConnectionParameters(
        host=host.name,
        port=host.port,
        virtual_host=url.vhost,
        credentials=pika.PlainCredentials(url.user, url.password),
        ssl_options=pika.SSLOptions(tls_context(url), host.name) if url.tls else None,
        heartbeat=heartbeat_s,
        blocked_connection_timeout=BLOCKED_BOUND_S,
        connection_attempts=1,  # the owner calls open() again, with its own backoff
        retry_delay=0,
        client_properties={"product": "Paceline", "connection_name": f"Paceline {part}"},
    )


def _silence_vendor_log() -> None:
    # pika logs every failed attempt several times with tracebacks; the error we raise says it in one sentence.
    logging.getLogger("pika").setLevel(logging.CRITICAL)


def _nothing() -> None:
    """Callback of timers and wake-ups: only ends the poll."""


def poll_once() -> bool:
    """For `process_events`: one pass of the loop."""
    return True
