"""Maps errors of pika and of the socket to our two broker errors, each with one plain sentence.

pika reports a failed login or vhost by where the handshake stopped, with the broker's own words only inside a `repr`,
so the reply code is read out of that text.
"""

from __future__ import annotations

import re
import socket
import ssl

from pika.adapters.utils import connection_workflow as workflow
from pika.exceptions import (
    AMQPHeartbeatTimeout,
    AuthenticationError,
    ChannelClosed,
    ConnectionBlockedTimeout,
    ConnectionClosed,
    IncompatibleProtocolError,
    ProbableAccessDeniedError,
    ProbableAuthenticationError,
)

from core.broker.amqp_url import AmqpUrl
from core.errors import AckTimeoutError, BrokerError, BrokerRefusedError, BrokerUnavailableError, QueueInUseError
from core.workouts.validation_errors import quoted

ACCESS_REFUSED = 403
NOT_FOUND = 404
RESOURCE_LOCKED = 405
PRECONDITION_FAILED = 406
NOT_ALLOWED = 530
# Codes with which the broker closes a connection for what it was sent: FRAME_ERROR, SYNTAX_ERROR, COMMAND_INVALID,
# UNEXPECTED_FRAME, NOT_IMPLEMENTED (AMQP 0-9-1, 1.2). Others are about the broker or its operator.
_UNREADABLE = frozenset({501, 502, 503, 505, 540})

_REPLY_CODE = re.compile(r"\((\d{3})\)")
_QUOTED = re.compile(r"\(\d{3}\) ['\"](.*)['\"]$", re.DOTALL)
_ACK_TIMEOUT = re.compile(r"delivery acknowledgement on channel \d+ timed out")
_TIMEOUT_MS = re.compile(r"Timeout value used: (\d+) ms")
_LIMIT_REACHED = re.compile(r" limit \(\d+\) is reached$")
_QUEUE = re.compile(r"queue '(.+?)' in vhost")
_LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
_MAX_WORDS_CHARS = 200


def connect_error(error: BaseException, address: AmqpUrl) -> BrokerError:
    """Why connecting failed. With several addresses of a host: the attempt that got furthest counts."""
    if isinstance(error, workflow.AMQPConnectionWorkflowFailed):
        error = max(error.exceptions, key=_how_far, default=error)
    while isinstance(error, workflow.AMQPConnectorPhaseErrorBase):
        error = error.exception
    return _handshake_error(error, address) or _network_error(error, address)


def lost_error(error: BaseException | None, address: AmqpUrl) -> BrokerError:
    """Why an open connection ended."""
    if isinstance(error, AMQPHeartbeatTimeout):
        return BrokerUnavailableError(f"RabbitMQ at {address.place} stopped answering.")
    if isinstance(error, ConnectionBlockedTimeout):
        return BrokerUnavailableError(f"RabbitMQ at {address.place} takes no messages: it is low on memory or disk.")
    if isinstance(error, ConnectionClosed):
        return BrokerUnavailableError(f"RabbitMQ at {address.place} closed the connection: {_words(error)}.")
    return BrokerUnavailableError(f"The connection to RabbitMQ at {address.place} was lost.")


def channel_error(error: BaseException | None, address: AmqpUrl, doing: str) -> BrokerError:
    """Why the broker closed a channel. `doing` completes "refused to ...": `use the queue workout_jobs`."""
    if not isinstance(error, ChannelClosed):
        return lost_error(error, address)
    if error.reply_code == ACCESS_REFUSED and "in exclusive use" in error.reply_text:
        return QueueInUseError(
            f"Another program consumes {_queue_in(error)} exclusively on RabbitMQ at {address.place}."
        )
    if error.reply_code == RESOURCE_LOCKED:
        return QueueInUseError(f"RabbitMQ at {address.place} refused to {doing}: {_words(error)}.")
    if error.reply_code == ACCESS_REFUSED:
        return BrokerRefusedError(f"RabbitMQ at {address.place} does not let {quoted(address.user)} {doing}.")
    if error.reply_code == PRECONDITION_FAILED:
        return BrokerRefusedError(f"RabbitMQ at {address.place} refused to {doing}: {_words(error)}.")
    return BrokerUnavailableError(f"RabbitMQ at {address.place} could not {doing}: {_words(error)}.")


def ack_timeout(error: BaseException | None, address: AmqpUrl) -> AckTimeoutError | None:
    """The error for a delivery that was not acked in time, if the broker closed the channel for that."""
    if not closed_with(error, PRECONDITION_FAILED):
        return None
    found = _ACK_TIMEOUT.search(said := str(getattr(error, "reply_text", "")))
    if found is None:
        return None
    in_time = _TIMEOUT_MS.search(said)
    timeout_s = int(in_time.group(1)) / 1000 if in_time else 0.0
    within = f" within {timeout_s:g} s" if timeout_s else ""
    return AckTimeoutError(
        f"RabbitMQ at {address.place} took the work back: it was not acknowledged{within} (consumer_timeout).",
        timeout_s,
    )


