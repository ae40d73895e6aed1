"""The status line of a console without a window."""

from __future__ import annotations

import io
from datetime import UTC

import pytest
from pytestqt.qtbot import QtBot

from core.live.console_state import ConsoleState
from gui.startup import status_printer
from gui.startup.status_printer import StatusPrinter


def test_the_status_line_is_written_again_and_again(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(status_printer, "EVERY_MS", 5)
    out = io.StringIO()
    printer = StatusPrinter(ConsoleState(lambda: 0), lambda: 0, UTC, out)
    printer.start()
    qtbot.waitUntil(lambda: out.getvalue().count("accepted") >= 2, timeout=3_000)
    assert out.getvalue().startswith("No display found")
    printer.deleteLater()
