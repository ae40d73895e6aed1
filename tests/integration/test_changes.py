"""Correcting, deleting and undoing in the real window, by keys, with the embedded queue and RabbitMQ."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.broker.connect import open_broker
from core.broker.ports import Message
from core.config.settings import load_settings
from core.events import WorkerState
from core.live.receipts import Stage
from gui.changes.delete_dialog import DeleteDialog
from gui.frame.workspace_entry import CorrectWorkout, UseAgain
from gui.theme.theme import Theme
from tests.support.console_rig import Console, running
from tests.support.keychains import NoKeychain
from worker.runtime.clock import now_ms

ID = "7d1c0e52-5d47-4a90-9c55-0d6f6c1e8a91"
STORED = "SELECT athlete, duration_min, distance_km, revision, extra FROM workouts ORDER BY id"
CTRL = Qt.KeyboardModifier.ControlModifier


class ChangesConsole:
    def __init__(self, console: Console, broker_url: str) -> None:
        self.console, self.broker_url = console, broker_url
        self.form, self.receipts = console.parts.form, console.parts.receipts
        self.strip = console.parts.window.status_bar.undo_strip

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        focused = QApplication.focusWidget()
        assert focused is not None
        QTest.keyClick(focused, key, modifier)

    def retype(self, name: str, text: str) -> None:
        self.form.body_fields.focus(name)
        self.key(Qt.Key.Key_A, CTRL)
        focused = QApplication.focusWidget()
        assert focused is not None
        QTest.keyClicks(focused, text)

    def send(self, athlete: str = "Ana Ruiz", duration: str = "45", distance: str = "5.2") -> None:
        self.form.focus_first()
        self.console.type(athlete, "", duration, distance)
        self.wait_for_stored((athlete, 45.0, 5.2, 1, None))
        self.console.wait_for(lambda: self.receipts.model.rows and self.receipts.model.rows[0].stage is Stage.STORED)

    def choose_first(self) -> None:
        self.receipts.table.setFocus()
        self.receipts.table.selectRow(0)

    def wait_for_stored(self, *rows: tuple[object, ...]) -> None:
        self.console.wait_for(lambda: self.console.rows(STORED) == list(rows))

    def wait_for_receipt(self, words: str) -> None:
        self.console.wait_for(lambda: words in self.console.shown(0))

    def balances(self) -> bool:
        return self.console.session.state.ledger().verdict_text == "balances"


@pytest.fixture
def changes(broker: str, qtbot: QtBot, tmp_path: Path, theme: Theme) -> Iterator[ChangesConsole]:
    settings = load_settings(broker=broker, data_dir=tmp_path, keychain=NoKeychain())
    with running(qtbot, settings, theme) as console:
        yield ChangesConsole(console, settings.broker_url)


def test_that_a_stored_workout_is_corrected_deleted_and_brought_back_by_keys(changes: ChangesConsole) -> None:
    changes.send()
    changes.choose_first()
    changes.key(Qt.Key.Key_C)
    changes.console.wait_for(lambda: changes.form.title.text() == "Correct a workout")
    assert changes.form.was.text() == "was 45:00, 5.2 km"
    changes.retype("duration", "46")
    changes.key(Qt.Key.Key_Return)
    changes.wait_for_stored(("Ana Ruiz", 46.0, 5.2, 2, None))
    changes.wait_for_receipt("stored r2")
    assert changes.strip.text.startswith("Corrected.")
    assert changes.form.title.text() == "New workout"

    changes.choose_first()
    changes.key(Qt.Key.Key_Delete)
    changes.console.wait_for(lambda: changes.console.parts.window.findChild(DeleteDialog) is not None)
    dialog = changes.console.parts.window.findChild(DeleteDialog)
    assert dialog is not None
    assert dialog.keep_button.isDefault()
    dialog.act_button.click()
    changes.wait_for_stored()
    changes.wait_for_receipt("deleted")
    changes.console.parts.window.activateWindow()
    changes.console.wait_for(QApplication.focusWidget)
    changes.key(Qt.Key.Key_Z, CTRL)
    changes.wait_for_stored(("Ana Ruiz", 46.0, 5.2, 4, None))
    changes.key(Qt.Key.Key_Z, CTRL)
    changes.wait_for_stored()
    changes.console.wait_for(changes.balances)


def test_that_ctrl_z_undoes_typing_first_and_then_the_sending(changes: ChangesConsole) -> None:
    changes.send()
    assert changes.strip.text == "Sent. Ana Ruiz, Running."
    assert not changes.strip.button.hasFocus()
    changes.retype("userId", "B")
    changes.key(Qt.Key.Key_Z, CTRL)
    assert changes.form.body_fields.texts()["userId"] == ""
    assert changes.strip.text.startswith("Sent.")
    changes.key(Qt.Key.Key_Z, CTRL)
    changes.wait_for_stored()
    changes.wait_for_receipt("deleted")


def test_that_a_workout_of_another_program_is_corrected_with_all_its_fields(changes: ChangesConsole) -> None:
    body = (
        b'{"id": "%s", "type": "Running", "duration": 45.508, "distance": 5.2, "userId": "Ana Ruiz",'
        b' "timestamp": "2025-12-10T10:00:00+02:00", "mood": "good"}' % ID.encode()
    )
    with closing(open_broker(changes.broker_url).publisher()) as publisher:
        publisher.open()
        publisher.publish([Message(body, ID)])
    changes.wait_for_stored(("Ana Ruiz", 45.508, 5.2, 1, '{"mood":"good"}'))
    changes.form.focus_first()
    changes.retype("userId", "Half typed")
    changes.console.session.controller.workspaces.go(CorrectWorkout(ID))
    changes.console.wait_for(lambda: changes.form.title.text() == "Correct a workout")
    changes.key(Qt.Key.Key_Return)
    assert "Nothing is changed" in changes.form.strip.text
    changes.retype("distance", "5.3")
    changes.key(Qt.Key.Key_Return)
    changes.wait_for_stored(("Ana Ruiz", 45.508, 5.3, 2, '{"mood":"good"}'))
    changes.wait_for_receipt("stored r2")
    assert changes.form.body_fields.texts()["userId"] == "Half typed"
    assert changes.receipts.model.rows[0].stage is Stage.STORED


def test_that_of_two_who_correct_at_once_the_second_is_shown_both_values_and_corrects_again(
    changes: ChangesConsole,
) -> None:
    changes.send()
    host = changes.console.session.controller._host
    host.do(lambda pipeline: pipeline.each_worker(lambda worker: worker.pause()))
    state = changes.console.session.state
    changes.console.wait_for(lambda: state.workers.number_in(WorkerState.PAUSED, now_ms()))
    ((workout_id, start),) = changes.console.rows("SELECT id, started_at FROM workouts")
    body = {"id": workout_id, "revision": 2, "type": "Running", "duration": 47, "distance": 5.2, "userId": "Ana Ruiz"}
    with closing(open_broker(changes.broker_url).publisher()) as publisher:
        publisher.open()
        publisher.publish([Message(json.dumps(body).encode(), str(workout_id), "workout.corrected")])
    assert start
    changes.choose_first()
    changes.key(Qt.Key.Key_C)
    changes.console.wait_for(lambda: changes.form.title.text() == "Correct a workout")
    changes.retype("duration", "46")
    changes.key(Qt.Key.Key_Return)
    changes.wait_for_receipt("waiting r2")
    host.do(lambda pipeline: pipeline.each_worker(lambda worker: worker.resume()))
    changes.wait_for_receipt("conflict")
    assert "47:00" in changes.console.shown(0)
    assert "is stored as revision 2, not 46:00" in changes.console.shown(0)
    assert changes.console.rows("SELECT cause, state FROM failures") == [("conflict", "open")]

    changes.choose_first()
    changes.key(Qt.Key.Key_R)
    changes.console.wait_for(lambda: changes.form.title.text() == "Correct a workout")
    assert changes.form.was.text() == "was 47:00, 5.2 km"
    assert changes.form.body_fields.texts()["duration"] == "46:00"
    changes.key(Qt.Key.Key_Return)
    changes.wait_for_stored(("Ana Ruiz", 46.0, 5.2, 3, None))
    changes.wait_for_receipt("stored r3")
    changes.console.wait_for(changes.balances)


def test_that_a_workout_of_another_program_is_used_again_with_a_start_of_now(changes: ChangesConsole) -> None:
    body = b'{"type": "Running", "duration": 45, "distance": 5.2, "userId": "Ana Ruiz", "weightKg": 60,'
    body += b' "timestamp": "2025-12-10T10:00:00Z"}'
    with closing(open_broker(changes.broker_url).publisher()) as publisher:
        publisher.open()
        publisher.publish([Message(body, ID), Message(b'{"type": "Yoga", "duration": -1, "userId": "Bo"}', "failed")])
    changes.wait_for_stored(("Ana Ruiz", 45.0, 5.2, 1, None))
    changes.console.wait_for(lambda: changes.console.rows("SELECT state FROM failures") == [("open",)])
    workspaces = changes.console.session.controller.workspaces
    workspaces.go(UseAgain(ID))
    changes.console.wait_for(lambda: changes.form.body_fields.texts()["userId"] == "Ana Ruiz")
    texts = changes.form.body_fields.texts()
    assert (texts["duration"], texts["distance"], texts["timestamp"]) == ("45:00", "5.2", "")
    workspaces.go(UseAgain("failed"))
    changes.console.wait_for(lambda: changes.form.body_fields.texts()["userId"] == "Bo")
    changes.key(Qt.Key.Key_Z, CTRL)
    changes.console.wait_for(lambda: changes.form.body_fields.texts()["userId"] == "Ana Ruiz")
    changes.key(Qt.Key.Key_Return)
    both = [("Ana Ruiz", 1), ("Ana Ruiz", 1)]
    changes.console.wait_for(lambda: changes.console.rows("SELECT athlete, revision FROM workouts") == both)


def test_that_a_workout_still_waiting_is_corrected_and_deleted(changes: ChangesConsole) -> None:
    """The answer to a workout on its way is a higher revision: whichever a worker takes first, that one counts."""
    host = changes.console.session.controller._host
    host.do(lambda pipeline: pipeline.each_worker(lambda worker: worker.pause()))
    state = changes.console.session.state
    changes.console.wait_for(lambda: state.workers.number_in(WorkerState.PAUSED, now_ms()))
    changes.form.focus_first()
    changes.console.type("Ana Ruiz", "", "45", "5.2")
    changes.wait_for_receipt("waiting")
    changes.choose_first()
    changes.key(Qt.Key.Key_C)
    changes.console.wait_for(lambda: changes.form.title.text() == "Correct a workout")
    changes.retype("distance", "6")
    changes.key(Qt.Key.Key_Return)
    changes.wait_for_receipt("waiting r2")
    changes.key(Qt.Key.Key_Z, CTRL)
    changes.wait_for_receipt("waiting r3")
    assert changes.console.rows(STORED) == []
    host.do(lambda pipeline: pipeline.each_worker(lambda worker: worker.resume()))
    changes.wait_for_stored(("Ana Ruiz", 45.0, 5.2, 3, None))
    changes.wait_for_receipt("stored r3")
    changes.console.wait_for(changes.balances)
