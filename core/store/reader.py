"""Queries over the results for screens, on their own reader thread; every list is bounded by a limit."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, Select, and_, case, func, or_, select

from core.achievements.athlete_history import AthleteHistory
from core.achievements.progress import earned_alone
from core.achievements.rule_schema import AchievementRule
from core.achievements.rules import AchievementRules, Earned, default_rules
from core.achievements.summary import AchievementSummary, BadgeCount, Unlock
from core.broker.origin import read_origin
from core.errors import StoreUnavailableError
from core.events import EarnedBadge
from core.failures.causes import CONFLICT
from core.failures.models import FailedState
from core.processing.apply_batch import to_entry
from core.processing.deduplication import Disposition
from core.store.athlete_cache import AthleteReads, entry_from
from core.store.athlete_record import read_record
from core.store.athletes.queries import AthleteQueries
from core.store.database.connect import database_at
from core.store.database.port import need_this_version
from core.store.database.schema import (
    achievement_counts,
    athletes,
    earned_achievements,
    failures,
    ledger_counts,
    workouts,
)
from core.store.duplicate_submissions import ABSORBED
from core.store.failed_queries import FailedQueries
from core.store.history_queries import PastQueries
from core.store.known_workouts import KnownWorkouts, Start, read_known
from core.store.rules.changes import RulesState, read_state
from core.store.rules.in_force import CurrentRules, RulesInForce
from core.store.searching import begins_with
from core.store.still_queued import count_still_queued
from core.workouts.folding import folded
from core.workouts.model import ANONYMOUS, Workout
from core.workouts.names import canonical_name
from core.workouts.on_record import AthleteDay, AthleteRecord

# By the kind of a count: which of SettledCounts it belongs to.
_OUTCOMES = {
    Disposition.STORED.value: "stored",
    Disposition.CORRECTED.value: "stored",
    Disposition.DELETED.value: "stored",
    Disposition.SUPERSEDED.value: "stored",
    FailedState.OPEN.value: "failed",
    FailedState.DISCARDED.value: "discarded",
    ABSORBED: "absorbed",
}


@dataclass(frozen=True, slots=True)
class SettledCounts:
    """Counts of messages by outcome, for one outbox and one of its destinations."""

    stored: int = 0
    failed: int = 0  # open on the failed list
    discarded: int = 0
    absorbed: int = 0  # duplicate submissions: accepted by this outbox, and already known from another submission

    @property
    def total(self) -> int:
        return self.stored + self.failed + self.discarded + self.absorbed


@dataclass(frozen=True, slots=True)
class LedgerTotals:
    """Counts of messages by outcome. `stored` are all that took effect, corrections and deletions included, and those
    that a newer revision had superseded: accepted = stored + failed + discarded + waiting + running. `here`: of one
    outbox, by the number of its destination."""

    stored: int
    failed: int  # open on the failed list
    discarded: int
    duplicates: int
    here: Mapping[int, SettledCounts]
    corrections: int  # these three are included in `stored`
    deletions: int
    superseded: int
    conflicts: int  # included in `failed`
    still_queued: int = 0  # settled and, as far as is known, still in the queue


class ResultsReader:
    """Belongs to one thread. All queries raise StoreError."""

    def __init__(self, url: str, *, now_ms: Callable[[], int], rules: AchievementRules | None = None) -> None:
        """`rules`: in force where the database holds none. SettingError for a URL of an unknown database kind."""
        self._database = database_at(url)
        self._now_ms = now_ms
        self._shipped = rules or default_rules()
        self._in_force = RulesInForce(self._shipped)
        self._engine: Engine | None = None
        self._history: tuple[str, int, AthleteHistory] | None = None  # athlete, version
        self.failed = FailedQueries(self._connection, now_ms)
        self.athletes = AthleteQueries(self._connection, self._rules)
        self.past = PastQueries(self._connection, self._rules)

    def open(self) -> None:
        """The database must exist and have the current version: a ResultsStore creates and migrates it."""
        self.close()
        engine = self._database.open_for_reading()
        try:
            with self._database.errors(), engine.connect() as connection:
                need_this_version(connection, self._database.name)
        except BaseException:
            engine.dispose()
            raise
        self._engine = engine

    def close(self) -> None:
        if self._engine is not None:
            self._engine.dispose()
        self._engine = self._history = None
        self._in_force.forget()

    @contextmanager
    def _connection(self) -> Iterator[Connection]:
        if self._engine is None:
            raise StoreUnavailableError("The results database is not open.")
        with self._database.errors(), self._engine.connect() as connection:
            yield connection

    def _rules(self, connection: Connection) -> AchievementRules:
        """In force in this snapshot."""
        if self._in_force.follow(connection):
            self._history = None
        return self._in_force.rules

    def rules_in_force(self) -> CurrentRules:
        with self._connection() as connection:
            self._rules(connection)
            return self._in_force.current(connection)

    def rules_state(self) -> RulesState:
        """Also where this program cannot read the rules in force."""
        with self._connection() as connection:
            return read_state(connection, self._shipped)

    def ledger_counts(self, outbox: str) -> LedgerTotals:
        """`here` counts what the outbox of this origin sent. All from one snapshot."""
        f, opened, gone = failures.c, FailedState.OPEN.value, FailedState.DISCARDED.value
        given_up = select(f.state.label("kind"), f.origin, func.count().label("n"))
        given_up = given_up.where(f.state.in_((opened, gone))).group_by(f.state, f.origin)
        conflicts = select(func.count()).where(f.state == opened, f.cause == CONFLICT)
        with self._connection() as connection:
            rows = [
                *connection.execute(_by_kind_and_origin(select(ledger_counts), outbox)),
                *connection.execute(_by_kind_and_origin(given_up, outbox)),
            ]
            conflicting = connection.scalar(conflicts) or 0
            queued = count_still_queued(connection, self._now_ms())
        counts: Counter[str] = Counter()
        here: defaultdict[int, Counter[str]] = defaultdict(Counter)
        for kind, origin, n in rows:
            counts[kind] += int(n)
            if origin and kind in _OUTCOMES:
                here[read_origin(origin).destination][_OUTCOMES[kind]] += int(n)
        return LedgerTotals(
            sum(counts[kind] for kind, outcome in _OUTCOMES.items() if outcome == "stored"),
            counts[opened],
            counts[gone],
            counts[Disposition.DUPLICATE.value],
            {number: SettledCounts(**outcomes) for number, outcomes in here.items()},
            counts[Disposition.CORRECTED.value],
            counts[Disposition.DELETED.value],
            counts[Disposition.SUPERSEDED.value],
            conflicting,
            queued,
        )

    def missing_rows(self) -> int:
        """How many workouts are missing compared with the athletes' totals: deleted by another program.

        Scans an index of all workouts.
        """
        totalled = select(func.coalesce(func.sum(athletes.c.workouts), 0)).scalar_subquery()
        there = select(func.count()).select_from(workouts).scalar_subquery()
        with self._connection() as connection:
            return int(connection.scalar(select(totalled - there)) or 0)

    def achievement_summary(self, latest: int = 20) -> AchievementSummary:
        """Holders by badge; hidden badges only when earned. `latest` limits the list of the newest."""
        people = select(func.count()).select_from(athletes).where(athletes.c.workouts > 0, athletes.c.name != ANONYMOUS)
        with self._connection() as connection:
            rules = self._rules(connection)
            at_ms = self._now_ms()
            counts = {code: (holders, times) for code, holders, times in connection.execute(select(achievement_counts))}
            athlete_count = connection.scalar(people) or 0
            feed = _latest_unlocks(connection, latest)
        badges = tuple(
            BadgeCount(a.code, a.name, counts.get(a.code, (0, 0))[0], a.description, a.repeatable)
            for a in rules.all
            if not a.hidden or counts.get(a.code, (0, 0))[1]
        )
        return AchievementSummary(at_ms, badges, sum(times for _, times in counts.values()), athlete_count, feed)

    def athlete_names(self, prefix: str, limit: int, *, offset: int = 0) -> tuple[str, ...]:
        """Sorted by name; matches any case and accents. Without `anonymous`."""
        name, begins = athletes.c.name, begins_with(athletes.c.name_folded, folded(prefix))
        found = select(name).where(athletes.c.workouts > 0, name != ANONYMOUS, begins)
        with self._connection() as connection:
            return tuple(connection.scalars(found.order_by(name).limit(limit).offset(offset)))

    def athlete_record(self, request: AthleteDay) -> AthleteRecord:
        """What matters for the athlete's next workout of that day."""
        with self._connection() as connection:
            return read_record(connection, request)

    def known_workouts(self, ids: Collection[str], starts: Collection[Start]) -> KnownWorkouts:
        """Which of these ids, and of these athletes and starts, are stored. For some hundred at once."""
        with self._connection() as connection:
            return read_known(connection, ids, starts)

    def would_unlock(self, workout: Workout) -> tuple[AchievementRule, ...]:
        """Achievements that storing this draft now would newly earn, each once."""
        entry = to_entry(workout, workout.workout_id)[1]
        with self._connection() as connection:
            rules = self._rules(connection)
            if workout.anonymous:
                earned: Sequence[Earned] = earned_alone(rules, entry)
            else:
                earned = self._history_of(connection, rules, workout.athlete).would_unlock(entry)
        return tuple(rules.by_code[code] for code in dict.fromkeys(one.code for one in earned))

    def _history_of(self, connection: Connection, rules: AchievementRules, name: str) -> AthleteHistory:
        """The last one is cached: the form asks at every key press."""
        version = connection.scalar(select(athletes.c.version).where(athletes.c.name == name)) or 0
        if self._history is None or self._history[:2] != (name, version):
            found = AthleteReads(connection.dialect).newer.rows(connection, [(name, 0)])
            entries = [entry_from(values) for _, *values in found]
            self._history = (name, version, AthleteHistory(entries, rules=rules))
        return self._history[2]


def _latest_unlocks(connection: Connection, limit: int) -> tuple[Unlock, ...]:
    """Newest first, by when they were first stored."""
    c = earned_achievements.c
    newest = select(c.unlocked_at, c.athlete, c.code, c.name)
    newest = newest.order_by(c.unlocked_at.desc(), c.earned_at.desc(), c.athlete, c.code).limit(limit)
    rows = connection.execute(newest)
    return tuple(Unlock(at, canonical_name(athlete), EarnedBadge(code, name)) for at, athlete, code, name in rows)


def _by_kind_and_origin(counts: Select[Any], outbox: str) -> Select[Any]:
    """Rows of (kind, origin, n): those of this outbox by their origin, all others under ''."""
    found = counts.subquery().c
    begins = f"{outbox}."
    is_here = or_(found.origin == outbox, func.substr(found.origin, 1, len(begins)) == begins)
    origin = case((and_(is_here, found.origin != ""), found.origin), else_="").label("of")
    return select(found.kind, origin, func.sum(found.n)).group_by(found.kind, origin)
