"""Two workers on one PostgreSQL, each with a copy of the same workout at the same moment: each is settled once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from threading import Barrier, BrokenBarrierError, Thread

import pytest

from core.errors import PacelineError
from core.store.failure_actions import FailureActions
from core.store.reader import ResultsReader
from core.store.writer import ResultsStore
from tests.support.failures import NOW_MS
from tests.support.incoming import submitted
from tests.support.postgres_server import PrivateServer
from tests.support.submissions import OURS, THEIRS, give_up, of

pytestmark = pytest.mark.postgres

COUNT = 100
BOUND_S = 30.0


@pytest.fixture
def url(postgres_server: PrivateServer) -> str:
    return postgres_server.new_database()


@pytest.fixture
def stores(url: str) -> Iterator[tuple[ResultsStore, ResultsStore]]:
    first, second = (ResultsStore(url, now_ms=lambda: NOW_MS) for _ in range(2))
    with closing(first), closing(second):
        first.open()
        second.open()
        yield first, second


def in_step(*acts: Callable[[int], object]) -> None:
    """Each act with the numbers from 1 on, all of them with the same one at the same moment."""
    gate = Barrier(len(acts))
    errors: list[Exception] = []

    def run(act: Callable[[int], object]) -> None:
        try:
            for number in range(1, COUNT + 1):
                gate.wait(BOUND_S)
                act(number)
        except (PacelineError, BrokenBarrierError) as error:
            gate.abort()
            errors.append(error)

    threads = [Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


def settled(url: str, outbox: str) -> int:
    with closing(ResultsReader(url, now_ms=lambda: NOW_MS)) as reader:
        reader.open()
        return sum(each.total for each in reader.ledger_counts(outbox).here.values())


def gives_up(store: ResultsStore, outbox: str) -> Callable[[int], object]:
    return lambda number: store.apply(
        [], worker="w", picked_up_at_ms=NOW_MS, failures=[give_up(of(outbox, submitted(number)))]
    )


def test_that_twins_given_up_at_once_are_settled_for_both(url: str, stores: tuple[ResultsStore, ResultsStore]) -> None:
    first, second = stores
    in_step(gives_up(first, OURS), gives_up(second, THEIRS))
    assert (settled(url, OURS), settled(url, THEIRS)) == (COUNT, COUNT)


def test_that_one_copy_stored_while_the_other_is_given_up_is_settled_once(
    url: str, stores: tuple[ResultsStore, ResultsStore]
) -> None:
    first, second = stores
    in_step(
        lambda number: first.apply([of(OURS, submitted(number))], worker="w", picked_up_at_ms=NOW_MS),
        gives_up(second, OURS),
    )
    assert settled(url, OURS) == COUNT


def test_that_a_person_who_reads_in_and_a_worker_take_turns(
    url: str, stores: tuple[ResultsStore, ResultsStore]
) -> None:
    first, second = stores
    for number in range(1, COUNT + 1):
        gives_up(second, OURS)(number)
    with closing(FailureActions(url, by="coach", now_ms=lambda: NOW_MS)) as marks:
        marks.open()
        in_step(gives_up(first, THEIRS), lambda number: marks.import_failures([give_up(of(THEIRS, submitted(number)))]))
    assert (settled(url, OURS), settled(url, THEIRS)) == (COUNT, COUNT)
