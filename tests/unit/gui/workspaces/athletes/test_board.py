"""The panel of the weekly leaderboard."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from core.achievements.athlete_history import Totals
from core.athletes.ranking import Board, BoardWeek, Ranking, ranked_rows
from core.athletes.sums import Amount, amount_of
from core.athletes.weeks import Week, week_of, weeks_until
from gui.forms.formatting import Units
from gui.theme.theme import Theme
from gui.workspaces.athletes.board.panel import BoardPanel
from gui.workspaces.athletes.board.rows import age_words
from tests.support.entries import TODAY
from tests.support.painted_text import painted_texts

NOW = week_of(TODAY)
KM = {"Ivan": 121.5, "Zoe": 48.0, "Noah": 48.0, "Ana": 42.699, "Mia": 0.0}
KM_BEFORE = {"Zoe": 60.0, "Ivan": 50.0, "Noah": 40.0}


def totals(km: float) -> Totals:
    return Totals(2, 5_400_000, round(km * 1_000_000), 1_234_567)


def board(
    week: Week = NOW, amount: Amount = "distance", km: Mapping[str, float] = KM, *, ranked: int | None = None
) -> Board:
    """Each of the ten weeks has its own number in kilometres, or in workouts."""
    sums = {name: totals(each) for name, each in sorted(km.items(), key=lambda item: -item[1])}
    before = {name: amount_of(totals(each), amount) for name, each in KM_BEFORE.items()}
    now = Ranking(amount_of(one, amount) for one in sums.values())
    rows = ranked_rows(sums, amount, now, before, Ranking(before.values()))
    unit = 1_000_000 if amount == "distance" else 1
    weeks = tuple(BoardWeek(one, one.iso_week * unit) for one in weeks_until(week, 10))
    return Board(week, amount, rows, len(rows) if ranked is None else ranked, len(km), 30, weeks)


class Screen:
    def __init__(self, theme: Theme, qtbot: QtBot) -> None:
        self.window = QWidget()
        self.panel = BoardPanel(theme, parent=self.window)
        self.table, self.picker = self.panel.table, self.panel.picker
        qtbot.addWidget(self.window)
        self.window.resize(300, 700)
        self.panel.resize(300, 700)
        with qtbot.waitActive(self.window):
            self.window.show()
            self.window.activateWindow()
        self.athletes: list[str] = []
        self.weeks: list[Week] = []
        self.amounts: list[str] = []
        self.panel.athlete_chosen.connect(self.athletes.append)
        self.panel.week_chosen.connect(self.weeks.append)
        self.panel.amount_chosen.connect(self.amounts.append)
        self.panel.show_board(board(), TODAY)

    def said(self) -> list[str]:
        model = self.panel.model
        place = model.place_of("Athlete")
        role = Qt.ItemDataRole.AccessibleTextRole
        return [str(model.index(number, place).data(role)) for number in range(model.rowCount())]

    def cells(self) -> list[str]:
        return [cell.accessibleName() for cell in self.picker.cells]

    def texts(self) -> list[str]:
        """All that can be seen outside the table."""
        return [text for label in self.panel.findChildren(QWidget) if label.isVisible() and (text := _text_of(label))]


def _text_of(widget: QWidget) -> str:
    text = getattr(widget, "text", None)
    return str(text()) if callable(text) else ""


@pytest.fixture
def screen(theme: Theme, qtbot: QtBot) -> Screen:
    return Screen(theme, qtbot)


def test_that_a_row_says_rank_value_and_move(screen: Screen) -> None:
    assert screen.said() == [
        "1, Ivan, 121.5 km, up 1",
        "2, tied, Zoe, 48.0 km, down 1",
        "2, tied, Noah, 48.0 km, up 1",
        "4, Ana, 42.6 km, new",  # cut, never rounded up; without a distance there is no place
    ]


def test_that_values_are_in_the_units_of_the_settings(screen: Screen) -> None:
    screen.panel.set_units(Units("mi"))
    assert screen.said()[3] == "4, Ana, 26.5 mi, new"
    assert screen.cells()[-1] == "Week 50, 8 to 14 Dec: 31.0 mi in all"


@pytest.mark.parametrize(
    ("amount", "value", "cell"),
    [
        ("duration", "1:30 h", "0:00 h in all"),
        ("energy", "1,234 kcal", "0 kcal in all"),
        ("workouts", "2 workouts", "50 workouts"),
    ],
)
def test_that_each_amount_has_its_unit(screen: Screen, amount: Amount, value: str, cell: str) -> None:
    choose_amount(screen, amount)
    assert screen.amounts == [amount]
    screen.panel.show_board(board(amount=amount), TODAY)
    assert screen.said()[0] == f"1, tied, Ivan, {value}, same place"
    assert screen.cells()[-1].partition(": ")[2] == cell


def choose_amount(screen: Screen, amount: Amount) -> None:
    """As an entry of the menu does."""
    (action,) = [one for one in screen.panel.amount_button.menu().actions() if one.data() == amount]
    action.trigger()


def test_that_the_menu_of_amounts_opens_and_chooses_by_keys(screen: Screen, qtbot: QtBot) -> None:
    button = screen.panel.amount_button
    button.setFocus(Qt.FocusReason.TabFocusReason)
    menu = button.menu()
    menu.aboutToShow.connect(lambda: qtbot.keyClick(menu, Qt.Key.Key_E), Qt.ConnectionType.QueuedConnection)
    qtbot.keyClick(button, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: screen.amounts == ["energy"])
    assert button.accessibleName() == "Ranked by energy"
    assert screen.panel.amount == "energy"


def test_that_the_amount_that_is_chosen_already_is_not_asked_for_again(screen: Screen) -> None:
    choose_amount(screen, "distance")
    assert screen.amounts == []


def test_that_a_board_of_another_amount_comes_too_late(screen: Screen) -> None:
    choose_amount(screen, "energy")
    screen.panel.show_board(board(km={"Late": 1}), TODAY)
    assert "Late" not in " ".join(screen.said())


def test_that_enter_chooses_the_athlete_gone_to(screen: Screen, qtbot: QtBot) -> None:
    screen.table.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(screen.table.hasFocus)
    qtbot.keyClick(screen.table, Qt.Key.Key_Down)
    assert screen.athletes == []
    qtbot.keyClick(screen.table, Qt.Key.Key_Return)
    assert screen.athletes == ["Zoe"]
    assert screen.said()[1] == "2, tied, Zoe, 48.0 km, down 1, chosen"


def test_that_a_click_chooses_the_athlete(screen: Screen, qtbot: QtBot) -> None:
    at = screen.table.visualRect(screen.panel.model.index(3, 0)).center()
    qtbot.mouseClick(screen.table.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert screen.athletes == ["Ana"]


def test_that_arrow_keys_begin_at_the_chosen_athlete_and_stay_when_others_pass(screen: Screen, qtbot: QtBot) -> None:
    screen.panel.show_athlete("Ana")
    screen.panel.show_board(board(km=KM | {"Ana": 150.0}), TODAY)
    assert screen.said()[0] == "1, Ana, 150.0 km, new, chosen"
    row = screen.table.current_row
    assert row is not None
    assert row.athlete == "Ana"
    qtbot.keyClick(screen.table, Qt.Key.Key_Down)
    assert screen.table.currentIndex().row() == 1


def test_that_what_is_copied_has_rank_name_and_value(screen: Screen, qtbot: QtBot) -> None:
    screen.panel.show_athlete("Noah")
    qtbot.keyClick(screen.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.clipboard().text() == "2=\tNoah\t48.0 km"


def test_that_left_and_right_choose_a_week(screen: Screen, qtbot: QtBot) -> None:
    screen.picker.cells[-1].setFocus(Qt.FocusReason.TabFocusReason)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Left, Qt.Key.Key_Right):
        focused = QApplication.focusWidget()
        assert focused is not None
        qtbot.keyClick(focused, key)
    assert screen.weeks == [NOW.shifted(-1), NOW.shifted(-2), NOW.shifted(-1)]
    assert screen.picker.cells[-2].hasFocus()
    assert screen.picker.cells[-2].isChecked()


def test_that_the_ten_weeks_stay_while_one_of_them_is_chosen(screen: Screen) -> None:
    before = screen.cells()
    screen.picker.cells[5].click()
    screen.panel.show_board(board(NOW.shifted(-4)), TODAY)
    assert screen.weeks == [NOW.shifted(-4)]
    assert screen.cells() == before
    assert {"Week 46", "10 to 16 Nov"} <= set(screen.texts())
    assert "5 of 30 trained that week" in screen.texts()


def test_that_the_weeks_before_the_ten_are_reached(screen: Screen) -> None:
    screen.picker.cells[0].click()
    screen.picker.before_button.click()
    assert screen.weeks[-1] == NOW.shifted(-10)
    assert screen.cells()[0] == "Week 40, 29 Sep to 5 Oct"  # its figures are being read
    screen.panel.show_board(board(NOW.shifted(-10)), TODAY)
    assert screen.cells()[0] == "Week 40, 29 Sep to 5 Oct: 40.0 km in all"
    assert screen.cells()[-1] == "Week 49, 1 to 7 Dec: 49.0 km in all"


def test_that_there_is_no_week_after_this_one(screen: Screen) -> None:
    assert not screen.picker.after_button.isEnabled()
    screen.picker.before_button.click()
    assert screen.picker.after_button.isEnabled()
    screen.picker.after_button.click()
    assert screen.weeks == [NOW.shifted(-1), NOW]
    assert not screen.picker.after_button.isEnabled()


def test_that_a_board_of_another_week_comes_too_late(screen: Screen) -> None:
    screen.picker.before_button.click()
    screen.panel.show_board(board(km={"Late": 1}), TODAY)
    assert "Late" not in " ".join(screen.said())


def test_that_the_current_week_goes_on_with_the_calendar(screen: Screen) -> None:
    monday = NOW.shifted(1).monday
    assert screen.panel.week is None
    screen.panel.show_board(board(NOW.shifted(1)), monday)
    assert "Week 51" in screen.texts()
    screen.picker.before_button.click()
    assert screen.panel.week == NOW
    screen.panel.show_board(board(NOW), monday)
    screen.panel.show_board(board(NOW.shifted(2)), NOW.shifted(2).monday)
    assert "Week 50" in screen.texts()
    assert "Week 50, 8 to 14 Dec: 50.0 km in all" in screen.cells()


def test_that_a_week_of_another_year_says_which(screen: Screen) -> None:
    for _ in range(50):
        screen.picker.before_button.click()
    assert "23 to 29 Dec 2024" in screen.texts()


def test_that_another_amount_forgets_the_figures_of_the_weeks(screen: Screen) -> None:
    screen.picker.before_button.click()
    choose_amount(screen, "workouts")
    assert screen.cells()[-1] == "Week 50, 8 to 14 Dec"
    screen.panel.show_board(board(NOW.shifted(-1), "workouts"), TODAY)
    assert screen.cells()[-2:] == ["Week 49, 1 to 7 Dec: 49 workouts", "Week 50, 8 to 14 Dec"]


def test_that_an_empty_week_says_so(screen: Screen) -> None:
    screen.panel.show_board(board(km={}), TODAY)
    assert {"No workout this week yet", "0 of 30 trained this week"} <= set(screen.texts())
    assert not screen.table.isVisible()
    screen.panel.show_board(board(km={"Mia": 0.0}), TODAY)
    assert "No distance in this week" in screen.texts()
    screen.picker.before_button.click()
    screen.panel.show_board(board(NOW.shifted(-1), km={}), TODAY)
    assert "No workout in that week" in screen.texts()
    screen.picker.after_button.click()
    screen.panel.show_board(board(), TODAY)
    assert screen.table.isVisible()


def test_that_an_empty_week_leads_to_the_one_before(screen: Screen, qtbot: QtBot) -> None:
    screen.panel.show_board(board(km={}), TODAY)
    screen.panel.empty.button.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(screen.panel.empty.button, Qt.Key.Key_Space)
    assert screen.weeks == [NOW.shifted(-1)]
    screen.picker.after_button.click()
    screen.panel.show_board(board(km={"Mia": 0.0}), TODAY)
    assert not screen.panel.empty.button.isVisible()


def test_that_a_page_offers_all_rows(screen: Screen, qtbot: QtBot) -> None:
    assert not screen.panel.all_button.isVisible()
    screen.panel.show_board(board(ranked=24), TODAY)
    screen.panel.all_button.setFocus(Qt.FocusReason.TabFocusReason)
    with qtbot.waitSignal(screen.panel.all_requested):
        qtbot.keyClick(screen.panel.all_button, Qt.Key.Key_Space)


@pytest.mark.parametrize(
    ("age_s", "is_live", "words"),
    [(2.4, True, "live, 2 s ago"), (61.0, True, "live, 1 min ago"), (7_200.0, False, "as of 2 h ago")],
)
def test_that_the_age_of_the_board_is_shown(screen: Screen, age_s: float, is_live: bool, words: str) -> None:
    assert age_words(age_s, is_live=is_live) == words
    screen.panel.show_age(age_s, is_live=is_live)
    assert words in screen.texts()
    screen.panel.show_age(None)
    assert words not in screen.texts()


def test_that_the_tip_has_all_amounts(screen: Screen) -> None:
    tip = screen.panel.model.index(1, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert tip == "Zoe: down 1\n2 workouts, 48.0 km, 1:30 h, 1,234 kcal"


def test_that_long_ranks_and_moves_are_not_cut(screen: Screen, theme: Theme) -> None:
    """10,000 athletes, of whom one came from far behind."""
    row = board().rows[0]
    rows = tuple(replace(row, athlete=f"athlete {rank}", rank=rank, moved=rank - 5_001) for rank in (1, 9_999))
    screen.panel.show_board(replace(board(), rows=rows), TODAY)
    texts = [each.text for each in painted_texts(screen.table.viewport())]
    assert {"9,999", "5,000", "4,998", "athlete 9999"} <= set(texts)


def test_that_the_menu_of_a_row_chooses_its_athlete(screen: Screen) -> None:
    (choosing,) = screen.table.row_actions(screen.panel.model.rows[2])
    choosing.run()
    assert screen.athletes == ["Noah"]
