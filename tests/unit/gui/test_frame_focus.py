"""Tab through every workspace: each control once, in the order in which they are read, and seen to have the focus."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.theme.theme import Mode, Theme
from tests.support.audited_program import SCREENS, audited, key_of, show
from tests.support.screen_audit import (
    out_of_order,
    panels_out_of_order,
    shows_focus,
    tab_controls,
    tab_stops,
    told,
    visited_twice,
)


@pytest.mark.parametrize("mode", ["dark", "light"])
def test_that_tab_passes_every_control_in_order(qtbot: QtBot, theme: Theme, tmp_path: Path, mode: Mode) -> None:
    theme.set_mode(mode)
    problems: dict[str, list[str]] = {}
    with audited(qtbot, theme, tmp_path) as program:
        window = program.parts.window
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        for screen in SCREENS:
            show(program, screen, (1280, 800))
            program.session.controller.workspaces.built[key_of(screen)].focus_first()
            first = QApplication.focusWidget()
            stops = tab_stops()
            assert QApplication.focusWidget() is first, f"Tab is caught at {QApplication.focusWidget()}"
            missed = [str(each) for each in tab_controls(window) if each not in stops]
            unseen = [
                str(each)
                for each, other in zip(stops, stops[1:] + stops[:1], strict=True)
                if not shows_focus(each, other)
            ]
            order = [*out_of_order(stops), *panels_out_of_order(stops), *visited_twice(stops)]
            for kind, found in (("missed", missed), ("order", order), ("unseen", unseen)):
                if found:
                    problems[f"{screen} {kind}"] = found
    assert not problems, told(problems)
