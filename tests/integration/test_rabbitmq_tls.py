"""TLS against a private node: who vouches for the broker, and our own certificate."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import trustme

from core.broker.connect import open_broker
from core.broker.ports import Message, PublishStatus
from core.broker.rabbitmq import probe
from core.errors import BrokerRefusedError, BrokerUnavailableError
from tests.support.rabbitmq_node import PrivateNode, free_port, start_private_node

pytestmark = pytest.mark.rabbitmq


@dataclass(frozen=True)
class Secured:
    """A node that speaks TLS, also under a port where it asks for a client's certificate."""

    node: PrivateNode
    port: int
    folder: Path

    def url(self, *, host: str = "localhost", **options: str) -> str:
        query = "&".join(f"{name}={self.folder / value}" for name, value in options.items())
        return f"amqps://guest:guest@{host}:{self.port}/%2F" + (f"?{query}" if query else "")


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    folder, port = tmp_path_factory.mktemp("tls"), free_port()
    authority, stranger = trustme.CA(), trustme.CA()
    authority.cert_pem.write_to_path(folder / "ca.pem")
    stranger.cert_pem.write_to_path(folder / "other-ca.pem")
    for name, issued in (
        ("server", authority.issue_cert("localhost")),
        ("client", authority.issue_cert("coach@gym.example")),
        ("stranger", stranger.issue_cert("coach@gym.example")),
    ):
        issued.private_key_pem.write_to_path(folder / f"{name}.key")
        issued.cert_chain_pems[0].write_to_path(folder / f"{name}.pem")
    config = (
        f"listeners.ssl.default = 127.0.0.1:{port}",
        f"ssl_options.cacertfile = {folder / 'ca.pem'}",
        f"ssl_options.certfile = {folder / 'server.pem'}",
        f"ssl_options.keyfile = {folder / 'server.key'}",
        "ssl_options.verify = verify_peer",
        "ssl_options.fail_if_no_peer_cert = true",
    )
    node = start_private_node(config=config)
    try:
        yield Secured(node, port, folder)
    finally:
        node.stop()


def test_that_a_workout_goes_through_with_both_certificates_verified(secured: Secured) -> None:
    url = secured.url(ca="ca.pem", cert="client.pem", key="client.key")
    broker = open_broker(url)
    assert broker.location == f"localhost:{secured.port}"
    publisher, consumer = broker.publisher(), broker.consumer("w", 10)
    publisher.open()
    consumer.open()
    assert [each.verdict for each in publisher.publish([Message(b"secret")])] == [PublishStatus.CONFIRMED]
    (delivery,) = consumer.fetch(1, 5.0)
    assert delivery.message.body == b"secret"
    assert consumer.ack([delivery]) == 1
    consumer.close()
    publisher.close()


def test_that_a_broker_that_nobody_vouches_for_is_refused(secured: Secured) -> None:
    with pytest.raises(BrokerRefusedError, match=r"certificate of RabbitMQ at localhost:[0-9]+ is not trusted"):
        probe(secured.url(ca="other-ca.pem", cert="client.pem", key="client.key"), 5.0)
    with pytest.raises(BrokerRefusedError, match="is not trusted"):
        probe(secured.url(cert="client.pem", key="client.key"), 5.0)


def test_that_the_name_of_the_host_is_checked(secured: Secured) -> None:
    with pytest.raises(BrokerRefusedError, match="is not trusted"):
        probe(secured.url(host="127.0.0.1", ca="ca.pem", cert="client.pem", key="client.key"), 5.0)


def test_that_the_broker_may_refuse_us(secured: Secured) -> None:
    for options in ({}, {"cert": "stranger.pem", "key": "stranger.key"}):
        with pytest.raises((BrokerRefusedError, BrokerUnavailableError)) as caught:
            probe(secured.url(ca="ca.pem", **options), 5.0)
        assert "localhost" in str(caught.value)
        assert "\n" not in str(caught.value)


def test_that_plain_text_at_the_port_of_tls_is_told(secured: Secured) -> None:
    with pytest.raises(BrokerUnavailableError, match=r"speaks no AMQP|connection ended"):
        probe(f"amqp://guest:guest@localhost:{secured.port}/", 5.0)
