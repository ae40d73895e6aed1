"""Two consoles, each with its outbox, correct one workout at once into one queue: neither change vanishes unseen."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from core.broker.connect import open_broker
from core.codec.workout_codec import MessageKind
from core.events import BatchProcessed, WorkoutOutcome
from core.failures.causes import CONFLICT
from core.failures.models import FailedFilter
from core.live.receipts import Stage
from core.live.workout_log import WorkoutLog, WorkoutTrace
from core.outbox.changes import Change, correct, delete, send
from core.outbox.outbox import Outbox
from core.store.reader import ResultsReader
from core.store.writer import ResultsStore
from core.workouts.model import Workout
from gui.forms.formatting import Units
from gui.workspaces.console.receipts.formatting import conflict_text, result_text, stage_text
from tests.support.databases import MakePlace
from tests.support.fakes import EventLog
from tests.support.incoming import make_workout
from worker.consumer.loop import WorkerLoop
from worker.consumer.options import LoopOptions
from worker.outbox.restore import load_outcomes, restore_console
from worker.outbox.submission import accepted, submission_of
from worker.runtime.clock import now_ms
from worker.runtime.connection_status import ConnectionStatus


class Desk:
    """An outbox with the receipts of its console."""

    def __init__(self, path: Path) -> None:
        self.outbox = Outbox(path, now_ms=now_ms)
        self.outbox.open()
        self.log = WorkoutLog()

    def accept(self, change: Change) -> None:
        submission = submission_of(change.workout, kind=change.kind, submitted_at_ms=now_ms())
        (entry,) = self.outbox.accept([submission])
        self.log.apply_all([accepted(submission, entry.accepted_at_ms, self.outbox.origin)])

    @property
    def receipt(self) -> WorkoutTrace:
        (trace,) = self.log.receipts()
        return trace


class Works:
    def __init__(self, folder: Path, url: str) -> None:
        self.url = url
        self.broker = open_broker(f"sqlite:///{folder / 'queue.db'}")
        self.ana, self.ben = Desk(folder / "ana.db"), Desk(folder / "ben.db")

    def send(self, desk: Desk) -> None:
        with closing(self.broker.publisher()) as publisher:
            publisher.open()
            entries = desk.outbox.pending(100)
            publisher.publish([entry.submission.message for entry in entries])
            desk.outbox.mark_confirmed([entry.seq for entry in entries], now_ms())

    def drain(self) -> list[WorkoutOutcome]:
        """A worker until the queue is empty; both consoles see its events."""
        events = EventLog()
        loop = WorkerLoop(
            self.broker.consumer("w1", 100),
            ResultsStore(self.url, now_ms=now_ms),
            self.broker.event_publisher(),
            name="w1",
            on_event=events,
            options=LoopOptions(drain_idle_s=0.1),
            status=ConnectionStatus("broker", "here", now_ms=now_ms, on_event=events),
        )
        loop.controls.drain()
        loop.run()
        for desk in (self.ana, self.ben):
            desk.log.apply_all(events.of(BatchProcessed))
        return [outcome for event in events.of(BatchProcessed) for outcome in event.outcomes]


FIRST = make_workout(1, km=5.0, minutes=45)


@pytest.fixture
def works(make_place: MakePlace, tmp_path: Path) -> Works:
    works = Works(tmp_path, make_place().url)
    works.ana.accept(send(FIRST))
    works.send(works.ana)
    works.drain()
    return works


def stored(works: Works) -> list[tuple[int, float]]:
    reader = ResultsReader(works.url, now_ms=now_ms)
    reader.open()
    with closing(reader):
        newest = reader.past.newest(FIRST.workout_id)
        story = reader.past.story(FIRST.workout_id)
    return [] if newest is None or story is None else [(newest.revision, story.duration_min or 0)]


def longer(minutes: float, before: Workout = FIRST) -> Change:
    return correct(before, before.model_copy(update={"duration_min": minutes}))


def test_that_the_second_is_a_conflict_that_its_console_shows_with_both_values(works: Works) -> None:
    works.ana.accept(longer(46))
    works.ben.accept(longer(47))
    works.send(works.ben)
    works.send(works.ana)
    works.drain()
    assert stored(works) == [(2, 47)]
    assert stage_text(works.ben.receipt) == "stored r2"
    assert (works.ana.receipt.stage, stage_text(works.ana.receipt)) == (Stage.FAILED, "conflict")
    assert conflict_text(works.ana.receipt, Units()) == "47:00 is stored as revision 2, not 46:00"
    reader = ResultsReader(works.url, now_ms=now_ms)
    reader.open()
    with closing(reader):
        (failed,) = reader.failed.rows(FailedFilter(), 10)
        assert failed.cause.code == CONFLICT
        assert reader.ledger_counts(works.ana.outbox.origin).conflicts == 1

        # The same after a restart of the console.
        restored = restore_console(works.ana.outbox, now_ms=now_ms())
        log = WorkoutLog()
        log.apply_all(restored.receipts, recalled=True)
        log.apply_all(load_outcomes(reader, restored.confirmed_ids), recalled=True)
        (again,) = log.receipts()
        assert conflict_text(again, Units()) == "47:00 is stored as revision 2, not 46:00"

    works.ana.accept(longer(46, FIRST.model_copy(update={"duration_min": 47.0, "revision": 2})))
    works.send(works.ana)
    works.drain()
    assert stored(works) == [(3, 46)]
    assert stage_text(works.ana.receipt) == "stored r3"


def test_that_of_a_correction_and_a_deletion_at_once_the_loser_sees_why(works: Works) -> None:
    works.ana.accept(longer(46))
    works.ben.accept(delete(FIRST))
    works.send(works.ben)
    works.send(works.ana)
    works.drain()
    assert stored(works) == []
    assert stage_text(works.ana.receipt) == "deleted"
    assert result_text(works.ana.receipt, "w1") == "another program deleted it"
    assert works.ana.receipt.message_type == MessageKind.CORRECTED.value


def test_that_the_outcome_of_a_deletion_says_what_was_deleted(works: Works) -> None:
    works.ana.accept(delete(FIRST))
    works.send(works.ana)
    (outcome,) = works.drain()
    assert (outcome.reason, outcome.athlete, outcome.sport) == ("deleted", "Ana", "Running")
    assert (outcome.duration_min, outcome.distance_km) == (45.0, 5.0)
