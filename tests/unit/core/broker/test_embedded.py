"""The embedded queue beyond the contract: leases, dead workers, disks that fail, files that go away."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from pathlib import Path
from sqlite3 import Connection
from typing import Any, cast

import pytest

from core.broker.embedded import EmbeddedBroker
from core.broker.embedded.consumer import EmbeddedConsumer
from core.broker.embedded.inspector import EmbeddedInspector
from core.broker.embedded.leases import LEASE_S
from core.broker.embedded.publisher import EmbeddedPublisher
from core.broker.embedded.queue_file import ChangeSignal, EmbeddedContext, QueueFile
from core.broker.embedded.sql import insert_jobs
from core.broker.ports import Delivery, FailedDelivery, Message, PublishStatus, RetryRequest, ScanResult
from core.broker.topology import HEADER_ATTEMPTS
from core.errors import BrokerRefusedError, BrokerUnavailableError
from core.sqlite import connection as sqlite
from tests.support.failures import each
from tests.support.retries import later

NOW_MS = 1_765_360_800_000


@dataclass
class Clock:
    """Time that passes when told to. `set_by_s`: how far somebody has set the clock on the wall."""

    now_s: float = 1000.0
    set_by_s: float = 0.0

    def __call__(self) -> float:
        return self.now_s

    def now_ms(self) -> int:
        return NOW_MS + int((self.now_s - 1000.0 + self.set_by_s) * 1000)


class Queue:
    """Parts over one file and one clock, closed after the test."""

    def __init__(self, path: Path) -> None:
        self.clock = Clock()
        self.around = EmbeddedContext(
            path=path,
            lease_s=LEASE_S,
            process="me",
            is_known_dead=lambda process: process == "dead",
            now_ms=self.clock.now_ms,
            clock_s=self.clock,
            timeout_s=0.02,
        )
        self.parts = ExitStack()

    def publish(self, *bodies: bytes) -> None:
        publisher = self.publisher()
        publisher.publish([Message(body) for body in bodies])
        publisher.close()

    def publisher(self) -> EmbeddedPublisher:
        publisher = EmbeddedPublisher(self.around)
        publisher.open()
        self.parts.callback(publisher.close)
        return publisher

    def consumer(self, process: str = "me", prefetch: int = 100) -> EmbeddedConsumer:
        consumer = EmbeddedConsumer(replace(self.around, process=process), "w", prefetch)
        consumer.open()
        self.parts.callback(consumer.close)
        return consumer

    def inspector(self) -> EmbeddedInspector:
        inspector = EmbeddedInspector(self.around)
        inspector.open()
        self.parts.callback(inspector.close)
        return inspector

    def lock(self) -> Connection:
        """Hold the file's write lock, as another program may."""
        other = sqlite.connect(self.around.path)
        other.execute("BEGIN IMMEDIATE")
        self.parts.callback(other.close)
        return other


@pytest.fixture
def queue(tmp_path: Path) -> Iterator[Queue]:
    made = Queue(tmp_path / "queue.db")
    yield made
    made.parts.close()


def bodies(deliveries: list[Delivery]) -> list[bytes]:
    return [delivery.message.body for delivery in deliveries]


def test_that_a_broker_makes_parts_over_its_file(tmp_path: Path) -> None:
    broker = EmbeddedBroker(tmp_path / "queue.db")
    assert (broker.kind, broker.location, broker.path) == ("Embedded queue", "this computer", tmp_path / "queue.db")
    parts = (
        broker.publisher(),
        broker.consumer("w", 1),
        broker.inspector(),
        broker.event_publisher(),
        broker.event_subscriber(),
    )
    for part in parts:
        part.close()  # never opened: no error
        part.open()
        part.close()


def test_that_a_bell_rung_before_the_wait_is_heard() -> None:
    bell = ChangeSignal()
    seen = bell.rings
    bell.ring()
    bell.wait(seen, 60.0)
    assert bell.rings == seen + 1


