"""Writes failures: each once, opened again when a retry of it failed, closed when it went through after all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from core.broker.tries import retry_of
from core.failed_list import FailedState
from core.inbox import rank_of
from core.store.absorbed import Twin, absorb, is_twin
from core.store.records import FailureRecord, failure_key
from core.store.rows import BatchRows
from core.store.sql import Row
from core.store.statements import Statements
from core.wire import Incoming, Kind

OPEN = FailedState.OPEN.value


def write_failures(
    connection: Connection, statements: Statements, rows: BatchRows, records: Sequence[FailureRecord]
) -> tuple[list[FailureRecord], list[str]]:
    """Those of `records` that are news (a redelivery of one that is known is none), and the origins of those that were
    accepted for themselves and came to what is known; see absorb.

    Write what is stored first: what is given up and stored all the same is closed at once.
    """
    if not records:
        return [], []
    keys = [key for record in records for key in (record.key, record.repairs) if key is not None]
    known = {key: rest for key, *rest in statements.known_failures.rows(connection, keys)}
    news: dict[str, FailureRecord] = {}
    twins: list[Twin] = []
    failure_rows: list[Row] = []
    try_rows: list[Row] = []
    for record in records:
        state, retries, tries, origin = known.get(record.key, ("", -1, 0, ""))
        # A person has sent it again since, and what comes here is from before that: it was dealt with already.
        is_old = record.retries < retries or (record.retries == retries and state == OPEN)
        if record.key in news:
            origin = news[record.key].origin
        if record.key in news or is_old:
            twins += [Twin(record.key, record.origin)] if is_twin(record.origin, origin) else []
            continue
        if state == FailedState.DISCARDED.value and is_twin(origin, record.origin):
            twins.append(Twin(record.key, origin))  # the row is the newer one's from now on
        news[record.key] = record
        number = tries + record.attempts
        failure_rows.append(rows.failure(record, number, is_counted=_is_counted(record, known)))
        try_rows.append(rows.failure_try(record, number))
    statements.put_failure.run(connection, failure_rows)
    statements.put_try.run(connection, try_rows)
    mended = [record.repairs for record in records if record.repairs is not None]
    _close(connection, statements, rows, mended, FailedState.RESENT)
    stored = _stored(connection, statements, news.values())
    _close(connection, statements, rows, list(stored), FailedState.STORED)
    twins += [Twin(key, news[key].origin) for key, origin in stored.items() if is_twin(news[key].origin, origin)]
    return list(news.values()), absorb(connection, statements, twins)


def _is_counted(record: FailureRecord, known: Mapping[str, Sequence[Any]]) -> bool:
    """Not where it was to mend one that another copy has mended: whoever accepted the one did not accept a second."""
    repaired = known.get(record.repairs or "")
    return repaired is None or repaired[0] != FailedState.STORED.value


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
        digest, origin = there.get((incoming.workout_id, *rank_of(incoming)), (None, ""))
        if digest in (incoming.digest, incoming.digest_as_written) or (digest and incoming.kind is Kind.DELETED):
            found[key] = origin
    return found


def close_stored(
    connection: Connection,
    statements: Statements,
    rows: BatchRows,
    batch: Iterable[Incoming],
    after_all: Mapping[str, str],
) -> list[str]:
    """Off the list: what a person sent again and is stored now, and messages stored `after_all`, by key with their
    origins. Returns the origins of those that somebody else had accepted; see absorb."""
    mended = [key for incoming in batch if (key := retry_of(incoming.message.headers)) is not None]
    known = statements.known_failures.rows(connection, list(after_all))
    twins = [
        Twin(key, origin)
        for key, state, *_, origin in known
        if state in (OPEN, FailedState.DISCARDED.value) and is_twin(origin, after_all[key])
    ]
    _close(connection, statements, rows, [*mended, *after_all], FailedState.STORED)
    return absorb(connection, statements, twins)


def clear_suspects(connection: Connection, statements: Statements, keys: Iterable[str]) -> None:
    statements.drop_suspect.run(connection, [(key,) for key in keys])


def _close(
    connection: Connection, statements: Statements, rows: BatchRows, keys: Sequence[str], state: FailedState
) -> None:
    statements.close_failure.run(connection, [rows.closing(key, state) for key in keys])


__all__ = ["clear_suspects", "close_stored", "failure_key", "write_failures"]
