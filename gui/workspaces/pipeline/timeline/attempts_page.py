"""The attempts of a workout, newest first: time, worker, outcome and duration."""

from __future__ import annotations

from dataclasses import replace
from datetime import tzinfo

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from core.events import OutcomeKind
from core.live.timeline import Timeline
from core.live.workout_log import Attempt
from gui.charts.formatting import duration
from gui.charts.plot_decorations import draw_text
from gui.formatting import clock_text
from gui.forms.formatting import Units
from gui.forms.reasons import reason_in_units
from gui.frame.worker_names import WorkerNames
from gui.theme.palette import Role
from gui.theme.theme import Theme
from gui.widgets import Glyph, Label, ScrollArea, paint_glyph
from gui.widgets.cells import draw_elided, draw_wrapped, wrapped_height
from gui.workspaces.pipeline.empty_state import PipelineEmptyState
from gui.workspaces.pipeline.timeline.message_formatting import SOME_ATTEMPTS, attempt_sentence, attempt_title

# At the usual size of texts, but for the disc.
ROW_PX, _REASON_GAP_PX = 46.0, 4.0
_DISC_PX, _STAMP_PX = 24.0, 92.0
_TEXT_LEFT_PX = _DISC_PX + 10
_MARKS: dict[OutcomeKind, tuple[Glyph, Role]] = {
    OutcomeKind.STORED: ("check", "stored"),
    OutcomeKind.DUPLICATE: ("check", "neutral"),
    OutcomeKind.FAILED: ("cross", "failed"),
    OutcomeKind.RETRYING: ("clock_hands", "waiting"),
}


class AttemptsView(QWidget):
    """Main thread. Its height fits its contents."""

    def __init__(
        self, theme: Theme, names: WorkerNames, zone: tzinfo | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme, self._names, self._zone = theme, names, zone
        self._attempts: tuple[Attempt, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Attempts")
        theme.changed.connect(self._fit)

    def show_attempts(self, attempts: tuple[Attempt, ...]) -> None:
        self._attempts = attempts
        told = [
            attempt_sentence(one, self._names.called(one.worker), duration(one.run_ms), self._zone) for one in attempts
        ]
        self.setAccessibleDescription(". ".join(told))
        self._fit()

    @override
    def sizeHint(self) -> QSize:
        return QSize(280, round(sum(map(self._row_px, self._attempts))))

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()

    @Slot()
    def _fit(self) -> None:
        self.setFixedHeight(self.sizeHint().height())
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        top = 0.0
        for place, attempt in enumerate(self._attempts):
            if place:
                painter.setPen(QPen(self._theme.colour("line"), 1))
                painter.drawLine(QPointF(0, round(top) - 6.5), QPointF(self.width(), round(top) - 6.5))
            self._paint(painter, top, attempt)
            top += self._row_px(attempt)

    def _paint(self, painter: QPainter, top: float, attempt: Attempt) -> None:
        glyph, role = _MARKS[attempt.kind]
        disc = QRectF(0, round(top) + 4, _DISC_PX, _DISC_PX)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._theme.tint(role, 22)))
        painter.drawEllipse(disc)
        hue = self._theme.colour("second" if role == "neutral" else role)
        paint_glyph(painter, disc.adjusted(6.5, 6.5, -6.5, -6.5), glyph, hue)
        left, px = _TEXT_LEFT_PX, self._theme.px
        words = QRectF(left, top, self.width() - left - px(_STAMP_PX), px(18))
        draw_elided(painter, self._theme, words, attempt_title(attempt), "medium", "text")
        draw_elided(
            painter, self._theme, words.translated(0, px(17)), self._names.called(attempt.worker), "small", "second"
        )
        if attempt.reason:
            reason = QRectF(left, round(top) + px(36), self.width() - left, self._row_px(attempt))
            ink: Role = "failed" if role == "failed" else "second"
            draw_wrapped(painter, self._theme, reason, attempt.reason, "small", ink)
        right = Qt.AlignmentFlag.AlignRight
        stamp = clock_text(attempt.at_ms, self._zone, "milliseconds")
        above, below = (QPointF(self.width(), top + px(y)) for y in (9, 26))
        draw_text(painter, self._theme, above, stamp, self._theme.ink("second"), align=right)
        took = duration(attempt.run_ms)
        draw_text(painter, self._theme, below, took, self._theme.ink("text"), "body", right)

    def _row_px(self, attempt: Attempt) -> float:
        reason_px = wrapped_height(self._theme, attempt.reason, self.width() - _TEXT_LEFT_PX, "small")
        return self._theme.px(ROW_PX) + (reason_px + _REASON_GAP_PX if attempt.reason else 0)


class AttemptsPage(QWidget):
    """Main thread. The list of attempts, with a note about attempts that may be missing."""

    def __init__(
        self, theme: Theme, names: WorkerNames, zone: tzinfo | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.view = AttemptsView(theme, names, zone)
        self.remark = Label(theme, SOME_ATTEMPTS, "small", "second")
        self.remark.setWordWrap(True)
        self.empty = PipelineEmptyState(
            theme, "progress-clock", "No worker has taken it yet", "Each attempt is listed here."
        )
        self._scroll = ScrollArea()
        self._scroll.put_in(self.view)
        self._scroll.setAccessibleName("Attempts")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.empty, 1)
        column.addWidget(self._scroll, 1)
        column.addWidget(self.remark)

    def show_timeline(self, timeline: Timeline, units: Units) -> None:
        found = bool(timeline.attempts)
        self.view.show_attempts(
            tuple(replace(one, reason=reason_in_units(one.reason, timeline.trace, units)) for one in timeline.attempts)
        )
        self.empty.setVisible(not found)
        self._scroll.setVisible(found)
        self.remark.setVisible(found and not timeline.all_attempts)
