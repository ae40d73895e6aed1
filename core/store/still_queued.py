"""What is settled in the results and still in the queue: it is committed before the broker hears of it.

A failure is noted under its own key until its message has left the queue; of all else that a worker commits, its last
batch under its name. A worker that ends in between leaves its notes behind, and the ledger counts those messages once.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, delete, func, or_, select

from core.store.rows import BatchRows
from core.store.schema import still_queued
from core.store.statements import Statements

WORKER_PREFIX = "worker:"
BATCH_AGE_MS = 5_000  # a worker that lives has settled its last batch with the broker by then, and taken the note back

FORGET_MS = 60_000


def worker_key(worker: str) -> str:
    return f"{WORKER_PREFIX}{worker}"[:255]


def note(
    connection: Connection, statements: Statements, rows: BatchRows, worker: str, stored: int, failed: Sequence[str]
) -> None:
    """In the transaction that settles them: `stored` messages, and failures by their keys."""
    notes = {key: 1 for key in failed}
    if stored:
        notes[worker_key(worker)] = stored
    statements.put_still_queued.run(connection, [rows.still_queued(key, n) for key, n in notes.items()])


def take_back(connection: Connection, statements: Statements, keys: Sequence[str], now_ms: int) -> None:
    """Their messages have left the queue. A worker that takes back its own has found the queue empty, so what workers
    that ended left behind has come to others since."""
    statements.drop_still_queued.run(connection, [(key,) for key in keys])
    if any(key.startswith(WORKER_PREFIX) for key in keys):
        c = still_queued.c
        old = c.key.startswith(WORKER_PREFIX), c.noted_at < now_ms - FORGET_MS
        connection.execute(delete(still_queued).where(*old))


def count_still_queued(connection: Connection, now_ms: int) -> int:
    """As far as is known; some may have left the queue at the very end of a worker."""
    c = still_queued.c
    is_old = c.noted_at < now_ms - BATCH_AGE_MS
    counted = select(func.coalesce(func.sum(c.n), 0)).where(or_(~c.key.startswith(WORKER_PREFIX), is_old))
    return int(connection.scalar(counted) or 0)
