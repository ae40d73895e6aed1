"""The ledger balances, waits before it accuses, and says so when something is gone."""

from __future__ import annotations

from dataclasses import asdict, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.events import LedgerSnapshot
from core.live.ledger import (
    FOREIGN_MS,
    GRACE_MS,
    SETTLE_MS,
    BalanceStatus,
    Ledger,
    LedgerView,
    QueueSample,
    expected_in_queue,
)

T0 = 1_700_000_000_000
COUNTED = LedgerSnapshot(
    T0, accepted_here=100, pending=0, stored=80, stored_here=70, failed=3, failed_here=2, duplicates=6
)
QUEUE = QueueSample(T0, waiting=24, running=4, exact=True)


def _ledger(counted: LedgerSnapshot = COUNTED, queue: QueueSample = QUEUE) -> Ledger:
    ledger = Ledger()
    ledger.count(counted)
    ledger.sample(queue)
    return ledger


def test_that_a_whole_pipeline_balances() -> None:
    view = _ledger().view(T0, live=True)
    assert view.verdict is BalanceStatus.BALANCES
    assert view.verdict_text == "balances"
    assert view.accepted == 100 + 10 + 1
    assert (view.stored, view.failed, view.waiting, view.running, view.duplicates) == (80, 3, 24, 4, 6)
    assert view.as_of_ms is None


@pytest.mark.parametrize(
    ("lost", "doubled", "text"),
    [(1_200, 0, "1,200 lost"), (0, 1_200, "1,200 doubled"), (1, 2, "1 lost"), (0, 0, "balances")],
)
def test_that_what_is_lost_or_doubled_by_its_id_comes_first(lost: int, doubled: int, text: str) -> None:
    assert replace(_ledger().view(T0, live=True), lost=lost, doubled=doubled).verdict_text == text


def test_that_messages_of_foreign_producers_are_accepted_too() -> None:
    view = _ledger(queue=replace(QUEUE, waiting=1_000)).view(T0, live=True)
    assert view.verdict is BalanceStatus.BALANCES
    assert view.accepted == 80 + 3 + 1_000 + 4


@given(
    accepted=st.integers(0, 500),
    pending=st.integers(0, 500),
    stored_here=st.integers(0, 500),
    failed_here=st.integers(0, 50),
    foreign=st.integers(0, 500),
    waiting=st.integers(0, 500),
    running=st.integers(0, 50),
)
def test_that_whenever_it_balances_the_sum_on_screen_is_right(
    accepted: int, pending: int, stored_here: int, failed_here: int, foreign: int, waiting: int, running: int
) -> None:
    counted = LedgerSnapshot(T0, accepted, pending, stored_here + foreign, stored_here, failed_here, failed_here, 0)
    view = _ledger(counted, QueueSample(T0, waiting, running, exact=True)).view(T0 + 60_000, live=True)
    terms = view.stored + view.failed + view.waiting + view.running + view.pending
    unsettled = accepted - stored_here - failed_here - pending
    assert (view.verdict is BalanceStatus.BALANCES) == (0 <= unsettled <= waiting + running)
    if view.verdict is BalanceStatus.BALANCES:
        assert view.accepted == terms


def test_that_a_lost_workout_is_missed_once_the_discrepancy_has_stayed() -> None:
    ledger = _ledger(queue=replace(QUEUE, waiting=22))
    first = ledger.view(T0 + SETTLE_MS - 1, live=True)
    assert (first.verdict, first.verdict_text) == (BalanceStatus.CHECKING, "checking")
    ledger.count(replace(COUNTED, at_ms=T0 + 2_000))
    settled = ledger.view(T0 + SETTLE_MS, live=True)
    assert settled.verdict is BalanceStatus.MISSING
    assert settled.off_by == 2
    assert settled.verdict_text == "2 missing"
    assert (settled.waiting, settled.running) == (22, 4)  # as the broker says, not as it should be


def test_that_a_workout_counted_twice_is_too_many() -> None:
    ledger = _ledger(replace(COUNTED, stored_here=101, stored=111), replace(QUEUE, waiting=0, running=0))
    view = ledger.view(T0 + SETTLE_MS, live=True)
    assert view.verdict is BalanceStatus.TOO_MANY
    assert view.verdict_text == "3 too many"


