"""Inline or queued: what a person waits for, both ways, and what becomes of what fails."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from gui.theme.palette import Role
from gui.theme.theme import Theme
from gui.widgets import Button, ElidedLabel, EmptyPage, FittedRow, Label, Panel, SegmentedControl
from gui.workspaces.demo.comparison.figures import FiguresTable
from gui.workspaces.demo.comparison.formatting import (
    OF_ARTICLE,
    conditions,
    conditions_at_length,
    faults,
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

    def __init__(self, theme: Theme, plans: Sequence[ComparisonPlan], parent: QWidget | None = None) -> None:
        """`plans`: the first is chosen; they differ in what fails."""
        super().__init__(TITLE, parent)
        self._plans = {faults(plan): plan for plan in plans}
        self._running = False
        self._reports: dict[str, ComparisonReport] = {}  # the newest of each plan
        self.choice = SegmentedControl(theme, "What fails", [(key, key) for key in self._plans])
        self.choice.setVisible(len(plans) > 1)
        self.choice.selected.connect(self._on_plan_selected)
        self.run = Button(theme, "Run", "play", role="small")
        self.run.clicked.connect(self._on_run_clicked)
        head = QHBoxLayout()
        head.setSpacing(_GAP_PX)
        head.addWidget(Label(theme, TITLE, "title"))
        head.addStretch(1)
        head.addWidget(self.choice)
        head.addWidget(self.run)
        self.body.addLayout(head)
        self._pages = self.add_pages()
        self.page = EmptyPage(theme)
        self._pages.addWidget(self.page)
        self._measured = QWidget()
        self._pages.addWidget(self._measured)
        self._headline = Label(theme, "", "headline")
        self._hint = Label(theme, "", "small", "second")
        self._ranges, self.figures = WaitRanges(theme), FiguresTable(theme)
        self._conditions = ElidedLabel(theme, "", "small", "second")
        self._lay_out(theme)
        self._on_plan_selected(self.choice.value)

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
    def plan(self) -> ComparisonPlan:
        """The chosen one; while it runs, that of the run."""
        return self._plans[self.choice.value]

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
        """A new run has begun; what an earlier one of the same plan measured is gone."""
        self._running = True
        self._reports.pop(self.choice.value, None)
        self._show_page("timer-sand", "running", STARTING, conditions(self.plan))

    def show_report(self, report: ComparisonReport) -> None:
        """Of the current run, while it goes on or at its end."""
        if not report.inline.answered and not report.queued.answered:
            return
        self._running = not report.ended
        self._reports[self.choice.value] = report
        self._show_measured(report, OF_ARTICLE if report.ended else progress(self.plan, report))

    def show_stopped(self) -> None:
        """By the person, before its end: what was measured until then is shown."""
        self._running = False
        if (report := self._reports.get(self.choice.value)) is None:
            self._show_page("speedometer", "accent", "Stopped", NOT_RUN)
        else:
            self._show_measured(report, _stopped_words(self.plan, report))

    def show_problem(self, sentence: str) -> None:
        """It ended too early."""
        self._running = False
        self._reports.pop(self.choice.value, None)
        self._show_page("alert-circle-outline", "failed", "The comparison ended early", sentence, again="Run again")

    def _show_page(self, icon: str, role: Role, title: str, line: str, *, again: str = "Run") -> None:
        self.page.show_state(icon, role, title, line)
        self._pages.setCurrentWidget(self.page)
        self._show_button(again)

    def _show_measured(self, report: ComparisonReport, hint: str) -> None:
        self._headline.setText(headline(report) or "Measuring")
        self._hint.setText(hint)
        self._ranges.show_report(report)
        self.figures.show_report(report)
        self._conditions.setText(conditions(self.plan))
        self._conditions.setToolTip(conditions_at_length(self.plan, report))
        self._pages.setCurrentWidget(self._measured)
        self._first.fit()
        self._show_button("Run again")

    def _show_button(self, idle: str) -> None:
        self.choice.setEnabled(not self._running)
        self.run.set_text("Stop" if self._running else idle)
        self.run.set_icon("square-outline" if self._running else "play" if idle == "Run" else "refresh")

    @Slot(str)
    def _on_plan_selected(self, key: str) -> None:
        if (report := self._reports.get(key)) is None:
            self._show_page("speedometer", "accent", "Not run yet", NOT_RUN)
        else:
            self._show_measured(report, OF_ARTICLE if report.ended else _stopped_words(self.plan, report))

    @Slot()
    def _on_run_clicked(self) -> None:
        (self.stop_requested if self._running else self.run_requested).emit()


def _stopped_words(plan: ComparisonPlan, report: ComparisonReport) -> str:
    return f"stopped after {report.inline.answered:,} of {plan.count:,}"
