"""A conflict is corrected again by keys: as soon as that is stored, the failed list has it no more."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.broker.connect import open_broker
from core.broker.topology import HEADER_ORIGIN
from core.codec.workout_codec import MessageKind, encode
from core.live.receipts import Stage
from core.outbox.changes import correct
from gui.theme.theme import Theme
from tests.support.program_rig import Program, running, settings_in
from tests.support.workouts import workouts
from worker.runtime.clock import now_ms


def _press(key: Qt.Key) -> None:
    focused = QApplication.focusWidget()
    assert focused is not None
    QTest.keyClick(focused, key)


def _open_correction(program: Program) -> None:
    program.parts.receipts.table.setFocus()
    program.parts.receipts.table.selectRow(0)
    _press(Qt.Key.Key_R)
    program.wait_for(lambda: program.parts.form.body_fields.texts()["duration"] == "46:00")


def test_that_correcting_again_takes_the_conflict_off_the_failed_list(
    qtbot: QtBot, theme: Theme, tmp_path: Path
) -> None:
    settings = settings_in(tmp_path)
    with running(qtbot, theme, settings) as program:
        usual = {"started_at": datetime.now(UTC) - timedelta(hours=2), "duration_min": 45.0, "distance_km": 20.0}
        first = next(workouts(1)).model_copy(update=usual)
        form, window = program.parts.form, program.parts.window
        form.workout_submitted.emit(first)
        program.wait_for(lambda: program.state.ledger().stored == 1)
        of_another = first.model_copy(update={"revision": 2, "duration_min": 47.0})
        message = encode(of_another, kind=MessageKind.CORRECTED, submitted_at_ms=now_ms())
        with closing(open_broker(settings.broker_url).publisher()) as publisher:
            publisher.open()
            publisher.publish([replace(message, headers={**message.headers, HEADER_ORIGIN: "another.0.0"})])
        program.wait_for(lambda: program.state.ledger().corrections == 1)
        own = first.model_copy(update={"duration_min": 46.0})
        form.correction_submitted.emit(correct(first, own))
        program.wait_for(lambda: program.stages() == [Stage.FAILED] and program.state.failed == 1)

        window.activateWindow()
        program.wait_for(window.isActiveWindow)
        _open_correction(program)
        _press(Qt.Key.Key_Escape)  # left as it is: nothing is settled
        _open_correction(program)
        _press(Qt.Key.Key_Return)
        program.wait_for(lambda: program.state.failed == 0 and program.stages() == [Stage.STORED])
        ledger = program.state.ledger()
        assert (ledger.discarded_here, ledger.conflicts, ledger.corrections, ledger.off_by) == (1, 0, 2, 0)