def test_that_a_silent_worker_loses_its_messages_and_is_told(queue: Queue) -> None:
    queue.publish(b"a", b"b", b"c")
    silent, other = queue.consumer(), queue.consumer()
    held = silent.fetch(2, 0.0)
    assert bodies(other.fetch(10, 0.0)) == [b"c"]
    queue.clock.now_s += LEASE_S + 1
    again = other.fetch(10, 0.0)
    assert bodies(again) == [b"a", b"b"]
    assert all(delivery.redelivered for delivery in again)
    assert silent.ack(held) == 0
    with pytest.raises(BrokerUnavailableError, match="silent for too long"):
        silent.fetch(1, 0.0)
    with pytest.raises(BrokerUnavailableError, match="not open"):
        silent.fetch(1, 0.0)
    silent.open()
    assert silent.connection_epoch == 2
    assert other.ack(again) == 2
    assert silent.fetch(1, 0.0) == []


@pytest.mark.parametrize("sign", ["fetch", "ack"])
def test_that_a_slow_worker_keeps_its_messages_as_long_as_it_gives_a_sign(queue: Queue, sign: str) -> None:
    queue.publish(*[b"%d" % n for n in range(10)])
    slow, other = queue.consumer(), queue.consumer()
    held = slow.fetch(10, 0.0)
    for number in range(8):
        queue.clock.now_s += LEASE_S / 2
        if sign == "fetch":
            slow.fetch(0, 0.0)
        else:
            slow.ack([held[number]])
        assert other.fetch(10, 0.0) == []
    assert slow.ack(held[8:]) == 2


def test_that_a_forgotten_worker_claims_nothing(queue: Queue) -> None:
    forgotten, other = queue.consumer(), queue.consumer()
    other.fetch(0, 0.0)
    queue.clock.now_s += LEASE_S / 2
    other.fetch(0, 0.0)
    queue.clock.now_s += LEASE_S / 2 + 1
    other.fetch(0, 0.0)  # forgets it
    queue.publish(b"a")
    with pytest.raises(BrokerUnavailableError, match="silent for too long"):
        forgotten.fetch(1, 0.0)
    assert bodies(other.fetch(1, 0.0)) == [b"a"]


def test_that_a_claim_checks_its_lease_even_between_two_beats(queue: Queue) -> None:
    consumer = queue.consumer()
    with closing(sqlite.connect(queue.around.path)) as connection:
        connection.execute("DELETE FROM consumers")
    queue.publish(b"a")
    with pytest.raises(BrokerUnavailableError, match="silent for too long"):
        consumer.fetch(1, 0.0)
    assert queue.inspector().depth().ready == 1


def test_that_a_dead_worker_s_messages_come_back_at_once(queue: Queue) -> None:
    queue.publish(b"a", b"b")
    queue.consumer(process="dead").fetch(1, 0.0)
    assert sorted(bodies(queue.consumer().fetch(10, 0.0))) == [b"a", b"b"]


def test_that_looking_at_the_depth_gives_back_what_dead_workers_held(queue: Queue) -> None:
    queue.publish(b"a", b"b")
    inspector = queue.inspector()
    dead = queue.consumer(process="dead")
    dead.fetch(1, 0.0)
    rings = queue.around.bell.rings
    depth = inspector.depth()
    assert (depth.ready, depth.running, depth.consumers) == (2, 0, 0)
    assert queue.around.bell.rings > rings


def test_that_the_oldest_age_and_the_retries_follow_the_clock(queue: Queue) -> None:
    inspector, consumer = queue.inspector(), queue.consumer()
    queue.publish(b"first")
    queue.clock.now_s += 10
    queue.publish(b"second")
    assert inspector.depth().oldest_age_s == 10.0
    first = consumer.fetch(1, 0.0)[0]
    assert inspector.depth().oldest_age_s == 0.0
    assert consumer.retry([later(first, 5, "later")])
    assert (inspector.depth().ready, inspector.depth().retrying) == (1, 1)
    queue.clock.now_s += 6
    depth = inspector.depth()
    assert (depth.ready, depth.retrying, depth.oldest_age_s) == (2, 0, 6.0)
    assert bodies(consumer.fetch(10, 0.0)) == [b"second", b"first"]
    depth = inspector.depth()
    assert (depth.ready, depth.running, depth.oldest_age_s) == (0, 2, None)


def test_that_a_clock_that_is_set_back_gives_no_negative_age(queue: Queue) -> None:
    queue.publish(b"a")
    queue.clock.now_s -= 3600
    assert queue.inspector().depth().oldest_age_s == 0.0


