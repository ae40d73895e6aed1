"""What the console keeps of a person's choices."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path

import pytest

from core.config.settings import DataFolder, Settings, StoredSettings, load_settings
from gui.controllers.preferences import MAX_RECENT, Preferences
from gui.dialogs.connection_url import NamedConnection
from gui.frame.view_models import SettingsView


def at_once(work: Callable[[], str]) -> None:
    work()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    folder = DataFolder(tmp_path)
    return Settings(folder, folder.queue_url, folder.results_url, StoredSettings())


class TestPreferences:
    def test_what_was_chosen_is_there_the_next_time(self, settings: Settings, tmp_path: Path) -> None:
        view = SettingsView("light", "mi", "lb", 9, "0.5:2.5", celebrations=False)
        Preferences(settings, at_once, keep=True).choose(view)
        again = Preferences(load_settings(data_dir=tmp_path), at_once, keep=True)
        assert again.view == view
        again.choose_theme("dark")
        again.choose_worker(3, "")
        again.keep_layout(b"\x01\x02")
        again.choose_text_factor(1.25)
        last = Preferences(load_settings(data_dir=tmp_path), at_once, keep=True)
        assert (last.view.theme, last.view.prefetch, last.view.simulated_work) == ("dark", 3, "")
        assert last.layout == b"\x01\x02"
        assert last.text_factor == 1.25
        assert not last.celebrations
        last.choose_text_factor(None)
        assert last.text_factor is None

    def test_a_damaged_layout_is_none(self, settings: Settings) -> None:
        for damaged in ("no base64!", base64.b64encode(b"x").decode() + "?"):
            stored = StoredSettings(window={"layout": damaged})
            broken = Settings(settings.folder, settings.broker_url, settings.database_url, stored)
            assert Preferences(broken, at_once, keep=True).layout == b""

    def test_connections_are_remembered_newest_first_without_passwords(
        self, settings: Settings, tmp_path: Path
    ) -> None:
        preferences = Preferences(settings, lambda _work: None, keep=True)
        for number in range(MAX_RECENT + 2):
            preferences.choose_connection(NamedConnection(f"amqp://anna:secret@host{number}:5672/", f"No. {number}"))
        preferences.choose_connection(NamedConnection("amqp://anna:secret@host3:5672/", "Again"))
        assert len(preferences.recent) == MAX_RECENT
        assert preferences.recent[0] == NamedConnection("amqp://anna@host3:5672/", "Again")
        assert not any("secret" in connection.url for connection in preferences.recent)

    def test_a_demonstration_keeps_nothing(self, settings: Settings, tmp_path: Path) -> None:
        Preferences(settings, at_once, keep=False).choose(SettingsView("light"))
        assert list(tmp_path.iterdir()) == []
