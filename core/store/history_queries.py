"""Queries for finished workouts: a search over all of them, and the details of one."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Row, and_, false, func, or_, select

from core.achievements.athlete_history import iso_week
from core.achievements.rules import AchievementRules
from core.broker.ports import Message
from core.codec.json_reader import parse_object
from core.errors import UndecodableBodyError
from core.events import EarnedBadge
from core.failures.models import FailedTry
from core.metrics.latency import HistoryBucket
from core.parsing.search_query import SearchQuery
from core.store.athletes.badges import read_badges
from core.store.body_from_row import body_of
from core.store.daily_queries import read_day
from core.store.database.schema import (
    failure_tries,
    failures,
    inbox,
    local_moment,
    weekly_totals,
    workouts,
)
from core.store.failed_queries import message_of
from core.store.models import (
    FailedDetails,
    MessageSnapshot,
    NewestRevision,
    SearchHit,
    StoredDetails,
    WeekChange,
    WorkoutDetails,
)
from core.store.revisions.queries import read_revisions
from core.store.searching import contains
from core.workouts.local_start import read_start, start_text_of
from core.workouts.model import ANONYMOUS
from core.workouts.names import canonical_name
from core.workouts.revisions import RevisionStep

MOST_FOUND = 500
MOST_ROUNDS = 50

_w, _f, _t = workouts.c, failures.c, weekly_totals.c
_WEEK_SUMS = ("distance_mm", "energy_mkcal", "workouts")
_STORED_IN: dict[str, Column[Any]] = {"athlete": _w.athlete, "sport": _w.sport, "id": _w.id, "worker": _w.worker}
_FAILED_IN: dict[str, Column[Any]] = {
    "athlete": _f.athlete,
    "sport": _f.sport,
    "id": _f.workout_id,
    "worker": _f.worker,
    "error": _f.reason,
}


class PastQueries:
    """Belongs to the thread of its reader; errors as in ResultsReader."""

    def __init__(
        self,
        connect: Callable[[], AbstractContextManager[Connection]],
        rules: Callable[[Connection], AchievementRules],
    ) -> None:
        """`rules`: those in force."""
        self._connect = connect
        self._rules = rules

    def search(self, query: SearchQuery, limit: int = MOST_FOUND) -> tuple[SearchHit, ...]:
        """Newest first, stored and given up together. Scans all rows, so call it on a reader thread only."""
        with self._connect() as connection:
            stored = self._stored_rows(connection, query, limit)
            found = [*stored, *_failed_rows(connection, query, limit)]
        return tuple(sorted(found, key=lambda one: -one.at_ms)[:limit])

    def story(self, workout_id: str, *, brief: bool = False) -> WorkoutDetails | None:
        """How it was stored, or how it was given up when it never was; None while neither is known.

        `brief`: without week and rounds; a failure is found by workout id only, for which there is an index.
        """
        with self._connect() as connection:
            rounds = () if brief else _rounds(connection, _f.workout_id == workout_id)
            row = connection.execute(select(workouts).where(_w.id == workout_id)).one_or_none()
            if row is not None:
                badges = read_badges(connection, [workout_id], self._rules(connection).places).get(workout_id, ())
                return _stored_details(row, badges, None if brief else _week_change(connection, row), rounds)
            failed = _newest_failure(connection, workout_id, by_message=not brief)
            if failed is not None and failed.workout_id is None:
                rounds = _rounds(connection, _f.key == failed.key)
        return None if failed is None else _failed_details(failed, rounds, workout_id)

    def day(self, from_ms: int, until_ms: int, bucket_ms: int) -> tuple[HistoryBucket, ...]:
        """See `read_day`."""
        with self._connect() as connection:
            return read_day(connection, from_ms, until_ms, bucket_ms)

    def copy(self, workout_id: str) -> MessageSnapshot | None:
        """Its message: as it was given up, or rebuilt from the stored row."""
        with self._connect() as connection:
            row = connection.execute(select(workouts).where(_w.id == workout_id)).one_or_none()
            if row is not None:
                body = body_of(row)
                return MessageSnapshot("stored", Message(body), len(body), row.processed_at, row.revision)
            failed = _newest_failure(connection, workout_id, by_message=True)
        if failed is None:
            return None
        message = message_of(failed)
        # Rows of an older version have no byte count.
        return MessageSnapshot("failed", message, max(failed.body_bytes, len(message.body)), failed.failed_at)

    def newest(self, workout_id: str) -> NewestRevision | None:
        """What counts of a workout that was stored once; None for any other."""
        known = select(inbox.c.revision, inbox.c.deleted, inbox.c.stored_at).where(inbox.c.workout_id == workout_id)
        with self._connect() as connection:
            newest = connection.execute(
                known.order_by(inbox.c.revision.desc(), inbox.c.deleted.desc()).limit(1)
            ).first()
            row = connection.execute(select(workouts).where(_w.id == workout_id)).one_or_none()
        if newest is not None and newest.deleted:
            return NewestRevision(newest.revision, None, newest.stored_at)
        return None if row is None else NewestRevision(row.revision, body_of(row), row.processed_at)

    def revisions(self, workout_id: str) -> tuple[RevisionStep, ...]:
        """See `read_revisions`."""
        with self._connect() as connection:
            return read_revisions(connection, workout_id)

    def _stored_rows(self, connection: Connection, query: SearchQuery, limit: int) -> list[SearchHit]:
        found = select(
            _w.id,
            _w.processed_at,
            _w.athlete,
            _w.sport,
            _w.duration_min,
            _w.distance_km,
            _w.submitted_at,
            _w.picked_up_at,
            _w.worker,
            _w.started_at,
            _w.utc_offset_min,
        )
        found = found.where(_matches(query, _STORED_IN, "stored")).order_by(_w.processed_at.desc()).limit(limit)
        rows = connection.execute(found).all()
        badges = read_badges(connection, [row.id for row in rows], self._rules(connection).places)
        return [
            SearchHit(
                row.id,
                row.processed_at,
                canonical_name(row.athlete),
                canonical_name(row.sport),
                row.duration_min,
                row.distance_km,
                None if row.submitted_at is None else float(max(0, row.picked_up_at - row.submitted_at)),
                float(max(0, row.processed_at - row.picked_up_at)),
                row.worker,
                badges=badges.get(row.id, ()),
                started_at=_start_of(row.started_at, row.utc_offset_min),
            )
            for row in rows
        ]


def _failed_rows(connection: Connection, query: SearchQuery, limit: int) -> list[SearchHit]:
    found = select(
        _f.workout_id,
        _f.failed_at,
        _f.athlete,
        _f.sport,
        _f.duration_min,
        _f.distance_km,
        _f.worker,
        _f.reason,
        _f.cause,
    )
    found = found.where(_matches(query, _FAILED_IN, "failed")).order_by(_f.failed_at.desc()).limit(limit)
    return [
        SearchHit(
            row.workout_id or "",
            row.failed_at,
            canonical_name(row.athlete),
            canonical_name(row.sport),
            row.duration_min,
            row.distance_km,
            wait_ms=None,
            run_ms=None,
            worker=row.worker,
            reason=row.reason or "no reason",
            cause=row.cause,
        )
        for row in connection.execute(found)
    ]


def _matches(query: SearchQuery, columns: dict[str, Column[Any]], state: str) -> ColumnElement[bool]:
    conditions: list[ColumnElement[bool]] = []
    for term in query.terms:
        if term.field == "state":
            if not any(value in state for value in term.values):
                conditions.append(false())
            continue
        looked_in = list(columns.values()) if not term.field else [columns[term.field]] if term.field in columns else []
        conditions.append(or_(false(), *(contains(column, value) for column in looked_in for value in term.values)))
    return and_(True, *conditions)


def _week_change(connection: Connection, row: Row[Any]) -> WeekChange | None:
    if row.athlete == ANONYMOUS:
        return None
    iso_year, iso_week_number = iso_week(row.started_at + row.utc_offset_min * 60_000)
    in_week = (_t.iso_year == iso_year, _t.iso_week == iso_week_number)
    sums = select(*(func.coalesce(func.sum(_t[name]), 0).label(name) for name in _WEEK_SUMS))
    week = connection.execute(sums.where(*in_week, _t.athlete == row.athlete)).one()
    week_mm, week_kcal = int(week.distance_mm), int(week.energy_mkcal) / 1000
    distance_mm = round((row.distance_km or 0) * 1_000_000)
    before_mm = max(0, week_mm - distance_mm)

    def rank(mm: int) -> int:
        others = (*in_week, _t.athlete != row.athlete, _t.athlete != ANONYMOUS)
        return 1 + (connection.scalar(select(func.count()).where(*others, _t.distance_mm > mm)) or 0)

    return WeekChange(
        iso_year,
        iso_week_number,
        before_mm / 1_000_000,
        week_mm / 1_000_000,
        max(0.0, week_kcal - row.calories_kcal),
        week_kcal,
        rank(before_mm) if week.workouts > 1 and distance_mm else None,
        rank(week_mm) if distance_mm else None,
    )


def _newest_failure(connection: Connection, workout_id: str, *, by_message: bool) -> Row[Any] | None:
    newest = select(failures).order_by(_f.failed_at.desc()).limit(1)
    found = connection.execute(newest.where(_f.workout_id == workout_id)).one_or_none()
    if found is not None or not by_message:
        return found
    # An unreadable body has no id, but the message may have. There is no index for this.
    return connection.execute(newest.where(_f.workout_id.is_(None), _f.message_id == workout_id)).one_or_none()


def _rounds(connection: Connection, of: ColumnElement[bool]) -> tuple[FailedTry, ...]:
    """`of`: which failures. Oldest first; `number` becomes the number of tries in each round."""
    t = failure_tries.c
    found = select(t.key, t.number, t.failed_at, t.worker, t.reason, t.took_ms).join(failures, _f.key == t.key)
    found = found.where(of).order_by(t.key, t.number).limit(MOST_ROUNDS)
    before: dict[str, int] = {}
    rounds = []
    for key, number, *rest in connection.execute(found):
        rounds.append(FailedTry(max(1, number - before.get(key, 0)), *rest))
        before[key] = number
    return tuple(sorted(rounds, key=lambda one: one.at_ms))


def _stored_details(
    row: Row[Any], badges: tuple[EarnedBadge, ...], week: WeekChange | None, rounds: tuple[FailedTry, ...]
) -> StoredDetails:
    return StoredDetails(
        row.id,
        canonical_name(row.athlete),
        canonical_name(row.sport),
        row.duration_min,
        row.distance_km,
        row.calories_kcal,
        row.calories_estimate,
        row.revision,
        row.submitted_at,
        row.picked_up_at,
        row.processed_at,
        row.worker,
        badges,
        week,
        rounds,
        _start_of(row.started_at, row.utc_offset_min),
    )


def _failed_details(row: Row[Any], rounds: tuple[FailedTry, ...], workout_id: str) -> FailedDetails:
    return FailedDetails(
        workout_id,
        canonical_name(row.athlete),
        canonical_name(row.sport),
        row.duration_min,
        row.distance_km,
        row.failed_at,
        row.worker,
        row.reason,
        row.attempts,
        rounds,
        _start_in_body(row.body),
        row.cause,
    )


def _start_in_body(body: bytes) -> str:
    """A start with its offset from a body that may be invalid; empty without one."""
    try:
        said = parse_object(body)[0].get("timestamp")
    except UndecodableBodyError:
        return ""
    moment = read_start(said.strip().upper()) if isinstance(said, str) else None
    return "" if moment is None else start_text_of(moment)


def _start_of(at_ms: int, utc_offset_min: int) -> str:
    return start_text_of(local_moment(at_ms, utc_offset_min))
