"""Progress of recently used athletes, kept in memory between transactions and caught up by row versions."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import CTE, ColumnElement, Connection, Dialect, Select, func, select

from core.achievements.progress import AthleteProgress, WorkoutEntry, make_entry
from core.achievements.rules import AchievementRules
from core.store.bulk_sql import Lookup, PairLookup
from core.store.database.schema import athletes, erasures, read_ms, workouts

ENTRY_COLUMNS: tuple[ColumnElement[object], ...] = (
    workouts.c.id,
    workouts.c.started_at,
    workouts.c.sport,
    workouts.c.duration_min,
    workouts.c.distance_km,
    workouts.c.calories_kcal,
    workouts.c.elevation_gain_m,
    workouts.c.utc_offset_min,
)


def entry_from(row: Sequence[Any]) -> WorkoutEntry:
    """From the values of ENTRY_COLUMNS, as the driver gives them."""
    workout_id, started_at, *measured = row
    return make_entry(workout_id, read_ms(started_at), *measured)


def last_erased_version(connection: Connection) -> int:
    """The highest version of an athlete that was erased."""
    return connection.scalar(select(func.max(erasures.c.last_version))) or 0


class AthleteReads:
    """The statements; shared by all transactions."""

    def __init__(self, dialect: Dialect) -> None:
        versions = select(athletes.c.name, athletes.c.version, athletes.c.rewritten).order_by(athletes.c.name)
        # SQLite has no FOR UPDATE (its dialect leaves it out): there the transaction has locked the file.
        self.versions = Lookup(versions.with_for_update(), athletes.c.name, dialect)
        self.newer = PairLookup(_newer, dialect)


def _newer(pairs: CTE) -> Select[tuple[object, ...]]:
    newer = (workouts.c.athlete == pairs.c.name) & (workouts.c.athlete_version > pairs.c.number)
    return select(workouts.c.athlete, *ENTRY_COLUMNS).join(pairs, newer)


class ProgressCache:
    """At most `limit` athletes, least recently used dropped first. Belongs to the thread of its store."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._progress: OrderedDict[str, tuple[int, AthleteProgress]] = OrderedDict()

    def get(self, athlete: str) -> tuple[int, AthleteProgress] | None:
        return self._progress.get(athlete)

    def put(self, athlete: str, version: int, progress: AthleteProgress) -> None:
        self._progress[athlete] = (version, progress)
        self._progress.move_to_end(athlete)
        if len(self._progress) > self._limit:
            self._progress.popitem(last=False)

    def clear(self) -> None:
        self._progress.clear()

    def drop(self, names: Iterable[str]) -> None:
        for name in names:
            self._progress.pop(name, None)


class LockedAthletes:
    """The athletes of one transaction: their versions, progress, and on demand all their entries."""

    def __init__(
        self, connection: Connection, reads: AthleteReads, cache: ProgressCache, rules: AchievementRules
    ) -> None:
        self._connection = connection
        self._reads = reads
        self._cache = cache
        self._rules = rules
        self._loaded: dict[str, list[WorkoutEntry]] = {}
        self._progress: dict[str, AthleteProgress] = {}
        self.versions: Mapping[str, tuple[int, int]] = {}  # version, rewritten

    def lock(self, names: Sequence[str], earners: Sequence[str]) -> None:
        """Lock the rows of `names`, in order; bring the progress of `earners` up to date."""
        rows = self._reads.versions.rows(self._connection, sorted(names))
        self.versions = {name: (version, rewritten) for name, version, rewritten in rows}
        behind: dict[str, int] = {}
        for name in earners:
            version, rewritten = self.versions.get(name, (0, 0))
            cached = self._cache.get(name)
            if cached is not None and rewritten <= cached[0] <= version:  # a lower version: it was erased
                self._progress[name] = cached[1]
                if cached[0] < version:
                    behind[name] = cached[0]
            else:
                self._progress[name] = AthleteProgress(self._rules)
                if version:
                    behind[name] = 0
        self._catch_up(behind)

    def _catch_up(self, behind: Mapping[str, int]) -> None:
        # Removed first: if the transaction fails, progress that has advanced must not be found in the cache.
        self._cache.drop(behind)
        newer = self._read(behind)
        # Entries that another worker stored sort before entries already added here: start these from all entries.
        mixed = {name for name in newer if behind[name] and not self._progress[name].is_newest(min(newer[name]))}
        newer |= self._read(dict.fromkeys(mixed, 0))
        for name, entries in newer.items():
            if name in mixed:
                self._progress[name] = AthleteProgress(self._rules)
            if name in mixed or behind[name] == 0:
                self._loaded[name] = entries
            progress = self._progress[name]
            for entry in sorted(entries):
                progress.add(entry)

    def _read(self, since: Mapping[str, int]) -> dict[str, list[WorkoutEntry]]:
        entries: dict[str, list[WorkoutEntry]] = {}
        for athlete, *values in self._reads.newer.rows(self._connection, tuple(since.items())):
            entries.setdefault(athlete, []).append(entry_from(values))
        return entries

    def progress(self, athlete: str) -> AthleteProgress:
        return self._progress[athlete]

    def load(self, names: Iterable[str]) -> None:
        """Read all entries of these, before the transaction changes them."""
        self._loaded.update(self._read({name: 0 for name in names if name not in self._loaded}))

    def entries(self, athlete: str) -> Iterable[WorkoutEntry]:
        """Of an athlete that was loaded."""
        return self._loaded.get(athlete, ())
