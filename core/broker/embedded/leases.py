"""A worker holds its messages as long as its row in the queue's file keeps changing, and its process lives."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from sqlite3 import Connection
from typing import NamedTuple

from core.broker.embedded.queue_file import QueueFile

LEASE_S = 30.0


class LeaseHolder(NamedTuple):
    """A consumer as its row says. `beat` goes up while it is alive."""

    id: int
    process: str
    heartbeat: int


class LeaseMonitor:
    """Which holders are gone, judged by how long the watcher itself has seen no beat.

    No clock is compared between processes, so neither a set clock, a suspended computer nor a restart frees a message
    too early. The price: a watcher that has just started waits a whole lease. Of one thread.
    """

    def __init__(self, lease_s: float, clock_s: Callable[[], float], is_known_dead: Callable[[str], bool]) -> None:
        self._lease_s = lease_s
        self._clock_s = clock_s
        self._is_known_dead = is_known_dead
        self._seen: dict[int, tuple[int, float]] = {}  # holder: its beat, and when we first saw it

    def expired(self, holders: Iterable[LeaseHolder]) -> list[LeaseHolder]:
        now_s = self._clock_s()
        seen: dict[int, tuple[int, float]] = {}
        gone = []
        for holder in holders:
            beat, since_s = self._seen.get(holder.id, (-1, now_s))
            if beat != holder.heartbeat:
                since_s = now_s
            seen[holder.id] = (holder.heartbeat, since_s)
            if now_s - since_s > self._lease_s or self._is_known_dead(holder.process):
                gone.append(holder)
        self._seen = seen
        return gone


def requeue_expired(file: QueueFile, watch: LeaseMonitor, *, own_id: int | None = None) -> int:
    """Give back what holders that are gone still hold; returns how many messages are ready again."""
    with file.read() as connection:
        rows = connection.execute("SELECT id, process, beat FROM consumers").fetchall()
    gone = watch.expired(holder for holder in map(LeaseHolder._make, rows) if holder.id != own_id)
    if not gone:
        return 0
    with file.write() as connection:
        # Only if it has not beaten since we looked.
        return sum(forget(connection, holder.id, holder.heartbeat) for holder in gone)


def forget(connection: Connection, holder_id: int, beat: int | None = None) -> int:
    """Remove a holder and give back what it held; returns how many. Within the caller's transaction."""
    found = connection.execute(
        "DELETE FROM consumers WHERE id = ?1 AND (?2 IS NULL OR beat = ?2)", (holder_id, beat)
    ).rowcount
    if not found:
        return 0
    return connection.execute("UPDATE claims SET owner = NULL WHERE owner = ?", (holder_id,)).rowcount
