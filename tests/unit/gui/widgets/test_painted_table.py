"""A table made of columns: what it says, how wide its columns are, what stays current, and its buttons."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pytest
from PySide6.QtCore import QEvent, QItemSelectionModel, QObject, QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QContextMenuEvent, QPaintEvent, QRegion, QStatusTipEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from typing_extensions import override

from gui.theme.theme import Theme
from gui.widgets.cells import CellButton, Column, column_widths
from gui.widgets.painted_table import BELOW_PX, PaintedTable
from gui.widgets.row_menu import RowAction
from gui.widgets.table_model import RowsModel


@dataclass(frozen=True)
class Lap:
    number: int
    runner: str
    done: bool = False


def stop_button(area: QRectF, lap: Lap, narrow: bool) -> Sequence[CellButton]:
    box = QRectF(area.left(), area.top(), 20, area.height())
    return [CellButton("stop", box, "Ends it", enabled=not lap.done)]


COLUMNS: tuple[Column[Lap], ...] = (
    Column(title="Lap", width_px=60, text=lambda lap: f"{lap.number}", right=True),
    Column(title="Runner", width_px=50, takes_rest=True, text=lambda lap: lap.runner),
    Column(title="", width_px=40, spoken=lambda _lap: "Actions", tip=lambda _lap: "What to do", buttons=stop_button),
)


class Window(QWidget):
    """Remembers what it was told to show in its status bar."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QStatusTipEvent) and event.tip():
            self.said.append(event.tip())
        return super().event(event)


class Screen:
    def __init__(self, theme: Theme, qtbot: QtBot) -> None:
        self.model: RowsModel[Lap] = RowsModel(
            COLUMNS, lambda lap: lap.number, tip=lambda lap: f"by {lap.runner}", row_id=lambda lap: f"lap-{lap.number}"
        )
        self.window = Window()
        self.table = PaintedTable(theme, self.model, "Laps", row_px=30, parent=self.window)
        self.model.setParent(self.table)
        qtbot.addWidget(self.window)
        self.window.resize(300, 400)
        self.window.show()
        self.table.resize(300, 400)
        self.table.show()

    def said(self, row: int, role: Qt.ItemDataRole) -> list[str]:
        return [str(self.model.index(row, column).data(role)) for column in range(len(COLUMNS))]

    def show(self, *numbers: int) -> None:
        self.model.show([Lap(number, f"runner {number}") for number in numbers])


@pytest.fixture
def screen(theme: Theme, qtbot: QtBot) -> Screen:
    return Screen(theme, qtbot)


def test_that_a_row_says_what_its_columns_say(screen: Screen) -> None:
    screen.show(7)
    assert screen.said(0, Qt.ItemDataRole.DisplayRole) == ["7", "runner 7", ""]
    assert screen.said(0, Qt.ItemDataRole.AccessibleTextRole) == ["Lap: 7", "Runner: runner 7", "Actions"]
    assert screen.said(0, Qt.ItemDataRole.ToolTipRole) == ["by runner 7", "by runner 7", "What to do"]
    assert screen.model.headerData(1, Qt.Orientation.Horizontal) == "Runner"
    assert not screen.table.grab().isNull()


