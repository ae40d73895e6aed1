"""Writes failures: each once, opened again when a retry of it failed, closed when it went through after all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection

from core.broker.tries import retry_of
from core.failed_list import FailedState
from core.store.records import FailureRecord, failure_key
from core.store.rows import BatchRows
from core.store.sql import Row
from core.store.statements import Statements
from core.wire import Incoming

OPEN = FailedState.OPEN.value


def write_failures(
    connection: Connection, statements: Statements, rows: BatchRows, records: Sequence[FailureRecord]
) -> list[FailureRecord]:
    """Those of `records` that are news; a redelivery of one that is known is none."""
    if not records:
        return []
    known = {key: rest for key, *rest in statements.known_failures.rows(connection, [r.key for r in records])}
    news: dict[str, FailureRecord] = {}
    failure_rows: list[Row] = []
    try_rows: list[Row] = []
    for record in records:
        state, retries, tries = known.get(record.key, ("", -1, 0))
        # A person has sent it again since, and what comes here is from before that: it was dealt with already.
        is_old = record.retries < retries or (record.retries == retries and state == OPEN)
        if record.key in news or is_old:
            continue
        news[record.key] = record
        number = tries + record.attempts
        failure_rows.append(rows.failure(record, number))
        try_rows.append(rows.failure_try(record, number))
    statements.put_failure.run(connection, failure_rows)
    statements.put_try.run(connection, try_rows)
    mended = [record.repairs for record in records if record.repairs is not None]
    _close(connection, statements, rows, mended, FailedState.RESENT)
    return list(news.values())


def close_stored(
    connection: Connection, statements: Statements, rows: BatchRows, batch: Iterable[Incoming], keys: Iterable[str]
) -> None:
    """Off the list: what a person sent again and is stored now, and the messages of these keys, stored after all."""
    mended = [key for incoming in batch if (key := retry_of(incoming.message.headers)) is not None]
    _close(connection, statements, rows, [*mended, *keys], FailedState.STORED)


def clear_suspects(connection: Connection, statements: Statements, keys: Iterable[str]) -> None:
    statements.drop_suspect.run(connection, [(key,) for key in keys])


def _close(
    connection: Connection, statements: Statements, rows: BatchRows, keys: Sequence[str], state: FailedState
) -> None:
    statements.close_failure.run(connection, [rows.closing(key, state) for key in keys])


__all__ = ["clear_suspects", "close_stored", "failure_key", "write_failures"]
