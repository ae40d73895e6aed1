"""Every workspace, small and large, with texts of every size: no text is cut or over another, controls have names."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from gui.forms.field_edits import FieldEdit
from gui.theme.theme import TEXT_FACTORS, Theme
from tests.support.audited_program import KEYS, SCREENS, audited, show
from tests.support.screen_audit import cut_texts, layout_problems, over_each_other, told, unnamed

SIZES = ((720, 480), (1024, 700), (1280, 800), (1600, 1000))


@pytest.mark.parametrize("factor", [factor for factor in TEXT_FACTORS if factor != 1.1])
def test_that_names_and_texts_hold_in_every_size(qtbot: QtBot, theme: Theme, tmp_path: Path, factor: float) -> None:
    theme.set_text_factor(factor)
    problems: dict[str, list[str]] = {}
    with audited(qtbot, theme, tmp_path) as program:
        theme.set_text_factor(factor)
        for size in SIZES:
            for key in SCREENS:
                show(program, key, size)
                window = program.parts.window
                found = {"unnamed": unnamed(window), **layout_problems(window)}
                problems |= {f"{key} {size} {kind}": texts for kind, texts in found.items() if texts}
    assert not problems, told(problems)


def popup_problems(popup: QWidget) -> list[str]:
    assert popup.isVisible()
    outside = [] if popup.window().rect().contains(popup.geometry()) else [str(popup.geometry())]
    return [*cut_texts(popup), *over_each_other(popup), *outside]


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
                found["suggestions"] = popup_problems(edit.suggestions)
                edit.suggestions.close_list()
                start = form.body_fields.start
                form.body_fields.focus("timestamp")
                QTest.keyClick(start, Qt.Key.Key_F4)
                found["start menu"] = popup_problems(start.menu)
                QTest.keyClick(start, Qt.Key.Key_P)
                assert start.picker is not None
                found["start picker"] = popup_problems(start.picker)
                start.picker.close_picker()
                menu = window.top_bar.worker_menu
                menu.popup(window.top_bar.worker.mapToGlobal(QPoint(0, 0)))
                found["worker menu"] = cut_texts(menu)
                menu.close()
                problems |= {f"{size} {factor} {name}": texts for name, texts in found.items() if texts}
    assert not problems, told(problems)


def test_that_the_preview_of_a_workout_is_whole(qtbot: QtBot, theme: Theme, tmp_path: Path) -> None:
    problems: dict[str, list[str]] = {}
    with audited(qtbot, theme, tmp_path) as program:
        form = program.parts.form
        show(program, KEYS[0], SIZES[2])
        for name, text in (("userId", "Theodora Papadopoulou"), ("duration", "1:05:30"), ("distance", "12.25")):
            edit = form.body_fields.fields[name].edit
            edit.setFocus()
            QTest.keyClicks(edit, text)
        program.wait_for(lambda: form.card.pace.number.text.startswith("5:2"))
        program.wait_for(lambda: "nlock" in form.card.unlocks.text())
        for factor in TEXT_FACTORS:
            theme.set_text_factor(factor)
            for size in SIZES:
                show(program, KEYS[0], size)
                found = [*cut_texts(form.card), *over_each_other(form.card)] if form.card.isVisible() else []
                problems |= {f"{size} {factor}": found} if found else {}
    assert not problems, told(problems)
