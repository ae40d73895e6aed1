"""Writes failures: each once, opened again when a retry of it failed, closed when it went through after all."""

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
    is_other_submission,
    key_of,
    record_duplicates,
    release,
)
from core.store.failure_record import FailureRecord
from core.store.rows import BatchRows
from core.store.statements import Statements

OPEN = FailedState.OPEN.value


def write_failures(
    connection: Connection, statements: Statements, rows: BatchRows, records: Sequence[FailureRecord]
) -> tuple[list[FailureRecord], Counter[str]]:
    """Those of `records` that are news (a redelivery of one that is known is none), and the origins of those that were
    accepted for themselves and came to what is known; see record_duplicates. Needs the locks of `lock_keys`.

    Write what is stored first: what is given up and stored all the same is closed at once.
    """
    if not records:
        return [], Counter()
    keys = [one.key for one in records]
    known = {key: rest for key, *rest in statements.known_failures.rows(connection, keys)}
    edited = _retries_of_edits(connection, statements, known)
    sent_from: dict[str, str | None] = dict(statements.sent_from.rows(connection, list(known)))
    # A retry of a repair does not name what that was to mend.
    repairs = {one.key: one.repairs or sent_from.get(one.key) for one in records}
    repaired = ResendChain(connection, statements, {key for key in repairs.values() if key is not None})
    news: dict[str, FailureRecord] = {}
    twins: list[DuplicateSubmission] = []
    owners: list[DuplicateSubmission] = []
    failure_rows: list[Row] = []
    try_rows: list[Row] = []
    for record in records:
        state, retries, tries, origin = known.get(record.key, ("", -1, 0, ""))
        # A person has sent it again since, and what comes here is from before that: it was dealt with already.
        is_old = record.retries < retries or (record.retries == retries and state == OPEN)
        # Or what another person made of it stands on the list, or is stored.
        is_old = is_old or state == FailedState.STORED.value or record.retries <= edited.get(record.key, -1)
        is_counted = repaired.is_counted(record.key, repairs[record.key])
        if record.key in news:
            origin = news[record.key].origin
        if record.key in news or is_old:
            twins += (
                [DuplicateSubmission(_twin_key(record), record.origin)]
                if is_counted and is_other_submission(record.origin, origin)
                else []
            )
            continue
        if state == FailedState.DISCARDED.value and is_other_submission(origin, record.origin):
            twins.append(DuplicateSubmission(_twin_key(record), origin))  # the row is the newer one's from now on
        if state:
            owners.append(DuplicateSubmission(_twin_key(record), record.origin))
        news[record.key] = record
        number = tries + record.attempts
        failure_rows.append(rows.failure(record, number, is_counted=is_counted, repairs=repairs[record.key]))
        try_rows.append(rows.failure_try(record, number))
    statements.put_failure.run(connection, failure_rows)
    statements.put_try.run(connection, try_rows)
    mended = {one.repairs: one.retries for one in records if one.repairs is not None}
    _close(connection, statements, rows, mended, FailedState.RESENT)
    stored = _stored(connection, statements, news.values())
    _close(connection, statements, rows, dict.fromkeys(stored, 0), FailedState.STORED)
    twins += [
        DuplicateSubmission(_twin_key(news[key]), news[key].origin)
        for key, o in stored.items()
        if is_other_submission(news[key].origin, o)
    ]
    changes = release(connection, statements, owners)
    changes.update(record_duplicates(connection, statements, twins))
    return list(news.values()), changes


def _retries_of_edits(connection: Connection, statements: Statements, keys: Iterable[str]) -> dict[str, int]:
    """By the key of what was edited: how often its edits that failed, too, had been sent again when they did."""
    found: dict[str, int] = {}
    for key, _, _, state, retries in statements.repairs.rows(connection, list(keys)):
        when_failed = retries - (FailedState(state) in SENT_AGAIN)
        found[key] = max(when_failed, found.get(key, 0))
    return found


def lock_keys(records: Iterable[FailureRecord]) -> list[str]:
    """What nobody else may decide about while these are written; see Database.lock_workouts."""
    named = ((one.key, one.repairs, one.incoming and one.incoming.workout_id) for one in records)
    return [name for names in named for name in names if name]


class ResendChain:
    """The failures that some records were to mend."""

    def __init__(self, connection: Connection, statements: Statements, keys: Collection[str]) -> None:
        self._made_of = _line(connection, statements, sorted(keys))
        self._stored = {
            key
            for key, state, *_ in statements.known_failures.rows(connection, list(self._made_of))
            if state == FailedState.STORED.value
        }
        self._counted: dict[str, str] = {
            repairs: key for repairs, key, origin, *_ in statements.repairs.rows(connection, sorted(keys)) if origin
        }

    def is_counted(self, of: str, repairs: str | None) -> bool:
        """Not where another copy has mended it, or stands for it: whoever accepted one did not accept a second."""
        if repairs is None:
            return True
        seen: set[str] = set()
        key: str | None = repairs
        while key is not None and key not in seen:
            if key in self._stored:
                return False
            seen.add(key)
            key = self._made_of.get(key)
        return self._counted.setdefault(repairs, of) == of


