"""What was typed is kept, and comes back after a clear or a crash."""

from __future__ import annotations

import json
from datetime import UTC
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from core.workouts.model import Workout
from gui.theme.theme import Theme
from gui.workspaces.console.form.draft import load_draft
from gui.workspaces.console.form.draft_keeper import DraftKeeper
from gui.workspaces.console.form.form import WorkoutForm
from gui.workspaces.console.form.form_reader import FormReader
from tests.support.form_rig import NOW, NOW_MS, Desk


def test_escape_clears_and_ctrl_z_brings_back(desk: Desk) -> None:
    desk.fill(userId="Ana", duration="45", notes="wind")
    QTest.keyClick(desk.focused, Qt.Key.Key_Escape)
    assert (desk.text("userId"), desk.text("duration"), desk.text("notes")) == ("", "", "")
    assert desk.has_focus("userId")
    desk.form.undo_offers.undo()
    assert (desk.text("userId"), desk.text("notes")) == ("Ana", "wind")


def test_the_draft_is_told_kept_and_restored(desk: Desk, theme: Theme) -> None:
    desk.fill(userId="Ana", duration="1h")
    desk.qtbot.waitUntil(lambda: bool(desk.drafts) and "1h" in desk.drafts[-1])
    desk.form.show_draft_kept()
    assert desk.form.mark.isVisible()
    other = WorkoutForm(theme, now_ms=lambda: NOW_MS, zone=UTC)
    desk.qtbot.addWidget(other)
    other.restore_draft(desk.drafts[-1])
    assert other.body_fields.texts()["userId"] == "Ana"
    desk.send(userId="Ana", duration="45")
    assert desk.drafts[-1] == ""


@pytest.mark.parametrize("text", ["", "rubbish", "[]", '{"texts": 7}', '{"texts": {"userId": 3, "evil": "x"}}', "\x00"])
def test_a_damaged_draft_is_harmless(desk: Desk, text: str) -> None:
    desk.form.restore_draft(text)
    desk.send(userId="Ana", duration="45")
    assert len(desk.sent) == 1


def test_that_a_draft_keeps_its_time(desk: Desk, theme: Theme) -> None:
    desk.fill(userId="Ana", duration="45")
    desk.qtbot.waitUntil(lambda: bool(desk.drafts) and "45" in desk.drafts[-1])
    later_ms = NOW_MS + 9 * 3_600_000
    zone = ZoneInfo("America/Los_Angeles")
    restarted = WorkoutForm(theme, now_ms=lambda: later_ms, zone=zone)
    desk.qtbot.addWidget(restarted)
    restarted.restore_draft(desk.drafts[-1])
    assert restarted.body_fields.texts()["timestamp"] == "2026-03-01 10:24:00"
    sent: list[Workout] = []
    restarted.workout_submitted.connect(sent.append)
    restarted.submit()
    assert [workout.started_at for workout in sent] == [NOW]


@pytest.mark.parametrize("at_ms", [NOW_MS + 60_000, -1, True, "soon", 1.5, None, 10**30])
def test_that_a_draft_with_no_believable_time_starts_now(desk: Desk, at_ms: object) -> None:
    desk.form.restore_draft(json.dumps({"texts": {"userId": "Ana", "duration": "45"}, "edited_at_ms": at_ms}))
    assert desk.text("timestamp") == ""


@pytest.mark.parametrize(
    ("typed", "restored"),
    [
        ("yesterday 7:30", "2026-02-26 07:30:00"),
        ("18:24", "2026-02-27 18:24:00"),
        ("2026-01-10 10:00", "2026-01-10 10:00:00"),
        ("soon", "soon"),
    ],
)
def test_that_a_start_in_a_draft_means_what_it_meant_then(desk: Desk, typed: str, restored: str) -> None:
    texts = {"userId": "Ana", "timestamp": typed}
    desk.form.restore_draft(json.dumps({"texts": texts, "edited_at_ms": NOW_MS - 2 * 86_400_000}))
    assert desk.text("timestamp") == restored


def test_that_a_draft_is_told_once_when_it_is_kept_at_once(qtbot: QtBot) -> None:
    texts, told = {"userId": "Ana"}, list[str]()
    parent = QObject()
    keeper = DraftKeeper(lambda: texts, FormReader(lambda: NOW_MS, UTC), parent)
    keeper.changed.connect(told.append)
    keeper.keep_soon()
    assert told == []
    keeper.keep_now()
    assert keeper.draft() == load_draft(told[0])
    assert not any(timer.isActive() for timer in keeper.findChildren(QTimer))
    texts.clear()
    keeper.keep_soon()
    qtbot.waitUntil(lambda: told[1:] == [""])
