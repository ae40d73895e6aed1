"""A failed list of messages that a worker would give up."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from core.broker.ports import Message
from core.broker.topology import HEADER_SUBMITTED_AT
from core.codec.workout_codec import decode
from core.errors import PacelineError
from core.failures.causes import classify_error
from core.failures.corrections import BulkFixProposal
from core.failures.models import FailedFilter
from core.store.failure_actions import FailureActions
from core.store.reader import ResultsReader
from tests.support.failures import NOW_MS, failure
from worker.failed.bulk_fix import find_mistake

SENT = {HEADER_SUBMITTED_AT: NOW_MS - 60_400}


class FailedList:
    """What a worker gave up, the last one the newest."""

    def __init__(self, path: Path) -> None:
        self.url = f"sqlite:///{path}"
        self.reader = ResultsReader(self.url, now_ms=lambda: NOW_MS)
        self._count = 0

    def fail(self, *bodies: dict[str, Any] | bytes, sent: bool = True) -> None:
        records = []
        for body in bodies:
            self._count += 1
            raw = body if isinstance(body, bytes) else json.dumps(body).encode()
            message = Message(raw, f"m-{self._count}", headers=dict(SENT) if sent else {})
            with pytest.raises(PacelineError) as caught:
                decode(message, now_ms=NOW_MS)
            records.append(
                failure(message=message, failure_code=classify_error(caught.value), at_ms=NOW_MS + self._count)
            )
        with closing(FailureActions(self.url, by="coach", now_ms=lambda: NOW_MS)) as marks:
            marks.open()
            marks.import_failures(records)
        self.reader.open()

    def find(self, cause: str | None = None, *, most: int = 1_000) -> BulkFixProposal | None:
        return find_mistake(self.reader.failed, FailedFilter(cause), now_ms=NOW_MS, most=most)

    def found(self, cause: str | None = None, *, most: int = 1_000) -> BulkFixProposal:
        findings = self.find(cause, most=most)
        assert findings is not None
        return findings
