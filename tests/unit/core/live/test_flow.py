"""The picture of the flow: counts that add up, and movements that are true to the events."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.events import (
    BatchProcessed,
    Confirmed,
    ConnectionChanged,
    ConnectionState,
    DepthSampled,
    EarnedBadge,
    Event,
    LedgerSnapshot,
    OutcomeKind,
    PickedUp,
    WorkoutOutcome,
)
from core.live.console_state import ConsoleState
from core.live.flow import (
    MOST_DOTS_PER_S,
    RATE_WINDOW_MS,
    Edge,
    FlowModel,
    Movement,
    Way,
    count_flow,
    empty_in_with_one_more,
)
from core.live.ledger import BalanceStatus
from core.metrics.depth_and_flow import FlowRates

T0 = 1_700_000_000_000


def outcome(kind: OutcomeKind, badges: int = 0) -> WorkoutOutcome:
    cause = "database" if kind is OutcomeKind.RETRYING else ""
    earned = (EarnedBadge("5k", "5K Runner"),) * badges
    return WorkoutOutcome("w", "Ana", "Running", kind, 1.0, 1.0, badges=earned, cause=cause)


def batch(*kinds: OutcomeKind, worker: str = "W", badges: int = 0) -> BatchProcessed:
    return BatchProcessed(T0, worker, tuple(outcome(kind, badges) for kind in kinds))


def depth(ready: int = 0, running: int = 0, retrying: int = 0) -> DepthSampled:
    return DepthSampled(T0, ready, running, 1, 0, retrying, None)


def connected(place: str) -> ConnectionChanged:
    return ConnectionChanged(T0, ConnectionState.ONLINE, "Embedded queue", place)


def moved(model: FlowModel, now_ms: int = T0) -> dict[Way, int]:
    return {each.way: each.dots * each.each for each in model.movements(now_ms)}


def test_that_each_event_moves_its_messages_over_its_edge() -> None:
    model = FlowModel()
    kinds = (OutcomeKind.STORED, OutcomeKind.STORED, OutcomeKind.DUPLICATE, OutcomeKind.RETRYING, OutcomeKind.FAILED)
    model.take([Confirmed(T0, ("a", "b")), PickedUp(T0, "W", ("a",)), batch(*kinds), depth(retrying=1)], T0)
    assert moved(model) == {
        Way(Edge.SENT, "waiting"): 2,
        Way(Edge.TAKEN, "waiting", "W"): 1,
        Way(Edge.STORED, "stored", "W"): 2,
        Way(Edge.STORED, "duplicate", "W"): 1,
        Way(Edge.RETRIED, "waiting", "W"): 1,
        Way(Edge.FAILED, "failed", "W"): 1,
    }
    assert moved(model) == {}


def test_that_each_badge_of_a_workout_goes_to_the_badges() -> None:
    model = FlowModel()
    model.take([batch(OutcomeKind.STORED, OutcomeKind.STORED, badges=2)], T0)
    assert moved(model)[Way(Edge.EARNED, "badge")] == 4


def test_that_a_retry_returns_once_the_retry_queues_hold_one_less() -> None:
    model = FlowModel()
    model.take([depth(retrying=3), batch(OutcomeKind.RETRYING, OutcomeKind.RETRYING)], T0)
    model.take([depth(retrying=5)], T0)
    assert model.returned == 0
    model.forget_movements()
    model.take([depth(retrying=1)], T0)
    assert model.returned == 4
    assert moved(model) == {Way(Edge.RETURNED, "waiting"): 4}


def test_that_what_is_given_back_does_not_go_by_the_retry_queues() -> None:
    model = FlowModel()
    given_back = WorkoutOutcome("w", "Ana", "Running", OutcomeKind.RETRYING, 1.0, 1.0, reason="given back to the queue")
    model.take([depth(), BatchProcessed(T0, "W", (given_back, outcome(OutcomeKind.STORED))), depth()], T0)
    assert moved(model) == {Way(Edge.STORED, "stored", "W"): 1}
    assert model.returned == 0


def test_that_retries_of_which_nothing_was_heard_do_not_count_below_zero() -> None:
    model = FlowModel()
    model.take([depth(retrying=0), depth(retrying=2)], T0)
    assert model.returned == 0


def test_that_another_queue_is_counted_from_its_beginning() -> None:
    model = FlowModel()
    model.take([connected("here"), depth(), batch(OutcomeKind.RETRYING), depth(retrying=0)], T0)
    assert model.returned == 1
    model.take([connected("here")], T0)
    assert model.returned == 1
    model.take([Confirmed(T0, ("a",)), connected("there")], T0)
    assert model.returned == 0
    assert moved(model) == {}


@pytest.mark.parametrize(
    ("per_s", "each"), [(1, 1), (20, 1), (21, 2), (41, 5), (101, 10), (201, 20), (401, 50), (5_000, 500)]
)
def test_that_at_a_high_rate_a_dot_stands_for_several_messages(per_s: int, each: int) -> None:
    model = FlowModel()
    model.take([Confirmed(T0, ("a",) * per_s)], T0)
    assert model.each(Edge.SENT) == each
    assert model.each(Edge.TAKEN) == 1
    (movement,) = model.movements(T0)
    assert movement == Movement(Way(Edge.SENT, "waiting"), per_s // each, each)
    assert movement.dots <= MOST_DOTS_PER_S


def test_that_what_is_too_little_for_a_dot_waits_for_more_or_for_the_end_of_the_rush() -> None:
    model = FlowModel()
    model.take([Confirmed(T0, ("a",) * 205)], T0)
    assert moved(model) == {Way(Edge.SENT, "waiting"): 200}
    model.take([Confirmed(T0, ("a",) * 20)], T0)
    assert moved(model) == {Way(Edge.SENT, "waiting"): 20}
    assert model.movements(T0 + RATE_WINDOW_MS - 1) == []
    assert model.movements(T0 + RATE_WINDOW_MS) == [Movement(Way(Edge.SENT, "waiting"), 1, 5)]


def test_that_a_rate_at_the_border_does_not_change_back_and_forth() -> None:
    model = FlowModel()
    seen = []
    for second, number in enumerate((42, 39, 42, 39, 20)):
        model.take([Confirmed(T0, ("a",) * number)], T0 + second * 1_000)
        seen.append(model.each(Edge.SENT))
    assert seen == [5, 5, 5, 5, 1]


def test_that_a_clock_set_back_forgets_the_rate() -> None:
    model = FlowModel()
    model.take([Confirmed(T0, ("a",) * 500)], T0)
    model.movements(T0 - 60_000)
    assert model.each(Edge.SENT) == 1


def test_that_movements_of_ever_more_workers_are_bounded() -> None:
    model = FlowModel()
    model.take([PickedUp(T0, f"W{number}", ("a",)) for number in range(3_000)], T0)
    model.take([PickedUp(T0, "one more", ("a",)), PickedUp(T0, "W0", ("a",))], T0)
    left = moved(model, T0 + RATE_WINDOW_MS)
    assert len(left) == 1_000
    assert left[Way(Edge.TAKEN, "waiting", "W0")] == 2


COUNTS = st.integers(0, 400)


@given(stored=COUNTS, failed=COUNTS, discarded=COUNTS, ready=COUNTS, running=COUNTS, retrying=COUNTS, pending=COUNTS)
def test_that_what_goes_into_a_part_is_what_it_holds_and_what_left_it(
    stored: int, failed: int, discarded: int, ready: int, running: int, retrying: int, pending: int
) -> None:
    state, model = ConsoleState(lambda: T0), FlowModel()
    accepted = stored + failed + discarded + ready + running + retrying + pending
    counted = LedgerSnapshot(T0, accepted, pending, stored, stored, failed, failed, 2, discarded, discarded)
    events: list[Event] = [counted, batch(*[OutcomeKind.RETRYING] * (retrying + 7)), depth(ready, running, retrying)]
    state.apply_all(events)
    model.take([depth(), *events], T0)
    ledger = state.ledger()
    counts = count_flow(ledger, retrying, model.returned)
    assert ledger.verdict is BalanceStatus.BALANCES
    assert (counts.accepted, counts.stored, counts.failed, counts.running) == (accepted, stored, failed, running)
    assert counts.waiting + counts.retrying == ledger.waiting
    assert counts.accepted == counts.sent + counts.kept
    assert counts.sent + counts.returned == counts.waiting + counts.taken
    assert counts.taken == counts.running + counts.stored + counts.retried + counts.gave_up
    assert counts.retried == counts.retrying + counts.returned
    assert counts.returned == 7


@given(st.lists(st.sampled_from(OutcomeKind), max_size=60), st.integers(1, 5))
def test_that_no_message_is_lost_or_doubled_on_its_way(kinds: list[OutcomeKind], size: int) -> None:
    model, seen = FlowModel(), Counter[Way]()
    for start in range(0, len(kinds), size):
        model.take([batch(*kinds[start : start + size])], T0 + start)
        seen.update(moved(model, T0 + start))
    seen.update(moved(model, T0 + 5_000))
    expected = Counter(kinds)
    assert seen[Way(Edge.STORED, "stored", "W")] == expected[OutcomeKind.STORED]
    assert seen[Way(Edge.STORED, "duplicate", "W")] == expected[OutcomeKind.DUPLICATE]
    assert seen[Way(Edge.RETRIED, "waiting", "W")] == expected[OutcomeKind.RETRYING]
    assert seen[Way(Edge.FAILED, "failed", "W")] == expected[OutcomeKind.FAILED]


@pytest.mark.parametrize(
    ("flow", "waiting", "workers", "seconds"),
    [
        (FlowRates(1.2, 0.67, None, 0.67), 33, 1, 33 / 0.14),
        (FlowRates(2.0, 0.67, None, 0.67), 33, 1, None),  # it would still grow
        (FlowRates(0.0, 1.0, 10.0, 1.0), 10, 2, 10 / 1.5),
        (FlowRates(), 33, 1, None),
        (FlowRates(1.2, 0.67, None, 0.67), 33, 0, None),
        (FlowRates(), 0, 0, 0.0),
    ],
)
def test_that_one_more_worker_empties_the_queue_by_so_much_sooner(
    flow: FlowRates, waiting: int, workers: int, seconds: float | None
) -> None:
    assert empty_in_with_one_more(flow, waiting, workers) == (None if seconds is None else pytest.approx(seconds))
