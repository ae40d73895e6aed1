"""Pauses between tries to connect."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.broker.backoff import Backoff


def test_that_pauses_double_up_to_the_bound_and_start_again_after_a_success() -> None:
    backoff = Backoff(jitter=0.0, monotonic_s=lambda: 0.0)
    assert [backoff.next_s() for _ in range(8)] == pytest.approx([0.2, 0.4, 0.8, 1.6, 3.2, 4.0, 4.0, 4.0])
    backoff.reset()
    assert backoff.next_s() == 0.2


@given(st.lists(st.floats(0.0, 1.0), min_size=1, max_size=3000))
def test_that_jitter_shortens_a_pause_by_half_at_most(fractions: list[float]) -> None:
    drawn = iter(fractions)
    backoff = Backoff(random_fraction=lambda: next(drawn), monotonic_s=lambda: 0.0)
    exact = Backoff(jitter=0.0, monotonic_s=lambda: 0.0)
    for _ in fractions:
        full_s = exact.next_s()
        assert full_s / 2 <= backoff.next_s() <= full_s <= 4.0


def test_that_two_programs_do_not_keep_the_same_beat() -> None:
    one, other = Backoff(), Backoff()
    assert [one.next_s() for _ in range(10)] != [other.next_s() for _ in range(10)]


def test_that_what_a_try_took_is_part_of_the_pause_after_it() -> None:
    now_s = 50.0
    backoff = Backoff(jitter=0.0, monotonic_s=lambda: now_s)
    waits = []
    for took_s in (0.0, 0.1, 0.5, 10.0, 10.0, 10.0, 1.0):
        now_s += took_s
        waits.append(backoff.next_s())
        now_s += waits[-1]
    assert waits == pytest.approx([0.2, 0.3, 0.3, 0.2, 0.2, 0.2, 3.0])


def test_that_a_try_that_was_hurried_does_not_lengthen_the_pause() -> None:
    backoff = Backoff(jitter=0.0, monotonic_s=lambda: 50.0)  # each try is made as soon as its pause begins
    assert [backoff.next_s() for _ in range(7)][-1] == 4.0


def test_that_a_connection_that_breaks_after_it_came_up_backs_off_like_one_that_never_came_up() -> None:
    now_s = 50.0
    backoff = Backoff(jitter=0.0, monotonic_s=lambda: now_s)
    waits = []
    for up_for_s in (0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 9.9, 10.0, 0.1):
        backoff.came_up()
        now_s += up_for_s
        waits.append(backoff.next_s())
        now_s += waits[-1]
    assert waits == pytest.approx([0.2, 0.3, 0.7, 1.5, 3.1, 3.9, 0.2, 0.2, 0.3])
