"""The Pipeline workspace: three charts, the workers, the live tail, and a workout's timeline at the right."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from core.live.console_state import ConsoleState
from core.live.tail import Tail
from core.live.timeline import Timeline
from gui.charts.export import ChartExporter
from gui.charts.time_window import DAY_MIN, TimeView
from gui.formatting import READ_ONLY, clock_text
from gui.forms.formatting import Units
from gui.frame.actions import CommandAction, palette_actions
from gui.frame.worker_names import WorkerNames
from gui.shortcuts import Scope
from gui.theme.theme import Theme
from gui.widgets import GAP_PX, Panel
from gui.widgets.keys import tab_before
from gui.workspaces.pipeline.tail.panel import TailPanel
from gui.workspaces.pipeline.timeline.panel import TimelinePanel
from gui.workspaces.pipeline.toolbar import OWN, WHOLE, Toolbar
from gui.workspaces.pipeline.workers.panel import WorkersPanel

if TYPE_CHECKING:
    from gui.workspaces.pipeline.charts.charts import PercentileChart, ThroughputChart

CHARTS = (("Throughput", 252), ("Wait", 324), ("Run", 264))  # titles, and shares of the width
CHARTS_PX, LOW_CHARTS_PX = 232, 190
TIMELINE_PX, NARROW_TIMELINE_PX = 316, 288
NARROW_PX = 1_080
_LOW_PX = 640


@dataclass(frozen=True)
class PipelineCharts:
    throughput: ThroughputChart
    wait: PercentileChart
    run: PercentileChart


class PipelineWorkspace(QWidget):
    """Main thread. Arranges its parts and emits requests."""

    search_requested = Signal(str)  # empty: the search ended
    workout_chosen = Signal(str)  # workout id
    timeline_closed = Signal()
    repair_requested = Signal(str)  # workout id
    correct_requested = Signal(str)  # workout id
    delete_requested = Signal(str)  # workout id
    again_requested = Signal(str)  # workout id
    action_requested = Signal(str, str)  # action, worker
    prefetch_requested = Signal(str, int)  # worker, number
    worker_added = Signal()

    def __init__(
        self,
        theme: Theme,
        names: WorkerNames,
        *,
        now_ms: Callable[[], int],
        zone: tzinfo,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme, self._now_ms = theme, now_ms
        self.names = names
        self.tail = Tail()
        self.charts: PipelineCharts | None = None
        self.view = TimeView(self, zone=zone, longest_min=DAY_MIN)
        self._can_act = False
        self.toolbar = Toolbar(theme, self.view, self.names)
        self.workers = WorkersPanel(theme, self.names)
        self.tail_panel = TailPanel(theme, self.tail, self.names, now_ms=now_ms, zone=zone)
        self.timeline = TimelinePanel(theme, self.names, zone, now_ms=now_ms)
        self._acts = self._make_actions()
        self._build()
        self._connect()

    @property
    def command_actions(self) -> Sequence[QAction]:
        """Actions for the command palette."""
        return self._acts

    # --- data ----------------------------------------------------------------------------------------------------

    def add_charts(self, exporter: ChartExporter) -> None:
        """Insert the charts; call it after the first paint, since importing pyqtgraph takes a quarter of a second."""
        from gui.workspaces.pipeline.charts.charts import PercentileChart, ThroughputChart

        common = (self._theme, self.view, exporter, self._now_ms)
        self.charts = PipelineCharts(
            ThroughputChart(*common, self.names),
            PercentileChart(*common, "wait", self.names),
            PercentileChart(*common, "run", self.names),
        )
        for place, chart in zip(self._places, (self.charts.throughput, self.charts.wait, self.charts.run), strict=True):
            self._charts_row.replaceWidget(place, chart)
            place.deleteLater()
        self._places.clear()
        tab_before(self.workers, (self.charts.throughput, self.charts.wait, self.charts.run))
        self._on_scope_chosen(self.toolbar.scope_segment.value)
        for number, (_, width) in enumerate(CHARTS):
            self._charts_row.setStretch(number, width)
        self._fit()

    def refresh(self, state: ConsoleState, now_ms: int) -> None:
        """Redraw charts that changed; draws nothing while hidden."""
        if not self.isVisible():
            return
        self.toolbar.refresh(state, now_ms)
        if self.charts is not None:
            for chart in (self.charts.throughput, self.charts.wait, self.charts.run):
                chart.refresh(state, now_ms)

    def refresh_tables(self, state: ConsoleState, now_ms: int) -> None:
        """Update workers and tail; call it twice a second."""
        if not self.isVisible():
            return
        self.workers.show_workers(
            state.workers.views(now_ms),
            can_act=self._can_act,
            offline_since=clock_text(state.offline_spans(0)[-1].from_ms, self.view.zone) if state.lost else "",
        )
        self.toolbar.show_workers()
        self.tail_panel.refresh()

    def show_timeline(self, timeline: Timeline | None) -> None:
        self.timeline.show_timeline(timeline)
        self._fit()

    def set_can_act(self, can_act: bool) -> None:
        self._can_act = can_act

    def set_why_not_change(self, why_not: str) -> None:
        """Why no workout can be corrected or deleted; empty: it can."""
        self.timeline.set_why_not_change(why_not)
        self.tail_panel.table.changes.why_not_any = why_not

    def set_units(self, units: Units) -> None:
        self.tail_panel.set_units(units)
        self.timeline.set_units(units)

    def focus_first(self) -> None:
        self.toolbar.search.setFocus()

    # --- construction --------------------------------------------------------------------------------------------

    def _build(self) -> None:
        self._charts_row = QHBoxLayout()
        self._charts_row.setSpacing(GAP_PX)
        self._places = [Panel(name) for name, _ in CHARTS]
        for place, (_, width) in zip(self._places, CHARTS, strict=True):
            self._charts_row.addWidget(place, width)
        self._charts_box = QWidget()
        self._charts_row.setContentsMargins(0, 0, 0, 0)
        self._charts_box.setLayout(self._charts_row)
        self._left = QVBoxLayout()
        self._left.setSpacing(GAP_PX)
        self._left.addWidget(self._charts_box)
        self._left.addWidget(self.workers, 3)
        self._left.addWidget(self.tail_panel, 2)
        row = QHBoxLayout()
        row.setSpacing(GAP_PX)
        row.addLayout(self._left, 1)
        row.addWidget(self.timeline)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP_PX)
        column.addWidget(self.toolbar)
        column.addLayout(row, 1)
        self._theme.bound_width(self, 600)
        self._fit()
        self._theme.changed.connect(self._fit)

    def _connect(self) -> None:
        self.toolbar.search_changed.connect(self._on_search_changed)
        self.toolbar.search_entered.connect(self._on_search_entered)
        self.toolbar.scope_chosen.connect(self._on_scope_chosen)
        self.tail_panel.search_left.connect(self._on_search_left)
        self.tail_panel.workout_chosen.connect(self.workout_chosen)
        self.timeline.closed.connect(self.timeline_closed)
        for part in (self.timeline, self.tail_panel.table):
            part.repair_requested.connect(self.repair_requested)
        for changes in (self.timeline.changes, self.tail_panel.table.changes):
            changes.correct_requested.connect(self.correct_requested)
            changes.delete_requested.connect(self.delete_requested)
            changes.again_requested.connect(self.again_requested)
        self.workers.action_requested.connect(self.action_requested)
        self.workers.prefetch_requested.connect(self.prefetch_requested)
        self.workers.worker_added.connect(self.worker_added)

    def _make_actions(self) -> list[CommandAction]:
        slots = {
            "search": self._on_search_action,
            "freeze": self._on_freeze_action,
            "scope": self._on_scope_action,
            "pause": self._on_pause_action,
            "add": self._on_add_action,
        }
        return palette_actions(self, Scope.PIPELINE, slots, {"add": self._why_not_add})

    def _why_not_add(self) -> str:
        return "" if self._can_act else READ_ONLY

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    @Slot()
    def _fit(self) -> None:
        px = self._theme.px
        narrow = self.width() < px(NARROW_PX)
        self.timeline.setFixedWidth(px(NARROW_TIMELINE_PX if narrow else TIMELINE_PX))
        # In a narrow window the timeline is visible only while a workout is selected.
        shown = not narrow or self.timeline.timeline is not None
        self.timeline.setVisible(shown)
        self._charts_box.setFixedHeight(px(LOW_CHARTS_PX if self.height() < px(_LOW_PX) else CHARTS_PX))
        if self.charts is not None:
            self.charts.run.setVisible(not narrow or self.timeline.timeline is None)

    # --- user input ----------------------------------------------------------------------------------------------

    @Slot(str)
    def _on_search_changed(self, text: str) -> None:
        if text:
            self.tail_panel.show_searching()
        else:
            self.tail_panel.show_live()
        self.search_requested.emit(text)

    @Slot(str)
    def _on_scope_chosen(self, scope: str) -> None:
        if self.charts is not None:
            for chart in (self.charts.throughput, self.charts.wait, self.charts.run):
                chart.set_scope(scope)

    @Slot()
    def _on_search_entered(self) -> None:
        table = self.tail_panel.table
        if not table.isVisible() and not self.tail_panel.searching:
            return  # no rows yet; search results may still come
        table.setFocus()
        # Not the current row: the focus makes the first one current without selecting it.
        if self.tail_panel.model.rowCount() and not table.selectionModel().hasSelection():
            table.selectRow(0)

    @Slot()
    def _on_search_left(self) -> None:
        self.toolbar.clear_search()

    @Slot()
    def _on_search_action(self) -> None:
        self.toolbar.search.setFocus()

    @Slot()
    def _on_freeze_action(self) -> None:
        self.toolbar.freeze_button.click()

    @Slot()
    def _on_scope_action(self) -> None:
        segment = self.toolbar.scope_segment
        other = WHOLE if segment.value == OWN else OWN
        if segment.button(other).isEnabled():
            segment.select(other)

    @Slot()
    def _on_pause_action(self) -> None:
        self.tail_panel.pause_button.click()

    @Slot()
    def _on_add_action(self) -> None:
        if self._can_act:
            self.worker_added.emit()
