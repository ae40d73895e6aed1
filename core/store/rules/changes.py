"""Changes the achievement rules in force, and computes what everyone has earned by them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, select, update

from core.achievements.rule_file import checked_rules
from core.achievements.rules import AchievementRules
from core.errors import SettingError
from core.store.database.connect import database_at
from core.store.database.port import Database
from core.store.database.schema import FIRST_RULES, achievement_rules, schema_version
from core.store.rules.in_force import RulesInForce
from core.store.rules.recompute import Computed, Recomputation, Recomputed, Watching, computed_so_far
from core.store.statements import statements_for

_r = achievement_rules.c
CHANGED_MEANWHILE = "{by} changed the rules meanwhile: look at those first."
ANOTHER = "Another program"


@dataclass(frozen=True, slots=True)
class RulesState:
    """`text` None: each program's own rules are in force. `computed`: how far results are; None: all follow them.

    `athletes`: how many there are.
    """

    version: int
    text: str | None
    changed_at_ms: int | None
    changed_by: str
    computed: Computed | None
    athletes: int


def read_state(connection: Connection, shipped: AchievementRules) -> RulesState:
    """Also where this program cannot read the rules in force."""
    row = connection.execute(select(_r.version, _r.text, _r.digest, _r.changed_at, _r.changed_by)).one()
    digest = shipped.digest if row.text is None else row.digest
    is_computed = connection.scalar(select(schema_version.c.rules_digest)) == digest
    computed = computed_so_far(connection)
    left = None if is_computed else computed
    return RulesState(row.version, row.text, row.changed_at, row.changed_by or "", left, computed.of_athletes)


def rules_state(url: str, shipped: AchievementRules) -> RulesState:
    """Creates or updates the database where that is needed. StoreError."""
    with _opened(url) as (database, engine), database.transaction(engine) as connection:
        return read_state(connection, shipped)


def put_in_force(
    url: str,
    text: str | None,
    shipped: AchievementRules,
    *,
    by: str,
    now_ms: int,
    version: int | None = None,
) -> RulesState:
    """From its commit on, whatever is stored is earned by these rules; `compute_again` does the rest. StoreError.

    `text`: a rule file; RuleFileError where it is wrong. None: the rules that each program is shipped with. `version`:
    what the change was made from; SettingError where that is no longer in force.
    """
    rules = shipped if text is None else checked_rules(text)
    with _opened(url) as (database, engine), database.transaction(engine) as connection:
        database.lock_rules(connection)
        before = read_state(connection, shipped)
        if version is not None and version != before.version:
            raise SettingError(CHANGED_MEANWHILE.format(by=before.changed_by or ANOTHER))
        digest_before = connection.scalar(select(_r.digest)) or shipped.digest
        values = {
            "version": before.version + 1,
            "text": text,
            "digest": "" if text is None else rules.digest,
            "changed_at": now_ms,
            "changed_by": by,
        }
        connection.execute(update(achievement_rules).values(values))
        if rules.digest != digest_before:
            # Now, and not when computing begins: until then some is earned by these, and the ones before may come back.
            connection.execute(update(schema_version).values(rules_digest=""))
            start = {name: value for name, value in FIRST_RULES.items() if name.startswith("comput")}
            connection.execute(update(achievement_rules).values(start))
        return read_state(connection, shipped)


def compute_again(url: str, shipped: AchievementRules, *, now_ms: int, watching: Watching) -> Recomputed:
    """Go on computing what everyone has earned by the rules in force; see Recomputation. StoreError."""
    with _opened(url) as (database, engine):
        return Recomputation(database, engine, statements_for(engine.dialect), RulesInForce(shipped), now_ms).run(
            watching
        )


@contextmanager
def _opened(url: str) -> Iterator[tuple[Database, Engine]]:
    database = database_at(url)
    engine = database.open()
    try:
        yield database, engine
    finally:
        engine.dispose()
