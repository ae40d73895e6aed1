"""Paints a workout's timeline: total, proportional bar, steps with times, and what it changed."""

from __future__ import annotations

from datetime import tzinfo

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from core.live.timeline import Step, StepKind, Timeline
from gui.charts.plot_decorations import draw_text, text_width
from gui.formatting import clock_text
from gui.forms.formatting import Units
from gui.frame.worker_names import WorkerNames
from gui.theme.palette import Role
from gui.theme.theme import FontRole, Theme
from gui.widgets import Glyph, paint_glyph
from gui.widgets.cells import draw_elided, draw_wrapped, wrapped_height
from gui.workspaces.pipeline.timeline.formatting import PHASES, changes, delta, headline, note, sentence, span, title

# At the usual size of texts, but for the disc and the bar.
STEP_PX, DISC_PX, STAMP_PX = 40.0, 24.0, 80.0
_BAR_PX, _LEAST_PART_PX, _PART_GAP_PX = 10.0, 4.0, 2.0
_LEGEND_PX, _CHANGE_PX = 17.0, 22.0
_TOTAL_PX = 30.0
_SPACE_PX = 14.0
_TEXT_LEFT_PX, _LINE_PX = DISC_PX + 10, 18.0
_RIGHT = Qt.AlignmentFlag.AlignRight

MARKS: dict[StepKind, tuple[Glyph | None, Role]] = {
    "sent": (None, "neutral"),
    "accepted": ("tray", "neutral"),
    "refused": ("cross", "failed"),
    "confirmed": (None, "neutral"),
    "waiting": ("clock_hands", "waiting"),
    "picked": ("triangle", "running"),
    "stored": ("check", "stored"),
    "duplicate": ("check", "neutral"),
    "failed": ("cross", "failed"),
    "retry": ("clock_hands", "waiting"),
    "badge": ("star", "achievement"),
}
_ICONS: dict[StepKind, str] = {"sent": "send-outline", "confirmed": "check-circle-outline"}
_LONGEST_ROLE: dict[StepKind, Role] = {"picked": "waiting", "stored": "running", "failed": "running"}


