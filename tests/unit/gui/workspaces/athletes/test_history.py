"""The history in its workspace, by keys, over a results database that changes meanwhile."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.athletes.history import HistoryPage, HistoryPlace, HistoryRequest, HistoryRow
from core.events import BatchProcessed, OutcomeKind, WorkoutOutcome
from gui.frame.workspace_entry import CorrectWorkout, OpenWorkout, UseAgain
from gui.history.columns import HistoryFormat, history_columns
from gui.history.model import MOST_ROWS, PAGE_ROWS, HistoryModel
from gui.theme.theme import Theme
from gui.widgets import LabelledField
from gui.workspaces.athletes.history.panel import HistoryPanel
from tests.support.athletes_screen import AthletesScreen
from tests.support.incoming import MONDAY_NOON, deletion, submitted, workout_id


@pytest.fixture
def screen(theme: Theme, qtbot: QtBot, tmp_path: Path) -> Iterator[AthletesScreen]:
    with AthletesScreen(theme, qtbot, tmp_path) as screen:
        screen.keep(
            submitted(1, athlete="Ana Ruiz", day=0, minutes=30, km=5.2, title="=Hügel", notes="easy"),
            submitted(2, athlete="Ben", day=1, minutes=61, km=12),
            submitted(3, athlete="Élodie", sport="Cycling", day=2, minutes=90, km=31),
        )
        screen.open()
        yield screen


def _history(screen: AthletesScreen) -> HistoryPanel:
    return screen.workspace.history


def _names(screen: AthletesScreen) -> list[str]:
    return [row.athlete for row in _history(screen).model.rows]


def _open(screen: AthletesScreen, *names: str) -> None:
    QTest.keyClick(screen.list.search, Qt.Key.Key_H, Qt.KeyboardModifier.ControlModifier)
    screen.wait_for(lambda: _names(screen) == list(names or ("Élodie", "Ben", "Ana Ruiz")))


def test_that_a_key_opens_all_workouts_and_escape_leads_back(screen: AthletesScreen) -> None:
    _open(screen)
    assert _history(screen).found.text() == "3 workouts"
    assert _history(screen).filters.search.hasFocus()
    screen.press(Qt.Key.Key_Escape)
    screen.wait_for(screen.list.table.hasFocus)
    assert not screen.workspace.shows_history


def test_that_what_is_typed_is_searched_and_enter_goes_to_the_rows(screen: AthletesScreen) -> None:
    _open(screen)
    screen.qtbot.keyClicks(_history(screen).filters.search, "hugel")
    screen.press(Qt.Key.Key_Return)
    screen.wait_for(lambda: _names(screen) == ["Ana Ruiz"] and _history(screen).table.hasFocus())
    screen.wait_for(lambda: _history(screen).found.text() == "1 found")
    screen.press(Qt.Key.Key_Return)
    assert screen.requests == [OpenWorkout(workout_id(1))]
    QTest.keyClick(_history(screen).table, Qt.Key.Key_Slash)
    screen.wait_for(_history(screen).filters.search.hasFocus)
    screen.qtbot.keyClicks(_history(screen).filters.search, "nothing like it")
    screen.wait_for(lambda: _history(screen).state.title == "Nothing found")


def test_that_rows_are_corrected_deleted_and_used_again(screen: AthletesScreen) -> None:
    _open(screen)
    screen.press(Qt.Key.Key_Down)
    screen.wait_for(_history(screen).table.hasFocus)
    screen.press(Qt.Key.Key_C)
    assert screen.requests == [CorrectWorkout(workout_id(3))]
    deleted: list[str] = []
    _history(screen).table.changes.delete_requested.connect(deleted.append)
    screen.press(Qt.Key.Key_Down)
    screen.press(Qt.Key.Key_Delete)
    assert deleted == [workout_id(2)]
    row = _history(screen).table.current_row
    assert row is not None
    entries = {entry.words.partition("\t")[0]: entry for entry in _history(screen).table.row_actions(row)}
    words = ["&Show timeline", "Show re&visions", "&Correct…", "&Delete…", "&Use again", "&Only this athlete"]
    assert list(entries) == words
    screen.press(Qt.Key.Key_V)
    assert entries["Show re&visions"].why_not == "It was not corrected"
    assert len(screen.requests) == 1
    screen.press(Qt.Key.Key_U)
    assert screen.requests[-1] == UseAgain(workout_id(2))
    entries["&Use again"].run()
    assert screen.requests[-2:] == [UseAgain(workout_id(2))] * 2
    entries["&Only this athlete"].run()
    screen.wait_for(lambda: _names(screen) == ["Ben"])
    _history(screen).filters.athlete_button.click()
    screen.wait_for(lambda: len(_names(screen)) == 3)


def test_that_fields_and_titles_filter_and_sort(screen: AthletesScreen) -> None:
    _open(screen)
    filters = _history(screen).filters
    filters.sort.select("athlete")
    screen.wait_for(lambda: _names(screen) == ["Ana Ruiz", "Ben", "Élodie"])
    QTest.keyClick(filters.search, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    screen.wait_for(lambda: _names(screen) == ["Élodie", "Ben", "Ana Ruiz"])
    _history(screen).table.header.sectionClicked.emit(3)
    screen.wait_for(lambda: filters.sort.value == "duration" and _names(screen) == ["Élodie", "Ben", "Ana Ruiz"])
    filters.first.setText((MONDAY_NOON + timedelta(days=1)).date().isoformat())
    screen.wait_for(lambda: _names(screen) == ["Élodie", "Ben"])
    filters.last.setText("no day")
    screen.wait_for(lambda: filters.findChildren(type(filters.last)) and "No such day" in _errors(screen))
    filters.clear()
    filters.sport.setCurrentText("Cycling")
    screen.wait_for(lambda: _names(screen) == ["Élodie"])
    filters.clear()
    filters.badge.setCurrentText("5K Runner")
    screen.wait_for(lambda: sorted(_names(screen)) == ["Ana Ruiz", "Ben"])


def _errors(screen: AthletesScreen) -> list[str]:
    return [field.error for field in _history(screen).filters.findChildren(LabelledField)]


def test_that_a_change_of_a_row_is_shown(screen: AthletesScreen) -> None:
    _open(screen)
    screen.keep(deletion(2, 2))
    outcome = WorkoutOutcome(workout_id(2), "Ben", "Running", OutcomeKind.STORED, 1.0, 1.0)
    screen.controller.take([BatchProcessed(screen.now_ms, "w", (outcome,))])
    screen.now_ms += 1_000
    screen.tick()
    screen.wait_for(lambda: _names(screen) == ["Élodie", "Ana Ruiz"])


def test_that_home_and_end_lead_to_both_ends_of_a_long_list(screen: AthletesScreen) -> None:
    screen.keep(*(submitted(number, athlete="Ana Ruiz", day=-number / 24) for number in range(10, 610)))
    QTest.keyClick(screen.list.search, Qt.Key.Key_H, Qt.KeyboardModifier.ControlModifier)
    table, model = _history(screen).table, _history(screen).model
    screen.wait_for(lambda: len(model.rows) == PAGE_ROWS)
    screen.press(Qt.Key.Key_Down)
    screen.wait_for(table.hasFocus)

    def is_at(number: int) -> bool:
        row, index = table.current_row, table.currentIndex()
        seen = table.viewport().rect().contains(table.visualRect(index).center())
        return row is not None and row.workout_id == workout_id(number) and seen

    screen.press(Qt.Key.Key_End)
    screen.wait_for(lambda: model.at_end and is_at(609))
    screen.press(Qt.Key.Key_PageUp)
    screen.wait_for(lambda: 560 < int(_current(screen).workout_id[-12:], 16) < 609)
    screen.press(Qt.Key.Key_Home)
    screen.wait_for(lambda: model.at_start and is_at(3))


def _current(screen: AthletesScreen) -> HistoryRow:
    row = _history(screen).table.current_row
    assert row is not None
    return row


def test_that_the_history_of_the_chosen_athlete_is_opened(screen: AthletesScreen) -> None:
    screen.wait_for_page("Ana Ruiz")
    screen.page.head.history_button.click()
    screen.wait_for(lambda: _names(screen) == ["Ana Ruiz"])
    assert _history(screen).filters.athlete_button.text() == "Ana Ruiz"


def test_that_what_is_filtered_is_exported(screen: AthletesScreen, tmp_path: Path) -> None:
    _open(screen)
    _history(screen).filters.sport.setCurrentText("Running")
    screen.wait_for(lambda: _names(screen) == ["Ben", "Ana Ruiz"])
    notices: list[str] = []
    screen.controller.notice_raised.connect(notices.append)
    target = tmp_path / "history.csv"
    history = screen.controller.history
    assert history is not None
    history.export_to(str(target))
    screen.wait_for(lambda: notices)
    assert notices == ["2 workouts saved as history.csv."]
    with target.open(encoding="utf-8-sig", newline="") as file:
        assert [row["title"] for row in csv.DictReader(file)] == ["", "'=Hügel"]


# --- the rows that are loaded ------------------------------------------------------------------------------------


class _List:
    """Answers a model out of so many workouts, in one order."""

    def __init__(self, count: int, qapp: QApplication) -> None:
        assert qapp is not None
        self.asked: list[HistoryRequest] = []
        texts = HistoryFormat(lambda: 0)
        self.model = HistoryModel(texts, history_columns(texts))
        self.model.page_requested.connect(self.asked.append)
        self._rows = [_row(number) for number in range(count)]

    def answer(self) -> None:
        request = self.asked.pop(0)
        first = 0 if request.after is None else int(request.after.value[0]) + 1
        last = first + request.limit
        if request.before:
            last = len(self._rows) if request.after is None else int(request.after.value[0])
            first = max(0, last - request.limit)
        rows = tuple(self._rows[first:last])
        more = first > 0 if request.before else last < len(self._rows)
        following = (rows[0] if request.before else rows[-1]).place if more else None
        assert self.model.take(HistoryPage(request, rows, following))

    @property
    def numbers(self) -> list[int]:
        return [row.started_at_ms for row in self.model.rows]


def _row(number: int) -> HistoryRow:
    place = HistoryPlace((number,), str(number))
    return HistoryRow(str(number), "Ana", "Running", number, 0, 30, None, 255, True, 1, "", "", place=place)


def test_that_the_tool_tip_of_a_row_has_its_sets() -> None:
    texts = HistoryFormat(lambda: 0)
    assert "reps" not in texts.tip(_row(1))
    sets = [{"exercise": "Squat", "reps": 10, "weight": 40, "note": "easy"}] * 3
    lines = texts.tip(replace(_row(1), title="Legs", sets=json.dumps(sets))).splitlines()
    assert lines[1:3] == ["Legs", "Squat 3x10@40 (kg)"]
    many = json.dumps([{"reps": number} for number in range(300)])
    assert max(map(len, texts.tip(replace(_row(1), sets=many)).splitlines())) == 200


def test_that_a_long_list_is_loaded_at_the_end_that_is_scrolled_to(qapp: QApplication) -> None:
    found = _List(5_000, qapp)
    found.model.ask_for(HistoryRequest(limit=9))
    found.answer()
    assert not found.asked
    while len(found.model.rows) < MOST_ROWS or found.numbers[0] == 0:
        found.model.row(len(found.model.rows) - 1)
        found.answer()
    assert found.numbers == list(range(PAGE_ROWS, PAGE_ROWS + MOST_ROWS))
    found.model.row(0)
    found.answer()
    assert found.numbers == list(range(MOST_ROWS))
    assert found.model.at_start
    assert not found.model.at_end


def test_that_the_end_of_a_long_list_is_loaded_from_there(qapp: QApplication) -> None:
    found = _List(1_000, qapp)
    found.model.ask_for(HistoryRequest(limit=9), from_end=True)
    found.answer()
    assert found.numbers == list(range(800, 1_000))
    found.model.row(0)
    found.answer()
    assert found.numbers == list(range(600, 1_000))


def test_that_an_answer_to_an_earlier_question_is_not_shown(qapp: QApplication) -> None:
    found = _List(10, qapp)
    found.model.ask_for(HistoryRequest(limit=9))
    found.model.ask_for(HistoryRequest(sort="distance", limit=9))
    assert not found.model.take(HistoryPage(found.asked.pop(0), (), None))
    found.answer()
    assert found.numbers == list(range(10))
    assert found.model.is_whole
