"""What an outbox still knows at the start of a console."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from core.codec.workout_codec import MessageKind, decode
from core.events import Accepted, BatchProcessed, Confirmed, Refused
from core.outbox.changes import correct, delete
from core.outbox.outbox import Outbox
from core.store.reader import ResultsReader
from core.store.writer import ResultsStore
from tests.support.workouts import workouts
from worker.outbox import restore as receipts_kept
from worker.outbox.restore import fields_to_repair, load_outcomes, restore_console
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


def test_that_corrections_and_deletions_have_their_receipts_again(tmp_path: Path) -> None:
    kept, changed, gone = workouts(3)
    corrected = correct(changed, changed.model_copy(update={"title": "Hills"}))
    deleted = delete(gone)
    with closing(Outbox(tmp_path / "outbox.db", now_ms=now_ms)) as outbox:
        outbox.open()
        sent = [(one, MessageKind.SUBMITTED) for one in (kept, changed, gone)]
        sent += [(corrected.workout, corrected.kind), (deleted.workout, deleted.kind)]
        entries = outbox.accept([submission_of(one, kind=kind, submitted_at_ms=1) for one, kind in sent])
        outbox.mark_confirmed([entry.seq for entry in entries], 9)
        found = restore_console(outbox, now_ms=now_ms())
        assert fields_to_repair(outbox, gone.workout_id)["userId"] == gone.athlete
    shown = [(e.workout_id, e.revision, e.kind) for e in found.receipts if isinstance(e, Accepted)][3:]
    assert shown == [
        (changed.workout_id, 2, "workout.corrected"),
        (gone.workout_id, 2, "workout.deleted"),
    ]
    assert sorted(found.confirmed_ids) == sorted(one.workout_id for one in (kept, changed, gone))
    assert found.workouts == (corrected.workout, kept)


def test_that_the_outcome_of_a_deletion_is_known_again(tmp_path: Path) -> None:
    (gone,) = workouts(1)
    deleted = delete(gone)
    url = f"sqlite:///{tmp_path / 'results.db'}"
    with closing(ResultsStore(url, now_ms=now_ms)) as store:
        store.open()
        message = submission_of(deleted.workout, kind=deleted.kind, submitted_at_ms=1).message
        store.apply([decode(message, now_ms=now_ms())], worker="w-1", picked_up_at_ms=1)
    with closing(ResultsReader(url, now_ms=now_ms)) as reader:
        reader.open()
        (event,) = load_outcomes(reader, [gone.workout_id, "00000000-0000-4000-8000-000000000009"])
    assert isinstance(event, BatchProcessed)
    assert [(one.reason, one.revision) for one in event.outcomes] == [("deleted", 2)]
