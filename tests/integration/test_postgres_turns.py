"""Two workers over one workout on a real PostgreSQL server: what one does while the other is in mid-transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

import psycopg
import pytest

from core.errors import StoreUnavailableError
from core.events import OutcomeKind
from core.processing import Applied
from core.store import postgres_database
from core.store.postgres_database import PostgresDatabase
from core.store.results import ResultsStore
from tests.contract.test_results_store import ledger, make_store
from tests.helpers.databases import Place
from tests.helpers.incoming import deletion, submitted
from tests.helpers.postgres_server import PrivateServer

pytestmark = pytest.mark.postgres

WAIT_S = 30.0


@pytest.fixture
def place(postgres_server: PrivateServer) -> Place:
    return Place(postgres_server.new_database())


class Acting:
    """`act` in a thread of its own, and what became of it."""

    def __init__(self, act: Callable[[], list[Applied]]) -> None:
        self._act = act
        self.applied: list[Applied] = []
        self.error: Exception | None = None
        self._thread = Thread(target=self._run)
        self._thread.start()

    def join(self) -> None:
        self._thread.join(WAIT_S)
        assert not self._thread.is_alive()

    def _run(self) -> None:
        try:
            self.applied = self._act()
        except StoreUnavailableError as error:
            self.error = error


def wait_for_waiting(place: Place, count: int) -> None:
    """Until so many wait for a lock of another."""
    name = place.url.rpartition("/")[2]
    asked = f"SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = '{name}'"
    while place.rows(asked) != [(count,)]:
        pass


@contextmanager
def nobody_else_writes_the_ledger(place: Place) -> Iterator[None]:
    """The last thing that a transaction writes: whoever comes to it waits with all the rest done and uncommitted."""
    with psycopg.connect(place.url.replace("postgresql+psycopg", "postgresql")) as connection:
        connection.execute("LOCK TABLE ledger_counts IN EXCLUSIVE MODE")
        yield
        connection.rollback()


def test_that_a_creation_that_waited_for_the_deletion_does_not_bring_the_workout_back(place: Place) -> None:
    """Whatever the default of the database is: with a snapshot from before its wait, it would not see the deletion."""
    name = place.url.rpartition("/")[2]
    place.execute(f"ALTER DATABASE {name} SET default_transaction_isolation = 'repeatable read'")
    assert place.rows("SHOW default_transaction_isolation") == [("repeatable read",)]
    deleting, creating = make_store(place, lock_wait_s=WAIT_S), make_store(place, lock_wait_s=WAIT_S)
    with nobody_else_writes_the_ledger(place):
        first = Acting(lambda: deleting.apply([deletion(1, 2, origin="a")], worker="w", picked_up_at_ms=1))
        wait_for_waiting(place, 1)
        second = Acting(lambda: creating.apply([submitted(1)], worker="w", picked_up_at_ms=1))
        wait_for_waiting(place, 2)
    for acting in (first, second):
        acting.join()
        assert acting.error is None
    assert place.rows("SELECT id FROM workouts") == []
    assert place.rows("SELECT sum(workouts) FROM athletes") in ([(0,)], [(None,)])
    deleting.close()
    creating.close()


def test_that_a_worker_that_stands_still_in_mid_transaction_does_not_hold_up_another_for_good(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_database, "IDLE_S", 0.5)
    still, other = make_store(place), make_store(place, lock_wait_s=WAIT_S / 2)
    stands, go_on = Event(), Event()

    def stand_still(_connection: object, _names: object) -> None:
        stands.set()
        assert go_on.wait(WAIT_S)

    database = still._database
    assert isinstance(database, PostgresDatabase)
    monkeypatch.setattr(database, "lock_athletes", stand_still)
    first = Acting(lambda: apply(still))
    assert stands.wait(WAIT_S)
    (stored,) = apply(other)
    assert stored.kind is OutcomeKind.STORED
    go_on.set()
    first.join()
    assert first.error is not None, "it has lost its transaction, and knows"
    monkeypatch.undo()
    (again,) = apply(still)
    assert again.kind is OutcomeKind.DUPLICATE
    assert ledger(place) == {("here", "stored"): 1, ("here", "duplicate"): 1}
    still.close()
    other.close()


def apply(store: ResultsStore) -> list[Applied]:
    return store.apply([submitted(1)], worker="w", picked_up_at_ms=1)
