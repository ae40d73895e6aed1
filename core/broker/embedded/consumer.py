"""Consumes from the embedded queue: claims messages under a lease, and settles them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from sqlite3 import Connection

from typing_extensions import override

from core.broker.delivery_headers import read_attempts
from core.broker.embedded import sql as statements
from core.broker.embedded.leases import LeaseMonitor, release_holder, requeue_expired
from core.broker.embedded.queue_file import EmbeddedContext, EmbeddedPart, QueueFile
from core.broker.message_rows import message_of
from core.broker.ports import NOTHING_HELD, Delivery, FailedDelivery, RetryRequest
from core.errors import BrokerError, BrokerUnavailableError
from core.sqlite.connection import Durability

WATCH_EVERY_S = 1.0
HEARTBEATS_PER_LEASE = 6

LEASE_LOST = "This worker was silent for too long, so its messages went back to the queue."


class EmbeddedConsumer(EmbeddedPart):
    """See ports.Consumer. Belongs to the thread that called `open()`, except `wake`.

    Its commits are not flushed to disk: after a power cut a claim or an ack may be undone and the message is
    redelivered, as with any broker. No message is lost by that, since moving one is a single commit.
    """

    held = NOTHING_HELD  # moving a message is one commit: a read-only file is not consumed from

    def __init__(self, around: EmbeddedContext, name: str, prefetch: int) -> None:
        super().__init__(around)
        self._name = name
        self._prefetch = prefetch
        self.connection_epoch = 0
        self._lost: BrokerError | None = None  # what closed it, until fetch has raised it
        self._id = 0  # of our row in `consumers`, never reused; 0: we have none
        self._held: set[int] = set()
        self._watch = LeaseMonitor(around.lease_s, around.clock_s, around.is_known_dead)
        self._paused = False
        self._must_look = True  # something may be ready without a change of the file's version
        self._version = 0
        # When to look for the next due retry, by both clocks: the wall clock may be set back for years.
        self._due_at_ms: int | None = None
        self._due_at_s = 0.0
        self._next_heartbeat_s = 0.0
        self._next_watch_s = 0.0

    def open(self) -> None:
        self.close()
        file = self._open_queue(Durability.ORDERED)
        with file.write() as connection:
            release_holder(connection, self._id)
            cursor = connection.execute(
                "INSERT INTO consumers (name, process, beat) VALUES (?, ?, 0)", (self._name, self._around.process)
            )
        self._id = cursor.lastrowid or 0
        self._file, self._lost = file, None
        self._must_look = True
        self._next_watch_s = 0.0
        self._schedule_heartbeat()
        self.connection_epoch += 1

    def fetch(self, limit: int, wait_s: float) -> list[Delivery]:
        """As ports.Consumer. It also renews the lease: call it, `ack` or `dead_letter` more often than `lease_s`."""
        file = self._open_file()
        with self._closing_on_error():
            return self._poll(lambda: self._look(file, limit), self._around.bell, wait_s)

    def ack(self, deliveries: Sequence[Delivery]) -> int:
        return self._settle([d.tag for d in self._current(deliveries)], statements.ack)

    def dead_letter(self, failures: Sequence[FailedDelivery]) -> int:
        by_tag = {f.delivery.tag: f for f in failures if self._current([f.delivery])}
        return self._settle(list(by_tag), lambda connection, tags: statements.dead_letter(connection, tags, by_tag))

    def retry(self, retries: Sequence[RetryRequest]) -> int:
        by_tag = {retry.delivery.tag: retry for retry in retries if self._current([retry.delivery])}
        now_ms = self._around.now_ms()
        settled = self._settle(
            list(by_tag), lambda connection, tags: statements.retry(connection, tags, by_tag, now_ms)
        )
        self._announce_ready()
        return settled

    def requeue(self, deliveries: Sequence[Delivery]) -> None:
        self._settle([d.tag for d in self._current(deliveries)], statements.requeue)
        self._announce_ready()

    def set_prefetch(self, prefetch: int) -> None:
        self._prefetch = prefetch
        self._must_look = True

    def pause(self) -> None:
        """There is no prefetch buffer, so nothing is requeued."""
        self._paused = True

    def resume(self) -> None:
        self._paused = False
        self._must_look = True

    def wake(self) -> None:
        self._woken.set()
        self._around.bell.ring()

    def close(self) -> None:
        file, self._lost = self._file, None
        # If this fails, the lease expires by itself; open() would also requeue what this one held.
        with suppress(BrokerError):
            if file is not None:
                with file.write() as connection:
                    release_holder(connection, self._id)
                self._id = 0
        self._drop()
        self._around.bell.ring()

    @override
    def _open_file(self) -> QueueFile:
        if self._lost is not None:
            error, self._lost = self._lost, None
            raise error
        return super()._open_file()

    @override
    def _drop(self) -> None:
        super()._drop()
        self._held.clear()

    def _announce_ready(self) -> None:
        self._must_look = True
        self._around.bell.ring()

    def _schedule_heartbeat(self) -> None:
        self._next_heartbeat_s = self._around.clock_s() + self._around.lease_s / HEARTBEATS_PER_LEASE

    def _look(self, file: QueueFile, limit: int) -> list[Delivery]:
        """Claim once, renew our lease and end expired ones, as far as due."""
        clock_s = self._around.clock_s()
        if clock_s >= self._next_heartbeat_s:
            with file.write() as connection:
                self._heartbeat(connection)
        if clock_s >= self._next_watch_s:
            self._next_watch_s = clock_s + WATCH_EVERY_S
            if requeue_expired(file, self._watch, own_id=self._id):
                self._announce_ready()
        count = min(limit, self._prefetch - len(self._held))
        if count <= 0 or self._paused or not self._may_be_ready(file):
            return []
        return self._claim(file, count)

    def _may_be_ready(self, file: QueueFile) -> bool:
        # Read before the claim, so that a later change is seen by the next one.
        version = file.version()
        changed, self._version = version != self._version, version
        if not (changed or self._is_due() or self._must_look):
            return False
        with file.read() as connection:
            now_ms = self._around.now_ms()
            due_at_ms = self._due_at_ms = statements.next_due_ms(connection, now_ms)
            if due_at_ms is not None:
                self._due_at_s = self._around.clock_s() + (due_at_ms - now_ms) / 1000
            self._must_look = self._is_due() or statements.has_ready(connection)
        return self._must_look

    def _is_due(self) -> bool:
        due_at_ms, around = self._due_at_ms, self._around
        return due_at_ms is not None and (around.now_ms() >= due_at_ms or around.clock_s() >= self._due_at_s)

    def _claim(self, file: QueueFile, count: int) -> list[Delivery]:
        now_ms, generation = self._around.now_ms(), self.connection_epoch
        with file.write() as connection:
            self._heartbeat_if_due(connection)
            statements.move_due(connection, now_ms)
            rows = statements.claim(connection, self._owner(connection), count)
        deliveries = []
        for row in rows:
            message = message_of(row)
            attempts = read_attempts(message.headers) if message.headers else 0
            deliveries.append(Delivery(message, row[-2], generation, attempts, row[-1] == 1))
        self._held.update([row[-2] for row in rows])
        self._must_look = len(rows) == count
        return deliveries

    def _owner(self, connection: Connection) -> int:
        """Our id, if our row still exists: a claim by a removed holder would never be requeued."""
        found = connection.execute("SELECT id FROM consumers WHERE id = ?", (self._id,)).fetchone()
        if found is None:
            raise BrokerUnavailableError(LEASE_LOST)
        return int(found[0])

    def _heartbeat(self, connection: Connection) -> None:
        if not connection.execute("UPDATE consumers SET beat = beat + 1 WHERE id = ?", (self._id,)).rowcount:
            raise BrokerUnavailableError(LEASE_LOST)
        self._schedule_heartbeat()

    def _heartbeat_if_due(self, connection: Connection) -> None:
        if self._around.clock_s() >= self._next_heartbeat_s:
            self._heartbeat(connection)

    def _current(self, deliveries: Sequence[Delivery]) -> list[Delivery]:
        return [d for d in deliveries if d.connection_epoch == self.connection_epoch and d.tag in self._held]

    def _settle(self, tags: Sequence[int], move: Callable[[Connection, Sequence[int]], None]) -> int:
        """Apply `move` to those of `tags` that are still ours; returns how many.

        None when the file has an error: they are redelivered, and the next fetch raises it.
        """
        file = self._file
        if not tags or file is None:
            return 0
        try:
            with file.write() as connection:
                self._heartbeat_if_due(connection)
                ours = statements.filter_owned(connection, self._owner(connection), tags)
                move(connection, ours)
        except BrokerError as error:
            self._drop()
            self._lost = error
            return 0
        self._held.difference_update(tags)
        return len(ours)
