"""The place of each receipt that waits."""

from __future__ import annotations

import time

from core.events import (
    Accepted,
    BatchProcessed,
    Confirmed,
    ConnectionChanged,
    ConnectionState,
    DepthSampled,
    Event,
    OutcomeKind,
    PickedUp,
    WorkoutOutcome,
)
from core.live.workout_log import WorkoutLog

T0 = 1_700_000_000_000


def accepted(workout_id: str, at_ms: int = T0) -> Accepted:
    return Accepted(at_ms, workout_id, "Ana Ruiz", "Running", 45.0, 5.2)


def depth(ready: int, at_ms: int = T0) -> DepthSampled:
    return DepthSampled(at_ms, ready, 0, 1, 0, 0, None)


def link(state: ConnectionState) -> ConnectionChanged:
    return ConnectionChanged(T0, state, "RabbitMQ", "localhost:5672")


def ahead(book: WorkoutLog) -> dict[str, int | None]:
    """Of all receipts, oldest first."""
    places = {trace.workout_id: book.place(trace) for trace in reversed(book.receipts())}
    return {key: None if place is None else place.ahead for key, place in places.items()}


def burst(*events: Event) -> WorkoutLog:
    """Three that wait, and what happened then."""
    book = WorkoutLog()
    book.apply_all([*(accepted(each) for each in "abc"), Confirmed(T0, ("a", "b", "c")), depth(3), *events])
    return book


def test_that_each_has_as_many_ahead_as_were_confirmed_before_it_and_wait() -> None:
    assert ahead(burst()) == {"a": 0, "b": 1, "c": 2}
    assert ahead(burst(PickedUp(T0, "w", ("a",)), depth(2))) == {"a": None, "b": 0, "c": 1}


def test_that_the_places_move_up_with_every_event() -> None:
    book = burst()
    assert ahead(book) == {"a": 0, "b": 1, "c": 2}
    outcome = WorkoutOutcome("a", "Ana Ruiz", "Running", OutcomeKind.STORED, 100.0, 5.0)
    book.apply_all([PickedUp(T0, "w", ("a",)), BatchProcessed(T0, "w", (outcome,)), depth(2)])
    assert ahead(book) == {"a": None, "b": 0, "c": 1}


def test_that_the_queue_has_them_in_the_order_in_which_it_confirmed_them() -> None:
    book = WorkoutLog()
    book.apply_all([accepted("refused"), accepted("b"), accepted("c"), Confirmed(T0 + 1, ("b", "c"))])
    book.apply_all([Confirmed(T0 + 9, ("refused",)), depth(3)])
    assert ahead(book) == {"refused": 2, "b": 0, "c": 1}


def test_that_only_what_waits_in_this_queue_has_a_place() -> None:
    book = burst(accepted("d"))
    assert ahead(book)["d"] is None
    book.set_in_other_queue(["a"])
    book.apply_all([depth(2, T0 + 2_000)])
    assert ahead(book) == {"a": None, "b": 0, "c": 1, "d": None}


def test_that_while_the_connection_is_away_no_place_is_known() -> None:
    assert set(ahead(burst(link(ConnectionState.OFFLINE))).values()) == {None}
    back = burst(link(ConnectionState.OFFLINE), link(ConnectionState.CONNECTING), link(ConnectionState.ONLINE))
    assert set(ahead(back).values()) == {None}
    back.apply_all([depth(3, T0 + 9_000)])
    assert ahead(back) == {"a": 0, "b": 1, "c": 2}


def test_that_others_messages_make_a_place_a_bound() -> None:
    book = burst(depth(103, T0 + 9_000))
    (newest, *_) = book.receipts()
    place = book.place(newest)
    assert place is not None
    assert (place.ahead, place.exact) == (102, False)


def test_that_ten_thousand_places_take_no_longer_to_show_than_a_repaint_may() -> None:
    """They are numbered once for each change, not once a row."""
    ids = [f"{number}" for number in range(10_000)]
    book = WorkoutLog(max_receipts=len(ids))
    book.apply_all([*map(accepted, ids), Confirmed(T0, tuple(ids)), depth(len(ids))])
    rows = book.receipts()
    began_s = time.thread_time()
    shown = [book.place(row) for row in rows]
    assert time.thread_time() - began_s < 2.0
    assert [place.ahead for place in shown if place is not None] == list(reversed(range(len(ids))))
