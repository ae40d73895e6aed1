"""A worker's lease on its messages lasts while its row in the queue file keeps changing and its process lives."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from sqlite3 import Connection
from typing import NamedTuple

from core.broker.embedded.queue_file import QueueFile

LEASE_S = 30.0


class LeaseHolder(NamedTuple):
    """A row of `consumers`. `heartbeat` is incremented while the consumer is alive."""

    id: int
    process: str
    heartbeat: int


class LeaseMonitor:
    """Finds holders whose lease has expired, by how long this process has seen no heartbeat of theirs.

    No clock is compared between processes, so neither a changed clock, a suspended computer nor a restart frees a
    message too early. The price: a monitor that has just started waits for a whole lease. Belongs to one thread.
    """

    def __init__(self, lease_s: float, clock_s: Callable[[], float], is_known_dead: Callable[[str], bool]) -> None:
        self._lease_s = lease_s
        self._clock_s = clock_s
        self._is_known_dead = is_known_dead
        self._seen: dict[int, tuple[int, float]] = {}  # holder -> its heartbeat, and when we first saw it

    def expired(self, holders: Iterable[LeaseHolder]) -> list[LeaseHolder]:
        now_s = self._clock_s()
        seen: dict[int, tuple[int, float]] = {}
        expired = []
        for holder in holders:
            heartbeat, since_s = self._seen.get(holder.id, (-1, now_s))
            if heartbeat != holder.heartbeat:
                since_s = now_s
            seen[holder.id] = (holder.heartbeat, since_s)
            if now_s - since_s > self._lease_s or self._is_known_dead(holder.process):
                expired.append(holder)
        self._seen = seen
        return expired


def requeue_expired(file: QueueFile, watch: LeaseMonitor, *, own_id: int | None = None) -> int:
    """Requeue what expired holders still hold. Returns how many messages are ready again."""
    with file.read() as connection:
        rows = connection.execute("SELECT id, process, beat FROM consumers").fetchall()
    expired = watch.expired(holder for holder in map(LeaseHolder._make, rows) if holder.id != own_id)
    if not expired:
        return 0
    with file.write() as connection:
        # Only if it has had no heartbeat since we read it.
        return sum(release_holder(connection, holder.id, holder.heartbeat) for holder in expired)


def release_holder(connection: Connection, holder_id: int, heartbeat: int | None = None) -> int:
    """Remove a holder and requeue its messages; returns how many. Within the caller's transaction."""
    found = connection.execute(
        "DELETE FROM consumers WHERE id = ?1 AND (?2 IS NULL OR beat = ?2)", (holder_id, heartbeat)
    ).rowcount
    if not found:
        return 0
    return connection.execute("UPDATE claims SET owner = NULL WHERE owner = ?", (holder_id,)).rowcount
