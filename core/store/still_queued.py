"""Records what is settled in the results and still in the queue, since the commit comes before the ack.

A failure is recorded under its own key until its message has left the queue; everything else that a worker commits is
recorded as its last batch, under the worker's name. When a worker crashes in between, its records stay, and the ledger
counts those messages once.

A message that is copied to a retry queue is in the broker twice until the original is acked, so the copy is recorded
before it is published. When a worker crashes in between, the record stays until one of the two is a duplicate.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, and_, delete, func, or_, select

from core.broker.topology import RETRY_DELAYS_S
from core.store.database.schema import still_queued
from core.store.rows import BatchRows
from core.store.statements import Statements

WORKER_PREFIX = "worker:"
BATCH_AGE_MS = 5_000  # by then a live worker has acked its last batch and removed the record

RETRY_PREFIX = "retry:"

FORGET_MS = 60_000
FORGET_COPY_MS = FORGET_MS + 1_000 * max(RETRY_DELAYS_S)


def worker_key(worker: str) -> str:
    return f"{WORKER_PREFIX}{worker}"[:255]


def copy_key(failure_key: str) -> str:
    """Key of the record for an additional copy of a message in the broker."""
    return f"{RETRY_PREFIX}{failure_key}"


def note(
    connection: Connection, statements: Statements, rows: BatchRows, worker: str, stored: int, failed: Sequence[str]
) -> None:
    """Call in the transaction that settles them: `stored` is a number of messages, `failed` are keys of failures."""
    notes = {key: 1 for key in failed}
    if stored:
        notes[worker_key(worker)] = stored
    statements.put_still_queued.run(connection, [rows.still_queued(key, n) for key, n in notes.items()])


def note_copies(connection: Connection, statements: Statements, rows: BatchRows, keys: Sequence[str]) -> None:
    """Record one more copy of each; see copy_key."""
    statements.add_still_queued.run(connection, [rows.still_queued(key, 1) for key in keys])


def take_back(
    connection: Connection, statements: Statements, rows: BatchRows, keys: Sequence[str], now_ms: int
) -> None:
    """Remove the records of messages that have left the queue; for copies, one for each time the key is named. A worker
    that removes its own batch has found the queue empty, so records that crashed workers left are removed when old."""
    c = still_queued.c
    copies = [key for key in keys if key.startswith(RETRY_PREFIX)]
    if copies:
        statements.add_still_queued.run(connection, [rows.still_queued(key, -1) for key in copies])
        connection.execute(delete(still_queued).where(c.key.startswith(RETRY_PREFIX), c.n <= 0))
    statements.drop_still_queued.run(connection, [(key,) for key in keys if not key.startswith(RETRY_PREFIX)])
    if any(key.startswith(WORKER_PREFIX) for key in keys):
        old = [
            and_(c.key.startswith(prefix), c.noted_at < now_ms - age_ms)
            for prefix, age_ms in ((WORKER_PREFIX, FORGET_MS), (RETRY_PREFIX, FORGET_COPY_MS))
        ]
        connection.execute(delete(still_queued).where(or_(*old)))


def count_still_queued(connection: Connection, now_ms: int) -> int:
    """Number of messages; may be a little too high after a worker has stopped."""
    c = still_queued.c
    is_old = c.noted_at < now_ms - BATCH_AGE_MS
    counted = select(func.coalesce(func.sum(c.n), 0)).where(or_(~c.key.startswith(WORKER_PREFIX), is_old))
    return int(connection.scalar(counted) or 0)