def test_that_a_discrepancy_that_keeps_changing_is_only_being_checked() -> None:
    ledger = _ledger()
    for second in range(10):
        ledger.sample(replace(QUEUE, at_ms=T0 + second * 1000, waiting=20 - second))
    assert ledger.view(T0 + 9_500, live=True).verdict is BalanceStatus.CHECKING


def test_that_a_discrepancy_that_goes_away_leaves_no_trace() -> None:
    ledger = _ledger(queue=replace(QUEUE, waiting=0))
    ledger.sample(replace(QUEUE, at_ms=T0 + 1_000))
    assert ledger.view(T0 + 9_000, live=True).verdict is BalanceStatus.BALANCES


def test_that_while_offline_nothing_is_called_missing_and_the_time_is_said() -> None:
    ledger = _ledger(queue=replace(QUEUE, waiting=0))
    view = ledger.view(T0 + 60_000, live=False)
    assert view.verdict is BalanceStatus.CHECKING
    assert view.as_of_ms == T0
    kept = _ledger(replace(COUNTED, accepted_here=103, pending=3)).view(T0 + 60_000, live=False)
    assert (kept.verdict, kept.pending, kept.accepted) == (BalanceStatus.BALANCES, 3, 114)


@pytest.mark.parametrize(("running", "verdict"), [(1, BalanceStatus.CHECKING), (0, BalanceStatus.MISSING)])
def test_that_what_workers_hold_unseen_is_not_called_missing_while_they_work(
    running: int, verdict: BalanceStatus
) -> None:
    ledger = _ledger(queue=QueueSample(T0, waiting=0, running=running, exact=False))
    assert ledger.view(T0 + 60_000, live=True).verdict is verdict


def test_that_an_inexact_count_does_not_excuse_one_too_many() -> None:
    counted = replace(COUNTED, stored_here=101, stored=111)
    ledger = _ledger(counted, QueueSample(T0, waiting=0, running=2, exact=False))
    assert ledger.view(T0 + SETTLE_MS, live=True).verdict is BalanceStatus.TOO_MANY


def test_that_an_unasked_ledger_is_all_zero_and_balances() -> None:
    counted = LedgerSnapshot(T0, 0, 0, 0, 0, 0, 0, 0)
    zero = LedgerView(
        **asdict(counted),
        accepted=0,
        waiting=0,
        running=0,
        verdict=BalanceStatus.BALANCES,
        off_by=0,
        as_of_ms=None,
        is_counted=False,
    )
    assert Ledger().view(T0, live=True) == zero
    assert Ledger().view(T0, live=False) == zero


def test_that_the_queue_before_the_counts_is_shown_at_once() -> None:
    ledger = Ledger()
    ledger.sample(QUEUE)
    view = ledger.view(T0, live=True)
    assert (view.accepted, view.waiting, view.running) == (28, 24, 4)


def test_that_another_queue_starts_without_the_discrepancy_of_the_last() -> None:
    ledger = _ledger(queue=replace(QUEUE, waiting=1))
    ledger.forget_queue()
    view = ledger.view(T0 + 60_000, live=False)
    assert (view.verdict, view.waiting, view.running, view.as_of_ms) == (BalanceStatus.BALANCES, 0, 0, None)


def test_that_what_was_stored_after_the_look_at_the_queue_is_not_counted_twice() -> None:
    ledger = _ledger(LedgerSnapshot(T0, 2_000, 0, 0, 0, 0, 0, 0), QueueSample(T0, 1_500, 500, exact=True))
    ledger.count(LedgerSnapshot(T0 + 400, 2_000, 0, 1_800, 1_800, 0, 0, 0))
    view = ledger.view(T0 + 400, live=True)
    assert view.verdict is BalanceStatus.BALANCES
    assert (view.accepted, view.stored, view.waiting, view.running) == (2_000, 1_800, 0, 200)


def test_that_foreign_messages_are_believed_once_they_stay() -> None:
    ledger = _ledger(LedgerSnapshot(T0, 10, 0, 10, 10, 0, 0, 0), QueueSample(T0, 0, 0, exact=True))
    ledger.sample(QueueSample(T0 + 500, 40, 0, exact=True))
    assert ledger.view(T0 + 500, live=True).accepted == 10
    ledger.sample(QueueSample(T0 + 500 + FOREIGN_MS, 40, 0, exact=True))
    view = ledger.view(T0 + 500 + FOREIGN_MS, live=True)
    assert (view.accepted, view.waiting) == (50, 40)


