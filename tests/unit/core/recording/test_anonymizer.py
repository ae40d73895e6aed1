"""What is left of names in a recording without them."""

from __future__ import annotations

import pytest

from core.events import Accepted, BatchProcessed, Confirmed, PickedUp, WorkerHeartbeat
from core.recording import anonymizer as module
from core.recording.anonymizer import LEFT_OUT, Anonymizer
from core.recording.lines import record_line
from core.recording.records import RecordedAccount, RecordedBatch, RecordedNote
from tests.support.recorded import EVENTS, ID, RECORDS, SECRETS, T0


def test_that_no_name_is_left_anywhere() -> None:
    anonymizer = Anonymizer()
    text = b"".join(record_line(anonymizer.record(record)) for record in RECORDS).decode()
    assert not [secret for secret in SECRETS if secret in text]
    assert "Rowing" in text
    assert "first_row" in text


def test_that_the_same_athlete_and_worker_keep_their_new_names() -> None:
    found = Anonymizer().record(RecordedBatch(T0, EVENTS))
    assert isinstance(found, RecordedBatch)
    by_kind = {type(event): event for event in found.events}
    accepted, picked, done = by_kind[Accepted], by_kind[PickedUp], by_kind[BatchProcessed]
    beat, confirmed = by_kind[WorkerHeartbeat], by_kind[Confirmed]
    assert isinstance(accepted, Accepted)
    assert isinstance(picked, PickedUp)
    assert isinstance(done, BatchProcessed)
    assert isinstance(beat, WorkerHeartbeat)
    assert isinstance(confirmed, Confirmed)
    assert accepted.athlete == done.outcomes[0].athlete == "Athlete 1"
    assert picked.job is not None
    assert (picked.job.athlete, picked.worker, done.worker, beat.worker) == ("Athlete 1", "W1", "W1", "W1")
    assert (done.outcomes[0].reason, done.outcomes[0].cause) == (LEFT_OUT, "invalid/distance/range")
    assert accepted.workout_id == confirmed.workout_ids[0] == ID  # random, no name
    assert confirmed.workout_ids[1] not in ("message of Zoë Ångström", "")


def test_that_an_account_keeps_sports_and_notes_stay() -> None:
    anonymizer = Anonymizer()
    assert anonymizer.record(RECORDS[3]) == RecordedAccount(
        T0 + 50, 7, ("Athlete 1, Rowing", ""), ("Athlete 1, Running",), (("Load", 5), ("HTTP", 2))
    )
    assert anonymizer.record(RECORDS[1]) == RecordedNote(T0 + 30, "Kill a worker")


def test_that_what_is_empty_stays_empty() -> None:
    event = Accepted(T0, ID, "", "Rowing", 1.0, None)
    found = Anonymizer().record(RecordedBatch(T0, (event, PickedUp(T0, "", ()))))
    assert found == RecordedBatch(T0, (event, PickedUp(T0, "", ())))


def test_that_further_names_share_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_NAMES", 1)
    account = RecordedAccount(T0, 0, ("A, Running", "B, Running", "C, Running", "A, Yoga"), ())
    found = Anonymizer().record(account)
    assert isinstance(found, RecordedAccount)
    assert found.lost == ("Athlete 1, Running", *["Athlete of many, Running"] * 2, "Athlete 1, Yoga")
