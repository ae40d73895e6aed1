"""Looks through all messages of a queue file, and takes chosen ones out: neither is part of the broker port."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any, Literal

from core.broker.embedded.queue_file import TIMEOUT_S, QueueFile
from core.broker.embedded.sql import count_jobs, drop_failed
from core.broker.message_rows import COLUMNS, message_of
from core.broker.ports import Message
from core.sqlite.connection import Durability

QueueTable = Literal["jobs", "retrying", "failed"]
TABLES: tuple[QueueTable, ...] = ("jobs", "retrying", "failed")
ROWS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class QueuedMessage:
    """`is_held`: a worker is processing it."""

    table: QueueTable
    seq: int
    is_held: bool
    message: Message


def find_messages(
    path: Path,
    is_wanted: Callable[[Message], bool],
    *,
    step: Callable[[int], None] = lambda _looked: None,
    timeout_s: float = TIMEOUT_S,
) -> list[QueuedMessage]:
    """Those of the three tables for which it is true, in order. `step`: after each page. BrokerError."""
    file = QueueFile(path, Lock(), durability=Durability.EACH_COMMIT, timeout_s=timeout_s)
    found: list[QueuedMessage] = []
    looked = 0
    try:
        for table in TABLES:
            seq = 0
            while rows := _page(file, table, seq):
                seq = rows[-1][-2]
                messages = [(row, message_of(row)) for row in rows]
                found += [QueuedMessage(table, row[-2], bool(row[-1]), one) for row, one in messages if is_wanted(one)]
                looked += len(rows)
                step(looked)
    finally:
        file.close()
    return found


def _page(file: QueueFile, table: QueueTable, after: int) -> list[tuple[Any, ...]]:
    held = "EXISTS (SELECT 1 FROM claims WHERE claims.seq = jobs.seq AND owner IS NOT NULL)" if table == "jobs" else "0"
    with file.read() as connection:
        return connection.execute(
            f"SELECT {COLUMNS}, seq, {held} FROM {table} WHERE seq > ? ORDER BY seq LIMIT ?", (after, ROWS_AT_ONCE)
        ).fetchall()


def take_out(path: Path, chosen: Sequence[QueuedMessage], *, timeout_s: float = TIMEOUT_S) -> list[QueuedMessage]:
    """Delete those that are still there and that no worker holds by now; returns them. Their bytes are overwritten.

    BrokerError.
    """
    file = QueueFile(path, Lock(), durability=Durability.EACH_COMMIT, timeout_s=timeout_s)
    gone = []
    try:
        with file.write() as connection:
            connection.execute("PRAGMA secure_delete=ON")
            for one in chosen:
                if one.table == "failed":
                    deleted = drop_failed(connection, [one.seq])
                elif one.table == "retrying":
                    deleted = connection.execute("DELETE FROM retrying WHERE seq = ?", (one.seq,)).rowcount
                else:
                    held = "SELECT seq FROM claims WHERE owner IS NOT NULL"
                    deleted = connection.execute(
                        f"DELETE FROM jobs WHERE seq = ? AND seq NOT IN ({held})", (one.seq,)
                    ).rowcount
                    count_jobs(connection, -deleted)
                    connection.execute(
                        "DELETE FROM claims WHERE seq = ?1 AND NOT EXISTS (SELECT 1 FROM jobs WHERE seq = ?1)",
                        (one.seq,),
                    )
                if deleted:
                    gone.append(one)
    finally:
        file.close()
    return gone
