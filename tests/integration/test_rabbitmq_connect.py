"""Connecting, and what a user reads when it does not work."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from core.broker.connect import describe_broker, try_broker
from core.broker.rabbitmq import RabbitMQBroker, localhost_rabbitmq_answers, probe
from core.errors import BrokerRefusedError, BrokerUnavailableError, SettingError
from tests.support.rabbitmq_node import (
    READER,
    READER_PASSWORD,
    STRANGER,
    STRANGER_PASSWORD,
    USER,
    PrivateNode,
    free_port,
)
from tests.support.rabbitmq_tools import foreign

pytestmark = pytest.mark.rabbitmq

SECRET = "s3cret-and-long"


@contextmanager
def listener(answer: bytes | None) -> Iterator[int]:
    """Listens, reads, and sends `answer`; None: says nothing for as long as the test likes."""
    stop = threading.Event()

    def serve(server: socket.socket) -> None:
        while not stop.is_set():
            try:
                client, _ = server.accept()
            except OSError:
                return
            with client:
                if answer is None:
                    stop.wait(20.0)
                else:
                    client.recv(64)
                    client.sendall(answer)

    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        thread = threading.Thread(target=_forever, args=(serve, server, stop), name="test-listener")
        thread.start()
        try:
            yield int(server.getsockname()[1])
        finally:
            stop.set()
            thread.join(10.0)


def _forever(serve: object, server: socket.socket, stop: threading.Event) -> None:
    assert callable(serve)
    while not stop.is_set():
        serve(server)


def test_that_a_good_url_is_accepted_and_leaves_nothing_open(rabbitmq_node: PrivateNode) -> None:
    probe(rabbitmq_node.new_vhost(), 10.0)


def test_that_the_dialog_s_test_says_where_it_connected_to(rabbitmq_node: PrivateNode) -> None:
    url = rabbitmq_node.new_vhost()
    assert try_broker(url, 10.0) == f"Connected to RabbitMQ at {describe_broker(url).location}."
    with pytest.raises(BrokerRefusedError, match="refused the user name or password") as caught:
        try_broker(rabbitmq_node.url_for("/", USER, SECRET), 10.0)
    assert SECRET not in str(caught.value)


def test_that_a_wrong_password_is_refused_in_one_sentence(rabbitmq_node: PrivateNode) -> None:
    with pytest.raises(BrokerRefusedError) as caught:
        probe(rabbitmq_node.url_for("/", USER, SECRET), 10.0)
    assert str(caught.value) == f"RabbitMQ at 127.0.0.1:{rabbitmq_node.port} refused the user name or password."
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_that_a_wrong_vhost_is_named(rabbitmq_node: PrivateNode) -> None:
    with pytest.raises(BrokerRefusedError) as caught:
        probe(rabbitmq_node.url_for("nowhere"), 10.0)
    assert str(caught.value) == f"RabbitMQ at 127.0.0.1:{rabbitmq_node.port} has no virtual host 'nowhere'."


def test_that_a_vhost_without_permission_is_named(rabbitmq_node: PrivateNode) -> None:
    with pytest.raises(BrokerRefusedError, match="does not let 'stranger' use the virtual host '/'"):
        probe(rabbitmq_node.url_for("/", STRANGER, STRANGER_PASSWORD), 10.0)


def test_that_a_closed_port_can_be_tried_again() -> None:
    port = free_port()
    with pytest.raises(BrokerUnavailableError) as caught:
        probe(f"amqp://guest:{SECRET}@127.0.0.1:{port}/", 10.0)
    assert str(caught.value) == f"Could not reach RabbitMQ at 127.0.0.1:{port}: connection refused."


def test_that_an_unknown_host_is_said_to_be_unknown() -> None:
    with pytest.raises(BrokerUnavailableError, match="the host name is not known"):
        probe("amqp://guest:guest@no-such-host.invalid/", 10.0)


def test_that_a_black_hole_is_given_up_in_time() -> None:
    with listener(None) as port, pytest.raises(BrokerUnavailableError, match="no answer in time"):
        probe(f"amqp://127.0.0.1:{port}/", 0.3)


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 400 Bad Request\r\n\r\n", b"AMQP\x01\x01\x00\x0a"])
def test_that_something_else_on_the_port_can_be_tried_again(answer: bytes) -> None:
    with listener(answer) as port, pytest.raises(BrokerUnavailableError, match=r"speaks no AMQP|was being set up"):
        probe(f"amqp://127.0.0.1:{port}/", 5.0)


def test_that_tls_against_a_plain_port_is_refused(rabbitmq_node: PrivateNode) -> None:
    with pytest.raises(BrokerRefusedError, match="could not be reached by TLS"):
        probe(f"amqps://guest:guest@127.0.0.1:{rabbitmq_node.port}/", 5.0)


def test_that_an_invalid_url_never_shows_its_password() -> None:
    with pytest.raises(SettingError) as caught:
        RabbitMQBroker(f"amqp://guest:{SECRET}@host:port/")
    assert SECRET not in str(caught.value)


def test_that_the_place_holds_no_password() -> None:
    broker = RabbitMQBroker(f"amqp://guest:{SECRET}@[::1]:5673/vhost")
    assert (broker.kind, broker.location) == ("RabbitMQ", "[::1]:5673")


def test_that_a_user_who_may_only_read_can_still_look_but_not_create(rabbitmq_node: PrivateNode) -> None:
    url = rabbitmq_node.new_vhost()
    vhost = url.rsplit("/", 1)[1]
    reader = RabbitMQBroker(rabbitmq_node.url_for(vhost, READER, READER_PASSWORD))
    for part in (reader.publisher(), reader.consumer("anna", 1)):
        with pytest.raises(BrokerRefusedError, match="does not let 'reader' create the queue workout_jobs"):
            part.open()
    with foreign(url) as channel:
        channel.queue_declare("workout_jobs", durable=True)
    inspector = reader.inspector()
    inspector.open()
    assert inspector.depth().ready == 0
    for feed in (reader.event_publisher(), reader.event_subscriber()):
        with pytest.raises(BrokerRefusedError, match="does not let 'reader' use the exchange"):
            feed.open()
    inspector.close()


def test_that_a_connection_is_named_for_the_broker_s_own_screens(rabbitmq_node: PrivateNode) -> None:
    consumer = RabbitMQBroker(rabbitmq_node.new_vhost()).consumer("anna", 10)
    consumer.open()
    names = rabbitmq_node.ctl("list_connections", "client_properties")
    consumer.close()
    assert "Paceline worker anna" in names


def test_that_a_rabbitmq_on_this_computer_is_found(rabbitmq_node: PrivateNode) -> None:
    assert localhost_rabbitmq_answers(rabbitmq_node.port)


def test_that_other_servers_are_not_taken_for_rabbitmq() -> None:
    assert not localhost_rabbitmq_answers(free_port())
    with listener(b"HTTP/1.1 400 Bad Request\r\n\r\n") as port:
        assert not localhost_rabbitmq_answers(port)
    with listener(None) as port:
        assert not localhost_rabbitmq_answers(port)


@pytest.mark.parametrize("is_waiting", [True, False])
def test_that_whoever_waits_for_an_abandoned_broker_finds_it_lost(rabbitmq_node: PrivateNode, is_waiting: bool) -> None:
    broker, other = (RabbitMQBroker(rabbitmq_node.new_vhost()) for _ in range(2))
    consumer, publisher = broker.consumer("anna", 10), broker.publisher()
    consumer.open()
    publisher.open()
    timer = threading.Timer(0.2 if is_waiting else 0.0, broker.abort)
    timer.start()
    if not is_waiting:
        timer.join()
    began_s = time.monotonic()
    with pytest.raises(BrokerUnavailableError, match="was lost"):
        consumer.fetch(1, 60.0)
    assert time.monotonic() - began_s < 30.0
    with pytest.raises(BrokerUnavailableError):
        publisher.open()
    timer.join()
    for part in (consumer, publisher):
        part.close()
    inspector = other.inspector()
    inspector.open()  # only that one was abandoned
    inspector.close()


def test_that_a_connection_being_set_up_can_be_abandoned() -> None:
    with listener(None) as port:
        broker = RabbitMQBroker(f"amqp://guest:guest@127.0.0.1:{port}/")
        timer = threading.Timer(0.2, broker.abort)
        timer.start()
        began_s = time.monotonic()
        with pytest.raises(BrokerUnavailableError):
            broker.inspector().open()
        assert time.monotonic() - began_s < 5.0  # pika itself would wait longer for the handshake
        timer.join()
