"""What an outbox still knows at the start of a console."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from core.codec.workout_codec import MessageKind
from core.events import Accepted, Confirmed, Refused
from core.outbox.outbox import Outbox
from tests.support.workouts import workouts
from worker.outbox import restore as receipts_kept
from worker.outbox.restore import restore_console
from worker.outbox.submission import submission_of
from worker.runtime.clock import now_ms


def test_that_what_the_broker_rejects_is_shown_however_old_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receipts_kept, "RECENT_RECEIPTS", 2)
    with closing(Outbox(tmp_path / "outbox.db", now_ms=now_ms)) as outbox:
        outbox.open()
        first, second, *others = outbox.accept(
            [submission_of(each, kind=MessageKind.SUBMITTED, submitted_at_ms=1) for each in workouts(5)]
        )
        outbox.mark_refused(first.seq, "Over the limit.", 7, rejected=True)
        outbox.mark_refused(second.seq, "The queue is full.", 8)
        outbox.mark_confirmed([entry.seq for entry in others], 9)
        kept = restore_console(outbox, now_ms=now_ms())
    shown = [event.workout_id for event in kept.receipts if isinstance(event, Accepted)]
    assert shown == [entry.submission.workout_id for entry in (first, *others[-2:])]
    assert [event for event in kept.receipts if isinstance(event, Refused)] == [
        Refused(7, first.submission.workout_id, "Over the limit.", rejected=True)
    ]
    assert len([event for event in kept.receipts if isinstance(event, Confirmed)]) == 2