def test_that_a_fleeting_discrepancy_is_not_worth_a_word() -> None:
    ledger = _ledger()
    ledger.sample(replace(QUEUE, at_ms=T0 + 500, waiting=22))
    view = ledger.view(T0 + 500, live=True)
    assert (view.verdict, view.off_by) == (BalanceStatus.BALANCES, 0)
    assert view.accepted == view.stored + view.failed + view.waiting + view.running + view.pending
    assert (view.waiting, view.running) == (24, 4)
    assert ledger.view(T0 + 500 + GRACE_MS, live=True).verdict is BalanceStatus.CHECKING


@pytest.mark.parametrize(
    ("rows_missing", "waiting", "says", "stored"),
    [
        (2, 24, "2 missing", 78),
        (2, 23, "3 missing", 78),  # one more has gone from the queue
        (-1, 24, "1 too many", 81),
        (-1, 23, "1 missing", 81),
    ],
)
def test_that_what_somebody_took_out_of_the_results_is_missed(
    rows_missing: int, waiting: int, says: str, stored: int
) -> None:
    ledger = _ledger(replace(COUNTED, missing_rows=rows_missing), replace(QUEUE, waiting=waiting))
    view = ledger.view(T0 + SETTLE_MS, live=True)
    assert (view.verdict_text, view.stored) == (says, stored)


def test_that_a_clock_set_back_hides_no_loss() -> None:
    lossy = replace(COUNTED, accepted_here=101)
    ledger = _ledger(lossy)
    back = T0 - 3_600_000
    for after_ms in range(0, SETTLE_MS + 2_000, 1_000):
        ledger.count(replace(lossy, at_ms=back + after_ms))
        ledger.sample(QueueSample(back + after_ms, 0, 0, exact=True))
    assert ledger.view(back + SETTLE_MS + 1_000, live=True).verdict is BalanceStatus.MISSING


def test_that_a_clock_set_back_hides_nothing_that_waits() -> None:
    nothing = LedgerSnapshot(T0, 0, 0, 0, 0, 0, 0, 0)
    ledger = _ledger(nothing, QueueSample(T0, 0, 0, exact=True))
    back = T0 - 3_600_000
    for after_ms in range(0, FOREIGN_MS + 2_000, 1_000):
        ledger.count(replace(nothing, at_ms=back + after_ms))
        ledger.sample(QueueSample(back + after_ms, 500, 0, exact=True))
    view = ledger.view(back + FOREIGN_MS + 2_000, live=True)
    assert (view.accepted, view.waiting) == (500, 500)


@pytest.mark.parametrize(
    ("still_queued", "waiting", "running", "shown"),
    [
        (1, 1, 0, (0, 0, 1)),  # the one that failed, and nothing else
        (1, 0, 1, (0, 0, 1)),
        (1, 5, 0, (4, 0, 1)),  # beside messages of others
        (3, 2, 0, (0, 0, 2)),  # the notes of some are older than the look at the queue
        (1, 0, 0, (0, 0, 0)),  # held by a worker, which does not count it as running
    ],
)
def test_that_what_is_settled_and_still_in_the_queue_counts_once(
    still_queued: int, waiting: int, running: int, shown: tuple[int, int, int]
) -> None:
    counted = LedgerSnapshot(T0, 10, 0, 9, 9, 1, 1, 0, still_queued=still_queued)
    view = _ledger(counted, QueueSample(T0, waiting, running, exact=True)).view(T0 + 60_000, live=True)
    assert (view.waiting, view.running, view.still_queued) == shown
    assert view.verdict is BalanceStatus.BALANCES
    assert view.accepted == view.stored + view.failed + view.waiting + view.running


def test_that_what_must_be_in_the_queue_is_not_taken_for_settled() -> None:
    counted = LedgerSnapshot(T0, 10, 0, 5, 5, 1, 1, 0, still_queued=2)
    view = _ledger(counted, QueueSample(T0, 5, 0, exact=True)).view(T0 + 60_000, live=True)
    assert (view.accepted, view.waiting, view.still_queued) == (10, 4, 1)


