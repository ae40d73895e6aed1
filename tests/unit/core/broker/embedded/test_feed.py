"""The embedded event feed: a bounded ring beside the queue."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from core.broker.embedded import EmbeddedBroker
from core.broker.embedded.feed import EmbeddedEventPublisher, EmbeddedEventSubscriber, events_path
from core.errors import BrokerRefusedError, BrokerUnavailableError
from core.sqlite import connection as sqlite

NOW_MS = 1_765_360_807_000


@pytest.fixture
def broker(tmp_path: Path) -> EmbeddedBroker:
    return EmbeddedBroker(tmp_path / "queue.db", now_ms=lambda: NOW_MS, timeout_s=0.02)


@pytest.fixture
def event_publisher(broker: EmbeddedBroker) -> Iterator[EmbeddedEventPublisher]:
    opened = EmbeddedEventPublisher(broker._around, ring_rows=5)
    opened.open()
    yield opened
    opened.close()


@pytest.fixture
def subscriber(broker: EmbeddedBroker, event_publisher: EmbeddedEventPublisher) -> Iterator[EmbeddedEventSubscriber]:
    opened = broker.event_subscriber()
    opened.open()
    yield opened
    opened.close()


def test_that_the_ring_drops_the_oldest(
    event_publisher: EmbeddedEventPublisher, subscriber: EmbeddedEventSubscriber
) -> None:
    event_publisher.announce(b"seen")
    assert subscriber.poll(0.0) == [b"seen"]
    for number in range(8):
        event_publisher.announce(b"%d" % number)
    assert subscriber.poll(0.0) == [b"3", b"4", b"5", b"6", b"7"]
    assert subscriber.poll(0.0) == []


def test_that_a_poll_waits_for_another_process_by_looking(
    event_publisher: EmbeddedEventPublisher, subscriber: EmbeddedEventSubscriber
) -> None:
    assert subscriber.poll(0.01) == []
    event_publisher.announce(b"a")
    assert subscriber.poll(5.0) == [b"a"]


def test_that_the_queue_s_own_file_is_not_touched_by_events(
    broker: EmbeddedBroker, event_publisher: EmbeddedEventPublisher
) -> None:
    event_publisher.announce(b"a")
    assert not broker.path.exists()
    assert events_path(broker.path).exists()


def test_that_a_torn_ring_is_set_aside_and_made_anew(broker: EmbeddedBroker) -> None:
    path = events_path(broker.path)
    path.write_bytes(b"torn by a power cut " * 100)
    event_publisher, subscriber = broker.event_publisher(), broker.event_subscriber()
    subscriber.open()
    event_publisher.open()
    event_publisher.announce(b"a")
    assert subscriber.poll(1.0) == [b"a"]
    assert path.with_name("queue.db.events.damaged-20251210-100007").exists()
    subscriber.close()
    event_publisher.close()


def test_that_a_database_of_others_is_left_alone(broker: EmbeddedBroker) -> None:
    with closing(sqlite.connect(events_path(broker.path))) as connection:
        connection.execute("CREATE TABLE theirs (name TEXT)")
    with pytest.raises(BrokerRefusedError, match="another program"):
        broker.event_publisher().open()


def test_that_a_missing_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BrokerRefusedError, match="folder is missing"):
        EmbeddedBroker(tmp_path / "no" / "queue.db").event_publisher().open()


def test_that_a_ring_that_went_away_is_reported(
    broker: EmbeddedBroker, event_publisher: EmbeddedEventPublisher, subscriber: EmbeddedEventSubscriber
) -> None:
    events_path(broker.path).unlink()
    with pytest.raises(BrokerUnavailableError, match="moved or deleted"):
        subscriber.poll(0.0)
    with pytest.raises(BrokerUnavailableError, match="moved or deleted"):
        event_publisher.announce(b"a")
    with pytest.raises(BrokerUnavailableError, match="not open"):
        event_publisher.announce(b"a")
    event_publisher.open()
    subscriber.open()
    event_publisher.announce(b"a")
    assert subscriber.poll(1.0) == [b"a"]
