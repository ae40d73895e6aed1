"""Finds the failed message that the tour repairs."""

from __future__ import annotations

from core.failures.corrections import CommonMistake, FieldCorrection, ProposedCorrection
from core.failures.models import FailedFilter
from core.store.failed_queries import FailedQueries
from worker.failed.bulk_fix import propose_fixes

MOST_LOOKED_AT = 50  # the newest


def find_metres(failed: FailedQueries, *, now_ms: int) -> FieldCorrection | None:
    """For the newest one whose distance was in metres; None where there is none. StoreError."""
    for one in failed.messages(failed.keys(FailedFilter(), MOST_LOOKED_AT)):
        proposal = propose_fixes(one, now_ms=now_ms)[CommonMistake.METRES]
        if isinstance(proposal, ProposedCorrection):
            return proposal.change
    return None
