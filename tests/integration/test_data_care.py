"""Care of the data from the window, with RabbitMQ and PostgreSQL behind it."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from core.care.merge import merge_choices
from gui.dialogs.erase_dialog import EraseDialog
from gui.dialogs.merge_dialog import MergeDialog
from gui.theme.theme import Theme
from tests.support.care_window import CONTROL, SHIFT, CareWindow, of
from tests.support.databases import Place
from tests.support.postgres_server import PrivateServer
from tests.support.program_rig import running, settings_in
from tests.support.rabbitmq_node import PrivateNode

pytestmark = [pytest.mark.postgres, pytest.mark.rabbitmq]


def test_that_athletes_are_merged_parted_and_erased_on_servers(
    qtbot: QtBot, theme: Theme, tmp_path: Path, rabbitmq_node: PrivateNode, postgres_server: PrivateServer
) -> None:
    broker, database = rabbitmq_node.new_vhost(), postgres_server.new_database()
    settings = settings_in(tmp_path, broker=broker, database=database)
    with running(qtbot, theme, settings) as program:
        program.wait_for(lambda: program.session.controller.workspaces.all_built and program.state.online)
        care = CareWindow(program)
        care.activate()

        def counts() -> dict[str, int]:
            return merge_choices(database, "Ana").counts

        care.store(*of("Zoe", 2), *of("Zoë", 1, seed=2), *of("Ana", 1, seed=3))
        care.show_athlete("Zoe")
        care.press(Qt.Key.Key_M, CONTROL | SHIFT)
        qtbot.keyClick(care.dialog(MergeDialog), Qt.Key.Key_Return)
        assert care.ended().startswith("1 workout of Zoë is moved to Zoe")
        program.wait_for(lambda: counts() == {"Ana": 1, "Zoe": 3})
        care.press(Qt.Key.Key_Z, CONTROL)
        assert care.ended() == "1 workout of Zoe goes back to Zoë."
        program.wait_for(lambda: counts() == {"Ana": 1, "Zoe": 2, "Zoë": 1})

        care.show_athlete("Zoe")
        care.press(Qt.Key.Key_Delete, CONTROL | SHIFT)
        question = care.dialog(EraseDialog)
        qtbot.keyClicks(question.typed.line, "Zoe")
        qtbot.keyClick(question.typed.line, Qt.Key.Key_Return)
        assert care.ended().startswith("Erased: 2 workouts, 0 failed messages, 3 sent from here")
        program.wait_for(lambda: counts() == {"Ana": 1, "Zoë": 1})
        assert Place(database).rows("SELECT workouts, failures FROM erasures") == [(2, 0)]
        program.wait_for(lambda: len(program.stages()) == 2)  # the receipts of Zoe have gone
        care.store(*of("Zoe", 1, seed=5))  # a new athlete
