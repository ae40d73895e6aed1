"""What each protection is for: with it off, its fault loses or doubles workouts, and the ledger says so.

On the embedded queue, since it takes a minute; `test_demo_protections.py` takes them off on a RabbitMQ.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gui.options import Options
from gui.theme.theme import Theme
from tests.support.program_rig import Program, running, settings_in
from worker.demo.experiments.experiment import Result
from worker.demo.protections import ALL_ON

COSTS = {  # the fault that each protection is for
    "acknowledge_after_commit": "kill",
    "recognize_duplicates": "duplicates",
    "outbox": "cut",
    "persistent": "cut",
    "failed_queue": "poison",
}


def _show_cost(program: Program, protection: str, key: str) -> None:
    demo, before = program.parts.demo, program.state.ledger()
    row, box = demo.chaos.rows[key], demo.chaos.protections.boxes[protection]
    program.wait_for(row.button.isEnabled)
    QTest.keyClick(box, Qt.Key.Key_Space)
    QTest.keyClick(row.button, Qt.Key.Key_Space)
    program.wait_for(lambda: row.observation.result not in (Result.RUNNING, Result.NOT_TRIED))
    assert row.observation.result is Result.BROKEN, f"without {protection}: {row.observation.words}"
    QTest.keyClick(box, Qt.Key.Key_Space)
    wrong = "doubled" if key == "duplicates" else "lost"
    program.wait_for(lambda: getattr(program.state.ledger(), wrong) > getattr(before, wrong))
    assert program.state.ledger().verdict_text.endswith(" lost" if program.state.ledger().lost else " doubled")
    assert f"{wrong.capitalize()} " in demo.chaos.protections.account


@pytest.mark.expects_warnings
def test_that_each_protection_that_is_taken_off_shows_its_cost(qtbot: QtBot, theme: Theme, tmp_path: Path) -> None:
    with running(qtbot, theme, settings_in(tmp_path), Options(demo=True, size=(1280, 800))) as program:
        program.parts.window.show_workspace("demo")
        program.parts.demo.load.slowness.set_value(1.0)
        program.wait_for(lambda: program.state.ledger().stored > 0)
        for protection, key in COSTS.items():
            _show_cost(program, protection, key)
        assert program.parts.demo.chaos.protections.protections == ALL_ON
