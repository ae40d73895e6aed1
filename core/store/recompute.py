"""Recomputes earned achievements when the achievement rules have changed."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, Engine, and_, case, delete, func, insert, select, tuple_, update

from core.achievements.progress import WorkoutEntry, earned_alone, evaluate_all, make_entry
from core.achievements.rules import AchievementRules, Earned
from core.store.athlete_cache import ENTRY_COLUMNS, entry_from
from core.store.database.schema import achievement_counts, athletes, earned_achievements, schema_version, workouts
from core.store.rows import BatchRows, earned_key
from core.store.statements import Statements
from core.workouts.model import ANONYMOUS

_ATHLETES_AT_ONCE = 100
_WORKOUTS_AT_ONCE = 500


def recompute_if_rules_changed(engine: Engine, statements: Statements, rules: AchievementRules, now_ms: int) -> None:
    """Re-evaluate every athlete when the rules have changed, in chunks so that other workers get their turn.

    When interrupted, it starts over at the next opening. Restart workers that still run with older rules.
    """
    with engine.begin() as connection:
        if connection.scalar(select(schema_version.c.rules_digest)) == rules.digest:
            return
    last: str | None = ""
    while last is not None:
        with engine.begin() as connection:
            last = _evaluate_some(connection, statements, rules, BatchRows.at(connection.dialect, now_ms), after=last)
    place: tuple[int, str] | None = (-1, "")
    while place is not None:
        with engine.begin() as connection:
            place = _earn_some_alone(connection, statements, rules, BatchRows.at(connection.dialect, now_ms), place)
    with engine.begin() as connection:
        _count_again(connection)
        connection.execute(update(schema_version).values(rules_digest=rules.digest))


def _evaluate_some(
    connection: Connection, statements: Statements, rules: AchievementRules, rows: BatchRows, *, after: str
) -> str | None:
    """Returns the last name, or None at the end."""
    some = select(athletes.c.name).where(athletes.c.name > after, athletes.c.name != ANONYMOUS)
    names = list(connection.scalars(some.order_by(athletes.c.name).limit(_ATHLETES_AT_ONCE).with_for_update()))
    entries: dict[str, list[WorkoutEntry]] = {}
    for athlete, *values in statements.athletes.newer.rows(connection, [(name, 0) for name in names]):
        entries.setdefault(athlete, []).append(entry_from(values))
    earned = [(name, one) for name, entries in entries.items() for one in evaluate_all(rules, entries).earned]
    _replace_earned(connection, statements, rows, earned, earned_achievements.c.athlete.in_(names))
    return names[-1] if names else None


def _earn_some_alone(
    connection: Connection,
    statements: Statements,
    rules: AchievementRules,
    rows: BatchRows,
    after: tuple[int, str],
) -> tuple[int, str] | None:
    """The same for `anonymous`, whose workouts earn one by one. Returns (version, id) of the last, or None at the
    end."""
    connection.execute(select(athletes.c.name).where(athletes.c.name == ANONYMOUS).with_for_update())
    c = workouts.c
    # By version first, which is the order of the index.
    some = select(c.athlete_version, *ENTRY_COLUMNS).where(c.athlete == ANONYMOUS, c.athlete_version >= after[0])
    some = some.where(tuple_(c.athlete_version, c.id) > after).order_by(c.athlete_version, c.id)
    found = [(version, make_entry(*values)) for version, *values in connection.execute(some.limit(_WORKOUTS_AT_ONCE))]
    earned = [(ANONYMOUS, one) for _, entry in found for one in earned_alone(rules, entry)]
    e = earned_achievements.c
    of_these = and_(e.athlete == ANONYMOUS, e.of_workout.in_([entry.workout_id for _, entry in found]))
    _replace_earned(connection, statements, rows, earned, of_these)
    return (found[-1][0], found[-1][1].workout_id) if found else None


def _replace_earned(
    connection: Connection,
    statements: Statements,
    rows: BatchRows,
    earned: Sequence[tuple[str, Earned]],
    where: ColumnElement[bool],
) -> None:
    """What was earned before and still is keeps its `unlocked_at`."""
    now = {earned_key(athlete, one): rows.earned(athlete, one) for athlete, one in earned}
    had = connection.execute(select(*earned_achievements.primary_key.columns).where(where))
    statements.drop_earned.run(connection, [tuple(row) for row in had if tuple(row) not in now])
    statements.put_earned.run(connection, list(now.values()))


def _count_again(connection: Connection) -> None:
    e = earned_achievements.c
    holders = func.count(case((and_(e.number == 1, e.athlete != ANONYMOUS), 1)))
    connection.execute(delete(achievement_counts))
    connection.execute(
        insert(achievement_counts).from_select(
            ["code", "holders", "times"], select(e.code, holders, func.count()).group_by(e.code)
        )
    )
