"""A value that the database does not take costs its own workout, on every database, and never its neighbours."""

from __future__ import annotations

import pytest

from core.broker.ports import Delivery
from core.errors import StoreValueError
from core.events import OutcomeKind
from core.store.results import ResultsStore
from core.wire import Incoming
from tests.contract.test_results_store import NOW_MS, apply, ledger, place, store
from tests.helpers.databases import Place
from tests.helpers.incoming import submitted, workout_id
from worker.batch import Batch
from worker.caution import Group

__all__ = ["place", "store"]


@pytest.fixture(autouse=True)
def one_start_each(place: Place, store: ResultsStore) -> None:
    """A rule that the program knows nothing of; it stands in the way for good, unlike a row of another worker."""
    place.execute("CREATE UNIQUE INDEX one_start_each ON workouts (started_at)")


def batch_of(*messages: Incoming, attempts: int = 0) -> Batch:
    deliveries = [Delivery(one.message, tag, 1, attempts, False, 0) for tag, one in enumerate(messages, 1)]
    return Batch(Group(deliveries), worker="w-1", now_ms=NOW_MS)


def test_that_it_is_no_absence_of_the_database_and_nothing_of_its_batch_is_stored(
    store: ResultsStore, place: Place
) -> None:
    with pytest.raises(StoreValueError) as caught:
        apply(store, submitted(1, athlete="Zoe"), submitted(2, athlete="Zoe"))
    said = "".join([str(caught.value), str(caught.value.__cause__)])
    assert "Zoe" not in said
    assert "2025" not in said
    assert "secret" not in said
    assert place.rows("SELECT count(*) FROM workouts") == [(0,)]
    assert apply(store, submitted(1))[0].kind is OutcomeKind.STORED


@pytest.mark.expects_warnings
def test_that_it_is_tried_again_alone_and_its_neighbours_are_stored(store: ResultsStore, place: Place) -> None:
    batch = batch_of(*(submitted(n, day=n) for n in range(1, 6)), submitted(6, day=3), submitted(7, day=7))
    batch.commit(store)
    assert place.rows("SELECT count(*) FROM workouts") == [(6,)]
    (later,) = batch.retries()
    assert later.delivery.message.message_id == workout_id(6)
    assert later.reason == "The database did not take a value of it; try 1 of 4."
    assert batch.failures(NOW_MS) == []


@pytest.mark.expects_warnings
def test_that_it_is_given_up_at_last_and_is_on_the_list(store: ResultsStore, place: Place) -> None:
    apply(store, submitted(1))
    batch = batch_of(submitted(2), submitted(3, day=1), attempts=3)
    batch.commit(store)
    assert [failure.error_type for failure in batch.failures(NOW_MS)] == ["StoreValueError"]
    assert ledger(place) == {("here", "stored"): 2, ("here", "failed"): 1}
