from __future__ import annotations

from collections.abc import Mapping

import pytest

from core.broker.ports import Delivery
from core.failures.failure_key import failure_key
from tests.support.loop_rig import good
from worker.consumer.batch import Batch
from worker.consumer.poison_detection import DeliveryGroup, isolate_suspects, suspect_keys, timeout_mark
from worker.runtime.clock import now_ms


def delivery(number: int, *, redelivered: bool = False, attempts: int = 0) -> Delivery:
    return Delivery(good(number), number, 1, attempts, redelivered)


def groups(deliveries: list[Delivery], known: Mapping[int, int]) -> list[DeliveryGroup]:
    """`known`: deaths by number."""
    suspects = {failure_key(good(number)): deaths for number, deaths in known.items()}
    return list(isolate_suspects(deliveries, suspects, suspect_keys(deliveries)))


def tags(group: DeliveryGroup) -> list[int]:
    return [each.tag for each in group.deliveries]


def test_that_what_is_new_goes_together_and_is_not_noted() -> None:
    (group,) = groups([delivery(1), delivery(2)], {})
    assert (tags(group), group.alone, dict(group.marks), group.crashed) == ([1, 2], False, {}, frozenset())


def test_that_what_was_in_hand_once_goes_together_and_is_noted() -> None:
    (group,) = groups([delivery(1), delivery(2, redelivered=True)], {})
    assert (tags(group), group.alone) == ([1, 2], False)
    assert group.marks == {2: failure_key(good(2))}


def test_that_what_was_noted_or_failed_before_is_tried_alone_and_noted_as_such() -> None:
    together, *alone = groups([delivery(1), delivery(2, redelivered=True), delivery(3, attempts=1)], {2: 0})
    assert (tags(together), together.alone) == ([1], False)
    assert [(tags(group), group.alone) for group in alone] == [([2], True), ([3], True)]
    assert [dict(group.marks) for group in alone] == [{2: failure_key(good(2))}, {3: failure_key(good(3))}]


def test_that_what_a_worker_died_of_alone_is_a_failed_try() -> None:
    (group,) = groups(
        [delivery(1, redelivered=True), delivery(2, redelivered=True, attempts=3), delivery(3)], {1: 1, 2: 1}
    )
    assert group.crashed == {1, 2}
    batch = Batch(group, worker="west", now_ms=now_ms())
    assert [retry.reason for retry in batch.retries()] == [
        "The worker process crashed while processing only this message; try 1 of 4."
    ]
    given_up = batch.items[1].record
    assert given_up is not None
    assert given_up.reason.startswith("The worker process crashed while processing only this message, 4 times")
    assert given_up.failure_code.code == "error/WorkerDied"
    # It leaves these hands for a while, so nobody need suspect it meanwhile.
    assert batch.still_marked == [failure_key(good(1)), failure_key(good(2))]


def test_that_a_mark_that_was_left_behind_costs_a_fresh_delivery_no_try() -> None:
    """The worker ended after it had sent the copy for later, and before it could take the mark away."""
    (group,) = groups([delivery(1, attempts=1)], {1: 1})
    assert (tags(group), group.alone, group.crashed) == ([1], True, frozenset())


@pytest.mark.parametrize(
    ("crashed", "timed_out", "judged"),
    [((), (), False), ((1,), (), False), ((), (2,), False), ((1,), (2,), True), ((1, 2), (), True), ((), (1, 2), True)],
)
def test_that_a_group_is_judged_when_each_of_it_has_had_its_try(
    crashed: tuple[int, ...], timed_out: tuple[int, ...], judged: bool
) -> None:
    pair = [delivery(1), delivery(2)]
    group = DeliveryGroup(pair, crashed=frozenset(crashed), timed_out=frozenset(timed_out))
    assert group.is_judged is judged
    assert (group.marks, group.alone) == ({}, False)


def test_that_nothing_is_judged_without_a_judgement() -> None:
    assert not DeliveryGroup([]).is_judged


def test_that_one_that_was_acknowledged_too_late_has_had_its_try() -> None:
    late, other = delivery(1, redelivered=True), delivery(2, redelivered=True)
    keys = suspect_keys([late, other])
    (group,) = isolate_suspects([late, other], {f"{keys[1]}/ack": 1}, keys)
    assert (tags(group), group.timed_out, group.crashed) == ([1, 2], {1}, frozenset())
    assert timeout_mark(keys[1]) == f"{failure_key(good(1))}/ack"


def test_that_a_fresh_copy_is_not_taken_for_one_that_was_acknowledged_too_late() -> None:
    copy = delivery(1, attempts=1)
    keys = suspect_keys([copy])
    (group,) = isolate_suspects([copy], {f"{keys[1]}/ack": 1}, keys)
    assert (group.alone, group.timed_out) == (True, frozenset())


def test_that_a_delivery_without_a_key_is_no_suspect() -> None:
    again = delivery(1, redelivered=True)
    (group,) = isolate_suspects([again], {}, {})
    assert (tags(group), group.alone, group.marks) == ([1], False, {})
