"""The panel of an athlete's badges, and the dialog with all rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from core.achievements.rule_schema import AchievementRule
from core.achievements.rules import AchievementProgress, default_rules
from core.achievements.summary import AchievementSummary, BadgeCount
from core.athletes.badges import Badge
from gui.forms.formatting import Units
from gui.theme.theme import Theme
from gui.workspaces.athletes.badges.panel import BadgesPanel
from gui.workspaces.athletes.badges.rules_dialog import RulesDialog
from gui.workspaces.athletes.badges.texts import BadgeFormat, icon_of
from tests.support.entries import TODAY

RULES = default_rules()
MARCH = date(2024, 3, 2)


def badge(code: str, *days: date, current: float = 0.0) -> Badge:
    """Earned on these days, or in progress."""
    rule = RULES.by_code[code]
    target = rule.target or rule.more_than or 1
    progress = AchievementProgress(code, current, target, min(1.0, current / target))
    return Badge(rule, progress, len(days), min(days, default=None), max(days, default=None))


BADGES = (
    badge("5k-runner", MARCH),
    badge("century-ride", current=82.09),
    badge("streak-30", current=12),
    badge("record-distance", TODAY, TODAY - timedelta(days=40), MARCH),
    badge("ultra"),
    badge("everest", TODAY),
)


class Screen:
    def __init__(self, theme: Theme, qtbot: QtBot, app: QApplication) -> None:
        theme.apply(app)  # the width of its scroll bars decides how many tiles there are beside each other
        self.theme = theme
        self.window = QWidget()
        self.panel = BadgesPanel(theme, parent=self.window)
        self.grid = self.panel.grid
        qtbot.addWidget(self.window)
        self.window.resize(800, 300)
        self.panel.resize(376, 288)
        with qtbot.waitActive(self.window):
            self.window.show()
            self.window.activateWindow()
        self.asked: list[str] = []
        self.panel.rules_requested.connect(self.asked.append)
        self.panel.show_badges(BADGES, TODAY)

    def said(self) -> list[str]:
        role = Qt.ItemDataRole.AccessibleTextRole
        return [str(self.panel.model.index(number, 0).data(role)) for number in range(self.panel.model.rowCount())]

    @property
    def code(self) -> str:
        row = self.panel.model.row(self.grid.currentIndex().row())
        assert row is not None
        return row.rule.code


@pytest.fixture
def screen(theme: Theme, qtbot: QtBot, qapp: QApplication) -> Screen:
    return Screen(theme, qtbot, qapp)


def test_that_tiles_say_what_is_earned_then_what_is_near_then_what_is_hidden(screen: Screen) -> None:
    assert screen.said() == [
        "5K Runner, earned 2 Mar 24. Running, 5 km or more",
        "Distance Record, earned 3 times. Farther than ever before in that sport",
        "Everest, earned today. 8,849 m of ascent in all",
        "Century Ride, 82 %, 82 of 100 km. Cycling, 100 km (62 mi) or more",
        "30-Day Streak, 40 %, 12 of 30 days. A workout on 30 days in a row",
        "Hidden badge, keep training",
    ]


def test_that_a_closed_badge_gives_nothing_away(screen: Screen) -> None:
    last = screen.panel.model.index(5, 0)
    shown = [str(last.data(role)) for role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole)]
    assert shown == ["Hidden badge", "It opens when it is earned"]


def test_that_a_rule_with_an_icon_that_is_not_here_has_a_medal(screen: Screen) -> None:
    known, unknown = badge("5k-runner", MARCH), RULES.by_code["ultra"].model_copy(update={"icon": "mdi6.nothing"})
    assert icon_of(known.rule) == known.rule.icon
    screen.panel.show_badges([known, replace(known, rule=unknown)], TODAY)
    screen.grid.grab()  # an icon without a name of the family would be an error here
    assert icon_of(unknown) == "mdi6.medal-outline"


def test_that_the_head_counts_what_is_earned(screen: Screen) -> None:
    labels = [str(one.property("text")) for one in screen.panel.findChildren(QWidget)]
    assert "3 of 6 earned" in labels


@pytest.mark.parametrize(
    ("one", "units", "line"),
    [
        (badge("century-ride", current=82.0), Units("mi"), "50.9 of 62 mi"),
        (badge("half-marathon", current=21.09), Units(), "21 of 21.1 km"),
        (badge("half-marathon", current=21.0), Units("mi"), "13 of 13.1 mi"),
        (badge("swim-1k", current=0.6409), Units(), "640 of 1,000 m"),
        (badge("swim-1k", current=0.6409), Units("mi"), "700 of 1,094 yd"),
        (badge("total-1000km", current=999.999), Units(), "999 of 1,000 km"),
        (badge("total-100km", current=99.99), Units("mi"), "62.1 of 62.2 mi"),
        (badge("hour-of-power", current=59.9), Units(), "59 of 60 min"),
        (badge("total-24h", current=750), Units(), "12.5 of 24 h"),
        (badge("total-10k-kcal", current=2_871.9), Units(), "2,871 of 10,000 kcal"),
        (badge("dawn-patrol", current=7), Units(), "7 of 10 workouts"),
        (badge("week-of-3", current=2), Units(), "2 of 3 sports"),
        (badge("early-bird"), Units(), "not yet"),
        (badge("record-5k-pace"), Units(), "not yet"),
        (badge("record-distance", *[TODAY] * 1_204), Units(), "1,204 times"),
        (badge("5k-runner", date(2025, 10, 4)), Units(), "earned 4 Oct"),
    ],
)
def test_that_progress_is_in_the_unit_of_the_rule_and_cut(one: Badge, units: Units, line: str) -> None:
    assert BadgeFormat(units, TODAY).line(one) == line


def test_that_units_change_what_is_shown(screen: Screen) -> None:
    screen.panel.set_units(Units("mi"))
    assert "Century Ride, 82 %, 51 of 62 mi. Cycling, 100 km (62 mi) or more" in screen.said()


def test_that_a_tip_says_how_and_when(screen: Screen) -> None:
    tip = screen.panel.model.index(1, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert tip == "Farther than ever before in that sport\nearned 3 times\nfirst 2 Mar 24, last today"


def test_that_arrow_keys_go_from_tile_to_tile(screen: Screen, qtbot: QtBot) -> None:
    screen.grid.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(screen.grid.hasFocus)
    gone = [screen.code]
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Up, Qt.Key.Key_End, Qt.Key.Key_Home):
        qtbot.keyClick(screen.grid, key)
        gone.append(screen.code)
    first, second, _third, fourth, fifth, last = [str(one.rule.code) for one in screen.panel.model.rows]
    assert gone == [first, second, fifth, fourth, first, last, first]


def test_that_a_wider_panel_has_more_tiles_beside_each_other(screen: Screen, qtbot: QtBot) -> None:
    assert screen.grid.columns == 3
    screen.panel.resize(620, 288)
    qtbot.waitUntil(lambda: screen.grid.columns == 5)
    rects = [screen.grid.visualRect(screen.panel.model.index(number, 0)) for number in range(6)]
    assert len({rect.top() for rect in rects[:5]}) == 1
    assert rects[5].top() > rects[0].top()
    assert rects[4].right() <= screen.grid.viewport().width()


def test_that_enter_asks_for_the_rule_of_a_tile_but_not_of_a_closed_one(screen: Screen, qtbot: QtBot) -> None:
    screen.grid.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(screen.grid, Qt.Key.Key_Return)
    qtbot.keyClick(screen.grid, Qt.Key.Key_End)
    qtbot.keyClick(screen.grid, Qt.Key.Key_Return)
    qtbot.keyClick(screen.panel.rules_button, Qt.Key.Key_Space)
    assert screen.asked == ["5k-runner", "", ""]


def test_that_the_tile_gone_to_stays_when_badges_change(screen: Screen, qtbot: QtBot) -> None:
    qtbot.keyClick(screen.grid, Qt.Key.Key_Right)
    screen.panel.show_badges((*BADGES[:3], badge("record-distance"), *BADGES[4:]), TODAY)
    assert screen.code == "record-distance"


def summary(*holders: tuple[str, int], athletes: int = 30) -> AchievementSummary:
    """As the reader makes it: a hidden badge is in it only when it was earned."""
    known = dict(holders)
    counts = [
        BadgeCount(rule.code, rule.name, known.get(rule.code, 0))
        for rule in RULES.all
        if not rule.hidden or rule.code in known
    ]
    return AchievementSummary(0, tuple(counts), sum(known.values()), athletes)


def rows_of(dialog: RulesDialog) -> dict[str, list[str]]:
    model = dialog.model
    places: Sequence[int] = range(model.columnCount())
    return {
        row.rule.code: [str(model.index(number, place).data()) for place in places]
        for number, row in enumerate(model.rows)
    }


def opened(theme: Theme, qtbot: QtBot, counts: AchievementSummary, code: str = "") -> RulesDialog:
    rules: tuple[AchievementRule, ...] = RULES.all
    dialog = RulesDialog(theme, rules, counts, code=code)
    qtbot.addWidget(dialog)
    with qtbot.waitActive(dialog):
        dialog.show()
    return dialog


def test_that_each_rule_says_how_who_and_how_rare(theme: Theme, qtbot: QtBot) -> None:
    counts = summary(("5k-runner", 29), ("marathon", 1), ("ultra", 3), ("record-5k-pace", 30), athletes=301)
    rows = rows_of(opened(theme, qtbot, counts))
    assert [*rows] == [rule.code for rule in RULES.all]
    assert rows["5k-runner"] == ["5K Runner", "Running, 5 km or more", "29 athletes", "9 %"]
    assert rows["marathon"] == ["Marathon", "Running, 42.195 km (26.2 mi) or more", "1 athlete", "<1 %"]
    assert rows["century-ride"] == ["Century Ride", "Cycling, 100 km (62 mi) or more", "none yet", ""]
    assert rows["ultra"] == ["Ultra", "Running, 50 km (31 mi) or more", "3 athletes", "<1 %"]
    assert rows["everest"] == ["Hidden badge", "opens when an athlete earns it", "none yet", ""]
    assert rows["record-5k-pace"][1] == "The best average pace of a run of 5 km or more, every time"


def test_that_rules_are_gone_through_by_keys_from_the_one_asked_for(theme: Theme, qtbot: QtBot) -> None:
    dialog = opened(theme, qtbot, summary(), "hour-of-power")
    qtbot.waitUntil(dialog.table.hasFocus)
    focused = QApplication.focusWidget()
    assert focused is not None
    qtbot.keyClick(focused, Qt.Key.Key_Down)
    row = dialog.table.current_row
    assert row is not None
    assert row.rule.code == "streak-7"
    qtbot.keyClick(focused, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_that_there_is_no_share_of_no_athletes(theme: Theme, qtbot: QtBot) -> None:
    rows = rows_of(opened(theme, qtbot, summary(athletes=0)))
    assert {row[3] for row in rows.values()} == {""}


def test_that_the_focus_is_seen_while_its_tile_is_out_of_sight(screen: Screen, qtbot: QtBot) -> None:
    screen.panel.resize(376, 120)
    screen.grid.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(screen.grid.hasFocus)
    bar = screen.grid.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() >= screen.grid.gridSize().height())
    bar.setValue(bar.maximum())
    assert not screen.grid.visualRect(screen.grid.currentIndex()).intersects(screen.grid.viewport().rect())
    focused = screen.grid.viewport().grab().toImage().pixelColor(1, 1)
    assert focused == QColor(screen.theme.palette.accent)
