"""The embedded queue locked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.broker.embedded import EmbeddedBroker
from core.broker.ports import Message, PublishStatus
from core.errors import BrokerUnavailableError
from tests.support.waiting import wait_until
from worker.demo.outages.queue_outage import QueueFileOutage


@pytest.fixture
def outage(tmp_path: Path) -> Iterator[QueueFileOutage]:
    made = QueueFileOutage(tmp_path / "queue.db")
    yield made
    made.stop()
    assert made.join(60)


def test_that_nothing_is_published_during_it_and_everything_after(tmp_path: Path, outage: QueueFileOutage) -> None:
    publisher = EmbeddedBroker(tmp_path / "queue.db", timeout_s=0.1).publisher()
    publisher.open()
    outage.start()
    outage.set(True)
    wait_until(lambda: outage.locked, 10)
    with pytest.raises(BrokerUnavailableError):
        publisher.publish([Message(b"{}", message_id="m")])
    outage.set(False)
    wait_until(lambda: not outage.locked, 10)
    publisher.open()
    assert publisher.publish([Message(b"{}", message_id="m")])[0].verdict is PublishStatus.CONFIRMED
    publisher.close()


def test_that_it_ends_by_itself(tmp_path: Path) -> None:
    publisher = EmbeddedBroker(tmp_path / "queue.db").publisher()
    publisher.open()
    brief = QueueFileOutage(tmp_path / "queue.db", longest_s=0.05)
    brief.start()
    brief.set(True)
    assert publisher.publish([Message(b"{}", message_id="m")])[0].verdict is PublishStatus.CONFIRMED
    wait_until(lambda: not brief.locked, 10)
    publisher.close()
    brief.stop()
    assert brief.join(60)


def test_that_a_stop_ends_it(tmp_path: Path, outage: QueueFileOutage) -> None:
    publisher = EmbeddedBroker(tmp_path / "queue.db").publisher()
    publisher.open()
    publisher.close()
    outage.start()
    outage.set(True)
    wait_until(lambda: outage.locked, 10)
    outage.stop()
    assert outage.join(60)
    assert not outage.locked
