"""How long what cannot be put away is held, and how much of it."""

from __future__ import annotations

import pytest

from core.broker.extras import Extras
from core.broker.ports import Delivery, FailedDelivery, Held, Message
from core.broker.rabbitmq import held as held_module
from core.broker.rabbitmq.held import FIRST_PAUSE_S, MAX_PAUSE_S, HeldMoves
from tests.support.retries import later


def failure(tag: int, body: bytes = b"") -> FailedDelivery:
    return FailedDelivery(Delivery(Message(body), tag, 1, 0, False), "No.", "invalid", "w", 0)


def test_that_each_round_waits_longer_and_the_next_trouble_begins_anew() -> None:
    now_s = 0.0
    held = HeldMoves(lambda: now_s)
    one, pauses_s = failure(1), []
    held.hold(one, "full")
    for _ in range(6):
        began_s = now_s
        while not (due := held.take_due()):
            now_s += 0.5
        pauses_s.append(now_s - began_s)
        held.hold(due[0].move, "full")
        held.end_round()
    assert pauses_s == [FIRST_PAUSE_S, 2.0, 4.0, 8.0, MAX_PAUSE_S, MAX_PAUSE_S]
    assert held.summary == Held(1, "full", False)
    now_s += MAX_PAUSE_S
    held.take_due()
    held.end_round()
    assert (len(held), held.summary) == (0, Held())
    held.hold(one, "full")
    now_s += FIRST_PAUSE_S
    assert [due.move for due in held.take_due()] == [one]


def test_that_a_retry_waits_its_own_time_and_is_no_trouble() -> None:
    now_s = 0.0
    held = HeldMoves(lambda: now_s)
    retry = later(failure(1).delivery, 10)
    held.wait(retry)
    assert (held.summary.count, held.take_due()) == (0, [])
    now_s = 10.0
    (due,) = held.take_due()
    assert (due.move, due.has_waited) == (retry, True)


def test_that_only_so_much_is_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(held_module, "MAX_HELD", 3)
    monkeypatch.setattr(held_module, "MAX_HELD_BYTES", 100)
    held = HeldMoves()
    held.hold_in_alarm([failure(1), failure(2)], "alarm")
    assert not held.is_full
    assert held.since_consuming == 2
    held.start_consuming()
    assert held.since_consuming == 0
    held.hold(failure(3), "full")
    assert (held.is_full, held.since_consuming) == (True, 1)
    held.clear()
    held.hold(failure(4, b"x" * 100), "large")
    assert held.is_full
    held.clear()
    message = Message(b"", headers={"x-note": "x" * 50}, extras=Extras(b"x" * 44))
    held.hold(FailedDelivery(Delivery(message, 5, 2, 0, False), "No.", "invalid", "w", 0), "large")
    assert held.is_full


def put_away(held: HeldMoves, still_stuck: set[int]) -> list[int]:
    """A round, of which these are held again."""
    due = held.take_due()
    for each in due:
        if each.tag in still_stuck:
            held.hold(each.move, "full")
    held.end_round()
    return [each.tag for each in due]


def test_that_of_many_a_part_is_tried_at_a_time_and_the_rest_at_once_when_there_is_room(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(held_module, "ROUND", 3)
    now_s = 0.0
    held = HeldMoves(lambda: now_s)
    for tag in range(1, 9):
        held.hold(failure(tag), "full")
    now_s = FIRST_PAUSE_S
    assert put_away(held, {1, 2, 3}) == [1, 2, 3]
    assert put_away(held, set()) == []  # no room: so the others wait, too
    now_s += 2 * FIRST_PAUSE_S
    assert put_away(held, {4}) == [4, 5, 6]
    assert put_away(held, set()) == [7, 8, 1]
    assert put_away(held, set()) == [2, 3, 4]
    assert (len(held), held.since_consuming) == (0, 0)
