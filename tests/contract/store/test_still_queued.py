"""What is settled and still in the queue is known until its worker takes the note back, on every database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from functools import partial

import pytest

from core.store.reader import ResultsReader
from core.store.still_queued import BATCH_AGE_MS, FORGET_COPY_MS, FORGET_MS, copy_key, worker_key
from core.store.writer import ResultsStore
from tests.support.databases import MakePlace
from tests.support.failures import NOW_MS, failure
from tests.support.incoming import submitted

WORKER = "w-1"


@pytest.fixture
def url(make_place: MakePlace) -> str:
    return make_place().url


@pytest.fixture
def store(url: str) -> Iterator[ResultsStore]:
    with closing(ResultsStore(url, now_ms=lambda: NOW_MS)) as store:
        store.open()
        yield store


def still_queued(url: str, later_ms: int = 0) -> int:
    with closing(ResultsReader(url, now_ms=lambda: NOW_MS + later_ms)) as reader:
        reader.open()
        return reader.ledger_counts("").still_queued


def test_that_a_failure_is_in_the_queue_until_it_is_put_away(store: ResultsStore, url: str) -> None:
    record, other = failure(), failure(message=submitted(2).message)
    store.apply([], worker=WORKER, picked_up_at_ms=NOW_MS, failures=[record, other])
    assert still_queued(url) == 2
    store.apply([], worker="another", picked_up_at_ms=NOW_MS, failures=[record])  # the same, come again
    assert still_queued(url) == 2
    store.put_away([record.key])
    assert still_queued(url, 60_000) == 1
    store.put_away([other.key])
    assert still_queued(url) == 0


def test_that_the_last_batch_of_a_worker_that_says_nothing_more_is_in_the_queue(store: ResultsStore, url: str) -> None:
    for number in (1, 3):
        store.apply([submitted(number), submitted(number + 1)], worker=WORKER, picked_up_at_ms=NOW_MS)
    assert still_queued(url, BATCH_AGE_MS) == 0  # it may just be telling the broker
    assert still_queued(url, BATCH_AGE_MS + 1) == 2
    store.put_away([worker_key(WORKER)])
    assert still_queued(url, BATCH_AGE_MS + 1) == 0


def test_that_a_conflict_is_a_failure_of_its_own_key(store: ResultsStore, url: str) -> None:
    store.apply([submitted(1), submitted(1, minutes=31)], worker=WORKER, picked_up_at_ms=NOW_MS)
    assert still_queued(url) == 1
    assert still_queued(url, BATCH_AGE_MS + 1) == 2


def test_that_a_worker_at_rest_forgets_old_batches_of_others_and_no_failure(store: ResultsStore, url: str) -> None:
    store.apply([submitted(1)], worker="dead", picked_up_at_ms=NOW_MS, failures=[failure()])
    later = ResultsStore(url, now_ms=lambda: NOW_MS + FORGET_MS + 1)
    with closing(later):
        later.open()
        later.apply([submitted(2)], worker=WORKER, picked_up_at_ms=NOW_MS)
        later.put_away(["no such failure"])
        assert still_queued(url, 2 * FORGET_MS) == 3
        later.put_away([worker_key(WORKER)])
    assert still_queued(url, 2 * FORGET_MS) == 1


def test_that_each_copy_of_a_message_is_in_the_queue_until_it_is_put_away(store: ResultsStore, url: str) -> None:
    one, other = copy_key("a"), copy_key("b")
    store.note_copies([one, other])
    store.note_copies([one])
    assert still_queued(url) == 3
    store.put_away([one])
    assert still_queued(url, 60_000) == 2
    store.put_away([one, other, one, copy_key("never copied")])
    assert still_queued(url) == 0
    store.note_copies([one])
    assert still_queued(url) == 1


def test_that_a_worker_at_rest_forgets_copies_that_must_have_come_back(store: ResultsStore, url: str) -> None:
    store.note_copies([copy_key("a")])
    for later_ms, left in [(FORGET_MS + 1, 1), (FORGET_COPY_MS + 1, 0)]:
        with closing(ResultsStore(url, now_ms=partial(int, NOW_MS + later_ms))) as later:
            later.open()
            later.put_away([copy_key("b")])
            assert still_queued(url) == 1
            later.put_away([worker_key(WORKER)])
        assert still_queued(url) == left
