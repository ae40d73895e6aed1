"""Results on a real PostgreSQL server: workers side by side, faults, and what is said about them."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from threading import Barrier, Event, Thread

import psycopg
import pytest
from sqlalchemy import Connection, event

from core.codec.workout_codec import DecodedMessage, MessageKind
from core.errors import StoreAccessError, StoreDamagedError, StoreUnavailableError
from core.events import OutcomeKind
from core.store.database import postgres as postgres_database
from core.store.reader import ResultsReader
from core.store.writer import ResultsStore
from tests.support.batches import batch_of
from tests.support.command_processes import CommandProcess, run_command, start_command
from tests.support.databases import Place
from tests.support.incoming import deletion, incoming, make_workout, submitted, workout_id
from tests.support.postgres_server import PASSWORD, PrivateServer
from tests.support.result_shares import WORKERS, shares, stream
from tests.support.stored_results import clock, ledger, make_store, results

pytestmark = pytest.mark.postgres

TIMEOUT_S = 120


@pytest.fixture
def place(postgres_server: PrivateServer) -> Place:
    return Place(postgres_server.new_database())


def worker_process(url: str, seed: int, number: int) -> CommandProcess:
    """One of WORKERS processes: it applies its share of the shuffled stream, and a fifth of the others', in batches."""
    return start_command("tests.integration.postgres_worker", url, str(seed), str(number))


@pytest.mark.parametrize("seed", [1, 2])
def test_that_four_processes_over_few_athletes_lose_nothing_and_count_nothing_twice(
    postgres_server: PrivateServer, seed: int
) -> None:
    many, clean = Place(postgres_server.new_database()), Place(postgres_server.new_database())
    make_store(many).close()
    workers = [worker_process(many.url, seed, number) for number in range(WORKERS)]
    for worker in workers:
        out, err = worker.communicate(timeout=TIMEOUT_S)
        assert worker.returncode == 0, err
        assert out.strip() == "done"
    last: dict[str, DecodedMessage] = {}
    for message in stream(seed):
        last[message.workout_id] = message
    fresh = make_store(clean)
    fresh.apply([one for one in last.values() if one.workout is not None], worker="w", picked_up_at_ms=1)
    fresh.close()
    assert results(many) == results(clean)
    counts = ledger(many)
    applied = sum(map(len, shares(seed)))
    assert sum(counts.values()) == applied
    assert counts.get(("here", "duplicate"), 0) == applied - len(stream(seed))
    assert ("here", "failed") not in counts


