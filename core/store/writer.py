"""The results store: one transaction stores a whole batch; ack the messages after it returns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from sqlalchemy import Connection, Engine

from core.achievements.rules import AchievementRules, default_rules
from core.codec.workout_codec import DecodedMessage
from core.errors import StoreUnavailableError
from core.processing.apply_batch import (
    ApplyResult,
    AthleteDelta,
    AthleteUpdate,
    Processed,
    StoredEntry,
    WorkoutWrite,
    content_of,
    deltas_by_athlete,
    is_append,
    process,
    winning_workouts,
)
from core.processing.deduplication import (
    ERASED,
    DedupResult,
    Disposition,
    KnownRevisions,
    Rank,
    deduplicate,
    revision_rank,
)
from core.processing.period_changes import PeriodChanges
from core.sqlite.connection import TIMEOUT_S
from core.store.athlete_cache import LockedAthletes, ProgressCache, entry_from, last_erased_version
from core.store.athletes.period_totals import write_sums, write_totals
from core.store.database.connect import database_at
from core.store.database.port import Database, OnUpdate
from core.store.duplicate_submissions import (
    ABSORBED,
    DuplicateSubmission,
    is_other_submission,
    key_of,
    record_duplicates,
)
from core.store.failure_record import FailureRecord, conflict_record
from core.store.failure_writer import already_settled, lock_keys, resolve_stored, write_failures
from core.store.revisions.writing import athletes_of
from core.store.rows import BatchRows, achievement_count_rows, athlete_rows, earned_key, left_weeks, week_rows
from core.store.rules.in_force import RulesInForce
from core.store.rules.recompute import Computed, Recomputation, Watching
from core.store.statements import Statements, statements_for
from core.store.still_queued import note, note_copies, take_back
from core.workouts.model import ANONYMOUS

CACHED_ATHLETES = 20_000
COMPUTING = "Computing badges by other rules: {:,} of {:,} athletes"
MAX_CONFLICT_RETRIES = 5  # after conflicts with other workers, for one batch


class ResultsStore:
    """Writes results. Belongs to the thread that opened it; other threads and processes open their own."""

    def __init__(
        self,
        url: str,
        *,
        now_ms: Callable[[], int],
        rules: AchievementRules | None = None,
        cached_athletes: int = CACHED_ATHLETES,
        lock_wait_s: float = TIMEOUT_S,
    ) -> None:
        """`rules`: in force where the database holds none. SettingError for a URL of an unknown database kind."""
        self._database = database_at(url)
        self._now_ms = now_ms
        self._rules = RulesInForce(rules or default_rules())
        self._cache = ProgressCache(cached_athletes)
        self._lock_wait_s = lock_wait_s  # for the lock of another writer
        self._engine: Engine | None = None
        self._statements: Statements | None = None

    def open(self, on_update: OnUpdate | None = None) -> None:
        """Create, migrate or check the database; compute again what was earned by other rules. StoreError.

        May follow a `close`. `on_update`: see Database.open.
        """
        self.close()
        engine = self._database.open(lock_wait_s=self._lock_wait_s, on_update=on_update)
        statements = self._statements or statements_for(engine.dialect)

        def tell(computed: Computed) -> None:
            if on_update is not None:
                on_update(COMPUTING.format(computed.athletes, computed.of_athletes))

        try:
            run = Recomputation(self._database, engine, statements, self._rules, self._now_ms())
            run.run(Watching(report=tell))
        except BaseException:
            engine.dispose()
            raise
        self._engine, self._statements = engine, statements

    def close(self) -> None:
        if self._engine is not None:
            self._engine.dispose()
        self._engine = None
        self._cache.clear()
        self._rules.forget()

    def apply(
        self,
        batch: Sequence[DecodedMessage],
        *,
        worker: str,
        picked_up_at_ms: int,
        failures: Sequence[FailureRecord] = (),
        cleared: Sequence[str] = (),
    ) -> list[ApplyResult]:
        """Store a batch in one durable transaction; one ApplyResult a message, in order.

        A redelivery changes nothing. One whose revision is stored with other content comes back FAILED with error type
        `conflict`: its failure is written already, and the caller sends the message to the failed queue. `failures` are
        messages the caller gave up; one whose key is known is not counted again. `cleared`: keys of poison suspects to
        remove. When StoreUnavailableError, StoreDamagedError or StoreValueError is raised, nothing of the batch was
        stored; after StoreFileReplacedError, not in the file that the URL names now: open the store again.
        """
        engine, statements = self._opened()
        prepared = [content_of(incoming) for incoming in batch]  # before the transaction, to keep its locks short
        rows = BatchRows(engine.dialect, worker=worker, picked_up_at_ms=picked_up_at_ms, now_ms=self._now_ms())

        def attempt() -> list[ApplyResult]:
            transaction = _BatchTransaction(statements, self._cache, self._rules, rows, self._database)
            try:
                with self._database.transaction(engine) as connection:
                    conflicts = transaction.run(connection, batch, prepared, lock_keys(failures))
                    records = [
                        *failures,
                        *(conflict_record(batch[i], worker=worker, at_ms=picked_up_at_ms) for i in conflicts),
                    ]
                    transaction.write_failures(connection, batch, records, cleared)
                    transaction.write_ledger(connection, batch)
                    stored = len(batch) - (len(records) - len(failures))
                    note(connection, statements, rows, worker, stored, [record.key for record in records])
            except BaseException:
                self._cache.drop(transaction.by_athlete)
                raise
            for name, update in transaction.processed.updates.items():
                if update.progress is not None:
                    self._cache.put(name, transaction.versions[name], update.progress)
            return transaction.processed.applied

        return self._retry_on_conflict(attempt)

    def poison_suspects(self, keys: Sequence[str]) -> dict[str, int]:
        """Those of `keys` that a worker was processing when it crashed -> how many crashed with only this one in
        flight."""
        engine, statements = self._opened()
        with self._database.transaction(engine) as connection:
            return {key: deaths for key, deaths in statements.suspects.rows(connection, keys)}

    def mark_suspects(self, keys: Sequence[str], *, alone: bool) -> None:
        """Mark these as in flight: each `alone`, or together. `apply` removes the marks."""
        engine, statements = self._opened()
        rows = BatchRows.at(engine.dialect, self._now_ms())
        with self._database.transaction(engine) as connection:
            statements.put_suspect.run(connection, [rows.suspect(key, int(alone)) for key in keys])

    def clear_suspects(self, keys: Sequence[str]) -> None:
        """Remove the marks: no worker has these in flight any more."""
        engine, statements = self._opened()
        with self._database.transaction(engine) as connection:
            statements.drop_suspect.run(connection, [(key,) for key in keys])

    def note_copies(self, keys: Sequence[str]) -> None:
        """Call before a copy of each is published to a retry queue; see still_queued."""
        engine, statements = self._opened()
        rows = BatchRows.at(engine.dialect, self._now_ms())
        with self._database.transaction(engine) as connection:
            note_copies(connection, statements, rows, keys)

    def put_away(self, keys: Sequence[str]) -> None:
        """These have left the queue: keys of failures, of copies, or of a worker's last batch; see still_queued."""
        engine, statements = self._opened()
        now_ms = self._now_ms()
        with self._database.transaction(engine) as connection:
            take_back(connection, statements, BatchRows.at(engine.dialect, now_ms), keys, now_ms)

    def _retry_on_conflict(self, attempt: Callable[[], list[ApplyResult]]) -> list[ApplyResult]:
        """Repeats the transaction after a conflict with a concurrent one, MAX_CONFLICT_RETRIES times."""
        for _ in range(MAX_CONFLICT_RETRIES):
            try:
                return attempt()
            except StoreUnavailableError as error:
                if error.__cause__ is None or not self._database.is_serialization_conflict(error.__cause__):
                    raise
        return attempt()

    def _opened(self) -> tuple[Engine, Statements]:
        if self._engine is None or self._statements is None:
            raise StoreUnavailableError("The results database is not open.")
        return self._engine, self._statements


