"""A value that the database does not take is that workout's trouble, and nobody else's, on every database."""

from __future__ import annotations

import traceback
from collections.abc import Iterator

import pytest

from core.broker.ports import Message
from core.errors import StoreValueError
from tests.support.batches import batch_of
from tests.support.databases import MakePlace
from tests.support.failed_list_rig import Desk
from tests.support.failures import NOW_MS
from tests.support.incoming import submitted, workout_id
from worker.failed.queue_import import record_from_queue

SQLITE_RULE = (
    "CREATE TRIGGER short BEFORE INSERT ON workouts WHEN NEW.duration_min > 500 "
    "BEGIN SELECT RAISE(ABORT, 'too long for us'); END"
)
POSTGRESQL_RULE = "ALTER TABLE workouts ADD CONSTRAINT short CHECK (duration_min <= 500)"


@pytest.fixture
def desk(make_place: MakePlace) -> Iterator[Desk]:
    """Its database has a rule that this program knows nothing of."""
    place = make_place()
    desk = Desk(place)
    place.execute(SQLITE_RULE if place.url.startswith("sqlite") else POSTGRESQL_RULE)
    yield desk
    desk.close()


@pytest.mark.expects_warnings
def test_that_a_rule_of_the_database_keeps_one_out_and_its_neighbours_in(desk: Desk) -> None:
    batch = batch_of(*(submitted(number, minutes=600 if number == 4 else 30) for number in range(1, 8)))
    batch.commit(desk.store)
    assert not batch.unsettled
    (retry,) = batch.retries()
    assert retry.delivery.message.message_id == workout_id(4)
    assert retry.reason.startswith("The database rejected the value; try 1 of 4.")
    assert desk.place.rows("SELECT count(*) FROM workouts") == [(6,)]


def test_that_what_is_said_holds_no_body_and_no_statement(desk: Desk) -> None:
    one = submitted(1, athlete="Zo Secret", minutes=600)
    with pytest.raises(StoreValueError) as caught:
        desk.store.apply([one], worker="w", picked_up_at_ms=NOW_MS)
    said = str(caught.value)
    assert "does not take it" in said
    assert "Secret" not in said
    assert "INSERT" not in said
    assert "\n" not in said
    logged = "".join(traceback.format_exception(caught.value))
    assert "Secret" not in logged


def test_that_a_copy_the_list_does_not_take_is_told_as_a_value(desk: Desk) -> None:
    rule = "CREATE TRIGGER none BEFORE INSERT ON failures BEGIN SELECT RAISE(ABORT, 'no'); END"
    if desk.place.url.startswith("postgresql"):
        rule = "ALTER TABLE failures ADD CONSTRAINT none CHECK (worker <> 'unknown')"
    desk.place.execute(rule)
    with pytest.raises(StoreValueError):
        desk.marks.import_failures([record_from_queue(Message(b"{"), now_ms=NOW_MS)])