def test_that_first_messages_of_one_workout_take_turns(place: Place) -> None:
    """Two revisions that nobody has seen, for two athletes, and a deletion, all at the same moment."""
    for number in range(1, 13):
        messages = [
            submitted(number, athlete="Ana", km=6.0),
            incoming(make_workout(number, athlete="Ben", km=7.0, revision=2), kind=MessageKind.CORRECTED),
        ]
        if number % 3 == 0:
            messages.append(deletion(number, 3))
        stores = [make_store(place) for _ in messages]
        barrier = Barrier(len(messages))

        def act(store: ResultsStore, message: DecodedMessage, barrier: Barrier = barrier) -> None:
            barrier.wait()
            store.apply([message], worker="w", picked_up_at_ms=1)
            store.close()

        threads = [Thread(target=act, args=pair) for pair in zip(stores, messages, strict=True)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    totals = {row[0]: row[1] for row in place.rows("SELECT name, workouts FROM athletes")}
    assert totals == {"Ana": 0, "Ben": 8}
    assert place.rows("SELECT count(*) FROM workouts WHERE athlete = 'Ben' AND revision = 2") == [(8,)]


def test_that_stores_that_open_together_make_the_tables_once(place: Place) -> None:
    barrier, opened = Barrier(4), []

    def act() -> None:
        store = ResultsStore(place.url, now_ms=clock)
        barrier.wait()
        store.open()
        opened.append(True)
        store.close()

    threads = [Thread(target=act) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(opened) == 4
    assert len(place.rows("SELECT version FROM schema_version")) == 1


def test_that_a_cut_connection_is_mended_without_counting_twice(place: Place, postgres_server: PrivateServer) -> None:
    store = make_store(place)
    store.apply([submitted(1)], worker="w", picked_up_at_ms=1)
    postgres_server.execute(
        f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{place.url.rpartition('/')[2]}'"
    )
    (again, new) = store.apply([submitted(1), submitted(2, day=1)], worker="w", picked_up_at_ms=1)
    store.close()
    assert (again.kind, new.kind) == (OutcomeKind.DUPLICATE, OutcomeKind.STORED)
    assert place.rows("SELECT workouts FROM athletes") == [(2,)]


def test_that_a_server_that_crashes_in_a_transaction_has_stored_nothing_of_it(
    place: Place, postgres_server: PrivateServer
) -> None:
    store = make_store(place)
    with locked_athletes(place):
        thread_errors: list[Exception] = []

        def act() -> None:
            try:
                store.apply([submitted(1), submitted(2)], worker="w", picked_up_at_ms=1)
            except StoreUnavailableError as error:
                thread_errors.append(error)

        thread = Thread(target=act)
        thread.start()
        wait_for_blocked(place)
        postgres_server.kill()
        thread.join()
        postgres_server.restart()
    assert len(thread_errors) == 1
    assert {one.kind for one in store.apply([submitted(1), submitted(2)], worker="w", picked_up_at_ms=1)} == {
        OutcomeKind.STORED
    }
    store.close()


def test_that_a_lock_is_waited_for_only_so_long(place: Place) -> None:
    store = make_store(place, lock_wait_s=0.2)
    with locked_athletes(place), pytest.raises(StoreUnavailableError, match="lock timeout"):
        store.apply([submitted(1)], worker="w", picked_up_at_ms=1)
    assert store.apply([submitted(1)], worker="w", picked_up_at_ms=1)[0].kind is OutcomeKind.STORED
    store.close()


@contextmanager
def locked_athletes(place: Place) -> Iterator[None]:
    connection = psycopg.connect(place.url.replace("postgresql+psycopg", "postgresql"))
    connection.execute("LOCK TABLE athletes IN ACCESS EXCLUSIVE MODE")
    try:
        yield
    finally:
        with suppress(psycopg.OperationalError):  # the server went meanwhile
            connection.rollback()
        connection.close()


def wait_for_blocked(place: Place) -> None:
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    while place.rows(waiting) == [(0,)]:
        pass


@pytest.mark.parametrize(
    ("change", "kind", "sentence"),
    [
        ((PASSWORD, "wrong-secret"), StoreAccessError, "refused the user name or password."),
        (("/test", "/nowhere"), StoreAccessError, "has no database"),
        (("coach:", "stranger:"), StoreAccessError, "refused the user name or password."),
        (("127.0.0.1", "no-such-host.invalid"), StoreUnavailableError, "the host name is not known."),
        ((":{port}", ":1"), StoreUnavailableError, "connection refused."),
    ],
)
def test_that_what_is_wrong_is_one_sentence_without_the_password(
    postgres_server: PrivateServer, place: Place, change: tuple[str, str], kind: type[Exception], sentence: str
) -> None:
    url = place.url.replace(change[0].format(port=postgres_server.port), change[1])
    with pytest.raises(kind) as caught:
        make_store(Place(url))
    assert sentence in str(caught.value)
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_that_a_user_without_rights_is_told(postgres_server: PrivateServer, place: Place) -> None:
    make_store(place).close()
    postgres_server.execute("CREATE ROLE looker LOGIN PASSWORD 'looker'")
    url = postgres_server.url_for(place.url.rpartition("/")[2], "looker", "looker")
    with pytest.raises(StoreAccessError, match="does not let 'looker' use its tables"):
        make_store(Place(url))


@pytest.mark.parametrize(
    ("change", "says"),
    [("UPDATE schema_version SET version = 99", "newer version"), ("DROP TABLE schema_version", "another program")],
)
def test_that_a_database_not_ours_is_refused(place: Place, change: str, says: str) -> None:
    make_store(place).close()
    place.execute(change)
    with pytest.raises(StoreDamagedError, match=says):
        make_store(place)
    reader = ResultsReader(place.url, now_ms=clock)
    with pytest.raises(StoreDamagedError, match=says):
        reader.open()


def test_that_a_reader_writes_nothing_and_sees_one_moment(place: Place) -> None:
    store = make_store(place)
    reader = ResultsReader(place.url, now_ms=clock)
    reader.open()
    assert reader.ledger_counts("here").stored == 0
    store.apply([submitted(1)], worker="w", picked_up_at_ms=1)
    assert reader.ledger_counts("here").stored == 1
    reader.close()
    store.close()


def test_that_the_worker_ends_with_one_sentence_for_a_wrong_password(place: Place, tmp_path: Path) -> None:
    url = place.url.replace(PASSWORD, "wrong-secret")
    done = run_worker(tmp_path, url)
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].endswith("refused the user name or password.")
    assert "secret" not in done.stderr


def test_that_the_sample_of_the_contract_goes_through_the_commands(place: Place, tmp_path: Path) -> None:
    sample = {
        "userId": "user-123",
        "type": "Running",
        "duration": 45,
        "distance": 5.2,
        "timestamp": "2025-12-10T10:00:00Z",
    }
    submit = run_command("worker.cli.submit", "-", "--data-dir", str(tmp_path), text=json.dumps(sample) + "\n")
    assert submit.returncode == 0, submit.stderr
    assert run_worker(tmp_path, place.url).returncode == 0
    assert place.rows("SELECT athlete, calories_kcal FROM workouts") == [("user-123", 382.5)]
    assert ("5K Runner",) in place.rows("SELECT name FROM earned_achievements")


def run_worker(folder: Path, url: str) -> subprocess.CompletedProcess[str]:
    return run_command("worker.cli.worker", "--drain", "--data-dir", str(folder), "--database", url)


@pytest.mark.expects_warnings
def test_that_values_that_driver_or_server_refuse_are_no_outage(place: Place) -> None:
    """As of a rule of ours that let them through: text has no NUL here, and a name no more than 64 letters."""
    store = make_store(place)
    odd = []
    for number, athlete in ((2, "a\0b"), (3, "x" * 65)):
        one = submitted(number)
        assert one.workout is not None
        odd.append(replace(one, workout=one.workout.model_copy(update={"athlete": athlete})))
    batch = batch_of(submitted(1), *odd, submitted(4))
    batch.commit(store)
    store.close()
    assert {retry.delivery.message.message_id for retry in batch.retries()} == {workout_id(2), workout_id(3)}
    assert place.rows("SELECT id FROM workouts ORDER BY id") == [(workout_id(1),), (workout_id(4),)]


def test_that_a_deleted_workout_stays_deleted_whatever_isolation_the_server_begins_with(place: Place) -> None:
    """The creation waits for the deletion, and must then see it."""
    name = place.url.rpartition("/")[2]
    place.execute(f"ALTER DATABASE {name} SET default_transaction_isolation = 'repeatable read'")
    make_store(place).close()
    store, results_of = make_store(place), []
    with holding(place, [deletion(1, 2)]) as commit:
        late = Thread(target=lambda: results_of.extend(store.apply([submitted(1)], worker="w", picked_up_at_ms=1)))
        late.start()
        wait_for_blocked(place)
        commit()
        late.join()
    store.close()
    assert place.rows("SELECT count(*) FROM workouts") == [(0,)]
    assert ledger(place) == {("here", "deleted"): 1, ("here", "superseded"): 1}


def test_that_a_worker_that_stands_still_in_mid_transaction_holds_nobody_up(place: Place) -> None:
    make_store(place).close()
    allowed: list[str] = []

    def lose_patience(connection: Connection) -> None:
        """The server's with this session alone: on a busy machine the other one may take its time as well."""
        name = "idle_in_transaction_session_timeout"
        allowed.append(str(connection.exec_driver_sql(f"SHOW {name}").scalar()))
        connection.exec_driver_sql(f"SET {name} = '0.3s'")

    with holding(place, [submitted(1)], lose_patience) as commit:
        assert allowed == [f"{postgres_database.IDLE_S}s"]
        other = make_store(place)
        # Waits for the lock of the same workout, until the server ends the session that stands still.
        assert other.apply([submitted(1)], worker="w", picked_up_at_ms=1)[0].kind is OutcomeKind.STORED
        other.close()
        with pytest.raises(StoreUnavailableError):
            commit()
    assert place.rows("SELECT count(*) FROM workouts") == [(1,)]


@contextmanager
def holding(
    place: Place, batch: list[DecodedMessage], before: Callable[[Connection], None] = lambda _: None
) -> Iterator[Callable[[], None]]:
    """A store whose transaction has written `batch` and stands still; calling what this gives lets it commit.

    `before` is called with its connection before it does."""
    store = make_store(place)
    written, go_on, ended = Event(), Event(), Event()
    troubles: list[Exception] = []

    def stand_still(connection: Connection) -> None:
        before(connection)
        written.set()
        assert go_on.wait(TIMEOUT_S)

    def act() -> None:
        try:
            store.apply(batch, worker="w", picked_up_at_ms=1)
        except StoreUnavailableError as error:
            troubles.append(error)
        finally:
            ended.set()

    def commit() -> None:
        go_on.set()
        assert ended.wait(TIMEOUT_S)
        if troubles:
            raise troubles[0]

    with before_commit(store, stand_still):
        thread = Thread(target=act)
        thread.start()
        assert written.wait(TIMEOUT_S)
        try:
            yield commit
        finally:
            go_on.set()
            thread.join()
            store.close()


@contextmanager
def before_commit(store: ResultsStore, before: Callable[..., None]) -> Iterator[None]:
    """`before` is called when everything of a transaction is written, before its commit."""
    engine, _ = store._opened()
    event.listen(engine, "commit", before)
    try:
        yield
    finally:
        event.remove(engine, "commit", before)
