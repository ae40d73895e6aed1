"""What screens read of the results."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Dialect, select
from sqlalchemy.dialects.postgresql import psycopg
from sqlalchemy.dialects.sqlite import pysqlite
from sqlalchemy.schema import CreateTable

from core.achievements.progress import utc_ms
from core.errors import StoreDamagedError, StoreUnavailableError
from core.sqlite.connection import sqlite_module
from core.store.bulk_sql import Bindings, Lookup, positional, upsert
from core.store.database.schema import UtcMillis, metadata, read_ms, time_binder, workouts
from core.store.models import StoredDetails
from core.store.reader import ResultsReader, SettledCounts
from core.store.writer import ResultsStore
from core.utc_text import utc_text
from core.workouts.on_record import AthleteDay, AthleteRecord, RecordedWeight, recorded
from tests.support.databases import Place
from tests.support.failures import failure
from tests.support.incoming import MONDAY_NOON, deletion, incoming, make_workout, submitted, workout_id
from tests.support.results_rig import START_MS, apply


class TestLedger:
    def test_that_rows_taken_out_or_put_in_behind_our_back_are_noticed(
        self, store: ResultsStore, reader: ResultsReader, url: str
    ) -> None:
        assert reader.missing_rows() == 0
        fields = [submitted(number, athlete=athlete) for number, athlete in ((1, "Ana"), (2, "Ben"), (3, "anonymous"))]
        store.apply([*fields, deletion(9, 2)], worker="w", picked_up_at_ms=0)
        store.apply([deletion(2, 2)], worker="w", picked_up_at_ms=0)
        assert reader.missing_rows() == 0
        place = Place(url)
        place.execute(f"UPDATE workouts SET id = '{workout_id(7)}' WHERE id = '{workout_id(1)}'")
        assert reader.missing_rows() == 0
        place.execute(f"DELETE FROM workouts WHERE id = '{workout_id(3)}'")
        assert reader.missing_rows() == 1
        place.execute("DELETE FROM athletes")
        assert reader.missing_rows() == -1

    def test_that_nothing_is_counted_at_first(self, reader: ResultsReader) -> None:
        counts = reader.ledger_counts("here")
        assert (counts.stored, counts.here, counts.failed, counts.duplicates) == (0, {}, 0, 0)

    def test_that_all_that_took_effect_or_was_overtaken_is_stored(
        self, store: ResultsStore, reader: ResultsReader
    ) -> None:
        apply(store, submitted(1), submitted(1), submitted(2, revision=2), submitted(2), deletion(3, 1, origin="there"))
        apply(store, submitted(1, minutes=9), failures=(failure("f", origin=None),))
        counts = reader.ledger_counts("here")
        assert (counts.stored, counts.failed, counts.duplicates) == (4, 2, 1)
        assert counts.here == {0: SettledCounts(stored=3, failed=1)}
        assert reader.ledger_counts("").here == {}


class TestAchievements:
    def test_that_the_summary_counts_holders(self, store: ResultsStore, reader: ResultsReader) -> None:
        apply(store, submitted(1, km=5.0), submitted(2, athlete="Ben", km=3.0), submitted(3, athlete="anonymous"))
        summary = reader.achievement_summary()
        holders = {badge.name: badge.holders for badge in summary.badges}
        assert (summary.at_ms, summary.athletes) == (START_MS, 2)
        assert (holders["5K Runner"], holders["First Run"], holders["Century Ride"]) == (1, 2, 0)
        assert summary.unlocked == len(summary.latest) == sum(holders.values())
        assert [badge.name for badge in summary.badges[:2]] == ["5K Runner", "Hour of Power"]

    def test_that_a_hidden_one_shows_once_somebody_has_it(self, store: ResultsStore, reader: ResultsReader) -> None:
        assert "ultra" not in {badge.code for badge in reader.achievement_summary().badges}
        apply(store, submitted(1, km=60.0, minutes=400))
        assert "ultra" in {badge.code for badge in reader.achievement_summary().badges}

    def test_that_the_latest_come_first(self, store: ResultsStore, reader: ResultsReader) -> None:
        apply(store, submitted(1, day=3))
        apply(store, submitted(2, athlete="Ben", km=5.0))
        latest = reader.achievement_summary(2).latest
        assert {unlock.athlete for unlock in latest} == {"Ben"}
        assert len(latest) == 2
        assert latest[0].at_ms > reader.achievement_summary(100).latest[-1].at_ms


class TestWouldUnlock:
    def test_that_it_says_what_storing_would(self, store: ResultsStore, reader: ResultsReader) -> None:
        draft = make_workout(9, day=2, km=5.2, minutes=61)
        apply(store, submitted(1, day=0), submitted(2, day=1))
        promised = [achievement.code for achievement in reader.would_unlock(draft)]
        assert {"5k-runner", "hour-of-power", "streak-3"} <= set(promised)
        assert promised == [achievement.code for achievement in reader.would_unlock(draft)]
        apply(store, incoming(draft))
        kept = reader.past.story(workout_id(9), brief=True)
        assert isinstance(kept, StoredDetails)
        assert {badge.code for badge in kept.badges} == set(promised)
        assert reader.would_unlock(make_workout(10, day=3, km=5.0, minutes=60)) == ()

    def test_that_anonymous_unlocks_what_looks_at_one_workout_alone(
        self, store: ResultsStore, reader: ResultsReader
    ) -> None:
        apply(store, submitted(1, athlete="anonymous", km=9.0))
        draft = make_workout(2, athlete="anonymous", km=9.0, minutes=61)
        assert [one.code for one in reader.would_unlock(draft)] == ["5k-runner", "hour-of-power"]
        assert reader.would_unlock(make_workout(3, athlete="anonymous", km=4.0)) == ()


class TestAthletes:
    def test_that_names_are_found_by_their_beginning(self, store: ResultsStore, reader: ResultsReader) -> None:
        people = ["Ana", "anton", "Ben", "Élodie", "A%b", "anonymous"]
        apply(store, *(submitted(i, athlete=name) for i, name in enumerate(people, 1)), submitted(99, athlete="Away"))
        apply(store, deletion(99, 2))
        assert reader.athlete_names("AN", 10) == ("Ana", "anton")
        assert reader.athlete_names("Él", 10) == ("Élodie",)
        assert reader.athlete_names("a%", 10) == ("A%b",)
        assert len(reader.athlete_names("", 10)) == 5
        assert reader.athlete_names("", 2, offset=1) == reader.athlete_names("", 10)[1:3]

    def test_that_the_record_has_the_last_weight_and_the_workouts_of_the_day(
        self, store: ResultsStore, reader: ResultsReader
    ) -> None:
        light = make_workout(2, day=2, weight_kg=70.0, utc_offset_min=-480, km=5.0)
        apply(store, incoming(light), incoming(make_workout(1, day=1, weight_kg=71.0)), submitted(3, day=3))
        apply(store, submitted(4, athlete="Ben", day=2))
        noon_ms = utc_ms(MONDAY_NOON + timedelta(days=2))
        wanted = AthleteDay("Ana", noon_ms, noon_ms + 1)
        record = reader.athlete_record(wanted)
        assert (record.wanted, record.workouts) == (wanted, 3)
        assert {"5k-runner", "first-run"} <= record.earned
        assert record.weight == RecordedWeight(70.0, light.started_at)
        assert record.day == (recorded(light),)
        assert record.day[0].started_at.utcoffset() == timedelta(hours=-8)
        assert reader.athlete_record(AthleteDay("Ana", noon_ms - 1, noon_ms)).day == ()
        unknown = AthleteDay("Cy", 0, noon_ms)
        assert reader.athlete_record(unknown) == AthleteRecord(unknown, 0)


class TestWorkouts:
    def test_that_a_stored_one_is_read_back(self, store: ResultsStore, reader: ResultsReader) -> None:
        apply(store, submitted(1, km=5.2, minutes=45))
        kept = reader.past.story(workout_id(1), brief=True)
        assert isinstance(kept, StoredDetails)
        assert (kept.athlete, kept.sport, kept.duration_min, kept.distance_km) == ("Ana", "Running", 45.0, 5.2)
        assert (kept.calories_kcal, kept.calories_estimate, kept.revision) == (382.5, True, 1)
        assert (kept.started_at, kept.picked_up_at_ms) == (MONDAY_NOON.isoformat(), START_MS)
        assert kept.submitted_at_ms == 1_748_000_000_000
        assert kept.badges[0].name == "5K Runner"

    def test_that_an_unknown_one_is_none(self, store: ResultsStore, reader: ResultsReader) -> None:
        apply(store, deletion(1, 1))
        assert reader.past.story(workout_id(1), brief=True) is None

    def test_that_an_unknown_submission_stays_unknown(self, store: ResultsStore, reader: ResultsReader) -> None:
        one = submitted(1)
        apply(store, replace(one, submitted_at_ms=None))
        kept = reader.past.story(workout_id(1), brief=True)
        assert isinstance(kept, StoredDetails)
        assert kept.submitted_at_ms is None


class TestOpening:
    def test_that_a_missing_file_is_not_made(self, tmp_path: Path) -> None:
        reader = ResultsReader(f"sqlite:///{tmp_path / 'none.sqlite3'}", now_ms=lambda: 0)
        with pytest.raises(StoreUnavailableError, match="not there yet"):
            reader.open()
        assert list(tmp_path.iterdir()) == []
        with pytest.raises(StoreUnavailableError, match="not open"):
            reader.achievement_summary()

    def test_that_a_file_just_being_made_is_waited_for(self, tmp_path: Path) -> None:
        path = tmp_path / "new.sqlite3"
        path.touch()
        with pytest.raises(StoreUnavailableError, match="empty so far"):
            ResultsReader(f"sqlite:///{path}", now_ms=lambda: 0).open()

    def test_that_another_programs_database_is_refused(self, tmp_path: Path) -> None:
        path = tmp_path / "other.sqlite3"
        with closing(sqlite_module().connect(path)) as connection:
            connection.execute("CREATE TABLE things (a)")
        with pytest.raises(StoreDamagedError, match="another program"):
            ResultsReader(f"sqlite:///{path}", now_ms=lambda: 0).open()


class TestDialects:
    """PostgreSQL comes later; what is sent to it is looked at without one."""

    MAKERS: tuple[Callable[[], Dialect], ...] = (pysqlite.dialect, psycopg.dialect)
    DIALECTS = tuple(make() for make in MAKERS)

    @pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
    def test_that_every_table_has_its_statements(self, dialect: Dialect) -> None:
        for table in metadata.sorted_tables:
            assert str(CreateTable(table).compile(dialect=dialect))
            if len(table.columns) > len(table.primary_key.columns):
                sql, names = positional(upsert(table, dialect), dialect)
                assert "ON CONFLICT" in sql
                assert sql.count("?") + sql.count("%s") == len(names)

    def test_that_postgresql_locks_rows_and_numbers_nothing(self) -> None:
        sql, names = positional(select(workouts.c.id).with_for_update(), self.DIALECTS[1])
        assert sql.endswith("FOR UPDATE")
        assert names == []

    def test_that_values_suit_the_driver(self) -> None:
        sqlite, postgresql = map(Bindings, self.DIALECTS)
        assert sqlite.null != sqlite.null  # NaN, which SQLite stores as NULL
        assert postgresql.null is None
        assert (sqlite.time(0), postgresql.time(0).isoformat()) == (  # type: ignore[union-attr]  # a datetime there
            "1970-01-01T00:00:00.000Z",
            "1970-01-01T00:00:00+00:00",
        )
        assert (postgresql.flag(True), postgresql.blob(b"a")) == (True, b"a")

    @pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
    def test_that_times_come_back(self, dialect: Dialect) -> None:
        column = UtcMillis()
        stored = column.process_bind_param(1_750_000_000_123, dialect)
        assert column.process_result_value(stored, dialect) == 1_750_000_000_123
        assert read_ms(time_binder(dialect)(5)) == 5
        assert column.process_bind_param(None, dialect) is None
        assert column.process_result_value(None, dialect) is None
        assert column.load_dialect_impl(dialect) is not None

    def test_that_times_sort_as_text(self) -> None:
        times = [0, 999, 1000, 59_999, 3_600_000, 86_399_999, 1_750_000_000_123]
        assert sorted(map(utc_text, times)) == [utc_text(at) for at in times]
        assert utc_text(1_750_000_000_123) == "2025-06-15T15:06:40.123Z"

    def test_that_no_keys_find_nothing(self, store: ResultsStore) -> None:
        lookup = Lookup(select(workouts.c.id), workouts.c.id, self.DIALECTS[0])
        assert store._engine is not None
        with store._engine.begin() as connection:
            assert lookup.rows(connection, []) == []