@pytest.mark.parametrize("set_by_s", [-3_600.0, -0.5, 3_600.0, -315_360_000.0, 315_360_000.0])
def test_that_a_retry_waits_no_longer_than_its_delay_however_the_clock_is_set(queue: Queue, set_by_s: float) -> None:
    consumer = queue.consumer()
    queue.publish(b"a")
    assert consumer.retry([later(consumer.fetch(1, 0.0)[0], 5, "later")])
    assert consumer.fetch(1, 0.0) == []  # it knows now when to look again
    queue.clock.set_by_s = set_by_s
    queue.clock.now_s += 6
    assert bodies(consumer.fetch(1, 0.0)) == [b"a"]


def test_that_failing_twice_or_what_is_not_held_changes_nothing(queue: Queue) -> None:
    queue.publish(b"a", b"b")
    consumer, inspector = queue.consumer(), queue.inspector()
    held = consumer.fetch(2, 0.0)
    failure = FailedDelivery(held[0], "no", "invalid", "w", NOW_MS)
    assert consumer.dead_letter([failure, failure]) == 1
    assert consumer.dead_letter([failure]) == 0
    assert consumer.ack([held[1], held[1]]) == 1
    depth = inspector.depth()
    assert (depth.ready, depth.running, depth.failed) == (0, 0, 1)


def test_that_a_message_that_fits_no_row_is_rejected_and_the_others_kept(queue: Queue) -> None:
    strange = [
        Message(b"ok"),
        Message(b"lone", "\ud800"),
        Message(b"late", timestamp_s=2**63),
        Message(b"odd", headers=cast(Any, {"x": {1, 2}})),
        Message(b"ok too", headers={"x": float("inf"), "y": 2**70, "z": "\ud800", HEADER_ATTEMPTS: 2}),
    ]
    results = queue.publisher().publish(strange)
    assert [result.verdict for result in results] == [
        PublishStatus.CONFIRMED,
        PublishStatus.REJECTED,
        PublishStatus.REJECTED,
        PublishStatus.REJECTED,
        PublishStatus.CONFIRMED,
    ]
    assert all(result.reason for result in results if result.verdict is PublishStatus.REJECTED)
    deliveries = queue.consumer().fetch(10, 0.0)
    assert [delivery.message for delivery in deliveries] == [strange[0], strange[4]]
    assert deliveries[1].attempts == 2


def test_that_large_whole_numbers_and_lone_surrogates_in_headers_come_back(queue: Queue) -> None:
    sent = Message(b"", headers={"y": 2**70, "z": "\ud800"})
    queue.publisher().publish([sent])
    assert queue.consumer().fetch(1, 0.0)[0].message == sent


def connection_of(part: EmbeddedPublisher | EmbeddedConsumer) -> Connection:
    assert part._file is not None
    return part._file._connection


def test_that_a_full_disk_keeps_nothing_and_can_be_tried_again(queue: Queue) -> None:
    publisher, inspector = queue.publisher(), queue.inspector()
    pages = connection_of(publisher).execute("PRAGMA page_count").fetchone()[0]
    connection_of(publisher).execute(f"PRAGMA max_page_count={pages + 2}")
    with pytest.raises(BrokerUnavailableError, match=r"The disk that holds queue\.db is full\."):
        publisher.publish([Message(b"x" * 50_000)])
    with pytest.raises(BrokerUnavailableError, match="not open"):
        publisher.publish([Message(b"a")])
    assert inspector.depth().ready == 0
    publisher.open()
    assert publisher.publish([Message(b"x" * 50_000)])[0].verdict is PublishStatus.CONFIRMED


class FailingCommit:
    """A connection whose disk fails in the middle of a commit."""

    def __init__(self, connection: Connection, code: int) -> None:
        self._connection = connection
        self._code = code

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def execute(self, statement: str, *values: Any) -> Any:
        if statement == "COMMIT":
            error = sqlite.sqlite_module().OperationalError("disk I/O error")
            error.sqlite_errorcode = self._code
            raise error
        return self._connection.execute(statement, *values)


