"""The ledger is broken on purpose: a stored workout is taken out of the database, and the window says so."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.config.settings import load_settings
from core.live.ledger import BalanceStatus
from core.sqlite.connection import connect
from gui.theme.theme import Theme
from tests.support.console_rig import running
from tests.support.keychains import NoKeychain
from tests.support.workouts import workouts
from worker.monitoring import monitor_thread


def test_that_the_strip_misses_a_workout_that_somebody_took_out_of_the_results(
    qapp: QApplication, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(monitor_thread, "AUDIT_EVERY_S", 0.2)
    theme = Theme("dark")
    with running(qtbot, load_settings(data_dir=tmp_path, keychain=NoKeychain()), theme) as console:
        strip = console.parts.window.top_bar.ledger
        console.session.controller.submit(list(workouts(30, 5)))
        console.wait_for(lambda: strip.view.stored == 30 and strip.view.verdict is BalanceStatus.BALANCES)
        with closing(connect(console.results)) as connection:
            row = connection.execute("SELECT max(id) FROM workouts").fetchone()
            connection.execute("DELETE FROM workouts WHERE id = ?", row)
        console.wait_for(lambda: strip.view.verdict is BalanceStatus.MISSING)
        assert strip.view.verdict_text == "1 missing"
        assert strip.accessibleName().startswith("Ledger: 30 accepted = 29 stored + 0 failed")
        assert "1 missing" in strip.toolTip()
    theme.deleteLater()


@pytest.mark.expects_warnings
def test_that_the_strip_misses_all_that_was_in_results_that_somebody_deleted(
    qapp: QApplication, qtbot: QtBot, tmp_path: Path
) -> None:
    theme = Theme("dark")
    with running(qtbot, load_settings(data_dir=tmp_path, keychain=NoKeychain()), theme) as console:
        strip = console.parts.window.top_bar.ledger
        console.session.controller.submit(list(workouts(30, 5)))
        console.wait_for(lambda: strip.view.stored == 30 and strip.view.verdict is BalanceStatus.BALANCES)
        for file in console.results.parent.glob("results.db*"):
            file.unlink()
        console.session.controller.submit(list(workouts(3, 5, seed=7)))
        console.wait_for(lambda: strip.view.stored == 3 and strip.view.verdict is BalanceStatus.MISSING)
        assert strip.view.verdict_text == "30 missing"
        assert strip.accessibleName().startswith("Ledger: 33 accepted = 3 stored + 0 failed")
    theme.deleteLater()
