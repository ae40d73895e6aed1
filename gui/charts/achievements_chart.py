"""The achievements panel: holders by badge, unlocks over time, and a feed of unlocks."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout
from typing_extensions import override

from core.live.achievement_board import AchievementBoard
from core.live.console_state import ConsoleState
from core.workouts.model import ANONYMOUS
from gui.charts.achievement_views import AchievementBars, AchievementFeed, Bars, Feed, UnlockSpark
from gui.charts.chart_panel import ChartPanel
from gui.charts.export import ChartExporter, Table
from gui.charts.time_window import TimeView
from gui.theme.theme import Theme
from gui.widgets import ElidedLabel, Label

_FEED_ROWS = 12


class AchievementsChart(ChartPanel):
    """Shows what all athletes of the results database have earned. Main thread."""

    def __init__(self, theme: Theme, view: TimeView, exporter: ChartExporter) -> None:
        self._feed = AchievementFeed(theme)
        super().__init__(theme, "Achievements unlocked", view, exporter, side=self._feed)
        self._board: AchievementBoard | None = None
        self.bars = AchievementBars(theme)
        self.stack.addWidget(self.bars)
        self.spark = UnlockSpark(theme)
        self.total, self.share = Label(theme, "", "title"), ElidedLabel(theme, "", "body", "second")
        self.header.addStretch(1)
        self.header.addWidget(self.spark)
        self.header.addSpacing(4)
        words = QHBoxLayout()
        words.setSpacing(4)
        words.addWidget(self.total)
        words.addWidget(self.share)
        self.header.addLayout(words)
        self._add_menu()

    @override
    def _what_shows(self, state: ConsoleState, now_ms: int) -> object:
        return state.achievements.version, now_ms // 1000, self._view.window_min, self.size()

    @override
    def _draw(self, state: ConsoleState, now_ms: int) -> None:
        board = self._board = state.achievements
        started = board.unlocked > 0
        badges = tuple(board.ranking if started else board.badges)
        # If only `anonymous` has earned some, there are no athletes of whom a bar could show a share.
        self.bars.show_bars(Bars(badges, board.athletes, started and board.athletes > 0))
        first = badges[0] if badges else None
        self._feed.show_feed(Feed(tuple(board.feed[:_FEED_ROWS]), now_ms // 1000, first))
        self.total.setText(f"{board.unlocked:,}" if badges else "")
        of_all = f"of {len(badges):,} badges" if badges else "not counted yet"
        self.share.setText(_by(board.athletes, short=self.short_words) if started else of_all)
        self._want(self.spark, started)
        self._want(self.pill, True)
        self.menu_button.setVisible(started)
        if started:
            window_min = self._view.window_min
            self.spark.show_counts(board.unlocks_by_slot(now_ms - window_min * 60_000, now_ms), window_min)

    @override
    def table(self) -> Table:
        badges = self._board.ranking if self._board else []
        athletes = self._board.athletes if self._board else 0
        rows = tuple((badge.code, badge.name, badge.holders, athletes) for badge in badges)
        return Table(("code", "name", "holders", "athletes"), rows)


def _by(athletes: int, *, short: bool) -> str:
    if not athletes:
        return "" if short else f"by {ANONYMOUS}"
    return f"by {athletes:,}" + ("" if short else " athlete" if athletes == 1 else " athletes")
