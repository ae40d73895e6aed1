"""The whole program: keys typed into the real window, a real broker, and what is then on screen and in the table."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, thread_time

import pytest
from PySide6.QtCore import QObject, Qt, QTimer, Slot
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.config.settings import load_settings
from core.events import ConnectionState
from core.live.ledger import BalanceStatus
from core.live.receipts import Stage
from gui.theme.theme import Theme
from tests.support.console_rig import Console, running
from tests.support.idle_thread import idling
from tests.support.keychains import NoKeychain
from tests.support.rabbitmq_node import PrivateNode
from tests.support.workouts import workouts

pytestmark = pytest.mark.rabbitmq


@pytest.fixture
def console(qtbot: QtBot, tmp_path: Path, rabbitmq_node: PrivateNode, theme: Theme) -> Iterator[Console]:
    settings = load_settings(broker=rabbitmq_node.new_vhost(), data_dir=tmp_path, keychain=NoKeychain())
    with running(qtbot, settings, theme) as console:
        yield console


def test_the_sample_of_the_contract_is_typed_and_seen_stored(console: Console) -> None:
    form = console.parts.form
    # A worker that is ready has made the results, so that what a workout would unlock can be read.
    console.wait_for(lambda: "ready" in console.parts.window.top_bar.worker.text().lower())
    # Athlete, sport, duration, distance, start.
    for text in ("user-123", "", "45", "5.2"):
        field = QApplication.focusWidget()
        assert field is not None
        QTest.keyClicks(field, text)
        QTest.keyClick(field, Qt.Key.Key_Tab)
    start = QApplication.focusWidget()
    assert start is not None
    QTest.keyClick(start, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(start, "2025-12-10T10:00:00Z")
    console.wait_for(lambda: "5K Runner" in form.card.because.text() + form.card.unlocks.text())
    assert form.card.energy.number.text == "382.5 kcal"
    QTest.keyClick(start, Qt.Key.Key_Return)

    console.wait_for(lambda: console.receipts() and console.receipts()[0].stage is Stage.STORED)
    assert "5K Runner" in console.shown(0)
    assert "382.5 kcal" in console.parts.receipts.model.index(0, 0).data(Qt.ItemDataRole.ToolTipRole)
    charts = console.parts.console.charts
    assert charts is not None
    console.wait_for(lambda: "5K Runner" in str(charts.achievements.table()))
    stored = console.rows("SELECT athlete, sport, started_at, duration_min, distance_km, calories_kcal FROM workouts")
    assert stored == [("user-123", "Running", "2025-12-10T10:00:00.000Z", 45.0, 5.2, 382.5)]
    badges = console.rows("SELECT name FROM earned_achievements WHERE athlete = 'user-123'")
    assert ("5K Runner",) in badges
    assert ("Hour of Power",) not in badges


def test_while_the_broker_is_away_workouts_are_kept_and_then_sent_without_a_restart(
    console: Console, rabbitmq_node: PrivateNode
) -> None:
    state = console.session.state
    console.type("Ana", "", "30", "4")
    console.wait_for(lambda: state.ledger().stored == 1)
    rabbitmq_node.settle()
    rabbitmq_node.kill()
    try:
        console.wait_for(lambda: state.connection is not None and state.connection.state is ConnectionState.OFFLINE)
        assert console.parts.window.top_bar.pill.accessibleName().endswith("offline")
        console.type("Ben", "", "45", "6")
        console.wait_for(lambda: console.receipts()[0].stage is Stage.PENDING)
    finally:
        rabbitmq_node.restart()
    console.wait_for(lambda: console.receipts()[0].stage is Stage.STORED)
    console.wait_for(lambda: state.ledger().stored == 2 and state.ledger().verdict is BalanceStatus.BALANCES)
    assert {row[0] for row in console.rows("SELECT athlete FROM workouts")} == {"Ana", "Ben"}


class Gaps(QObject):
    """How long the main thread was away from its event loop, at most, in seconds: by the clock, and at work itself."""

    def __init__(self) -> None:
        super().__init__()
        self.longest_s = self.longest_work_s = 0.0
        self._at_s, self._work_s = monotonic(), thread_time()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._on_timeout)
        self._timer.start(1)

    @Slot()
    def _on_timeout(self) -> None:
        now_s, work_s = monotonic(), thread_time()
        self.longest_s = max(self.longest_s, now_s - self._at_s)
        self.longest_work_s = max(self.longest_work_s, work_s - self._work_s)
        self._at_s, self._work_s = now_s, work_s


def test_a_burst_of_2000_leaves_the_window_responsive_and_the_ledger_balanced(console: Console) -> None:
    state = console.session.state
    latency_version = state.latency_version
    gaps = Gaps()
    burst = list(workouts(2_000, 50))
    with idling() as idler:
        console.session.controller.submit(burst)
        console.wait_for(lambda: state.ledger().stored == 2_000)
    logging.getLogger(__name__).info("the longest gap of the event loop was %.0f ms", gaps.longest_s * 1000)
    # A frozen window is one that computes for a second, or waits for seconds, where an idle thread need not.
    assert gaps.longest_work_s < 1
    assert gaps.longest_s - max(idler.gaps_s) < 5
    assert state.latency_version > latency_version
    console.wait_for(lambda: state.ledger().verdict is BalanceStatus.BALANCES and not state.ledger().running)
    ledger = state.ledger()
    assert (ledger.accepted, ledger.failed, ledger.waiting, ledger.running, ledger.pending) == (2_000, 0, 0, 0, 0)
    assert console.rows("SELECT count(*), count(DISTINCT id) FROM workouts") == [(2_000, 2_000)]
    # And the form still takes what is typed.
    console.parts.form.focus_first()
    console.type("Ana", "", "30", "4")
    console.wait_for(lambda: state.ledger().stored == 2_001)
