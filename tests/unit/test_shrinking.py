"""A property that fails says so soon, however slow it is to make its example smaller."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.internal.conjecture import engine


def calls_until_it_fails() -> int:
    calls = 0

    @settings(database=None, derandomize=True, max_examples=100)
    @given(st.lists(st.integers(), min_size=5, max_size=30))
    def no_sum_is_large(numbers: list[int]) -> None:
        nonlocal calls
        calls += 1
        assert sum(numbers) < 1_000

    with pytest.raises(AssertionError):
        no_sum_is_large()
    return calls


def test_that_shrinking_ends_when_its_time_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    assert 0 < engine.MAX_SHRINKING_SECONDS < 30
    whole = calls_until_it_fails()
    monkeypatch.setattr(engine, "MAX_SHRINKING_SECONDS", -1)
    assert calls_until_it_fails() < whole / 2
