"""The receipts panel: one row per submitted workout, from submission to badges."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import tzinfo
from functools import partial

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QSizePolicy,
    QWidget,
)
from typing_extensions import override

from core.events import Event
from core.live.receipt_ends import dump_ends
from core.live.receipts import CountGroup, Stage
from core.live.workout_log import WorkoutLog, WorkoutTrace
from core.metrics.depth_and_flow import FlowRates
from gui.changes.row_changes import HAS_FAILED, RowChanges
from gui.forms.formatting import Units
from gui.frame.worker_names import WorkerNames
from gui.shortcuts import SHORTCUTS, Scope
from gui.theme.theme import Theme
from gui.widgets import FittedRow, IconButton, Label, Panel, ScopePill, SegmentedControl, is_held, pressed
from gui.widgets.painted_table import SCROLL_BAR_PX, PaintedTable
from gui.widgets.row_menu import RowAction
from gui.workspaces.console.receipts.empty_state import ReceiptsEmpty
from gui.workspaces.console.receipts.formatting import ReceiptFormat
from gui.workspaces.console.receipts.table_model import ReceiptModel

TICK_MS = 250
ROW_PX, HEAD_PX = 26, 23
LEAST_ROWS = 3  # rows, with the header
NARROW_PX = 800  # below this the sport is an icon and the stepper is short
_SEGMENTS = ("all", "middle", "failed")


class ReceiptTable(PaintedTable[WorkoutTrace]):
    """Enter opens a row, R repairs it, C corrects it, Del deletes it, U uses it again."""

    repair_requested = Signal(object)  # WorkoutTrace
    opened = Signal(str)  # workout id

    def __init__(self, theme: Theme, model: ReceiptModel, parent: QWidget | None = None) -> None:
        super().__init__(
            theme,
            model,
            "Receipts of what was sent from here",
            row_px=ROW_PX,
            head_px=HEAD_PX,
            narrow_px=NARROW_PX,
            beside_bar=True,
            line_percent=70,
            mark=None,
            parent=parent,
        )
        theme.bound_height(self, LEAST_ROWS * ROW_PX)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.button_clicked.connect(self._on_button_clicked)
        self.doubleClicked.connect(self._open_current)
        self.row_actions = self._menu_of
        self.changes = RowChanges(self)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if is_held(event):
            return
        match pressed(Scope.RECEIPTS, event):
            case "open":
                self._open_current()
            case "repair":
                receipt = self.current_row
                if receipt is not None and receipt.stage.is_failure:
                    self.repair_requested.emit(receipt)
            case _:
                receipt = self.current_row
                if receipt is None or not self.changes.take_key(event, receipt.workout_id, _why_not_change(receipt)):
                    super().keyPressEvent(event)

    def _menu_of(self, receipt: WorkoutTrace) -> list[RowAction]:
        is_failure, keys = receipt.stage.is_failure, SHORTCUTS[Scope.RECEIPTS]
        to_open = "&Open in Pipeline" if is_failure else keys["open"].entry("&Open in Pipeline")
        return [
            RowAction(to_open, partial(self.opened.emit, receipt.workout_id)),
            RowAction(
                keys["repair"].entry("&Repair" if receipt.conflict is None else "Correct &again…"),
                partial(self.repair_requested.emit, receipt),
                "" if is_failure else "It has not failed",
            ),
            *self.changes.entries(receipt.workout_id, _why_not_change(receipt)),
        ]

    @Slot()
    def _open_current(self) -> None:
        receipt = self.current_row
        if receipt is None:
            return
        if receipt.stage.is_failure:
            self.repair_requested.emit(receipt)
        else:
            self.opened.emit(receipt.workout_id)

    @Slot(str, object)
    def _on_button_clicked(self, _name: str, receipt: WorkoutTrace) -> None:
        self.repair_requested.emit(receipt)


class ReceiptsPanel(Panel):
    """Main thread. Call `show_events` with each batch of events, and `refresh` now and then while it is not shown."""

    repair_requested = Signal(object)  # WorkoutTrace
    receipt_opened = Signal(str)  # workout id
    demo_requested = Signal()

    def __init__(
        self,
        theme: Theme,
        log: WorkoutLog,
        names: WorkerNames,
        *,
        now_ms: Callable[[], int],
        zone: tzinfo | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("Receipts", parent)
        self._theme, self._log = theme, log
        self._anything: bool | None = None  # not shown yet
        self._waits = False
        self.body.setContentsMargins(12, 11, 12 - SCROLL_BAR_PX, 5)
        self._model = ReceiptModel(log, ReceiptFormat(names, now_ms, log.place, zone), parent=self)
        self.table = ReceiptTable(theme, self._model)
        self.segment = SegmentedControl(theme, "Receipts shown", [(key, "") for key in _SEGMENTS])
        self._empty = ReceiptsEmpty(theme)
        self._tick = QTimer(self)
        self._tick.setInterval(TICK_MS)
        self._build_head()
        self._pages = self.add_pages()
        self._pages.addWidget(self.table)
        self._pages.addWidget(self._empty)
        self._tick.timeout.connect(self._model.emit_changed)
        self.segment.selected.connect(self._on_segment_selected)
        self.table.repair_requested.connect(self.repair_requested)
        self.table.opened.connect(self.receipt_opened)
        self._empty.demo_requested.connect(self.demo_requested)
        self._show_counts()

    def offer_demo(self, offered: bool) -> None:
        """In the empty table; a demonstration does not offer another one."""
        self._empty.demo_button.setVisible(offered)

    @property
    def model(self) -> ReceiptModel:
        return self._model

    @Slot(object)
    def show_events(self, events: Sequence[Event], *, recalled: bool = False) -> None:
        """Apply a batch of events and show the changes, with a bounded number of model signals. `recalled`: of the time
        before this program watched."""
        self._log.apply_all(events, recalled=recalled)
        if not self._waits:
            self.refresh()

    def set_shown(self, shown: bool) -> None:
        """While another workspace is shown, changes wait for a `refresh`: of a flood they would cost its frames."""
        self._waits = not shown
        self.refresh()

    def refresh(self) -> None:
        """Show the log after another object applied events to it."""
        if self._model.drain():
            self._show_counts()
        self._run_clock()

    def set_units(self, units: Units) -> None:
        self._model.set_units(units)

    def set_flow(self, flow: FlowRates) -> None:
        """The rates that the charts show, for `12th, in about 1 s`."""
        self._model.set_flow(flow)

    @Slot(object)
    def ends(self) -> str:
        """When the receipts ended, to be kept."""
        return dump_ends(self._log.receipts())

    def set_in_other_queue(self, workout_ids: Sequence[str]) -> None:
        """Set the workouts that are in another queue than the one in use."""
        self._log.set_in_other_queue(workout_ids)
        self.refresh()

    @override
    def hasHeightForWidth(self) -> bool:
        """False although lines wrap: a scroll area would make its content as high as all of them would like."""
        return False

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._run_clock()

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._tick.stop()

    def _show_head(self) -> None:
        self._title.show()
        self._pill.show()

    def _build_head(self) -> None:
        self._head = FittedRow(self._theme, spacing_px=8)
        head = self._head.row
        head.setContentsMargins(0, 0, SCROLL_BAR_PX, 0)
        self._title = Label(self._theme, "Receipts", "title")
        self._pill = ScopePill(self._theme, "monitor", "sent from here")
        self._head.ways = (self._show_head, self._pill.hide, self._title.hide)
        head.addWidget(self._title)
        head.addWidget(self._pill)
        head.addStretch(1)
        head.addWidget(self.segment)
        self.more_button = IconButton(self._theme, "dots-horizontal", "What to do with the chosen receipt")
        self.more_button.setMenu(self.table.menu)
        head.addSpacing(4)
        head.addWidget(self.more_button)
        self.body.addWidget(self._head)
        self.body.addSpacing(3)

    def _middle_group(self) -> CountGroup:
        pending = self._log.count(CountGroup.PENDING)
        return CountGroup.PENDING if pending and not self._log.online else CountGroup.IN_FLIGHT

    def _group_of(self, key: str) -> CountGroup:
        return {"all": CountGroup.ALL, "failed": CountGroup.FAILED}.get(key) or self._middle_group()

    def _show_counts(self) -> None:
        words = {key: f"{(group := self._group_of(key)).value} {self._log.count(group):,}" for key in _SEGMENTS}
        anything = self._log.count() > 0
        if anything != self._anything or any(self.segment.words(key) != words[key] for key in _SEGMENTS):
            self._anything = anything
            for key in _SEGMENTS:
                self.segment.set_words(key, words[key])
            self.segment.setVisible(anything)
            self.more_button.setVisible(anything)
            self._head.fit()
        self._model.set_group(self._group_of(self.segment.value))
        self._pages.setCurrentWidget(self.table if anything else self._empty)
        # A hidden page must not set this panel's minimum height.
        vertical = QSizePolicy.Policy.Ignored if anything else QSizePolicy.Policy.Preferred
        self._empty.setSizePolicy(QSizePolicy.Policy.Preferred, vertical)

    def _run_clock(self) -> None:
        moving = self._log.count(CountGroup.IN_FLIGHT) + self._log.count(CountGroup.PENDING)
        wanted = self.isVisible() and moving > 0
        if wanted != self._tick.isActive():
            if wanted:
                self._tick.start()
            else:
                self._tick.stop()

    @Slot(str)
    def _on_segment_selected(self, key: str) -> None:
        self._model.set_group(self._group_of(key))


def _why_not_change(receipt: WorkoutTrace) -> str:
    if receipt.stage.is_failure and receipt.conflict is None:
        return HAS_FAILED
    if receipt.is_deletion:
        return "It is deleted"
    return "It is in another queue" if receipt.stage is Stage.OTHER_QUEUE else ""
