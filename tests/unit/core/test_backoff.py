"""Pauses between tries to connect."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.broker.backoff import Backoff


def test_that_pauses_double_up_to_the_bound_and_start_again_after_a_success() -> None:
    backoff = Backoff(jitter=0.0)
    assert [backoff.next_s() for _ in range(8)] == pytest.approx([0.2, 0.4, 0.8, 1.6, 3.2, 4.0, 4.0, 4.0])
    backoff.reset()
    assert backoff.next_s() == 0.2


@given(st.lists(st.floats(0.0, 1.0), min_size=1, max_size=3000))
def test_that_jitter_shortens_a_pause_by_half_at_most(fractions: list[float]) -> None:
    drawn = iter(fractions)
    backoff, exact = Backoff(random_fraction=lambda: next(drawn)), Backoff(jitter=0.0)
    for _ in fractions:
        full_s = exact.next_s()
        assert full_s / 2 <= backoff.next_s() <= full_s <= 4.0


def test_that_two_programs_do_not_keep_the_same_beat() -> None:
    one, other = Backoff(), Backoff()
    assert [one.next_s() for _ in range(10)] != [other.next_s() for _ in range(10)]
