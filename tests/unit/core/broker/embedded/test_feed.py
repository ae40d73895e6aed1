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
def announcer(broker: EmbeddedBroker) -> Iterator[EmbeddedEventPublisher]:
    opened = EmbeddedEventPublisher(broker._surroundings, ring_rows=5)
    opened.open()
    yield opened
    opened.close()


@pytest.fixture
def subscription(broker: EmbeddedBroker, announcer: EmbeddedEventPublisher) -> Iterator[EmbeddedEventSubscriber]:
    opened = broker.subscription()
    opened.open()
    yield opened
    opened.close()


def test_that_the_ring_drops_the_oldest_and_counts_them(
    announcer: EmbeddedEventPublisher, subscription: EmbeddedEventSubscriber
) -> None:
    announcer.announce(b"seen")
    assert subscription.poll(0.0) == [b"seen"]
    for number in range(8):
        announcer.announce(b"%d" % number)
    assert subscription.poll(0.0) == [b"3", b"4", b"5", b"6", b"7"]
    assert subscription.dropped == 3
    assert subscription.poll(0.0) == []


def test_that_a_poll_waits_for_another_process_by_looking(
    announcer: EmbeddedEventPublisher, subscription: EmbeddedEventSubscriber
) -> None:
    assert subscription.poll(0.01) == []
    announcer.announce(b"a")
    assert subscription.poll(5.0) == [b"a"]


def test_that_the_queue_s_own_file_is_not_touched_by_events(
    broker: EmbeddedBroker, announcer: EmbeddedEventPublisher
) -> None:
    announcer.announce(b"a")
    assert not broker.path.exists()
    assert events_path(broker.path).exists()


def test_that_a_torn_ring_is_set_aside_and_made_anew(broker: EmbeddedBroker) -> None:
    path = events_path(broker.path)
    path.write_bytes(b"torn by a power cut " * 100)
    announcer, subscription = broker.announcer(), broker.subscription()
    subscription.open()
    announcer.open()
    announcer.announce(b"a")
    assert subscription.poll(1.0) == [b"a"]
    assert path.with_name("queue.db.events.damaged-20251210-100007").exists()
    subscription.close()
    announcer.close()


def test_that_a_database_of_others_is_left_alone(broker: EmbeddedBroker) -> None:
    with closing(sqlite.connect(events_path(broker.path))) as connection:
        connection.execute("CREATE TABLE theirs (name TEXT)")
    with pytest.raises(BrokerRefusedError, match="another program"):
        broker.announcer().open()


def test_that_a_missing_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BrokerRefusedError, match="folder is missing"):
        EmbeddedBroker(tmp_path / "no" / "queue.db").announcer().open()


def test_that_a_ring_that_went_away_is_reported(
    broker: EmbeddedBroker, announcer: EmbeddedEventPublisher, subscription: EmbeddedEventSubscriber
) -> None:
    events_path(broker.path).unlink()
    with pytest.raises(BrokerUnavailableError, match="moved or deleted"):
        subscription.poll(0.0)
    with pytest.raises(BrokerUnavailableError, match="moved or deleted"):
        announcer.announce(b"a")
    with pytest.raises(BrokerUnavailableError, match="not open"):
        announcer.announce(b"a")
    announcer.open()
    subscription.open()
    announcer.announce(b"a")
    assert subscription.poll(1.0) == [b"a"]
