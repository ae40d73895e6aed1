"""Migrates a results database of an older version, one step after another."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from time import monotonic
from typing import Any

from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Column, Connection, Table, bindparam, func, inspect, select, text, update

from core.athletes.board_periods import ALL_TIME
from core.broker.ports import Message
from core.codec.body_summary import summarize_body
from core.errors import StoreUnavailableError
from core.failures.causes import FIELD_LABELS, INVALID, UNDECODABLE, failure_code_for
from core.failures.failure_key import failure_key
from core.logs import get_log
from core.processing.period_changes import ALL_SPORTS
from core.store.athletes.period_totals import rebuild_totals
from core.store.database.port import OnUpdate
from core.store.database.schema import (
    FIRST_RULES,
    SCHEMA_VERSION,
    absorbed,
    achievement_rules,
    athletes,
    earned_achievements,
    erasures,
    failure_tries,
    failures,
    ledger_counts,
    period_sums,
    period_totals,
    revisions,
    schema_version,
    still_queued,
    suspects,
    workouts,
)
from core.store.rows import folded_beyond_ascii
from core.workouts.folding import folded
from core.workouts.model import ANONYMOUS

FOLDED = "_folded"
ROWS_AT_ONCE = 2_000
TELL_EVERY_S = 2.0

_log = get_log(__name__)


class UpdateProgress:
    """Says how far the update is: at the beginning of each part, and then every few seconds."""

    def __init__(self, on_update: OnUpdate | None) -> None:
        self._on_update = on_update or _log_update
        self._told_at_s = monotonic()

    def begin(self, what: str) -> None:
        self._told_at_s = monotonic()
        self._on_update(f"Updating the results to version {SCHEMA_VERSION}: {what}")

    def workouts(self, done: int, whole: int) -> None:
        if monotonic() - self._told_at_s >= TELL_EVERY_S:
            self.begin(f"{done:,} of {whole:,} workouts")


def _log_update(words: str) -> None:
    _log.info("results database", update=words)


Step = Callable[[Operations, Connection, UpdateProgress], None]


def migrate(connection: Connection, found: int, on_update: OnUpdate | None = None) -> None:
    """Runs in the caller's transaction. `found`: the version of the existing tables."""
    progress = UpdateProgress(on_update)
    if connection.dialect.name == "postgresql":
        # A step over millions of rows may take longer than the limit of a worker's statement.
        connection.execute(text("SET LOCAL statement_timeout = 0"))
    operations = Operations(MigrationContext.configure(connection))
    for version in range(found + 1, SCHEMA_VERSION + 1):
        STEPS[version](operations, connection, progress)
    connection.execute(update(schema_version).values(version=SCHEMA_VERSION))


def _failures_as_a_list(operations: Operations, connection: Connection, _progress: UpdateProgress) -> None:
    """Version 2: failures have a state and a cause, and are counted in their own table."""
    operations.drop_index("failures_by_time", "failures")
    old = {column["name"] for column in inspect(connection).get_columns("failures")}
    for column in failures.columns:
        if column.name not in old:
            operations.add_column("failures", _copied(column))
    _create_missing_indexes(connection)
    for table in (failure_tries, suspects):
        table.create(connection)
    _fill_failures(connection)
    connection.execute(ledger_counts.delete().where(ledger_counts.c.kind == "failed"))


def _failures_in_their_order(operations: Operations, connection: Connection, _progress: UpdateProgress) -> None:
    """Version 3: pages of failures are read in the order of an index."""
    if "failures_by_state" in {index["name"] for index in inspect(connection).get_indexes("failures")}:
        operations.drop_index("failures_by_state", "failures")
    _create_missing_indexes(connection)


def _absorbed(operations: Operations, connection: Connection, _progress: UpdateProgress) -> None:
    """Version 4: duplicate submissions, and several resends of one failure, are distinguished from redeliveries."""
    absorbed.create(connection)
    _create_missing_indexes(connection)


def _local_times(operations: Operations, connection: Connection, _progress: UpdateProgress) -> None:
    """Version 5: a workout stores the offset of its start, for its local day, hour and week.

    Rows stored before count as UTC, since their offset was not stored: their weekly totals and achievements stay.
    """
    operations.add_column("workouts", _copied(workouts.c.utc_offset_min))
    stored = connection.scalar(select(func.count()).select_from(workouts))
    _log.info("workouts keep the offset of their start from now on; those stored before count as UTC", stored=stored)


def _earned_alone(operations: Operations, connection: Connection, _progress: UpdateProgress) -> None:
    """Version 6: each workout of `anonymous` earns by itself, so its id is part of the key of what it earned.

    Achievements of those stored before are recomputed when the rules are applied next, which is at the same start.
    """
    columns = [column.name for column in earned_achievements.columns if column.name != "of_workout"]
    if connection.dialect.name == "postgresql":
        # Altered in place, so that grants and other programs' views of the table stay.
        name = inspect(connection).get_pk_constraint("earned_achievements")["name"]
        operations.add_column("earned_achievements", _copied(earned_achievements.c.of_workout))
        operations.drop_constraint(name or "", "earned_achievements", type_="primary")
        key = [column.name for column in earned_achievements.primary_key.columns]
        operations.create_primary_key(name, "earned_achievements", key)
    else:  # SQLite cannot change the key of a table
        named = ", ".join(columns)
        operations.execute(f"CREATE TEMP TABLE earned_before AS SELECT {named} FROM earned_achievements")
        earned_achievements.drop(connection)
        earned_achievements.create(connection)
        operations.execute(f"INSERT INTO earned_achievements ({named}) SELECT {named} FROM earned_before")
        operations.execute("DROP TABLE earned_before")
    connection.execute(update(schema_version).values(rules_digest=""))


