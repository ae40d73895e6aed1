"""Statements that insert, claim and settle messages, each within the caller's transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from sqlite3 import Connection
from typing import Any

from core.broker.delivery_headers import failed_headers, retry_headers
from core.broker.message_rows import COLUMNS, PLACEHOLDERS, encode_headers
from core.broker.ports import FailedDelivery, RetryRequest

HEAD = "FROM jobs LEFT JOIN claims USING (seq) WHERE owner IS NULL ORDER BY seq"  # ready messages, oldest first

_OTHER_COLUMNS = COLUMNS.replace("headers", "?2")
_LISTED = "(SELECT value FROM json_each(?1))"
# Also one due later than its own delay allows: the clock was set back.
_IS_DUE = "(due_at_ms <= ?1 OR due_at_ms > ?1 + delay_ms + 1000)"
_INSERT = f"INSERT INTO jobs (ready_at_ms, {COLUMNS}) VALUES (?, {PLACEHOLDERS})"
_CLAIMABLE = f"SELECT {COLUMNS}, seq, claims.rowid IS NOT NULL {HEAD} LIMIT ?"


def insert_jobs(connection: Connection, rows: Sequence[tuple[object, ...]]) -> None:
    """`rows`: when it became ready, then COLUMNS."""
    connection.executemany(_INSERT, rows)
    count_jobs(connection, len(rows))


def count_jobs(connection: Connection, change: int) -> None:
    connection.execute("UPDATE tallies SET n = n + ? WHERE name = 'jobs'", (change,))


def has_ready(connection: Connection) -> bool:
    return connection.execute(f"SELECT 1 {HEAD} LIMIT 1").fetchone() is not None


def claim(connection: Connection, owner: int, count: int) -> list[Any]:
    """The first `count` ready messages: COLUMNS, then seq and whether it was delivered before."""
    rows = connection.execute(_CLAIMABLE, (count,)).fetchall()
    connection.execute(
        "INSERT OR REPLACE INTO claims (seq, owner) SELECT value, ?2 FROM json_each(?1)",
        (_listed([row[-2] for row in rows]), owner),
    )
    return rows


def filter_owned(connection: Connection, owner: int, tags: Sequence[int]) -> list[int]:
    """Those of `tags` that this owner still holds; after an expired lease or a first ack they are left out."""
    rows = connection.execute(f"SELECT seq FROM claims WHERE seq IN {_LISTED} AND owner = ?2", (_listed(tags), owner))
    return [row[0] for row in rows]


def ack(connection: Connection, tags: Sequence[int]) -> None:
    listed = (_listed(tags),)
    connection.execute(f"DELETE FROM claims WHERE seq IN {_LISTED}", listed)
    count_jobs(connection, -connection.execute(f"DELETE FROM jobs WHERE seq IN {_LISTED}", listed).rowcount)


def requeue(connection: Connection, tags: Sequence[int]) -> None:
    connection.execute(f"UPDATE claims SET owner = NULL WHERE seq IN {_LISTED}", (_listed(tags),))


def dead_letter(connection: Connection, tags: Sequence[int], failures: Mapping[int, FailedDelivery]) -> None:
    connection.executemany(
        f"INSERT INTO failed (failed_at_ms, {COLUMNS}) SELECT ?3, {_OTHER_COLUMNS} FROM jobs WHERE seq = ?1",
        [(tag, encode_headers(failed_headers(failures[tag])), failures[tag].failed_at_ms) for tag in tags],
    )
    ack(connection, tags)


def retry(connection: Connection, tags: Sequence[int], retries: Mapping[int, RetryRequest], now_ms: int) -> None:
    rows = []
    for tag in tags:
        one = retries[tag]
        rows.append((tag, encode_headers(retry_headers(one)), now_ms + one.after_ms, one.after_ms))
    connection.executemany(
        f"INSERT INTO retrying (due_at_ms, delay_ms, {COLUMNS}) "
        f"SELECT ?3, ?4, {_OTHER_COLUMNS} FROM jobs WHERE seq = ?1",
        rows,
    )
    ack(connection, tags)


def next_due_ms(connection: Connection, now_ms: int) -> int | None:
    """When the next retry is due, in milliseconds; `now_ms` where one is due. None when none waits."""
    due_at_ms: int | None = connection.execute("SELECT min(due_at_ms) FROM retrying").fetchone()[0]
    return now_ms if due_at_ms is not None and count_due(connection, now_ms) else due_at_ms


def count_due(connection: Connection, now_ms: int) -> int:
    return int(connection.execute(f"SELECT count(*) FROM retrying WHERE {_IS_DUE}", (now_ms,)).fetchone()[0])


def move_due(connection: Connection, now_ms: int) -> None:
    """Move due retries to the end of the queue, as RabbitMQ does."""
    if not count_due(connection, now_ms):
        return
    moved = connection.execute(
        f"INSERT INTO jobs (ready_at_ms, {COLUMNS}) "
        f"SELECT min(due_at_ms, ?1), {COLUMNS} FROM retrying WHERE {_IS_DUE} ORDER BY due_at_ms, seq",
        (now_ms,),
    ).rowcount
    connection.execute(f"DELETE FROM retrying WHERE {_IS_DUE}", (now_ms,))
    count_jobs(connection, moved)


def failed_after(connection: Connection, seq: int, count: int) -> list[Any]:
    """The next `count` messages of the failed queue: COLUMNS, then seq."""
    found = f"SELECT {COLUMNS}, seq FROM failed WHERE seq > ? ORDER BY seq LIMIT ?"
    return connection.execute(found, (seq, count)).fetchall()


def drop_failed(connection: Connection, seqs: Sequence[int]) -> int:
    return connection.execute(f"DELETE FROM failed WHERE seq IN {_LISTED}", (_listed(seqs),)).rowcount


def _listed(tags: Sequence[int]) -> str:
    return f"[{','.join(map(str, tags))}]"
