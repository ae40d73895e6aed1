"""Brings what was earned up to the achievement rules of today, where it followed others."""

from __future__ import annotations

from sqlalchemy import Connection, Engine, case, delete, func, insert, select, update

from core.achievements import AchievementRules
from core.fold import Entry, fold_all
from core.store.athletes import entry_from
from core.store.rows import BatchRows
from core.store.schema import achievement_counts, athletes, earned_achievements, schema_version
from core.store.statements import Statements
from core.workout import ANONYMOUS

_ATHLETES_AT_ONCE = 100


def follow_rules(engine: Engine, statements: Statements, rules: AchievementRules, now_ms: int) -> None:
    """Fold every athlete again when the rules have changed, some at a time so that other workers get their turn.

    Interrupted, it starts over with the next opening. A worker that still runs with older rules should be restarted.
    """
    with engine.begin() as connection:
        if connection.scalar(select(schema_version.c.rules_digest)) == rules.digest:
            return
    last: str | None = ""
    while last is not None:
        with engine.begin() as connection:
            last = _fold_some(connection, statements, rules, BatchRows.at(connection.dialect, now_ms), after=last)
    with engine.begin() as connection:
        _count_again(connection)
        connection.execute(update(schema_version).values(rules_digest=rules.digest))


def _fold_some(
    connection: Connection, statements: Statements, rules: AchievementRules, rows: BatchRows, *, after: str
) -> str | None:
    """Returns the last name, or None when there are no more."""
    some = select(athletes.c.name).where(athletes.c.name > after, athletes.c.name != ANONYMOUS)
    names = list(connection.scalars(some.order_by(athletes.c.name).limit(_ATHLETES_AT_ONCE).with_for_update()))
    entries: dict[str, list[Entry]] = {}
    for athlete, *values in statements.athletes.newer.rows(connection, [(name, 0) for name in names]):
        entries.setdefault(athlete, []).append(entry_from(values))
    earned = {
        (athlete, one.code, one.number): rows.earned(athlete, one)
        for athlete, some_entries in entries.items()
        for one in fold_all(rules, some_entries).earned
    }
    key = earned_achievements.primary_key.columns
    had = connection.execute(select(*key).where(earned_achievements.c.athlete.in_(names)))
    statements.drop_earned.run(connection, [tuple(row) for row in had if tuple(row) not in earned])
    statements.put_earned.run(connection, list(earned.values()))
    return names[-1] if names else None


def _count_again(connection: Connection) -> None:
    code, number = earned_achievements.c.code, earned_achievements.c.number
    holders = func.count(case((number == 1, 1)))
    connection.execute(delete(achievement_counts))
    connection.execute(
        insert(achievement_counts).from_select(
            ["code", "holders", "times"], select(code, holders, func.count()).group_by(code)
        )
    )
