"""The panel of the flow, with keys, cards, dots and numbers as a person sees them."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from itertools import product

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QGraphicsItem, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from core.events import (
    BatchProcessed,
    Confirmed,
    ConnectionChanged,
    ConnectionState,
    OutcomeKind,
    PickedUp,
    WorkerHeartbeat,
    WorkerState,
)
from core.live.console_state import ConsoleState
from core.live.flow import Edge
from gui.frame.worker_names import WorkerNames
from gui.theme.motion import MotionSetting
from gui.theme.theme import Mode, Theme
from gui.widgets import Label
from gui.workspaces.demo.flow.cards import CARDS
from gui.workspaces.demo.flow.dots import MOST_DOTS, DotLayer
from gui.workspaces.demo.flow.items import PartItem
from gui.workspaces.demo.flow.panel import FlowPanel
from tests.support.flow_scene import PRODUCERS, SECONDS, Clock, flow_events, outcome, worker_names
from tests.support.painted_text import painted_texts
from tests.support.screen_audit import cut_texts, faint_texts, over_each_other, told, unnamed

SIZES = ((808, 376), (560, 330), (936, 300), (808, 450))
WINDOWS = {SIZES[0]: (1280, 800), SIZES[1]: (1024, 700), SIZES[2]: (1024, 700), SIZES[3]: (1280, 800)}
FACTORS = {SIZES[3]: (1.5,)}  # of the others those below
FRAME_MS = 16
MODES: tuple[Mode, ...] = ("dark", "light")
CHECKS = {"cut": cut_texts, "faint": faint_texts, "over": over_each_other, "unnamed": unnamed}


class Desk:
    """A panel in a window, with the state that it shows."""

    def __init__(self, qtbot: QtBot, theme: Theme, size: tuple[int, int] = SIZES[0], workers: int = 2) -> None:
        self.clock = Clock()
        self.state, self.names = ConsoleState(self.clock), WorkerNames()
        self.workers = worker_names(workers)
        self.names.set_own(self.workers)
        self.window = QWidget()
        self.window.setProperty("role", "window")
        self.panel = FlowPanel(theme, self.names, self.clock)
        column = QVBoxLayout(self.window)
        column.addWidget(self.panel)
        column.addStretch(1)
        self.panel.setFixedSize(*size)
        self.panel.set_producers(PRODUCERS)
        self.panel.set_job_span(2.5)
        qtbot.addWidget(self.window)
        self.window.resize(*WINDOWS[size])
        self.window.show()
        self.window.activateWindow()
        qtbot.waitUntil(self.window.isActiveWindow)
        self.view = self.panel.view

    def play(self, times: int = 1, seconds: int = SECONDS) -> None:
        """Everything that happens in the demonstration; dots that started are not waited for."""
        for second in range(seconds):
            events = flow_events(second, self.workers, times)
            self.clock.ms = events[0].at_ms
            self.take(*events)
        self.refresh()

    def take(self, *events: object) -> None:
        self.state.apply_all(events)  # type: ignore[arg-type]
        self.panel.take(events)  # type: ignore[arg-type]

    def refresh(self) -> None:
        self.panel.refresh(self.state, self.clock.ms)

    def frames(self, number: int) -> None:
        for _ in range(number):
            self.clock.ms += FRAME_MS
            self.view.step()

    def key(self, key: Qt.Key) -> None:
        QTest.keyClick(self.view.keys, key)

    def click(self, part: str) -> None:
        box = self.view.box_of(part)
        QTest.mouseClick(self.view.viewport(), Qt.MouseButton.LeftButton, pos=box.topLeft() + QPoint(16, 8))


@pytest.fixture
def desk(qtbot: QtBot, theme: Theme, qapp: QApplication) -> Desk:
    theme.apply(qapp)
    return Desk(qtbot, theme)


def words(desk: Desk, part: str) -> str:
    return desk.panel._spoken(part)


# --- numbers ---------------------------------------------------------------------------------------------------------


def test_that_the_parts_say_what_the_ledger_says(desk: Desk) -> None:
    desk.play()
    ledger = desk.state.ledger()
    assert words(desk, "producers").startswith(f"Producers: {ledger.accepted} accepted, Form 12, File 98, HTTP 500")
    assert words(desk, "queue").startswith(f"Queue: {ledger.waiting - 1} waiting, oldest 28 s")
    assert words(desk, "store") == f"Store: {ledger.stored} stored, duplicates 5"
    assert words(desk, "failed").startswith(f"Failed: {ledger.failed}")
    assert words(desk, "retry").startswith("Retry: 1")
    assert "5K Runner" in words(desk, "badges")
    assert words(desk, desk.workers[0]).startswith("W1: running, ")


def test_that_the_counts_of_the_edges_add_up(desk: Desk) -> None:
    desk.play()
    counts = {edge: int(item.words.count[0].replace(",", "")) for edge, item in desk.view.flow._counts.items()}
    ledger = desk.state.ledger()
    waiting = ledger.waiting - 1
    assert counts[Edge.SENT] == ledger.accepted
    assert counts[Edge.SENT] + counts[Edge.RETURNED] == waiting + counts[Edge.TAKEN]
    left = counts[Edge.STORED] + counts[Edge.RETRIED] + counts[Edge.FAILED]
    assert counts[Edge.TAKEN] == ledger.running + left
    assert counts[Edge.EARNED] == desk.state.achievements.unlocked


def test_that_before_the_first_count_nothing_is_called_zero(desk: Desk) -> None:
    assert words(desk, "producers").startswith("Producers: – accepted")
    assert words(desk, "store").startswith("Store: – stored")


def test_that_a_worker_that_stopped_says_so(desk: Desk) -> None:
    desk.play()
    desk.take(WorkerHeartbeat(desk.clock.ms, desk.workers[1], WorkerState.PAUSED))
    desk.take(WorkerHeartbeat(desk.clock.ms, desk.workers[0], WorkerState.STOPPED))
    desk.refresh()
    assert "stopped" in words(desk, desk.workers[0])
    desk.clock.ms += 30_000
    desk.refresh()
    assert "no sign for" in words(desk, desk.workers[1])


def test_that_lost_and_doubled_are_shown(desk: Desk) -> None:
    desk.panel.set_account(2, 1)
    account = desk.view.flow._account.words
    assert (account.lost, account.doubled) == (2, 1)
    assert desk.view.keys.accessibleDescription() == "2 lost, 1 doubled"


def test_that_a_cut_connection_is_seen_at_the_edges_of_the_queue(desk: Desk) -> None:
    desk.play()
    here = ("Embedded queue", "this computer")
    desk.take(ConnectionChanged(desk.clock.ms, ConnectionState.OFFLINE, *here))
    desk.refresh()
    cut = {edge for edge, item in desk.view.flow._counts.items() if item.words.cut}
    assert cut == {Edge.SENT, Edge.TAKEN, Edge.RETURNED}
    assert desk.view.flow._notes[Edge.SENT].words.notes == ("cut off",)
    desk.take(ConnectionChanged(desk.clock.ms, ConnectionState.ONLINE, *here))
    desk.refresh()
    assert not any(item.words.cut for item in desk.view.flow._counts.values())


# --- what moves ------------------------------------------------------------------------------------------------------


def test_that_a_dot_travels_from_the_producers_to_the_queue(desk: Desk) -> None:
    desk.refresh()
    desk.take(Confirmed(desk.clock.ms, ("a",)))
    assert desk.view.is_moving
    desk.frames(1)
    producers, queue = desk.view.flow._nodes["producers"].box, desk.view.flow._nodes["queue"].box
    ((kind, start),) = desk.view.flow.dots.places
    assert kind == "waiting"
    assert abs(start.x() - producers.right()) < 16
    seen = [start.x()]
    while desk.view.flow.dots.places:
        seen.append(desk.view.flow.dots.places[0][1].x())
        desk.frames(1)
    assert seen == sorted(seen)
    assert abs(seen[-1] - queue.left()) < 16
    assert not desk.view.is_moving  # no timer runs while nothing moves


def test_that_a_dot_goes_to_the_worker_that_took_the_message(desk: Desk) -> None:
    desk.play()
    desk.view.stop()
    desk.take(PickedUp(desk.clock.ms, desk.workers[1], ("a",)))
    last = None
    while desk.view.is_moving:
        desk.frames(1)
        last = desk.view.flow.dots.places[0][1] if desk.view.flow.dots.places else last
    box = desk.view.flow._workers[desk.workers[1]].box
    assert last is not None
    assert abs(last.x() - box.left()) < 16
    assert abs(last.y() - box.center().y()) < 4


def test_that_each_end_has_its_hue(desk: Desk) -> None:
    desk.play()
    desk.view.stop()
    ends = (OutcomeKind.STORED, OutcomeKind.DUPLICATE, OutcomeKind.RETRYING, OutcomeKind.FAILED)
    desk.take(BatchProcessed(desk.clock.ms, desk.workers[0], tuple(outcome(1, end) for end in ends)))
    desk.frames(8)
    assert {kind for kind, _ in desk.view.flow.dots.places} == {"stored", "duplicate", "waiting", "failed"}


def test_that_a_flood_stays_within_bounds_and_says_what_a_dot_is(desk: Desk) -> None:
    desk.play()
    desk.view.stop()
    most = 0
    for step in range(40):  # two seconds of 5,000 a second
        desk.clock.ms += 50
        done = tuple(outcome(each) for each in range(125))
        events = [Confirmed(desk.clock.ms, ("a",) * 250)]
        for name in desk.workers:
            events += [PickedUp(desk.clock.ms, name, ("a",) * 125), BatchProcessed(desk.clock.ms, name, done)]  # type: ignore[list-item]
        desk.take(*events)
        if step % 2:
            desk.refresh()
        for _ in range(3):
            desk.view.step()
            desk.view.viewport().repaint()
        most = max(most, desk.view.flow.dots.alive)
    assert 20 < most <= MOST_DOTS
    assert desk.view.flow._notes[Edge.SENT].words.notes[-1] == "1 dot = 500"
    assert "up to 500 workouts" in label_texts(desk)


def test_that_a_frame_paints_the_dots_and_no_box(
    qtbot: QtBot, theme: Theme, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    painted: list[QGraphicsItem] = []
    for kind in (PartItem, DotLayer):
        monkeypatch.setattr(kind, "paint", recorder(kind.paint, painted))
    theme.apply(qapp)
    desk = Desk(qtbot, theme)
    desk.play()
    desk.view.stop()
    ends = (OutcomeKind.STORED, OutcomeKind.RETRYING, OutcomeKind.FAILED)
    desk.take(Confirmed(desk.clock.ms, ("a",) * 3))
    for name in desk.workers:
        done = BatchProcessed(desk.clock.ms, name, tuple(outcome(7, end) for end in ends))
        desk.take(PickedUp(desk.clock.ms, name, ("a",)), done)
    qapp.processEvents()
    painted.clear()
    for _ in range(10):
        desk.frames(1)
        qapp.processEvents()
    assert desk.view.flow.dots in painted
    boxes = set(painted) - {desk.view.flow.dots, desk.view.flow._frame}  # the frame is what two edges lead into
    assert boxes == set()


def recorder(paint: Callable[..., None], painted: list[QGraphicsItem]) -> Callable[..., None]:
    def record(item: QGraphicsItem, *arguments: object) -> None:
        painted.append(item)
        paint(item, *arguments)

    return record


def label_texts(desk: Desk) -> str:
    return " ".join(each.text() for each in desk.panel.findChildren(Label))


def test_that_nothing_moves_where_the_system_asks_for_less_motion(
    qtbot: QtBot, theme: Theme, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(MotionSetting, "is_reduced", True)
    desk = Desk(qtbot, theme)
    desk.play()
    assert desk.panel.is_still
    assert not desk.view.is_moving
    assert desk.view.flow.dots.alive == 0
    assert "571 stored" in words(desk, "store")
    assert "without motion" in label_texts(desk)


def test_that_a_hidden_panel_does_not_catch_up_with_what_moved_meanwhile(desk: Desk) -> None:
    desk.panel.set_shown(False)
    desk.take(Confirmed(desk.clock.ms, ("a",) * 50))
    assert not desk.view.is_moving
    desk.panel.set_shown(True)
    desk.refresh()
    assert not desk.view.is_moving
    desk.clock.ms += 2_000
    desk.take(Confirmed(desk.clock.ms, ("a",)))
    assert desk.view.is_moving
    desk.window.hide()
    assert not desk.view.is_moving


# --- keys and cards --------------------------------------------------------------------------------------------------


def test_that_tab_comes_to_the_flow_and_arrows_walk_its_parts(desk: Desk) -> None:
    desk.play()
    desk.view.keys.setFocus(Qt.FocusReason.TabFocusReason)
    walked = [desk.view.current]
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Down):
        desk.key(key)
        walked.append(desk.view.current)
    assert walked == ["producers", "queue", desk.workers[1], "add_worker", "failed", "failed"]
    desk.key(Qt.Key.Key_Home)
    assert desk.view.current == "producers"
    assert desk.view.keys.accessibleName() == f"The flow: {words(desk, 'producers')}"
    desk.key(Qt.Key.Key_End)
    assert desk.view.current == "failed"


def test_that_every_part_can_be_reached_by_arrows(desk: Desk) -> None:
    desk.play()
    desk.view.keys.setFocus(Qt.FocusReason.TabFocusReason)
    reached, flow = {"producers"}, desk.view.flow
    fresh = ["producers"]
    while fresh:
        part = fresh.pop()
        for way in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            there = flow.next_part(part, *way)
            if there not in reached:
                reached.add(there)
                fresh.append(there)
    assert reached == set(flow.parts())


def test_that_arrows_reach_the_workers_that_have_no_room(qtbot: QtBot, theme: Theme) -> None:
    desk = Desk(qtbot, theme, workers=30)
    desk.play()
    shown = [part for part in desk.view.flow.parts() if part in desk.workers]
    assert 2 < len(shown) < 30
    desk.view.keys.setFocus(Qt.FocusReason.TabFocusReason)
    desk.view.go_to(desk.workers[0])
    walked = [desk.view.current]
    for key, times in ((Qt.Key.Key_Down, 29), (Qt.Key.Key_Up, 29)):
        for _ in range(times):
            desk.key(key)
            walked.append(desk.view.current)
            assert desk.view.flow.item_of(desk.view.current) is not None
    assert walked == [*desk.workers, *desk.workers[-2::-1]]
    desk.key(Qt.Key.Key_Up)
    assert desk.view.current == "workers"
    desk.view.go_to(desk.workers[-1])
    desk.key(Qt.Key.Key_Return)
    assert desk.panel.card.isVisible()
    desk.key(Qt.Key.Key_Escape)
    desk.key(Qt.Key.Key_Down)
    assert desk.view.current == "add_worker"


@pytest.mark.parametrize("part", ["producers", "queue", "workers", "here-7-0", "store", "badges", "retry", "failed"])
def test_that_a_click_opens_the_card_of_a_part_beside_it(desk: Desk, qtbot: QtBot, part: str) -> None:
    desk.play()
    with qtbot.waitSignal(desk.panel.part_chosen) as chosen:
        desk.click(part)
    assert chosen.args == [part]
    card = desk.panel.card
    assert card.isVisible()
    assert not card.geometry().intersects(in_window(desk, part))
    assert desk.window.rect().contains(card.geometry())
    text = CARDS.get(part, CARDS["worker"])
    for each in (text.what, *text.setting, *text.code, text.without):
        assert each in card.texts
    desk.click(part)
    assert not card.isVisible()


def in_window(desk: Desk, part: str) -> QRect:
    box = desk.panel.part_rect(part)
    return box.translated(desk.panel.mapTo(desk.window, QPoint(0, 0)))


def test_that_the_numbers_of_a_card_go_on(desk: Desk) -> None:
    desk.play(seconds=20)
    desk.click("store")
    before = desk.panel.card.texts
    desk.play()
    assert desk.panel.card.isVisible()
    assert "571" in desk.panel.card.texts
    assert "571" not in before


def test_that_escape_a_click_elsewhere_and_another_part_close_a_card(desk: Desk) -> None:
    desk.play()
    card = desk.panel.card
    desk.view.setFocus()
    desk.click("queue")
    desk.key(Qt.Key.Key_Escape)
    assert not card.isVisible()
    desk.click("queue")
    desk.key(Qt.Key.Key_Left)
    assert not card.isVisible()
    desk.click("queue")
    QTest.mouseClick(desk.view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(150, 20))
    assert not card.isVisible()
    desk.click("queue")
    desk.panel.set_shown(False)
    assert not card.isVisible()


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Space])
def test_that_failed_opens_its_list_at_the_second_press(desk: Desk, qtbot: QtBot, key: Qt.Key) -> None:
    desk.play()
    desk.view.keys.setFocus(Qt.FocusReason.TabFocusReason)
    desk.key(Qt.Key.Key_End)
    with qtbot.assertNotEmitted(desk.panel.failed_requested):
        desk.key(key)
    assert desk.panel.card.isVisible()
    with qtbot.waitSignal(desk.panel.failed_requested):
        desk.key(key)
    desk.key(key)
    with qtbot.waitSignal(desk.panel.failed_requested):
        desk.panel.card.button.click()
    assert not desk.panel.card.isVisible()


def test_that_tab_leads_to_the_button_of_a_card_and_escape_back(desk: Desk) -> None:
    desk.play()
    desk.view.keys.setFocus(Qt.FocusReason.TabFocusReason)
    desk.key(Qt.Key.Key_End)
    desk.key(Qt.Key.Key_Return)
    desk.key(Qt.Key.Key_Tab)
    assert desk.panel.card.button.hasFocus()
    QTest.keyClick(desk.panel.card.button, Qt.Key.Key_Escape)
    assert not desk.panel.card.isVisible()
    assert desk.view.keys.hasFocus()


def test_that_a_card_closes_when_the_focus_goes_to_another_control(desk: Desk) -> None:
    desk.play()
    other = QPushButton("Other", desk.window)
    other.show()
    desk.click("queue")
    other.setFocus()
    assert not desk.panel.card.isVisible()
    assert other.hasFocus()


def test_that_escape_goes_on_to_the_window_where_no_card_is_open(desk: Desk) -> None:
    desk.play()
    desk.view.keys.setFocus()
    event = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(desk.view.keys, event)
    assert not event.isAccepted()
    desk.click("queue")
    event = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(desk.view.keys, event)
    assert event.isAccepted()
    assert not desk.panel.card.isVisible()


def test_that_only_the_card_of_failed_has_a_button(desk: Desk) -> None:
    desk.play()
    desk.click("queue")
    assert not desk.panel.card.button.isVisible()


def test_that_the_dashed_box_asks_for_a_worker(desk: Desk, qtbot: QtBot) -> None:
    desk.play()
    with qtbot.waitSignal(desk.panel.add_worker_requested):
        desk.click("add_worker")
    assert not desk.panel.card.isVisible()


def test_that_a_worker_that_leaves_takes_its_card_along(desk: Desk) -> None:
    desk.play()
    desk.click(desk.workers[0])
    assert desk.panel.card.isVisible()
    desk.clock.ms += 200_000
    desk.refresh()
    assert not desk.panel.card.isVisible()
    assert desk.view.current == ""


@pytest.mark.parametrize("card", CARDS.values(), ids=CARDS)
def test_that_the_code_a_card_names_exists(card: object) -> None:
    module, name = card.code  # type: ignore[attr-defined]
    assert isinstance(getattr(importlib.import_module(module), name), type)


# --- the tour --------------------------------------------------------------------------------------------------------


def test_that_the_tour_marks_a_part_and_finds_it(desk: Desk) -> None:
    desk.play()
    desk.panel.mark("add_worker", 4)
    mark, box = desk.view.flow._mark, desk.view.flow._add.box
    assert mark.isVisible()
    assert (mark.pos() - box.topRight()).manhattanLength() < 10
    found = desk.panel.part_rect("add_worker")
    assert found.size() == box.size().toSize()
    assert desk.panel.rect().contains(found)
    assert desk.panel.part_rect("no such part").isEmpty()
    desk.panel.mark("", 0)
    assert not mark.isVisible()


# --- how it looks ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize(("workers", "times"), [(0, 1), (2, 1), (3, 40), (9, 3_000)])
def test_that_no_text_is_cut_faint_or_over_another(
    qtbot: QtBot, theme: Theme, qapp: QApplication, size: tuple[int, int], workers: int, times: int
) -> None:
    theme.apply(qapp)
    desk = Desk(qtbot, theme, size, workers)
    desk.play(times)
    desk.view.stop()
    problems: dict[str, list[str]] = {}
    for mode, factor in product(MODES, FACTORS.get(size, (1.0, 1.25))):
        theme.set_mode(mode)
        theme.set_text_factor(factor)
        qapp.processEvents()
        for name, check in CHECKS.items():
            problems[f"{mode} {factor} {name}"] = check(desk.window)
        problems[f"{mode} {factor} box"] = beyond_their_box(desk)
        desk.panel.mark("add_worker", 4)
        for part in ("queue", "failed"):
            desk.view.go_to(part)
            desk.panel._on_part_activated(part)
            qapp.processEvents()
            problems[f"{mode} {factor} card of {part}"] = cut_texts(desk.window)
            desk.panel.card.close_card()
        desk.panel.mark("", 0)
    assert told(problems) == ""


def beyond_their_box(desk: Desk) -> list[str]:
    """Texts that reach out of the part that they begin in."""
    found, flow = [], desk.view.flow
    boxes = {part: item.box for part in flow.parts() if part != "workers" and (item := flow.item_of(part))}
    for each in painted_texts(desk.view.viewport()):
        ink = desk.view.mapToScene(each.ink.toAlignedRect()).boundingRect()
        for part, box in boxes.items():
            begins = QPointF(ink.left() + 2, ink.center().y())
            if box.contains(begins) and not box.adjusted(0, -1, 0, 1).contains(ink):
                found.append(f"{each.text} of {part}")
    return found
