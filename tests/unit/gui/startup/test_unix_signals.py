"""SIGTERM reaches Qt's loop."""

from __future__ import annotations

import os
import signal

import pytest
from pytestqt.qtbot import QtBot

from gui.startup.unix_signals import UnixSignals


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_that_a_signal_is_told_in_the_main_loop_and_ends_nothing(qtbot: QtBot, number: signal.Signals) -> None:
    signals = UnixSignals()
    try:
        with qtbot.waitSignal(signals.arrived) as told:
            os.kill(os.getpid(), number)
        assert told.args == [int(number)]
    finally:
        signals.close()


def test_that_close_restores_the_handlers(qtbot: QtBot) -> None:
    before = signal.getsignal(signal.SIGTERM)
    signals = UnixSignals()
    assert signal.getsignal(signal.SIGTERM) is not before
    signals.close()
    assert signal.getsignal(signal.SIGTERM) is before


def test_that_a_program_started_to_outlive_its_terminal_does(qtbot: QtBot) -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # as nohup does
    try:
        signals = UnixSignals()
        try:
            assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
        finally:
            signals.close()
    finally:
        signal.signal(signal.SIGHUP, before)
