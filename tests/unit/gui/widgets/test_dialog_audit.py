"""Every dialog on small and large screens, with texts of every size, in both themes, by keys alone."""

from __future__ import annotations

import ast
import os

import pytest
from PySide6.QtCore import QRect
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.theme.theme import TEXT_FACTORS, Theme
from gui.widgets import Button, Dialog
from tests.support.every_dialog import DIALOGS
from tests.support.import_graph import sources
from tests.support.screen_audit import (
    faint_texts,
    in_window,
    layout_problems,
    out_of_order,
    room_of,
    shows_focus,
    tab_controls,
    tab_stops,
    told,
    unnamed,
)
from tests.support.source_tree import ROOT

SIZES = ((720, 480), (1024, 700), (1280, 800), (1600, 1000))
# With more pixels to a unit only the size of texts that has the least room at most screens.
FACTORS = (1.25,) if os.environ.get("QT_SCALE_FACTOR") else (1.0, 1.25, TEXT_FACTORS[-1])


def opened(theme: Theme, qtbot: QtBot, qapp: QApplication, name: str) -> Dialog:
    dialog = DIALOGS[name](theme)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    for _ in range(3):  # layouts that follow from layouts
        qapp.processEvents()
    return dialog


@pytest.mark.parametrize("name", DIALOGS)
def test_that_a_dialog_is_on_screen_and_whole(
    theme: Theme, qtbot: QtBot, qapp: QApplication, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    theme.apply(qapp)
    problems: dict[str, list[str]] = {}
    for factor in FACTORS:
        theme.set_text_factor(factor)
        for size in SIZES:
            screen = QRect(0, 0, *size)
            monkeypatch.setattr(Dialog, "_screen", lambda self, screen=screen: QRect(screen))
            dialog = opened(theme, qtbot, qapp, name)
            found = {"unnamed": unnamed(dialog), **layout_problems(dialog)}
            if not screen.contains(dialog.frameGeometry()):
                found["off screen"] = [str(dialog.frameGeometry())]
            pinned = [each for each in dialog.findChildren(Button) if not dialog.area.isAncestorOf(each)]
            found["button"] = [each.text() for each in pinned if room_of(each, scrolled=False) != in_window(each)]
            problems |= {f"{size} {factor} {kind}": texts for kind, texts in found.items() if texts}
            dialog.close()
    assert not problems, told(problems)


@pytest.mark.parametrize("mode", ["dark", "light"])
@pytest.mark.parametrize("name", DIALOGS)
def test_that_a_dialog_can_be_read_and_used_by_keys(
    theme: Theme, qtbot: QtBot, qapp: QApplication, name: str, mode: str
) -> None:
    theme.set_mode("light" if mode == "light" else "dark")
    theme.apply(qapp)
    dialog = opened(theme, qtbot, qapp, name)
    assert faint_texts(dialog) == []
    first, stops = QApplication.focusWidget(), tab_stops()
    assert QApplication.focusWidget() is first
    assert [str(each) for each in tab_controls(dialog) if each not in stops] == []
    assert out_of_order(stops) == []
    for each, other in zip(stops, stops[1:] + stops[:1], strict=True):
        assert each is other or shows_focus(each, other), each


def test_that_every_kind_of_dialog_is_audited(theme: Theme, qtbot: QtBot) -> None:
    audited = set()
    for make in DIALOGS.values():
        dialog = make(theme)
        qtbot.addWidget(dialog)
        audited.add(type(dialog).__name__)
    classes = (each for text in sources(ROOT, ("gui",)).values() for each in ast.walk(ast.parse(text)))
    kinds = {
        each.name
        for each in classes
        if isinstance(each, ast.ClassDef) and {ast.unparse(base) for base in each.bases} & {"Dialog", "QuestionDialog"}
    }
    assert kinds - {"QuestionDialog"} == audited
