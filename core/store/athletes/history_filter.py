"""The conditions of a filter of the history, in SQL."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Date,
    Dialect,
    LargeBinary,
    String,
    cast,
    exists,
    func,
    literal_column,
    or_,
)

from core.achievements.progress import utc_ms
from core.athletes.history import HistoryFilter
from core.store.database.schema import earned_achievements, workouts

_w, _e = workouts.c, earned_achievements.c
_MOST_OFFSET = timedelta(days=1)


def fits(wanted: HistoryFilter, dialect: Dialect, *, by_index: bool) -> list[ColumnElement[bool]]:
    """Of texts, whether they may fit: see `has_words`. `by_index`: an index of the athlete or the start may be used."""
    found: list[ColumnElement[bool]] = []
    if wanted.athlete:
        found.append((_w.athlete if by_index else without_index(_w.athlete)) == wanted.athlete)
    if wanted.sport:
        found.append(without_index(_w.sport) == wanted.sport)
    if wanted.first_day or wanted.last_day:
        found += [*_started_within(wanted), *_on_days(wanted, dialect)]
    if wanted.badge:
        earned = exists().where(_e.athlete == _w.athlete, _e.of_workout.in_(("", _w.id)), _e.code == wanted.badge)
        found.append(earned.where(_e.workout_id == _w.id))
    if wanted.corrected:
        found.append(_w.revision > literal_column("1"))  # literally, as the index has it
    found += (_has_word(word, dialect) for word in wanted.words)
    return found


def found_by_index(wanted: HistoryFilter) -> list[ColumnElement[bool]]:
    """The conditions that an index in the order of the starts answers."""
    return [*_started_within(wanted), *([_w.revision > literal_column("1")] if wanted.corrected else [])]


def _started_within(wanted: HistoryFilter) -> list[ColumnElement[bool]]:
    """The moments that can be on these days somewhere on earth."""
    found: list[ColumnElement[bool]] = []
    if wanted.first_day is not None:
        found.append(_w.started_at >= _midnight_ms(wanted.first_day) - _MOST_OFFSET // timedelta(milliseconds=1))
    if wanted.last_day is not None:
        found.append(_w.started_at < _midnight_ms(wanted.last_day) + 2 * _MOST_OFFSET // timedelta(milliseconds=1))
    return found


def without_index(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """The same value, as an expression for which there is no index: the one of another column is to be used."""
    return func.coalesce(column, column)


def _midnight_ms(day: date) -> int:
    return utc_ms(datetime.combine(day, time(), UTC))


def _on_days(wanted: HistoryFilter, dialect: Dialect) -> list[ColumnElement[bool]]:
    first, last = wanted.first_day, wanted.last_day
    day: ColumnElement[Any]
    if dialect.name == "postgresql":
        offset = func.make_interval(0, 0, 0, 0, 0, _w.utc_offset_min)
        day = cast(func.timezone("UTC", _w.started_at) + offset, Date)
        return [*([day >= first] if first else []), *([day <= last] if last else [])]
    day = func.date(_w.started_at, cast(_w.utc_offset_min, String).concat(" minutes"))
    return [*([day >= first.isoformat()] if first else []), *([day <= last.isoformat()] if last else [])]


def _has_word(word: str, dialect: Dialect) -> ColumnElement[bool]:
    names = (_w.athlete, _w.athlete_folded, _w.sport, _w.sport_folded, _w.title, _w.notes)
    is_postgres = dialect.name == "postgresql"
    # SQLite's LIKE ignores the case of A to Z by itself.
    said = (
        column.icontains(word, autoescape=True) if is_postgres else column.contains(word, autoescape=True)
        for column in names
    )
    return or_(*said, *(_is_beyond_ascii(column, is_postgres=is_postgres) for column in (_w.title, _w.notes)))


def _is_beyond_ascii(column: Column[Any], *, is_postgres: bool) -> ColumnElement[bool]:
    """Then the database cannot compare it without accents, and it is compared outside."""
    size = func.octet_length(column) if is_postgres else func.length(cast(column, LargeBinary))
    return size > func.length(column)
