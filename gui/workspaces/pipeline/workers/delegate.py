"""Paints the cells of the workers: state pill, heartbeat bar, prefetch stepper and four buttons."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QAbstractItemModel, QEvent, QObject, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QHelpEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QAbstractItemView, QStyledItemDelegate, QStyleOptionViewItem, QToolTip
from typing_extensions import override

from core.events import WorkerState
from core.live.workers import STALE_MS
from gui.theme.palette import Role
from gui.theme.states import State
from gui.theme.theme import FontRole, Theme
from gui.widgets import STATE_GLYPHS, paint_glyph
from gui.widgets.table_base import Index, rect_of, state_of
from gui.widgets.table_header import CELL_PX, paint_background, write
from gui.workspaces.pipeline.workers.actions import actions_of, next_prefetch
from gui.workspaces.pipeline.workers.table_model import NUMBERS, RowRole, WorkerColumn
from gui.workspaces.pipeline.workers.worker_row import WorkerRow

ROW_PX = 30
PILL_PX = 20
BUTTON_PX = 25.0
BAR_PX = 32.0
STEPPER_PX = 66.0
_LATE_MS = 7_000

STATES: dict[WorkerState, tuple[State, Role]] = {
    WorkerState.STARTING: ("idle", "neutral"),
    WorkerState.RUNNING: ("running", "running"),
    WorkerState.PAUSED: ("paused", "neutral"),
    WorkerState.DRAINING: ("running", "running"),
    WorkerState.ON_HOLD: ("waiting", "waiting"),
    WorkerState.STOPPED: ("idle", "neutral"),
}


class WorkerDelegate(QStyledItemDelegate):
    """Paints every column. Emits `action_clicked` for a button and `prefetch_clicked` for the prefetch stepper."""

    action_clicked = Signal(str, str)  # action, worker
    prefetch_clicked = Signal(str, int)  # worker, number

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._hovered: tuple[str, int] | None = None  # worker and button under the pointer
        self._painters: dict[int, Callable[[QPainter, QRectF, WorkerRow, str], None]] = {
            WorkerColumn.WORKER: self._paint_name,
            WorkerColumn.STATE: self._paint_state,
            WorkerColumn.HEARTBEAT: self._paint_heartbeat,
            WorkerColumn.JOB: self._paint_job,
            WorkerColumn.PREFETCH: self._paint_prefetch,
            WorkerColumn.ACTIONS: self._paint_actions,
        }

    def set_hovered(self, hovered: tuple[str, int] | None) -> bool:
        """Set the button under the pointer; returns whether it changed."""
        changed = hovered != self._hovered
        self._hovered = hovered
        return changed

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, ROW_PX)

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row: WorkerRow = index.data(RowRole)
        box = QRectF(rect_of(option))
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_background(painter, self._theme, box, state_of(option), first=False)
        text = str(index.data(Qt.ItemDataRole.DisplayRole))
        own = self._painters.get(index.column(), self._paint_plain)
        right = index.column() in NUMBERS
        own(painter, box.adjusted(0, 0, -CELL_PX, 0) if right else box, row, text)
        painter.restore()

    @override
    def editorEvent(self, event: QEvent, model: QAbstractItemModel, option: QStyleOptionViewItem, index: Index) -> bool:
        if event.type() is QEvent.Type.MouseButtonRelease and isinstance(event, QMouseEvent):
            row: WorkerRow = index.data(RowRole)
            if index.column() == WorkerColumn.ACTIONS:
                return self._click_action(event.position(), QRectF(rect_of(option)), row)
            if index.column() == WorkerColumn.PREFETCH:
                return self._click_prefetch(event.position(), QRectF(rect_of(option)), row)
        return super().editorEvent(event, model, option, index)

    @override
    def helpEvent(self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: Index) -> bool:
        row: WorkerRow | None = index.data(RowRole) if index.isValid() else None
        if row is None:
            return False
        place = (
            self.button_at(QPointF(event.pos()), QRectF(rect_of(option)), row)
            if index.column() == WorkerColumn.ACTIONS
            else None
        )
        if place is not None:
            action = actions_of(row)[place]
            QToolTip.showText(event.globalPos(), f"{action.why_not}." if action.why_not else action.words, view)
            return True
        if index.column() == WorkerColumn.PREFETCH and row.view.prefetch is not None:
            words = "Messages held at once (+ and -)" if row.can_act else "Messages it holds at once"
            QToolTip.showText(event.globalPos(), words, view)
            return True
        return super().helpEvent(event, view, option, index)

    def button_at(self, place: QPointF, cell: QRectF, row: WorkerRow) -> int | None:
        """The index of the button at this position; None without one."""
        if row.leaves_words:
            return None
        return next((number for number in range(4) if _button(cell, number).contains(place)), None)

    def _click_action(self, place: QPointF, cell: QRectF, row: WorkerRow) -> bool:
        number = self.button_at(place, cell, row)
        if number is None:
            return False
        action = actions_of(row)[number]
        if not action.why_not:
            self.action_clicked.emit(action.name, row.view.name)
        return True

    def _click_prefetch(self, place: QPointF, cell: QRectF, row: WorkerRow) -> bool:
        if not row.can_act or row.view.prefetch is None:
            return False
        box = _stepper(cell)
        if not box.contains(place):
            return False
        third = (place.x() - box.left()) / box.width()
        if third < 0.34 or third > 0.66:
            step = -1 if third < 0.5 else 1
            self.prefetch_clicked.emit(row.view.name, next_prefetch(row.view.prefetch, step))
        return True

    def _paint_plain(self, painter: QPainter, box: QRectF, row: WorkerRow, text: str) -> None:
        write(painter, self._theme, box, text, "body", "faint" if row.faint else "text", right=True)

    def _paint_name(self, painter: QPainter, box: QRectF, row: WorkerRow, text: str) -> None:
        strong: FontRole = "title"
        room = box.adjusted(0, 0, -CELL_PX, 0)
        end = write(painter, self._theme, room, row.name, strong, "faint" if row.faint else "text")
        rest = QRectF(end + 6, box.top(), box.right() - end - 6 - CELL_PX, box.height())
        if rest.width() > 24:
            write(painter, self._theme, rest, row.place, "body", "faint" if row.faint else "second")

    def _paint_state(self, painter: QPainter, box: QRectF, row: WorkerRow, text: str) -> None:
        state, role = STATES[row.view.state]
        width = 7 + 10 + 5 + self._theme.metrics("small").horizontalAdvance(text) + 8
        pill = QRectF(box.left(), round(box.center().y() - PILL_PX / 2), round(width), PILL_PX)
        if row.view.stale:
            pen = QPen(self._theme.colour("faint"), 1)
            pen.setDashPattern([3, 2])
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            self._theme.paint_icon(
                painter, QRectF(pill.left() + 6, pill.top() + 4, 12, 12), "pulse", self._theme.colour("faint")
            )
            painter.setPen(pen)
            painter.drawRoundedRect(pill.adjusted(0.5, 0.5, -0.5, -0.5), 9.5, 9.5)
        else:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self._theme.tint(role, 16)))
            painter.drawRoundedRect(pill, 10, 10)
            glyph = QRectF(pill.left() + 7, pill.top() + 5, 10, 10)
            paint_glyph(painter, glyph, STATE_GLYPHS[state][0], self._theme.colour(role))
        words = pill.adjusted(22, 0, 0, 0)
        write(painter, self._theme, words, text, "small", "faint" if row.faint else "text")

    def _paint_heartbeat(self, painter: QPainter, box: QRectF, row: WorkerRow, text: str) -> None:
        if not row.view.last_seen_ms:
            write(painter, self._theme, box, text, "body", "faint", right=True)
            return
        number = self._theme.metrics("body").horizontalAdvance("999 min")
        bar = QRectF(box.right() - number - 6 - BAR_PX, round(box.center().y()) - 2, BAR_PX, 4)
        share = min(1.0, row.view.age_ms / STALE_MS)
        late = row.view.age_ms > _LATE_MS and row.view.state is not WorkerState.STOPPED
        role: Role = "waiting" if late else "stored"
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.colour("line"))
        painter.drawRoundedRect(bar, 2, 2)
        painter.setBrush(self._theme.colour(role))
        painter.drawRoundedRect(QRectF(bar.left(), bar.top(), max(3.0, bar.width() * share), 4), 2, 2)
        ink: Role = "waiting" if late else "faint" if row.faint else "text"
        write(painter, self._theme, box, text, "title" if late else "body", ink, right=True)

    def _paint_job(self, painter: QPainter, box: QRectF, row: WorkerRow, text: str) -> None:
        who, what = row.job_words
        inner = box.adjusted(6, 0, -CELL_PX, 0)
        on_hold = row.view.state is WorkerState.ON_HOLD and not row.view.stale
        if not who:
            ink: Role = "faint" if row.faint else "waiting" if on_hold and what else "second"
            write(painter, self._theme, inner, what or text, "body", ink)
            return
        faint = row.faint
        room = inner.adjusted(0, 0, -min(70.0, inner.width() / 3), 0)
        end = write(painter, self._theme, room, who, "body", "faint" if faint else "text")
        rest = QRectF(end + 5, inner.top(), inner.right() - end - 5, inner.height())
        write(painter, self._theme, rest, what, "body", "faint" if faint else "second")

    def _paint_prefetch(self, painter: QPainter, box: QRectF, row: WorkerRow, text: str) -> None:
        stepper = _stepper(box)
        if row.can_act and row.view.prefetch is not None:
            painter.setPen(QPen(self._theme.colour("line"), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(stepper.adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
            middle = round(stepper.center().y()) + 0.5
            painter.setPen(QPen(self._theme.colour("second"), 1.2))
            for x in (stepper.left() + 10, stepper.right() - 10):
                painter.drawLine(QPointF(x - 3.5, middle), QPointF(x + 3.5, middle))
            x = stepper.right() - 10
            painter.drawLine(QPointF(x, middle - 3.5), QPointF(x, middle + 3.5))
        width = self._theme.metrics("body").horizontalAdvance(text)
        left = stepper.center().x() - width / 2
        words = QRectF(left, box.top(), width + 2, box.height())
        write(painter, self._theme, words, text, "body", "faint" if row.faint else "text")

    def _paint_actions(self, painter: QPainter, box: QRectF, row: WorkerRow, text: str) -> None:
        if row.leaves_words:
            write(painter, self._theme, box.adjusted(0, 0, -2, 0), text, "small", "faint", right=True)
            return
        for number, action in enumerate(actions_of(row)):
            button = _button(box, number)
            if self._hovered == (row.view.name, number) and not action.why_not:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(self._theme.tint("text", 10)))
                painter.drawRoundedRect(button.adjusted(1, 1, -1, -1), 5, 5)
            role: Role = "failed" if action.name == "kill" else "second"
            hue = self._theme.colour("faint", 55) if action.why_not else self._theme.colour(role)
            self._theme.paint_icon(painter, button.adjusted(5, 5, -5, -5), action.icon, hue)


def _button(cell: QRectF, number: int) -> QRectF:
    left = cell.right() - 4 * BUTTON_PX + number * BUTTON_PX
    return QRectF(round(left), round(cell.center().y() - BUTTON_PX / 2), BUTTON_PX, BUTTON_PX)


def _stepper(cell: QRectF) -> QRectF:
    return QRectF(cell.left() + 6, round(cell.center().y() - 11), STEPPER_PX, 22)
