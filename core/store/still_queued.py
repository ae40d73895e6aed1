"""What is settled in the results and still in the queue: it is committed before the broker hears of it.

A failure is noted under its own key until its message has left the queue; of all else that a worker commits, its last
batch under its name. A worker that ends in between leaves its notes behind, and the ledger counts those messages once.

A message that is copied to a retry queue is there twice until the original is acked, so the copy is noted before it is
sent. Where a worker ends in between, the note stays until one of both is a duplicate.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, and_, delete, func, or_, select

from core.broker.topology import RETRY_DELAYS_S
from core.store.database.schema import still_queued
from core.store.rows import BatchRows
from core.store.statements import Statements

WORKER_PREFIX = "worker:"
BATCH_AGE_MS = 5_000  # a worker that lives has settled its last batch with the broker by then, and taken the note back

RETRY_PREFIX = "retry:"

FORGET_MS = 60_000
FORGET_COPY_MS = FORGET_MS + 1_000 * max(RETRY_DELAYS_S)


def worker_key(worker: str) -> str:
    return f"{WORKER_PREFIX}{worker}"[:255]


def copy_key(failure_key: str) -> str:
    """Of a message that is in the queue once more than it counts."""
    return f"{RETRY_PREFIX}{failure_key}"


def note(
    connection: Connection, statements: Statements, rows: BatchRows, worker: str, stored: int, failed: Sequence[str]
) -> None:
    """In the transaction that settles them: `stored` messages, and failures by their keys."""
    notes = {key: 1 for key in failed}
    if stored:
        notes[worker_key(worker)] = stored
    statements.put_still_queued.run(connection, [rows.still_queued(key, n) for key, n in notes.items()])


def note_copies(connection: Connection, statements: Statements, rows: BatchRows, keys: Sequence[str]) -> None:
    """One copy more of each; see copy_key."""
    statements.add_still_queued.run(connection, [rows.still_queued(key, 1) for key in keys])


def take_back(
    connection: Connection, statements: Statements, rows: BatchRows, keys: Sequence[str], now_ms: int
) -> None:
    """Their messages have left the queue; of copies, one for each time that the key is named. A worker that takes back
    its own has found the queue empty, so what workers that ended left behind has come to others since."""
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
    """As far as is known; some may have left the queue at the very end of a worker."""
    c = still_queued.c
    is_old = c.noted_at < now_ms - BATCH_AGE_MS
    counted = select(func.coalesce(func.sum(c.n), 0)).where(or_(~c.key.startswith(WORKER_PREFIX), is_old))
    return int(connection.scalar(counted) or 0)
