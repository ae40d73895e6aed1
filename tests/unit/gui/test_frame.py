"""The frame: what it shows for each view, what it asks for, and that it fits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QStatusTipEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from core.events import ConnectionState, WorkerState
from core.live.ledger import BalanceStatus, Ledger, LedgerView
from core.live.workers import LiveWorker
from gui.formatting import READ_ONLY
from gui.frame.actions import FrameActions
from gui.frame.banner import Banner, DetailsDialog
from gui.frame.command_palette import Command, CommandPalette, matching
from gui.frame.connection_pill import ConnectionPill
from gui.frame.ledger_strip import FULL, SHORT, TIGHT, VERDICT_ONLY, LedgerStrip
from gui.frame.main_window import MainWindow
from gui.frame.shortcuts_dialog import ShortcutsDialog
from gui.frame.status_bar import entries_of
from gui.frame.view_models import (
    BannerView,
    ConnectionView,
    Offer,
    StatusView,
    WorkerButtonView,
    age_text,
    rate_text,
)
from gui.frame.worker_menu import WorkerMenu, work_words
from gui.frame.workspace_entry import WorkspaceEntry
from gui.shortcuts import DRAINS, SHORTCUTS, Scope, listed
from gui.theme.theme import TEXT_FACTORS, Theme
from gui.widgets import KeyCap
from gui.widgets.announcements import Announcements
from gui.workspaces.pipeline.workers.actions import actions_of
from gui.workspaces.pipeline.workers.worker_row import WorkerRow
from tests.support.fonts import room_for
from tests.support.painted_text import painted_texts
from tests.support.screen_audit import cut_texts, over_each_other, tab_stops

ONLINE = ConnectionView("RabbitMQ", "localhost:5672", ConnectionState.ONLINE, "DEMO")
NOTHING = replace(Ledger().view(0, live=True), is_counted=True)
BUSY = replace(NOTHING, accepted=12_482, stored=12_437, failed=3, waiting=38, running=4, duplicates=6)
NOT_BUILT = "nowhere:Nothing"  # the window itself builds no workspace
OFFLINE = BannerView(
    "offline",
    "Could not reach RabbitMQ.",
    "3 workouts are kept here.",
    "offline",
    4,
    ("reconnect", "connect_to"),
    "timed out",
)


@pytest.fixture
def window(theme: Theme, qtbot: QtBot) -> MainWindow:
    page = QWidget()
    field = QLineEdit()
    field.setAccessibleName("Athlete")
    QVBoxLayout(page).addWidget(field)
    fill = QAction("Fill in a sample", page)
    fill.setProperty("group", "Console")
    entries = [
        WorkspaceEntry("console", "Console", "view-dashboard-outline", NOT_BUILT),
        WorkspaceEntry("failed", "Failed", "alert-outline", NOT_BUILT),
        WorkspaceEntry("demo", "Demo", "play-circle-outline", NOT_BUILT),
    ]
    window = MainWindow(theme, entries)
    window.fill("console", page, [fill])
    window.fill("failed", QWidget(), [])
    qtbot.addWidget(window)
    window.top_bar.show_connection(ONLINE)
    window.top_bar.show_ledger(BUSY)
    window.show_worker(WorkerButtonView((WorkerState.RUNNING,), busy=True, prefetch=500))
    window.show()
    qtbot.waitExposed(window)
    return window


def page_of(window: MainWindow, key: str) -> QWidget:
    page = window._areas[key].widget()
    assert isinstance(page, QWidget)
    return page


# --- views -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "title"),
    [
        (ConnectionState.ONLINE, "RabbitMQ"),
        (ConnectionState.CONNECTING, "Connecting"),
        (ConnectionState.BLOCKED, "Blocked"),
        (ConnectionState.OFFLINE, "Offline"),
        (ConnectionState.REFUSED, "Refused"),
    ],
)
def test_that_the_pill_says_each_state(window: MainWindow, state: ConnectionState, title: str) -> None:
    window.top_bar.show_connection(replace(ONLINE, state=state))
    pill = window.top_bar.pill
    assert pill.text() == f"{title} localhost:5672"
    assert pill.accessibleName() == f"Connection: RabbitMQ at localhost:5672, {state.value}"


def test_that_the_environment_is_a_badge_only_where_there_is_one(window: MainWindow) -> None:
    assert window.top_bar.badge.isVisible()
    assert window.top_bar.badge.accessibleName() == "Environment: DEMO"
    window.top_bar.show_connection(replace(ONLINE, environment=""))
    assert not window.top_bar.badge.isVisible()


@pytest.mark.parametrize(
    ("view", "as_of", "said"),
    [
        (NOTHING, "", "balances, nothing sent yet"),
        (BUSY, "", "balances, 6 duplicates absorbed"),
        (replace(BUSY, duplicates=1), "", "balances, 1 duplicate absorbed"),
        (replace(BUSY, duplicates=0), "", "balances, no duplicates"),
        (replace(BUSY, verdict=BalanceStatus.CHECKING, off_by=7), "", "checking, 6 duplicates absorbed"),
        (replace(BUSY, verdict=BalanceStatus.MISSING, off_by=1_234), "", "1,234 missing, 6 duplicates absorbed"),
        (replace(BUSY, doubled=5), "", "5 doubled, 6 duplicates absorbed"),
        (replace(BUSY, lost=15, doubled=5), "", "15 lost, 5 doubled"),
        (replace(BUSY, pending=3), "", "balances, 6 duplicates absorbed"),
        (replace(BUSY, as_of_ms=1), "18:23:58", "balances, as of 18:23:58"),
    ],
)
def test_that_the_ledger_says_whether_it_balances(window: MainWindow, view: LedgerView, as_of: str, said: str) -> None:
    window.top_bar.show_ledger(view, as_of)
    words = window.top_bar.ledger.accessibleName()
    assert words.endswith(f"; {said}")
    assert ("kept here" in words) == (bool(view.pending) or bool(as_of))


RUN, HALT, DRAIN, STOP = WorkerState.RUNNING, WorkerState.PAUSED, WorkerState.DRAINING, WorkerState.STOPPED


@pytest.mark.parametrize(
    ("states", "title", "possible"),
    [
        ((), "No worker here", ""),
        ((RUN,), "Worker running", "stop pause drain"),
        ((HALT,), "Worker paused", "stop resume drain"),
        ((WorkerState.ON_HOLD,), "Worker on hold", "stop"),
        ((DRAIN,), "Worker draining", "stop"),
        ((STOP,), "Worker stopped", "start"),
        ((RUN, HALT, STOP, STOP, DRAIN), "1 of 5 running", "start stop pause drain"),
        ((HALT, STOP), "0 of 2 running", "start stop resume drain"),
        ((STOP, STOP), "2 workers stopped", "start"),
        ((RUN, RUN), "2 of 2 running", "stop pause drain"),
    ],
)
def test_that_the_worker_buttons_say_and_offer_what_is_so(
    window: MainWindow, states: tuple[WorkerState, ...], title: str, possible: str
) -> None:
    window.show_worker(WorkerButtonView(states, busy=True))
    bar, actions = window.top_bar, window.frame_actions
    assert bar.worker.accessibleName() == title
    assert " ".join(action.data() for action in actions.worker.actions() if action.isEnabled()) == possible
    assert bar.pause.isEnabled() is bar.drain.isEnabled() is actions.pause.isEnabled()
    assert bar.pause.accessibleName() == ("Resume" if "resume" in possible else "Pause")


def test_that_a_worker_without_work_is_ready() -> None:
    assert WorkerButtonView((RUN,)).title == "Worker ready"


def test_that_every_state_of_a_worker_has_its_place() -> None:
    assert [WorkerButtonView((state,)).state for state in WorkerState] == list(WorkerState)


def test_that_drain_is_said_in_one_way(window: MainWindow) -> None:
    row = WorkerRow(LiveWorker("w", RUN), "w", "", own=True, can_act=True)
    said = [window.frame_actions.drain.text(), window.top_bar.drain.toolTip(), actions_of(row)[1].words]
    said += [each.words for own in SHORTCUTS.values() for each in own.values()]
    assert len([words for words in said if DRAINS in words]) == 5
    assert not [words for words in said if "drain" in words.lower() and DRAINS not in words]


def test_that_the_status_line_says_what_is_known() -> None:
    def said(view: StatusView) -> list[str]:
        return [entry.text for entry in entries_of(view)]

    empty = StatusView(files_in="~/.local/share/paceline")
    assert said(empty) == ["No events yet", "Outbox 0", "Depth 0", "Files in ~/.local/share/paceline"]
    busy = StatusView(0.1, 0, 38, in_per_s=43.6, out_per_s=44.4)
    assert said(busy) == ["Last event 0.1 s ago", "Outbox 0", "Depth 38", "In 43.6/s", "Out 44.4/s"]
    away = StatusView(32, 3, 63, "18:23:58", connected=False)
    assert said(away) == ["Last event 32 s ago", "Outbox 3", "Depth 63 at 18:23:58", "Not connected"]
    assert [entry.tray for entry in entries_of(away)] == [False, True, False, False]
    assert said(StatusView(1, 0, None)) == ["Last event 1.0 s ago", "Outbox 0", "Depth not known"]
    unknown = StatusView(1, 0, None, connected=False)
    assert said(unknown) == ["Last event 1.0 s ago", "Outbox 0", "Depth not known", "Not connected"]


def test_that_ages_and_rates_are_short() -> None:
    assert [age_text(s) for s in (-1, 0.04, 9.94, 9.96, 119, 120, 7_000, 7_300)] == [
        *("0.0 s", "0.0 s", "9.9 s", "10 s", "119 s", "2 min", "117 min", "2 h")
    ]
    assert [rate_text(rate) for rate in (0, 999.94, 999.96, 12_345.6)] == ["0.0/s", "999.9/s", "1,000/s", "12,346/s"]


# --- fitting -----------------------------------------------------------------------------------------------------


def test_that_each_level_of_the_ledger_is_narrower(theme: Theme, qtbot: QtBot) -> None:
    strip = LedgerStrip(theme)
    qtbot.addWidget(strip)
    strip.show_view(replace(BUSY, pending=3, as_of_ms=1), "18:23:58")
    widths = [strip.width_at(level) for level in range(FULL, VERDICT_ONLY + 1)]
    assert widths == sorted(widths, reverse=True)
    assert len(set(widths)) == len(widths)


@pytest.mark.parametrize("width_px", [1280, 1024, 900, 720])
@pytest.mark.parametrize("pending", [0, 3])
@pytest.mark.parametrize("million", [0, 1_000_000])
@pytest.mark.parametrize("lost", [0, 1_500])
@pytest.mark.parametrize("factor", [1.0, TEXT_FACTORS[-1]])
def test_that_nothing_in_the_top_bar_overlaps(
    window: MainWindow, theme: Theme, width_px: int, pending: int, million: int, lost: int, factor: float
) -> None:
    theme.set_text_factor(factor)
    window.top_bar.show_ledger(
        replace(
            BUSY,
            accepted=BUSY.accepted + million,
            stored=BUSY.stored + million,
            pending=pending,
            lost=lost,
            doubled=lost,
        )
    )
    window.top_bar.show_connection(ConnectionView("RabbitMQ", "broker.gym.lan:5672", ConnectionState.OFFLINE, "DEMO"))
    window.resize(width_px, 700)
    bar = window.top_bar
    parts = [bar.pill, bar.badge, bar.ledger, bar.worker, bar.pause, bar.drain]
    edges = [(part.geometry().left(), part.geometry().right()) for part in parts]
    assert all(right < left for (_, right), (left, _) in pairwise(edges))
    assert edges[0][0] == 12
    assert edges[-1][1] <= bar.width() - 12


@pytest.mark.parametrize("place", ["this computer", "localhost:5672"])
def test_that_the_pill_says_where_whole_or_shortened_or_not(theme: Theme, qtbot: QtBot, place: str) -> None:
    pill = ConnectionPill(theme)
    qtbot.addWidget(pill)
    pill.show_view(replace(ONLINE, place=place))

    def said(width_px: int) -> str:
        pill.resize(width_px, pill.height())
        title, *places = [painted.text for painted in painted_texts(pill) if painted.text]
        assert title == pill.view.title
        return "".join(places)

    assert said(pill.width_full()) == place
    assert (said(pill.width_full() - 8) == "") == (place == "this computer")
    assert said(pill.width_least()) == ""


def test_that_1280_shows_all_and_1024_shortens(window: MainWindow, theme: Theme) -> None:
    window.resize(room_for(theme, 1280), 800)
    assert (window.top_bar.ledger.level, window.top_bar.worker.text()) == (FULL, "Worker running")
    assert window.top_bar.pause.toolTip() == ""
    window.resize(1024, 700)
    assert window.top_bar.ledger.level in (TIGHT, SHORT)
    assert (window.top_bar.worker.text(), window.top_bar.worker.toolTip()) == ("Running", "Worker running")
    assert window.top_bar.pause.toolTip() == "Pause"
    assert window.top_bar.pill.width() == window.top_bar.pill.width_full()


def test_that_a_workspace_announced_without_its_widget_is_filled_later(theme: Theme, qtbot: QtBot) -> None:
    window = MainWindow(
        theme,
        [
            WorkspaceEntry("console", "Console", "view-dashboard-outline", NOT_BUILT),
            WorkspaceEntry("failed", "Failed", "alert-outline", NOT_BUILT),
        ],
    )
    qtbot.addWidget(window)
    window.show()
    window.show_workspace("failed")
    page, retry = QLineEdit(), QAction("Retry all", window)
    window.fill("failed", page, [retry])
    qtbot.waitUntil(page.isVisible)
    assert retry in window.actions()
    with pytest.raises(KeyError):
        window.fill("nothing", QWidget(), [])


def test_that_a_workspace_larger_than_the_window_scrolls(window: MainWindow, qtbot: QtBot) -> None:
    window.show_workspace("failed")
    page = page_of(window, "failed")
    page.setMinimumSize(900, 600)
    window.resize(720, 480)
    qtbot.waitUntil(lambda: page.width() == 900)
    assert page.height() == 600
    assert window.width() == 720


# --- wishes ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("press", "action"),
    [
        (lambda w: w.top_bar.pill, "connect_to"),
        (lambda w: w.top_bar.pause, "pause"),
        (lambda w: w.top_bar.drain, "drain"),
        (lambda w: w.rail._settings, "settings"),
        (lambda w: w.status_bar.shortcuts, "shortcuts"),
    ],
)
def test_that_a_click_asks(
    window: MainWindow, qtbot: QtBot, press: Callable[[MainWindow], QWidget], action: str
) -> None:
    with qtbot.waitSignal(getattr(window.frame_actions, action).triggered):
        qtbot.mouseClick(press(window), Qt.MouseButton.LeftButton)


def test_that_pause_resumes_a_paused_worker(window: MainWindow, qtbot: QtBot) -> None:
    window.show_worker(WorkerButtonView((WorkerState.PAUSED,)))
    with qtbot.waitSignal(window.frame_actions.worker.triggered) as asked:
        qtbot.mouseClick(window.top_bar.pause, Qt.MouseButton.LeftButton)
    assert asked.args[0].data() == "resume"
    assert asked.args[0].shortcut().toString() == "Ctrl+P"


@pytest.mark.parametrize("mode", ["dark", "light", "system"])
def test_that_a_theme_can_be_chosen(window: MainWindow, qtbot: QtBot, mode: str) -> None:
    chosen = next(action for action in window.frame_actions.theme.actions() if action.data() == mode)
    with qtbot.waitSignal(window.frame_actions.theme.triggered) as asked:
        chosen.trigger()
    assert asked.args == [chosen]


@pytest.mark.parametrize(
    ("key", "before", "factor"),
    [
        (Qt.Key.Key_Plus, 1.0, 1.1),
        (Qt.Key.Key_Equal, 1.1, 1.25),
        (Qt.Key.Key_Minus, 1.25, 1.1),
        (Qt.Key.Key_0, 1.25, None),
    ],
)
def test_that_ctrl_plus_minus_and_0_change_the_size_of_texts(
    window: MainWindow, theme: Theme, qtbot: QtBot, key: Qt.Key, before: float, factor: float | None
) -> None:
    theme.set_text_factor(before)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    with qtbot.waitSignal(window.text_factor_chosen) as chosen:
        qtbot.keyClick(window, key, Qt.KeyboardModifier.ControlModifier)
    assert chosen.args == [factor]
    assert theme.text_factor == (factor or 1.0)


def test_that_ctrl_and_a_number_lead_to_a_workspace(window: MainWindow, qtbot: QtBot) -> None:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    with qtbot.waitSignal(window.workspace_shown) as shown:
        qtbot.keyClick(window, Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    assert shown.args == ["demo"] == [window.workspace]
    assert window.rail.item("demo").isChecked()


def test_that_the_rail_leads_to_a_workspace_and_counts(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.mouseClick(window.rail.item("failed"), Qt.MouseButton.LeftButton)
    assert window.workspace == "failed"
    window.rail.set_count("failed", 1_204)
    assert window.rail.item("failed").accessibleName() == "Failed, 1,204"
    window.rail.set_count("failed", 0)
    assert window.rail.item("failed").accessibleName() == "Failed"
    with pytest.raises(KeyError):
        window.show_workspace("nowhere")


def test_that_the_worker_menu_offers_what_is_possible(theme: Theme, qtbot: QtBot) -> None:
    view = WorkerButtonView((WorkerState.RUNNING,), prefetch=77, simulated_work="0.5:2.5")
    actions = FrameActions([], theme)
    menu = WorkerMenu(theme, actions)
    qtbot.addWidget(menu)
    actions.show_worker(view)
    menu.show_view(view)
    start, stop = menu.actions()[:2]
    assert (start.isEnabled(), stop.isEnabled()) == (False, True)
    chosen: list[object] = []
    menu.prefetch_chosen.connect(chosen.append)
    menu.simulated_work_chosen.connect(chosen.append)
    prefetch, work = menu._prefetch, menu._work
    assert [action.text() for action in prefetch.actions() if action.isChecked()] == ["77 at a time"]
    assert [action.text() for action in work.actions() if action.isChecked()] == ["0.5 to 2.5 s a workout"]
    prefetch.actions()[0].trigger()
    work.actions()[0].trigger()
    assert chosen == [1, ""]
    assert work_words("2") == "2 s a workout"


@pytest.mark.parametrize(
    ("states", "start", "stop"),
    [
        ((), f"&Start worker: {READ_ONLY}", f"S&top worker: {READ_ONLY}"),
        ((WorkerState.RUNNING,), "&Start worker: It is running", "S&top worker"),
        ((WorkerState.STOPPED,), "&Start worker", "S&top worker: It is stopped"),
        ((WorkerState.STOPPED,) * 3, "&Start worker", "S&top worker: All 3 are stopped"),
        ((WorkerState.RUNNING, WorkerState.PAUSED), "&Start worker: None of the 2 is stopped", "S&top worker"),
    ],
)
def test_that_the_worker_menu_says_why_not(
    theme: Theme, qtbot: QtBot, states: tuple[WorkerState, ...], start: str, stop: str
) -> None:
    actions = FrameActions([], theme)
    menu = WorkerMenu(theme, actions)
    qtbot.addWidget(menu)
    view = WorkerButtonView(states)
    actions.show_worker(view)
    menu.show_view(view)
    entries = menu.actions()[:2]
    assert [entry.text() for entry in entries] == [start, stop]
    asked: list[QAction] = []
    actions.worker.triggered.connect(asked.append)
    for entry in entries:
        entry.trigger()
    assert asked == [action for action in (actions.start, actions.stop) if action.isEnabled()]


# --- banner ------------------------------------------------------------------------------------------------------


def test_that_a_banner_shows_what_can_be_done(theme: Theme, qtbot: QtBot) -> None:
    banner = Banner(theme, FrameActions([], theme))
    qtbot.addWidget(banner)
    banner.show_view(OFFLINE)
    assert banner.isVisible()
    assert [offer for offer, button in banner.offers.items() if button.isVisible()] == ["reconnect", "connect_to"]
    assert banner.details.isVisible()
    assert banner.accessibleName() == "Could not reach RabbitMQ. 3 workouts are kept here."
    banner.show_view(None)
    assert not banner.isVisible()


@pytest.mark.parametrize(
    ("offer", "key"), [("reconnect", Qt.Key.Key_R), ("connect_to", Qt.Key.Key_O), ("start", Qt.Key.Key_K)]
)
def test_that_alt_and_a_letter_do_what_the_banner_offers(
    window: MainWindow, qtbot: QtBot, offer: Offer, key: Qt.Key
) -> None:
    window.show_worker(WorkerButtonView((WorkerState.STOPPED,)))
    window.show_banner(replace(OFFLINE, offers=("reconnect", offer)))
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    with qtbot.waitSignal(getattr(window.frame_actions, offer).triggered):
        qtbot.keyClick(window, key, Qt.KeyboardModifier.AltModifier)


def test_that_a_banner_is_announced_with_its_keys_once(window: MainWindow, qtbot: QtBot) -> None:
    spoken = Announcements(window)
    with qtbot.waitSignal(spoken.announced) as said:
        window.show_banner(OFFLINE)
        window.show_banner(replace(OFFLINE, text="4 workouts are kept here.", next_try_s=3))
    expected = "Could not reach RabbitMQ. 3 workouts are kept here. Try now (Alt+R). Change connection (Alt+O)."
    assert said.args == [expected]
    assert window.banner.accessibleDescription() == "Try now (Alt+R), Change connection (Alt+O)"
    with qtbot.waitSignal(spoken.announced) as said:
        window.show_banner(None)
        window.show_banner(OFFLINE)
    assert said.args == [expected]


def test_that_a_closed_banner_stays_closed_until_something_else_is_said(theme: Theme, qtbot: QtBot) -> None:
    banner = Banner(theme, FrameActions([], theme))
    qtbot.addWidget(banner)
    banner.show_view(OFFLINE)
    with qtbot.waitSignal(banner.dismissed) as closed:
        qtbot.mouseClick(banner.close_button, Qt.MouseButton.LeftButton)
    assert closed.args == ["offline"]
    banner.show_view(replace(OFFLINE, next_try_s=3))
    assert not banner.isVisible()
    banner.show_view(BannerView("damaged", "The settings file was damaged."))
    assert banner.isVisible()
    assert not any(button.isVisible() for button in banner.offers.values())


def test_that_a_narrow_banner_leaves_its_room_to_the_reason(window: MainWindow, qtbot: QtBot) -> None:
    window.show_banner(replace(OFFLINE, text="", next_try_s=None))
    window.resize(720, 480)
    button = window.banner.offers["connect_to"]
    qtbot.waitUntil(lambda: button.toolTip() == "Change connection")
    window.resize(room_for(window._theme, 1024), 480)
    qtbot.waitUntil(lambda: button.toolTip() == "")


@pytest.mark.parametrize("factor", [1.0, 1.5])
def test_that_a_long_problem_does_not_cut_what_follows_it(window: MainWindow, qtbot: QtBot, factor: float) -> None:
    """It stands on a line of its own then. A short one stays beside it, in one line."""
    window._theme.set_text_factor(factor)
    window.resize(room_for(window._theme, 1280), 800)
    banner, follows = window.banner, "New workouts are kept here and will be sent."
    window.show_banner(replace(OFFLINE, text=follows))
    qtbot.waitUntil(lambda: banner.words.y() == banner.headline.y() and banner.words.x() > 0)
    low_px = banner.height()
    problem = "The file results.db is not a database of Paceline, and is left as it is: choose another one, please."
    window.show_banner(replace(OFFLINE, headline=problem, text=follows))
    qtbot.waitUntil(lambda: banner.words.y() >= banner.headline.geometry().bottom())
    qtbot.waitUntil(lambda: banner.words.shown_text() == follows)
    qtbot.waitUntil(lambda: not cut_texts(banner))
    window.show_banner(replace(OFFLINE, text=follows))
    qtbot.waitUntil(lambda: banner.height() == low_px and banner.words.y() == banner.headline.y())


@pytest.mark.parametrize("text", ["", "New workouts are kept here and will be sent."])
def test_that_a_headline_longer_than_a_line_goes_on_in_a_second_one(
    window: MainWindow, qtbot: QtBot, text: str
) -> None:
    window.resize(1024, 700)
    banner = window.banner
    problem = "The file /home/coach/training/season/results.db is not a database of Paceline, and is left as it is."
    window.show_banner(replace(OFFLINE, headline=problem, text=text, details=problem))
    qtbot.waitUntil(lambda: "\n" in banner.headline.shown_text())
    assert banner.headline.shown_text().split() == problem.split()
    qtbot.waitUntil(lambda: not cut_texts(banner) and not over_each_other(banner))
    much = f"{problem} " * 6
    window.show_banner(replace(OFFLINE, headline=much, text=text, details=much))
    qtbot.waitUntil(lambda: banner.headline.shown_text().endswith("…"))
    assert banner.headline.shown_text().count("\n") == 1
    qtbot.waitUntil(lambda: not cut_texts(banner))
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.rail.setFocus()
    assert banner.details in tab_stops()
    qtbot.keyClick(banner.details, Qt.Key.Key_Space)
    dialog = window.findChild(DetailsDialog)
    assert dialog is not None
    assert dialog.text.toPlainText() == much


def test_that_a_workspace_has_the_focus_where_one_begins_and_then_where_it_was(window: MainWindow) -> None:
    fields = [QLineEdit() for _ in range(3)]
    page = QWidget()
    column = QVBoxLayout(page)
    for field in fields:
        column.addWidget(field)
    window.fill("demo", page, [], fields[1].setFocus)
    window.show_workspace("console")
    window.show_workspace("demo")
    assert window.focusWidget() is fields[1]
    fields[2].setFocus()
    window.show_workspace("console")
    window.show_workspace("demo")
    assert window.focusWidget() is fields[2]


def test_that_a_banner_can_be_opened_and_copied(window: MainWindow, qtbot: QtBot) -> None:
    window.show_banner(OFFLINE)
    assert window.frame_actions.reconnect.isEnabled()
    qtbot.mouseClick(window.banner.details, Qt.MouseButton.LeftButton)
    dialog = window.findChild(DetailsDialog)
    assert dialog is not None
    assert dialog.text.toPlainText() == "timed out"
    qtbot.mouseClick(dialog.copy, Qt.MouseButton.LeftButton)
    assert QApplication.clipboard().text() == "timed out"
    dialog.close()


# --- palette and shortcuts ---------------------------------------------------------------------------------------


def test_that_the_filter_finds_by_beginnings_and_keeps_the_order(qapp: QApplication) -> None:
    def command(words: str, group: str = "") -> Command:
        return Command(words, group, "", QAction(words, qapp))

    commands = [command("Stop worker", "Worker"), command("Theme of the system", "Look"), command("Start worker")]
    assert [found.words for found in matching(commands, "")] == ["Stop worker", "Theme of the system", "Start worker"]
    assert [found.words for found in matching(commands, "STA")] == ["Start worker"]
    assert [found.words for found in matching(commands, "work st")] == ["Stop worker", "Start worker"]
    assert [found.words for found in matching(commands, "look")] == ["Theme of the system"]
    assert next(found.words for found in matching(commands, "t")) == "Theme of the system"
    assert matching(commands, "xyz") == []


def _listed(palette: CommandPalette) -> list[str]:
    model = palette.list.model()
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def test_that_the_palette_runs_what_was_typed_and_gives_the_focus_back(window: MainWindow, qtbot: QtBot) -> None:
    field = page_of(window, "console").findChild(QLineEdit)
    assert field is not None
    field.setFocus()
    window.frame_actions.commands.trigger()
    palette = window.palette_overlay
    assert palette.isVisible()
    assert "Fill in a sample" in _listed(palette)
    # What cannot be done now comes last: it runs already, and nothing was done that could be undone.
    assert {"Start worker", SHORTCUTS[Scope.PROGRAM]["undo"].plain} == set(_listed(palette)[-2:])
    qtbot.keyClicks(palette.field, "stop")
    assert _listed(palette)[0] == "Stop worker"
    with qtbot.waitSignal(window.frame_actions.stop.triggered):
        qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert not palette.isVisible()
    assert window.focusWidget() is field


def test_that_the_palette_is_walked_by_keys_and_closed(window: MainWindow, qtbot: QtBot) -> None:
    window.frame_actions.commands.trigger()
    palette = window.palette_overlay
    for key, row in ((Qt.Key.Key_Up, 0), (Qt.Key.Key_Down, 1), (Qt.Key.Key_PageDown, 10), (Qt.Key.Key_Tab, 10)):
        qtbot.keyClick(palette.field, key)
        assert palette.list.currentIndex().row() == row
    qtbot.keyClicks(palette.field, "zzz")
    assert _listed(palette) == []
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert palette.isVisible()
    qtbot.keyClick(palette.field, Qt.Key.Key_Escape)
    assert not palette.isVisible()
    window.frame_actions.commands.trigger()
    qtbot.mouseClick(palette, Qt.MouseButton.LeftButton, pos=QPoint(5, palette.height() - 5))
    assert not palette.isVisible()


def test_that_a_console_without_workers_offers_nothing_of_theirs_to_choose(theme: Theme, qtbot: QtBot) -> None:
    menu = WorkerMenu(theme, FrameActions([], theme))
    qtbot.addWidget(menu)
    menu.show_view(WorkerButtonView())
    choices = [action for action in menu.actions() if action.menu() is not None]
    assert [(each.text(), each.isEnabled()) for each in choices] == [
        (f"&Prefetch: {READ_ONLY}", False),
        (f"Simulated &work: {READ_ONLY}", False),
    ]
    menu.show_view(WorkerButtonView((WorkerState.RUNNING,)))
    assert [(each.text(), each.isEnabled()) for each in choices] == [("&Prefetch", True), ("Simulated &work", True)]


@pytest.mark.parametrize(
    ("states", "hint"),
    [
        ((WorkerState.STOPPED,), "It is stopped"),
        ((WorkerState.DRAINING,), "It is draining"),
        ((WorkerState.STOPPED, WorkerState.DRAINING), "None of the 2 is running"),
    ],
)
def test_that_pause_and_drain_say_what_keeps_them(
    window: MainWindow, states: tuple[WorkerState, ...], hint: str
) -> None:
    window.show_worker(WorkerButtonView(states))
    for button in (window.top_bar.pause, window.top_bar.drain):
        assert not button.isEnabled()
        assert button.toolTip().endswith(hint)
    assert (window.frame_actions.pause.why_not(), window.frame_actions.drain.why_not()) == (hint, hint)


def test_that_what_cannot_be_done_says_why_in_the_palette_and_to_its_keys(window: MainWindow, qtbot: QtBot) -> None:
    window.show_worker(WorkerButtonView())
    line, palette = window.status_bar.line, window.palette_overlay
    field = page_of(window, "console").findChild(QLineEdit)
    assert field is not None
    triggered: list[QAction] = []
    window.frame_actions.worker.triggered.connect(triggered.append)
    qtbot.keyClick(field, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    assert line.text.startswith(READ_ONLY)
    line.show_note("")
    window.frame_actions.commands.trigger()
    qtbot.keyClicks(palette.field, "pause")
    index = palette.list.model().index(0, 0)
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == f"Pause worker: {READ_ONLY}"
    assert index.data(Qt.ItemDataRole.ToolTipRole) == READ_ONLY
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert palette.isVisible()
    assert line.text.startswith(READ_ONLY)
    assert triggered == []
    assert window.top_bar.pause.toolTip() == READ_ONLY
    assert window.top_bar.drain.toolTip() == READ_ONLY


def test_that_what_can_be_done_comes_before_what_cannot(window: MainWindow) -> None:
    window.frame_actions.commands.trigger()
    model = window.palette_overlay.list.model()
    why_not = [bool(model.index(row, 0).data(Qt.ItemDataRole.ToolTipRole)) for row in range(model.rowCount())]
    assert any(why_not)
    assert why_not == sorted(why_not)
    reasons = [model.index(row, 0).data(Qt.ItemDataRole.ToolTipRole) for row in range(model.rowCount())]
    assert {"It is running", "There is nothing to undo"} <= set(reasons)


def test_that_the_list_of_shortcuts_has_every_key(window: MainWindow, qtbot: QtBot) -> None:
    window.frame_actions.shortcuts.trigger()
    dialog = window.findChild(ShortcutsDialog)
    assert dialog is not None
    keys = {cap.text for cap in dialog.findChildren(KeyCap)}
    groups = listed(["Console", "Failed", "Demo"])
    assert keys == {key for group in groups.values() for each in group for key in each.keys.split()}
    assert {"Enter", "F1", "Ctrl+K", "Ctrl+3", "Alt+R", "Alt+O"} <= keys
    view = dialog.area.viewport()
    assert all(cap.mapTo(view, cap.rect().topRight()).x() < view.width() for cap in dialog.findChildren(KeyCap))
    dialog.close()


# --- window ------------------------------------------------------------------------------------------------------


def test_that_no_two_actions_share_a_key(window: MainWindow) -> None:
    keys = [action.shortcut().toString() for action in window.actions() if not action.shortcut().isEmpty()]
    assert len(set(keys)) == len(keys)


def test_that_the_layout_comes_back(window: MainWindow, qtbot: QtBot) -> None:
    window.resize(740, 520)  # the offscreen platform's screen has 800 x 800
    layout = window.save_layout()
    window.resize(780, 600)
    assert window.restore_layout(layout)
    qtbot.waitUntil(lambda: (window.width(), window.height()) == (740, 520))
    assert not window.restore_layout(b"")
    assert not window.restore_layout(b"rubbish")
    assert window.width() == 740


def test_that_every_control_has_a_name(window: MainWindow) -> None:
    window.show_banner(OFFLINE)
    controls = [*window.findChildren(QAbstractButton), *window.findChildren(QLineEdit), *window.findChildren(QComboBox)]
    assert [control for control in controls if not control.accessibleName()] == []
    assert len(controls) > 10


def test_that_closing_tells(window: MainWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.closed):
        window.close()


def test_that_the_window_paints_in_both_themes_without_a_warning(
    window: MainWindow, theme: Theme, qapp: QApplication
) -> None:
    theme.apply(qapp)
    window.show_banner(OFFLINE)
    window.rail.set_count("failed", 3)
    dark = window.grab().toImage()
    theme.set_mode("light")
    window.top_bar.show_connection(replace(ONLINE, state=ConnectionState.REFUSED))
    window.show_worker(WorkerButtonView((WorkerState.ON_HOLD,)))
    window.status_bar.line.show_view(StatusView(files_in="/a/rather/long/folder/" * 12))
    window.frame_actions.commands.trigger()
    light = window.grab().toImage()
    assert dark.pixelColor(700, 770).name().upper() == "#0E1318"
    assert light.pixelColor(30, 600) != dark.pixelColor(30, 600)


def test_that_what_was_just_done_is_said_first_in_the_status_bar_for_a_while(window: MainWindow, qtbot: QtBot) -> None:
    line = window.status_bar.line
    before = line.text
    field = window.findChild(QLineEdit)
    assert field is not None
    QApplication.sendEvent(field, QStatusTipEvent("The row is on the clipboard"))
    QApplication.sendEvent(field, QStatusTipEvent(""))  # from a menu that closes
    assert line.text == f"The row is on the clipboard | {before}"
    assert line.accessibleName().startswith("Status: The row is on the clipboard")
    window.status_bar.line.show_view(StatusView(outbox=7))
    assert line.text.startswith("The row is on the clipboard | ")
    assert line.note_timer.isActive()
    line.note_timer.start(1)
    qtbot.waitUntil(lambda: "clipboard" not in line.text)
