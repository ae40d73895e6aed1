"""Every experiment of the demonstration, by the key of its button, with the ledger balanced after each."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from core.live.ledger import BalanceStatus
from gui.options import Options
from gui.theme.theme import Theme
from gui.workspaces.demo.chaos.panel import ExperimentRow
from gui.workspaces.demo.workspace import DemoWorkspace
from tests.support.program_rig import Program, running, settings_in
from worker.demo.experiments.experiment import Result
from worker.demo.experiments.runner import EXPERIMENTS


def _balances(program: Program) -> bool:
    return program.state.ledger().verdict is BalanceStatus.BALANCES


def _begin(program: Program) -> DemoWorkspace:
    program.parts.window.show_workspace("demo")
    demo = program.parts.demo
    demo.load.slowness.set_value(0.3)
    demo.load.rate.set_value(2.0)
    program.wait_for(lambda: program.state.ledger().stored > 0)
    return demo


def _wait_for_end(program: Program, row: ExperimentRow) -> None:
    program.wait_for(lambda: row.observation.result not in (Result.RUNNING, Result.NOT_TRIED))


@pytest.mark.expects_warnings
@pytest.mark.timeout(900)
@pytest.mark.usefixtures("patient_experiments")
def test_that_every_promise_is_kept(qtbot: QtBot, theme: Theme, tmp_path: Path, broker: str) -> None:
    with running(qtbot, theme, settings_in(tmp_path, broker=broker), Options(demo=True, size=(1280, 800))) as program:
        demo = _begin(program)
        for key in (kind.key for kind in EXPERIMENTS if kind.key != "crash"):
            row = demo.chaos.rows[key]
            program.wait_for(row.button.isEnabled)
            QTest.keyClick(row.button, Qt.Key.Key_Space)
            _wait_for_end(program, row)
            assert row.observation.result is Result.KEPT, f"{key}: {row.observation.words}"
            program.wait_for(lambda: _balances(program))
        assert demo.chaos.tally.text == "7 of 7 as promised"
        program.wait_for(lambda: program.state.waiting == 0)
        assert _balances(program)
