"""Every workspace, small and large, with texts of every size: no text is cut or over another, controls have names."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from gui.forms.field_edits import FieldEdit
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


def test_that_what_opens_over_a_workspace_is_whole(qtbot: QtBot, theme: Theme, tmp_path: Path) -> None:
    problems: dict[str, list[str]] = {}
    with audited(qtbot, theme, tmp_path) as program:
        window, form = program.parts.window, program.parts.form
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        for factor in (1.0, TEXT_FACTORS[-1]):
            theme.set_text_factor(factor)
            for size in (SIZES[0], SIZES[2]):
                show(program, KEYS[0], size)
                window.frame_actions.commands.trigger()
                parts: dict[str, QWidget] = {"palette": window.palette_overlay}
                found = {name: [*cut_texts(part), *over_each_other(part)] for name, part in parts.items()}
                window.palette_overlay.close_palette()
                form.body_fields.focus("type")
                edit = form.body_fields.fields["type"].edit
                assert isinstance(edit, FieldEdit)
                assert edit.suggestions is not None
                edit.suggestions.suggest_all()
                found["suggestions"] = cut_texts(edit.suggestions)
                if not window.rect().contains(edit.suggestions.geometry()):
                    found["suggestions"] += [str(edit.suggestions.geometry())]
                edit.suggestions.close_list()
                menu = window.top_bar.worker_menu
                menu.popup(window.top_bar.worker.mapToGlobal(QPoint(0, 0)))
                found["worker menu"] = cut_texts(menu)
                menu.close()
                problems |= {f"{size} {factor} {name}": texts for name, texts in found.items() if texts}
    assert not problems, told(problems)
