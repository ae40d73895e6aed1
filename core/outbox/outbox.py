"""The outbox: accepted submissions are on this disk until the broker has confirmed them."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from sqlite3 import Connection
from typing import Any, Literal
from uuid import uuid4

from core.broker.message_rows import COLUMN_DEFS, COLUMNS, PLACEHOLDERS, message_of, row_of
from core.broker.origin import Origin
from core.broker.ports import NO_HEADERS, HeaderValue, Message
from core.broker.topology import HEADER_ORIGIN, TYPE_SUBMITTED
from core.codec.workout_codec import is_same_content
from core.errors import FieldProblem, InvalidWorkoutError, StoreFileReplacedError, StoreUnavailableError
from core.outbox.destination import Destination
from core.sqlite.connection import open_checked, prepare_schema, store_errors
from core.sqlite.file_identity import OpenFileIdentity

APPLICATION_ID = 0x50_4C_4F_31  # "PLO1"
SCHEMA_VERSION = 6
KEEP_CONFIRMED = 50_000
PRUNE_AT_ONCE = 2_000  # rows a transaction, so that an accept does not wait longer
TIMEOUT_S = 5.0
UNLIMITED_PAGES = 1_073_741_823  # SQLite's own default

DraftOf = Literal["form", "roster", "merge"]  # the last: what undoes the newest merge of athletes
Note = Literal["form", "roster", "merge", "ends"]  # texts of the console: the drafts, and when its receipts ended
DRAFTS: tuple[DraftOf, ...] = ("form", "roster", "merge")
NOTE_FACTS: dict[Note, str] = {
    "form": "draft",
    "roster": "roster draft",
    "merge": "last merge",
    "ends": "receipt ends",
}

_DESTINATIONS = (
    "CREATE TABLE destinations (number INTEGER PRIMARY KEY, queue TEXT, database TEXT, sent INTEGER NOT NULL, "
    "UNIQUE (queue, database))"
)
SCHEMA = (
    "CREATE TABLE entries (seq INTEGER PRIMARY KEY AUTOINCREMENT, workout_id TEXT NOT NULL, revision INTEGER NOT NULL, "
    "kind TEXT NOT NULL, athlete TEXT NOT NULL, sport TEXT NOT NULL, duration_min REAL NOT NULL, distance_km REAL, "
    "started_at TEXT NOT NULL DEFAULT '', "
    "accepted_at_ms INTEGER NOT NULL, confirmed_at_ms INTEGER, refused_at_ms INTEGER, "
    "refused_reason TEXT NOT NULL DEFAULT '', attempts INTEGER NOT NULL DEFAULT 0, "
    f"{COLUMN_DEFS}, destination INTEGER, rejected INTEGER NOT NULL DEFAULT 0, UNIQUE (workout_id, revision, kind))",
    "CREATE INDEX kept ON entries (seq) WHERE confirmed_at_ms IS NULL",
    "CREATE TABLE facts (name TEXT PRIMARY KEY, value) WITHOUT ROWID",
    "INSERT INTO facts VALUES ('accepted', 0)",
    _DESTINATIONS,
    "INSERT INTO destinations VALUES (0, NULL, NULL, 0)",
)
UPGRADES = {
    2: (
        _DESTINATIONS,
        # Older versions did not store the destination.
        "INSERT INTO destinations SELECT 0, NULL, NULL, value - (SELECT count(*) FROM entries "
        "WHERE confirmed_at_ms IS NULL) FROM facts WHERE name = 'accepted'",
    ),
    3: ("ALTER TABLE entries ADD COLUMN destination INTEGER",),
    4: ("ALTER TABLE entries ADD COLUMN rejected INTEGER NOT NULL DEFAULT 0",),
    5: ("ALTER TABLE entries ADD COLUMN started_at TEXT NOT NULL DEFAULT ''",),
    6: ("ALTER TABLE entries ADD COLUMN extras BLOB",),
}
_SUMMARY = "workout_id, revision, kind, athlete, sport, duration_min, distance_km, started_at"
_STATE = "seq, accepted_at_ms, confirmed_at_ms, refused_at_ms, refused_reason, attempts, destination, rejected"
_KEPT = "(SELECT count(*) FROM entries WHERE confirmed_at_ms IS NULL)"
_REJECTED = "(SELECT count(*) FROM entries WHERE confirmed_at_ms IS NULL AND rejected)"
_INSERT = (
    f"INSERT INTO entries ({COLUMNS}, {_SUMMARY}, accepted_at_ms) "
    f"VALUES ({PLACEHOLDERS}, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
)
_SEQ = 16  # its place in a row of _SELECT
_SELECT = f"SELECT {COLUMNS}, {_SUMMARY}, {_STATE} FROM entries"


@dataclass(frozen=True, slots=True)
class Submission:
    """A message to send, with what its receipt shows. A deletion has only its id and revision."""

    message: Message
    workout_id: str  # canonical lower-case UUID text
    revision: int
    kind: str = TYPE_SUBMITTED  # a message type of the contract
    athlete: str = ""
    sport: str = ""
    duration_min: float = 0.0
    distance_km: float | None = None
    started_at: str = ""  # ISO 8601 with its own offset; empty in entries of older versions


@dataclass(frozen=True, slots=True)
class OutboxEntry:
    """An accepted submission and its state. Times are milliseconds since the epoch."""

    submission: Submission
    seq: int  # the order of acceptance; passed to the mark_ methods
    accepted_at_ms: int
    confirmed_at_ms: int | None = None  # None: still pending
    refused_at_ms: int | None = None
    refused_reason: str = ""  # the broker's last reason; empty once it is confirmed
    attempts: int = 0  # how often it was refused
    destination: int | None = None  # number of the one that confirmed it; None in entries of older versions
    rejected: bool = False  # the broker will never take it as it is
    was_known: bool = field(default=False, compare=False)  # it existed before the `accept` that returned it


@dataclass(frozen=True, slots=True)
class OutboxCounts:
    accepted: int  # ever, by this file; pruning does not change it
    pending: int  # not yet confirmed
    rejected: int = 0  # included in `pending`: the broker will never take them as they are


@dataclass(frozen=True, slots=True)
class SentTo:
    """How many one queue confirmed. `destination` is None for what an older version sent, which did not store it."""

    number: int
    destination: Destination | None
    sent: int


@dataclass(frozen=True, slots=True)
class OutboxLedger:
    """`accepted == pending + all that was sent`, unless another program deleted entries. One snapshot."""

    accepted: int
    pending: int
    sent: tuple[SentTo, ...]
    rejected: int = 0  # included in `pending`


class Outbox:
    """One instance a thread; several, also of several processes, may have the same file open.

    Methods raise StoreUnavailableError (locked, full) or StoreDamagedError; the outbox stays open. After a
    StoreFileReplacedError open it again: it uses the file that has the name then.
    """

    def __init__(
        self,
        path: Path,
        *,
        now_ms: Callable[[], int],
        timeout_s: float = TIMEOUT_S,
        destination: Destination | None = None,
    ) -> None:
        """`destination`: where this instance's sender publishes to; not needed to read or accept."""
        self._path = path
        self._destination = destination
        self._number = 0  # of the destination
        self._now_ms = now_ms
        self._timeout_s = timeout_s
        self._connection: Connection | None = None
        self._file = OpenFileIdentity(path)
        self._origin = ""

    @property
    def origin(self) -> str:
        """A UUID created with the file; identifies what was sent from this outbox, see broker/origin.py."""
        return self._origin

    @property
    def lock_file(self) -> Path:
        """What its senders lock, one at a time."""
        return self._path.with_suffix(".lock")

    @property
    def destination(self) -> Destination | None:
        return self._destination

    def set_destination(self, destination: Destination | None) -> None:
        """Counts from the next `open` on."""
        self._destination = destination

    def open(self) -> None:
        self.close()
        connection = open_checked(self._path, timeout_s=self._timeout_s)
        try:
            with store_errors(self._path):
                prepare_schema(
                    connection, SCHEMA, application_id=APPLICATION_ID, version=SCHEMA_VERSION, upgrades=UPGRADES
                )
                connection.execute("INSERT INTO facts VALUES ('origin', ?) ON CONFLICT DO NOTHING", (str(uuid4()),))
                self._origin = connection.execute("SELECT value FROM facts WHERE name = 'origin'").fetchone()[0]
                self._number = _number_of(connection, self._destination)
                self._file = OpenFileIdentity(self._path)
        except Exception:
            connection.close()
            raise
        self._connection = connection

    def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            self._file.detach(connection)
            connection.close()

    def accept(self, submissions: Sequence[Submission]) -> list[OutboxEntry]:
        """Write all of them to disk in one commit; returns their entries, in order.

        One that was accepted before, with the same content, returns the old entry. InvalidWorkoutError, and nothing
        accepted, when an id was accepted with other content under the same revision and kind. A higher revision of one
        that the broker rejected replaces it.
        """
        now_ms = self._now_ms()
        with self._write() as connection:
            entries = [_accept(connection, submission, now_ms) for submission in submissions]
            added = sum(is_new for _, is_new in entries) - _remove_replaced(connection, entries)
            connection.execute("UPDATE facts SET value = value + ? WHERE name = 'accepted'", (added,))
        return [entry for entry, _ in entries]

    def pending(self, limit: int, *, after_seq: int = 0) -> list[OutboxEntry]:
        """Pending entries, oldest first, with the message as it is to be sent. `after_seq` skips those the broker
        refuses."""
        clause = "WHERE confirmed_at_ms IS NULL AND seq > ? ORDER BY seq LIMIT ?"
        with self._use() as connection:
            return [self._addressed(row) for row in connection.execute(f"{_SELECT} {clause}", (after_seq, limit))]

    def left_behind(self) -> list[OutboxEntry]:
        """After a StoreFileReplacedError, before reopening: pending entries of the file that was moved away."""
        if self._connection is None:
            return []
        with store_errors(self._path):
            rows = self._connection.execute(f"{_SELECT} WHERE confirmed_at_ms IS NULL ORDER BY seq").fetchall()
        return [self._addressed(row) for row in rows]

    def recent(self, limit: int) -> list[OutboxEntry]:
        """Newest first: for the receipts after a restart."""
        return self._entries("ORDER BY seq DESC LIMIT ?", limit)

    def rejected(self, limit: int) -> list[OutboxEntry]:
        """What the broker will not take as it is, newest first."""
        return self._entries("WHERE confirmed_at_ms IS NULL AND rejected ORDER BY seq DESC LIMIT ?", limit)

    def ids_in_other_queue(self, limit: int) -> list[str]:
        """Workouts confirmed by another destination and not by this one: among the newest `limit` sent."""
        with self._use() as connection:
            rows = connection.execute(
                "SELECT workout_id, destination FROM entries ORDER BY seq DESC LIMIT ?", (limit,)
            ).fetchall()
        newest = {workout_id: number for workout_id, number in reversed(rows)}
        return [workout_id for workout_id, number in newest.items() if self._is_other_destination(number)]

    def is_in_other_queue(self, entry: OutboxEntry) -> bool:
        """Whether another destination confirmed it."""
        return self._is_other_destination(entry.destination)

    def confirmed_since(self, at_ms: int, limit: int) -> dict[int, list[str]]:
        """Workouts of which this destination confirmed the newest entry at `at_ms` or later, by that time: among the
        newest `limit` accepted."""
        with self._use() as connection:
            rows = connection.execute(
                "SELECT workout_id, destination, confirmed_at_ms FROM entries ORDER BY seq DESC LIMIT ?", (limit,)
            ).fetchall()
        found: dict[int, list[str]] = defaultdict(list)
        newest = {workout_id: sent for workout_id, *sent in reversed(rows)}
        for workout_id, (number, confirmed_at_ms) in newest.items():
            if number == self._number and confirmed_at_ms >= at_ms:
                found[confirmed_at_ms].append(workout_id)
        return found

    def find(self, workout_id: str, *, but: str = "") -> OutboxEntry | None:
        """The newest entry of this workout; of another kind than `but`."""
        clause = "WHERE workout_id = ? AND kind <> ? ORDER BY seq DESC LIMIT 1"
        return next(iter(self._entries(clause, workout_id, but)), None)

    def mark_confirmed(self, seqs: Sequence[int], at_ms: int) -> int:
        """Returns how many were still pending."""
        with self._write() as connection:
            sent = connection.execute(
                "UPDATE entries SET confirmed_at_ms = ?1, refused_reason = '', rejected = 0, destination = ?2 "
                "WHERE seq IN (SELECT value FROM json_each(?3)) AND confirmed_at_ms IS NULL",
                (at_ms, self._number, json.dumps(list(seqs))),
            ).rowcount
            connection.execute("UPDATE destinations SET sent = sent + ? WHERE number = ?", (sent, self._number))
            return sent

    def mark_refused(self, seq: int, reason: str, at_ms: int, *, rejected: bool = False) -> None:
        """It stays pending and is retried: at once, or after the next program start if `rejected`."""
        with self._write() as connection:
            connection.execute(
                "UPDATE entries SET refused_at_ms = ?1, refused_reason = ?2, rejected = ?3, attempts = attempts + 1 "
                "WHERE seq = ?4 AND confirmed_at_ms IS NULL",
                (at_ms, reason, int(rejected), seq),
            )

    def counts(self) -> OutboxCounts:
        """Both from one snapshot."""
        with self._use() as connection:
            row = connection.execute(
                f"SELECT value, {_KEPT}, {_REJECTED} FROM facts WHERE name = 'accepted'"
            ).fetchone()
        return OutboxCounts(*row)

    def ledger(self) -> OutboxLedger:
        with self._use() as connection:
            rows = connection.execute(
                f"SELECT number, queue, database, sent, (SELECT value FROM facts WHERE name = 'accepted'), "
                f"{_KEPT}, {_REJECTED} FROM destinations ORDER BY number"
            ).fetchall()
        sent = [
            SentTo(number, None if queue is None else Destination(queue, database), n)
            for number, queue, database, n, *_ in rows
        ]
        accepted, pending, rejected = rows[0][4:]
        return OutboxLedger(accepted, pending, tuple(sent), rejected)

    def prune(self, keep_confirmed: int = KEEP_CONFIRMED) -> int:
        """Delete the oldest confirmed entries beyond `keep_confirmed`; returns how many, PRUNE_AT_ONCE at most."""
        with self._write() as connection:
            newest_to_forget = connection.execute(
                "SELECT seq FROM entries WHERE confirmed_at_ms IS NOT NULL ORDER BY seq DESC LIMIT 1 OFFSET ?",
                (keep_confirmed,),
            ).fetchone()
            if newest_to_forget is None:
                return 0
            return connection.execute(
                "DELETE FROM entries WHERE seq IN (SELECT seq FROM entries "
                "WHERE seq <= ? AND confirmed_at_ms IS NOT NULL ORDER BY seq LIMIT ?)",
                (newest_to_forget[0], PRUNE_AT_ONCE),
            ).rowcount

    def limit_growth(self, limited: bool) -> None:
        """Whether this connection may not make the file larger, as on a full disk; until the outbox is closed."""
        with self._use() as connection:
            pages = connection.execute("PRAGMA page_count").fetchone()[0] if limited else UNLIMITED_PAGES
            connection.execute(f"PRAGMA max_page_count = {pages}")

    def save_draft(self, text: str, of: Note = "form") -> None:
        """Save the one unfinished form, the unfinished grid, the newest merge, or the ends of receipts, replacing the
        last one."""
        with self._write() as connection:
            connection.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (NOTE_FACTS[of], text))

    def load_draft(self, of: Note = "form") -> str | None:
        with self._use() as connection:
            found = connection.execute("SELECT value FROM facts WHERE name = ?", (NOTE_FACTS[of],)).fetchone()
        return None if found is None else str(found[0])

    def clear_draft(self, of: Note = "form") -> None:
        with self._write() as connection:
            connection.execute("DELETE FROM facts WHERE name = ?", (NOTE_FACTS[of],))

    def _entries(self, clause: str, *values: int | str) -> list[OutboxEntry]:
        with self._use() as connection:
            return [_entry(row) for row in connection.execute(f"{_SELECT} {clause}", values)]

    def _addressed(self, row: tuple[Any, ...]) -> OutboxEntry:
        # An entry is pruned after KEEP_CONFIRMED newer ones, so the same accepted again has another epoch.
        origin = Origin(self._origin, self._number, row[_SEQ] // KEEP_CONFIRMED)
        return _entry(row, {HEADER_ORIGIN: origin.text})

    def _is_other_destination(self, number: int | None) -> bool:
        return self._destination is not None and number is not None and number != self._number

    def _need_same_file(self) -> None:
        if not self._file.is_current:
            raise StoreFileReplacedError(f"The outbox {self._path.name} was moved or deleted.")

    @contextmanager
    def _use(self) -> Iterator[Connection]:
        if self._connection is None:
            raise StoreUnavailableError("The outbox is not open.")
        self._need_same_file()
        with store_errors(self._path):
            yield self._connection

    @contextmanager
    def _write(self) -> Iterator[Connection]:
        with self._use() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            finally:
                connection.rollback()  # no-op after a commit
        self._need_same_file()  # where the commit went is known only afterwards


def _number_of(connection: Connection, destination: Destination | None) -> int:
    """The number of a destination, added where it is new; 0 without one."""
    if destination is None:
        return 0
    place = (destination.queue, destination.database)
    find = "SELECT number FROM destinations WHERE queue = ? AND database = ?"
    connection.execute("BEGIN IMMEDIATE")  # after an error `open` closes the connection
    found = connection.execute(find, place).fetchone()
    if found is None:
        taken = "UPDATE destinations SET queue = ?, database = ? WHERE number = 0 AND queue IS NULL AND sent = 0"
        if not connection.execute(taken, place).rowcount:
            connection.execute("INSERT INTO destinations VALUES (NULL, ?, ?, 0)", place)
        found = connection.execute(find, place).fetchone()
    connection.execute("COMMIT")
    return int(found[0])


def _accept(connection: Connection, submission: Submission, now_ms: int) -> tuple[OutboxEntry, bool]:
    """The entry, and whether it is new."""
    s = submission
    summary = (s.workout_id, s.revision, s.kind, s.athlete, s.sport, s.duration_min, s.distance_km, s.started_at)
    cursor = connection.execute(_INSERT, (*row_of(s.message), *summary, now_ms))
    if cursor.rowcount:
        return OutboxEntry(submission, cursor.lastrowid or 0, now_ms), True
    key = (s.workout_id, s.revision, s.kind)
    known = _entry(connection.execute(f"{_SELECT} WHERE workout_id = ? AND revision = ? AND kind = ?", key).fetchone())
    if not is_same_content(known.submission.message, s.message, now_ms=now_ms):
        raise InvalidWorkoutError(
            (FieldProblem("id", f"{s.workout_id} was already submitted as revision {s.revision} with other content"),)
        )
    return replace(known, was_known=True), False


def _remove_replaced(connection: Connection, entries: Sequence[tuple[OutboxEntry, bool]]) -> int:
    """Delete rejected entries of which a higher revision is among these: they were never sent. Returns how many."""
    replaced = "DELETE FROM entries WHERE workout_id = ? AND revision < ? AND confirmed_at_ms IS NULL AND rejected"
    repaired = [entry.submission for entry, is_new in entries if is_new and entry.submission.revision > 1]
    return sum(connection.execute(replaced, (each.workout_id, each.revision)).rowcount for each in repaired)


def _entry(row: tuple[Any, ...], more_headers: Mapping[str, HeaderValue] = NO_HEADERS) -> OutboxEntry:
    submission = Submission(message_of(row, more_headers), *row[8:_SEQ])
    state = (*row[_SEQ:-1], bool(row[-1]))
    return OutboxEntry(submission, *state)
