"""The pages beside the timeline: body, headers, attempts, and the keys that lead to them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from core.broker.ports import Message
from core.broker.topology import HEADER_SUBMITTED_AT
from core.events import OutcomeKind
from core.live.timeline import build_timeline
from core.live.workout_log import Attempt, WorkoutTrace
from core.store.models import MessageSnapshot
from gui.frame.worker_names import WorkerNames
from gui.theme.theme import Theme
from gui.workspaces.pipeline.timeline.message_formatting import (
    MOST_SHOWN,
    attempt_title,
    attempts_title,
    body_text,
    header_rows,
    source_words,
)
from gui.workspaces.pipeline.timeline.panel import TimelinePanel
from tests.support.pipeline_scene import BEN, STORY, T0

BODY = b'{"type":"Running","duration":45.5,"notes":"<b>wet</b>"}'
MESSAGE = Message(BODY, BEN, "workout.submitted", "application/json", "paceline", None, {HEADER_SUBMITTED_AT: T0})
SENT = MessageSnapshot("sent", MESSAGE, len(BODY), T0, 1, T0 + 9)
STORED = MessageSnapshot("stored", Message(BODY), len(BODY), T0, 2)
FAILED = MessageSnapshot("failed", replace(MESSAGE, headers={"x-<b>": "a&b"}), len(BODY), T0)


@pytest.fixture
def panel(theme: Theme, qtbot: QtBot) -> TimelinePanel:
    panel = TimelinePanel(theme, WorkerNames(), UTC, now_ms=lambda: T0 + 60_000)
    qtbot.addWidget(panel)
    panel.resize(316, 650)
    panel.show_timeline(build_timeline(WorkoutTrace(BEN), STORY))
    panel.show()
    return panel


def _copy(body: bytes, whole: int | None = None) -> MessageSnapshot:
    return MessageSnapshot("failed", Message(body), len(body) if whole is None else whole, T0)


def test_that_json_is_written_over_several_lines() -> None:
    shown = body_text(SENT)
    assert shown.text.splitlines()[:2] == ["{", '  "type": "Running",']
    assert shown.form == f"JSON, {len(BODY)} bytes"


@pytest.mark.parametrize(
    ("copy", "text", "form"),
    [
        (_copy(b"{half"), "{half", "No JSON object, 5 bytes"),
        (_copy(b'{"a":1,"a":2}'), '{"a":1,"a":2}', "No JSON object, 13 bytes"),
        (_copy(b"\xff\0"), "\ufffd\ufffd", "No JSON object, 2 bytes"),
        (_copy(b"x"), "x", "No JSON object, 1 byte"),
        (_copy(b"x" * 10, 5_000_000), "x" * 10, "No JSON object, 5,000,000 bytes, the first 10 of them"),
        (
            _copy(b"y" * (MOST_SHOWN + 1)),
            "y" * MOST_SHOWN,
            f"No JSON object, {MOST_SHOWN + 1:,} bytes, the first {MOST_SHOWN:,} of them",
        ),
    ],
)
def test_that_anything_else_is_shown_as_it_came_up_to_a_bound(copy: MessageSnapshot, text: str, form: str) -> None:
    assert (body_text(copy).text, body_text(copy).form) == (text, form)


def test_that_each_copy_says_what_it_is() -> None:
    assert source_words(SENT, T0, UTC) == "As it was sent from here, 22:13:20, revision 1"
    assert source_words(FAILED, T0, UTC) == "As it came to the worker that gave it up, 22:13:20"
    assert source_words(STORED, T0, UTC) == "As it is stored, revision 2; the bytes it came in are not kept"


def test_that_headers_are_those_of_the_message_or_none_are_claimed() -> None:
    rows = dict(header_rows(SENT, T0, UTC))
    assert (rows["Message id"], rows["Content type"], rows[HEADER_SUBMITTED_AT]) == (
        BEN,
        "application/json",
        "22:13:20",
    )
    assert header_rows(STORED, T0, UTC) == [("Revision", "2"), ("Stored", "22:13:20")]


def test_that_the_message_is_shown_and_can_be_copied_but_not_changed(panel: TimelinePanel, qtbot: QtBot) -> None:
    panel.show_copy(FAILED)
    panel.tabs.setCurrentIndex(1)
    text = panel.body_page.text
    assert text.isVisible()
    qtbot.keyClicks(text, "x")
    assert text.toPlainText() == body_text(FAILED).text
    assert panel.body_page.source.text().startswith("As it came to the worker that gave it up, 22:13:20. JSON, ")
    panel.copy_button.click()
    assert QGuiApplication.clipboard().text() == body_text(FAILED).text
    panel.tabs.setCurrentIndex(2)
    assert "x-<b>\na&b" in panel.headers_page.text.toPlainText()
    assert panel.copy_button.text() == "Copy headers"
    panel.tabs.setCurrentIndex(0)
    panel.copy_button.click()
    assert QGuiApplication.clipboard().text() == BEN


def test_that_a_message_that_is_nowhere_is_said_to_be(panel: TimelinePanel) -> None:
    panel.tabs.setCurrentIndex(1)
    assert panel.body_page.empty.text.startswith("Looking for it")
    assert not panel.copy_button.isEnabled()
    panel.show_copy(None)
    assert panel.body_page.empty.text.startswith("Not on this computer")
    panel.show_copy(STORED)
    assert panel.copy_button.isEnabled()
    assert panel.headers_page.source.text().startswith("Its headers are not kept")


def test_that_tabs_are_reached_and_changed_by_keys(panel: TimelinePanel, qtbot: QtBot) -> None:
    panel.show_copy(SENT)
    shown = (panel.view, panel.body_page, panel.headers_page, panel.attempts_page)
    assert panel.tabs.focusPolicy() & Qt.FocusPolicy.TabFocus
    panel.activateWindow()
    panel.tabs.setFocus()
    qtbot.keyClick(panel.tabs, Qt.Key.Key_Right)
    assert [page.isVisible() for page in shown] == [False, True, False, False]
    qtbot.waitUntil(panel.isActiveWindow)
    qtbot.keyClick(panel.body_page.text, Qt.Key.Key_PageUp, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(panel.tabs, Qt.Key.Key_PageUp, Qt.KeyboardModifier.ControlModifier)
    assert [page.isVisible() for page in shown] == [False, False, False, True]
    qtbot.keyClick(panel.tabs, Qt.Key.Key_PageDown, Qt.KeyboardModifier.ControlModifier)
    assert panel.view.isVisible()
    named = (panel.tabs, panel.body_page.text, panel.headers_page.text, panel.attempts_page.view)
    assert all(widget.accessibleName() for widget in named)


def test_that_every_try_is_listed_and_what_may_be_missing_is_said(panel: TimelinePanel) -> None:
    assert panel.tabs.tabText(3) == "1 attempt"
    panel.tabs.setCurrentIndex(3)
    assert panel.attempts_page.remark.isVisible()
    retry = Attempt(T0, "w-1", OutcomeKind.RETRYING, "no answer", 12.0)
    done = Attempt(T0 + 900, "w-2", OutcomeKind.STORED, run_ms=88.0)
    seen = WorkoutTrace(BEN, accepted_at_ms=T0 - 5, end=OutcomeKind.STORED, tries=2, attempts=(retry, done))
    panel.show_timeline(build_timeline(seen, None))
    assert panel.tabs.tabText(3) == "2 attempts"
    assert not panel.attempts_page.remark.isVisible()
    told = panel.attempts_page.view.accessibleDescription()
    assert told == ("Stored, 22:13:20.900 by w-2, 88 ms. To be tried again, 22:13:20.000 by w-1, 12 ms, no answer")
    assert not panel.grab().isNull()
    panel.show_timeline(build_timeline(WorkoutTrace(BEN), None))
    assert panel.attempts_page.empty.isVisible()


def test_that_attempts_are_counted_in_words() -> None:
    assert [attempts_title(count) for count in (0, 1, 1_200)] == ["0 attempts", "1 attempt", "1,200 attempts"]
    assert attempt_title(Attempt(T0, "w", OutcomeKind.FAILED, tries=4)) == "Failed after 4 tries"


def test_that_headers_follow_the_theme(panel: TimelinePanel, theme: Theme) -> None:
    panel.show_copy(SENT)
    theme.set_mode("dark")
    dark = panel.headers_page.text.toHtml()
    theme.set_mode("light")
    assert panel.headers_page.text.toHtml() != dark


def test_that_the_start_is_told_below_the_workout_where_it_is_known(panel: TimelinePanel) -> None:
    assert not panel._start.isVisibleTo(panel)
    panel.show_timeline(build_timeline(WorkoutTrace(BEN), replace(STORY, started_at="2023-11-13T08:30:00-08:00")))
    assert panel._start.isVisibleTo(panel)
    assert panel._start.text() == "Started 13 Nov 08:30 -08:00"
