"""A results database of an older version is brought up to date at start, on every database."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import (
    Column,
    Connection,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    insert,
    inspect,
    select,
    text,
    update,
)

from core.broker.ports import Message
from core.codec.workout_codec import decode, encode
from core.errors import NotOurDatabaseError, StoreUnavailableError
from core.failures.failure_key import failure_key
from core.failures.models import FailedFilter
from core.parsing.search_query import parse_search_query
from core.store.database import migrations, sqlite
from core.store.database.schema import (
    SCHEMA_VERSION,
    UtcMillis,
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
from core.store.reader import ResultsReader
from core.store.writer import ResultsStore
from tests.support.databases import MakePlace, Place
from tests.support.failures import bad_message, failure
from tests.support.incoming import deletion, make_workout, submitted, workout_id
from tests.support.stored_results import results

NOW_MS = 1_750_000_000_000
EARNED = "SELECT athlete, code, number, workout_id, earned_at, unlocked_at FROM earned_achievements ORDER BY 1, 2, 3"
SWIM = b'{"type": "swim", "duration": 40, "distance": 120, "userId": "Cy"}'
OTHER = b'{"type": "run", "duration": 30}'

_first_metadata = MetaData()
_first_failures = Table(
    "failures",
    _first_metadata,
    Column("key", String(255), primary_key=True),
    Column("origin", String(64), nullable=False),
    Column("workout_id", String(36)),
    Column("message_id", Text),
    Column("reason", Text, nullable=False),
    Column("error_type", String(255), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("failed_at", UtcMillis, nullable=False),
    Column("worker", String(255), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("headers", Text, nullable=False),
    Index("failures_by_time", "failed_at"),
    Index("failures_by_workout", "workout_id"),
)


def _failure(key: str, error_type: str, reason: str, body: bytes, message_id: str | None = None) -> dict[str, object]:
    return {
        "key": key,
        "origin": "here",
        "message_id": message_id,
        "reason": reason,
        "error_type": error_type,
        "attempts": 3,
        "failed_at": NOW_MS,
        "worker": "w-1",
        "body": body,
        "headers": "{}",
    }


FIRST_FAILURES = [
    _failure("swim", "invalid", "distance: must be at most 100 km for Swimming", SWIM, "swim"),
    _failure("odd", "invalid", "sorcery: is not understood", OTHER),
    _failure("raw", "undecodable", "The body is no JSON.", b"\xff"),
    _failure("conflict:1:1", "conflict", "Stored with other content.", OTHER, "other"),
    _failure("lost", "StoreUnavailableError", "The database did not answer.", OTHER),
]


def _as_the_first_version(connection: Connection) -> None:
    """What version 1 left: no list, failures counted in the ledger."""
    _as_the_fourth_version(connection)
    for table in (failures, failure_tries, suspects, absorbed):
        table.drop(connection)
    _first_metadata.create_all(connection)
    connection.execute(insert(_first_failures), FIRST_FAILURES)
    connection.execute(insert(ledger_counts).values(origin="here", kind="failed", n=len(FIRST_FAILURES)))
    connection.execute(update(schema_version).values(version=1))


def _as_the_second_version(connection: Connection) -> None:
    """What version 2 left: lists that were sorted anew for each page."""
    _as_the_fourth_version(connection)
    absorbed.drop(connection)
    for index in failures.indexes:
        if index.name in ("failures_newest", "failures_by_cause"):
            index.drop(connection)
    connection.execute(text("CREATE INDEX failures_by_state ON failures (state, cause, failed_at)"))
    connection.execute(update(schema_version).values(version=2))


def _as_the_third_version(connection: Connection) -> None:
    """What version 3 left: no note of duplicates, no index of repairs."""
    _as_the_fourth_version(connection)
    absorbed.drop(connection)
    next(index for index in failures.indexes if index.name == "failures_by_repairs").drop(connection)
    connection.execute(update(schema_version).values(version=3))


_fifth_metadata = MetaData()
_fifth_earned = Table(
    "earned_achievements",
    _fifth_metadata,
    *(
        Column(column.name, column.type, primary_key=column.primary_key, nullable=False)
        for column in earned_achievements.columns
        if column.name != "of_workout"
    ),
    Index("earned_by_unlocked_at", "unlocked_at"),
    sqlite_with_rowid=False,
)


def _as_the_ninth_version(connection: Connection) -> None:
    """What version 9 left: workouts that are found by their athlete only, and no sums but those of weeks."""
    for table in (revisions, period_totals, period_sums, achievement_rules):
        table.drop(connection)
    for index in workouts.indexes:
        if index.name != "workouts_by_athlete":
            index.drop(connection)
    erasures.drop(connection)
    connection.execute(update(schema_version).values(version=9))


def _as_the_eighth_version(connection: Connection) -> None:
    """What version 8 left: searches that fold A to Z only."""
    _as_the_ninth_version(connection)
    connection.execute(text("DROP INDEX athletes_by_folded_name"))
    for table in (athletes, workouts, failures):
        for column in table.columns:
            if column.name.endswith("_folded"):
                connection.execute(text(f"ALTER TABLE {table.name} DROP COLUMN {column.name}"))
    connection.execute(update(schema_version).values(version=8))


def _as_the_seventh_version(connection: Connection) -> None:
    """What version 7 left: failures without what other programs set."""
    _as_the_eighth_version(connection)
    connection.execute(text("ALTER TABLE failures DROP COLUMN extras"))
    connection.execute(update(schema_version).values(version=7))


def _as_the_sixth_version(connection: Connection) -> None:
    """What version 6 left: no notes of what is settled and still in the queue."""
    _as_the_seventh_version(connection)
    still_queued.drop(connection)
    connection.execute(update(schema_version).values(version=6))


def _as_the_fifth_version(connection: Connection) -> None:
    """What version 5 left: nothing earned by `anonymous`."""
    _as_the_sixth_version(connection)
    kept = connection.execute(select(*(earned_achievements.c[column.name] for column in _fifth_earned.columns)))
    rows = [dict(row._mapping) for row in kept if row.athlete != "anonymous"]
    earned_achievements.drop(connection)
    _fifth_metadata.create_all(connection)
    if rows:
        connection.execute(insert(_fifth_earned), rows)
    connection.execute(update(schema_version).values(version=5))


def _as_the_fourth_version(connection: Connection) -> None:
    """What version 4 left: starts without their offset."""
    _as_the_fifth_version(connection)
    connection.execute(text("ALTER TABLE workouts DROP COLUMN utc_offset_min"))
    connection.execute(update(schema_version).values(version=4))


def make_store(place: Place) -> ResultsStore:
    return ResultsStore(place.url, now_ms=lambda: NOW_MS)


@pytest.fixture
def old(make_bare_place: MakePlace) -> Place:
    """A database of version 1 with one workout and the failures above."""
    place = make_bare_place()
    with closing(make_store(place)) as store:
        store.open()
        store.apply([submitted(1)], worker="w-1", picked_up_at_ms=NOW_MS)
    place.change(_as_the_first_version)
    return place


def test_that_an_older_database_is_brought_up_to_date(old: Place) -> None:
    with closing(make_store(old)) as store:
        store.open()
        store.apply([submitted(2)], worker="w-1", picked_up_at_ms=NOW_MS)
    assert old.rows("SELECT version FROM schema_version") == [(SCHEMA_VERSION,)]
    assert old.rows("SELECT count(*) FROM workouts") == [(2,)]
    # Failures are counted where they are kept from version 2 on.
    assert old.rows("SELECT kind FROM ledger_counts WHERE kind = 'failed'") == []


def test_that_what_was_stored_without_an_offset_stays_and_counts_as_utc(make_bare_place: MakePlace) -> None:
    place = make_bare_place()
    looks = ("SELECT * FROM weekly_totals ORDER BY athlete", EARNED)
    with closing(make_store(place)) as store:
        store.open()
        late = datetime.fromisoformat("2025-06-08T23:30Z")  # Sunday, at night
        store.apply([submitted(1, started_at=late, km=6.0)], worker="w-1", picked_up_at_ms=NOW_MS)
    kept = [place.rows(look) for look in looks]
    place.change(_as_the_fourth_version)
    with closing(make_store(place)) as store:
        store.open()
        assert [place.rows(look) for look in looks] == kept
        assert place.rows("SELECT version FROM schema_version") == [(SCHEMA_VERSION,)]
        assert place.rows("SELECT id, utc_offset_min FROM workouts") == [(workout_id(1), 0)]
        # The producer says now where it was: in Berlin it was Monday.
        berlin = submitted(1, started_at=late.astimezone(timezone(timedelta(hours=2))), km=6.0, revision=2)
        store.apply([berlin], worker="w-1", picked_up_at_ms=NOW_MS)
    assert place.rows("SELECT started_at, utc_offset_min FROM workouts") == [("2025-06-08T23:30:00.000Z", 120)]
    assert place.rows("SELECT iso_week, workouts FROM weekly_totals") == [(24, 1)]
    assert place.rows("SELECT count(*) FROM earned_achievements WHERE code = 'night-owl'") == [(0,)]


def test_that_what_was_earned_stays_and_anonymous_earns_what_it_had_not(make_bare_place: MakePlace) -> None:
    place = make_bare_place()
    with closing(make_store(place)) as store:
        store.open()
        yoga = submitted(2, athlete="anonymous", sport="Yoga", minutes=61)
        store.apply([submitted(1, km=6.0), yoga], worker="w-1", picked_up_at_ms=NOW_MS)
    wanted = place.rows(EARNED)
    place.change(_as_the_fifth_version)
    before = place.rows(EARNED)
    assert {row[0] for row in before} == {"Ana"}
    with closing(ResultsStore(place.url, now_ms=lambda: NOW_MS + 60_000)) as store:
        store.open()
        after = place.rows(EARNED)
        assert [row for row in after if row[0] == "Ana"] == before
        assert [row[:-1] for row in after] == [row[:-1] for row in wanted]
        assert place.rows("SELECT holders, times FROM achievement_counts WHERE code = 'hour-of-power'") == [(0, 1)]
        store.apply([submitted(3, athlete="anonymous", minutes=61)], worker="w-1", picked_up_at_ms=NOW_MS)
    assert len(place.rows(EARNED)) == len(wanted) + 1
    found: list[object] = []

    def look(connection: Connection) -> None:
        inspector = inspect(connection)
        found.append(inspector.get_pk_constraint("earned_achievements")["constrained_columns"])
        found.extend(index["name"] for index in inspector.get_indexes("earned_achievements"))

    place.change(look)
    assert found == [["athlete", "of_workout", "code", "number"], "earned_by_unlocked_at"]


def test_that_sums_of_periods_are_made_of_what_was_stored(make_bare_place: MakePlace) -> None:
    place = make_bare_place()
    with closing(make_store(place)) as store:
        store.open()
        some = [submitted(n, athlete=f"a{n % 3}", day=n * 20, km=float(n), ascent_m=n) for n in range(1, 9)]
        store.apply([*some, submitted(9, athlete="anonymous", km=9.0)], worker="w-1", picked_up_at_ms=NOW_MS)
    stored = results(place)
    place.change(_as_the_ninth_version)
    with closing(make_store(place)) as store:
        store.open()
        assert results(place) == stored
        assert len(stored["periods"]) > 8 * 4
        store.apply([deletion(n, 2) for n in range(1, 9)], worker="w-1", picked_up_at_ms=NOW_MS)
    assert (results(place)["periods"], results(place)["period sums"]) == ([], [])


def test_that_an_update_says_how_far_it_is(make_bare_place: MakePlace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrations, "TELL_EVERY_S", 0.0)
    place = make_bare_place()
    told: list[str] = []
    with closing(make_store(place)) as store:
        store.open(told.append)
        store.apply([submitted(n) for n in range(1, 4)], worker="w-1", picked_up_at_ms=NOW_MS)
    assert told == []
    place.change(_as_the_ninth_version)
    with closing(make_store(place)) as store:
        store.open(told.append)
    assert told == [
        f"Updating the results to version {SCHEMA_VERSION}: {what}"
        for what in ("indexes of the workouts", "sums for the leaderboards", "3 of 3 workouts")
    ]


def test_that_an_update_whose_sums_are_wrong_changes_nothing(
    make_bare_place: MakePlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = make_bare_place()
    with closing(make_store(place)) as store:
        store.open()
        store.apply([submitted(1)], worker="w-1", picked_up_at_ms=NOW_MS)
    place.change(_as_the_ninth_version)
    monkeypatch.setattr(migrations, "rebuild_totals", lambda *_: None)
    with closing(make_store(place)) as store, pytest.raises(StoreUnavailableError, match=r"Nothing was changed\."):
        store.open()
    assert place.rows("SELECT version FROM schema_version") == [(9,)]


def test_that_names_stored_before_are_found_however_they_are_typed(
    make_bare_place: MakePlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrations, "ROWS_AT_ONCE", 2)
    place = make_bare_place()
    names = ("Øyvind", "Сергей", "ŁUKASZ", "Ana", "Zoë")
    body = '{"type": "Run", "userId": "Jürgen"}'.encode()
    given_up = failure(message=bad_message(body), reason="notes: “ÇA” is too much")
    with closing(make_store(place)) as store:
        store.open()
        some = [submitted(number, athlete=name, sport="Übung") for number, name in enumerate(names, 1)]
        store.apply(some, worker="büro-1", picked_up_at_ms=NOW_MS, failures=[given_up])
    looks = [f"SELECT * FROM {name} ORDER BY 1" for name in ("athletes", "workouts", "failures")]
    folded = [sorted(map(repr, place.rows(look))) for look in looks]
    place.change(_as_the_eighth_version)
    with closing(make_store(place)) as store:
        store.open()
    assert place.rows("SELECT version FROM schema_version") == [(SCHEMA_VERSION,)]
    with closing(ResultsReader(place.url, now_ms=lambda: NOW_MS)) as reader:
        reader.open()
        for typed, name in (("oyv", "Øyvind"), ("СЕР", "Сергей"), ("luk", "ŁUKASZ"), ("ANA", "Ana"), ("zoe", "Zoë")):
            assert reader.athlete_names(typed, 9) == (name,)
            found = reader.past.search(parse_search_query(f"{typed} sport:ubung worker:buro"))
            assert [one.athlete for one in found] == [name]
        assert reader.failed.count(FailedFilter(None, "JURGEN ca")) == 1
    assert [sorted(map(repr, place.rows(look))) for look in looks] == folded


def test_that_a_message_accepted_before_is_known_again(make_bare_place: MakePlace) -> None:
    """Older versions kept the digest of a body with its start in UTC, whatever the offset of its row or form."""
    place = make_bare_place()
    berlin = make_workout(1, utc_offset_min=120)
    older = berlin.model_copy(update={"started_at": berlin.started_at.astimezone(UTC)})
    with closing(make_store(place)) as store:
        store.open()
        for workout in (older, older, berlin):
            one = decode(encode(workout, submitted_at_ms=NOW_MS), now_ms=NOW_MS)
            store.apply([one], worker="w-1", picked_up_at_ms=NOW_MS)
    assert place.rows("SELECT count(*) FROM failures") == [(0,)]
    assert place.rows("SELECT kind, n FROM ledger_counts ORDER BY 1") == [("duplicate", 2), ("stored", 1)]


@pytest.mark.parametrize("as_before", [_as_the_second_version, _as_the_third_version])
def test_that_lists_get_the_indexes_they_are_read_by(
    make_bare_place: MakePlace, as_before: Callable[[Connection], None]
) -> None:
    place = make_bare_place()
    found: list[set[str | None]] = []

    def look(connection: Connection) -> None:
        found.append({index["name"] for index in inspect(connection).get_indexes("failures")})

    for change in (as_before, look):
        with closing(make_store(place)) as store:
            store.open()
        place.change(change)
    assert found == [{index.name for index in failures.indexes}]
    assert place.rows("SELECT version FROM schema_version") == [(SCHEMA_VERSION,)]


def test_that_old_failures_are_on_the_list(old: Place) -> None:
    with closing(make_store(old)) as store:
        store.open()
    with closing(ResultsReader(old.url, now_ms=lambda: NOW_MS)) as reader:
        reader.open()
        failed = reader.failed
        rows = {row.reason: row for row in failed.rows(FailedFilter(), 10)}
        swim = rows["distance: must be at most 100 km for Swimming"]
        assert (swim.cause.code, swim.athlete, swim.sport) == ("invalid/distance/wrong", "Cy", "Swimming")
        assert (swim.duration_min, swim.distance_km) == (40.0, 120.0)
        assert {row.cause.code for row in rows.values()} == {
            "invalid/distance/wrong",
            "invalid//wrong",
            "undecodable/",
            "conflict",
            "error/StoreUnavailableError",
        }
        message = failed.message(swim.key)
        assert message is not None
        assert message.is_whole
        assert [(each.number, each.worker) for each in message.tries] == [(3, "w-1")]
        # The queue's copy of a conflict is found by its message.
        assert rows["Stored with other content."].key == failure_key(Message(OTHER, "other"))


def test_that_who_only_looks_waits_for_an_older_database_to_be_updated(old: Place) -> None:
    with closing(ResultsReader(old.url, now_ms=lambda: NOW_MS)) as reader:
        with pytest.raises(StoreUnavailableError, match="is of an older version of this program: start a worker"):
            reader.open()
        with closing(make_store(old)) as store:
            store.open()
        reader.open()
        assert reader.failed.count(FailedFilter()) == len(FIRST_FAILURES)


def test_that_a_second_start_changes_nothing(old: Place) -> None:
    for _ in range(2):
        with closing(make_store(old)) as store:
            store.open()
    assert old.rows("SELECT count(*) FROM failure_tries") == [(len(FIRST_FAILURES),)]


def test_that_a_newer_database_is_refused_untouched(old: Place) -> None:
    old.execute(f"UPDATE schema_version SET version = {SCHEMA_VERSION + 1}")
    with closing(make_store(old)) as store, pytest.raises(NotOurDatabaseError, match="newer version of this program"):
        store.open()
    assert old.rows("SELECT version FROM schema_version") == [(SCHEMA_VERSION + 1,)]


def test_that_a_file_is_copied_before_it_is_changed(old: Place) -> None:
    if not old.url.startswith("sqlite"):
        return  # a server has backups of its own
    with closing(make_store(old)) as store:
        store.open()
    path = Path(old.url.removeprefix("sqlite:///"))
    copy = Place(f"sqlite:///{path}.version-1")
    assert copy.rows("SELECT version FROM schema_version") == [(1,)]
    assert copy.rows("SELECT count(*) FROM failures") == [(len(FIRST_FAILURES),)]
    assert copy.rows("PRAGMA integrity_check") == [("ok",)]
    assert not list(path.parent.glob("*.unfinished"))


def test_that_copying_a_file_says_how_far_it_is(old: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    if not old.url.startswith("sqlite"):
        return
    monkeypatch.setattr(sqlite, "_COPIED_PAGES", 1)
    told: list[str] = []
    with closing(make_store(old)) as store:
        store.open(told.append)
    shares = [words.rpartition(": ")[2] for words in told if words.startswith("Copying the results")]
    assert len(shares) > 5
    assert shares == sorted(shares, key=lambda share: int(share.removesuffix(" %")))


def test_that_without_a_copy_nothing_is_changed(old: Place) -> None:
    if not old.url.startswith("sqlite"):
        return
    path = Path(old.url.removeprefix("sqlite:///"))
    # A folder where the copy is to be: it cannot be put there.
    Path(f"{path}.version-1").mkdir()
    with closing(make_store(old)) as store, pytest.raises(StoreUnavailableError, match=r"copy"):
        store.open()
    assert old.rows("SELECT version FROM schema_version") == [(1,)]
    assert not list(path.parent.glob("*.unfinished"))
