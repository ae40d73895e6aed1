"""The page of the grid, for each test a new one."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from gui.theme.theme import Theme
from tests.support.roster_screen import RosterScreen


@pytest.fixture
def screen(theme: Theme, qtbot: QtBot) -> RosterScreen:
    return RosterScreen(theme, qtbot)
