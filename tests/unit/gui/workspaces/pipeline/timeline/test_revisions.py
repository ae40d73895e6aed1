"""The revisions below a timeline, driven by keys: from the history to the form, in a whole program."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.live.receipts import Stage
from core.outbox.changes import correct, delete
from core.workouts.revisions import StoredRevision, revision_steps
from gui.options import Options
from gui.theme.theme import Theme
from gui.workspaces.pipeline.timeline.revisions import MOST_SHOWN, RevisionBlock, RevisionsList
from tests.support.program_rig import Program, running, settings_in
from tests.support.workouts import workouts


def _press(key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    focused = QApplication.focusWidget()
    assert focused is not None
    QTest.keyClick(focused, key, modifiers)


def _wait_for_block(program: Program, number: str) -> RevisionBlock:
    def focused() -> bool:
        block = QApplication.focusWidget()
        return isinstance(block, RevisionBlock) and block.text.number == number

    program.wait_for(focused)
    block = QApplication.focusWidget()
    assert isinstance(block, RevisionBlock)
    return block


def test_that_keys_lead_from_the_history_to_each_revision_and_its_values_into_the_form(
    qtbot: QtBot, theme: Theme, tmp_path: Path
) -> None:
    options = Options(size=(1280, 800), workspace="athletes")
    with running(qtbot, theme, settings_in(tmp_path), options) as program:
        first = next(workouts(1)).model_copy(update={"distance_km": 64.3})
        form, window = program.parts.form, program.parts.window
        second = first.model_copy(update={"distance_km": 9.5, "notes": "Hills"})
        form.workout_submitted.emit(first)
        form.correction_submitted.emit(correct(first, second))
        program.wait_for(lambda: program.state.ledger().corrections == 1 and program.stages() == [Stage.STORED])
        window.activateWindow()
        program.wait_for(window.isActiveWindow)
        athletes = program.parts.athletes
        athletes.show_history("")
        program.wait_for(lambda: athletes.history.model.rows and athletes.history.model.rows[0].is_corrected)
        athletes.history.table.setFocus()
        program.wait_for(athletes.history.table.hasFocus)
        _press(Qt.Key.Key_V)
        newest = _wait_for_block(program, "r2")
        assert newest.text.who == "from here"
        assert [change.spoken for change in newest.text.changes] == ["Distance 64.3 km to 9.5 km", "Notes – to Hills"]
        _press(Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
        assert QGuiApplication.clipboard().text().startswith("r2 Corrected ")
        _press(Qt.Key.Key_Down)
        oldest = _wait_for_block(program, "r1")
        assert oldest.accessibleName().startswith("Revision 1: Sent ")
        _press(Qt.Key.Key_Down)  # there is none below
        assert oldest.hasFocus()
        _press(Qt.Key.Key_U)
        program.wait_for(lambda: window.workspace == "console")
        typed = form.body_fields.texts()
        assert (typed["userId"], typed["distance"], typed["timestamp"]) == (first.athlete, "64.3", "")

        timeline = program.parts.pipeline.timeline
        window.show_workspace("pipeline")
        timeline.tabs.setCurrentIndex(1)
        timeline.tabs.setFocus()
        _press(Qt.Key.Key_V)
        _wait_for_block(program, "r2")
        form.correction_submitted.emit(delete(correct(first, second).workout))
        program.wait_for(lambda: [block.text.done for block in timeline.revisions.blocks][:1] == ["Deleted"])
        assert _wait_for_block(program, "r3").text.spoken.endswith("from here")


def test_that_one_revision_is_no_list_and_many_are_counted(qtbot: QtBot, theme: Theme) -> None:
    listed = RevisionsList(theme, None, now_ms=lambda: 0)
    qtbot.addWidget(listed)
    fields = {"type": "Running", "duration": 45}
    many = revision_steps(
        StoredRevision(n, "correction", n, n, "", None, None if n % 2 else {**fields, "rpe": n % 10})
        for n in range(1, MOST_SHOWN + 3)
    )
    listed.show_steps(many[:1])
    assert listed.isHidden()
    assert not listed.focus_first()
    listed.show_steps(many)
    assert [block.text.number for block in listed.blocks] == [f"r{n}" for n in range(MOST_SHOWN + 2, 2, -1)]
    assert listed._more.text() == "2 older ones are not shown"
    used: list[object] = []
    listed.again_requested.connect(used.append)
    for block in listed.blocks[:2]:
        menu = block.open_menu()
        again = menu.actions()[0]
        again.trigger()
        assert again.isEnabled() is (block is listed.blocks[0])
        menu.close()
        QTest.keyClick(block, Qt.Key.Key_U)
    assert used == [{**fields, "rpe": 2}] * 2
