"""What an outbox file holds of one athlete: found, and erased. For the care of the data, not for sending."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from sqlite3 import Connection

from core.broker.message_rows import COLUMNS, message_of
from core.broker.ports import Message
from core.outbox.outbox import DRAFTS, NOTE_FACTS, DraftOf, Outbox
from core.roster.draft import without_rows
from core.sqlite.connection import connect, store_errors

_OF_ATHLETE = (
    "WHERE athlete = ?1 OR (workout_id NOT IN (SELECT value FROM json_each(?3)) "
    "AND (workout_id IN (SELECT workout_id FROM entries WHERE athlete = ?1) "
    "OR workout_id IN (SELECT value FROM json_each(?2))))"
)


@dataclass(frozen=True, slots=True)
class SentMessage:
    """`confirmed_at_ms` is None while it waits."""

    workout_id: str
    revision: int
    accepted_at_ms: int
    confirmed_at_ms: int | None
    message: Message


def entries_of(
    path: Path, name: str, workout_ids: Collection[str], *, now_ms: Callable[[], int], others: Collection[str] = ()
) -> list[SentMessage]:
    """Entries of the athlete and of these workouts, oldest first. `others`: workouts that are someone else's by now, of
    which only those entries count that have the name. StoreError."""
    if not path.exists():
        return []
    with _opened(path, now_ms) as connection:
        rows = connection.execute(
            f"SELECT {COLUMNS}, workout_id, revision, accepted_at_ms, confirmed_at_ms FROM entries {_OF_ATHLETE} "
            "ORDER BY seq",
            (name, json.dumps(list(workout_ids)), json.dumps(list(others))),
        ).fetchall()
    return [SentMessage(row[8], row[9], row[10], row[11], message_of(row)) for row in rows]


def erase_entries(
    path: Path, name: str, workout_ids: Collection[str], *, now_ms: Callable[[], int], others: Collection[str] = ()
) -> int:
    """Delete them, and what the drafts spell the name in; returns how many. One that was not sent counts as never
    accepted. Their bytes are overwritten. StoreError."""
    if not path.exists():
        return 0
    given = (name, json.dumps(list(workout_ids)), json.dumps(list(others)))
    with _opened(path, now_ms) as connection:
        connection.execute("PRAGMA secure_delete=ON")
        connection.execute("BEGIN IMMEDIATE")
        pending = connection.execute(
            "SELECT count(*) FROM entries WHERE confirmed_at_ms IS NULL AND seq IN "
            f"(SELECT seq FROM entries {_OF_ATHLETE})",
            given,
        ).fetchone()[0]
        gone = connection.execute(f"DELETE FROM entries {_OF_ATHLETE}", given).rowcount
        connection.execute("UPDATE facts SET value = value - ? WHERE name = 'accepted'", (pending,))
        for of in DRAFTS:
            _erase_from_draft(connection, of, NOTE_FACTS[of], name)
        connection.execute("DELETE FROM facts WHERE name = ?", (NOTE_FACTS["ends"],))  # has ids of workouts
        connection.execute("COMMIT")
    return int(gone)


def _erase_from_draft(connection: Connection, of: DraftOf, fact: str, name: str) -> None:
    """The draft of the form whole; of the roster's, the rows that spell the name."""
    found = connection.execute("SELECT value FROM facts WHERE name = ?", (fact,)).fetchone()
    if found is None or not _spells(found[0], name):
        return
    rest = ""
    if of == "roster":
        rest = without_rows(found[0], lambda row: any(_spells(text, name) for text in row.values()))
    if rest and not _spells(rest, name):
        connection.execute("UPDATE facts SET value = ? WHERE name = ?", (rest, fact))
    else:
        connection.execute("DELETE FROM facts WHERE name = ?", (fact,))


def _spells(text: str, name: str) -> bool:
    return name in text or json.dumps(name)[1:-1] in text


@contextmanager
def _opened(path: Path, now_ms: Callable[[], int]) -> Iterator[Connection]:
    outbox = Outbox(path, now_ms=now_ms)
    outbox.open()  # checks it, and brings an older one up to date
    outbox.close()
    with store_errors(path), closing(connect(path)) as connection:
        yield connection
