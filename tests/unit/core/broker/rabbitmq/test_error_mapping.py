"""What people read when RabbitMQ says no: the cases a real broker shows too seldom."""

from __future__ import annotations

import socket
import ssl

import pytest
from pika import exceptions
from pika.adapters.utils import connection_workflow as workflow

from core.broker.amqp_url import parse_amqp_url
from core.broker.rabbitmq.error_mapping import channel_error, connect_error, lost_error, timeout_error
from core.errors import BrokerRefusedError, BrokerUnavailableError, QueueInUseError

HERE = parse_amqp_url("amqp://anna:secret@broker.example")
GUEST = parse_amqp_url("amqp://guest:guest@broker.example")


def in_handshake(error: BaseException) -> workflow.AMQPConnectorAMQPHandshakeError:
    return workflow.AMQPConnectorAMQPHandshakeError(error)


def failed(*errors: BaseException) -> workflow.AMQPConnectionWorkflowFailed:
    return workflow.AMQPConnectionWorkflowFailed(errors)


def test_that_the_attempt_that_got_furthest_is_told() -> None:
    refused_login = in_handshake(exceptions.ProbableAuthenticationError("ConnectionClosedByBroker: (403) 'NO'"))
    no_tls = workflow.AMQPConnectorTransportSetupError(ssl.SSLError(1, "WRONG_VERSION_NUMBER"))
    no_port = workflow.AMQPConnectorSocketConnectError(ConnectionRefusedError(111, "refused"))
    assert "password" in str(connect_error(failed(refused_login, no_port), HERE))
    assert "TLS" in str(connect_error(failed(no_port, no_tls), HERE))
    assert isinstance(connect_error(failed(), HERE), BrokerUnavailableError)


def test_that_guest_from_afar_learns_why() -> None:
    error = exceptions.ProbableAuthenticationError("ConnectionClosedByBroker: (403) 'ACCESS_REFUSED'")
    assert str(connect_error(error, GUEST)).endswith("The user guest may log in only on the broker's own machine.")
    assert "guest" not in str(connect_error(error, HERE))
    assert "guest" not in str(connect_error(error, parse_amqp_url("amqp://guest:guest@127.0.0.1")))


@pytest.mark.parametrize(
    "error",
    [
        exceptions.ProbableAuthenticationError("StreamLostError: ('Transport indicated EOF',)"),
        exceptions.ProbableAccessDeniedError("StreamLostError: ('Transport indicated EOF',)"),
        exceptions.ProbableAccessDeniedError("ConnectionClosedByBroker: (541) \"INTERNAL_ERROR - vhost 'x' is down\""),
        exceptions.ProbableAccessDeniedError("(530) 'NOT_ALLOWED - access refused: connection limit (1) is reached'"),
        exceptions.IncompatibleProtocolError("StreamLostError"),
        exceptions.ConnectionClosedByBroker(320, "CONNECTION_FORCED - shutdown"),
        workflow.AMQPConnectorStackTimeout("late"),
        TimeoutError("late"),
        socket.gaierror(-2, "Name or service not known"),
        OSError(113, "No route to host"),
        OSError(),
    ],
)
def test_that_what_may_pass_can_be_tried_again(error: BaseException) -> None:
    fault = connect_error(failed(in_handshake(error)), HERE)
    assert isinstance(fault, BrokerUnavailableError)
    assert "broker.example:5672" in str(fault)
    assert str(fault).endswith(".")
    assert ".." not in str(fault)


def test_that_a_certificate_that_is_not_trusted_needs_somebody() -> None:
    error = ssl.SSLCertVerificationError(1, "CERTIFICATE_VERIFY_FAILED")
    error.verify_message = "self-signed certificate"
    fault = connect_error(workflow.AMQPConnectorTransportSetupError(error), HERE)
    assert isinstance(fault, BrokerRefusedError)
    assert str(fault) == "The certificate of RabbitMQ at broker.example:5672 is not trusted: self-signed certificate."


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (exceptions.AMQPHeartbeatTimeout("idle"), "stopped answering"),
        (exceptions.ConnectionBlockedTimeout("blocked"), "low on memory or disk"),
        (exceptions.ConnectionClosedByBroker(320, "CONNECTION_FORCED - bye."), "closed the connection: CONNECTION_FOR"),
        (exceptions.StreamLostError("gone"), "was lost"),
        (None, "was lost"),
    ],
)
def test_that_an_ended_connection_can_be_tried_again(error: BaseException | None, words: str) -> None:
    fault = lost_error(error, HERE)
    assert isinstance(fault, BrokerUnavailableError)
    assert words in str(fault)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (403, BrokerRefusedError),
        (405, QueueInUseError),
        (406, BrokerRefusedError),
        (404, BrokerUnavailableError),
        (541, BrokerUnavailableError),
    ],
)
def test_that_a_closed_channel_says_what_was_refused(code: int, kind: type[Exception]) -> None:
    fault = channel_error(exceptions.ChannelClosedByBroker(code, "WORDS - of the broker"), HERE, "use the queue q")
    assert type(fault) is kind
    assert "use the queue q" in str(fault)


def test_that_a_channel_lost_with_its_connection_is_a_loss() -> None:
    assert isinstance(channel_error(exceptions.StreamLostError("gone"), HERE, "do"), BrokerUnavailableError)


def test_that_silence_has_its_bound() -> None:
    assert str(timeout_error(HERE, 2.5)) == "RabbitMQ at broker.example:5672 did not answer within 2.5 s."


def test_that_a_queue_that_another_program_consumes_alone_is_waited_for() -> None:
    error = exceptions.ChannelClosedByBroker(403, "ACCESS_REFUSED - queue 'jobs' in vhost '/' in exclusive use")
    fault = channel_error(error, HERE, "use the queue jobs")
    assert isinstance(fault, QueueInUseError)
    assert str(fault) == "Another program consumes jobs exclusively on RabbitMQ at broker.example:5672."
    bare = exceptions.ChannelClosedByBroker(403, "ACCESS_REFUSED - in exclusive use")
    assert "the queue" in str(channel_error(bare, HERE, "use the queue jobs"))


@pytest.mark.parametrize(
    ("code", "said", "kind", "words"),
    [
        (
            530,
            "access to vhost 'v' refused for user 'anna': connection limit (5) is reached",
            0,
            "limit (5) is reached",
        ),
        (530, "connection refused for user 'anna': user connection limit (0) is reached", 0, "user connection limit"),
        (541, "access to vhost 'v' refused for user 'anna': vhost 'v' is down", 0, "vhost 'v' is down"),
        (530, "vhost limits not found", 1, "has no virtual host '/'"),
        (530, "access to vhost 'limit' refused for user 'anna'", 1, "does not let 'anna' use the virtual host"),
    ],
)
def test_that_a_refused_vhost_comes_with_the_broker_s_reason(code: int, said: str, kind: int, words: str) -> None:
    error = exceptions.ProbableAccessDeniedError(
        repr(exceptions.ConnectionClosedByBroker(code, f"NOT_ALLOWED - {said}"))
    )
    fault = connect_error(failed(in_handshake(error)), HERE)
    assert type(fault) is (BrokerUnavailableError, BrokerRefusedError)[kind]
    assert words in str(fault)
