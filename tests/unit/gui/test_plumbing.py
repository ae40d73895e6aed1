"""Between threads and window: chores, what nobody caught, the status line, and what is remembered."""

from __future__ import annotations

import base64
import io
import sys
import threading
from collections.abc import Callable
from datetime import UTC
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from core.config.settings import DataFolder, Settings, StoredSettings, load_settings
from core.errors import SettingError
from core.events import Event, ProblemRaised
from core.live.console_state import ConsoleState
from gui.controllers.background_tasks import Chores
from gui.controllers.bridge import Answered
from gui.controllers.preferences import MAX_RECENT, Preferences
from gui.dialogs.connection_url import NamedConnection
from gui.frame.view_models import SettingsView
from gui.startup import status_printer
from gui.startup.exception_hooks import CrashHooks
from gui.startup.status_printer import StatusPrinter


class TestChores:
    def test_answers_and_our_errors_come_back_under_their_topic(self) -> None:
        answers: list[Answered] = []
        chores = Chores(answers.append)
        chores.do("good", lambda: 7)
        chores.close()
        chores = Chores(answers.append)

        def fail() -> None:
            raise SettingError("The port is wrong.")

        chores.do("bad", fail)
        chores.close()
        assert answers[0] == Answered("good", 7)
        assert (answers[1].topic, str(answers[1].answer)) == ("bad", "The port is wrong.")

    @pytest.mark.expects_warnings
    def test_a_fault_of_ours_is_told_without_its_text(self) -> None:
        answers: list[Answered] = []
        chores = Chores(answers.append)

        def break_down() -> None:
            raise KeyError("secret")

        chores.do("odd", break_down)
        chores.close()
        assert str(answers[0].answer) == "Something unexpected went wrong: KeyError."


class TestCrashHooks:
    @pytest.mark.expects_warnings
    def test_what_nobody_caught_is_told_wherever_it_happened(self) -> None:
        told: list[Event] = []
        before = sys.excepthook, threading.excepthook
        hooks = CrashHooks(told.append, lambda: 5)
        try:
            sys.excepthook(ValueError, ValueError("secret"), None)
            thread = threading.Thread(target=lambda: 1 / 0, name="the fast one")
            thread.start()
            thread.join()
        finally:
            hooks.close()
        assert (sys.excepthook, threading.excepthook) == before
        texts = [event.text for event in told if isinstance(event, ProblemRaised)]
        assert texts == [
            "Something unexpected went wrong in the window: ValueError. The log has the details.",
            "Something unexpected went wrong in the thread the fast one: ZeroDivisionError. The log has the details.",
        ]

    def test_ctrl_c_is_left_to_python(self, monkeypatch: pytest.MonkeyPatch) -> None:
        passed: list[type[BaseException]] = []
        monkeypatch.setattr(sys, "excepthook", lambda kind, _error, _trace: passed.append(kind))
        hooks = CrashHooks(lambda _event: None, lambda: 5)
        try:
            sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
        finally:
            hooks.close()
        assert passed == [KeyboardInterrupt]


def test_the_status_line_is_written_again_and_again(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(status_printer, "EVERY_MS", 5)
    out = io.StringIO()
    printer = StatusPrinter(ConsoleState(lambda: 0), lambda: 0, UTC, out)
    printer.start()
    qtbot.waitUntil(lambda: out.getvalue().count("accepted") >= 2, timeout=3_000)
    assert out.getvalue().startswith("No display found")
    printer.deleteLater()


def at_once(_topic: str, work: Callable[[], object]) -> None:
    work()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    folder = DataFolder(tmp_path)
    return Settings(folder, folder.queue_url, folder.results_url, StoredSettings())


class TestPreferences:
    def test_what_was_chosen_is_there_the_next_time(self, settings: Settings, tmp_path: Path) -> None:
        view = SettingsView("light", "mi", "lb", 9, "0.5:2.5")
        Preferences(settings, at_once, keep=True).choose(view)
        again = Preferences(load_settings(data_dir=tmp_path), at_once, keep=True)
        assert again.view == view
        again.choose_theme("dark")
        again.choose_worker(3, "")
        again.keep_layout(b"\x01\x02")
        last = Preferences(load_settings(data_dir=tmp_path), at_once, keep=True)
        assert (last.view.theme, last.view.prefetch, last.view.simulated_work) == ("dark", 3, "")
        assert last.layout == b"\x01\x02"

    def test_a_damaged_layout_is_none(self, settings: Settings) -> None:
        for damaged in ("no base64!", base64.b64encode(b"x").decode() + "?"):
            stored = StoredSettings(window={"layout": damaged})
            broken = Settings(settings.folder, settings.broker_url, settings.database_url, stored)
            assert Preferences(broken, at_once, keep=True).layout == b""

    def test_connections_are_remembered_newest_first_without_passwords(
        self, settings: Settings, tmp_path: Path
    ) -> None:
        preferences = Preferences(settings, lambda _topic, _work: None, keep=True)
        for number in range(MAX_RECENT + 2):
            preferences.choose_connection(NamedConnection(f"amqp://anna:secret@host{number}:5672/", f"No. {number}"))
        preferences.choose_connection(NamedConnection("amqp://anna:secret@host3:5672/", "Again"))
        assert len(preferences.recent) == MAX_RECENT
        assert preferences.recent[0] == NamedConnection("amqp://anna@host3:5672/", "Again")
        assert not any("secret" in connection.url for connection in preferences.recent)

    def test_a_demonstration_keeps_nothing(self, settings: Settings, tmp_path: Path) -> None:
        Preferences(settings, at_once, keep=False).choose(SettingsView("light"))
        assert list(tmp_path.iterdir()) == []
