"""The protections that can be taken off."""

from __future__ import annotations

from dataclasses import fields

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from gui.theme.theme import Theme
from gui.workspaces.demo.chaos.panel import ChaosPanel
from gui.workspaces.demo.chaos.protections_page import MOST_NAMED, NOTHING_LOST, WORDS, ProtectionsPage, account_words
from worker.demo.protections import ALL_ON, Protections


@pytest.fixture
def page(qtbot: QtBot) -> ProtectionsPage:
    made = ProtectionsPage(Theme("dark"))
    qtbot.addWidget(made)
    return made


def test_that_every_protection_has_a_box_that_is_checked(page: ProtectionsPage) -> None:
    assert list(WORDS) == [field.name for field in fields(Protections)] == list(page.boxes)
    assert all(box.isChecked() for box in page.boxes.values())
    assert page.protections == ALL_ON


@pytest.mark.parametrize("name", list(WORDS))
def test_that_a_key_takes_one_off_and_puts_it_back(page: ProtectionsPage, qtbot: QtBot, name: str) -> None:
    chosen: list[Protections] = []
    page.protections_chosen.connect(chosen.append)
    for _ in range(2):
        qtbot.keyClick(page.boxes[name], Qt.Key.Key_Space)
    assert chosen == [Protections(**{name: False}), ALL_ON]


def test_that_what_is_lost_is_named(page: ProtectionsPage) -> None:
    assert page.account == NOTHING_LOST
    page.show_account(["Ana, Running", ""], ["Ben, Cycling"])
    assert page.account == "Lost 2: Ana, Running; a foreign message. Doubled 1: Ben, Cycling"
    assert account_words(["Cy, Rowing"] * (MOST_NAMED + 5), []).endswith("Cy, Rowing and 5 more")


def test_that_the_panel_says_how_many_are_off(qtbot: QtBot) -> None:
    panel = ChaosPanel(Theme("light"))
    qtbot.addWidget(panel)
    panel.resize(808, 240)
    panel.show()
    assert not panel.off.isVisible()
    panel.show_page("protections")
    assert panel.protections.isVisible()
    panel.protections.choose(Protections(outbox=False, persistent=False))
    assert panel.off.isVisible()
    assert panel.off.text == "2 protections off"
    panel.protections.choose(ALL_ON)
    assert not panel.off.isVisible()
    panel.show_page("faults")
    assert panel.rows["kill"].isVisible()
