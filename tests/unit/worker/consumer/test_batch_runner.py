"""What a batch leaves behind when the database is away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from core.errors import StoreUnavailableError
from tests.support.loop_rig import FAST, Rig, good, workout_id


@pytest.mark.expects_warnings
def test_that_a_retry_does_not_wait_to_be_noted_in_a_database_that_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each use of a database that is away may take as long as its timeout."""
    rig = Rig(replace(FAST, store_retry_timeout_s=0.0))
    rig.store.troubles.append(StoreUnavailableError("The database is away."))
    asked: list[Sequence[str]] = []
    monkeypatch.setattr(rig.store, "note_copies", asked.append)
    rig.queue.put([good(1)])

    rig.drain()

    assert [retry.reason for retry in rig.queue.retries] == ["The database did not answer; try 1 of 4."]
    assert list(rig.store.stored) == [workout_id(1)]
    assert asked == []
