"""Moments as text: the same as the standard library writes them."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from core.utc_text import utc_seconds_text, utc_text


@given(st.integers(-60_000_000_000_000, 250_000_000_000_000))
def test_that_a_moment_is_written_as_iso_8601(at_ms: int) -> None:
    seconds, milliseconds = divmod(at_ms, 1000)
    moment = datetime.fromtimestamp(seconds, UTC).replace(microsecond=milliseconds * 1000, tzinfo=None)
    assert utc_text(at_ms) == f"{moment.isoformat(timespec='milliseconds')}Z"
    assert utc_seconds_text(at_ms) == f"{moment.isoformat(timespec='seconds')}Z"