def test_that_a_loss_is_said_after_three_seconds_and_checked_after_twelve_tenths() -> None:
    ledger = Ledger()
    ledger.sample(replace(QUEUE, waiting=23))
    ledger.count(COUNTED)  # the later of the two shows it
    said = {after_ms: ledger.view(T0 + after_ms, live=True).verdict_text for after_ms in (1_199, 1_200, 2_999, 3_000)}
    assert said == {1_199: "balances", 1_200: "checking", 2_999: "checking", 3_000: "1 missing"}


def test_that_one_too_many_is_checked_at_once() -> None:
    ledger = _ledger(replace(COUNTED, stored_here=99, stored=109), replace(QUEUE, waiting=0, running=0))
    view = ledger.view(T0 + 100, live=True)
    assert (view.verdict, view.off_by) == (BalanceStatus.CHECKING, 1)


def test_that_one_unseen_may_be_in_the_hands_of_a_worker() -> None:
    ledger = _ledger(queue=QueueSample(T0, waiting=23, running=4, exact=False))
    assert ledger.view(T0 + 60_000, live=True).verdict is BalanceStatus.CHECKING


def test_that_each_count_is_shown_as_itself() -> None:
    counted = replace(
        COUNTED,
        discarded=9,
        discarded_here=4,
        corrections=11,
        deletions=12,
        superseded=13,
        conflicts=2,
        in_other_queue=5,
        other_results=14,
        rejected=1,
        pending=1,
    )
    view = _ledger(counted, replace(QUEUE, waiting=14)).view(T0, live=True)
    assert view == LedgerView(
        at_ms=counted.at_ms,
        accepted_here=counted.accepted_here,
        stored_here=counted.stored_here,
        failed_here=counted.failed_here,
        discarded_here=counted.discarded_here,
        accepted=80 + 3 + 9 + 14 + 4 + 1 + 5,
        stored=80,
        failed=3,
        waiting=14,
        running=4,
        pending=1,
        duplicates=6,
        verdict=BalanceStatus.BALANCES,
        off_by=0,
        as_of_ms=None,
        discarded=9,
        corrections=11,
        deletions=12,
        superseded=13,
        conflicts=2,
        in_other_queue=5,
        other_results=14,
        rejected=1,
        still_queued=0,
    )


def test_that_only_what_is_not_accounted_for_must_be_in_the_queue() -> None:
    counted = replace(COUNTED, pending=3, discarded_here=4, in_other_queue=5)
    assert expected_in_queue(counted) == 100 - 70 - 2 - 3 - 4 - 5


@pytest.mark.parametrize(("stored", "waiting"), [(0, 8), (11, 0)])
def test_that_nothing_is_settled_in_a_queue_that_holds_too_little(stored: int, waiting: int) -> None:
    counted = LedgerSnapshot(T0, 10, 0, stored, stored, 0, 0, 0, still_queued=1)
    assert _ledger(counted, QueueSample(T0, waiting, 0, exact=True)).view(T0, live=True).still_queued == 0


def test_that_foreign_messages_are_believed_when_the_older_look_is_out_of_reach() -> None:
    ledger = _ledger(LedgerSnapshot(T0, 10, 0, 10, 10, 0, 0, 0), QueueSample(T0, 0, 0, exact=True))
    ledger.sample(QueueSample(T0 + 1_200, 40, 0, exact=True))
    assert ledger.view(T0 + 1_200, live=True).accepted == 10
    ledger.sample(QueueSample(T0 + 1_201, 40, 0, exact=True))
    assert ledger.view(T0 + 1_201, live=True).accepted == 50


def test_that_a_clock_set_back_does_not_put_off_a_loss_that_stays_the_same() -> None:
    lossy = replace(COUNTED, accepted_here=101)
    ledger = _ledger(lossy)
    back = T0 - 3_600_000
    for after_ms in range(0, SETTLE_MS + 1_000, 500):
        ledger.sample(replace(QUEUE, at_ms=back + after_ms))
    assert ledger.view(back + SETTLE_MS, live=True).verdict is BalanceStatus.MISSING
