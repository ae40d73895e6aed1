"""Values of a recording."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from core.recording.records import RecordingHeader
from tests.support.recorded import T0


@pytest.mark.parametrize(
    ("offset_min", "at_ms", "local"),
    [
        (60, T0, datetime(2025, 11, 30, 11, 53, 20, tzinfo=UTC)),
        (-60, 0, datetime(1970, 1, 1, tzinfo=UTC)),
        (10**12, T0, datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)),  # of an edited file
    ],
)
def test_that_the_time_is_that_of_the_session(offset_min: int, at_ms: int, local: datetime) -> None:
    header = RecordingHeader("0.1.0", T0, names=True, demo=False, utc_offset_min=offset_min)
    assert header.local(at_ms) == local
