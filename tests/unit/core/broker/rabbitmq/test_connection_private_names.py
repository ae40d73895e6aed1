"""What our adapter uses of pika without a promise: each such name exists, and what we override is called.

A release that drops one of them fails here. Nothing is skipped.
"""

from __future__ import annotations

from typing import Any

import pytest
from pika import spec
from pika.adapters.select_connection import IOLoop, SelectConnection
from pika.adapters.utils.connection_workflow import AMQPConnectionWorkflow

from core.broker.rabbitmq import connection as link_module
from core.broker.rabbitmq.connection import RabbitMQConnection, _LenientConnection
from tests.support.private_names import foreign_private_names, overridden
from tests.support.scripted_broker import BODY, ScriptedBroker

OVERRIDDEN = {"_read_frame", "_output_marshaled_frames"}
OF_A_CONNECTION = {"_get_write_buffer_size", "_adapter_disconnect_stream", "_terminate_stream"}
OF_AN_INSTANCE = {"_frame_buffer", "_connector", "_amqp_conn"}
BOUND_S = 60.0


class Calls:
    """Counts the calls of a method and hands them on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, owner: type, name: str) -> None:
        self.made: list[tuple[Any, ...]] = []
        real = getattr(owner, name)

        def counted(this: Any, *given: Any) -> Any:
            self.made.append(given)
            return real(this, *given)

        monkeypatch.setattr(owner, name, counted)


def test_that_every_private_name_in_use_is_tried_here() -> None:
    assert foreign_private_names("core/broker/rabbitmq") == OF_A_CONNECTION | OF_AN_INSTANCE


def test_that_what_is_overridden_exists() -> None:
    assert overridden(_LenientConnection, SelectConnection) == OVERRIDDEN


def test_that_the_guard_against_undecodable_headers_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    """Over a real connection: the message comes without its properties, and the connection stays."""
    reads = Calls(monkeypatch, _LenientConnection, "_read_frame")
    delivered: list[tuple[Any, bytes]] = []
    with ScriptedBroker() as broker:
        link = RabbitMQConnection(broker.url, "test")
        link.open(BOUND_S)
        channel = link.channel()
        channel.raw.basic_consume("q", lambda _raw, _method, properties, body: delivered.append((properties, body)))
        assert link.process_events(lambda: delivered, BOUND_S)
        assert link.channel().is_open
        link.close()
    properties, body = delivered[0]
    assert (properties.headers, body) == (None, BODY)
    assert reads.made


def test_that_a_publish_is_one_call_of_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    sent = Calls(monkeypatch, SelectConnection, "_output_marshaled_frames")
    with ScriptedBroker() as broker:
        link = RabbitMQConnection(broker.url, "test")
        link.open(BOUND_S)
        channel = link.channel()
        sent.made.clear()
        channel.raw.basic_publish("", "q", BODY)
        assert link.unsent_bytes > 0
        link.flush(BOUND_S)
        assert link.unsent_bytes == 0
        assert [len(frames) for (frames,) in sent.made] == [1]
        link.close()
    assert broker.saw(spec.Basic.Publish)


def test_that_a_broker_that_never_answers_a_goodbye_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    dropped = Calls(monkeypatch, SelectConnection, "_adapter_disconnect_stream")
    monkeypatch.setattr(link_module, "CLOSE_BOUND_S", 0.1)
    with ScriptedBroker(silent_from=spec.Connection.Close) as broker:
        link = RabbitMQConnection(broker.url, "test")
        link.open(BOUND_S)
        link.close()
    assert dropped.made


def test_that_an_attempt_in_the_middle_of_its_handshake_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    ended = Calls(monkeypatch, SelectConnection, "_terminate_stream")
    by_pika = Calls(monkeypatch, AMQPConnectionWorkflow, "abort")
    link_module._silence_vendor_log()  # as each connection that is opened does
    with ScriptedBroker(silent_from=spec.Connection.Open) as broker:
        loop = IOLoop()
        loop.activate_poller()
        outcome: list[Any] = []
        parameters = RabbitMQConnection(broker.url, "test")._parameters
        attempt = _LenientConnection.create_connection(parameters, outcome.append, custom_ioloop=loop)
        while not broker.saw(spec.Connection.Open):
            loop.call_later(0.01, lambda: None)
            loop.poll()
            loop.process_timeouts()
        assert attempt._connector._amqp_conn._frame_buffer == b""
        link_module._abort(attempt)
        while not outcome:
            loop.call_later(0.01, lambda: None)
            loop.poll()
            loop.process_timeouts()
        loop.close()
    assert isinstance(outcome[0], BaseException)
    assert len(ended.made) == 1
    assert by_pika.made == []
