"""Looking through the failed list for a mistake that many share: who is counted, who is left out, how far it looks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from core.failures.corrections import RENAME, BulkFixProposal, CommonMistake, SkipReason
from core.failures.models import FailedFilter
from tests.support.failed_list import FailedList
from tests.support.failures import NOW_MS
from worker.failed.bulk_fix import MESSAGES_PER_STEP, start_scan

FAR, LONG, LATE = "invalid/distance/range", "invalid/duration/range", "invalid/timestamp/future"
RUN = {"type": "Running", "duration": 45, "userId": "Tess Novak"}


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
