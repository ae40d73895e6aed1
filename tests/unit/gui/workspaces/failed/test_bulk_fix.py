"""One change for many messages on screen: the offer, the preview, and what is sent, by keys alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.failures.corrections import (
    BulkFixProposal,
    CommonMistake,
    FieldCorrection,
    ProposedCorrection,
    SkipReason,
    Value,
)
from core.failures.models import FailedFilter, FailedRow
from gui.formatting import READ_ONLY
from gui.forms.formatting import Units
from gui.theme.theme import Theme
from gui.workspaces.failed.bulk_fix.formatting import PreviewRows, left_out_text, preview_title, suggestion_notice
from tests.support.failed_screen import FAR, FailedScreen, failed_row, keys_between


def found(
    count: int = 15,
    total: int = 16,
    *,
    looked_at: int | None = None,
    mistake: CommonMistake = CommonMistake.METRES,
    old: Value = 5200,
    new: Value = 5.2,
    left_out: dict[SkipReason, tuple[FailedRow, ...]] | None = None,
) -> BulkFixProposal:
    rows = [failed_row(number) for number in range(count)]
    proposals = tuple(ProposedCorrection(row, old, FieldCorrection(row.key, 0, mistake.value, new)) for row in rows)
    looked_at = total if looked_at is None else looked_at
    return BulkFixProposal(mistake, FailedFilter(FAR), total, looked_at, proposals, left_out or {})


@pytest.fixture
def screen(theme: Theme, qtbot: QtBot) -> FailedScreen:
    screen = FailedScreen(theme, qtbot)
    screen.show_groups((FAR, 16))
    screen.answer_pages()
    screen.workspace.message_actions.show_findings(found())
    screen.workspace.activateWindow()
    qtbot.waitUntil(screen.workspace.isActiveWindow)
    return screen


def focused() -> Any:
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def open_by_keys(screen: FailedScreen) -> None:
    """From the search, where Tab leads on."""
    screen.workspace.list.search.setFocus()
    for _ in range(5):
        if focused() is screen.workspace.list.strip.button:
            break
        QTest.keyClick(focused(), Qt.Key.Key_Tab)
    QTest.keyClick(screen.workspace.list.strip.button, Qt.Key.Key_Space)
    screen.qtbot.waitUntil(lambda: screen.find_convert_dialog() is not None)
    screen.qtbot.waitUntil(screen.convert_dialog().table.hasFocus)
    screen.read_preview()


def test_what_many_share_is_offered_over_the_list(screen: FailedScreen) -> None:
    strip = screen.workspace.list.strip
    assert strip.isVisible()
    assert strip.height() == 36
    assert strip.accessibleName() == "15 of 16 look like metres written as km."
    assert strip.button.accessibleName() == "Convert 15 to km…"
    screen.workspace.message_actions.show_findings(None)
    assert not strip.isVisible()


def test_it_is_looked_through_and_sent_by_keys_alone(screen: FailedScreen) -> None:
    open_by_keys(screen)
    dialog = screen.convert_dialog()
    assert dialog.accessibleName() == "Convert 15 messages from metres to km"
    QTest.keyClick(dialog.table, Qt.Key.Key_End)
    assert dialog.table.currentIndex().row() == 14
    cells = [dialog.table.model().index(14, column).data() for column in range(6)]
    assert cells == ["", "athlete 14", "Running", "45:00", "5,200 km", "5.2 km"]
    QTest.keyClick(dialog.table, Qt.Key.Key_Home)
    assert dialog.table.currentIndex().row() == 0
    QTest.keyClick(dialog.table, Qt.Key.Key_Return)
    assert [change.key for change in screen.converted[0]] == list(keys_between(0, 15))
    assert {(change.field, change.value) for change in screen.converted[0]} == {("distance", 5.2)}
    assert screen.workspace.list.bar.words == "Converting: 0 of 15"
    screen.workspace.message_actions.show_done("convert", 15, 0, "", "")
    assert screen.workspace.list.strip.accessibleName() == "15 converted and sent."


def test_what_is_unchecked_is_left_as_it_is(screen: FailedScreen) -> None:
    open_by_keys(screen)
    dialog = screen.convert_dialog()
    table, model = dialog.table, dialog.table.model()
    QTest.keyClick(table, Qt.Key.Key_Down)
    QTest.keyClick(table, Qt.Key.Key_Space)
    assert dialog.send_button.accessibleName() == "Send 14"
    assert model.index(1, 0).data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Unchecked
    assert model.index(1, 0).data(Qt.ItemDataRole.AccessibleTextRole) == "left as it is"
    QTest.keyClick(table, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert dialog.send_button.accessibleName() == "Send 15"
    QTest.keyClick(table, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert (dialog.send_button.accessibleName(), dialog.send_button.isEnabled()) == ("Send 0", False)
    QTest.keyClick(table, Qt.Key.Key_Return)
    assert screen.converted == []
    for row in (0, 2):
        box = table.visualRect(model.index(row, 0)).center()
        QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=box)
    QTest.keyClick(table, Qt.Key.Key_Return)
    first, _, third = keys_between(0, 3)
    assert [change.key for change in screen.converted[0]] == [first, third]


def test_esc_sends_nothing_and_the_offer_stays(screen: FailedScreen) -> None:
    open_by_keys(screen)
    QTest.keyClick(screen.convert_dialog().table, Qt.Key.Key_Escape)
    assert screen.converted == []
    assert screen.find_convert_dialog() is None
    assert screen.workspace.list.strip.isVisible()


def test_the_enter_that_opened_it_does_not_send_while_it_is_held(screen: FailedScreen) -> None:
    open_by_keys(screen)
    table = screen.convert_dialog().table
    held = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier, "\r", True)
    QApplication.sendEvent(table, held)
    assert screen.converted == []
    assert screen.find_convert_dialog() is not None


def test_that_a_second_enter_before_it_could_be_read_does_not_send(screen: FailedScreen) -> None:
    open_by_keys(screen)
    screen.now_ms -= 1
    QTest.keyClick(screen.convert_dialog().table, Qt.Key.Key_Return)
    assert screen.converted == []
    screen.now_ms += 1
    QTest.keyClick(screen.convert_dialog().table, Qt.Key.Key_Return)
    assert len(screen.converted) == 1


def test_what_is_found_later_stays_out_of_an_open_preview(screen: FailedScreen) -> None:
    open_by_keys(screen)
    screen.workspace.message_actions.show_findings(found(20, 20))
    QTest.keyClick(screen.convert_dialog().table, Qt.Key.Key_Return)
    assert len(screen.converted[0]) == 15


def test_nothing_is_converted_while_something_else_is_done_or_by_who_only_looks_on(screen: FailedScreen) -> None:
    acts, button = screen.workspace.message_actions, screen.workspace.list.strip.button
    QTest.keyClick(screen.table, Qt.Key.Key_R)
    assert not button.isEnabled()
    acts.convert()
    assert screen.find_convert_dialog() is None
    acts.show_done("retry", 1, 0, "Stopped.", "")
    screen.workspace.list.strip.close_button.click()
    assert screen.workspace.list.strip.accessibleName().startswith("15 of 16")
    assert button.isEnabled()
    acts.set_why_not(READ_ONLY)
    assert button.toolTip() == READ_ONLY
    acts.convert()
    assert screen.find_convert_dialog() is None


def test_copies_to_read_in_come_before_it_and_can_be_put_away(screen: FailedScreen) -> None:
    strip = screen.workspace.list.strip
    screen.workspace.message_actions.show_unseen(3)
    assert strip.accessibleName() == "The broker's failed queue has 3 more than this list."
    strip.close_button.click()
    assert strip.accessibleName().startswith("15 of 16")
    assert not strip.close_button.isVisible()


def test_where_there_is_little_room_it_is_said_shorter(screen: FailedScreen) -> None:
    strip = screen.workspace.list.strip
    assert strip._label.text() == "15 of 16 look like metres written as km."
    screen.workspace.resize(940, 600)
    assert strip._label.text() == "15 of 16: metres as km"
    assert strip._label.shown_text() == strip._label.text()


@pytest.mark.parametrize(
    ("findings", "text", "button"),
    [
        (found(3, 3), "All 3 look like metres written as km.", "Con&vert 3 to km…"),
        (
            found(2, 9, mistake=CommonMistake.SECONDS),
            "2 of 9 look like seconds written as minutes.",
            "Con&vert 2 to minutes…",
        ),
        (
            found(2, 2, mistake=CommonMistake.LATE_START),
            "All 2 start later than they were sent.",
            "Con&vert 2 to when sent…",
        ),
        (
            found(2, 2, mistake=CommonMistake.MISNAMED),
            "All 2 have a field under another name.",
            "Con&vert 2 to our names…",
        ),
        (
            found(15, 30_000, looked_at=10_000),
            "15 of the newest 10,000 look like metres written as km.",
            "Con&vert 15 to km…",
        ),
    ],
)
def test_the_offer_names_the_mistake_and_how_many_were_looked_at(
    findings: BulkFixProposal, text: str, button: str
) -> None:
    notice = suggestion_notice(findings)
    assert (notice.text, notice.button) == (text, button)


def test_who_is_left_out_and_why_is_one_line() -> None:
    rows = tuple(replace(failed_row(n), athlete=name) for n, name in enumerate(("Cy Tan", "Ana", "", "Ben", "Zoe")))
    findings = found(
        2,
        30_000,
        looked_at=10_000,
        left_out={SkipReason.UNLIKELY: rows[:1], SkipReason.STILL_WRONG: rows[1:5], SkipReason.OTHER: rows},
    )
    assert left_out_text(findings) == (
        "Left out: Cy Tan (not plausible as metres), Ana, anonymous and 2 more (wrong in another field, too), "
        "5 that failed for something else. Only the newest 10,000 of 30,000 were looked at."
    )
    assert left_out_text(found(2, 2)) == ""


@pytest.mark.parametrize(
    ("findings", "title", "fact", "old", "new"),
    [
        (found(2, 2, old=5200, new=5.2), "Convert 2 messages from metres to km", "45:00", "5,200 km", "5.2 km"),
        (
            found(2, 2, mistake=CommonMistake.SECONDS, old=2700, new=45),
            "Convert 2 messages from seconds to minutes",
            "5,200 km",
            "2,700 min",
            "45:00",
        ),
        (
            found(
                2, 2, mistake=CommonMistake.LATE_START, old="2031-01-01t08:00:00+01:00", new="2025-06-15T15:05:39+00:00"
            ),
            "Convert 2 messages to start when they were sent",
            "45:00",
            "1 Jan 2031 08:00 +01:00",
            "15 Jun 2025 15:05",
        ),
        (
            found(2, 2, mistake=CommonMistake.MISNAMED, old="Timestamp, user_id", new="timestamp, userId"),
            "Convert 2 messages to our field names",
            "45:00",
            "Timestamp, user_id",
            "timestamp, userId",
        ),
        (
            found(
                2, 2, mistake=CommonMistake.LATE_START, old="9999-12-31T23:59:59-10:00", new="2025-06-15T05:05:39-10:00"
            ),
            "Convert 2 messages to start when they were sent",
            "45:00",
            "31 Dec 9999 23:59 -10:00",
            "15 Jun 2025 05:05 -10:00",
        ),
    ],
)
def test_the_preview_shows_the_old_and_the_new_value(
    findings: BulkFixProposal, title: str, fact: str, old: str, new: str
) -> None:
    row = PreviewRows(findings, units=Units(), zone=UTC)[1]
    assert preview_title(findings) == title
    assert (row.athlete, row.fact, row.old, row.new) == ("athlete 1", fact, old, new)


def test_the_preview_is_in_the_units_of_the_user(screen: FailedScreen) -> None:
    screen.workspace.set_units(Units("mi", "lb"))
    screen.workspace.message_actions.convert()
    model = screen.convert_dialog().table.model()
    assert (model.index(0, 4).data(), model.index(0, 5).data()) == ("3,231 mi", "3.2 mi")
    assert model.index(0, 5).data(Qt.ItemDataRole.AccessibleTextRole) == "Becomes: 3.2 mi"