def _line(connection: Connection, statements: Statements, keys: Sequence[str]) -> dict[str, str | None]:
    """What each was made of, and what that was made of. Somebody may have made the original of it again: a circle."""
    line: dict[str, str | None] = {}
    while keys:
        line |= dict.fromkeys(keys)
        line.update(statements.sent_from.rows(connection, keys))
        keys = sorted({key for key in line.values() if key is not None} - line.keys())
    return line


def already_settled(connection: Connection, statements: Statements, batch: Sequence[DecodedMessage]) -> set[int]:
    """Positions of those that were made of what somebody accepted and that is stored already: as an edit by another
    person, who changed its id or revision, too. Whoever accepted one did not accept a second. Before `resolve_stored`.
    """
    made_of = {
        place: key for place, one in enumerate(batch) if (key := read_resend_of(one.message.headers)) is not None
    }
    if not made_of:
        return set()
    families = _families(connection, statements, sorted(set(made_of.values())))
    stored = {
        key
        for key, state, *_, origin in statements.known_failures.rows(connection, list(families))
        if state == FailedState.STORED.value and origin
    }
    found = set()
    for place, key in made_of.items():
        if stored.isdisjoint(families[key]):
            stored.add(key)
        else:
            found.add(place)
    return found


def _families(connection: Connection, statements: Statements, keys: Sequence[str]) -> dict[str, set[str]]:
    """By each of them, all that is made of the same failure, with that one."""
    line = _line(connection, statements, keys)
    links = [*line.items(), *_edits_of(connection, statements, line)]
    families = {key: {key} for key, _ in links}
    for key, of in links:
        one, other = families[key], families[of or key]
        if one is not other:
            one |= other
            families.update(dict.fromkeys(other, one))
    return families


def _edits_of(connection: Connection, statements: Statements, keys: Iterable[str]) -> list[tuple[str, str]]:
    """Edits, and edits of these, each with what it was made of."""
    edits: list[tuple[str, str]] = []
    seen: set[str] = set()
    new = set(keys)
    while new:
        seen |= new
        found = [(key, of) for of, key, *_ in statements.repairs.rows(connection, sorted(new))]
        edits += found
        new = {key for key, _ in found} - seen
    return edits


def _twin_key(record: FailureRecord) -> str:
    return record.key if record.incoming is None else key_of(record.incoming)


def _stored(connection: Connection, statements: Statements, records: Iterable[FailureRecord]) -> dict[str, str]:
    """Of those given up, the keys of what went through all the same as another copy; with that one's origin."""
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
    """Off the list: what a person sent again and is stored now, and what was given up and stored after all. The origins
    of those that somebody else had accepted; see record_duplicates and release.

    `fresh`: what the inbox had not known. `after_all`: some of the batch may have been given up unread, so that their
    workouts are not known to be on the list.
    """
    mended = {
        key: read_resend_count(i.message.headers)
        for i in batch
        if (key := read_resend_of(i.message.headers)) is not None
    }
    _close(connection, statements, rows, mended, FailedState.STORED)
    below = {*mended, *(key for key, _ in _edits_of(connection, statements, mended))}
    statements.uncount_repairs.run(connection, [(key,) for key in sorted(below)])
    ids = {workout_id for (workout_id,) in statements.failed_workouts.rows(connection, [i.workout_id for i in batch])}
    again = [i for i in batch if after_all or i.workout_id in ids or read_attempts(i.message.headers)]
    if not again:
        return Counter()
    by_key = {failure_key(i.message): i for i in again}
    twins = [
        DuplicateSubmission(key_of(by_key[key]), origin)
        for key, state, *_, origin in statements.known_failures.rows(connection, list(by_key))
        if state in (OPEN, FailedState.DISCARDED.value) and is_other_submission(origin, by_key[key].origin or "")
    ]
    _close(connection, statements, rows, dict.fromkeys(by_key, 0), FailedState.STORED)
    changes = release(
        connection, statements, [DuplicateSubmission(key_of(i), i.origin or "") for i in fresh if i.workout_id in ids]
    )
    changes.update(record_duplicates(connection, statements, twins))
    return changes


def clear_suspects(connection: Connection, statements: Statements, keys: Iterable[str]) -> None:
    statements.drop_suspect.run(connection, [(key,) for key in keys])


def _close(
    connection: Connection, statements: Statements, rows: BatchRows, retries: Mapping[str, int], state: FailedState
) -> None:
    """`retries`: by key, how often it had been sent again by then."""
    # What went through has gone through, whatever a person did with it meanwhile.
    write = statements.store_failure if state is FailedState.STORED else statements.close_failure
    write.run(connection, [rows.closing(key, state, n) for key, n in retries.items()])
