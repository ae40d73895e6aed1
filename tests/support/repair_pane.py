"""The repair pane with a failed message in it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.broker.ports import Message
from core.broker.topology import HEADER_SUBMITTED_AT
from core.codec.workout_codec import decode
from core.errors import PacelineError
from core.failures.causes import cause_of, classify_error
from core.failures.models import FailedMessage, FailedState, FailedTry
from gui.theme.theme import Theme
from gui.workspaces.failed.repair.panel import RepairPanel
from tests.support.failed_screen import T0, failed_row

FIELDS: dict[str, Any] = {
    "type": "Running",
    "duration": 45,
    "userId": "Tess Novak",
    "distance": 5200,
    "timestamp": "2025-12-10T07:30:00+01:00",
    "id": "7d1c0e52-5d47-4a90-9c55-0d6f6c1e8a90",
    "source": "roster-week50.csv",
}


def failed_message(body: bytes, *, key: str = "key-1", message_type: str | None = None) -> FailedMessage:
    message = Message(body, "m-1", message_type, "application/json", headers={HEADER_SUBMITTED_AT: T0 - 5_000})
    reason, code = "no answer", "error/StoreUnavailableError"
    try:
        decode(message, now_ms=T0)
    except PacelineError as error:
        reason, code = str(error), classify_error(error).code
    row = replace(failed_row(0), key=key, cause=cause_of(code), reason=reason, attempts=2)
    tries = (FailedTry(2, T0, "worker-1", reason, 2.0), FailedTry(1, T0 - 60_000, "worker-2", reason, None))
    return FailedMessage(row, FailedState.OPEN, 0, "invalid", str(FIELDS["id"]), None, message, len(body), tries)


def of_fields(**changes: Any) -> FailedMessage:
    fields = {name: value for name, value in {**FIELDS, **changes}.items() if value is not None}
    return failed_message(json.dumps(fields).encode())


class Pane:
    def __init__(self, theme: Theme, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        self.now_ms = T0
        self.panel = RepairPanel(theme, now_ms=lambda: self.now_ms, zone=UTC)
        qtbot.addWidget(self.panel)
        self.panel.resize(404, 700)
        self.panel.show()
        self.panel.activateWindow()
        qtbot.waitUntil(self.panel.isActiveWindow)
        self.sent: list[tuple[str, dict[str, Any]]] = []
        self.bodies: list[bytes] = []
        self.panel.resend_requested.connect(self._on_resend)

    def _on_resend(self, key: str, body: bytes) -> None:
        self.bodies.append(bytes(body))
        try:
            self.sent.append((key, json.loads(bytes(body))))
        except ValueError:
            self.sent.append((key, {}))

    def show(self, one: FailedMessage) -> None:
        self.panel.show_message(one)

    def type(self, name: str, text: str) -> None:
        """Over what stands in the field."""
        self.panel.fields.focus(name)
        QTest.keyClicks(self.panel.fields.fields[name].edit, text)

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        focused = QApplication.focusWidget()
        assert focused is not None
        QTest.keyClick(focused, key, modifier)

    @property
    def wrong(self) -> list[str]:
        return self.panel.fields.wrong()
