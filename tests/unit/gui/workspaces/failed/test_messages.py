"""The failed list on screen: causes, rows page by page, what is selected, and what is asked for."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from core.broker.ports import Message
from core.errors import StoreUnavailableError
from core.failures.causes import cause_of
from core.failures.models import FailedFilter, FailedMessage, FailedRow, FailedState, FailedTry
from gui.formatting import READ_ONLY
from gui.theme.theme import Theme
from gui.workspaces.failed.actions import CHECK, DISCARD, NOT_OPEN, RETRY
from gui.workspaces.failed.messages.action_bar import BUSY, DISCARD_TIP, RETRY_TIP
from gui.workspaces.failed.messages.table_model import (
    MAX_PAGES,
    PAGE_ROWS,
    FailedPage,
    PageAsked,
)
from gui.workspaces.failed.workspace import FailedWorkspace
from tests.support.failed_screen import FailedScreen, failed_row, keys_between

T0 = 1_767_225_600_000
FAR, NO_DURATION = "invalid/distance/range", "invalid/duration/missing"


@pytest.fixture
def screen(theme: Theme, qtbot: QtBot) -> FailedScreen:
    screen = FailedScreen(theme, qtbot)
    screen.show_groups((FAR, 1_000), (NO_DURATION, 3))
    return screen


def test_the_largest_cause_is_chosen_and_its_first_page_asked_for(screen: FailedScreen) -> None:
    assert screen.workspace.groups.title == "Distance out of range"
    asked = screen.pages[-1]
    assert (asked.wanted, asked.first, asked.counted) == (FailedFilter(FAR), 0, True)
    screen.answer_pages()
    assert screen.model.rowCount() == 1_000
    assert screen.table.current_row == screen.row(0)


def test_a_long_list_is_read_where_it_is_looked_at_and_never_whole(screen: FailedScreen) -> None:
    screen.show_groups((FAR, 100_000))
    screen.answer_pages()
    assert screen.model.rowCount() == 100_000
    bar = screen.table.verticalScrollBar()
    for tenth in range(1, 11):
        bar.setValue(bar.maximum() * tenth // 10)
        screen.table.viewport().repaint()
        screen.answer_pages()
    assert screen.model.row(99_999) == screen.row(99_999)
    assert len(screen.model._pages) <= MAX_PAGES
    assert len(screen.pages) < 60


def test_a_row_whose_page_is_on_the_way_is_asked_for_once(screen: FailedScreen) -> None:
    screen.answer_pages()
    screen.pages.clear()
    for _ in range(5):
        assert screen.model.row(700) is None
    assert [asked.number for asked in screen.pages] == [700 // PAGE_ROWS]


def test_an_answer_about_another_list_is_dropped(screen: FailedScreen) -> None:
    late = screen.pages[-1]
    screen.workspace.groups.choose(NO_DURATION)
    screen.workspace.show_page(FailedPage(late, screen.rows(late), 1_000))
    assert screen.model.rowCount() == 0
    screen.answer_pages()
    assert screen.model.rowCount() == 3


def test_who_reads_further_down_keeps_the_place_when_newer_ones_arrive(screen: FailedScreen) -> None:
    screen.answer_pages()
    screen.table.choose(20)
    screen.table.verticalScrollBar().setValue(10 * 32)
    top, current = screen.table.rowAt(0), screen.table.current_row
    screen.newer = 5
    screen.show_groups((FAR, 1_005))
    screen.table.reload()
    screen.answer_pages()
    assert screen.table.current_row == current
    assert screen.table.currentIndex().row() == 25
    assert screen.table.rowAt(0) == top + 5


def test_where_the_current_one_is_gone_its_successor_is_chosen(screen: FailedScreen) -> None:
    screen.answer_pages()
    screen.table.choose(3)
    screen.gone = {screen.row(3).key}
    screen.table.reload()
    screen.answer_pages()
    assert screen.table.currentIndex().row() == 3
    assert screen.table.current_key == screen.row(4).key


def test_one_that_failed_again_is_read_again_and_what_was_typed_stays(screen: FailedScreen) -> None:
    screen.answer_pages()
    row = screen.row(0)
    body = b'{"type": "Running", "duration": 45, "distance": 5200}'
    first = FailedTry(1, T0, "worker-1", row.reason, 2.0)
    one = FailedMessage(row, FailedState.OPEN, 0, "invalid", None, None, Message(body), len(body), (first,))
    screen.workspace.show_message(one)
    repair = screen.workspace.repair
    repair.fields.fields["distance"].set_text("5.3")
    screen.messages.clear()
    screen.table.reload()
    screen.answer_pages()
    assert screen.messages == []
    again = replace(row, attempts=2)
    screen.table.reload()
    asked = screen.pages[-1]
    screen.workspace.show_page(FailedPage(asked, (again, *screen.rows(asked)[1:]), 1_000, 0))
    assert screen.messages == [row.key]
    screen.workspace.show_message(replace(one, row=again, retries=1, tries=(replace(first, number=2), first)))
    assert repair.tries_count.text() == "2"
    assert repair.fields.texts()["distance"] == "5.3"


def test_space_selects_and_the_selection_is_what_keys_act_on(screen: FailedScreen, qtbot: QtBot) -> None:
    screen.answer_pages()
    screen.table.choose(0)
    for _ in range(2):
        QTest.keyClick(screen.table, Qt.Key.Key_Space)
        QTest.keyClick(screen.table, Qt.Key.Key_Down)
    assert screen.workspace.list.bar.words == "2 selected"
    QTest.keyClick(screen.table, Qt.Key.Key_R)
    assert screen.retried == [tuple(sorted(keys_between(0, 2)))]
    screen.workspace.message_actions.show_done("retry", 2, 0, "", "")
    assert not screen.model.checked
    QTest.keyClick(screen.table, Qt.Key.Key_R)
    assert screen.retried[-1] == (screen.table.current_key,), "with none selected, the current one"


def test_what_was_not_acted_on_stays_selected(screen: FailedScreen) -> None:
    screen.answer_pages()
    screen.model.check(keys_between(0, 4))
    screen.workspace.repair.retry_requested.emit(keys_between(2, 3)[0])
    screen.workspace.message_actions.show_done("retry", 1, 0, "", "")
    assert screen.model.checked == set(keys_between(0, 4)) - set(keys_between(2, 3))


def test_a_click_on_the_box_selects(screen: FailedScreen) -> None:
    screen.answer_pages()
    box = screen.table.visualRect(screen.model.index(2, 0))
    QTest.mouseClick(screen.table.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(box.left() + 20, box.center().y()))
    assert screen.model.checked == {screen.row(2).key}


def test_all_that_match_are_selected_as_they_are_at_the_click(screen: FailedScreen) -> None:
    screen.answer_pages()
    QTest.keyClick(screen.table, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert screen.keys_asked == [(CHECK, FailedFilter(FAR))]
    screen.workspace.message_actions.take_keys(CHECK, keys_between(0, 1_000))
    assert screen.workspace.list.bar.words == "1,000 selected"
    screen.newer = 3  # later arrivals stay out
    screen.table.reload()
    screen.answer_pages()
    screen.workspace.list.bar.retry_button.click()
    assert set(screen.retried[0]) == set(keys_between(0, 1_000))
    QTest.keyClick(screen.table, Qt.Key.Key_Escape)
    assert not screen.model.checked


def test_all_that_match_are_sent_again_with_progress_and_cancel(screen: FailedScreen, qtbot: QtBot) -> None:
    screen.answer_pages()
    bar = screen.workspace.list.bar
    assert bar.retry_button.text() == "Retry all 1,000"
    bar.retry_button.click()
    assert screen.keys_asked == [(RETRY, FailedFilter(FAR))]
    screen.workspace.message_actions.take_keys(RETRY, keys_between(0, 1_000))
    assert len(screen.retried[0]) == 1_000
    screen.workspace.message_actions.show_progress("retry", 400, 1_000)
    assert bar.words == "Retrying: 400 of 1,000"
    assert not screen.workspace.repair.retry_button.isEnabled()
    with qtbot.waitSignal(screen.workspace.message_actions.cancel_requested, timeout=1_000):
        bar.cancel_button.click()
    screen.workspace.message_actions.show_done("retry", 400, 2, "Stopped.", "")
    notice = screen.workspace.list.strip.notice
    assert notice is not None
    assert notice.text == "400 retried. 2 were no longer on the list. Stopped."
    assert not bar.busy


def test_copies_that_stay_in_the_queue_are_a_remark_behind_what_was_done(screen: FailedScreen) -> None:
    screen.answer_pages()
    screen.workspace.message_actions.show_done("retry", 3, 0, "", "Copies stay in the failed queue.")
    notice = screen.workspace.list.strip.notice
    assert notice is not None
    assert (notice.kind, notice.text) == ("done", "3 retried. Copies stay in the failed queue.")
    screen.workspace.message_actions.show_done("read in", 3, 0, "", "2 could not be put on the list.")
    notice = screen.workspace.list.strip.notice
    assert notice is not None
    assert (notice.kind, notice.text) == ("problem", "3 fetched. 2 could not be put on the list.")


def test_a_discard_names_the_number_and_enter_keeps_them(screen: FailedScreen, qtbot: QtBot) -> None:
    screen.answer_pages()
    screen.workspace.list.bar.discard_button.click()
    assert screen.keys_asked == [(DISCARD, FailedFilter(FAR))]
    screen.workspace.message_actions.take_keys(DISCARD, keys_between(0, 1_000))
    dialog = screen.discard_dialog()
    assert dialog.accessibleName() == "Discard 1,000 messages?"
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert screen.discarded == []
    screen.table.choose(1)
    QTest.keyClick(screen.table, Qt.Key.Key_Delete)
    dialog = screen.discard_dialog()
    assert dialog.discard_button.text() == "&Discard 1 message"
    dialog.discard_button.click()
    assert screen.discarded == [(screen.row(1).key,)]


def test_text_filters_in_sql_and_what_was_selected_before_is_let_go(screen: FailedScreen) -> None:
    screen.answer_pages()
    QTest.keyClick(screen.table, Qt.Key.Key_Space)
    search = screen.workspace.list.search
    QTest.keyClicks(search, "tess ")
    QTest.keyClick(search, Qt.Key.Key_Return)  # at once
    assert screen.pages[-1].wanted == FailedFilter(FAR, "tess")
    assert not screen.model.checked
    screen.answer_pages(count=0)
    assert screen.workspace.list.state.title == "No message matches"
    screen.workspace.list.state.button.click()
    screen.qtbot.waitUntil(lambda: screen.pages[-1].wanted == FailedFilter(FAR), timeout=3_000)


def test_all_causes_are_one_list_too(screen: FailedScreen) -> None:
    view = screen.workspace.groups.view
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_Home)
    assert screen.pages[-1].wanted == FailedFilter()
    screen.answer_pages(count=1_003)
    QTest.keyClick(view, Qt.Key.Key_Right)
    assert screen.table.hasFocus()


def test_a_cause_that_is_gone_leaves_the_choice_to_the_largest(screen: FailedScreen) -> None:
    screen.workspace.groups.choose(NO_DURATION)
    screen.show_groups((NO_DURATION, 2), (FAR, 1_000))
    assert screen.workspace.groups.code == NO_DURATION
    screen.show_groups((FAR, 1_000))
    assert screen.workspace.groups.code == FAR


def test_nothing_failed_loading_and_unreadable_are_told_apart(theme: Theme, qtbot: QtBot) -> None:
    screen = FailedScreen(theme, qtbot)
    state = screen.workspace.list.state
    assert state.title == "Reading the failed list"
    screen.workspace.show_reading_problem(StoreUnavailableError("The results database is locked."))
    assert state.title == "The failed list cannot be read"
    assert "is locked" in state.accessibleName()
    with qtbot.waitSignal(screen.workspace.refresh_requested, timeout=1_000):
        state.button.click()
    screen.show_groups()
    screen.table.reload()
    screen.answer_pages(count=0)
    assert state.title == "Nothing on the failed list"


def test_copies_that_only_the_broker_has_are_offered_and_can_be_put_away(screen: FailedScreen, qtbot: QtBot) -> None:
    screen.answer_pages()
    strip = screen.workspace.list.strip
    screen.workspace.message_actions.show_unseen(12)
    assert strip.isVisible()
    assert strip.accessibleName() == "The broker's failed queue has 12 more than this list."
    strip.close_button.click()
    assert not strip.isVisible()
    screen.workspace.message_actions.show_unseen(13)
    with qtbot.waitSignal(screen.workspace.message_actions.read_in_requested, timeout=1_000):
        strip.button.click()
    screen.workspace.message_actions.show_done("read in", 13, 0, "", "")
    screen.workspace.message_actions.show_unseen(0)
    assert strip.notice is not None
    assert strip.notice.text == "13 fetched."


def test_who_only_looks_on_can_read_but_not_act(screen: FailedScreen) -> None:
    screen.answer_pages()
    screen.workspace.message_actions.set_why_not(READ_ONLY)
    QTest.keyClick(screen.table, Qt.Key.Key_R)
    QTest.keyClick(screen.table, Qt.Key.Key_Delete)
    assert screen.retried == []
    assert screen.find_discard_dialog() is None
    assert not screen.workspace.list.bar.retry_button.isEnabled()


def test_each_button_says_what_it_does_or_why_it_cannot(theme: Theme, screen: FailedScreen) -> None:
    bar, repair, acts = screen.workspace.list.bar, screen.workspace.repair, screen.workspace.message_actions
    assert bar.retry_button.toolTip() == "There is no message to act on"
    assert screen.workspace.list.export_button.toolTip() == "There is no message to export"
    screen.answer_pages()
    body = b'{"type": "Running", "duration": 45, "distance": 5200}'
    screen.workspace.show_message(
        FailedMessage(screen.row(0), FailedState.OPEN, 0, "", None, None, Message(body), len(body), ())
    )
    buttons = (bar.retry_button, bar.discard_button, repair.resend_button, repair.retry_button, repair.discard_button)

    def tips() -> set[str]:
        return {button.toolTip().removeprefix(f"{button.accessibleName()}: ") for button in buttons}

    for why_not in (READ_ONLY, NOT_OPEN):
        acts.set_why_not(why_not)
        assert tips() == {why_not}
        assert not any(button.isEnabled() for button in buttons)
    acts.set_why_not("")
    assert all(button.isEnabled() for button in buttons)
    assert tips() == {RETRY_TIP, DISCARD_TIP, "Sends what is in the fields or the raw body, if it can be stored"}
    assert repair.back_button.toolTip() == "This is the first message"
    QTest.keyClick(screen.table, Qt.Key.Key_R)
    assert repair.resend_button.toolTip().endswith(BUSY)
    acts.end_busy()
    assert tips() == {RETRY_TIP, DISCARD_TIP, "Sends what is in the fields or the raw body, if it can be stored"}


def test_the_bad_value_is_called_missing_and_every_cell_can_be_read_out(screen: FailedScreen) -> None:
    screen.workspace.groups.choose(NO_DURATION)
    row = replace(failed_row(0), cause=cause_of(NO_DURATION), duration_min=None)
    screen.workspace.show_page(FailedPage(screen.pages[-1], (row,), 1))
    cell = screen.model.index(0, screen.model.place_of("Duration"))
    assert cell.data() == "missing"
    assert cell.data(Qt.ItemDataRole.AccessibleTextRole) == "Duration: missing"
    assert "Duration missing" in cell.data(Qt.ItemDataRole.ToolTipRole)


def test_a_message_is_opened_from_elsewhere(screen: FailedScreen) -> None:
    screen.answer_pages()
    key = keys_between(640, 641)[0]
    screen.workspace.open_message(key, FAR)
    assert screen.pages[-1].key == key
    assert screen.messages[-1] == key
    screen.answer_pages()
    assert screen.table.currentIndex().row() == 640


def test_a_message_is_opened_before_the_causes_are_known(theme: Theme, qtbot: QtBot) -> None:
    screen = FailedScreen(theme, qtbot)
    screen.counts = {FAR: 1_000, NO_DURATION: 1_003}
    key = keys_between(640, 641)[0]
    screen.workspace.open_message(key, FAR)
    assert screen.pages[-1].wanted == FailedFilter(FAR)
    screen.answer_pages()
    screen.show_groups((NO_DURATION, 1_003), (FAR, 1_000))
    screen.answer_pages()
    assert screen.workspace.groups.code == FAR
    assert screen.table.current_key == key
    assert screen.table.currentIndex().row() == 640


def test_everything_has_a_name(screen: FailedScreen) -> None:
    workspace: FailedWorkspace = screen.workspace
    for widget in (workspace.groups.view, screen.table, workspace.list.search, workspace.list.export_button):
        assert widget.accessibleName()
    group = workspace.groups.model.rows[1].group
    assert group is not None
    spoken = workspace.groups.model.index(1, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken.startswith(f"{group.cause.title}, 1,000 messages, Needs an edit, last at ")


def test_pages_know_what_they_were_asked() -> None:
    asked = PageAsked(FailedFilter(), 1, 3, False)
    assert asked.first == 600
    row: FailedRow = failed_row(0)
    assert FailedPage(asked, (row,)).count is None
