"""The roster grid in a running console: sent, followed, taken back, kept over a restart."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from core.live.receipts import Stage
from core.roster.template_file import FILE_NAME
from gui.theme.theme import Theme
from gui.workspaces.athletes.controller import AthletesController
from tests.support.program_rig import Program, running, settings_in
from tests.support.roster_screen import RosterScreen


@pytest.fixture
def opened(qtbot: QtBot, theme: Theme) -> Callable[[Program], RosterScreen]:
    def open_in(program: Program) -> RosterScreen:
        program.parts.window.show_workspace("athletes")
        program.wait_for(lambda: program.state.online)
        program.parts.window.activateWindow()
        program.parts.athletes.show_roster()
        return RosterScreen(theme, qtbot, program.parts.athletes.roster)

    return open_in


def stages(screen: RosterScreen) -> list[Stage | None]:
    page = screen.page
    return [page.receipts.trace(row.workout_id).stage if row.is_sent else None for row in page.grid.rows]


def test_that_each_row_becomes_its_own_receipt_and_is_taken_back(
    qtbot: QtBot, theme: Theme, tmp_path: Path, opened: Callable[[Program], RosterScreen]
) -> None:
    with running(qtbot, theme, settings_in(tmp_path)) as program:
        screen = opened(program)
        screen.paste("Ana\t\t\t45:00\t5,2\nElena\t\t\t4o:00\t6,9\nBen\t\t\t30:00\t5,0\n")
        screen.press("Ctrl+Return")
        program.wait_for(lambda: stages(screen) == [Stage.STORED, None, Stage.STORED])
        assert screen.says(0).startswith("stored")
        assert "5K Runner" in screen.says(0)
        program.wait_for(lambda: program.state.ledger().stored == 2)
        program.wait_for(lambda: program.stages() == [Stage.STORED, Stage.STORED])  # the Console has them too
        screen.press("Ctrl+Z")
        program.wait_for(lambda: screen.says(0).startswith("deleted"))


def test_that_the_unsent_rows_and_the_templates_are_there_after_a_restart(
    qtbot: QtBot, theme: Theme, tmp_path: Path, opened: Callable[[Program], RosterScreen]
) -> None:
    with running(qtbot, theme, settings_in(tmp_path)) as program:
        screen = opened(program)
        screen.paste("Ana\t\t18:30\t45:00\t5,2\nElena\t\t18:30\t4o:00\t6,9\n")
        screen.press("Ctrl+S")
        screen.wait_for(lambda: isinstance(QApplication.focusWidget(), QLineEdit))
        screen.type("Track")
        screen.press("Return")
        program.wait_for(lambda: screen.page.template_name == "Track")
        assert (tmp_path / FILE_NAME).exists()
        athletes = program.session.controller.workspaces.built["athletes"]
        assert isinstance(athletes, AthletesController)
        roster = athletes.roster
        assert roster is not None
        program.wait_for(lambda: roster.kept_draft)
    with running(qtbot, theme, settings_in(tmp_path)) as program:
        screen = opened(program)
        program.wait_for(lambda: screen.cells("userId") == ["Ana", "Elena"])
        assert screen.cells("duration") == ["45:00", "4o:00"]
        program.wait_for(lambda: screen.page.head.templates)
        (template,) = screen.page.head.templates
        assert (template.name, template.athletes, template.same["timestamp"]) == ("Track", ("Ana", "Elena"), "18:30")


def test_that_a_damaged_file_of_templates_is_told_and_kept(
    qtbot: QtBot, theme: Theme, tmp_path: Path, opened: Callable[[Program], RosterScreen]
) -> None:
    (tmp_path / FILE_NAME).write_text("{")
    with running(qtbot, theme, settings_in(tmp_path)) as program:
        opened(program)
        program.wait_for(lambda: "templates was damaged" in program.banner())
    assert [path.name for path in tmp_path.glob(f"{FILE_NAME}.damaged-*")]
