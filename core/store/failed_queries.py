"""Queries over the failed list, from the database alone: reading it does not touch the queue."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, case, func, or_, select

from core.broker.message_rows import decode_headers, extras_in
from core.broker.ports import Message
from core.codec.json_reader import parse_object
from core.failures.causes import CONFLICT, cause_of
from core.failures.models import (
    FailedConflict,
    FailedFilter,
    FailedGroup,
    FailedMessage,
    FailedRow,
    FailedState,
    FailedTry,
)
from core.store.database.schema import failure_tries, failures
from core.store.searching import contains
from core.workouts.folding import folded

HOUR_MS = 3_600_000
RECENT_PARTS = 30
MAX_TRIES = 50
MAX_KEYS = 1_000_000

_f = failures.c
_OPEN = _f.state == FailedState.OPEN.value
_ROW = (
    _f.key,
    _f.cause,
    _f.failed_at,
    _f.reason,
    _f.attempts,
    _f.worker,
    _f.message_id,
    _f.athlete,
    _f.sport,
    _f.duration_min,
    _f.distance_km,
)


class FailedQueries:
    """Belongs to the thread of its reader. Only open failures are on the list; errors as in ResultsReader."""

    def __init__(self, connect: Callable[[], AbstractContextManager[Connection]], now_ms: Callable[[], int]) -> None:
        self._connect = connect
        self._now_ms = now_ms

    def groups(self) -> tuple[FailedGroup, ...]:
        """By cause, the largest first."""
        found = select(_f.cause, func.count(), func.max(_f.failed_at)).where(_OPEN).group_by(_f.cause)
        with self._connect() as connection:
            groups = connection.execute(found).all()
            recent = self._recent(connection) if groups else {}
        made = [FailedGroup(cause_of(code), n, at_ms, recent.get(code, ())) for code, n, at_ms in groups]
        return tuple(sorted(made, key=lambda group: (-group.count, group.cause.title)))

    def conflicts(self, workout_ids: Sequence[str]) -> tuple[FailedConflict, ...]:
        """Those of these workouts, oldest first."""
        columns = (_f.key, _f.workout_id, _f.origin, _f.failed_at, _f.worker, _f.reason, _f.body)
        found = select(*columns).order_by(_f.failed_at)
        found = found.where(_OPEN, _f.cause == CONFLICT, _f.workout_id.in_(workout_ids))
        with self._connect() as connection:
            rows = connection.execute(found).all()
        return tuple(
            FailedConflict(
                row.key,
                row.workout_id,
                _revision_of(row.body),
                row.origin,
                row.failed_at,
                row.worker,
                row.reason,
            )
            for row in rows
        )

    def count(self, failed_filter: FailedFilter) -> int:
        with self._connect() as connection:
            return connection.scalar(select(func.count()).select_from(failures).where(_matches(failed_filter))) or 0

    def rows(self, failed_filter: FailedFilter, limit: int, *, offset: int = 0) -> tuple[FailedRow, ...]:
        """Newest first."""
        # The index finds the keys without reading the skipped rows.
        page = _newest_first(select(_f.key).where(_matches(failed_filter))).limit(limit).offset(offset).subquery()
        with self._connect() as connection:
            found = connection.execute(_newest_first(select(*_ROW).join(page, page.c.key == _f.key)))
            return tuple(_row(values) for values in found)

    def place(self, failed_filter: FailedFilter, key: str) -> int | None:
        """How many come before this one in that list; None where it is not in it."""
        with self._connect() as connection:
            at_ms = connection.scalar(select(_f.failed_at).where(_matches(failed_filter), _f.key == key))
            if at_ms is None:
                return None
            newer = or_(_f.failed_at > at_ms, and_(_f.failed_at == at_ms, _f.key > key))
            return (
                connection.scalar(select(func.count()).select_from(failures).where(_matches(failed_filter), newer)) or 0
            )

    def keys(self, failed_filter: FailedFilter, limit: int = MAX_KEYS) -> tuple[str, ...]:
        """All that match now, newest first: a selection that later arrivals do not join."""
        with self._connect() as connection:
            return tuple(connection.scalars(_newest_first(select(_f.key).where(_matches(failed_filter))).limit(limit)))

    def keys_that_begin(self, prefix: str, limit: int = 2) -> tuple[str, ...]:
        """Open failures whose key begins with what a person typed."""
        with self._connect() as connection:
            found = select(_f.key).where(_OPEN, _f.key.startswith(prefix, autoescape=True)).order_by(_f.key)
            return tuple(connection.scalars(found.limit(limit)))

    def key_of_workout(self, workout_id: str) -> str | None:
        """Of the newest open failure of this workout, by workout id or message id."""
        named = or_(_f.workout_id == workout_id, _f.message_id == workout_id)
        with self._connect() as connection:
            key: str | None = connection.scalar(_newest_first(select(_f.key).where(_OPEN, named)).limit(1))
        return key

    def message(self, key: str) -> FailedMessage | None:
        """Also one that is no longer on the list."""
        return next(self.messages([key]), None)

    def messages(self, keys: Sequence[str]) -> Iterator[FailedMessage]:
        """Those that are known, in the order asked for. A few hundred at a time."""
        with self._connect() as connection:
            found = {row.key: row for row in connection.execute(select(failures).where(_f.key.in_(keys)))}
            tries: dict[str, list[FailedTry]] = {}
            t = failure_tries.c
            asked = select(t.key, t.number, t.failed_at, t.worker, t.reason, t.took_ms).where(t.key.in_(keys))
            for key, *rest in connection.execute(asked.order_by(t.key, t.number.desc())):
                tries.setdefault(key, []).append(FailedTry(*rest))
        return (_whole(found[key], tuple(tries.get(key, ())[:MAX_TRIES])) for key in keys if key in found)

    def _recent(self, connection: Connection) -> dict[str, tuple[int, ...]]:
        since_ms, part_ms = self._now_ms() - HOUR_MS, HOUR_MS // RECENT_PARTS
        # Counted by the database: reading a hundred thousand times one by one would delay the screen.
        begun = ((_f.failed_at >= since_ms + part * part_ms, part) for part in range(RECENT_PARTS - 1, 0, -1))
        parts = select(_f.cause, case(*begun, else_=0).label("part")).where(_OPEN, _f.failed_at > since_ms).subquery()
        counted = select(parts.c.cause, parts.c.part, func.count()).group_by(parts.c.cause, parts.c.part)
        counts: dict[str, list[int]] = {}
        for code, part, n in connection.execute(counted):
            counts.setdefault(code, [0] * RECENT_PARTS)[part] = n
        return {code: tuple(of_parts) for code, of_parts in counts.items()}


def _matches(failed_filter: FailedFilter) -> ColumnElement[bool]:
    conditions: list[ColumnElement[bool]] = [_OPEN]
    if failed_filter.cause is not None:
        conditions.append(_f.cause == failed_filter.cause)
    # A long text is cut and searched as one phrase: dropping words would match more than was asked for.
    for word in failed_filter.text.strip().split(maxsplit=7):
        columns = (_f.athlete, _f.sport, _f.message_id, _f.workout_id, _f.reason)
        conditions.append(or_(*(contains(column, folded(word)) for column in columns)))
    return and_(*conditions)


def _newest_first(found: Select[Any]) -> Select[Any]:
    return found.order_by(_f.failed_at.desc(), _f.key.desc())


def _row(row: Sequence[Any]) -> FailedRow:
    """From the values of _ROW."""
    values = list(row)
    values[1], values[6] = cause_of(values[1]), values[6] or ""
    return FailedRow(*values)


def message_of(row: Row[Any]) -> Message:
    """The message of a row with all columns of `failures`, as it came to the worker that gave it up."""
    return Message(
        bytes(row.body),
        row.message_id,
        row.message_type,
        row.content_type,
        row.app_id,
        row.timestamp_s,
        decode_headers(row.headers),
        extras_in(row.extras),
    )


def _whole(found: Row[Any], tries: tuple[FailedTry, ...]) -> FailedMessage:
    values = found._mapping
    return FailedMessage(
        row=_row([values[column.name] for column in _ROW]),
        state=FailedState(values["state"]),
        retries=values["retries"],
        error_type=values["error_type"],
        workout_id=values["workout_id"],
        parent_key=values["repairs"],
        message=message_of(found),
        body_bytes=values["body_bytes"],
        tries=tries,
    )


def _revision_of(body: bytes) -> int:
    """Of a conflict, whose body was read: 1 where it says none."""
    revision = parse_object(body)[0].get("revision")
    return revision if isinstance(revision, int) else 1
