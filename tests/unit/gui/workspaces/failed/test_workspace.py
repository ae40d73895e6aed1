"""The Failed workspace as a whole: the menus of its rows, its commands, and what is said while nothing can be read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QStatusTipEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from core.errors import StoreUnavailableError
from core.failures.corrections import BulkFixProposal, CommonMistake, FieldCorrection, ProposedCorrection
from core.failures.models import FailedFilter
from gui.formatting import READ_ONLY
from gui.frame.actions import CommandAction
from gui.theme.theme import Theme
from gui.widgets.row_menu import RowMenu
from gui.workspaces.failed.actions import NONE_SHARED, NOT_CONNECTED, RETRY
from gui.workspaces.failed.messages.action_bar import BUSY, NO_MESSAGE
from gui.workspaces.failed.workspace import FailedWorkspace
from tests.support.failed_screen import FAR, T0, FailedScreen

NO_DURATION, LATE, NO_JSON = "invalid/duration/missing", "invalid/timestamp/future", "undecodable/json"


class Workspace(FailedWorkspace):
    """Remembers what it was asked to show in the status bar."""

    said = ""

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QStatusTipEvent) and event.tip():
            self.said = event.tip()
        return super().event(event)


@pytest.fixture
def screen(theme: Theme, qtbot: QtBot) -> FailedScreen:
    screen = FailedScreen(theme, qtbot, Workspace(theme, now_ms=lambda: T0, zone=UTC))
    screen.show_groups((FAR, 12), (NO_DURATION, 3))
    screen.answer_pages()
    return screen


def said(screen: FailedScreen) -> str:
    assert isinstance(screen.workspace, Workspace)
    return screen.workspace.said


def opened(menu: RowMenu) -> list[tuple[str, bool]]:
    """By Shift+F10."""
    table = menu.parent()
    assert isinstance(table, QWidget)
    QTest.keyClick(table, Qt.Key.Key_F10, Qt.KeyboardModifier.ShiftModifier)
    return [(entry.text(), entry.isEnabled()) for entry in menu.actions()]


def choose(menu: RowMenu, words: str) -> None:
    next(entry for entry in menu.actions() if entry.text().replace("&", "").startswith(words)).trigger()
    menu.close()


def far_metres(screen: FailedScreen, count: int) -> BulkFixProposal:
    proposals = [
        ProposedCorrection(screen.row(number), 5_200.0, FieldCorrection(screen.row(number).key, 0, "distance", 5.2))
        for number in range(count)
    ]
    return BulkFixProposal(CommonMistake.METRES, FailedFilter(FAR), count, count, tuple(proposals), {})


def test_that_the_menu_of_a_message_does_what_the_buttons_do(screen: FailedScreen) -> None:
    table, row = screen.table, screen.row(2)
    table.choose(2)
    assert opened(table.menu) == [
        ("&Repair\tEnter", True),
        ("Re&try\tR", True),
        ("&Discard…\tDel", True),
        ("&Use again\tU", True),
        ("&Show timeline", True),
        ("Copy r&eason", True),
        ("&Copy row\tCtrl+C", True),
        ("Copy &id", True),
    ]
    timelines: list[str] = []
    screen.workspace.timeline_requested.connect(timelines.append)
    choose(table.menu, "Show timeline")
    assert timelines == [row.message_id]
    again: list[str] = []
    screen.workspace.again_requested.connect(again.append)
    choose(table.menu, "Use again")
    QTest.keyClick(table, Qt.Key.Key_U)
    assert again == [row.message_id] * 2
    choose(table.menu, "Copy reason")
    assert QApplication.clipboard().text() == row.reason
    choose(table.menu, "Copy row")
    assert QApplication.clipboard().text().endswith(f"\t{row.reason}")
    choose(table.menu, "Repair")
    assert screen.messages[-1] == row.key
    choose(table.menu, "Discard")
    screen.discard_dialog().discard_button.click()
    assert screen.discarded == [(row.key,)]


def test_that_the_menu_acts_on_its_row_whatever_is_checked(screen: FailedScreen) -> None:
    table = screen.table
    screen.model.check([screen.row(7).key, screen.row(8).key])
    table.choose(2)
    assert [text for text, _ in opened(table.menu)][1:3] == ["Re&try", "&Discard…"]  # the keys act on what is checked
    choose(table.menu, "Retry")
    assert screen.retried == [(screen.row(2).key,)]


def test_that_the_menu_of_a_cause_acts_on_all_its_messages(screen: FailedScreen) -> None:
    causes = screen.workspace.groups.view
    screen.workspace.groups.choose(NO_DURATION)
    screen.answer_pages()
    screen.workspace.list.search.setText("ana")  # does not narrow what the menu acts on
    assert opened(causes.menu) == [
        ("&Show its messages\tEnter", True),
        ("Re&try all 3", True),
        (f"Con&vert: {NONE_SHARED}", False),
        ("&Copy row\tCtrl+C", True),
    ]
    choose(causes.menu, "Retry all 3")
    assert screen.keys_asked[-1] == (RETRY, FailedFilter(NO_DURATION))
    choose(causes.menu, "Copy row")
    copied = QApplication.clipboard().text().split("\t")
    assert copied[:3] == ["Duration missing", "3 messages", "Needs an edit"]
    choose(causes.menu, "Show its messages")
    assert screen.workspace.focusWidget() is screen.table
    screen.workspace.groups.choose(None)
    assert opened(causes.menu)[1] == ("Re&try all 15", True)


def test_that_a_mistake_that_is_found_while_the_menu_is_open_can_be_converted(screen: FailedScreen) -> None:
    menu = screen.workspace.groups.view.menu
    screen.workspace.groups.choose(FAR)
    opened(menu)
    screen.workspace.message_actions.show_findings(far_metres(screen, 5))
    assert menu.actions()[2].text() == "Con&vert 5 to km…"
    choose(menu, "Convert 5")
    assert screen.convert_dialog().isVisible()


@pytest.mark.parametrize("why_not", [READ_ONLY, BUSY])
def test_that_what_cannot_be_done_says_why_in_menus_palette_and_to_keys(screen: FailedScreen, why_not: str) -> None:
    acts = screen.workspace.message_actions
    if why_not == BUSY:
        acts.retry((screen.row(0).key,))
    else:
        acts.set_why_not(why_not)
    screen.retried.clear()
    screen.table.choose(1)
    entries = opened(screen.table.menu)
    assert entries[0][1]
    assert entries[1:3] == [(f"Re&try: {why_not}", False), (f"&Discard: {why_not}", False)]
    screen.table.menu.close()
    assert opened(screen.workspace.groups.view.menu)[1:3] == [
        (f"Re&try all 12: {why_not}", False),
        (f"Con&vert: {why_not}", False),
    ]
    screen.workspace.groups.view.menu.close()
    for key in (Qt.Key.Key_R, Qt.Key.Key_Delete):
        assert isinstance(screen.workspace, Workspace)
        screen.workspace.said = ""
        QTest.keyClick(screen.table, key)
        assert said(screen) == why_not
    assert screen.retried == screen.discarded == []
    assert screen.find_discard_dialog() is None
    assert reasons(screen.workspace.command_actions) == {
        "Retry": why_not,
        "Discard": why_not,
        "Convert": why_not,
        "Fetch": why_not,
    }


def test_that_without_the_broker_a_message_can_only_be_discarded(screen: FailedScreen) -> None:
    acts, bar, repair, strip = (
        screen.workspace.message_actions,
        screen.workspace.list.bar,
        screen.workspace.repair,
        screen.workspace.list.strip,
    )
    acts.show_findings(far_metres(screen, 5))
    acts.set_lost(True)
    screen.table.choose(1)
    entries = opened(screen.table.menu)
    assert entries[1:3] == [(f"Re&try: {NOT_CONNECTED}", False), ("&Discard…\tDel", True)]
    screen.table.menu.close()
    assert opened(screen.workspace.groups.view.menu)[1:3] == [
        (f"Re&try all 12: {NOT_CONNECTED}", False),
        (f"Con&vert 5 to km: {NOT_CONNECTED}", False),
    ]
    screen.workspace.groups.view.menu.close()
    assert reasons(screen.workspace.command_actions) == dict.fromkeys(("Retry", "Convert", "Fetch"), NOT_CONNECTED)
    for button in (bar.retry_button, repair.resend_button, repair.retry_button, strip.button):
        assert not button.isEnabled(), button.text()
        assert button.toolTip().endswith(NOT_CONNECTED)
    QTest.keyClick(screen.table, Qt.Key.Key_R)
    assert (said(screen), screen.retried) == (NOT_CONNECTED, [])
    assert bar.discard_button.isEnabled()
    assert repair.discard_button.isEnabled()
    QTest.keyClick(screen.table, Qt.Key.Key_Delete)
    assert screen.discard_dialog().isVisible()
    acts.set_lost(False)
    assert bar.retry_button.isEnabled()
    assert reasons(screen.workspace.command_actions) == {}


def reasons(actions: Sequence[object]) -> dict[str, str]:
    """By the first word of those that cannot be done."""
    commands = [each for each in actions if isinstance(each, CommandAction)]
    return {each.text().split()[0]: each.why_not() for each in commands if each.why_not()}


def test_that_commands_say_when_there_is_nothing_to_act_on(theme: Theme, qtbot: QtBot) -> None:
    screen = FailedScreen(theme, qtbot, Workspace(theme, now_ms=lambda: T0, zone=UTC))
    assert reasons(screen.workspace.command_actions) == {
        "Repair": NO_MESSAGE,
        "Retry": NO_MESSAGE,
        "Discard": NO_MESSAGE,
        "Use": NO_MESSAGE,
        "Convert": NONE_SHARED,
    }
    actions = {action.text().split()[0]: action for action in screen.workspace.command_actions}
    for word, why_not in (("Retry", NO_MESSAGE), ("Convert", NONE_SHARED), ("Discard", NO_MESSAGE)):
        actions[word].trigger()
        assert said(screen) == why_not


@pytest.mark.parametrize(
    ("code", "shown"), [(None, True), (FAR, False), (NO_DURATION, False), (LATE, True), (NO_JSON, True)]
)
def test_that_reasons_stand_where_the_cells_do_not_show_what_is_wrong(
    screen: FailedScreen, code: str | None, shown: bool
) -> None:
    screen.show_groups((FAR, 12), (NO_DURATION, 3), (LATE, 2), (NO_JSON, 2))
    screen.workspace.groups.choose(code)
    screen.answer_pages()
    table = screen.table
    assert (table.below is not None) is shown
    row = screen.row(0)
    if shown:
        assert table.below is not None
        assert table.below(row) == row.reason
    spoken = screen.model.index(0, screen.model.place_of("Athlete")).data(Qt.ItemDataRole.AccessibleTextRole)
    assert (row.reason in spoken) is shown
    assert row.reason in screen.model.index(0, 1).data(Qt.ItemDataRole.ToolTipRole)


def test_that_the_list_says_how_old_it_is(screen: FailedScreen) -> None:
    shown, workspace = screen.workspace.list, screen.workspace
    workspace.show_as_of("14:02:33")
    assert (shown.count_words, shown.foot_words) == ("12 as of 14:02", "12 messages as of 14:02:33, newest first")
    workspace.show_reading_problem(StoreUnavailableError("The results database is locked."))
    assert shown.foot_words == "The results database is locked."
    workspace.show_as_of("")
    screen.table.reload()
    screen.answer_pages()
    assert (shown.count_words, shown.foot_words) == ("12 messages", "12 messages, newest first")
    screen.show_groups()
    screen.answer_pages()
    assert shown.state.title == "Nothing on the failed list"
    workspace.show_as_of("14:02:33")
    assert shown.state.title == "Nothing on the failed list as of 14:02:33"


def test_that_the_focus_is_in_the_search_until_there_are_messages(theme: Theme, qtbot: QtBot) -> None:
    screen = FailedScreen(theme, qtbot, Workspace(theme, now_ms=lambda: T0, zone=UTC))
    workspace = screen.workspace
    workspace.focus_first()
    assert workspace.focusWidget() is workspace.list.search
    assert workspace.groups.view.isHidden()
    screen.show_groups((FAR, 12))
    screen.answer_pages()
    assert workspace.focusWidget() is screen.table
    screen.show_groups()
    assert workspace.groups.view.isHidden()


@pytest.mark.parametrize(("width_px", "shown"), [(1192, "15 as of 14:02"), (944, "as of 14:02")])
def test_that_the_head_of_the_causes_has_room_for_their_age(
    screen: FailedScreen, qtbot: QtBot, width_px: int, shown: str
) -> None:
    groups = screen.workspace.groups
    screen.workspace.resize(width_px, 700)
    screen.workspace.show_as_of("14:02:33")
    labels = [label for label in (groups._total, groups._in_all) if label.isVisible()]
    assert " ".join(label.text() for label in labels) == shown
    qtbot.waitUntil(lambda: all(label.width() >= label.sizeHint().width() for label in labels))
