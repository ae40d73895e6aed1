"""The top bar: connection, environment, ledger and worker."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QWidget
from typing_extensions import override

from core.events import WorkerState
from core.live.ledger import LedgerView
from gui.frame.actions import FrameActions
from gui.frame.connection_pill import ConnectionPill
from gui.frame.ledger_strip import FULL, SHORT, TERSE, TIGHT, VERDICT_ONLY, LedgerStrip
from gui.frame.view_models import ConnectionView, WorkerButtonView
from gui.frame.worker_menu import WorkerMenu
from gui.shortcuts import DRAINS
from gui.theme.acts import ACTS
from gui.theme.states import State
from gui.theme.theme import Theme
from gui.widgets import Button, Tag

HEIGHT_PX = 48
MARGIN_PX = 12
GAP_PX = 8
GROUP_GAP_PX = 20
NARROW_GROUP_GAP_PX = 12


@dataclass(frozen=True, slots=True)
class _Fit:
    """One way to use the width: which parts are shortened or left out."""

    ledger: int
    short_worker: bool
    icons_only: bool
    short_place: bool = False

    @property
    def group_gap_px(self) -> int:
        return NARROW_GROUP_GAP_PX if self.icons_only else GROUP_GAP_PX


_FITS = (
    _Fit(FULL, short_worker=False, icons_only=False),
    _Fit(FULL, short_worker=True, icons_only=False),
    _Fit(TIGHT, short_worker=True, icons_only=False),
    _Fit(TIGHT, short_worker=True, icons_only=True),
    _Fit(SHORT, short_worker=True, icons_only=True),
    _Fit(SHORT, short_worker=True, icons_only=True, short_place=True),
    _Fit(TERSE, short_worker=True, icons_only=True, short_place=True),
    _Fit(VERDICT_ONLY, short_worker=True, icons_only=True, short_place=True),
)

_WORKER_STATES: dict[WorkerState | None, State] = {
    None: "idle",
    WorkerState.STARTING: "waiting",
    WorkerState.RUNNING: "running",
    WorkerState.PAUSED: "paused",
    WorkerState.DRAINING: "running",
    WorkerState.STOPPED: "idle",
}


class TopBar(QFrame):
    """Places its parts itself: which are shortened depends on the width and on all numbers shown."""

    def __init__(self, theme: Theme, actions: FrameActions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setProperty("role", "top")
        theme.fix_size(self, height_px=HEIGHT_PX)
        self.setAccessibleName("Pipeline at a glance")
        self._fit = _FITS[0]
        self._worker_view = WorkerButtonView()
        self.pill = ConnectionPill(theme, self)
        self.badge = Tag(theme, "", "Environment", self)
        self.badge.hide()
        self.ledger = LedgerStrip(theme, self)
        self._build_worker_buttons(actions)
        self.pill.clicked.connect(actions.connect_to.trigger)
        self.show_worker(self._worker_view)

    def _build_worker_buttons(self, actions: FrameActions) -> None:
        self.worker = Button(self._theme, "Worker", menu_mark=True, parent=self)
        self.worker_menu = WorkerMenu(self._theme, actions, self.worker)
        self.worker.setMenu(self.worker_menu)
        self.pause = Button(self._theme, "Pause", parent=self)
        self.drain = Button(self._theme, ACTS["drain"].verb, ACTS["drain"].icon, parent=self)
        self.pause.clicked.connect(actions.pause.trigger)
        self.drain.clicked.connect(actions.drain.trigger)

    def show_connection(self, view: ConnectionView) -> None:
        self.pill.show_view(view)
        self.badge.set_text(view.environment)
        self.badge.setAccessibleName(f"Environment: {view.environment}")
        self.badge.setVisible(bool(view.environment))
        self._arrange()

    def show_ledger(self, view: LedgerView, as_of: str = "") -> None:
        if (view, as_of) != (self.ledger.view, self.ledger.as_of):
            self.ledger.show_view(view, as_of)
            self._arrange()

    def show_worker(self, view: WorkerButtonView) -> None:
        self._worker_view = view
        self.worker_menu.show_view(view)
        if view.state is WorkerState.ON_HOLD:
            self.worker.set_icon("power-plug-off-outline")
        else:
            self.worker.set_state(_WORKER_STATES[view.state])
        act = ACTS["resume" if view.is_paused else "pause"]
        self.pause.set_text(act.verb)
        self.pause.set_icon(act.icon)
        self._arrange()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        self._fit = next((fit for fit in _FITS if self._width_at(fit) <= self.width()), _FITS[-1])
        self._apply_fit(self._fit)
        right = self._place_right()
        self._place_left(right - self._fit.group_gap_px)

    def _apply_fit(self, fit: _Fit) -> None:
        self.worker.set_text(self._worker_words(fit))
        self.worker.setAccessibleName(self._worker_view.title)
        self.worker.setToolTip("" if self.worker.text() == self._worker_view.title else self._worker_view.title)
        why_not = self._worker_view.why_not_pause
        self.pause.set_compact(fit.icons_only)
        self.pause.set_possible("", why_not)
        self.drain.set_compact(fit.icons_only)
        self.drain.set_possible(DRAINS if fit.icons_only else f"Drain: {DRAINS}", why_not)
        self.ledger.set_level(fit.ledger)

    def _worker_words(self, fit: _Fit) -> str:
        words = self._worker_view.title
        return words.removeprefix("Worker ").capitalize() if fit.short_worker else words

    def _width_at(self, fit: _Fit) -> int:
        pill = self.pill.width_least() if fit.short_place else self.pill.width_full()
        badge = self.badge.sizeHint().width() + GAP_PX if self.badge.text else 0
        buttons = self.worker.width_with(self._worker_words(fit)) + 2 * GAP_PX
        for button in (self.pause, self.drain):
            buttons += button.width_with(button.text(), compact=fit.icons_only)
        gaps = 2 * MARGIN_PX + 2 * fit.group_gap_px
        return pill + badge + self.ledger.width_at(fit.ledger) + buttons + gaps

    def _place_right(self) -> int:
        right = self.width() - MARGIN_PX
        for button in (self.drain, self.pause, self.worker):
            width = button.sizeHint().width()
            right -= width
            button.setGeometry(right, (self.height() - 32) // 2, width, 32)
            right -= GAP_PX
        return right + GAP_PX

    def _place_left(self, right: int) -> None:
        fit = self._fit
        badge = self.badge.sizeHint().width() if self.badge.text else 0
        ledger = self.ledger.width_at(fit.ledger)
        room = right - MARGIN_PX - fit.group_gap_px - ledger - (badge + GAP_PX if badge else 0)
        pill = max(self.pill.width_least(), min(self.pill.width_full(), room))
        left = MARGIN_PX
        self.pill.setGeometry(left, (self.height() - 32) // 2, pill, 32)
        left += pill
        if badge:
            self.badge.setGeometry(left + GAP_PX, (self.height() - 20) // 2, badge, 20)
            left += GAP_PX + badge
        high = self.ledger.height()
        self.ledger.setGeometry(left + fit.group_gap_px, (self.height() - high) // 2, ledger, high)
