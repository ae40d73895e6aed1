"""What headers of ours say when others wrote them."""

from __future__ import annotations

import pytest

from core.broker.delivery_headers import MAX_COUNT, next_count, read_resend_count, resend_headers
from core.broker.ports import HeaderValue
from core.broker.topology import HEADER_RETRIES, HEADER_RETRY_OF


@pytest.mark.parametrize("times", [-1, MAX_COUNT + 1, 2**62, True, "3", 3.0, None])
def test_that_what_is_no_count_counts_as_none(times: HeaderValue) -> None:
    assert read_resend_count({HEADER_RETRIES: times, HEADER_RETRY_OF: "key"}) == 0


def test_that_a_count_that_no_retry_of_ours_wrote_counts_as_none() -> None:
    assert read_resend_count({HEADER_RETRIES: 3}) == 0


@pytest.mark.parametrize("before", [0, 1, MAX_COUNT - 1, MAX_COUNT])
def test_that_what_is_written_is_read_back(before: int) -> None:
    headers = resend_headers({}, "key", next_count(before))
    assert read_resend_count(headers) == next_count(before) >= before
