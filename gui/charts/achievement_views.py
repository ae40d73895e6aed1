"""Painted parts of the achievements panel: a bar per badge, unlocks over time, and the feed of unlocks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget
from typing_extensions import override

from core.achievements.summary import BadgeCount, Unlock
from gui.charts.formatting import ago
from gui.charts.plot_decorations import draw_text, text_width
from gui.charts.side_column import SideColumn
from gui.theme.theme import FontRole, Theme
from gui.widgets import paint_glyph

_BAR_PX = 8.0
_ROW_PX, _EMPTY_ROW_PX, _WIDEST_ROW_PX = 14.5, 18.0, 20.0
_NAME_PX = 100.0
_VALUE_PX = 64.0
_RIGHT = Qt.AlignmentFlag.AlignRight


@dataclass(frozen=True, slots=True)
class Bars:
    badges: tuple[BadgeCount, ...]
    athletes: int
    started: bool  # an athlete has unlocked something


class AchievementBars(QWidget):
    """A bar per badge with its number of holders, most first; before the first unlock, the badges to earn."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._bars = Bars((), 0, False)
        self.setAccessibleName("Achievements by badge")
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # saves painting the panel behind it
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme.changed.connect(self.update)

    def show_bars(self, bars: Bars) -> None:
        if bars == self._bars:
            return
        self._bars = bars
        of_all = f" of {bars.athletes}" if bars.athletes else ""
        self.setAccessibleDescription(", ".join(f"{badge.name}: {badge.holders}{of_all}" for badge in bars.badges))
        self.update()

    @property
    def shown(self) -> Sequence[BadgeCount]:
        """The badges that fit."""
        return self._bars.badges[: max(1, int(self.height() // self._least_px()))]

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(200), self._theme.px(45))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme.colour("surface"))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self._bars.badges:
            at = QPointF(0, 16)
            draw_text(
                painter, self._theme, at, "Badges appear here as they are earned.", self._theme.ink("second"), "body"
            )
        paint = self._paint_row if self._bars.started else self._paint_empty_row
        for place, badge in enumerate(self.shown):
            paint(painter, self._middle_of(place), badge)

    def _middle_of(self, place: int) -> float:
        return self._pitch() * (place + 0.5)

    def _pitch(self) -> float:
        most = _WIDEST_ROW_PX * self._theme.text_factor
        return max(self._least_px(), min(most, self.height() / max(1, len(self.shown))))

    def _least_px(self) -> float:
        return (_ROW_PX if self._bars.started else _EMPTY_ROW_PX) * self._theme.text_factor

    def _paint_row(self, painter: QPainter, y: float, badge: BadgeCount) -> None:
        name_px, value_px = self._theme.px(_NAME_PX), self._theme.px(_VALUE_PX)
        draw_elided(painter, self._theme, QPointF(0, y), badge.name, name_px - 8)
        athletes = max(self._bars.athletes, 1)
        track = QRectF(name_px, round(y) - _BAR_PX / 2, self.width() - name_px - value_px, _BAR_PX)
        self._paint_track(painter, track, min(1.0, badge.holders / athletes))
        of_all = f"of {self._bars.athletes:,}"
        draw_text(painter, self._theme, QPointF(self.width(), y), of_all, self._theme.ink("second"), align=_RIGHT)
        at = QPointF(self.width() - text_width(self._theme, of_all) - 6, y)
        draw_text(painter, self._theme, at, f"{badge.holders:,}", self._theme.ink("text"), "small_bold", _RIGHT)

    def _paint_empty_row(self, painter: QPainter, y: float, badge: BadgeCount) -> None:
        paint_glyph(painter, QRectF(0, round(y) - 6, 12, 12), "star_outline", self._theme.colour("achievement"))
        px = self._theme.px
        draw_elided(painter, self._theme, QPointF(18, y), badge.name, px(90))
        track_left = px(120)
        if self.width() > px(480):
            draw_elided(painter, self._theme, QPointF(px(116), y), badge.description, px(174), second=True)
            track_left = px(300)
        self._paint_track(painter, QRectF(track_left, round(y) - 4, self.width() - track_left - px(34), _BAR_PX), 0.0)
        draw_text(painter, self._theme, QPointF(self.width(), y), "0", self._theme.ink("second"), align=_RIGHT)

    def _paint_track(self, painter: QPainter, track: QRectF, share: float) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.colour("line", 55))
        painter.drawRoundedRect(track, 2, 2)
        if share > 0:
            painter.setBrush(self._theme.colour("achievement"))
            width = max(3.0, track.width() * share)
            painter.drawRoundedRect(QRectF(track.left(), track.top(), width, track.height()), 2, 2)

    @override
    def event(self, event: object) -> bool:
        if isinstance(event, QHelpEvent):
            return self._show_tip(event)
        return bool(super().event(event))  # type: ignore[arg-type]  # QEvent; object keeps the isinstance honest

    def _show_tip(self, event: QHelpEvent) -> bool:
        place = int(event.pos().y() // self._pitch())
        if 0 <= place < len(self.shown) and self.shown[place].description:
            badge = self.shown[place]
            QToolTip.showText(event.globalPos(), f"{badge.name}: {badge.description}", self)
        else:
            QToolTip.hideText()
        return True


class UnlockSpark(QWidget):
    """Unlocks over the time window as small bars, 96 x 16 px."""

    BARS = 24

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._counts: tuple[int, ...] = ()
        self.setFixedSize(4 * self.BARS, 16)
        theme.changed.connect(self.update)

    def show_counts(self, counts: Sequence[int], window_min: int) -> None:
        """`counts` per equal time slot, oldest first; merged into as many bars as fit."""
        slots = len(counts)
        bars = min(self.BARS, slots)
        edges = [slots * bar // bars for bar in range(bars + 1)] if bars else [0]
        merged = tuple(sum(counts[start:end]) for start, end in pairwise(edges))
        words = f"{sum(counts):,} unlocked in the last {window_min} min"
        self.setToolTip(words)
        self.setAccessibleName(words)
        if merged != self._counts:
            self._counts = merged
            self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        base = self.height() - 1
        painter.fillRect(QRectF(0, base, self.width(), 1), self._theme.colour("line"))
        highest = max(self._counts, default=0)
        step = self.width() / max(1, len(self._counts))
        for place, count in enumerate(self._counts):
            if count:
                height = max(2.0, round((self.height() - 2) * count / highest))
                bar = QRectF(round(place * step), base - height, max(2, round(step) - 1), height)
                painter.fillRect(bar, self._theme.colour("achievement"))


@dataclass(frozen=True, slots=True)
class Feed:
    unlocks: tuple[Unlock, ...]  # newest first
    now_s: int
    first: BadgeCount | None = None  # shown as an example before the first unlock


class AchievementFeed(SideColumn):
    """The newest unlocks: athlete, badge, and how long ago."""

    _ROW_PX = 20

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "Latest achievements")
        self._feed = Feed((), 0)

    def show_feed(self, feed: Feed) -> None:
        if feed == self._feed:
            return
        self._feed = feed
        self.describe(", ".join(f"{each.athlete}: {each.badge.name}" for each in feed.unlocks[: self._rows()]))
        self.update()

    def _rows(self) -> int:
        return max(1, int((self.height() - self._theme.px(22)) // self._theme.px(self._ROW_PX)))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter, second, px = self._painter(), self._theme.ink("second"), self._theme.px
        draw_text(painter, self._theme, QPointF(0, px(11)), "Latest", second)
        if not self._feed.unlocks:
            self._paint_empty(painter)
            return
        draw_text(painter, self._theme, QPointF(self.width(), px(11)), "ago", second, align=_RIGHT)
        for place, unlock in enumerate(self._feed.unlocks[: self._rows()]):
            self._paint_unlock(painter, px(32 + self._ROW_PX * place), unlock)

    def _paint_unlock(self, painter: QPainter, y: float, unlock: Unlock) -> None:
        middle = self._theme.px(96 if self.narrow else 106)
        paint_glyph(painter, QRectF(0, y - 6, 12, 12), "star", self._theme.colour("achievement"))
        draw_elided(painter, self._theme, QPointF(18, y), unlock.athlete, middle - 24, font="small_bold")
        since = ago(self._feed.now_s * 1000 - unlock.at_ms)
        draw_text(painter, self._theme, QPointF(self.width(), y), since, self._theme.ink("second"), align=_RIGHT)
        room = self.width() - middle - max(text_width(self._theme, since), self._theme.px(26)) - 6
        draw_elided(painter, self._theme, QPointF(middle, y), unlock.badge.name, room, second=True)

    def _paint_empty(self, painter: QPainter) -> None:
        px, hue = self._theme.px, self._theme.colour("achievement")
        self._theme.paint_icon(painter, QRectF(0, px(32), 22, 22), "medal-outline", hue)
        first = self._feed.first
        title = "The first one is near" if first else "Not counted yet"
        draw_text(painter, self._theme, QPointF(32, px(39)), title, self._theme.ink("text"), "medium")
        words = f"{first.name}: {first.description}." if first else "Badges come with the first workouts."
        self._sentence(painter, 32, px(48), words)


def draw_elided(
    painter: QPainter,
    theme: Theme,
    at: QPointF,
    text: str,
    room: float,
    *,
    second: bool = False,
    font: FontRole = "small",
) -> None:
    """Draw small text elided to `room` pixels."""
    shown = theme.metrics(font).elidedText(text, Qt.TextElideMode.ElideRight, room)
    draw_text(painter, theme, at, shown, theme.ink("second" if second else "text"), font)
