"""Duplicates that were accepted for themselves: by another outbox, or again by one that had forgotten the first.

Whoever accepted one waits for something to become of it; a redelivery of what is settled is waited for by nobody.
"""

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
    """A message that came to what was known already under `key`, and is of another `origin`."""

    key: str
    origin: str


def is_other_submission(origin: str, known: str) -> bool:
    return bool(origin) and origin != known and not read_origin(origin).is_same_submission(read_origin(known))


def key_of(incoming: DecodedMessage) -> str:
    """Under which twins of what could be read are known."""
    revision, deleted = revision_rank(incoming)
    return f"{incoming.workout_id}/{revision}/{deleted:d}"


def record_duplicates(
    connection: Connection, statements: Statements, twins: Iterable[DuplicateSubmission]
) -> Counter[str]:
    """Write down those not written down yet; their origins, to be counted."""
    wanted = {(twin.key, _sending(twin.origin)): twin.origin for twin in twins}
    if not wanted:
        return Counter()
    known = set(statements.absorbed.rows(connection, [key for key, _ in wanted]))
    news = {row: origin for row, origin in wanted.items() if row not in known}
    statements.put_absorbed.run(connection, sorted(news))
    return Counter(news.values())


def release(connection: Connection, statements: Statements, owners: Iterable[DuplicateSubmission]) -> Counter[str]:
    """These settle for themselves after all; the origins of those written down, counted below 0."""
    wanted = {(owner.key, _sending(owner.origin)): owner.origin for owner in owners if owner.origin}
    if not wanted:
        return Counter()
    known = wanted.keys() & set(statements.absorbed.rows(connection, [key for key, _ in wanted]))
    statements.drop_absorbed.run(connection, sorted(known))
    gone: Counter[str] = Counter()
    gone.subtract(wanted[row] for row in known)
    return gone


def _sending(origin: str) -> str:
    read = read_origin(origin)
    return Origin(read.outbox, 0, read.epoch).text[:64]
