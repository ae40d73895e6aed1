"""Starts as events carry them."""

from __future__ import annotations

from datetime import datetime

import pytest

from core.workouts.local_start import read_start, start_text_of


@pytest.mark.parametrize("text", ["2025-12-10T10:00:00-08:00", "2025-12-10T10:00:00+00:00"])
def test_that_a_start_is_read_as_it_was_written(text: str) -> None:
    moment = datetime.fromisoformat(text)
    assert start_text_of(moment.replace(microsecond=5)) == text
    assert read_start(text) == moment


@pytest.mark.parametrize("text", ["", "soon", "2025-12-10T10:00:00", "2025-12-10T10:00:00+00:00" + "0" * 40])
def test_that_anything_else_is_no_start(text: str) -> None:
    assert read_start(text) is None


@pytest.mark.parametrize(("decimals", "read"), [(14, True), (15, False)])
def test_that_a_start_has_at_most_forty_characters(decimals: int, read: bool) -> None:
    text = f"2025-12-10T10:00:00.{'5' * decimals}+01:00"
    assert len(text) == 26 + decimals
    assert (read_start(text) is not None) is read
