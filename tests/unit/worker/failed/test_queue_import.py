"""What the headers of a message in the failed queue say of its failure, whoever wrote them."""

from __future__ import annotations

import pytest

from core.broker.ports import HeaderValue, Message
from core.broker.topology import HEADER_ATTEMPTS, HEADER_FAILED_AT
from tests.support.failures import NOW_MS
from worker.failed.queue_import import record_from_queue


@pytest.mark.parametrize("said", [True, 0, -5, NOW_MS + 1, 2**62, "soon", None])
def test_that_a_time_that_cannot_be_is_that_of_the_look(said: HeaderValue) -> None:
    record = record_from_queue(Message(b"", headers={HEADER_FAILED_AT: said}), now_ms=NOW_MS)
    assert record.at_ms == NOW_MS


@pytest.mark.parametrize(("said", "read"), [(3, 3), (0, 1), (2**62, 1), (True, 1), ("3", 1)])
def test_that_there_was_one_try_at_least(said: HeaderValue, read: int) -> None:
    assert record_from_queue(Message(b"", headers={HEADER_ATTEMPTS: said}), now_ms=NOW_MS).attempts == read
