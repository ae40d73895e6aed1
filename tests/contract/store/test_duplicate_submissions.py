"""The same accepted twice, published twice, given up and stored: each counted once, on every database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from core.broker.delivery_headers import resend_headers
from core.broker.topology import HEADER_ATTEMPTS, HEADER_ORIGIN
from core.failures.failure_key import failure_key
from core.failures.models import FailedState
from core.store.reader import SettledCounts
from tests.support.databases import MakePlace
from tests.support.failed_list_rig import Desk
from tests.support.failures import failure
from tests.support.incoming import incoming, make_workout, submitted
from tests.support.submissions import OURS, THEIRS, give_up, here, of, store


@pytest.fixture
def desk(make_place: MakePlace) -> Iterator[Desk]:
    desk = Desk(make_place())
    yield desk
    desk.close()


def test_that_a_twin_of_another_outbox_is_settled_for_it_once(desk: Desk) -> None:
    one = submitted(1)
    store(desk, of(OURS, one), of(THEIRS, one))
    store(desk, of(THEIRS, one), of(OURS, one), of(THEIRS, one))
    assert here(desk) == {0: SettledCounts(stored=1)}
    assert here(desk, THEIRS) == {0: SettledCounts(absorbed=1)}
    assert desk.reader.ledger_counts("").duplicates == 4


def test_that_one_accepted_again_after_the_first_was_forgotten_is_settled_once(desk: Desk) -> None:
    one = submitted(1)
    store(desk, of(OURS, one))
    for _ in range(2):
        store(desk, of(OURS, one, part=1))
    assert here(desk) == {0: SettledCounts(stored=1, absorbed=1)}


def test_that_one_published_to_two_queues_is_settled_once(desk: Desk) -> None:
    one = submitted(1)
    store(desk, of(OURS, one, 0), of(OURS, one, 1))
    assert here(desk) == {0: SettledCounts(stored=1)}


def test_that_nobody_waits_for_a_duplicate_without_an_origin(desk: Desk) -> None:
    one = incoming(make_workout(1), origin=None)
    store(desk, of(OURS, one), one)
    assert here(desk) == {0: SettledCounts(stored=1)}
    assert here(desk, "") == {}


def test_that_a_twin_of_what_failed_is_settled_for_it_once(desk: Desk) -> None:
    one = submitted(1)
    mine, theirs = give_up(of(OURS, one)), give_up(of(THEIRS, one))
    assert mine.key == theirs.key
    desk.fail(mine, theirs)
    desk.fail(theirs)
    assert (here(desk), here(desk, THEIRS)) == ({0: SettledCounts(failed=1)}, {0: SettledCounts(absorbed=1)})


def test_that_a_discarded_one_whose_twin_fails_stays_settled(desk: Desk) -> None:
    one = submitted(1)
    desk.fail(give_up(of(OURS, one)))
    assert desk.mark(FailedState.DISCARDED, give_up(one).key) == 1
    desk.fail(give_up(of(THEIRS, one)))
    assert (here(desk), here(desk, THEIRS)) == ({0: SettledCounts(absorbed=1)}, {0: SettledCounts(failed=1)})


def test_that_a_twin_known_from_the_failed_queue_only_is_settled_too(desk: Desk) -> None:
    one = submitted(1)
    desk.fail(give_up(of(OURS, one)))
    assert desk.marks.import_failures([give_up(of(THEIRS, one))]) == []
    assert here(desk, THEIRS) == {0: SettledCounts(absorbed=1)}


@pytest.mark.parametrize("adopted", [False, True], ids=["by a worker", "from the failed queue"])
def test_that_one_copy_given_up_after_the_other_was_stored_is_not_on_the_list(desk: Desk, adopted: bool) -> None:
    """Published twice, its confirmation lost; the database was away for as long as the second copy had tries."""
    one = of(OURS, submitted(1))
    store(desk, one)
    if adopted:
        desk.marks.import_failures([give_up(one)])
    else:
        desk.fail(give_up(one))
    assert desk.state(failure_key(one.message)) is FailedState.STORED
    assert here(desk) == {0: SettledCounts(stored=1)}


@pytest.mark.parametrize("first", ["stored", "given up"])
def test_that_one_stored_and_its_twin_given_up_are_settled_for_both(desk: Desk, first: str) -> None:
    mine, theirs = of(OURS, submitted(1)), of(THEIRS, submitted(1))
    retried = replace(mine, message=replace(mine.message, headers={**mine.message.headers, HEADER_ATTEMPTS: 1}))
    acts: list[Callable[[], None]] = [lambda: store(desk, retried), lambda: desk.fail(give_up(theirs))]
    for act in acts if first == "stored" else acts[::-1]:
        act()
    assert desk.state(failure_key(mine.message)) is FailedState.STORED
    assert (here(desk), here(desk, THEIRS)) == ({0: SettledCounts(stored=1)}, {0: SettledCounts(absorbed=1)})


def test_that_one_given_up_with_other_content_than_what_is_stored_is_on_the_list(desk: Desk) -> None:
    store(desk, of(OURS, submitted(1)))
    other = of(OURS, submitted(1, minutes=99))
    desk.fail(give_up(other))
    assert desk.state(failure_key(other.message)) is FailedState.OPEN


def test_that_a_copy_stored_after_the_other_was_given_up_takes_it_off_the_list(desk: Desk) -> None:
    one = of(OURS, submitted(1))
    desk.fail(give_up(one))
    retried = replace(one, message=replace(one.message, headers={**one.message.headers, HEADER_ATTEMPTS: 2}))
    store(desk, retried)
    assert desk.state(failure_key(one.message)) is FailedState.STORED
    assert here(desk) == {0: SettledCounts(stored=1)}


@pytest.mark.parametrize("together", [False, True])
def test_that_one_edited_twice_in_two_ways_is_counted_once(desk: Desk, together: bool) -> None:
    """The program ended between sending the first edit and marking it, so the person edited it again."""
    bad = failure(message=of(OURS, submitted(1)).message)
    desk.fail(bad)
    edits = []
    for minutes in (31, 32):
        edit = of(OURS, submitted(1, minutes=minutes))
        headers = resend_headers(edit.message.headers, bad.key, 1)
        edits.append(replace(edit, message=replace(edit.message, headers=headers)))
    for batch in (edits,) if together else ([edits[0]], [edits[1]]):
        store(desk, *batch)
    assert desk.state(bad.key) is FailedState.STORED
    conflict = desk.failed.message(failure_key(edits[1].message))
    assert conflict is not None
    assert (conflict.state, conflict.message.headers.get(HEADER_ORIGIN)) == (FailedState.OPEN, None)
    assert here(desk) == {0: SettledCounts(stored=1)}
    assert desk.reader.ledger_counts(OURS).failed == 1
