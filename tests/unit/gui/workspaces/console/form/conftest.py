"""The form, at a desk of its own."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from gui.theme.theme import Theme
from tests.support.form_rig import Desk


@pytest.fixture
def desk(theme: Theme, qtbot: QtBot) -> Desk:
    return Desk(theme, qtbot)
