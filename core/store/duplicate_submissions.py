"""Records duplicates that a different outbox (or a later epoch of the same one) accepted, so that its ledger counts
them as settled. Plain redeliveries are not recorded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import Connection

from core.broker.origin import Origin, read_origin
from core.codec.workout_codec import DecodedMessage
from core.processing.deduplication import revision_rank
from core.store.statements import Statements

ABSORBED = "absorbed"  # their kind in the ledger


class DuplicateSubmission(NamedTuple):
    """A message whose content was already known under `key`, with another `origin`."""

    key: str
    origin: str


def is_other_submission(origin: str, known: str) -> bool:
    return bool(origin) and origin != known and not read_origin(origin).is_same_submission(read_origin(known))


def key_of(incoming: DecodedMessage) -> str:
    """Key of a decoded message: workout id, revision, deletion."""
    revision, deleted = revision_rank(incoming)
    return f"{incoming.workout_id}/{revision}/{deleted:d}"


def record_duplicates(
    connection: Connection, statements: Statements, duplicates: Iterable[DuplicateSubmission]
) -> Counter[str]:
    """Insert those that are new. Returns how many were new, by origin."""
    by_row = {(one.key, _submission(one.origin)): one.origin for one in duplicates}
    if not by_row:
        return Counter()
    known = set(statements.duplicates.rows(connection, [key for key, _ in by_row]))
    news = {row: origin for row, origin in by_row.items() if row not in known}
    statements.put_duplicate.run(connection, sorted(news))
    return Counter(news.values())


def forget_duplicates(
    connection: Connection, statements: Statements, owners: Iterable[DuplicateSubmission]
) -> Counter[str]:
    """Delete records of submissions that are settled by themselves now. Returns the change by origin, which is
    negative."""
    by_row = {(owner.key, _submission(owner.origin)): owner.origin for owner in owners if owner.origin}
    if not by_row:
        return Counter()
    known = by_row.keys() & set(statements.duplicates.rows(connection, [key for key, _ in by_row]))
    statements.drop_duplicate.run(connection, sorted(known))
    change: Counter[str] = Counter()
    change.subtract(by_row[row] for row in known)
    return change


def _submission(origin: str) -> str:
    read = read_origin(origin)
    return Origin(read.outbox, 0, read.epoch).text[:64]
