"""A recording that is to be played."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QObject

from core.errors import SettingError
from gui.playback.whole_recording import open_whole
from tests.support.recorded import T0, record_to


def test_that_its_length_and_title_are_known(tmp_path: Path) -> None:
    found = open_whole(record_to(tmp_path / "a.paceline"), 4.0)
    assert (found.from_ms, found.end_ms, found.speed) == (T0, T0 + 60, 4.0)
    assert found.title == "Paceline: recording of 30 Nov 2025, 11:53"  # local time of the one who recorded


def test_that_a_player_begins_at_its_time(tmp_path: Path) -> None:
    parent = QObject()
    player = open_whole(record_to(tmp_path / "a.paceline"), 4.0).from_time(T0 + 30).player(parent)
    player._on_tick()
    assert player.clock.now_ms() == T0 + 30
    assert (player.clock.speed, player.end_ms) == (4.0, T0 + 60)
    parent.deleteLater()


def test_that_another_file_is_a_sentence_that_names_the_option(tmp_path: Path) -> None:
    (tmp_path / "other").write_text("text")
    with pytest.raises(SettingError, match=r"--play: .*other: It is not a recording"):
        open_whole(tmp_path / "other", 1.0)
