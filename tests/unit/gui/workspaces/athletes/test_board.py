"""The panel of the leaderboard."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from core.athletes.board_periods import BoardPeriod, period_of, periods_until
from core.athletes.leaderboard import BoardAmount, BoardCell, Leaderboard, LeaderboardRequest, board_value
from core.athletes.periods import Period
from core.athletes.ranking import Ranking, ranked_rows
from core.athletes.sums import Sums
from core.athletes.weeks import week_of
from gui.forms.formatting import Units
from gui.theme.theme import Theme
from gui.workspaces.athletes.board.panel import BoardPanel
from gui.workspaces.athletes.board.rows import age_words
from tests.support.entries import TODAY
from tests.support.painted_text import painted_texts

NOW = period_of("week", TODAY)
KM = {"Ivan": 121.5, "Zoe": 48.0, "Noah": 48.0, "Ana": 42.699, "Mia": 0.0}
KM_BEFORE = {"Zoe": 60.0, "Ivan": 50.0, "Noah": 40.0}


def totals(km: float) -> Sums:
    return Sums(2, 5_400_000, round(km * 1_000_000), 1_234_567, 640_000)


def number_of(period: BoardPeriod) -> int:
    """Of a week its number, of a month too, of others the year."""
    if period.kind == "week":
        return week_of(period.first).iso_week
    return period.first.month if period.kind == "month" else period.first.year


def board(
    period: BoardPeriod = NOW,
    amount: BoardAmount = "distance",
    km: Mapping[str, float] = KM,
    *,
    sport: str | None = None,
    sports: tuple[str, ...] = ("Cycling", "Running"),
    ranked: int | None = None,
) -> Leaderboard:
    """Each of the ten periods has its own number in kilometres, or in workouts."""
    sums = {name: totals(each) for name, each in sorted(km.items(), key=lambda item: -item[1])}
    before = (
        {} if period.kind == "all" else {name: board_value(totals(each), amount) for name, each in KM_BEFORE.items()}
    )
    now, earlier = Ranking(board_value(one, amount) for one in sums.values()), Ranking(before.values())
    rows = ranked_rows(sums, lambda one: board_value(one, amount), now, before, earlier)
    unit = 1_000_000 if amount == "distance" else 1
    cells = tuple(BoardCell(one, number_of(one) * unit) for one in periods_until(period, 10))
    request = LeaderboardRequest(period, amount, sport, limit=50, cells=10)
    return Leaderboard(request, rows, len(rows) if ranked is None else ranked, len(km), 30, sports, cells)


class Screen:
    def __init__(self, theme: Theme, qtbot: QtBot) -> None:
        self.window = QWidget()
        self.panel = BoardPanel(theme, TODAY, parent=self.window)
        self.table, self.picker = self.panel.table, self.panel.picker
        qtbot.addWidget(self.window)
        self.window.resize(300, 700)
        self.panel.resize(300, 700)
        with qtbot.waitActive(self.window):
            self.window.show()
            self.window.activateWindow()
        self.athletes: list[str] = []
        self.asked: list[LeaderboardRequest] = []
        self.panel.athlete_chosen.connect(self.athletes.append)
        self.panel.board_requested.connect(lambda: self.asked.append(self.panel.request))
        self.panel.show_board(board())

    @property
    def periods(self) -> list[BoardPeriod]:
        """Those that were asked for."""
        return [request.period for request in self.asked]

    @property
    def amounts(self) -> list[BoardAmount]:
        return [request.amount for request in self.asked]

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
        ("climb", "640 m", "0 m in all"),
    ],
)
def test_that_each_amount_has_its_unit(screen: Screen, amount: BoardAmount, value: str, cell: str) -> None:
    choose_amount(screen, amount)
    assert screen.amounts == [amount]
    screen.panel.show_board(board(amount=amount))
    assert screen.said()[0] == f"1, tied, Ivan, {value}, same place"
    assert screen.cells()[-1].partition(": ")[2] == cell


def choose_amount(screen: Screen, amount: BoardAmount) -> None:
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
    assert button.accessibleName() == "Ranked by Energy"
    assert screen.panel.request.amount == "energy"


def test_that_the_amount_that_is_chosen_already_is_not_asked_for_again(screen: Screen) -> None:
    choose_amount(screen, "distance")
    assert screen.amounts == []


def test_that_a_board_of_another_amount_comes_too_late(screen: Screen) -> None:
    choose_amount(screen, "energy")
    screen.panel.show_board(board(km={"Late": 1}))
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
    screen.panel.show_board(board(km=KM | {"Ana": 150.0}))
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
    assert screen.periods == [NOW.shifted(-1), NOW.shifted(-2), NOW.shifted(-1)]
    assert screen.picker.cells[-2].hasFocus()
    assert screen.picker.cells[-2].isChecked()


def test_that_the_ten_weeks_stay_while_one_of_them_is_chosen(screen: Screen) -> None:
    before = screen.cells()
    screen.picker.cells[5].click()
    screen.panel.show_board(board(NOW.shifted(-4)))
    assert screen.periods == [NOW.shifted(-4)]
    assert screen.cells() == before
    assert {"Week 46", "10 to 16 Nov"} <= set(screen.texts())
    assert "5 of 30 trained that week" in screen.texts()


def test_that_the_weeks_before_the_ten_are_reached(screen: Screen) -> None:
    screen.picker.cells[0].click()
    screen.picker.before_button.click()
    assert screen.periods[-1] == NOW.shifted(-10)
    assert screen.cells()[0] == "Week 40, 29 Sep to 5 Oct"  # its figures are being read
    screen.panel.show_board(board(NOW.shifted(-10)))
    assert screen.cells()[0] == "Week 40, 29 Sep to 5 Oct: 40.0 km in all"
    assert screen.cells()[-1] == "Week 49, 1 to 7 Dec: 49.0 km in all"


def test_that_there_is_no_week_after_this_one(screen: Screen) -> None:
    assert not screen.picker.after_button.isEnabled()
    screen.picker.before_button.click()
    assert screen.picker.after_button.isEnabled()
    screen.picker.after_button.click()
    assert screen.periods == [NOW.shifted(-1), NOW]
    assert not screen.picker.after_button.isEnabled()


def test_that_a_board_of_another_week_comes_too_late(screen: Screen) -> None:
    screen.picker.before_button.click()
    screen.panel.show_board(board(km={"Late": 1}))
    assert "Late" not in " ".join(screen.said())


def test_that_the_current_week_goes_on_with_the_calendar(screen: Screen) -> None:
    screen.panel.show_today(NOW.shifted(1).first)
    screen.panel.show_board(board(NOW.shifted(1)))
    assert "Week 51" in screen.texts()
    screen.picker.before_button.click()
    assert screen.panel.period == NOW
    screen.panel.show_board(board(NOW))
    screen.panel.show_today(NOW.shifted(2).first)
    assert "Week 50" in screen.texts()
    assert "Week 50, 8 to 14 Dec: 50.0 km in all" in screen.cells()
    screen.picker.after_button.click()
    screen.picker.after_button.click()
    screen.panel.show_today(NOW.shifted(3).first)
    assert screen.panel.period == NOW.shifted(3)


def test_that_a_week_of_another_year_says_which(screen: Screen) -> None:
    for _ in range(50):
        screen.picker.before_button.click()
    assert "23 to 29 Dec 2024" in screen.texts()


def test_that_another_amount_asks_for_the_bars_of_all_weeks(screen: Screen) -> None:
    assert screen.panel.cells_request is None
    screen.picker.cells[4].click()
    choose_amount(screen, "workouts")
    assert screen.cells()[-1] == "Week 50, 8 to 14 Dec"
    chosen = NOW.shifted(-5)
    screen.panel.show_board(board(chosen, "workouts"))
    assert screen.cells()[4:6] == ["Week 45, 3 to 9 Nov: 45 workouts", "Week 46, 10 to 16 Nov"]
    wanted = screen.panel.cells_request
    assert wanted == LeaderboardRequest(NOW, "workouts", limit=0, cells=10)
    screen.panel.show_cells(board(NOW, "distance"))  # asked before, and too late
    assert screen.cells()[-1] == "Week 50, 8 to 14 Dec"
    screen.panel.show_cells(board(NOW, "workouts"))
    assert screen.cells()[-1] == "Week 50, 8 to 14 Dec: 50 workouts"
    assert screen.panel.period == chosen


@pytest.mark.parametrize(
    ("kind", "title", "before", "first_cell"),
    [
        ("month", "December", "November", "March, 2025: 3.0 km in all"),
        ("year", "2025", "2024", "2016: 2,016 km in all"),
    ],
)
def test_that_months_and_years_are_chosen_like_weeks(
    screen: Screen, kind: Period, title: str, before: str, first_cell: str
) -> None:
    screen.picker.cells[2].click()
    screen.panel.kind.select(kind)
    now = period_of(kind, TODAY)
    assert screen.periods[-1] == now
    screen.panel.show_board(board(now))
    assert title in screen.texts()
    assert screen.cells()[0] == first_cell
    screen.picker.before_button.click()
    assert screen.periods[-1] == now.shifted(-1)
    assert before in screen.texts()
    assert screen.picker.after_button.isEnabled()


def test_that_all_time_has_neither_moves_nor_cells(screen: Screen) -> None:
    screen.panel.kind.select("all")
    ever = period_of("all", TODAY)
    assert screen.periods == [ever]
    assert screen.panel.cells_request is None
    screen.panel.show_board(board(ever))
    assert "All time" in screen.texts()
    assert not screen.picker.cells[0].isVisible()
    assert not screen.picker.before_button.isVisible()
    assert screen.said()[:2] == ["1, Ivan, 121.5 km", "2, tied, Zoe, 48.0 km"]
    assert "5 of 30 trained" in screen.texts()
    assert "new" not in [each.text for each in painted_texts(screen.table.viewport())]


def test_that_a_sport_is_chosen_by_keys_and_stays(screen: Screen, qtbot: QtBot) -> None:
    button = screen.panel.sport_button
    button.setFocus(Qt.FocusReason.TabFocusReason)
    menu = button.menu()
    assert [action.text() for action in menu.actions()] == ["&All sports", "&Cycling", "&Running"]
    menu.aboutToShow.connect(lambda: qtbot.keyClick(menu, Qt.Key.Key_R), Qt.ConnectionType.QueuedConnection)
    qtbot.keyClick(button, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: [request.sport for request in screen.asked] == ["Running"])
    assert button.accessibleName() == "Ranked in Running"
    screen.panel.show_board(board(km={"Late": 1}))  # of all sports
    assert "Late" not in " ".join(screen.said())
    screen.panel.show_board(board(sport="Running", km={}, sports=("Cycling",)))
    assert "No workout of Running this week yet" in screen.texts()
    assert [action.text() for action in menu.actions()] == ["&All sports", "&Cycling", "&Running"]


def test_that_it_says_that_it_is_being_read(theme: Theme, qtbot: QtBot) -> None:
    panel = BoardPanel(theme, TODAY)
    qtbot.addWidget(panel)
    panel.show()
    assert panel.empty.title == "Reading the leaderboard"
    assert panel.empty.isVisible()


def test_that_an_empty_week_says_so(screen: Screen) -> None:
    screen.panel.show_board(board(km={}))
    assert {"No workout this week yet", "0 of 30 trained this week"} <= set(screen.texts())
    assert not screen.table.isVisible()
    screen.panel.show_board(board(km={"Mia": 0.0}))
    assert "No distance this week" in screen.texts()
    screen.picker.before_button.click()
    screen.panel.show_board(board(NOW.shifted(-1), km={}))
    assert "No workout that week" in screen.texts()
    screen.picker.after_button.click()
    screen.panel.show_board(board())
    assert screen.table.isVisible()


def test_that_an_empty_week_leads_to_the_one_before(screen: Screen, qtbot: QtBot) -> None:
    screen.panel.show_board(board(km={}))
    screen.panel.empty.button.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(screen.panel.empty.button, Qt.Key.Key_Space)
    assert screen.periods == [NOW.shifted(-1)]
    screen.picker.after_button.click()
    screen.panel.show_board(board(km={"Mia": 0.0}))
    assert not screen.panel.empty.button.isVisible()


def test_that_a_page_offers_all_rows(screen: Screen, qtbot: QtBot) -> None:
    assert not screen.panel.all_button.isVisible()
    screen.panel.show_board(board(ranked=24))
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
    assert tip == "Zoe: down 1\n2 workouts, 48.0 km, 1:30 h, 1,234 kcal, 640 m climbed"


def test_that_long_ranks_and_moves_are_not_cut(screen: Screen, theme: Theme) -> None:
    """10,000 athletes, of whom one came from far behind."""
    row = board().rows[0]
    rows = tuple(replace(row, athlete=f"athlete {rank}", rank=rank, moved=rank - 5_001) for rank in (1, 9_999))
    screen.panel.show_board(replace(board(), rows=rows))
    texts = [each.text for each in painted_texts(screen.table.viewport())]
    assert {"9,999", "5,000", "4,998", "athlete 9999"} <= set(texts)


def test_that_the_menu_of_a_row_chooses_its_athlete(screen: Screen) -> None:
    (choosing,) = screen.table.row_actions(screen.panel.model.rows[2])
    choosing.run()
    assert screen.athletes == ["Noah"]
