"""What is asked of the list of athletes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from core.athletes.listing import AthleteListRequest
from core.athletes.weeks import week_of

WEEK = week_of(date(2026, 1, 5))


def test_that_a_request_is_of_the_first_page_by_name() -> None:
    request = AthleteListRequest(WEEK, limit=10)
    assert (request.text, request.sort, request.amount, request.after) == ("", "name", "distance", None)


def test_that_a_page_has_a_limit() -> None:
    request: Callable[..., AthleteListRequest] = AthleteListRequest
    with pytest.raises(TypeError, match="limit"):
        request(WEEK)
