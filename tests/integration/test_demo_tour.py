"""The whole tour of the demonstration by one key, with real worker processes, and what it leaves behind."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from core.live.ledger import BalanceStatus
from gui.options import Options
from gui.theme.theme import Theme
from gui.workspaces.demo.tour.bar import WATCHING
from tests.support.program_rig import Program, running, settings_in
from worker.demo.protections import ALL_ON
from worker.demo.tour.tour import Tour

STEPS = range(1, Tour.count + 1)
MOST_ACTS = 20  # of one step: on a busy computer a repaired message waits so long that the step offers another one


def _wait_for_text(program: Program, label: QLabel, text: str) -> None:
    program.wait_for(lambda: label.text() == text)


@pytest.mark.expects_warnings
@pytest.mark.timeout(900)
@pytest.mark.usefixtures("patient_experiments")
def test_that_one_key_leads_through_the_tour(qtbot: QtBot, theme: Theme, tmp_path: Path, broker: str) -> None:
    with running(qtbot, theme, settings_in(tmp_path, broker=broker), Options(demo=True, size=(1280, 800))) as program:
        program.parts.window.show_workspace("demo")
        demo = program.parts.demo
        program.wait_for(lambda: program.state.ledger().stored > 0)
        QTest.keyClick(demo, Qt.Key.Key_PageDown)
        for number in STEPS:
            _wait_for_text(program, demo.tour.number, f"Step {number} of {Tour.count}")
            if number < Tour.count:
                program.wait_for(lambda: program.state.ledger().verdict is BalanceStatus.BALANCES)
            for _ in range(MOST_ACTS):
                program.wait_for(lambda: demo.tour.go_on.text() != WATCHING)
                if demo.tour.go_on.text() in ("Next", "Finish"):
                    break
                QTest.keyClick(demo, Qt.Key.Key_PageDown)
            assert demo.tour.go_on.text() in ("Next", "Finish"), demo.tour.accessibleDescription()
            if number == Tour.count:
                program.wait_for(lambda: demo.chaos.protections.account.startswith("Lost 1: "))
                assert demo.chaos.protections.protections == ALL_ON
            else:
                assert demo.chaos.protections.account.startswith("Nothing is lost")
            QTest.keyClick(demo, Qt.Key.Key_PageDown)
        program.wait_for(lambda: demo.tour.go_on.text() == "Take the tour")
