"""The panel of an athlete's records."""

from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QStatusTipEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from core.athletes.records import Record, RecordKind
from gui.forms.formatting import Units
from gui.theme.theme import Theme
from gui.workspaces.athletes.records.panel import RecordsPanel
from tests.support.entries import TODAY

NOVEMBER = date(2025, 11, 10)
RECORDS = {
    record.kind: record
    for record in (
        Record(RecordKind.FASTEST_1_KM, 241_001, NOVEMBER, NOVEMBER, "run-1", "Running"),
        Record(RecordKind.FASTEST_5_KM, 1_368_000, TODAY, TODAY, "run-5", "Walking", is_new=True),
        Record(
            RecordKind.FASTEST_HALF_MARATHON, 6_369_000, date(2024, 10, 18), date(2024, 10, 18), "run-21", "Running"
        ),
        Record(RecordKind.LONGEST, 4_996_000, NOVEMBER, NOVEMBER, "swim", "Swimming"),
        Record(RecordKind.BEST_WEEK, 50_699_000, NOVEMBER, date(2025, 11, 16)),
        Record(RecordKind.LONGEST_STREAK, 1, NOVEMBER, NOVEMBER),
    )
}


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
        self.window = Window()
        self.panel = RecordsPanel(theme, parent=self.window)
        qtbot.addWidget(self.window)
        self.panel.resize(236, 288)
        with qtbot.waitActive(self.window):
            self.window.show()
            self.window.activateWindow()
        self.opened: list[str] = []
        self.panel.workout_opened.connect(self.opened.append)
        self.panel.show_records(RECORDS, TODAY)
        self.panel.table.setFocus(Qt.FocusReason.TabFocusReason)
        qtbot.waitUntil(self.panel.table.hasFocus)

    def said(self, kind: RecordKind) -> str:
        model = self.panel.model
        return str(model.index(model.number_of(kind) or 0, 0).data(Qt.ItemDataRole.AccessibleTextRole))


@pytest.fixture
def screen(theme: Theme, qtbot: QtBot) -> Screen:
    return Screen(theme, qtbot)


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (RecordKind.FASTEST_1_KM, "1 km: 4 min 2 s, running, 10 Nov"),  # 4:01.001, rounded up as races are
        (RecordKind.FASTEST_5_KM, "5 km: 22 min 48 s, walking, 12 Dec, new"),
        (RecordKind.FASTEST_10_KM, "10 km: none yet"),
        (RecordKind.FASTEST_HALF_MARATHON, "Half: 1 h 46 min 9 s, running, 18 Oct 2024"),
        (RecordKind.LONGEST, "Longest: 4,996 m, swimming, 10 Nov"),
        (RecordKind.BEST_WEEK, "Most in a week: 50.6 km, 10 to 16 Nov"),
        (RecordKind.LONGEST_STREAK, "Longest streak: 1 day, 10 Nov"),
    ],
)
def test_that_a_row_says_its_value_and_its_days(screen: Screen, kind: RecordKind, said: str) -> None:
    assert screen.said(kind) == said


def test_that_every_kind_has_a_row_though_nothing_is_set(screen: Screen) -> None:
    screen.panel.show_records({}, TODAY)
    assert [screen.said(kind).partition(": ")[2] for kind in RecordKind] == ["none yet"] * len(RecordKind)


def test_that_distances_are_in_the_units_of_the_settings(screen: Screen) -> None:
    screen.panel.set_units(Units("mi"))
    assert screen.said(RecordKind.BEST_WEEK) == "Most in a week: 31.5 mi, 10 to 16 Nov"
    assert screen.said(RecordKind.LONGEST) == "Longest: 5,463 yd, swimming, 10 Nov"


def test_that_what_is_copied_has_value_and_day(screen: Screen, qtbot: QtBot) -> None:
    qtbot.keyClick(screen.panel.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.clipboard().text() == "1 km\t4:02\t10 Nov"


def test_that_enter_opens_the_workout_of_the_row_gone_to(screen: Screen, qtbot: QtBot) -> None:
    qtbot.keyClick(screen.panel.table, Qt.Key.Key_Return)
    qtbot.keyClick(screen.panel.table, Qt.Key.Key_Down)
    qtbot.keyClick(screen.panel.table, Qt.Key.Key_Enter)
    assert screen.opened == ["run-1", "run-5"]


def test_that_a_row_without_a_workout_says_why(screen: Screen, qtbot: QtBot) -> None:
    qtbot.keyClick(screen.panel.table, Qt.Key.Key_End)
    qtbot.keyClick(screen.panel.table, Qt.Key.Key_Return)
    screen.panel.table.setCurrentIndex(screen.panel.model.index(2, 0))
    qtbot.keyClick(screen.panel.table, Qt.Key.Key_Return)
    assert screen.opened == []
    assert screen.window.said == [
        "Longest streak: it is of several workouts",
        "10 km: there is no such record yet",
    ]


def test_that_the_menu_of_a_row_opens_its_workout(screen: Screen) -> None:
    first, last = screen.panel.model.rows[0], screen.panel.model.rows[-1]
    opening, *changing, showing = screen.panel.table.row_actions(first)
    assert [action.text for action in changing] == ["&Correct…\tC", "&Delete…\tDel", "&Use again\tU"]
    opening.run()
    assert screen.opened == ["run-1"]
    days: list[tuple[object, object]] = []
    screen.panel.history_requested.connect(lambda *span: days.append(span))
    showing.run()
    assert first.record is not None
    assert days == [(first.record.first, first.record.last)]
    why_not = "it is of several workouts"
    assert [action.why_not for action in screen.panel.table.row_actions(last)] == [*[why_not] * 4, ""]


def test_that_the_workout_of_a_row_is_changed_and_used_again_by_keys(screen: Screen, qtbot: QtBot) -> None:
    table, asked = screen.panel.table, []
    table.changes.correct_requested.connect(lambda found: asked.append(("C", found)))
    table.changes.delete_requested.connect(lambda found: asked.append(("Del", found)))
    table.changes.again_requested.connect(lambda found: asked.append(("U", found)))
    keys = (Qt.Key.Key_C, Qt.Key.Key_Delete, Qt.Key.Key_U)
    for key in keys:
        qtbot.keyClick(table, key)
    qtbot.keyClick(table, Qt.Key.Key_End)  # a streak has several workouts
    for key in keys:
        qtbot.keyClick(table, key)
    assert asked == [("C", "run-1"), ("Del", "run-1"), ("U", "run-1")]


def test_that_the_row_gone_to_stays_when_the_records_change(screen: Screen, qtbot: QtBot) -> None:
    qtbot.keyClick(screen.panel.table, Qt.Key.Key_Down)
    screen.panel.show_records({}, TODAY)
    row = screen.panel.table.current_row
    assert row is not None
    assert row.kind is RecordKind.FASTEST_5_KM