@pytest.mark.parametrize(("code", "is_unknown"), [(10, True), (13, False), (5, False)])
def test_that_a_commit_that_fails_is_unknown_unless_it_is_known_to_be_undone(
    queue: Queue, code: int, is_unknown: bool
) -> None:
    publisher = queue.publisher()
    assert publisher._file is not None
    publisher._file._connection = cast(Connection, FailingCommit(connection_of(publisher), code))
    if is_unknown:
        results = publisher.publish([Message(b"a"), Message(b"b")])
        assert [result.verdict for result in results] == [PublishStatus.UNKNOWN] * 2
        assert "read or write error" in results[0].reason
    else:
        with pytest.raises(BrokerUnavailableError):
            publisher.publish([Message(b"a")])
    with pytest.raises(BrokerUnavailableError, match="not open"):
        publisher.keep_alive()


def test_that_nothing_is_confirmed_into_a_file_that_is_gone(queue: Queue, monkeypatch: pytest.MonkeyPatch) -> None:
    publisher = queue.publisher()

    def insert_and_lose(connection: Connection, rows: Any) -> None:
        insert_jobs(connection, rows)
        queue.around.path.unlink()

    monkeypatch.setattr("core.broker.embedded.publisher.insert_jobs", insert_and_lose)
    assert publisher.publish([Message(b"a")])[0].verdict is PublishStatus.UNKNOWN


def test_that_every_part_notices_that_the_file_was_moved(queue: Queue) -> None:
    queue.publish(b"a", b"b")
    publisher, idle_publisher, inspector, other_inspector = (
        queue.publisher(),
        queue.publisher(),
        queue.inspector(),
        queue.inspector(),
    )
    consumer, holder = queue.consumer(), queue.consumer()
    held = holder.fetch(1, 0.0)
    queue.around.path.rename(queue.around.path.with_name("moved.db"))
    queue.publish(b"new file")
    for act in (
        lambda: publisher.publish([Message(b"x")]),
        idle_publisher.keep_alive,
        inspector.depth,
        lambda: other_inspector.scan_failed(lambda _: []),
        lambda: consumer.fetch(1, 0.0),
    ):
        with pytest.raises(BrokerUnavailableError, match=r"queue\.db was moved or deleted"):
            act()
    assert holder.ack(held) == 0
    with pytest.raises(BrokerUnavailableError, match="moved or deleted"):
        holder.fetch(1, 0.0)
    holder.open()
    assert bodies(holder.fetch(1, 0.0)) == [b"new file"]


def test_that_settling_in_a_locked_file_leaves_the_messages_and_says_why(queue: Queue) -> None:
    queue.publish(b"a")
    consumer = queue.consumer()
    held = consumer.fetch(1, 0.0)
    other = queue.lock()
    assert consumer.ack(held) == 0
    other.execute("ROLLBACK")
    with pytest.raises(BrokerUnavailableError, match="locked"):
        consumer.fetch(1, 0.0)
    consumer.open()
    assert bodies(consumer.fetch(1, 0.0)) == [b"a"]


def test_that_what_could_not_be_given_back_while_closing_is_given_back_by_opening(queue: Queue) -> None:
    queue.publish(b"a")
    consumer = queue.consumer()
    consumer.fetch(1, 0.0)
    other = queue.lock()
    consumer.close()
    other.execute("ROLLBACK")
    assert queue.inspector().depth().running == 1
    consumer.open()
    depth = queue.inspector().depth()
    assert (depth.ready, depth.running, depth.consumers) == (1, 0, 1)


def test_that_a_damaged_queue_is_refused_in_one_sentence_and_left_as_it_is(queue: Queue) -> None:
    queue.around.path.write_bytes(b"a shopping list, no queue " * 100)
    before = queue.around.path.read_bytes()
    with pytest.raises(BrokerRefusedError, match=r"^The file queue\.db is damaged, or is not a database\.$"):
        queue.publisher()
    assert queue.around.path.read_bytes() == before


