"""How the list of athletes writes its rows."""

from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.achievements.athlete_history import Totals
from core.athletes.listing import AthleteList, AthleteListRequest, AthleteRow
from gui.forms.formatting import Units
from gui.theme.theme import Theme
from gui.workspaces.athletes.list.model import AthletesModel
from gui.workspaces.athletes.list.table import AthletesTable
from tests.support.painted_text import painted_texts

TODAY = date(2025, 12, 10)
WIDTH_PX = 242  # of the list without its frame


class Rows:
    def __init__(self, theme: Theme, qtbot: QtBot, *rows: AthleteRow) -> None:
        self.model = AthletesModel(TODAY)
        self.table = AthletesTable(theme, self.model)
        qtbot.addWidget(self.table)
        self.table.resize(WIDTH_PX, 200)
        self.model.page_requested.connect(self._requested)
        self.model.show(self.model.wanted)
        self.table.take(AthleteList(self.request, rows, len(rows), len(rows), False, None))

    def _requested(self, request: AthleteListRequest) -> None:
        self.request = request

    def painted(self) -> str:
        return "|".join(each.text for each in painted_texts(self.table.viewport()))


def row(*sports: str, days_ago: int = 3, km: float = 112.8) -> AthleteRow:
    day = date.fromordinal(TODAY.toordinal() - days_ago)
    return AthleteRow("Kofi Mensah", day, sports, Totals(1, 60_000, round(km * 1_000_000), 1))


@pytest.mark.parametrize(
    ("sports", "km", "lower"),
    [
        (("Swimming",), 0.0, "Swimming|, 3 days ago"),
        (("Swimming",), 112.8, "Swimming|, 3 d ago"),
        (("Cycling", "Running", "Yoga"), 0.0, "Cycling +2|, 3 days ago"),
    ],
)
def test_that_the_second_line_is_whole(
    theme: Theme, qtbot: QtBot, sports: tuple[str, ...], km: float, lower: str
) -> None:
    assert lower in Rows(theme, qtbot, row(*sports, km=km)).painted()


def test_that_a_very_long_sport_is_cut_and_the_day_is_not(theme: Theme, qtbot: QtBot) -> None:
    painted = Rows(theme, qtbot, row("Synchronised swimming in cold water")).painted()
    assert "…|, 3 d ago" in painted


def test_that_a_row_is_said_and_copied_with_its_week(theme: Theme, qtbot: QtBot) -> None:
    rows = Rows(theme, qtbot, row("Running", days_ago=0, km=42.6))
    said = rows.model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert said == "Kofi Mensah: Running, today, 42.6 km this week"
    rows.model.set_units(Units("mi"))
    rows.table.setCurrentIndex(rows.model.index(0, 0))
    qtbot.keyClick(rows.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.clipboard().text() == "Kofi Mensah\t26.4 mi"