@pytest.mark.parametrize(
    ("width_px", "narrow", "expected"),
    [
        (500, False, [60, 330, 0, 110]),  # a quarter of what is left, and that is 440
        (700, False, [60, 398, 110, 132]),
        (200, True, [30, 170, 0, 0]),
        (100, True, [30, 80, 0, 0]),  # never less than its own width
    ],
)
def test_that_widths_follow_from_the_columns(width_px: int, narrow: bool, expected: list[int]) -> None:
    columns: list[Column[Lap]] = [
        Column(width_px=60, narrow_px=30),
        Column(width_px=80, takes_rest=True),
        Column(width_px=110, from_px=600),
        Column(grows=lambda rest_px: max(0, rest_px // 4 if not narrow else 0)),
    ]
    assert column_widths(columns, width_px, narrow=narrow) == expected


@pytest.mark.parametrize(
    "numbers",
    [
        (9, 8, 5, 4, 3, 2, 1),
        (5, 3),
        (1, 2, 3, 4, 5),  # the other way round
        tuple(range(99, 0, -2)),  # more runs of new rows than are shown one by one
    ],
)
def test_that_the_current_row_stays_when_others_come_and_go(screen: Screen, numbers: tuple[int, ...]) -> None:
    screen.show(5, 4, 3, 2, 1)
    screen.table.selectRow(2)
    screen.show(*numbers)
    assert [lap.number for lap in screen.model.rows] == list(numbers)
    assert screen.table.current_row == Lap(3, "runner 3")
    assert screen.table.selectionModel().isRowSelected(numbers.index(3))


def test_that_a_row_that_went_is_no_longer_current(screen: Screen) -> None:
    screen.show(3, 2, 1)
    screen.table.selectionModel().setCurrentIndex(screen.model.index(1, 0), QItemSelectionModel.SelectionFlag.Select)
    screen.model.reset([Lap(4, "runner 4")])
    assert screen.table.current_row is None


def test_that_the_current_row_is_copied_and_the_window_told(screen: Screen) -> None:
    screen.show(2, 1)
    screen.table.selectRow(1)
    QTest.keyClick(screen.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.clipboard().text() == "1\trunner 1"
    assert screen.window.said == ["The row is on the clipboard"]


def test_that_a_right_click_opens_the_menu_of_the_row_clicked(screen: Screen) -> None:
    ended: list[int] = []
    screen.table.row_actions = lambda lap: [
        RowAction("&End\tE", lambda: ended.append(lap.number)),
        RowAction("&Begin…\tB", lambda: ended.append(-1), "A & B have begun"),
    ]
    screen.show(3, 2)
    menu, below = screen.table.menu, QPoint(50, 300)
    for at in (below, screen.table.visualRect(screen.model.index(1, 0)).center()):
        assert not menu.isVisible()
        QTest.mouseClick(screen.table.viewport(), Qt.MouseButton.RightButton, pos=at)
        event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, screen.table.viewport().mapToGlobal(at))
        QApplication.sendEvent(screen.table.viewport(), event)
    assert [(entry.text(), entry.isEnabled()) for entry in menu.actions() if not entry.isSeparator()] == [
        ("&End\tE", True),
        ("&Begin: A && B have begun", False),
        ("&Copy row\tCtrl+C", True),
        ("Copy &id", True),
    ]
    QTest.keyClick(menu, Qt.Key.Key_E)
    assert ended == [2]
    assert not menu.isVisible()


def by_menu_key(table: PaintedTable[Lap]) -> None:
    QApplication.sendEvent(table, QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(), QPoint()))


def by_shift_f10(table: PaintedTable[Lap]) -> None:
    QTest.keyClick(table, Qt.Key.Key_F10, Qt.KeyboardModifier.ShiftModifier)


@pytest.mark.parametrize("press", [by_menu_key, by_shift_f10])
def test_that_the_keyboard_opens_the_menu_below_the_current_row(
    screen: Screen, press: Callable[[PaintedTable[Lap]], None]
) -> None:
    screen.show(*range(90, 0, -1))
    press(screen.table)
    assert not screen.table.menu.isVisible()  # no row is current yet
    screen.table.selectRow(50)
    press(screen.table)
    row = screen.table.visualRect(screen.model.index(50, 0))
    assert screen.table.menu.pos() == screen.table.viewport().mapToGlobal(row.bottomLeft())
    QTest.keyClick(screen.table.menu, Qt.Key.Key_I)
    assert QApplication.clipboard().text() == "lap-40"
    assert screen.window.said == ["The id is on the clipboard"]


def test_that_an_open_menu_follows_what_its_entries_depend_on(screen: Screen) -> None:
    why_not = "It is not known yet"
    screen.table.row_actions = lambda _lap: [RowAction("&End", lambda: None, why_not)]
    screen.show(3)
    screen.table.selectRow(0)
    by_shift_f10(screen.table)
    why_not = ""
    assert screen.table.menu.actions()[0].text() == "&End: It is not known yet"
    screen.table.menu.refresh()
    assert [entry.text() for entry in screen.table.menu.actions()][:2] == ["&End", "&Copy row\tCtrl+C"]
    screen.table.menu.close()


def test_that_rows_have_a_line_below_their_cells_where_it_is_wanted(screen: Screen) -> None:
    screen.show(3, 2)
    plain = screen.table.grab().toImage()
    screen.table.set_below(lambda lap: "too far" if lap.number == 3 else "")
    rows = [screen.table.visualRect(screen.model.index(row, 0)) for row in range(2)]
    assert [row.height() for row in rows] == [30 + BELOW_PX] * 2
    shown = screen.table.grab().toImage()
    origin = screen.table.viewport().pos()
    ground = shown.pixelColor(origin + rows[1].bottomRight() - QPoint(2, 4))

    def written(row: QRect) -> bool:
        below = row.adjusted(6, 32, 0, -6).translated(origin)  # within the frame of the focus
        return any(
            shown.pixelColor(x, y) != ground
            for x in range(below.left(), below.right())
            for y in range(below.top(), below.bottom())
        )

    assert [written(row) for row in rows] == [True, False]
    screen.table.set_below(None)
    assert screen.table.rowHeight(0) == 30
    assert screen.table.grab().toImage() == plain


def test_that_what_the_columns_do_not_say_can_be_copied(screen: Screen) -> None:
    model: RowsModel[Lap] = RowsModel(COLUMNS, lambda lap: lap.number, copied=lambda lap: f"lap {lap.number}")
    assert model.copied(Lap(4, "Mia")) == "lap 4"


def test_that_the_menu_of_no_row_says_to_choose_one(screen: Screen) -> None:
    screen.table.menu.aboutToShow.emit()
    assert [entry.text() for entry in screen.table.menu.actions()] == ["Choose a row first"]


def test_that_a_button_of_a_cell_is_clicked_unless_it_is_disabled(screen: Screen) -> None:
    screen.model.show([Lap(1, "Mia"), Lap(2, "Cy", done=True)])
    clicked: list[tuple[str, Lap]] = []
    screen.table.button_clicked.connect(lambda name, lap: clicked.append((name, lap)))
    viewport = screen.table.viewport()
    for row, left_px in ((1, 5), (0, 30), (0, 5)):
        cell = screen.table.visualRect(screen.model.index(row, 2))
        at = QPoint(cell.left() + left_px, cell.center().y())
        QTest.mouseMove(viewport, at)
        QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=at)
    assert clicked == [("stop", Lap(1, "Mia"))]
    assert viewport.cursor().shape() is Qt.CursorShape.PointingHandCursor


