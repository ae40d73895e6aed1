"""Counts of the last day in buckets, made by the database so that rows are not read one by one."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Integer, case, cast, extract, func, select

from core.metrics.latency import HistoryBucket, LogHistogram
from core.store.database.schema import failures, inbox, workouts

# From this many milliseconds on, waits are rounded to this step: at most 2.5 % off.
_STEPS = ((1_000_000, 50_000), (100_000, 5_000), (10_000, 500), (1_000, 50), (100, 5))


def read_day(connection: Connection, from_ms: int, until_ms: int, bucket_ms: int) -> tuple[HistoryBucket, ...]:
    """Buckets of whole seconds in which something was stored or given up, oldest first. Scans the table."""
    stored = _counts(connection, inbox.c.stored_at, from_ms, until_ms, bucket_ms)
    failed = _counts(connection, failures.c.failed_at, from_ms, until_ms, bucket_ms)
    waits = _waits(connection, from_ms, until_ms, bucket_ms)
    return tuple(
        HistoryBucket(
            number * bucket_ms,
            stored.get(number, 0),
            failed.get(number, 0),
            waits[number].percentiles() if number in waits else None,
        )
        for number in sorted({*stored, *failed, *waits})
    )


def _counts(connection: Connection, at: Column[Any], from_ms: int, until_ms: int, bucket_ms: int) -> dict[int, int]:
    number = _bucket(connection, at, bucket_ms).label("bucket")
    found = select(number, func.count()).where(at >= from_ms, at < until_ms).group_by(number)
    return {bucket: n for bucket, n in connection.execute(found)}


def _waits(connection: Connection, from_ms: int, until_ms: int, bucket_ms: int) -> dict[int, LogHistogram]:
    w = workouts.c
    number = _bucket(connection, w.processed_at, bucket_ms).label("bucket")
    found = select(number, _wait_ms(connection).label("wait_ms"))
    found = found.where(w.processed_at >= from_ms, w.processed_at < until_ms, w.submitted_at.is_not(None))
    waits = found.subquery()
    ms = waits.c.wait_ms
    rounded = case(
        (ms < 0, 0), *((ms >= least, (ms // step) * step + step // 2) for least, step in _STEPS), else_=ms
    ).label("rounded")
    histograms: dict[int, LogHistogram] = {}
    for bucket, wait_ms, n in connection.execute(
        select(waits.c.bucket, rounded, func.count()).group_by(waits.c.bucket, rounded)
    ):
        histograms.setdefault(bucket, LogHistogram()).count(float(wait_ms), n)
    return histograms


def _bucket(connection: Connection, at: Column[Any], bucket_ms: int) -> ColumnElement[int]:
    seconds = extract("epoch", at) if _is_postgres(connection) else func.strftime("%s", at)
    whole = func.floor(seconds) if _is_postgres(connection) else seconds
    return cast(whole, Integer) // (bucket_ms // 1000)


def _wait_ms(connection: Connection) -> ColumnElement[int]:
    w = workouts.c
    if _is_postgres(connection):
        span_ms = (extract("epoch", w.picked_up_at) - extract("epoch", w.submitted_at)) * 1000
    else:
        span_ms = (func.julianday(w.picked_up_at) - func.julianday(w.submitted_at)) * 86_400_000
    return cast(func.round(span_ms), Integer)


def _is_postgres(connection: Connection) -> bool:
    return connection.dialect.name == "postgresql"
