"""Writes failures: each once, opened again when a resend of it failed, closed when it was stored after all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

from sqlalchemy import Connection

from core.broker.delivery_headers import read_attempts, read_resend_count, read_resend_of
from core.codec.workout_codec import DecodedMessage, MessageKind
from core.failures.failure_key import failure_key
from core.failures.models import SENT_AGAIN, FailedState
from core.processing.deduplication import revision_rank
from core.store.bulk_sql import Row
from core.store.duplicate_submissions import (
    DuplicateSubmission,
    forget_duplicates,
    is_other_submission,
    key_of,
    record_duplicates,
)
from core.store.failure_record import FailureRecord
from core.store.rows import BatchRows
from core.store.statements import Statements

OPEN = FailedState.OPEN.value


def write_failures(
    connection: Connection, statements: Statements, rows: BatchRows, records: Sequence[FailureRecord]
) -> tuple[list[FailureRecord], Counter[str]]:
    """Write those of `records` that are new. Returns them, and by origin the change in duplicate submissions (see
    record_duplicates). A redelivery of a known failure is not new. Needs the locks of `lock_keys`.

    Write the batch's stored workouts first: a failure that is stored through another copy is closed at once.
    """
    if not records:
        return [], Counter()
    keys = [one.key for one in records]
    known = {key: rest for key, *rest in statements.known_failures.rows(connection, keys)}
    last_resends = _last_failed_resends(connection, statements, known)
    stored_parents: dict[str, str | None] = dict(statements.parents.rows(connection, list(known)))
    # A resend of a resend does not name its parent; the stored row does.
    parents = {one.key: one.parent_key or stored_parents.get(one.key) for one in records}
    chain = ResendChain(connection, statements, {key for key in parents.values() if key is not None})
    news: dict[str, FailureRecord] = {}
    duplicates: list[DuplicateSubmission] = []
    owners: list[DuplicateSubmission] = []
    failure_rows: list[Row] = []
    try_rows: list[Row] = []
    for record in records:
        state, retries, tries, origin = known.get(record.key, ("", -1, 0, ""))
        # Given up before a person sent it again: that round was recorded already.
        is_old = record.retries < retries or (record.retries == retries and state == OPEN)
        # Or a resend with other content is on the list, or it is stored.
        is_old = is_old or state == FailedState.STORED.value or record.retries <= last_resends.get(record.key, -1)
        is_counted = chain.is_counted(record.key, parents[record.key])
        if record.key in news:
            origin = news[record.key].origin
        if record.key in news or is_old:
            duplicates += (
                [DuplicateSubmission(_submission_key(record), record.origin)]
                if is_counted and is_other_submission(record.origin, origin)
                else []
            )
            continue
        if state == FailedState.DISCARDED.value and is_other_submission(origin, record.origin):
            duplicates.append(DuplicateSubmission(_submission_key(record), origin))  # the row gets the newer one
        if state:
            owners.append(DuplicateSubmission(_submission_key(record), record.origin))
        news[record.key] = record
        number = tries + record.attempts
        failure_rows.append(rows.failure(record, number, is_counted=is_counted, parent_key=parents[record.key]))
        try_rows.append(rows.failure_try(record, number))
    statements.put_failure.run(connection, failure_rows)
    statements.put_try.run(connection, try_rows)
    resent = {one.parent_key: one.retries for one in records if one.parent_key is not None}
    _close(connection, statements, rows, resent, FailedState.RESENT)
    stored = _stored(connection, statements, news.values())
    _close(connection, statements, rows, dict.fromkeys(stored, 0), FailedState.STORED)
    duplicates += [
        DuplicateSubmission(_submission_key(news[key]), news[key].origin)
        for key, o in stored.items()
        if is_other_submission(news[key].origin, o)
    ]
    changes = forget_duplicates(connection, statements, owners)
    changes.update(record_duplicates(connection, statements, duplicates))
    return list(news.values()), changes


def _last_failed_resends(connection: Connection, statements: Statements, keys: Iterable[str]) -> dict[str, int]:
    """Key of a failure -> the resend count at which its latest failed resend was given up."""
    found: dict[str, int] = {}
    for key, _, _, state, retries in statements.resends.rows(connection, list(keys)):
        when_failed = retries - (FailedState(state) in SENT_AGAIN)
        found[key] = max(when_failed, found.get(key, 0))
    return found


def lock_keys(records: Iterable[FailureRecord]) -> list[str]:
    """What no other transaction may decide about while these are written; see Database.lock_workouts."""
    named = ((one.key, one.parent_key, one.incoming and one.incoming.workout_id) for one in records)
    return [name for names in named for name in names if name]


class ResendChain:
    """The ancestors of some failures: what they are resends of, up to the first."""

    def __init__(self, connection: Connection, statements: Statements, keys: Collection[str]) -> None:
        self._parents = _ancestors(connection, statements, sorted(keys))
        self._stored = {
            key
            for key, state, *_ in statements.known_failures.rows(connection, list(self._parents))
            if state == FailedState.STORED.value
        }
        self._counted: dict[str, str] = {
            parent: key for parent, key, origin, *_ in statements.resends.rows(connection, sorted(keys)) if origin
        }

    def is_counted(self, key: str, parent_key: str | None) -> bool:
        """False if an ancestor was stored, or another resend already counts for the same accepted submission."""
        if parent_key is None:
            return True
        seen: set[str] = set()
        ancestor: str | None = parent_key
        while ancestor is not None and ancestor not in seen:
            if ancestor in self._stored:
                return False
            seen.add(ancestor)
            ancestor = self._parents.get(ancestor)
        return self._counted.setdefault(parent_key, key) == key


def _ancestors(connection: Connection, statements: Statements, keys: Sequence[str]) -> dict[str, str | None]:
    """Key -> parent key, for these and all their ancestors. A resend that was edited back to its origin makes a
    cycle."""
    found: dict[str, str | None] = {}
    while keys:
        found |= dict.fromkeys(keys)
        found.update(statements.parents.rows(connection, keys))
        keys = sorted({key for key in found.values() if key is not None} - found.keys())
    return found


def already_settled(connection: Connection, statements: Statements, batch: Sequence[DecodedMessage]) -> set[int]:
    """Indexes of resends whose submission is already stored through another resend, even one with another id or
    revision. Call before `resolve_stored`, which would mark them stored."""
    resends = {
        place: key for place, one in enumerate(batch) if (key := read_resend_of(one.message.headers)) is not None
    }
    if not resends:
        return set()
    groups = _resend_groups(connection, statements, sorted(set(resends.values())))
    stored = {
        key
        for key, state, *_, origin in statements.known_failures.rows(connection, list(groups))
        if state == FailedState.STORED.value and origin
    }
    found = set()
    for place, key in resends.items():
        if stored.isdisjoint(groups[key]):
            stored.add(key)
        else:
            found.add(place)
    return found


def _resend_groups(connection: Connection, statements: Statements, keys: Sequence[str]) -> dict[str, set[str]]:
    """Key -> all keys that descend from the same failure, that one included."""
    ancestors = _ancestors(connection, statements, keys)
    edges = [*ancestors.items(), *_descendants(connection, statements, ancestors)]
    groups = {key: {key} for key, _ in edges}
    for key, of in edges:
        one, other = groups[key], groups[of or key]
        if one is not other:
            one |= other
            groups.update(dict.fromkeys(other, one))
    return groups


def _descendants(connection: Connection, statements: Statements, keys: Iterable[str]) -> list[tuple[str, str]]:
    """Pairs of (key, parent key) for all resends of these, and resends of resends."""
    pairs: list[tuple[str, str]] = []
    seen: set[str] = set()
    new = set(keys)
    while new:
        seen |= new
        children = [(key, parent) for parent, key, *_ in statements.resends.rows(connection, sorted(new))]
        pairs += children
        new = {key for key, _ in children} - seen
    return pairs


def _submission_key(record: FailureRecord) -> str:
    return record.key if record.incoming is None else key_of(record.incoming)


def _stored(connection: Connection, statements: Statements, records: Iterable[FailureRecord]) -> dict[str, str]:
    """Keys of failures whose workout is stored through another copy -> origin of that copy."""
    read = {record.key: record.incoming for record in records if record.incoming is not None}
    there = {
        (workout_id, revision, bool(deleted)): (bytes(digest), origin)
        for workout_id, revision, deleted, digest, origin in statements.inbox.rows(
            connection, sorted({incoming.workout_id for incoming in read.values()})
        )
    }
    found = {}
    for key, incoming in read.items():
        digest, origin = there.get((incoming.workout_id, *revision_rank(incoming)), (None, ""))
        if incoming.has_digest(digest) or (digest and incoming.kind is MessageKind.DELETED):
            found[key] = origin
    return found


def resolve_stored(
    connection: Connection,
    statements: Statements,
    rows: BatchRows,
    batch: Sequence[DecodedMessage],
    fresh: Sequence[DecodedMessage],
    *,
    after_all: bool,
) -> Counter[str]:
    """Take off the list what is stored now: resends, and messages that were given up before. Returns by origin the
    change in duplicate submissions; see record_duplicates and forget_duplicates.

    `fresh`: messages of the batch that the inbox did not know. `after_all`: some of the batch may have been given up
    unread, so their failures are looked up by message instead of by workout id.
    """
    resent = {
        key: read_resend_count(i.message.headers)
        for i in batch
        if (key := read_resend_of(i.message.headers)) is not None
    }
    _close(connection, statements, rows, resent, FailedState.STORED)
    below = {*resent, *(key for key, _ in _descendants(connection, statements, resent))}
    statements.uncount_resends.run(connection, [(key,) for key in sorted(below)])
    ids = {workout_id for (workout_id,) in statements.failed_workouts.rows(connection, [i.workout_id for i in batch])}
    again = [i for i in batch if after_all or i.workout_id in ids or read_attempts(i.message.headers)]
    if not again:
        return Counter()
    by_key = {failure_key(i.message): i for i in again}
    duplicates = [
        DuplicateSubmission(key_of(by_key[key]), origin)
        for key, state, *_, origin in statements.known_failures.rows(connection, list(by_key))
        if state in (OPEN, FailedState.DISCARDED.value) and is_other_submission(origin, by_key[key].origin or "")
    ]
    _close(connection, statements, rows, dict.fromkeys(by_key, 0), FailedState.STORED)
    changes = forget_duplicates(
        connection, statements, [DuplicateSubmission(key_of(i), i.origin or "") for i in fresh if i.workout_id in ids]
    )
    changes.update(record_duplicates(connection, statements, duplicates))
    return changes


def _close(
    connection: Connection, statements: Statements, rows: BatchRows, retries: Mapping[str, int], state: FailedState
) -> None:
    """`retries`: key -> how often it had been sent again by then."""
    # STORED overrides whatever a person did with it meanwhile.
    write = statements.store_failure if state is FailedState.STORED else statements.close_failure
    write.run(connection, [rows.resolution(key, state, n) for key, n in retries.items()])
