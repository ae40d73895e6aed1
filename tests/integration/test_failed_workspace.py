"""The failed list in the real window: a body that a worker gave up is seen, repaired by keys, and stored."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.broker.connect import open_broker
from core.broker.ports import Message, PublishStatus
from core.config.settings import load_settings
from gui.frame.workspace_entry import RepairWorkout
from gui.theme.theme import Theme
from gui.workspaces.failed.bulk_fix.dialog import ConvertDialog
from gui.workspaces.failed.messages.discard_dialog import DiscardDialog
from gui.workspaces.failed.workspace import FailedWorkspace
from tests.support.console_rig import Console, running
from tests.support.keychains import NoKeychain

ID = "7d1c0e52-5d47-4a90-9c55-0d6f6c1e8a90"


class FailedConsole:
    """The program with its failed list shown, and another producer beside it."""

    def __init__(self, console: Console, broker_url: str) -> None:
        self.console, self.broker_url = console, broker_url
        self.screen: FailedWorkspace = console.parts.failed
        self.state = console.session.state

    def publish(self, *messages: Message) -> None:
        publisher = open_broker(self.broker_url).publisher()
        publisher.open()
        try:
            assert all(result.verdict is PublishStatus.CONFIRMED for result in publisher.publish(messages))
        finally:
            publisher.close()

    def show(self) -> None:
        self.console.parts.window.show_workspace("failed")

    def wait_for_rows(self, count: int) -> None:
        self.console.wait_for(lambda: self.screen.list.model.loaded and self.screen.list.model.rowCount() == count)

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        focused = QApplication.focusWidget()
        assert focused is not None
        QTest.keyClick(focused, key, modifier)

    def balances(self) -> bool:
        return self.state.ledger().verdict_text == "balances"


@pytest.fixture
def failed(broker: str, qtbot: QtBot, tmp_path: Path, theme: Theme) -> Iterator[FailedConsole]:
    settings = load_settings(broker=broker, data_dir=tmp_path, keychain=NoKeychain())
    with running(qtbot, settings, theme) as console:
        yield FailedConsole(console, settings.broker_url)


def bad(number: int = 0, **changes: object) -> Message:
    fields = {"type": "Running", "duration": 45, "userId": f"Tess {number}", "distance": 5200 + number, **changes}
    return Message(json.dumps(fields).encode(), message_id=f"m-{number}")


def test_a_bad_body_is_given_up_seen_repaired_by_keys_and_stored(failed: FailedConsole) -> None:
    console, screen = failed.console, failed.screen
    failed.publish(bad(id=ID))
    console.wait_for(lambda: failed.state.ledger().failed == 1)
    console.wait_for(lambda: console.parts.window.rail.item("failed").count == 1)
    failed.show()
    failed.wait_for_rows(1)
    console.wait_for(screen.list.table.hasFocus)
    assert screen.groups.title == "Distance out of range"
    console.wait_for(lambda: screen.repair.key)
    failed.key(Qt.Key.Key_Return)
    console.wait_for(screen.repair.fields.fields["distance"].edit.hasFocus)
    assert screen.repair.fields.box("distance").text == "Distance must be from 0 to 1,000 km"
    for key in (Qt.Key.Key_5, Qt.Key.Key_Period, Qt.Key.Key_2, Qt.Key.Key_Return):
        failed.key(key)
    console.wait_for(lambda: failed.state.ledger().stored == 1)
    failed.wait_for_rows(0)
    stored = console.rows("SELECT id, athlete, distance_km FROM workouts")
    assert stored == [(ID, "Tess 0", 5.2)]
    console.wait_for(lambda: failed.state.ledger().failed == 0 and failed.balances())
    # Who is quicker notes it: the desk that sent it, or the worker that stored it.
    assert console.rows("SELECT state FROM failures") in ([("resent",)], [("stored",)])
    console.wait_for(lambda: console.parts.window.rail.item("failed").count == 0)
    assert screen.list.state.title == "Nothing on the failed list"


def test_selected_ones_are_sent_again_and_the_rest_discarded_after_a_question(failed: FailedConsole) -> None:
    console, screen = failed.console, failed.screen
    failed.publish(*(bad(number) for number in range(6)))
    console.wait_for(lambda: failed.state.ledger().failed == 6)
    failed.show()
    failed.wait_for_rows(6)
    console.wait_for(screen.list.table.hasFocus)
    for key in (Qt.Key.Key_Space, Qt.Key.Key_Down, Qt.Key.Key_Space):
        failed.key(key)
    failed.key(Qt.Key.Key_R)
    # They fail again, and are on the list once, as tries of the same messages.
    console.wait_for(
        lambda: console.rows("SELECT count(*) FROM failures WHERE retries = 1 AND state = 'open'") == [(2,)]
    )
    failed.wait_for_rows(6)
    console.wait_for(lambda: not screen.message_actions.busy)
    failed.key(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    console.wait_for(lambda: len(screen.list.model.checked) == 6)
    failed.key(Qt.Key.Key_Delete)
    dialog = console.parts.window.findChild(DiscardDialog)
    assert dialog is not None
    assert dialog.discard_button.text() == "&Discard 6 messages"
    dialog.discard_button.click()
    failed.wait_for_rows(0)
    console.wait_for(lambda: failed.state.ledger().discarded == 6 and failed.balances())


def test_a_failed_receipt_leads_to_its_repair(failed: FailedConsole, tmp_path: Path) -> None:
    console, screen = failed.console, failed.screen
    failed.publish(*(bad(number) for number in range(3)), replace(bad(7), message_id=ID))
    console.wait_for(lambda: failed.state.ledger().failed == 4)
    console.session.controller.workspaces.go(RepairWorkout(ID))
    console.wait_for(lambda: console.parts.window.workspace == "failed")
    console.wait_for(screen.repair.fields.fields["distance"].edit.hasFocus)
    assert screen.repair.fields.texts()["userId"] == "Tess 7"
    target = tmp_path / "failed.json"
    screen.message_actions.export_requested.emit(str(target), screen.list.model.wanted, None)
    console.wait_for(target.exists)
    assert {json.loads(one["body"])["userId"] for one in json.loads(target.read_text())} == {
        "Tess 0",
        "Tess 1",
        "Tess 2",
        "Tess 7",
    }


def test_what_many_share_is_converted_by_keys_and_stored(failed: FailedConsole) -> None:
    console, screen = failed.console, failed.screen
    failed.publish(*(bad(number) for number in range(6)), bad(6, type="swim", duration=40, distance=120))
    console.wait_for(lambda: failed.state.ledger().failed == 7)
    failed.show()
    failed.wait_for_rows(7)
    console.wait_for(screen.list.table.hasFocus)
    console.wait_for(
        lambda: (
            screen.list.strip.accessibleName() == "6 of 7 look like metres written as km."
            and screen.list.strip.isVisible()
        )
    )
    assert console.rows("SELECT count(*) FROM failures WHERE state = 'open'") == [(7,)], "looking sends nothing"
    screen.list.search.setFocus()
    for _ in range(5):
        if not screen.list.strip.button.hasFocus():
            failed.key(Qt.Key.Key_Tab)
    failed.key(Qt.Key.Key_Space)
    dialog = console.parts.window.findChild(ConvertDialog)
    assert dialog is not None
    console.wait_for(dialog.table.hasFocus)
    assert dialog.left_out.text() == "Left out: Tess 6 (not plausible as metres)."
    console.wait_for(lambda: dialog.can_be_answered)
    failed.key(Qt.Key.Key_Return)
    console.wait_for(lambda: screen.list.strip.accessibleName() == "6 stored.")
    console.wait_for(lambda: failed.state.ledger().stored == 6 and failed.state.ledger().failed == 1)
    console.wait_for(failed.balances)
    failed.wait_for_rows(1)
    stored = console.rows("SELECT athlete, distance_km FROM workouts ORDER BY athlete")
    assert stored == [(f"Tess {number}", (5200 + number) / 1000) for number in range(6)]
    assert console.rows("SELECT count(*) FROM failures WHERE state IN ('resent', 'stored')") == [(6,)]