def test_that_damage_met_while_working_is_refused_too(queue: Queue) -> None:
    queue.publish(*[b"x" * 3000] * 40)
    consumer = queue.consumer()
    with closing(sqlite.connect(queue.around.path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    content = bytearray(queue.around.path.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    with queue.around.path.open("r+b") as file:
        file.write(content)
    with pytest.raises(BrokerRefusedError, match="damaged"):
        consumer.fetch(10, 0.0)


def test_that_a_file_of_another_program_is_refused(queue: Queue) -> None:
    with closing(sqlite.connect(queue.around.path)) as connection:
        connection.execute("CREATE TABLE theirs (name TEXT)")
    with pytest.raises(BrokerRefusedError, match="another program"):
        queue.publisher()


def test_that_a_missing_folder_is_refused(queue: Queue) -> None:
    around = replace(queue.around, path=queue.around.path / "no" / "queue.db")
    with pytest.raises(BrokerRefusedError, match="folder is missing"):
        EmbeddedPublisher(around).open()


def test_that_a_locked_file_closes_the_inspector(queue: Queue) -> None:
    queue.publish(b"1")
    consumer, inspector = queue.consumer(), queue.inspector()
    consumer.dead_letter([FailedDelivery(each, "No.", "invalid", "w", NOW_MS) for each in consumer.fetch(1, 0)])
    other = queue.lock()
    with pytest.raises(BrokerUnavailableError, match="locked"):
        inspector.scan_failed(each(lambda _: True))
    other.execute("ROLLBACK")
    with pytest.raises(BrokerUnavailableError, match="not open"):
        inspector.depth()


def test_that_a_fetch_waits_for_another_process_by_looking(queue: Queue, tmp_path: Path) -> None:
    """Two brokers share no bell: only the file tells."""
    mine, theirs = EmbeddedBroker(tmp_path / "shared.db"), EmbeddedBroker(tmp_path / "shared.db")
    consumer, publisher = mine.consumer("w", 10), theirs.publisher()
    consumer.open()
    publisher.open()
    assert consumer.fetch(1, 0.0) == []
    publisher.publish([Message(b"a")])
    assert bodies(consumer.fetch(1, 5.0)) == [b"a"]
    consumer.close()
    publisher.close()


def test_that_a_queue_file_closes_itself_when_it_was_deleted(queue: Queue) -> None:
    file = QueueFile(queue.around.path, queue.around.writing, durability=sqlite.Durability.ORDERED)
    queue.around.path.unlink()
    assert not file.still_there()
    with pytest.raises(BrokerUnavailableError, match="moved or deleted"):
        file.version()


def test_that_a_queue_that_was_moved_takes_its_journal_along(queue: Queue) -> None:
    publisher = queue.publisher()
    publisher.publish([Message(b"a")])
    moved = queue.around.path.rename(queue.around.path.with_name("moved.db"))
    publisher.close()
    with closing(sqlite.connect(moved)) as connection:
        assert connection.execute("SELECT body FROM jobs").fetchall() == [(b"a",)]


def test_that_two_walks_through_the_failed_list_at_once_take_each_message_once(
    queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.broker.embedded.inspector.SCAN_ROWS", 1)
    queue.publish(b"1", b"2")
    consumer = queue.consumer()
    consumer.dead_letter([FailedDelivery(each, "No.", "invalid", "w", NOW_MS) for each in consumer.fetch(2, 0)])
    one, other = queue.inspector(), queue.inspector()
    found: list[ScanResult] = []

    def judge(_message: Message) -> bool:
        found.append(other.scan_failed(each(lambda _: True)))
        return True

    assert one.scan_failed(each(judge)) == ScanResult(1, 0)
    assert found == [ScanResult(2, 2)]


def test_that_a_queue_of_the_second_version_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "queue.db"
    broker = EmbeddedBroker(path)
    publisher, consumer = broker.publisher(), broker.consumer("w", 10)
    publisher.open()
    publisher.publish([Message(b"old", "id-1", headers={"x": 1})])
    publisher.close()
    with closing(sqlite.connect(path)) as connection:
        for table in ("jobs", "retrying", "failed"):
            connection.execute(f"ALTER TABLE {table} DROP COLUMN extras")
        connection.execute("PRAGMA user_version = 2")
    consumer.open()
    (delivery,) = consumer.fetch(10, 1.0)
    assert delivery.message == Message(b"old", "id-1", headers={"x": 1})
    assert consumer.retry([RetryRequest(delivery, 1, 0, "again")]) == 1
    (again,) = consumer.fetch(10, 5.0)
    assert (again.message.body, again.attempts) == (b"old", 1)
    consumer.close()