class TimelineView(QWidget):
    """Main thread. Its height fits its contents."""

    def __init__(
        self, theme: Theme, names: WorkerNames, zone: tzinfo | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme, self._names, self._zone = theme, names, zone
        self._units = Units()
        self._timeline: Timeline | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("The way of the workout")
        theme.changed.connect(self._fit)

    def show_timeline(self, timeline: Timeline, units: Units) -> None:
        self._timeline, self._units = timeline, units
        self.setAccessibleDescription(sentence(timeline, units, self._names))
        self._fit()

    @override
    def sizeHint(self) -> QSize:
        return QSize(280, round(self._height()))

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()

    @Slot()
    def _fit(self) -> None:
        self.setFixedHeight(round(self._height()))
        self.update()

    def _height(self) -> float:
        timeline = self._timeline
        if timeline is None:
            return 0.0
        px = self._theme.px
        height = px(_TOTAL_PX) + (_BAR_PX + 8 + len(timeline.phases) * px(_LEGEND_PX) if timeline.phases else 0)
        height += _SPACE_PX + sum(map(self._step_px, timeline.steps))
        rows = changes(timeline, self._units)
        return height + (_SPACE_PX + px(26) + px(_CHANGE_PX) * len(rows) if rows else 0) + 4

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if self._timeline is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        top = self._paint_total(painter, self._timeline)
        if self._timeline.phases:
            top = self._paint_phases(painter, top, self._timeline)
        top += _SPACE_PX
        for place, step in enumerate(self._timeline.steps):
            self._paint_step(painter, top, step, last=place == len(self._timeline.steps) - 1)
            top += self._step_px(step)
        self._paint_changes(painter, top, self._timeline)

    def _note(self, step: Step) -> str:
        return "" if self._timeline is None else note(step, self._names, self._timeline.trace, self._units)

    def _note_px(self, step: Step) -> float:
        """The width that is left for the note beside the step's time."""
        beside = text_width(self._theme, delta(step.delta_ms), "title" if step.longest else "body")
        return self.width() - _TEXT_LEFT_PX - beside - 6

    def _step_px(self, step: Step) -> float:
        """The height of a step: its note has as many lines as it needs."""
        note_px = wrapped_height(self._theme, self._note(step), self._note_px(step), "small")
        return self._theme.px(STEP_PX) + max(0.0, note_px - self._theme.px(_LINE_PX))

    def _paint_total(self, painter: QPainter, timeline: Timeline) -> float:
        value, unit, what = headline(timeline)
        middle = float(self._theme.px(12))
        left = 0.0
        if value:
            draw_text(painter, self._theme, QPointF(0, middle), value, self._theme.ink("text"), "headline")
            left = text_width(self._theme, value, "headline") + 4
        painter.setFont(self._theme.font("body"))
        painter.setPen(self._theme.ink("second"))
        base = round(middle + self._theme.metrics("headline").capHeight() / 2)
        painter.drawText(QPointF(round(left), base), f"{unit} {what}".strip())
        return self._theme.px(_TOTAL_PX)

    def _paint_phases(self, painter: QPainter, top: float, timeline: Timeline) -> float:
        phases = timeline.phases
        total = sum(ms for _, ms in phases)
        room = self.width() - _PART_GAP_PX * (len(phases) - 1)
        spare = room - _LEAST_PART_PX * len(phases)
        left = 0.0
        painter.setPen(Qt.PenStyle.NoPen)
        for name, ms in phases:
            width = _LEAST_PART_PX + (spare * ms / total if total else spare / len(phases))
            painter.setBrush(self._theme.colour(PHASES[name][1]))
            painter.drawRoundedRect(QRectF(left, top, width, _BAR_PX), 3, 3)
            left += width + _PART_GAP_PX
        top += _BAR_PX + 8
        for name, ms in phases:
            words, role = PHASES[name]
            y = top + self._theme.px(_LEGEND_PX) / 2
            painter.fillRect(QRectF(0, round(y) - 4, 8, 8), self._theme.colour(role))
            draw_text(painter, self._theme, QPointF(14, y), words, self._theme.ink("second"))
            draw_text(painter, self._theme, QPointF(self.width(), y), span(ms), self._theme.ink("text"), align=_RIGHT)
            top += self._theme.px(_LEGEND_PX)
        return top

    def _paint_step(self, painter: QPainter, top: float, step: Step, *, last: bool) -> None:
        glyph, role = MARKS[step.kind]
        disc = QRectF(0, round(top), DISC_PX, DISC_PX)
        middle = disc.center()
        if not last:
            painter.setPen(QPen(self._theme.colour("line"), 1.5))
            painter.drawLine(QPointF(middle.x(), disc.bottom() + 2), QPointF(middle.x(), top + self._step_px(step) - 2))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._theme.tint(role, 22)))
        painter.drawEllipse(disc)
        hue = self._theme.colour("second" if role == "neutral" else role)
        if glyph is None:
            self._theme.paint_icon(painter, disc.adjusted(5, 5, -5, -5), _ICONS[step.kind], hue)
        else:
            paint_glyph(painter, disc.adjusted(6.5, 6.5, -6.5, -6.5), glyph, hue)
        px = self._theme.px
        words = QRectF(_TEXT_LEFT_PX, top - 3, self.width() - _TEXT_LEFT_PX - px(STAMP_PX), px(_LINE_PX))
        draw_elided(painter, self._theme, words, title(step, self._names), "medium", "text")
        below = QRectF(_TEXT_LEFT_PX, round(top) + px(16), self._note_px(step), self._step_px(step))
        draw_wrapped(painter, self._theme, below, self._note(step), "small", "second")
        self._paint_stamp(painter, top, step)

    def _paint_stamp(self, painter: QPainter, top: float, step: Step) -> None:
        if step.at_ms is None:
            return
        stamp, px = clock_text(step.at_ms, self._zone, "milliseconds"), self._theme.px
        above = QPointF(self.width(), top + px(6))
        draw_text(painter, self._theme, above, stamp, self._theme.ink("second"), align=_RIGHT)
        role: Role = _LONGEST_ROLE.get(step.kind, "text") if step.longest else "text"
        at = QPointF(self.width(), top + px(23))
        font: FontRole = "title" if step.longest else "body"
        draw_text(painter, self._theme, at, delta(step.delta_ms), self._theme.ink(role), font, _RIGHT)

    def _paint_changes(self, painter: QPainter, top: float, timeline: Timeline) -> None:
        rows, px = changes(timeline, self._units), self._theme.px
        if not rows:
            return
        painter.fillRect(QRectF(0, round(top), self.width(), 1), self._theme.colour("line"))
        top += _SPACE_PX
        name = timeline.trace.athlete.partition(" ")[0] or "its athlete"
        heading = f"What it changed for {name}"
        draw_elided(painter, self._theme, QRectF(0, top - 4, self.width(), px(18)), heading, "title", "text")
        top += px(22)
        for name, before, after in rows:
            y = top + px(_CHANGE_PX) / 2 - 2
            draw_text(painter, self._theme, QPointF(self.width(), y), after, self._theme.ink("text"), "title", _RIGHT)
            right = self.width() - max(px(64), text_width(self._theme, after, "title") + 10)
            arrow = QRectF(right - 12, y - 6, 12, 12)
            self._theme.paint_icon(painter, arrow, "arrow-right", self._theme.colour("second"))
            draw_text(painter, self._theme, QPointF(right - 18, y), before, self._theme.ink("second"), "body", _RIGHT)
            room_px = right - 18 - text_width(self._theme, before, "body") - 6
            draw_elided(painter, self._theme, QRectF(0, y - px(9), room_px, px(18)), name, "body", "second")
            top += px(_CHANGE_PX)
