"""What is painted can be read: every text in both themes, as it is, selected, hovered and disabled."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from gui.theme.theme import Mode, Theme
from tests.support.audited_program import SCREENS, audited, show
from tests.support.screen_audit import faint_texts, told


@pytest.mark.parametrize("mode", ["dark", "light"])
def test_that_every_text_can_be_read(qtbot: QtBot, theme: Theme, tmp_path: Path, mode: Mode) -> None:
    theme.set_mode(mode)
    problems: dict[str, list[str]] = {}
    with audited(qtbot, theme, tmp_path) as program:
        for key in SCREENS:
            show(program, key, (1280, 800))
            if found := faint_texts(program.parts.window):
                problems[key] = found
    assert not problems, told(problems)
