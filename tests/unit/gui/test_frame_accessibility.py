"""Every workspace, small and large, with texts of every size: no text is cut or over another, controls have names."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from gui.theme.theme import TEXT_FACTORS, Theme
from tests.support.audited_program import KEYS, audited, show
from tests.support.screen_audit import cut_texts, over_each_other, told, unnamed

SIZES = ((720, 480), (1024, 700), (1280, 800), (1600, 1000))
CHECKS = {"unnamed": unnamed, "cut": cut_texts, "over": over_each_other}


@pytest.mark.parametrize("factor", [factor for factor in TEXT_FACTORS if factor != 1.1])
def test_that_names_and_texts_hold_in_every_size(qtbot: QtBot, theme: Theme, tmp_path: Path, factor: float) -> None:
    theme.set_text_factor(factor)
    problems: dict[str, list[str]] = {}
    with audited(qtbot, theme, tmp_path) as program:
        theme.set_text_factor(factor)
        for size in SIZES:
            for key in KEYS:
                show(program, key, size)
                found = {kind: check(program.parts.window) for kind, check in CHECKS.items()}
                problems |= {f"{key} {size} {kind}": texts for kind, texts in found.items() if texts}
    assert not problems, told(problems)