def test_that_home_and_end_go_to_the_first_and_the_last_row(screen: Screen) -> None:
    screen.show(*range(40, 0, -1))
    for key, number in ((Qt.Key.Key_End, 39), (Qt.Key.Key_Home, 0)):
        QTest.keyClick(screen.table, key)
        assert screen.table.currentIndex().row() == number


def test_that_rows_are_checked_by_mouse_and_keys(theme: Theme, qtbot: QtBot) -> None:
    checked: set[int] = set()

    class Model(RowsModel[Lap]):
        def toggle(self, number: int) -> None:
            checked.symmetric_difference_update((self.rows[number].number,))
            self.emit_changed()

    columns: list[Column[Lap]] = [
        Column(width_px=40, checked=lambda lap: lap.number in checked, spoken=lambda lap: "checked"),
        Column(title="Runner", takes_rest=True, text=lambda lap: lap.runner),
    ]
    model = Model(columns, lambda lap: lap.number)
    table = PaintedTable(theme, model, "Laps", row_px=30)
    model.setParent(table)
    qtbot.addWidget(table)
    table.show()
    model.show([Lap(2, "Mia"), Lap(1, "Cy")])
    box = table.visualRect(model.index(1, 0)).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=box)
    assert checked == {1}
    assert model.index(1, 0).data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Checked
    table.selectRow(0)
    QTest.keyClick(table, Qt.Key.Key_Space)
    assert checked == {1, 2}
    table.header.show_checked(Qt.CheckState.PartiallyChecked)
    with qtbot.waitSignal(table.all_toggled, timeout=1_000):
        QTest.keyClick(table, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    with qtbot.waitSignal(table.all_toggled, timeout=1_000):
        QTest.mouseClick(table.header.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(20, 12))
    assert not table.grab().isNull()


def test_that_the_focus_is_seen_on_the_current_row_or_around_all(screen: Screen, qtbot: QtBot) -> None:
    table = screen.table
    accent = table.theme.colour("accent").name()

    def framed(y: int) -> bool:
        image = table.viewport().grab().toImage()
        return {image.pixelColor(x, round(y * image.devicePixelRatio())).name() for x in range(20, 100)} == {accent}

    screen.show(*range(40))
    table.selectRow(1)
    table.clearFocus()
    assert not framed(31)
    table.window().activateWindow()
    table.setFocus()
    qtbot.waitUntil(table.hasFocus)
    assert framed(31)
    assert not framed(1)
    table.verticalScrollBar().setValue(20)
    assert framed(1)


class PaintedRegion(QObject):
    """What of a widget was asked to be painted."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.region = QRegion()
        widget.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QPaintEvent):
            self.region = self.region.united(event.region())
        return False


def test_that_the_frame_of_the_focus_leaves_nothing_behind(screen: Screen, qtbot: QtBot) -> None:
    screen.show(1, 2, 3)
    table = screen.table
    screen.window.activateWindow()
    table.setFocus()
    qtbot.waitUntil(table.hasFocus)
    table.selectionModel().setCurrentIndex(screen.model.index(0, 0), QItemSelectionModel.SelectionFlag.NoUpdate)
    QApplication.processEvents()
    painted = PaintedRegion(table.viewport())
    QTest.keyClick(table, Qt.Key.Key_Down)
    last = table.visualRect(screen.model.index(0, len(COLUMNS) - 1)).center()
    qtbot.waitUntil(lambda: painted.region.contains(last))
