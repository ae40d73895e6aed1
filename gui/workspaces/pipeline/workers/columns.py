"""The columns of the workers: state pill, heartbeat bar, prefetch stepper and four buttons."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPen

from core.events import WorkerState
from core.live.workers import STALE_MS
from gui.charts.formatting import NOTHING, duration, rate_parts
from gui.frame.view_models import age_text
from gui.shortcuts import SHORTCUTS, Scope
from gui.theme.palette import Role
from gui.theme.states import State
from gui.widgets import STATE_GLYPHS, paint_glyph
from gui.widgets.cells import Cell, CellButton, Column
from gui.workspaces.pipeline.workers.actions import actions_of
from gui.workspaces.pipeline.workers.worker_row import WorkerRow

FEWER, MORE = "fewer", "more"
_PREFETCH_TIP = f"Messages held at once ({' and '.join(SHORTCUTS[Scope.WORKERS][name].key for name in (MORE, FEWER))})"
_PILL_PX = 20
_BUTTON_PX = 25.0
_BAR_PX = 32.0
_BESIDE_STEPPER_PX = 16.0
_LATE_MS = 7_000
_STATES: dict[WorkerState, tuple[State, Role]] = {
    WorkerState.STARTING: ("idle", "neutral"),
    WorkerState.RUNNING: ("running", "running"),
    WorkerState.PAUSED: ("paused", "neutral"),
    WorkerState.DRAINING: ("running", "running"),
    WorkerState.ON_HOLD: ("waiting", "waiting"),
    WorkerState.STOPPED: ("idle", "neutral"),
}


def _name_px(rest_px: int) -> int:
    """The name grows a little, so that a host fits; the job takes the rest."""
    return min(240, max(120, round(rest_px * 0.38)))


def _ink(row: WorkerRow) -> Role:
    return "second" if row.faint else "text"


def _heartbeat_text(row: WorkerRow) -> str:
    return age_text(row.view.age_ms / 1000) if row.view.last_seen_ms else NOTHING


def _job_text(row: WorkerRow) -> str:
    return " ".join(row.job_words).strip() or NOTHING


def _for_text(row: WorkerRow) -> str:
    view = row.view
    return NOTHING if view.job is None or view.presumed_dead else duration(float(max(1, view.job_for_ms)))


def _rate_text(row: WorkerRow) -> str:
    return " ".join(rate_parts(row.view.rate_per_s)).strip()


def _prefetch_text(row: WorkerRow) -> str:
    return NOTHING if row.view.prefetch is None else f"{row.view.prefetch:,}"


def _prefetch_tip(row: WorkerRow) -> str:
    if row.view.prefetch is None:
        return row.sentence
    return _PREFETCH_TIP if row.can_act else "Messages it holds at once"


def _paint_name(cell: Cell[WorkerRow]) -> None:
    row, box = cell.row, cell.box
    end = cell.draw(row.name, "title", _ink(row))
    rest = QRectF(end + 6, box.top(), box.right() - end - 6, box.height())
    if rest.width() > 24:
        cell.draw(row.place, ink="second", box=rest)


def _paint_state(cell: Cell[WorkerRow]) -> None:
    painter, theme, view = cell.painter, cell.theme, cell.row.view
    state, role = _STATES[view.state]
    width = 7 + 10 + 5 + theme.metrics("small").horizontalAdvance(cell.text) + 8
    pill = QRectF(cell.box.left(), round(cell.box.center().y() - _PILL_PX / 2), round(width), _PILL_PX)
    if view.stale:
        pulse = QRectF(pill.left() + 6, pill.top() + 4, 12, 12)
        theme.paint_icon(painter, pulse, "pulse", theme.colour("faint"))
        pen = QPen(theme.colour("faint"), 1)
        pen.setDashPattern([3, 2])
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(pill.adjusted(0.5, 0.5, -0.5, -0.5), 9.5, 9.5)
    else:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.tint(role, 16)))
        painter.drawRoundedRect(pill, 10, 10)
        glyph = QRectF(pill.left() + 7, pill.top() + 5, 10, 10)
        paint_glyph(painter, glyph, STATE_GLYPHS[state][0], theme.colour(role))
    cell.draw(cell.text, "small", _ink(cell.row), pill.adjusted(22, 0, 0, 0))


def _paint_heartbeat(cell: Cell[WorkerRow]) -> None:
    painter, theme, box, view = cell.painter, cell.theme, cell.box, cell.row.view
    if not view.last_seen_ms:
        cell.draw(cell.text, ink="second")
        return
    number = theme.metrics("body").horizontalAdvance("999 min")
    bar = QRectF(box.right() - number - 6 - _BAR_PX, round(box.center().y()) - 2, _BAR_PX, 4)
    share = min(1.0, view.age_ms / STALE_MS)
    late = view.age_ms > _LATE_MS and view.state is not WorkerState.STOPPED
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour("line"))
    painter.drawRoundedRect(bar, 2, 2)
    painter.setBrush(theme.colour("waiting" if late else "stored"))
    painter.drawRoundedRect(QRectF(bar.left(), bar.top(), max(3.0, bar.width() * share), 4), 2, 2)
    cell.draw(cell.text, "title" if late else "body", "waiting" if late else _ink(cell.row))


def _paint_job(cell: Cell[WorkerRow]) -> None:
    row, box = cell.row, cell.box
    who, what = row.job_words
    if not who:
        on_hold = row.view.state is WorkerState.ON_HOLD and not row.view.stale
        cell.draw(what or cell.text, ink="waiting" if on_hold and what and not row.faint else "second")
        return
    room = box.adjusted(0, 0, -min(70.0, box.width() / 3), 0)
    end = cell.draw(who, ink=_ink(row), box=room)
    rest = QRectF(end + 5, box.top(), box.right() - end - 5, box.height())
    cell.draw(what, ink="second", box=rest)


def _stepper(area: QRectF) -> QRectF:
    return QRectF(area.left() + 6, round(area.center().y() - 11), area.width() - _BESIDE_STEPPER_PX, 22)


def _paint_prefetch(cell: Cell[WorkerRow]) -> None:
    painter, theme, stepper = cell.painter, cell.theme, _stepper(cell.area)
    if _prefetch_buttons(cell.area, cell.row, cell.narrow):
        painter.setPen(QPen(theme.colour("line"), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(stepper.adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
        middle = round(stepper.center().y()) + 0.5
        painter.setPen(QPen(theme.colour("second"), 1.2))
        for x in (stepper.left() + 10, stepper.right() - 10):
            painter.drawLine(QPointF(x - 3.5, middle), QPointF(x + 3.5, middle))
        x = stepper.right() - 10
        painter.drawLine(QPointF(x, middle - 3.5), QPointF(x, middle + 3.5))
    width = theme.metrics("body").horizontalAdvance(cell.text)
    words = QRectF(stepper.center().x() - width / 2, cell.box.top(), width + 2, cell.box.height())
    cell.draw(cell.text, ink=_ink(cell.row), box=words)


def _prefetch_buttons(area: QRectF, row: WorkerRow, _narrow: bool) -> Sequence[CellButton]:
    if not row.can_act or row.view.prefetch is None:
        return []
    third = _stepper(area)
    third.setWidth(third.width() * 0.34)
    return [CellButton(FEWER, third), CellButton(MORE, third.translated(_stepper(area).width() - third.width(), 0))]


def _paint_actions(cell: Cell[WorkerRow]) -> None:
    painter, theme, row = cell.painter, cell.theme, cell.row
    if row.leaves_words:
        cell.draw(cell.text, "small", "second")
        return
    buttons = _action_buttons(cell.area, row, cell.narrow)
    for action, button in zip(actions_of(row), buttons, strict=True):
        if cell.hovered == button.name and button.enabled:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.tint("text", 10)))
            painter.drawRoundedRect(button.box.adjusted(1, 1, -1, -1), 5, 5)
        hue = theme.colour(action.act.hue) if button.enabled else theme.colour("faint", 55)
        theme.paint_icon(painter, button.box.adjusted(5, 5, -5, -5), action.act.icon, hue)


def _action_buttons(area: QRectF, row: WorkerRow, _narrow: bool) -> Sequence[CellButton]:
    if row.leaves_words:
        return []
    left, top = area.right() - 4 * _BUTTON_PX - 3, round(area.center().y() - _BUTTON_PX / 2)
    return [
        CellButton(
            action.name,
            QRectF(round(left + number * _BUTTON_PX), top, _BUTTON_PX, _BUTTON_PX),
            f"{action.why_not}." if action.why_not else action.words,
            enabled=not action.why_not,
        )
        for number, action in enumerate(actions_of(row))
    ]


WORKER_COLUMNS: tuple[Column[WorkerRow], ...] = (
    Column(
        title="Worker",
        text=lambda row: f"{row.name} {row.place}".strip(),
        paint=_paint_name,
        grows=_name_px,
        indent_px=6,  # beside the frame of a row that has the keyboard
    ),
    Column(title="State", width_px=88, narrow_px=82, text=lambda row: row.state_words, paint=_paint_state),
    Column(title="Heartbeat", width_px=100, narrow_px=92, text=_heartbeat_text, paint=_paint_heartbeat, right=True),
    Column(title="Current job", width_px=60, takes_rest=True, text=_job_text, paint=_paint_job, indent_px=6),
    Column(title="For", width_px=62, from_px=760, text=_for_text, ink=_ink, right=True),
    Column(title="Rate", width_px=70, narrow_px=66, from_px=640, text=_rate_text, ink=_ink, right=True),
    Column(
        title="Prefetch",
        width_px=82,
        text=_prefetch_text,
        paint=_paint_prefetch,
        buttons=_prefetch_buttons,
        tip=_prefetch_tip,
        indent_px=14,
    ),
    Column(
        width_px=106,
        text=lambda row: row.leaves_words,
        spoken=lambda row: f"Actions: {row.leaves_words}",
        paint=_paint_actions,
        buttons=_action_buttons,
        right=True,
        gap_px=6,
    ),
)
