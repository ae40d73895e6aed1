"""Looking through the failed list for a mistake that many share: who is counted, who is left out, how far it looks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from core.broker.ports import Message
from core.broker.topology import HEADER_SUBMITTED_AT
from core.codec.workout_codec import decode
from core.errors import PacelineError
from core.failures.causes import classify_error
from core.failures.corrections import RENAME, BulkFixProposal, CommonMistake, SkipReason
from core.failures.models import FailedFilter
from core.store.failure_actions import FailureActions
from core.store.reader import ResultsReader
from tests.support.failures import NOW_MS, failure
from worker.failed.bulk_fix import MESSAGES_PER_STEP, find_mistake, start_scan

FAR, LONG, LATE = "invalid/distance/range", "invalid/duration/range", "invalid/timestamp/future"
RUN = {"type": "Running", "duration": 45, "userId": "Tess Novak"}
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


@pytest.fixture
def failed(tmp_path: Path) -> Iterator[FailedList]:
    failed = FailedList(tmp_path / "results.db")
    with closing(failed.reader):
        yield failed


def left_out(findings: BulkFixProposal) -> dict[SkipReason, list[str]]:
    return {why: [row.message_id for row in rows] for why, rows in findings.left_out.items()}


def test_that_those_are_counted_which_the_change_makes_valid(failed: FailedList) -> None:
    failed.fail(
        {**RUN, "distance": 5200},
        {**RUN, "distance": 120, "type": "swim"},  # no plausible swim in metres
        {**RUN, "distance": 8400, "rpe": 11},  # would fail again
        {**RUN, "distance": "5200"},  # no number at all
        {**RUN, "distance": 21_100, "duration": 108.5},
    )
    findings = failed.found()
    assert (findings.mistake, findings.total, findings.looked_at) == (CommonMistake.METRES, 5, 5)
    assert [(each.old, each.change.field, each.change.value) for each in findings.proposals] == [
        (21_100, "distance", 21.1),
        (5200, "distance", 5.2),
    ]
    assert left_out(findings) == {
        SkipReason.UNLIKELY: ["m-2"],
        SkipReason.STILL_WRONG: ["m-3"],
        SkipReason.OTHER: ["m-4"],
    }


def test_that_one_alone_is_no_mistake_that_many_share(failed: FailedList) -> None:
    failed.fail({**RUN, "distance": 5200}, {**RUN, "duration": 2700}, b"no json", b'{"type": "Running"}')
    assert failed.find() is None
    assert failed.find(FAR) is None


def test_that_seconds_are_found(failed: FailedList) -> None:
    failed.fail({**RUN, "duration": 2700}, {**RUN, "duration": 3600}, {**RUN, "duration": 90_000})
    findings = failed.found(LONG)
    assert findings.mistake is CommonMistake.SECONDS
    assert [each.change.value for each in findings.proposals] == [60, 45]
    assert left_out(findings) == {SkipReason.UNLIKELY: ["m-3"]}


def test_that_a_start_later_than_it_was_sent_becomes_when_it_was_sent(failed: FailedList) -> None:
    late = {**RUN, "timestamp": "2031-01-01T08:00:00+01:00"}
    failed.fail(late, late, {**RUN, "timestamp": "in spring"})
    failed.fail(late, sent=False)
    findings = failed.found()
    assert findings.mistake is CommonMistake.LATE_START
    assert {(each.old, each.change.value) for each in findings.proposals} == {
        ("2031-01-01T08:00:00+01:00", "2025-06-15T16:05:39+01:00")
    }
    assert left_out(findings) == {SkipReason.UNLIKELY: ["m-4"], SkipReason.OTHER: ["m-3"]}


def test_that_fields_under_another_name_get_our_names(failed: FailedList) -> None:
    bare = {name: value for name, value in RUN.items() if name not in ("timestamp", "userId")}
    failed.fail(
        {**bare, "Timestamp": "2025-06-15T08:00:00Z", "user_id": "Ana"},
        {**bare, "startTime": "2025-06-15T09:00:00Z"},
        {**bare, "startTime": "2025-06-15T09:00:00Z", "rpe": 11},
        {"type": "Running", "durationSeconds": 900},
        {**RUN, "distance": -1},
    )
    findings = failed.found(None)
    assert findings.mistake is CommonMistake.MISNAMED
    assert [(each.old, each.change.field, each.change.value) for each in findings.proposals] == [
        ("startTime", RENAME, "timestamp"),
        ("Timestamp, user_id", RENAME, "timestamp, userId"),
    ]
    assert left_out(findings) == {
        SkipReason.STILL_WRONG: ["m-3"],
        SkipReason.UNLIKELY: ["m-4"],
        SkipReason.OTHER: ["m-5"],
    }


def test_that_of_several_mistakes_the_commonest_is_told(failed: FailedList) -> None:
    failed.fail(*({**RUN, "distance": 5000 + n} for n in range(2)), *({**RUN, "duration": 2700 + n} for n in range(3)))
    assert failed.found().mistake is CommonMistake.SECONDS
    assert len(failed.found(FAR).proposals) == 2


def test_that_of_a_long_list_the_newest_are_looked_at(failed: FailedList) -> None:
    failed.fail(*({**RUN, "distance": 5000 + n} for n in range(450)))
    findings = failed.found(FAR, most=300)
    assert (findings.total, findings.looked_at, len(findings.proposals)) == (450, 300, 300)
    assert [each.row.message_id for each in findings.proposals[:2]] == ["m-450", "m-449"]
    whole = failed.found(FAR, most=450)
    assert (whole.total, whole.looked_at) == (450, 450)


def test_that_what_fails_while_it_looks_stays_out(failed: FailedList) -> None:
    failed.fail(*({**RUN, "distance": 5000 + n} for n in range(MESSAGES_PER_STEP + 5)))
    begun = start_scan(failed.reader.failed, FailedFilter(FAR))
    halfway = begun.next_step(failed.reader.failed, now_ms=NOW_MS)
    assert (len(begun.unread), len(halfway.unread)) == (MESSAGES_PER_STEP + 5, 5)
    failed.fail({**RUN, "distance": 9_000})
    scan = halfway.next_step(failed.reader.failed, now_ms=NOW_MS)
    assert not scan.unread
    findings = scan.findings()
    assert findings is not None
    assert len(findings.changes) == MESSAGES_PER_STEP + 5


def test_that_a_body_of_which_only_the_beginning_is_kept_is_left_out(failed: FailedList) -> None:
    failed.fail({**RUN, "distance": 5200}, {**RUN, "distance": 5300}, b"x" * 1_100_000)
    assert left_out(failed.found()) == {SkipReason.OTHER: ["m-3"]}
