"""Counts and reads the queue: all numbers exact and from one snapshot."""

from __future__ import annotations

from sqlite3 import Connection

from core.broker.embedded.leases import LeaseMonitor, requeue_expired
from core.broker.embedded.queue_file import NOT_OPEN, EmbeddedContext, EmbeddedPart, QueueFile
from core.broker.embedded.sql import HEAD, count_due, drop_failed, failed_after
from core.broker.message_rows import message_of
from core.broker.ports import Depth, RemovePredicate, ScanResult
from core.errors import BrokerUnavailableError
from core.sqlite.connection import Durability

SCAN_ROWS = 200


class EmbeddedInspector(EmbeddedPart):
    """See ports.Inspector. Belongs to the thread that called `open()`."""

    def __init__(self, around: EmbeddedContext) -> None:
        super().__init__(around)
        self._watch: LeaseMonitor | None = None

    def open(self) -> None:
        self.close()
        around = self._around
        self._file = self._open_queue(Durability.ORDERED)
        self._watch = LeaseMonitor(around.lease_s, around.clock_s, around.is_known_dead)

    def depth(self) -> Depth:
        """Expired holders' messages are requeued first, as a broker does when a connection closes."""
        around = self._around
        with self._closing_on_error():
            file, watch = self._open_parts()
            if requeue_expired(file, watch):
                around.bell.ring()
            with file.read() as connection:
                return _depth(connection, around.now_ms())

    def scan_failed(self, should_remove: RemovePredicate) -> ScanResult:
        with self._closing_on_error():
            return self._scan(should_remove)

    def _scan(self, should_remove: RemovePredicate) -> ScanResult:
        """In pages, so that no other connection waits for the lock while the predicate runs."""
        file, _ = self._open_parts()
        with file.read() as connection:
            last = int(connection.execute("SELECT coalesce(max(seq), 0) FROM failed").fetchone()[0])
        looked = taken = seq = 0
        while seq < last:
            with file.read() as connection:
                rows = [row for row in failed_after(connection, seq, SCAN_ROWS) if row[-1] <= last]
            if not rows:
                break
            seq = rows[-1][-1]
            verdicts = should_remove([message_of(row) for row in rows])
            removed = [row[-1] for row, remove in zip(rows, verdicts, strict=True) if remove]
            looked += len(rows)
            if removed:
                with file.write() as connection:
                    taken += drop_failed(connection, removed)
        return ScanResult(looked, taken)

    def _open_parts(self) -> tuple[QueueFile, LeaseMonitor]:
        if self._file is None or self._watch is None:
            raise BrokerUnavailableError(NOT_OPEN)
        return self._file, self._watch


def _depth(connection: Connection, now_ms: int) -> Depth:
    def ask(statement: str, *values: int) -> int:
        return int(connection.execute(statement, values).fetchone()[0])

    jobs = ask("SELECT n FROM tallies WHERE name = 'jobs'")
    running = ask("SELECT count(*) FROM claims WHERE owner IS NOT NULL")
    # A due retry counts as ready, though no worker has moved it yet.
    due = count_due(connection, now_ms)
    oldest_ms = [row[0] for row in connection.execute(f"SELECT ready_at_ms {HEAD} LIMIT 1")]
    if due:
        oldest_ms.append(min(now_ms, ask("SELECT min(due_at_ms) FROM retrying")))
    return Depth(
        ready=jobs - running + due,
        running=running,
        consumers=ask("SELECT count(*) FROM consumers"),
        failed=ask("SELECT count(*) FROM failed"),
        retrying=ask("SELECT count(*) FROM retrying") - due,
        oldest_age_s=max(0, now_ms - min(oldest_ms)) / 1000 if oldest_ms else None,
    )
