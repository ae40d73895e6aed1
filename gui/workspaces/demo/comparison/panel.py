"""Inline or queued: what a person waits for, both ways, and what becomes of what fails."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from gui.theme.theme import Theme
from gui.widgets import Button, ElidedLabel, EmptyPage, FittedRow, Label, Panel
from gui.workspaces.demo.comparison.figures import FiguresTable
from gui.workspaces.demo.comparison.formatting import (
    OF_ARTICLE,
    conditions,
    conditions_at_length,
    headline,
    progress,
)
from gui.workspaces.demo.comparison.ranges import WaitRanges
from worker.demo.comparison.plan import ComparisonPlan
from worker.demo.comparison.report import ComparisonReport

TITLE = "Inline or queued"
STARTING = "Starting both services"
NOT_RUN = "The same workouts within the request, and by queue: how long does the person wait?"
_BESIDE_PX, _GAP_PX = 24, 8


class ComparisonPanel(Panel):
    """Main thread."""

    run_requested = Signal()
    stop_requested = Signal()

    def __init__(self, theme: Theme, plan: ComparisonPlan, parent: QWidget | None = None) -> None:
        super().__init__(TITLE, parent)
        self._plan = plan
        self._running = False
        self._report: ComparisonReport | None = None
        self.run = Button(theme, "Run", "play", role="small")
        self.run.clicked.connect(self._on_run_clicked)
        head = QHBoxLayout()
        head.addWidget(Label(theme, TITLE, "title"))
        head.addStretch(1)
        head.addWidget(self.run)
        self.body.addLayout(head)
        self._pages = self.add_pages()
        self.page = EmptyPage(theme)
        self.page.show_state("speedometer", "accent", "Not run yet", NOT_RUN)
        self._pages.addWidget(self.page)
        self._measured = QWidget()
        self._pages.addWidget(self._measured)
        self._headline = Label(theme, "", "headline")
        self._hint = Label(theme, "", "small", "second")
        self._ranges, self.figures = WaitRanges(theme), FiguresTable(theme)
        self._conditions = ElidedLabel(theme, conditions(plan), "small", "second")
        self._lay_out(theme)
        self._show_conditions()

    def _lay_out(self, theme: Theme) -> None:
        row = FittedRow(theme, spacing_px=_GAP_PX)
        row.row.addWidget(self._headline)
        row.row.addWidget(self._hint)
        row.row.addStretch(1)
        row.ways = (self._hint.show, self._hint.hide)
        self._first = row
        chart = QVBoxLayout()
        chart.setSpacing(0)
        chart.addWidget(row)
        chart.addStretch(1)
        chart.addWidget(self._ranges)
        chart.addStretch(1)
        table = QVBoxLayout()
        table.setSpacing(0)
        table.addWidget(self.figures)
        table.addSpacing(_GAP_PX)
        table.addStretch(1)
        table.addWidget(self._conditions)
        self._parts = QBoxLayout(QBoxLayout.Direction.TopToBottom, self._measured)
        self._parts.setContentsMargins(0, 6, 0, 0)
        self._parts.setSpacing(4)
        self._parts.addLayout(chart, 1)
        self._parts.addLayout(table, 1)

    @property
    def headline(self) -> str:
        return self._headline.text()

    @property
    def hint(self) -> str:
        return self._hint.text()

    def set_low(self, low: bool) -> None:
        """Whether the table is beside the chart, for a wide and low place; else below it."""
        direction = QBoxLayout.Direction.LeftToRight if low else QBoxLayout.Direction.TopToBottom
        self._parts.setDirection(direction)
        self._parts.setSpacing(_BESIDE_PX if low else 4)

    def show_running(self) -> None:
        """A new run has begun; what an earlier one measured is gone."""
        self._running, self._report = True, None
        self.page.show_state("timer-sand", "running", STARTING, conditions(self._plan))
        self._pages.setCurrentWidget(self.page)
        self._show_button()

    def show_report(self, report: ComparisonReport) -> None:
        """Of the current run, while it goes on or at its end."""
        if not report.inline.answered and not report.queued.answered:
            return
        self._report = report
        self._running = not report.ended
        self._headline.setText(headline(report) or "Measuring")
        self._hint.setText(OF_ARTICLE if report.ended else progress(self._plan, report))
        self._ranges.show_report(report)
        self.figures.show_report(report)
        self._show_conditions()
        self._pages.setCurrentWidget(self._measured)
        self._first.fit()
        self._show_button()

    def show_stopped(self) -> None:
        """By the person, before its end: what was measured until then is shown."""
        self._running = False
        if self._report is None:
            self.page.show_state("speedometer", "accent", "Stopped", NOT_RUN)
        else:
            self._hint.setText(f"stopped after {self._report.inline.answered:,} of {self._plan.count:,}")
            self._first.fit()
        self._show_button()

    def show_problem(self, sentence: str) -> None:
        """It ended too early."""
        self._running, self._report = False, None
        self.page.show_state("alert-circle-outline", "failed", "The comparison ended early", sentence)
        self._pages.setCurrentWidget(self.page)
        self._show_button("Run again")

    def _show_conditions(self) -> None:
        self._conditions.setToolTip(conditions_at_length(self._plan, self._report))

    def _show_button(self, again: str = "") -> None:
        idle = again or ("Run again" if self._report is not None else "Run")
        self.run.set_text("Stop" if self._running else idle)
        self.run.set_icon("square-outline" if self._running else "play" if idle == "Run" else "refresh")

    @Slot()
    def _on_run_clicked(self) -> None:
        (self.stop_requested if self._running else self.run_requested).emit()