def _still_queued(_operations: Operations, connection: Connection, _progress: UpdateProgress) -> None:
    """Version 7: messages that are settled and still in the queue are recorded."""
    still_queued.create(connection)


def _extras_kept(operations: Operations, connection: Connection, _progress: UpdateProgress) -> None:
    """Version 8: failures store the properties and headers of other programs."""
    if "extras" not in {column["name"] for column in inspect(connection).get_columns("failures")}:
        operations.add_column("failures", _copied(failures.c.extras))


def _folded_texts(operations: Operations, connection: Connection, _progress: UpdateProgress) -> None:
    """Version 9: texts with letters beyond ASCII are found in any case and without accents."""
    operations.add_column("athletes", _copied(athletes.c.name_folded))
    for table in (workouts, failures):
        for column in table.columns:
            if column.name.endswith(FOLDED) and not _has(connection, column):
                operations.add_column(table.name, _copied(column))
    for index in athletes.indexes:
        index.create(connection)
    for table in (athletes, workouts, failures):
        _fold_old_rows(connection, table)


def _periods(_operations: Operations, connection: Connection, progress: UpdateProgress) -> None:
    """Version 10: workouts are read in the order of their starts, leaderboards from the sums of their periods;
    replaced revisions and erasures are written down from now on, and achievement rules can be changed."""
    progress.begin("indexes of the workouts")
    for index in sorted(workouts.indexes, key=lambda one: str(one.name)):
        index.create(connection, checkfirst=True)
    for table in (revisions, period_totals, period_sums, erasures, achievement_rules):
        table.create(connection)
    connection.execute(achievement_rules.insert().values(FIRST_RULES))
    progress.begin("sums for the leaderboards")
    rebuild_totals(connection, progress.workouts)
    summed = select(period_sums.c.workouts).where(period_sums.c.period == ALL_TIME, period_sums.c.sport == ALL_SPORTS)
    stored = select(func.count()).select_from(workouts).where(workouts.c.athlete != ANONYMOUS)
    if (connection.scalar(summed) or 0) != connection.scalar(stored):
        raise StoreUnavailableError("The results could not be updated: their sums lack a workout. Nothing was changed.")


def _fold_old_rows(connection: Connection, table: Table) -> None:
    """In chunks, in the order of the key."""
    key = next(iter(table.primary_key.columns))
    pairs = [(table.c[c.name.removesuffix(FOLDED)], c) for c in table.columns if c.name.endswith(FOLDED)]
    some = select(key, *(source for source, _ in pairs)).order_by(key).limit(ROWS_AT_ONCE)
    set_them: dict[str, Any] = {target.name: bindparam(f"new_{target.name}") for _, target in pairs}
    change = update(table).where(key == bindparam("of")).values(set_them)
    rows = connection.execute(some).all()
    while rows:
        made = []
        for of, *texts in rows:
            values = [
                folded(text) if not target.nullable else folded_beyond_ascii(text)
                for text, (_, target) in zip(texts, pairs, strict=True)
            ]
            if any(value is not None for value in values):
                made.append({"of": of, **{f"new_{c.name}": value for (_, c), value in zip(pairs, values, strict=True)}})
        if made:
            connection.execute(change, made)
        rows = connection.execute(some.where(key > rows[-1][0])).all()


def _create_missing_indexes(connection: Connection) -> None:
    """Those of the failed list."""
    present = {index["name"] for index in inspect(connection).get_indexes("failures")}
    for index in failures.indexes:
        if index.name not in present:
            index.create(connection)


def _has(connection: Connection, column: Column[Any]) -> bool:
    """Whether an earlier step created the table as it is today, with this column."""
    return column.name in {one["name"] for one in inspect(connection).get_columns(column.table.name)}


def _copied(column: Column[Any]) -> Column[Any]:
    return Column(column.name, column.type, nullable=column.nullable, server_default=column.server_default)


def _fill_failures(connection: Connection) -> None:
    found = connection.execute(
        select(failures.c.key, failures.c.message_id, failures.c.error_type, failures.c.reason, failures.c.body)
    ).fetchall()
    for key, message_id, error_type, reason, body in found:
        seen = summarize_body(bytes(body))
        values = {
            # The key of a conflict was made from the workout; its copy in the queue is found by the message.
            "key": failure_key(Message(bytes(body), message_id)) if key.startswith("conflict:") else key,
            "cause": _cause(error_type, reason),
            "body_bytes": len(body),
            "athlete": seen.athlete,
            "sport": seen.sport,
            "duration_min": seen.duration_min,
            "distance_km": seen.distance_km,
        }
        connection.execute(update(failures).where(failures.c.key == key).values(values))
        connection.execute(
            failure_tries.insert().from_select(
                ["key", "number", "failed_at", "worker", "reason"],
                select(
                    failures.c.key, failures.c.attempts, failures.c.failed_at, failures.c.worker, failures.c.reason
                ).where(failures.c.key == values["key"]),
            )
        )


def _cause(error_type: str, reason: str) -> str:
    if error_type == UNDECODABLE:
        return f"{UNDECODABLE}/"
    if error_type == INVALID:
        field = reason.partition(":")[0].partition(".")[0]
        return f"{INVALID}/{field if field in FIELD_LABELS else ''}/wrong"
    return failure_code_for(error_type).code


STEPS: Mapping[int, Step] = {
    2: _failures_as_a_list,
    3: _failures_in_their_order,
    4: _absorbed,
    5: _local_times,
    6: _earned_alone,
    7: _still_queued,
    8: _extras_kept,
    9: _folded_texts,
    10: _periods,
}
