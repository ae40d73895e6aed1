"""Sequences of copies, twins, edits and acts of people: whoever accepted a workout has it settled once in the end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import permutations

import pytest

from core.broker.delivery_headers import resend_headers
from core.broker.topology import HEADER_ATTEMPTS
from core.codec.workout_codec import DecodedMessage
from core.failures.failure_key import failure_key
from core.failures.models import FailedFilter, FailedState
from core.store.failure_record import FailureRecord
from tests.support.databases import MakePlace
from tests.support.failed_list_rig import Desk
from tests.support.failures import NOW_MS, failure
from tests.support.incoming import deletion, submitted
from tests.support.submissions import OURS, THEIRS, give_up, here, of, store

A_THIRD = "33333333-cccc"
DISCARDED = FailedState.DISCARDED


@pytest.fixture
def desk(make_place: MakePlace) -> Iterator[Desk]:
    desk = Desk(make_place())
    yield desk
    desk.close()


@pytest.fixture
def bad(desk: Desk) -> FailureRecord:
    """On the list, accepted by us."""
    record = failure(message=of(OURS, submitted(1)).message)
    desk.fail(record)
    return record


def totals(desk: Desk, *outboxes: str) -> list[int]:
    return [sum(each.total for each in here(desk, outbox).values()) for outbox in outboxes]


def tried(one: DecodedMessage) -> DecodedMessage:
    return replace(one, message=replace(one.message, headers={**one.message.headers, HEADER_ATTEMPTS: 1}))


def edits(bad: FailureRecord, number: int = 1) -> list[DecodedMessage]:
    """Two different ones, by people who did not know of each other."""
    return [sent_again(of(OURS, submitted(number, minutes=minutes)), bad.key) for minutes in (31, 32)]


def sent_again(one: DecodedMessage, key: str) -> DecodedMessage:
    return replace(one, message=replace(one.message, headers=resend_headers(one.message.headers, key, 1)))


class TestTwins:
    def test_that_one_stored_after_a_failed_try_leaves_ours_settled(self, desk: Desk) -> None:
        one = submitted(1)
        desk.fail(give_up(of(OURS, one)))
        store(desk, tried(of(THEIRS, one)))
        assert totals(desk, OURS, THEIRS) == [1, 1]

    def test_that_a_suspect_of_theirs_that_is_stored_leaves_ours_settled(self, desk: Desk) -> None:
        one = submitted(1)
        record = give_up(of(OURS, one))
        desk.fail(record)
        desk.store.apply([of(THEIRS, one)], worker="w", picked_up_at_ms=NOW_MS, cleared=[record.key])
        assert totals(desk, OURS, THEIRS) == [1, 1]

    def test_that_our_own_second_sending_given_up_is_settled_beside_the_first(self, desk: Desk) -> None:
        one = submitted(1)
        store(desk, of(OURS, one))
        desk.fail(give_up(of(OURS, one, part=1)))
        assert totals(desk, OURS) == [2]

    def test_that_both_in_one_batch_are_settled(self, desk: Desk) -> None:
        one = submitted(1)
        desk.fail(give_up(of(OURS, one)), batch=[of(THEIRS, one)])
        assert totals(desk, OURS, THEIRS) == [1, 1]

    def test_that_one_absorbed_as_a_failure_is_not_absorbed_again_as_a_duplicate(self, desk: Desk) -> None:
        one = submitted(1)
        desk.fail(give_up(of(THEIRS, one)))
        desk.fail(give_up(of(OURS, one)))
        store(desk, sent_again(of(THEIRS, one), give_up(one).key))
        store(desk, of(OURS, one))
        assert totals(desk, OURS, THEIRS) == [1, 1]

    def test_that_one_absorbed_and_stored_in_the_end_is_stored_only(self, desk: Desk) -> None:
        one = submitted(1)
        desk.fail(give_up(of(THEIRS, one)))
        desk.fail(give_up(of(OURS, one)))
        store(desk, of(OURS, one))
        assert totals(desk, OURS, THEIRS) == [1, 1]

    @pytest.mark.parametrize("ours_first", [True, False])
    def test_that_one_absorbed_that_takes_the_place_of_a_discarded_one_is_failed_only(
        self, desk: Desk, ours_first: bool
    ) -> None:
        mine, theirs = give_up(of(OURS, submitted(1))), give_up(of(THEIRS, submitted(1)))
        if ours_first:
            desk.fail(mine)
            desk.mark(DISCARDED, mine.key)
        desk.fail(theirs)
        desk.fail(mine)
        desk.mark(DISCARDED, mine.key)
        desk.fail(mine)  # the second of two copies
        assert totals(desk, OURS, THEIRS) == [1, 1]

    def test_that_three_are_settled_for_all_three(self, desk: Desk) -> None:
        outboxes = (OURS, THEIRS, A_THIRD)
        first, second, third = (give_up(of(outbox, submitted(1))) for outbox in outboxes)
        desk.fail(first, second, third)
        desk.mark(DISCARDED, first.key)
        desk.fail(third, second)
        assert totals(desk, *outboxes) == [1, 1, 1]

    def test_that_deletions_are_settled_for_all(self, desk: Desk) -> None:
        store(desk, of(OURS, submitted(1)), of(OURS, deletion(1, 2)), of(THEIRS, deletion(1, 2)))
        desk.fail(give_up(of(A_THIRD, deletion(1, 2))))
        assert totals(desk, OURS, THEIRS, A_THIRD) == [2, 1, 1]

    def test_that_an_outbox_is_known_by_its_very_letters(self, desk: Desk) -> None:
        store(desk, of(OURS.upper(), submitted(1)))
        assert totals(desk, OURS) == [0]


class TestCopies:
    def test_that_one_stored_at_its_first_try_takes_the_other_off_the_list(self, desk: Desk) -> None:
        """Its confirmation was lost, and it was sent again when the first copy had used up its tries."""
        one = of(OURS, submitted(1))
        desk.fail(give_up(one))
        store(desk, one)
        assert desk.state(failure_key(one.message)) is FailedState.STORED
        assert totals(desk, OURS) == [1]

    def test_that_one_given_up_and_cleared_at_once_is_on_the_list_until_it_is_stored(self, desk: Desk) -> None:
        one = of(OURS, submitted(1))
        record = give_up(one)
        desk.store.mark_suspects([record.key], alone=True)
        desk.store.apply([], worker="w", picked_up_at_ms=NOW_MS, failures=[record], cleared=[record.key])
        assert (desk.state(record.key), totals(desk, OURS)) == (FailedState.OPEN, [1])
        desk.store.apply([one], worker="w", picked_up_at_ms=NOW_MS, cleared=[record.key])
        assert (desk.state(record.key), totals(desk, OURS)) == (FailedState.STORED, [1])


class TestEdits:
    def test_that_the_first_fails_and_the_second_is_stored(self, desk: Desk, bad: FailureRecord) -> None:
        one, two = edits(bad)
        desk.fail(give_up(one))
        store(desk, two)
        assert totals(desk, OURS) == [1]

    def test_that_both_are_in_conflict(self, desk: Desk) -> None:
        store(desk, of(THEIRS, submitted(1, minutes=99)))
        original = of(OURS, submitted(1))
        store(desk, original)
        for edit in edits(give_up(original)):
            store(desk, edit)
        assert totals(desk, OURS) == [1]

    @pytest.mark.parametrize("together", [False, True])
    def test_that_the_second_is_redelivered(self, desk: Desk, bad: FailureRecord, together: bool) -> None:
        one, two = edits(bad)
        for batch in ((one, two, two),) if together else ((one,), (two,), (two,)):
            store(desk, *batch)
        assert totals(desk, OURS) == [1]

    def test_that_the_second_is_discarded(self, desk: Desk, bad: FailureRecord) -> None:
        one, two = edits(bad)
        store(desk, one)
        store(desk, two)
        desk.mark(DISCARDED, failure_key(two.message))
        assert totals(desk, OURS) == [1]

    @pytest.mark.parametrize("is_marked", [False, True])
    def test_that_a_retry_beside_it_fails(self, desk: Desk, bad: FailureRecord, is_marked: bool) -> None:
        if is_marked:
            desk.mark(FailedState.RESENT, bad.key)
        store(desk, edits(bad)[0])
        desk.fail(replace(bad, message=sent_again(of(OURS, submitted(1)), bad.key).message))
        assert (desk.state(bad.key), totals(desk, OURS)) == (FailedState.STORED, [1])

    @pytest.mark.parametrize("state", [FailedState.RESENT, FailedState.RETRIED])
    @pytest.mark.parametrize("is_retried", [False, True])
    def test_that_it_fails_and_a_retry_beside_it_fails(
        self, desk: Desk, bad: FailureRecord, state: FailedState, is_retried: bool
    ) -> None:
        edit = give_up(edits(bad)[0])
        desk.mark(state, bad.key)
        desk.fail(edit)
        if is_retried:
            desk.mark(FailedState.RETRIED, edit.key)
            headers = resend_headers(edit.message.headers, edit.key, 2)
            desk.fail(replace(edit, message=replace(edit.message, headers=headers)))
        desk.fail(replace(bad, message=sent_again(of(OURS, submitted(1)), bad.key).message))
        assert totals(desk, OURS) == [1]
        assert desk.reader.failed.keys(FailedFilter()) == (edit.key,)

    def test_that_who_makes_the_original_of_it_again_has_that_on_the_list(self, desk: Desk, bad: FailureRecord) -> None:
        edit = give_up(edits(bad)[0])
        desk.mark(FailedState.RESENT, bad.key)
        desk.fail(edit)
        for key, retries in ((edit.key, 2), (bad.key, 3)):
            desk.mark(FailedState.RESENT, key)
            headers = resend_headers(bad.message.headers, key, retries)
            desk.fail(replace(bad, message=replace(bad.message, headers=headers)))
            assert desk.reader.failed.keys(FailedFilter()) == (bad.key,)
            assert totals(desk, OURS) == [1]

    def test_that_the_second_is_in_conflict_after_the_first_was_marked(self, desk: Desk, bad: FailureRecord) -> None:
        desk.mark(FailedState.RESENT, bad.key)
        for edit in edits(bad):
            store(desk, edit)
        assert totals(desk, OURS) == [1]

    def test_that_the_original_comes_again_after_a_worker_was_quicker_than_the_mark(
        self, desk: Desk, bad: FailureRecord
    ) -> None:
        store(desk, edits(bad)[0])
        assert desk.mark(FailedState.RESENT, bad.key) == 0
        desk.fail(bad)
        assert totals(desk, OURS) == [1]

    def test_that_it_fails_after_the_original_was_discarded(self, desk: Desk, bad: FailureRecord) -> None:
        desk.mark(DISCARDED, bad.key)
        desk.fail(give_up(edits(bad)[0]))
        assert totals(desk, OURS) == [1]

    def test_that_a_retry_is_stored_after_somebody_discarded_it(self, desk: Desk) -> None:
        one = of(OURS, submitted(1))
        desk.fail(give_up(one))
        desk.mark(DISCARDED, give_up(one).key)
        store(desk, sent_again(one, give_up(one).key))
        assert totals(desk, OURS) == [1]

    @pytest.mark.parametrize("given_up", [False, True])
    def test_that_it_is_what_theirs_is_already(self, desk: Desk, bad: FailureRecord, given_up: bool) -> None:
        edit = edits(bad)[0]
        store(desk, of(THEIRS, submitted(1, minutes=31)))
        for _ in range(2):
            if given_up:
                desk.fail(give_up(edit))
            else:
                store(desk, edit)
        assert totals(desk, OURS, THEIRS) == [1, 1]

    @pytest.mark.parametrize("stored", ["", "B", "E", "BE"])
    def test_that_edits_of_an_edit_are_settled_with_the_edit_beside_it(self, desk: Desk, stored: str) -> None:
        """In any order, each of a workout of its own. E: an edit of the edit fails, and the edit of that does, too, or
        is `stored`. B: so does the edit beside the first one. D: somebody discards what is open.
        """
        for number, order in enumerate(sorted(set(permutations("EEBD"))), 1):
            bad = give_up(of(OURS, submitted(number)))
            first, beside = edits(bad, number)
            second = sent_again(of(OURS, submitted(number, minutes=33)), give_up(first).key)
            third = sent_again(of(OURS, submitted(number, minutes=34)), give_up(second).key)
            below = iter((second, third))
            for record in (bad, give_up(first)):
                desk.fail(record)
                desk.mark(FailedState.RESENT, record.key)
            for step in order:
                if step == "D":
                    desk.mark(DISCARDED, *desk.reader.failed.keys(FailedFilter()))
                    continue
                one = beside if step == "B" else next(below)
                if step in stored and one is not second:
                    store(desk, one)
                else:
                    desk.fail(give_up(one))
                if one is second:
                    desk.mark(FailedState.RESENT, give_up(second).key)
            assert totals(desk, OURS) == [number], order

    def test_that_a_second_retry_that_fails_after_an_edit_was_stored_does_not_come_back(
        self, desk: Desk, bad: FailureRecord
    ) -> None:
        store(desk, edits(bad)[0])
        headers = resend_headers(bad.message.headers, bad.key, 2)
        desk.fail(replace(bad, message=replace(bad.message, headers=headers)))
        assert (desk.state(bad.key), totals(desk, OURS)) == (FailedState.STORED, [1])

    @pytest.mark.parametrize("given_up", [False, True])
    @pytest.mark.parametrize("later", [False, True])
    def test_that_a_retry_of_an_edit_is_settled_with_the_edit_beside_it(
        self, desk: Desk, bad: FailureRecord, given_up: bool, later: bool
    ) -> None:
        edit, beside = edits(bad)
        desk.mark(FailedState.RESENT, bad.key)
        desk.fail(give_up(edit))
        desk.mark(FailedState.RETRIED, give_up(edit).key)
        headers = resend_headers(edit.message.headers, give_up(edit).key, 2)
        retry = replace(edit, message=replace(edit.message, headers=headers))
        if later:
            store(desk, beside)
        if given_up:
            desk.fail(give_up(retry))
        else:
            store(desk, retry)
        if not later:
            store(desk, beside)
        assert totals(desk, OURS) == [1]

    @pytest.mark.parametrize("together", [False, True])
    @pytest.mark.parametrize(("number", "revision"), [(1, 2), (2, 1)])
    def test_that_both_are_stored_since_one_changed_more_than_the_other(
        self, desk: Desk, bad: FailureRecord, number: int, revision: int, together: bool
    ) -> None:
        one, other = edits(bad)[0], sent_again(of(OURS, submitted(number, minutes=33, revision=revision)), bad.key)
        for batch in ((one, other),) if together else ((one,), (other,), (other,)):
            store(desk, *batch)
        assert totals(desk, OURS) == [1]

    def test_that_an_edit_of_one_that_stands_for_nobody_takes_nothing_from_the_one_beside_it(
        self, desk: Desk, bad: FailureRecord
    ) -> None:
        first, beside = edits(bad)
        desk.fail(give_up(beside))
        desk.fail(give_up(first))  # the other one stands for what was accepted
        kept = desk.reader.failed.message(give_up(first).key)
        assert kept is not None
        below = submitted(2, minutes=34)
        headers = resend_headers(kept.message.headers, give_up(first).key, 2)
        store(desk, replace(below, message=replace(below.message, headers=headers), origin=None))
        assert totals(desk, OURS) == [1]
        again = submitted(3, minutes=35)
        store(desk, sent_again(of(OURS, again), give_up(beside).key))
        assert totals(desk, OURS) == [1]

    def test_that_the_edit_of_one_that_nobody_knows_any_more_is_on_the_list(self, desk: Desk) -> None:
        desk.fail(give_up(sent_again(of(OURS, submitted(1)), "gone")))
        assert totals(desk, OURS) == [1]
