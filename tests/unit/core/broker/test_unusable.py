"""Every part of a broker whose address cannot be used says why."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from core.broker.connect import BrokerDescription, label_in_words
from core.broker.unusable import UnusableBroker, UnusablePart
from core.errors import BrokerRefusedError

BROKER = UnusableBroker("RabbitMQ", "localhost:5672", "Type the password.")


@pytest.mark.parametrize(
    "part",
    [
        BROKER.publisher(),
        BROKER.consumer("w1", 10),
        BROKER.inspector(),
        BROKER.event_publisher(),
        BROKER.event_subscriber(),
    ],
)
def test_that_no_part_can_be_opened(part: UnusablePart) -> None:
    uses: list[Callable[[], object]] = [
        part.open,
        part.keep_alive,
        part.depth,
        lambda: part.publish([]),
        lambda: part.fetch(1, 0.0),
        lambda: part.scan_failed(lambda _: []),
        lambda: part.announce(b""),
        lambda: part.poll(0.0),
    ]
    for use in uses:
        with pytest.raises(BrokerRefusedError, match=r"Type the password\."):
            use()
    assert (
        part.ack([]),
        part.dead_letter([]),
        part.retry([]),
        part.blocked_reason,
        part.connection_epoch,
    ) == (0, 0, 0, "", 0)
    assert part.held.count == 0
    part.requeue([])
    part.set_prefetch(1)
    part.pause()
    part.resume()
    part.wake()
    part.close()


def test_that_its_name_is_the_one_people_know() -> None:
    assert (BROKER.kind, BROKER.location) == ("RabbitMQ", "localhost:5672")
    BROKER.abort()


@pytest.mark.parametrize(
    ("url", "label"),
    [
        ("amqp://coach@localhost:5679/gym", BrokerDescription("RabbitMQ", "localhost:5679")),
        ("amqp://a:b@host:port/", BrokerDescription("RabbitMQ", "an unusable address")),
        ("sqlite:////no/such/queue.db", BrokerDescription("Embedded queue", "this computer")),
        ("hello", BrokerDescription("Embedded queue", "this computer")),
    ],
)
def test_that_a_wrong_address_still_has_a_name(url: str, label: BrokerDescription) -> None:
    assert label_in_words(url) == label
