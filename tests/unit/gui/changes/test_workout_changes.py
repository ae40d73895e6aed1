"""What is sent, what is looked for first, and why nothing can be changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import pytest
from PySide6.QtGui import QStatusTipEvent
from PySide6.QtWidgets import QMainWindow
from pytestqt.qtbot import QtBot
from typing_extensions import override

from core.broker.ports import Message
from core.broker.topology import TYPE_DELETED
from core.codec.workout_codec import dumps_workout
from core.errors import StoreUnavailableError
from core.outbox.changes import Change, correct, delete, send
from core.store.models import MessageSnapshot, NewestRevision
from core.workouts.model import Workout
from gui.changes.delete_dialog import DeleteDialog
from gui.changes.undo_offers import UndoOffers
from gui.changes.workout_changes import WorkoutChanges
from gui.formatting import READ_ONLY
from gui.host.pipeline_host import PipelineHost
from gui.theme.theme import Theme
from tests.support.incoming import make_workout
from worker.runtime.query import Query

NOW_MS = 1_770_000_000_000
STORED = make_workout(1, km=5.0, revision=2, extra={"mood": "good"})


class Window(QMainWindow):
    """Keeps what its status bar would say."""

    def __init__(self) -> None:
        super().__init__()
        self.notes: list[str] = []

    @override
    def event(self, event: Any) -> bool:
        if isinstance(event, QStatusTipEvent):
            self.notes.append(event.tip())
        return super().event(event)


class FakeHost:
    """Answers at once, with what a test puts there."""

    def __init__(self) -> None:
        self.is_open = True
        self.stored: NewestRevision | None = None
        self.sent_copy: MessageSnapshot | None = None
        self.error: StoreUnavailableError | None = None
        self.sent: list[Change] = []

    def send(self, change: Change) -> None:
        self.sent.append(change)

    def ask(self, query: Query[Any]) -> None:
        if self.error is not None and query.on_error is not None:
            query.on_error(self.error)
        else:
            query.on_result(self.stored)

    def do(self, act: Callable[[Any], None]) -> None:
        act(self)

    def find_sent(self, _workout_id: str, on_found: Callable[[MessageSnapshot | None], None]) -> None:
        on_found(self.sent_copy)


class Rig:
    def __init__(self, theme: Theme, qtbot: QtBot, *, read_only: bool = False) -> None:
        self.host, self.window, self.offers = FakeHost(), Window(), UndoOffers()
        qtbot.addWidget(self.window)
        self.found: list[Workout] = []
        self.changes = WorkoutChanges(
            theme,
            cast(PipelineHost, self.host),
            self.offers,
            self.window,
            now_ms=lambda: NOW_MS,
            read_only=read_only,
        )

    def find(self) -> list[Workout]:
        self.changes.find(STORED.workout_id, self.found.append)
        return self.found


@pytest.fixture
def rig(theme: Theme, qtbot: QtBot) -> Rig:
    return Rig(theme, qtbot)


def newest(workout: Workout) -> NewestRevision:
    return NewestRevision(workout.revision, dumps_workout(workout), NOW_MS)


def snapshot(workout: Workout, kind: str | None = None) -> MessageSnapshot:
    body = dumps_workout(workout)
    return MessageSnapshot("sent", Message(body, type=kind), len(body), NOW_MS, workout.revision)


def test_that_each_change_is_sent_and_can_be_undone_in_turn(rig: Rig) -> None:
    first = make_workout(1, km=5.0)
    rig.changes.send(send(first))
    assert rig.offers.current is not None
    assert (rig.offers.current.done, rig.offers.current.what) == ("Sent", "Ana, Running")
    rig.offers.undo()
    assert rig.offers.current.done == "Deleted"
    rig.offers.undo()
    assert rig.offers.current.done == "Corrected"
    changed = correct(first, make_workout(1, km=6.0))
    rig.changes.send(changed)
    rig.offers.undo()
    assert [(one.kind.name, one.workout.revision, one.workout.distance_km) for one in rig.host.sent] == [
        ("SUBMITTED", 1, 5.0),
        ("DELETED", 2, 5.0),
        ("CORRECTED", 3, 5.0),
        ("CORRECTED", 2, 6.0),
        ("CORRECTED", 3, 5.0),
    ]


def test_that_the_higher_revision_of_results_and_outbox_is_found(rig: Rig) -> None:
    rig.host.stored = newest(STORED)
    assert rig.find() == [STORED]
    waiting = STORED.model_copy(update={"revision": 3, "distance_km": 7.0})
    rig.host.sent_copy = snapshot(waiting)
    assert rig.find()[1:] == [waiting]
    rig.host.stored = None
    assert rig.find()[2:] == [waiting]


def test_that_a_start_that_a_body_does_not_have_is_when_it_was_accepted(rig: Rig) -> None:
    body = b'{"type": "Running", "duration": 45}'
    rig.host.sent_copy = MessageSnapshot("sent", Message(body), len(body), NOW_MS - 60_000, 1)
    (found,) = rig.find()
    assert found.started_at.timestamp() * 1000 == NOW_MS - 60_000
    assert found.id == STORED.id


def test_that_nothing_is_changed_without_a_reason_said(rig: Rig, theme: Theme, qtbot: QtBot) -> None:
    rig.find()
    rig.host.sent_copy = snapshot(STORED, TYPE_DELETED)
    rig.find()
    rig.host.sent_copy = MessageSnapshot("sent", Message(b"{"), 1, NOW_MS, 1)
    rig.find()
    rig.host.error = StoreUnavailableError("Locked.")
    rig.find()
    rig.host.is_open = False
    rig.find()
    assert [note.partition(":")[0] for note in rig.window.notes] == [
        "Nothing is stored of this workout yet",
        "This workout is deleted",
        "It cannot be changed",
        "The results cannot be read",
        "The results are not open yet",
    ]
    read_only = Rig(theme, qtbot, read_only=True)
    read_only.host.stored = newest(STORED)
    assert read_only.find() == []
    assert read_only.window.notes == [READ_ONLY]
    assert rig.found == []


def test_that_a_deletion_is_asked_about_once_and_cancelled_by_enter(rig: Rig) -> None:
    rig.host.stored = newest(STORED)
    rig.changes.ask_delete(STORED.workout_id)
    dialog = rig.window.findChild(DeleteDialog)
    assert dialog is not None
    assert dialog.accessibleName() == "Delete Running of Ana, 2 June 2025?"
    assert dialog.keep_button.isDefault()
    dialog.keep_button.click()
    assert rig.host.sent == []
    rig.changes.ask_delete(STORED.workout_id)
    rig.window.findChildren(DeleteDialog)[-1].act_button.click()
    assert rig.host.sent == [delete(STORED)]
