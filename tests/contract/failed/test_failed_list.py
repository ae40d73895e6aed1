"""The failed list in the results database: written by workers, read without a trace, marked by people."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from core.broker.delivery_headers import resend_headers
from core.broker.ports import HeaderValue
from core.broker.topology import HEADER_ATTEMPTS, HEADER_RETRIES, HEADER_RETRY_OF
from core.errors import StoreUnavailableError
from core.failures.causes import Advice
from core.failures.failure_key import failure_key
from core.failures.models import FailedFilter, FailedState
from core.store.failed_queries import HOUR_MS, RECENT_PARTS
from core.store.failure_actions import FailureMark
from core.store.failure_record import MAX_KEPT_BODY, FailureRecord
from core.store.reader import SettledCounts
from tests.support.databases import MakePlace
from tests.support.failed_list_rig import Desk
from tests.support.failures import BAD_JSON, NO_ANSWER, NOW_MS, TOO_FAR, bad_message, failure
from tests.support.incoming import submitted, workout_id

OPEN, RETRIED, RESENT, DISCARDED, STORED = (
    FailedState.OPEN,
    FailedState.RETRIED,
    FailedState.RESENT,
    FailedState.DISCARDED,
    FailedState.STORED,
)


@pytest.fixture
def desk(make_place: MakePlace) -> Iterator[Desk]:
    desk = Desk(make_place())
    yield desk
    desk.close()


def again(record: FailureRecord, **changes: Any) -> FailureRecord:
    """The same message, sent again by a person from where it stands, and failed once more."""
    headers = resend_headers(record.message.headers, record.key, record.retries + 1)
    return replace(record, message=replace(record.message, headers=headers), **changes)


def repaired(record: FailureRecord, body: bytes) -> FailureRecord:
    message = replace(again(record).message, body=body)
    return replace(record, key=failure_key(message), message=message)


def swim(number: int, **more: Any) -> FailureRecord:
    body = b'{"type": "swim", "duration": 40, "distance": 120, "userId": "Cy Tan %d"}' % number
    given_up = {"failure_code": TOO_FAR, "reason": "distance: must be at most 100 km for Swimming", **more}
    return failure(message=bad_message(body, f"swim-{number}"), **given_up)


class TestLooking:
    def test_that_an_empty_list_has_nothing(self, desk: Desk) -> None:
        assert desk.failed.groups() == ()
        assert desk.failed.rows(FailedFilter(), 10) == ()
        assert desk.failed.count(FailedFilter()) == 0
        assert desk.failed.message("x") is None

    def test_that_groups_are_by_cause_and_the_largest_comes_first(self, desk: Desk) -> None:
        desk.fail(*(swim(n, at_ms=NOW_MS - n) for n in range(3)), failure(), failure("other", failure_code=NO_ANSWER))
        swims, *others = desk.failed.groups()
        assert (swims.cause.title, swims.cause.advice, swims.cause.field) == (
            "Distance out of range",
            Advice.EDIT,
            "distance",
        )
        assert (swims.count, swims.last_at_ms) == (3, NOW_MS)
        assert [group.cause.title for group in others] == ["Body is not JSON", "Database did not answer"]

    def test_that_a_group_says_when_of_late(self, desk: Desk) -> None:
        part_ms = HOUR_MS // RECENT_PARTS
        desk.fail(swim(1), swim(2), swim(3, at_ms=NOW_MS - part_ms - 1), swim(4, at_ms=NOW_MS - 2 * HOUR_MS))
        (group,) = desk.failed.groups()
        assert group.recent == (0,) * (RECENT_PARTS - 2) + (1, 2)

    def test_that_rows_are_newest_first_and_paged(self, desk: Desk) -> None:
        desk.fail(*(swim(n, at_ms=NOW_MS + n) for n in range(5)))
        found = desk.failed.rows(FailedFilter(), 2, offset=1)
        assert [row.athlete for row in found] == ["Cy Tan 3", "Cy Tan 2"]
        assert (found[0].sport, found[0].duration_min, found[0].distance_km) == ("Swimming", 40.0, 120.0)
        assert (found[0].attempts, found[0].worker, found[0].failed_at_ms) == (1, "w-1", NOW_MS + 3)

    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("cy", 3),
            ("CY TAN 2", 1),
            ("swim", 3),
            ("swim-1", 1),
            ("100 km", 3),
            ("100%", 0),
            ("_", 0),
            ("nobody", 0),
            ("must be at most 100 km for swim ", 3),
            ("c y t a n s w nobody", 0),
            ("c y t a n s w i nobody", 0),
        ],
    )
    def test_that_a_search_looks_at_athlete_sport_id_and_reason(self, desk: Desk, text: str, found: int) -> None:
        desk.fail(*(swim(n) for n in range(3)), failure())
        wanted = FailedFilter(text=text)
        assert desk.failed.count(wanted) == found == len(desk.failed.rows(wanted, 10)) == len(desk.failed.keys(wanted))

    def test_that_a_filter_may_name_the_cause(self, desk: Desk) -> None:
        desk.fail(swim(1), failure())
        assert [row.athlete for row in desk.failed.rows(FailedFilter(TOO_FAR.code), 10)] == ["Cy Tan 1"]

    def test_that_the_beginning_of_a_key_finds_it(self, desk: Desk) -> None:
        record, other = failure("one"), failure("two")
        desk.fail(record, other)
        desk.mark(FailedState.DISCARDED, other.key)
        assert desk.failed.keys_that_begin(record.key[:12]) == (record.key,)
        assert desk.failed.keys_that_begin("%") == desk.failed.keys_that_begin(other.key) == ()

    def test_that_a_message_is_whole(self, desk: Desk) -> None:
        message = replace(bad_message(x_own=1), type="workout.submitted", content_type="text/plain", timestamp_s=7)
        record = failure(message=message, attempts=4, took_ms=2.5)
        desk.fail(record)
        whole = desk.failed.message(record.key)
        assert whole is not None
        assert whole.message == message
        assert (whole.state, whole.retries, whole.error_type) == (OPEN, 0, "undecodable")
        assert whole.is_whole
        assert [(each.number, each.worker, each.reason, each.took_ms) for each in whole.tries] == [
            (4, "w-1", "No JSON.", 2.5)
        ]

    def test_that_a_huge_body_is_cut_and_said_to_be(self, desk: Desk) -> None:
        record = failure(message=bad_message(b"x" * (MAX_KEPT_BODY + 1)))
        desk.fail(record)
        whole = desk.failed.message(record.key)
        assert whole is not None
        assert (len(whole.message.body), whole.body_bytes, whole.is_whole) == (MAX_KEPT_BODY, MAX_KEPT_BODY + 1, False)

    def test_that_text_that_no_database_takes_is_kept_as_well_as_it_can_be(self, desk: Desk) -> None:
        record = failure(message=bad_message(b"{}", "a\0b\ud800", x_own="\ud800"), reason="half \ud800")
        desk.fail(record)
        (row,) = desk.failed.rows(FailedFilter(), 1)
        assert (row.message_id, row.reason) == ("a\ufffdb?", "half ?")

    def test_that_a_workout_is_found_by_its_id(self, desk: Desk) -> None:
        named = failure("named", message=bad_message(message_id="m-9"), workout_id=workout_id(1))
        desk.fail(named)
        assert desk.failed.key_of_workout(workout_id(1)) == "named"
        assert desk.failed.key_of_workout("m-9") == "named"
        assert desk.failed.key_of_workout("m-8") is None


class TestTrying:
    def test_that_a_redelivery_is_no_news(self, desk: Desk) -> None:
        record = failure()
        desk.fail(record)
        desk.fail(replace(record, at_ms=NOW_MS + 9))
        whole = desk.failed.message(record.key)
        assert whole is not None
        assert (whole.row.failed_at_ms, len(whole.tries)) == (NOW_MS, 1)

    def test_that_a_retry_that_fails_is_on_the_list_again_with_all_its_tries(self, desk: Desk) -> None:
        record = failure(attempts=4)
        desk.fail(record)
        assert desk.mark(RETRIED, record.key) == 1
        assert desk.failed.count(FailedFilter()) == 0
        desk.fail(again(record, worker="w-2", at_ms=NOW_MS + 5, attempts=1))
        whole = desk.failed.message(record.key)
        assert whole is not None
        assert (whole.state, whole.row.attempts, whole.row.worker, whole.retries) == (OPEN, 5, "w-2", 1)
        assert [(each.number, each.worker) for each in whole.tries] == [(5, "w-2"), (4, "w-1")]
        assert whole.message.headers[HEADER_RETRIES] == 1

    def test_that_the_original_that_comes_late_does_not_bring_it_back(self, desk: Desk) -> None:
        record = failure()
        desk.fail(record)
        desk.mark(RETRIED, record.key)
        desk.fail(record)
        assert desk.state(record.key) is RETRIED

    def test_that_a_worker_quicker_than_the_mark_wins(self, desk: Desk) -> None:
        record = failure()
        desk.fail(record)
        looked_at = FailureMark(record.key, 0)
        desk.fail(again(record))  # it was sent again, and failed before that was noted
        assert desk.marks.mark([looked_at], RETRIED) == 0
        assert desk.state(record.key) is OPEN

    def test_that_what_went_through_after_all_leaves_the_list(self, desk: Desk) -> None:
        record = failure()
        desk.fail(record)
        one = submitted(1)
        headers: dict[str, HeaderValue] = {HEADER_RETRY_OF: record.key, HEADER_RETRIES: 1}
        desk.fail(batch=[replace(one, message=replace(one.message, headers=headers))])
        assert desk.state(record.key) is STORED
        assert desk.marks.mark([FailureMark(record.key, 0)], RETRIED) == 0

    def test_that_a_repair_that_fails_stands_for_what_it_was_to_mend(self, desk: Desk) -> None:
        record = failure()
        desk.fail(record)
        second = repaired(record, b"still bad")
        desk.fail(second)
        assert desk.state(record.key) is RESENT
        assert [row.key for row in desk.failed.rows(FailedFilter(), 9)] == [second.key]
        whole = desk.failed.message(second.key)
        assert whole is not None
        assert whole.parent_key == record.key

    def test_that_a_conflict_is_kept_with_its_own_bytes(self, desk: Desk) -> None:
        desk.fail(batch=[submitted(1, km=6.0)])
        other = submitted(1, km=7.0)
        desk.fail(batch=[other])
        (row,) = desk.failed.rows(FailedFilter("conflict"), 9)
        whole = desk.failed.message(row.key)
        assert whole is not None
        assert whole.message == other.message
        assert whole.workout_id == workout_id(1)

    @given(order=st.permutations(["fail", "fail", "retry", "fail again", "fail again"]))
    @settings(max_examples=15)
    def test_that_a_retry_that_failed_is_open_whatever_comes_late(
        self, make_place: MakePlace, order: list[str]
    ) -> None:
        assume(order.index("retry") < order.index("fail again"))
        with closing(Desk(make_place())) as desk:
            record = failure()
            desk.fail(record)
            for act in order:
                if act == "retry":
                    assert desk.mark(RETRIED, record.key) == 1
                else:
                    desk.fail(record if act == "fail" else again(record))
            assert desk.state(record.key) is OPEN
            whole = desk.failed.message(record.key)
            assert whole is not None
            assert (len(whole.tries), whole.retries) == (2, 1)


class TestMarking:
    def test_that_a_discarded_one_is_counted_apart_and_stays_known(self, desk: Desk) -> None:
        desk.fail(swim(1), swim(2), swim(3))
        first, second, _ = desk.failed.keys(FailedFilter())
        assert desk.mark(DISCARDED, first, second) == 2
        counts = desk.reader.ledger_counts("here")
        assert (counts.failed, counts.discarded, counts.here) == (1, 2, {0: SettledCounts(failed=1, discarded=2)})
        assert desk.marks.open_count() == 1
        whole = desk.failed.message(first)
        assert whole is not None
        assert whole.state is DISCARDED
        kept = desk.place.rows(f"SELECT settled_by, settled_at FROM failures WHERE key = '{first}'")
        assert kept == [("coach", "2025-06-15T15:06:40.001Z")]

    def test_that_what_is_off_the_list_cannot_be_marked_again(self, desk: Desk) -> None:
        record = failure()
        desk.fail(record)
        assert [desk.mark(state, record.key) for state in (DISCARDED, RETRIED, DISCARDED)] == [1, 0, 0]
        assert desk.reader.ledger_counts("").discarded == 1

    def test_that_what_only_the_queue_knew_can_be_adopted_once(self, desk: Desk) -> None:
        record = failure(origin=None)
        assert desk.marks.import_failures([record, record]) == [record.key]
        assert desk.marks.import_failures([record]) == []
        assert desk.failed.count(FailedFilter()) == 1

    def test_that_closed_marks_say_so(self, desk: Desk) -> None:
        desk.marks.close()
        with pytest.raises(StoreUnavailableError):
            desk.marks.open_count()


class TestSuspects:
    def test_that_they_are_noted_counted_and_cleared(self, desk: Desk) -> None:
        store = desk.store
        assert store.poison_suspects(["a", "b"]) == {}
        store.mark_suspects(["a", "b"], alone=False)
        store.mark_suspects(["a", "b"], alone=False)
        assert store.poison_suspects(["a", "b", "c"]) == {"a": 0, "b": 0}
        store.mark_suspects(["a"], alone=True)
        store.mark_suspects(["a"], alone=True)
        assert store.poison_suspects(["a", "b"]) == {"a": 2, "b": 0}
        store.apply([], worker="w", picked_up_at_ms=NOW_MS, cleared=["a"])
        assert store.poison_suspects(["a", "b"]) == {"b": 0}
        store.clear_suspects(["b"])
        assert store.poison_suspects(["a", "b"]) == {}

    def test_that_a_closed_store_says_so(self, desk: Desk) -> None:
        desk.store.close()
        for act in (lambda: desk.store.poison_suspects(["a"]), lambda: desk.store.clear_suspects(["a"])):
            with pytest.raises(StoreUnavailableError):
                act()


def test_that_the_key_is_that_of_every_copy() -> None:
    message = bad_message()
    copy = replace(message, headers={HEADER_ATTEMPTS: 3}, app_id="other")
    assert failure_key(message) == failure_key(copy)
    assert failure_key(message) != failure_key(replace(message, body=b"other"))
    assert failure_key(message) != failure_key(replace(message, message_id=None))
    assert failure_key(message) != failure_key(replace(message, type="workout.deleted"))
    assert failure(failure_code=BAD_JSON).parent_key is None


def test_that_every_page_and_place_agrees_with_the_whole_list(desk: Desk) -> None:
    # Several at one moment: the order among them is by key.
    desk.fail(*(swim(number, at_ms=NOW_MS + number // 3) for number in range(11)))
    wanted = FailedFilter("invalid/distance/range")
    keys = desk.failed.keys(wanted)
    paged = [row.key for start in range(0, 12, 4) for row in desk.failed.rows(wanted, 4, offset=start)]
    assert paged == list(keys)
    assert [desk.failed.place(wanted, key) for key in keys] == list(range(11))
    desk.mark(DISCARDED, keys[0])
    assert desk.failed.place(wanted, keys[0]) is None
    assert desk.failed.place(wanted, keys[5]) == 4
    assert desk.failed.place(FailedFilter(None, "nobody"), keys[5]) is None


def test_that_whole_messages_are_read_many_at_a_time(desk: Desk) -> None:
    records = [swim(number, took_ms=2.0) for number in range(3)]
    desk.fail(*records)
    desk.fail(again(records[1]))
    wanted = [records[1].key, "nobody knows this one", records[0].key]
    found = list(desk.failed.messages(wanted))
    assert found == [desk.failed.message(records[1].key), desk.failed.message(records[0].key)]
    assert len(found[0].tries) == 1 + int(desk.state(records[1].key) is OPEN and found[0].retries > 0)


def test_that_what_was_given_up_and_stored_all_the_same_is_off_the_list(desk: Desk) -> None:
    """Who wrote it down was killed before the broker heard of it; it came again, and went through."""
    one = submitted(1)
    given_up = failure(message=one.message, workout_id=one.workout_id)
    desk.fail(given_up)
    desk.store.apply([one], worker="w-2", picked_up_at_ms=NOW_MS, cleared=[given_up.key])
    assert desk.state(given_up.key) is STORED
    assert desk.reader.ledger_counts("here").here == {0: SettledCounts(stored=1)}


@pytest.mark.parametrize("origin", ["o" * 65, "a\0b"])
def test_that_headers_a_database_would_not_take_keep_nothing_off_the_list(desk: Desk, origin: str) -> None:
    message = replace(bad_message(origin=origin), timestamp_s=2**64 - 1)
    desk.fail(failure("odd", replace(message, headers={**message.headers, HEADER_RETRY_OF: "a\0b"})), failure("other"))
    assert (desk.state("odd"), desk.state("other")) == (OPEN, OPEN)


def test_that_what_was_discarded_and_stored_all_the_same_is_counted_once(desk: Desk) -> None:
    """Sent again, not marked because of a crash, discarded; then it went through."""
    one = submitted(1)
    given_up = failure(message=one.message, workout_id=one.workout_id)
    desk.fail(given_up)
    assert desk.mark(DISCARDED, given_up.key) == 1
    assert desk.reader.ledger_counts("here").here == {0: SettledCounts(discarded=1)}
    desk.store.apply([one], worker="w-2", picked_up_at_ms=NOW_MS, cleared=[given_up.key])
    assert desk.reader.ledger_counts("here").here == {0: SettledCounts(stored=1)}


def test_that_a_discarded_one_that_fails_again_is_failed_and_no_longer_discarded(desk: Desk) -> None:
    desk.fail(failure())
    desk.mark(DISCARDED, failure().key)
    desk.fail(failure(at_ms=NOW_MS + 5))
    counts = desk.reader.ledger_counts("here")
    assert (counts.failed, counts.discarded) == (1, 0)