class _BatchTransaction:
    """The statements of one transaction of `apply`."""

    def __init__(
        self, statements: Statements, cache: ProgressCache, rules: RulesInForce, rows: BatchRows, database: Database
    ) -> None:
        self._statements = statements
        self._database = database
        self._cache = cache
        self._rules = rules
        self._rows = rows
        self._dispositions: list[Disposition] = []
        self._new: Sequence[int] = ()  # indexes of messages that the inbox did not know
        self._uncounted_positions: set[int] = set()  # indexes in the batch that no outbox counts
        self._erased: frozenset[str] = frozenset()  # workouts of which no content may be kept
        self._origins: dict[tuple[str, Rank], str] = {}  # of revisions that the inbox knew
        self._duplicates: Counter[str] = Counter()  # by origin
        self.by_athlete: Mapping[str, AthleteDelta] = {}
        self._periods = PeriodChanges()
        self.versions: dict[str, int] = {}  # after this transaction
        self.processed = Processed([], {})

    def run(
        self,
        connection: Connection,
        batch: Sequence[DecodedMessage],
        prepared: Sequence[WorkoutWrite | None],
        locks: Sequence[str] = (),
    ) -> Iterable[int]:
        """Store the batch, with locks on its workouts and on `locks`. Returns the indexes of conflicts."""
        self._database.lock_workouts(connection, [*(incoming.workout_id for incoming in batch), *locks])
        revisions = self._known_revisions(connection, batch)
        known = frozenset(revisions)
        result = deduplicate(batch, revisions)
        self._erased = frozenset(workout_id for workout_id, ranks in revisions.items() if ERASED in ranks)
        self._dispositions = result.dispositions
        self._new = list(result.new_positions())
        found = winning_workouts(result, prepared)
        current = self._current(connection, [key for key in result.final if key in known])
        self.by_athlete = deltas_by_athlete(result, found, current)
        if self.by_athlete and self._rules.follow(connection):  # after the locks, so they stay until this ends
            self._cache.clear()
        locked = self._lock(connection)
        self.processed = process(batch, result, found, self.by_athlete, locked, self._rules.rules)
        self._write_athletes(connection, locked)
        self._write_revisions(connection, batch, result, current)
        self._write_workouts(connection, batch, result, found, current)
        self._write_earned(connection, self.processed.updates)
        return (i for i, disposition in enumerate(result.dispositions) if disposition is Disposition.CONFLICT)

    def _known_revisions(self, connection: Connection, batch: Sequence[DecodedMessage]) -> KnownRevisions:
        revisions: KnownRevisions = {}
        ids = [incoming.workout_id for incoming in batch]
        for workout_id, revision, deleted, digest, origin in self._statements.inbox.rows(connection, ids):
            rank = revision, bool(deleted)
            revisions.setdefault(workout_id, {})[rank] = bytes(digest)
            self._origins[workout_id, rank] = origin
        return revisions

    def _current(self, connection: Connection, workout_ids: Sequence[str]) -> dict[str, StoredEntry]:
        rows = self._statements.current.rows(connection, workout_ids)
        return {values[0]: StoredEntry(athlete, entry_from(values)) for athlete, *values in rows}

    def _lock(self, connection: Connection) -> LockedAthletes:
        locked = LockedAthletes(connection, self._statements.athletes, self._cache, self._rules.rules)
        earners = [name for name in self.by_athlete if name != ANONYMOUS]
        self._database.lock_athletes(connection, sorted(self.by_athlete))
        locked.lock(list(self.by_athlete), earners)
        locked.load(name for name in earners if not is_append(locked.progress(name), self.by_athlete[name]))
        return locked

    def _write_athletes(self, connection: Connection, locked: LockedAthletes) -> None:
        has_new = any(locked.versions.get(name, (0, 0))[0] == 0 for name in self.by_athlete)
        rows = athlete_rows(self.by_athlete, locked.versions, last_erased_version(connection) if has_new else 0)
        self.versions = {name: version for name, version, *_ in rows}
        self._statements.put_athlete.run(connection, rows)
        self._statements.put_week.run(connection, week_rows(self.by_athlete))
        self._statements.drop_empty_week.run(connection, left_weeks(self.by_athlete))
        self._periods = PeriodChanges.of(self.by_athlete)
        write_totals(connection, self._statements, self._periods.of_athletes)

    def _write_workouts(
        self,
        connection: Connection,
        batch: Sequence[DecodedMessage],
        result: DedupResult,
        found: Mapping[str, WorkoutWrite],
        current: Mapping[str, StoredEntry],
    ) -> None:
        rows = self._rows
        self._statements.put_inbox.run(connection, [rows.inbox(batch[i]) for i in result.new_positions()])
        self._statements.put_workout.run(
            connection, [rows.workout(content, self.versions[content.workout.athlete]) for content in found.values()]
        )
        self._statements.drop_workout.run(connection, [(key,) for key in current if key not in found])

    def _write_revisions(
        self,
        connection: Connection,
        batch: Sequence[DecodedMessage],
        result: DedupResult,
        current: Mapping[str, StoredEntry],
    ) -> None:
        writer = self._statements.revisions
        writer.keep_replaced(connection, list(current), self._origins)
        whose = athletes_of(batch) | {key: stored.athlete for key, stored in current.items()}
        writer.keep(connection, batch, result, whose, self._rows.now_ms, erased=self._erased)

    def _write_earned(self, connection: Connection, updates: Mapping[str, AthleteUpdate]) -> None:
        rows = self._rows
        put = [rows.earned(name, e) for name, update in updates.items() for e in (*update.gained, *update.moved)]
        drop = [earned_key(name, e) for name, update in updates.items() for e in update.lost]
        self._statements.put_earned.run(connection, put)
        self._statements.drop_earned.run(connection, drop)
        self._statements.put_achievement_count.run(connection, achievement_count_rows(updates))

    def write_failures(
        self,
        connection: Connection,
        batch: Sequence[DecodedMessage],
        failures: Sequence[FailureRecord],
        cleared: Sequence[str],
    ) -> None:
        """Write new failures, close those whose messages are stored now."""
        went_through = [
            i
            for i, disposition in zip(batch, self._dispositions, strict=True)
            if disposition is not Disposition.CONFLICT
        ]
        fresh = [batch[i] for i in self._new]
        self._uncounted_positions = {self._new[place] for place in already_settled(connection, self._statements, fresh)}
        # Some were given up before: by a worker that crashed before its ack, or as another copy that was published
        # when a confirm was lost.
        closed = resolve_stored(connection, self._statements, self._rows, went_through, fresh, after_all=bool(cleared))
        self._duplicates.update(closed)
        self._duplicates.update(write_failures(connection, self._statements, self._rows, failures)[1])
        self._statements.drop_suspect.run(connection, [(key,) for key in cleared])

    def write_ledger(self, connection: Connection, batch: Sequence[DecodedMessage]) -> None:
        """Count each message once; failures are counted in their own table.

        The rows that all workers change are written last, so that each waits for the others as briefly as can be.
        """
        write_sums(connection, self._statements, self._periods.over_athletes())
        counts = Counter(
            ("" if place in self._uncounted_positions else incoming.origin or "", disposition.value)
            for place, (incoming, disposition) in enumerate(zip(batch, self._dispositions, strict=True))
            if disposition is not Disposition.CONFLICT
        )
        self._duplicates.update(record_duplicates(connection, self._statements, self._duplicate_submissions(batch)))
        counts.update({(origin, ABSORBED): n for origin, n in self._duplicates.items() if n})
        self._statements.put_ledger.run(connection, [(*key, n) for key, n in sorted(counts.items())])

    def _duplicate_submissions(self, batch: Sequence[DecodedMessage]) -> list[DuplicateSubmission]:
        """Duplicates that another outbox, or another epoch of the same one, accepted."""
        duplicates: list[DuplicateSubmission] = []
        if Disposition.DUPLICATE not in self._dispositions:
            return duplicates
        origins = self._origins
        for incoming, disposition in zip(batch, self._dispositions, strict=True):
            if disposition is Disposition.CONFLICT:
                continue
            rank, origin = revision_rank(incoming), incoming.origin or ""
            if disposition is not Disposition.DUPLICATE:
                origins[incoming.workout_id, rank] = origin
            elif is_other_submission(origin, origins[incoming.workout_id, rank]):
                duplicates.append(DuplicateSubmission(key_of(incoming), origin))
        return duplicates
