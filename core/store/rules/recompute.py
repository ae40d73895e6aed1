"""Computes what everyone has earned once more, after the achievement rules have changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from threading import Event

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    and_,
    case,
    delete,
    exists,
    func,
    insert,
    select,
    tuple_,
    update,
)

from core.achievements.progress import WorkoutEntry, earned_alone, evaluate_all, make_entry
from core.achievements.rules import Earned
from core.store.athlete_cache import ENTRY_COLUMNS, entry_from
from core.store.database.port import Database
from core.store.database.schema import (
    FIRST_RULES,
    achievement_counts,
    achievement_rules,
    athletes,
    earned_achievements,
    schema_version,
    workouts,
)
from core.store.rows import BatchRows, earned_key
from core.store.rules.in_force import RulesInForce
from core.store.statements import Statements
from core.workouts.model import ANONYMOUS

_ATHLETES_AT_ONCE = 100
_WORKOUTS_AT_ONCE = 500
REST_S = 0.025  # between two chunks: SQLite lets a writer that waits look again after so long

_e, _r = earned_achievements.c, achievement_rules.c
_START = {name: value for name, value in FIRST_RULES.items() if name.startswith("computed_")}


@dataclass(frozen=True, slots=True)
class Computed:
    """How far it is: athletes first, then workouts of `anonymous`."""

    athletes: int
    of_athletes: int
    workouts: int = 0
    of_workouts: int = 0


@dataclass(frozen=True, slots=True)
class BadgeChange:
    code: str
    name: str
    athletes: int


@dataclass(frozen=True, slots=True)
class Recomputed:
    """What one run has changed. `is_finished`: all follows the rules in force; else the next run goes on."""

    is_finished: bool
    earned: tuple[BadgeChange, ...] = ()  # by so many athletes, who did not have it before
    lost: tuple[BadgeChange, ...] = ()


@dataclass(frozen=True, slots=True)
class Watching:
    """Called between two chunks, in the thread that computes. `goes_on`: whether to; it rests for REST_S meanwhile."""

    report: Callable[[Computed], object] = lambda _computed: None
    goes_on: Callable[[], bool] = lambda: not Event().wait(REST_S)


class Recomputation:
    """One run, in chunks, so that workers get their turn.

    Each chunk begins where the last one ended, in whichever run: a run that was stopped or killed goes on in the next
    one, and two at a time share the work. What workers store meanwhile is earned by the same rules.
    """

    def __init__(
        self, database: Database, engine: Engine, statements: Statements, in_force: RulesInForce, now_ms: int
    ) -> None:
        self._database, self._engine, self._statements = database, engine, statements
        self._in_force = in_force
        self._rows = BatchRows.at(engine.dialect, now_ms)
        self._earned: Counter[tuple[str, str]] = Counter()  # by code and name
        self._lost: Counter[tuple[str, str]] = Counter()
        self._so_far: Computed | None = None

    def run(self, watching: Watching) -> Recomputed:
        """StoreError."""
        while not self._is_finished():
            computed = self._next_chunk()
            if computed is None:
                self._finish()
                continue
            watching.report(computed)
            if not watching.goes_on():
                return self._changes(is_finished=False)
        return self._changes(is_finished=True)

    def _is_finished(self) -> bool:
        with self._database.transaction(self._engine) as connection:
            self._in_force.follow(connection)
            return self._in_force.is_computed(connection)

    def _changes(self, *, is_finished: bool) -> Recomputed:
        return Recomputed(is_finished, _changes(self._earned), _changes(self._lost))

    def _next_chunk(self) -> Computed | None:
        """None when nothing is left."""
        with self._database.transaction(self._engine) as connection:
            self._database.hold_rules(connection)
            self._in_force.follow(connection)
            place = select(_r.computing, _r.computed_athlete, _r.computed_version, _r.computed_workout)
            computing, after, version, workout_id = connection.execute(place.with_for_update()).one()
            if computing != self._in_force.digest:
                after, version, workout_id = _START.values()
                self._begin(connection)
            so_far = self._so_far or computed_so_far(connection)
            names = self._evaluate_some(connection, after)
            if names:
                done: dict[str, object] = {"computed_athlete": names[-1]}
                so_far = replace(so_far, athletes=so_far.athletes + len(names))
            else:
                found = self._earn_some_alone(connection, (version, workout_id))
                if not found:
                    return None
                done = {"computed_version": found[-1][0], "computed_workout": found[-1][1].workout_id}
                so_far = replace(so_far, workouts=so_far.workouts + len(found))
            connection.execute(update(achievement_rules).values(done))
        self._so_far = so_far
        return so_far

    def _begin(self, connection: Connection) -> None:
        """From now on no program takes the results for finished, whatever rules it comes with."""
        connection.execute(update(achievement_rules).values(computing=self._in_force.digest, **_START))
        connection.execute(update(schema_version).values(rules_digest=""))
        self._so_far = None

    def _finish(self) -> None:
        """Unless the rules have changed meanwhile. No worker stores while it counts the holders."""
        with self._database.transaction(self._engine) as connection:
            self._database.lock_rules(connection)
            self._in_force.follow(connection)
            if connection.scalar(select(_r.computing)) != self._in_force.digest:
                return
            there = exists().where(workouts.c.id == _e.of_workout)
            # Deleted meanwhile: by the rules of now, which may not know what it had earned.
            connection.execute(delete(earned_achievements).where(_e.athlete == ANONYMOUS, ~there))
            _count_again(connection)
            connection.execute(update(achievement_rules).values(_START))  # of an athlete only as long as it is needed
            connection.execute(update(schema_version).values(rules_digest=self._in_force.digest))

    def _evaluate_some(self, connection: Connection, after: str) -> list[str]:
        """The next athletes by name; none at the end."""
        some = select(athletes.c.name).where(athletes.c.name > after, athletes.c.name != ANONYMOUS)
        names = list(connection.scalars(some.order_by(athletes.c.name).limit(_ATHLETES_AT_ONCE).with_for_update()))
        entries: dict[str, list[WorkoutEntry]] = {}
        for athlete, *values in self._statements.athletes.newer.rows(connection, [(name, 0) for name in names]):
            entries.setdefault(athlete, []).append(entry_from(values))
        rules = self._in_force.rules
        earned = [(name, one) for name, entries in entries.items() for one in evaluate_all(rules, entries).earned]
        self._replace_earned(connection, earned, _e.athlete.in_(names))
        return names

    def _earn_some_alone(self, connection: Connection, after: tuple[int, str]) -> list[tuple[int, WorkoutEntry]]:
        """The same for `anonymous`, whose workouts earn one by one. By version and id."""
        connection.execute(select(athletes.c.name).where(athletes.c.name == ANONYMOUS).with_for_update())
        c = workouts.c
        # By version first, which is the order of the index.
        some = select(c.athlete_version, *ENTRY_COLUMNS).where(c.athlete == ANONYMOUS, c.athlete_version >= after[0])
        some = some.where(tuple_(c.athlete_version, c.id) > after).order_by(c.athlete_version, c.id)
        found = [
            (version, make_entry(*values)) for version, *values in connection.execute(some.limit(_WORKOUTS_AT_ONCE))
        ]
        earned = [(ANONYMOUS, one) for _, entry in found for one in earned_alone(self._in_force.rules, entry)]
        of_these = and_(_e.athlete == ANONYMOUS, _e.of_workout.in_([entry.workout_id for _, entry in found]))
        self._replace_earned(connection, earned, of_these)
        return found

    def _replace_earned(
        self, connection: Connection, earned: Sequence[tuple[str, Earned]], where: ColumnElement[bool]
    ) -> None:
        """What was earned before and still is keeps its `unlocked_at`."""
        now = {earned_key(athlete, one): self._rows.earned(athlete, one) for athlete, one in earned}
        key = earned_achievements.primary_key.columns
        rows = connection.execute(select(*key, _e.name).where(where))
        had = {tuple(row[:-1]): row.name for row in rows}
        self._statements.drop_earned.run(connection, [of for of in had if of not in now])
        self._statements.put_earned.run(connection, list(now.values()))
        names = {earned_key(athlete, one): one.name for athlete, one in earned}
        self._earned.update(_first_times(names, had))
        self._lost.update(_first_times(had, names))


def _first_times(some: dict[tuple[object, ...], str], others: dict[tuple[object, ...], str]) -> list[tuple[str, str]]:
    """Code and name of what athletes have for the first time in `some` and not in `others`."""
    return [
        (str(code), name)
        for (athlete, of_workout, code, number), name in some.items()
        if number == 1 and athlete != ANONYMOUS and (athlete, of_workout, code, number) not in others
    ]


def _changes(counted: Counter[tuple[str, str]]) -> tuple[BadgeChange, ...]:
    """Most athletes first."""
    return tuple(BadgeChange(code, name, n) for (code, name), n in sorted(counted.items(), key=lambda c: (-c[1], c[0])))


def computed_so_far(connection: Connection) -> Computed:
    """By the place in the row of the rules."""
    c, w = athletes.c, workouts.c
    place = select(_r.computed_athlete, _r.computed_version, _r.computed_workout)
    after, version, workout_id = connection.execute(place).one()
    named = select(func.count(case((c.name <= after, 1))), func.count()).where(c.name != ANONYMOUS)
    alone = select(func.count()).where(w.athlete == ANONYMOUS, tuple_(w.athlete_version, w.id) <= (version, workout_id))
    of_workouts = select(func.coalesce(func.sum(c.workouts), 0)).where(c.name == ANONYMOUS)
    done, total = connection.execute(named).one()
    workouts_done, workouts_total = connection.execute(
        select(alone.scalar_subquery(), of_workouts.scalar_subquery())
    ).one()
    return Computed(done, total, workouts_done, int(workouts_total))


def _count_again(connection: Connection) -> None:
    holders = func.count(case((and_(_e.number == 1, _e.athlete != ANONYMOUS), 1)))
    connection.execute(delete(achievement_counts))
    connection.execute(
        insert(achievement_counts).from_select(
            ["code", "holders", "times"], select(_e.code, holders, func.count()).group_by(_e.code)
        )
    )