def blames_message(closed_by: BaseException | None) -> bool:
    """Whether the broker closed a channel or a connection because of a published message."""
    if isinstance(closed_by, ChannelClosed):
        return bool(closed_by.reply_code == PRECONDITION_FAILED)
    return isinstance(closed_by, ConnectionClosed) and closed_by.reply_code in _UNREADABLE


def closed_with(reason: BaseException | None, reply_code: int) -> bool:
    """Whether the broker closed a channel with this code."""
    return isinstance(reason, ChannelClosed) and reason.reply_code == reply_code


def timeout_error(address: AmqpUrl, wait_s: float) -> BrokerUnavailableError:
    return BrokerUnavailableError(f"RabbitMQ at {address.place} did not answer within {wait_s:g} s.")


def _how_far(error: BaseException) -> int:
    if isinstance(error, workflow.AMQPConnectorAMQPHandshakeError):
        return 2
    return int(isinstance(error, workflow.AMQPConnectorTransportSetupError))


def _handshake_error(error: BaseException, address: AmqpUrl) -> BrokerError | None:
    """The error where the handshake began but failed; None when it did not get that far."""
    if isinstance(error, ProbableAuthenticationError | AuthenticationError) and _reply_code(error) != 0:
        return _login_error(address)
    if isinstance(error, ProbableAccessDeniedError):
        return _vhost_error(error, address)
    if isinstance(error, IncompatibleProtocolError):
        return BrokerUnavailableError(
            f"Could not reach RabbitMQ at {address.place}: what answers there speaks no AMQP, or is still starting."
        )
    if isinstance(error, ConnectionClosed):
        return lost_error(error, address)
    return None


def _login_error(address: AmqpUrl) -> BrokerRefusedError:
    sentence = f"RabbitMQ at {address.place} refused the user name or password."
    if address.user == "guest" and address.hosts[0].name not in _LOOPBACK_HOSTS:
        sentence += " The user guest may log in only on the broker's own machine."
    return BrokerRefusedError(sentence)


def _vhost_error(error: BaseException, address: AmqpUrl) -> BrokerError:
    words = _quoted_words(error)
    if _reply_code(error) != NOT_ALLOWED or _LIMIT_REACHED.search(words):
        why = f": {words}" if words else ""
        return BrokerUnavailableError(
            f"RabbitMQ at {address.place} closed the connection while it was being set up{why}."
        )
    if words.endswith("not found"):
        return BrokerRefusedError(f"RabbitMQ at {address.place} has no virtual host {quoted(address.vhost)}.")
    return BrokerRefusedError(
        f"RabbitMQ at {address.place} does not let {quoted(address.user)} use the virtual host {quoted(address.vhost)}."
    )


def _network_error(error: BaseException, address: AmqpUrl) -> BrokerError:
    if isinstance(error, ssl.SSLCertVerificationError):
        return BrokerRefusedError(
            f"The certificate of RabbitMQ at {address.place} is not trusted: {error.verify_message}."
        )
    if isinstance(error, ssl.SSLError):
        return BrokerRefusedError(f"RabbitMQ at {address.place} could not be reached by TLS; is it the right port?")
    return BrokerUnavailableError(f"Could not reach RabbitMQ at {address.place}: {_network_words(error)}.")


def _network_words(error: BaseException) -> str:
    if isinstance(error, socket.gaierror):
        return "the host name is not known"
    if isinstance(error, TimeoutError | workflow.AMQPConnectorStackTimeout):
        return "no answer in time"
    if isinstance(error, ConnectionRefusedError):
        return "connection refused"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror[:_MAX_WORDS_CHARS].lower()
    return "the connection ended while it was being set up"


def _reply_code(error: BaseException) -> int:
    """The AMQP reply code in an error's text; 0 when the connection was merely lost."""
    found = _REPLY_CODE.search(str(error))
    return int(found.group(1)) if found else 0


def _quoted_words(error: BaseException) -> str:
    """The broker's own words inside an error of pika's; empty when the connection was merely lost."""
    found = _QUOTED.search(str(error.args[0]) if error.args else "")
    return found.group(1)[:_MAX_WORDS_CHARS].rstrip(". ") if found else ""


def _queue_in(error: ChannelClosed) -> str:
    """The queue that the broker's words name."""
    found = _QUEUE.search(str(error.reply_text))
    return found.group(1) if found else "the queue"


def _words(error: ChannelClosed | ConnectionClosed) -> str:
    """The broker's own words, `CONNECTION_FORCED - broker forced ...`, bounded and without a final stop."""
    return str(error.reply_text)[:_MAX_WORDS_CHARS].rstrip(". ")
