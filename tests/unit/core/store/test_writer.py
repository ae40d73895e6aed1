"""The results store on a real SQLite file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.event import listen

from core.achievements.progress import AthleteProgress
from core.achievements.rule_schema import AchievementRule
from core.achievements.rules import AchievementRules, default_rules
from core.codec.workout_codec import DecodedMessage
from core.errors import SettingError, StoreDamagedError, StoreFileReplacedError, StoreUnavailableError, StoreValueError
from core.events import OutcomeKind
from core.sqlite.connection import sqlite_module
from core.store.athlete_cache import ProgressCache
from core.store.database.sqlite import SQLiteDatabase
from core.store.failure_record import FailureRecord
from core.store.reader import ResultsReader
from core.store.writer import MAX_CONFLICT_RETRIES, ResultsStore
from tests.support.incoming import submitted

NOW_MS = 1_750_000_000_000


def clock() -> int:
    return NOW_MS


def make_store(path: Path, **more: Any) -> ResultsStore:
    store = ResultsStore(f"sqlite:///{path}", now_ms=clock, **more)
    store.open()
    return store


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "results.sqlite3"


@pytest.fixture
def store(path: Path) -> Iterator[ResultsStore]:
    store = make_store(path)
    yield store
    store.close()


def rows(path: Path, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite_module().connect(path)) as connection:
        return list(connection.execute(sql).fetchall())


def apply(store: ResultsStore, *batch: DecodedMessage, failures: Sequence[FailureRecord] = ()) -> list[Any]:
    return store.apply(batch, worker="w-1", picked_up_at_ms=NOW_MS - 5, failures=failures)


def results(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """All that must be a function of the set of workouts."""
    sums = "workouts, duration_ms, distance_mm, energy_mkcal, duration_min, distance_km, calories_kcal"
    return {
        "workouts": rows(
            path, "SELECT id, athlete, sport, started_at, revision, calories_kcal FROM workouts ORDER BY 1"
        ),
        "athletes": rows(path, f"SELECT name, {sums} FROM athletes WHERE workouts > 0 ORDER BY 1"),
        "weeks": rows(path, f"SELECT iso_year, iso_week, athlete, {sums} FROM weekly_totals ORDER BY 1, 2, 3"),
        "earned": rows(
            path,
            "SELECT athlete, code, number, name, workout_id, earned_at FROM earned_achievements ORDER BY 1, 2, 3, 5",
        ),
        "counts": rows(path, "SELECT * FROM achievement_counts WHERE times > 0 ORDER BY code"),
    }


def ledger(path: Path) -> dict[tuple[str, str], int]:
    """By origin and kind; failures are counted where they are kept."""
    counted = rows(path, "SELECT origin, kind, n FROM ledger_counts")
    listed = rows(path, "SELECT origin, 'failed', count(*) FROM failures WHERE state = 'open' GROUP BY origin")
    return {(origin, kind): n for origin, kind, n in (*counted, *listed)}


class TestTrouble:
    def test_that_a_failed_transaction_leaves_nothing_behind(self, store: ResultsStore, path: Path) -> None:
        apply(store, submitted(1, day=0))
        before = results(path)
        with closing(sqlite_module().connect(path)) as connection:
            connection.execute("CREATE TRIGGER no BEFORE INSERT ON ledger_counts BEGIN SELECT RAISE(ABORT, 'no'); END")
            with pytest.raises(StoreValueError):
                apply(store, submitted(2, day=1), submitted(3, day=2))
            assert results(path) == before
            connection.execute("DROP TRIGGER no")
        (_, third) = apply(store, submitted(2, day=1), submitted(3, day=2))
        assert "streak-3" in {badge.code for badge in third.badges}

    def test_that_a_locked_file_is_unavailable(self, path: Path) -> None:
        store = make_store(path, lock_wait_s=0.01)
        with closing(sqlite_module().connect(path, isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreUnavailableError, match="locked"):
                apply(store, submitted(1))
        store.close()

    def test_that_what_was_in_the_way_of_another_worker_is_tried_again(
        self, path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        store = make_store(path, lock_wait_s=0.01)
        with closing(sqlite_module().connect(path, isolation_level=None)) as connection:

            def is_race(_database: object, _error: BaseException) -> bool:
                races.append(1)
                if len(races) == clears_after:
                    connection.execute("ROLLBACK")
                return True

            monkeypatch.setattr(SQLiteDatabase, "is_serialization_conflict", is_race)
            # The last try is not followed by another one.
            for clears_after in (2, MAX_CONFLICT_RETRIES):
                races: list[int] = []
                connection.execute("BEGIN IMMEDIATE")
                assert apply(store, submitted(clears_after))[0].kind is OutcomeKind.STORED
                assert len(races) == clears_after
            races = []
            connection.execute("BEGIN IMMEDIATE")
            clears_after = MAX_CONFLICT_RETRIES + 1
            with pytest.raises(StoreUnavailableError, match="locked"):
                apply(store, submitted(7))
            assert len(races) == MAX_CONFLICT_RETRIES
        store.close()

    @pytest.mark.parametrize("becomes", ["moved", "another file", "deleted"])
    def test_that_nothing_is_stored_into_a_file_that_is_gone(
        self, store: ResultsStore, path: Path, becomes: str
    ) -> None:
        apply(store, submitted(1))
        moved = path.with_name("moved.sqlite3")
        path.rename(moved)
        if becomes == "another file":
            path.write_bytes(b"")
        elif becomes == "deleted":
            moved.unlink()
        with pytest.raises(StoreFileReplacedError, match=r"results\.sqlite3 was moved or deleted"):
            apply(store, submitted(2))
        store.open()
        assert apply(store, submitted(2))[0].kind is OutcomeKind.STORED
        assert rows(path, "SELECT count(*) FROM workouts") == [(1,)]
        if becomes == "moved":
            # With all that was in its journal, which stayed behind.
            assert rows(moved, "SELECT count(*) FROM workouts") == [(1,)]

    def test_that_a_file_moved_while_nothing_was_stored_takes_its_journal_along(
        self, store: ResultsStore, path: Path
    ) -> None:
        apply(store, submitted(1))
        moved = path.rename(path.with_name("moved.sqlite3"))
        store.close()
        assert rows(moved, "SELECT count(*) FROM workouts") == [(1,)]

    def test_that_a_file_that_goes_while_it_is_committed_to_is_noticed(self, store: ResultsStore, path: Path) -> None:
        moved = path.with_name("moved.sqlite3")
        assert store._engine is not None
        listen(store._engine, "commit", lambda _connection: path.rename(moved), once=True)
        with pytest.raises(StoreFileReplacedError):
            apply(store, submitted(1))
        store.open()
        assert apply(store, submitted(1))[0].kind is OutcomeKind.STORED

    def test_that_a_file_put_back_is_used_again(self, store: ResultsStore, path: Path) -> None:
        apply(store, submitted(1))
        copy = path.with_name("copy.sqlite3")
        with closing(sqlite_module().connect(copy)) as target, closing(sqlite_module().connect(path)) as source:
            source.backup(target)
        apply(store, submitted(2))
        copy.replace(path)  # the journal of the file that was here stays beside it
        with pytest.raises(StoreFileReplacedError):
            apply(store, submitted(3))
        store.open()
        apply(store, submitted(3))
        assert rows(path, "SELECT count(*) FROM workouts") == [(2,)]
        assert rows(path, "PRAGMA integrity_check") == [("ok",)]

    def test_that_a_reader_of_a_file_that_is_gone_says_so_and_then_reads_the_new_one(
        self, store: ResultsStore, path: Path
    ) -> None:
        apply(store, submitted(1))
        with closing(ResultsReader(f"sqlite:///{path}", now_ms=clock)) as reader:
            reader.open()
            assert reader.ledger_counts("").stored == 1
            path.unlink()
            with pytest.raises(StoreFileReplacedError, match="moved or deleted"):
                reader.ledger_counts("")
            with pytest.raises(StoreUnavailableError, match="not there yet"):
                reader.open()
            store.open()
            reader.open()
            assert reader.ledger_counts("").stored == 0

    def test_that_a_closed_store_says_so(self, path: Path) -> None:
        store = ResultsStore(f"sqlite:///{path}", now_ms=clock)
        with pytest.raises(StoreUnavailableError, match="not open"):
            apply(store, submitted(1))
        store.open()
        store.close()
        store.close()
        store.open()
        assert apply(store, submitted(1))[0].kind is OutcomeKind.STORED
        store.close()

    def test_that_folders_are_made(self, tmp_path: Path) -> None:
        make_store(tmp_path / "a" / "b" / "results.sqlite3").close()
        (tmp_path / "file").write_text("")
        with pytest.raises(StoreUnavailableError, match="folder"):
            make_store(tmp_path / "file" / "results.sqlite3")

    def test_that_a_file_that_is_no_database_is_damaged_and_untouched(self, path: Path) -> None:
        path.write_bytes(b"not a database at all" * 100)
        with pytest.raises(StoreDamagedError):
            make_store(path)
        assert path.read_bytes().startswith(b"not a database")

    @pytest.mark.parametrize(
        ("change", "says"),
        [("UPDATE schema_version SET version = 99", "newer version"), ("DROP TABLE schema_version", "another program")],
    )
    def test_that_a_database_not_ours_is_refused(self, path: Path, change: str, says: str) -> None:
        make_store(path).close()
        with closing(sqlite_module().connect(path)) as connection:
            connection.execute(change)
            connection.commit()
        with pytest.raises(StoreDamagedError, match=says):
            make_store(path)

    @pytest.mark.parametrize(
        "url",
        [
            "results.sqlite3",
            "sqlite://",
            "sqlite:///",
            "sqlite:///:memory:",
            "sqlite://host/file",
            "sqlite:///file?mode=ro",
            "mysql://me:secret@host/db",
            "postgresql://me:secret@host:port/db",
        ],
    )
    def test_that_a_wrong_url_is_one_sentence_without_the_password(self, url: str) -> None:
        with pytest.raises(SettingError) as caught:
            ResultsStore(url, now_ms=clock)
        assert "secret" not in str(caught.value)
        assert "\n" not in str(caught.value)


class TestRebuilding:
    def rules(self, *codes: str) -> AchievementRules:
        tables = {
            "one": {"code": "one", "kind": "count", "target": 1},
            "two": {"code": "two", "kind": "count", "target": 2},
            "far": {"code": "far", "kind": "best", "measure": "distance_km", "target": 5},
        }
        extra = {"description": "d", "icon": "mdi6.star"}
        return AchievementRules(
            [AchievementRule.model_validate({"name": code, **extra, **tables[code]}) for code in codes]
        )

    def test_that_a_failed_rebuild_closes_the_file(self, path: Path) -> None:
        make_store(path, rules=self.rules("one")).close()
        with closing(sqlite_module().connect(path)) as connection:
            connection.execute("DROP TABLE achievement_counts")
            connection.commit()
        with pytest.raises(StoreUnavailableError):
            make_store(path, rules=self.rules("two"))


def test_that_the_standard_module_can_read_it_too(store: ResultsStore, path: Path) -> None:
    apply(store, submitted(1))
    store.close()
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT sum(duration_min) FROM weekly_totals").fetchone() == (30.0,)


def test_that_the_cache_of_folds_forgets_the_least_recently_stored() -> None:
    cache = ProgressCache(2)
    for athlete in ("ana", "ben", "ana", "cy"):
        cache.put(athlete, 1, AthleteProgress(default_rules()))
    assert [cache.get(athlete) is not None for athlete in ("ana", "ben", "cy")] == [True, False, True]
