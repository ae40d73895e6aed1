"""Which achievement rules decide: those that the results hold, or, where they hold none, those of the program."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from core.achievements.rules import AchievementRules
from core.errors import SettingError, StoreUnavailableError
from core.store.database.schema import achievement_rules, schema_version

_r = achievement_rules.c
_VERSION = "SELECT version FROM achievement_rules"  # as plain text: each batch asks, and SQLAlchemy costs more than it
UNREADABLE = "The achievement rules in the results are not for this version of the program: {problem}"


@dataclass(frozen=True, slots=True)
class CurrentRules:
    """`is_computed`: all that is earned follows them."""

    version: int
    is_computed: bool
    rules: AchievementRules


class RulesInForce:
    """Follows the rules of one database: parsed once for each change. Belongs to the thread of its store or reader."""

    def __init__(self, shipped: AchievementRules) -> None:
        self._shipped = shipped
        self._version = 0  # none has this
        self.rules = shipped
        self.digest = shipped.digest

    def forget(self) -> None:
        """Another database may be opened next."""
        self._version = 0

    def follow(self, connection: Connection) -> bool:
        """Take in what is in force in this transaction; whether it is other than before.

        StoreUnavailableError where this program cannot read them: nothing may be earned by others.
        """
        if connection.exec_driver_sql(_VERSION).scalar_one() == self._version:
            return False
        version, text, digest = connection.execute(select(_r.version, _r.text, _r.digest)).one()
        if text is None:
            self.rules, self.digest = self._shipped, self._shipped.digest
        else:
            try:
                self.rules, self.digest = AchievementRules.parse(text), digest
            except SettingError as error:
                raise StoreUnavailableError(UNREADABLE.format(problem=error)) from None
        self._version = version
        return True

    def current(self, connection: Connection) -> CurrentRules:
        self.follow(connection)
        return CurrentRules(self._version, self.is_computed(connection), self.rules)

    def is_computed(self, connection: Connection) -> bool:
        """Whether all that is earned follows these rules."""
        return connection.scalar(select(schema_version.c.rules_digest)) == self.digest
