"""The experiments: a button each, with the promise and what was seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields

from PySide6.QtCore import QRectF, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from gui.theme.palette import Role
from gui.theme.theme import Theme
from gui.widgets import Button, ElidedLabel, FittedRow, Label, Panel, SegmentedControl, paint_glyph, restyle
from gui.widgets.state_glyphs import Glyph
from gui.workspaces.demo.chaos.protections_page import ProtectionsPage
from gui.workspaces.demo.chaos.tally import TakenOffPill, TallyPill
from worker.demo.experiments.experiment import NOT_TRIED, Experiment, Observation, Result
from worker.demo.experiments.runner import EXPERIMENTS
from worker.demo.protections import Protections

COLUMNS = 2
GAP_PX, LOW_GAP_PX = 8, 4
FAULTS_HINT = "press one, then see whether it did what it says"
PROTECTIONS_HINT = "take one off, then cause a fault"
BUTTON_PX, BESIDE_PX, GLYPH_PX = 164, 10, 12
# Glyph, hue and hue of the words of each result: a shape and words, never the colour alone.
_LOOKS: Mapping[Result, tuple[Glyph, Role, Role]] = {
    Result.NOT_TRIED: ("ring", "faint", "second"),
    Result.RUNNING: ("clock", "running", "running"),
    Result.KEPT: ("check", "stored", "stored"),
    Result.BROKEN: ("cross", "failed", "failed"),
    Result.IMPOSSIBLE: ("dot", "faint", "second"),
}


class _Glyph(QWidget):
    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._result = Result.NOT_TRIED
        theme.fix_size(self, width_px=GLYPH_PX, height_px=GLYPH_PX)
        theme.changed.connect(self.update)

    def show_result(self, result: Result) -> None:
        if result is not self._result:
            self._result = result
            self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        glyph, hue, _ = _LOOKS[self._result]
        paint_glyph(QPainter(self), QRectF(self.rect()), glyph, self._theme.colour(hue))


class ExperimentRow(QWidget):
    """One experiment."""

    def __init__(self, theme: Theme, kind: type[Experiment]) -> None:
        super().__init__()
        self.button = Button(theme, kind.title, kind.icon)
        self.button.setProperty("experiment", kind.key)
        theme.bound_width(self.button, BUTTON_PX)
        self.button.setAccessibleDescription(kind.promise)
        self._promise = ElidedLabel(theme, kind.promise, "small")
        self._glyph = _Glyph(theme)
        self._words = ElidedLabel(theme, "", "small", "second")
        seen = QHBoxLayout()
        seen.setSpacing(6)
        seen.addWidget(self._glyph)
        seen.addWidget(self._words, 1)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addStretch(1)
        words.addWidget(self._promise)
        words.addLayout(seen)
        words.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(BESIDE_PX)
        row.addWidget(self.button)
        row.addLayout(words, 1)
        self.observation = NOT_TRIED
        self.show_observation(NOT_TRIED, busy=False)

    @property
    def words(self) -> str:
        return self._words.text()

    def show_observation(self, observation: Observation, *, busy: bool) -> None:
        """`busy`: another experiment runs, so this one cannot begin."""
        self.observation = observation
        self._glyph.show_result(observation.result)
        self._words.setText(observation.words)
        ink = _LOOKS[observation.result][2]
        if self._words.property("ink") != ink:
            self._words.setProperty("ink", ink)
            restyle(self._words)
        why_not = "One experiment runs at a time" if busy else ""
        self.button.set_possible(self._promise.text(), why_not)
        self._words.setAccessibleName(f"{self.button.text()}: {observation.words}")


class ChaosPanel(Panel):
    """Main thread."""

    experiment_requested = Signal(str)  # its key
    all_requested = Signal()
    stop_requested = Signal()
    report_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__("Chaos", parent)
        self.rows = {kind.key: ExperimentRow(theme, kind) for kind in EXPERIMENTS}
        self.tally = TallyPill(theme)
        self._untried = Label(theme, "", "small", "second")
        self.all = Button(theme, "All in turn", "play", role="small")
        self.all.clicked.connect(self._on_all_clicked)
        self.report = Button(theme, "Report", "text-box-outline", role="small")
        self.report.clicked.connect(self.report_requested)
        self._hint = ElidedLabel(theme, FAULTS_HINT, "small", "second")
        self.page = SegmentedControl(theme, "Chaos", [("faults", "Faults"), ("protections", "Protections")])
        self.page.selected.connect(self._on_page_selected)
        self.off = TakenOffPill(theme)
        head = FittedRow(theme, spacing_px=8)
        head.row.addWidget(Label(theme, "Chaos", "title"))
        head.row.addWidget(self.page)
        head.row.addWidget(self._hint, 1)
        for part in (self.off, self.tally, self._untried, self.report, self.all):
            head.row.addWidget(part)
        head.ways = (self._show_all, self._hint.hide, self._untried.hide)
        self._head = head
        self.body.addWidget(head)
        self.body.addSpacing(8)
        self._pages = self.add_pages()
        self._faults = QWidget()
        self.protections = ProtectionsPage(theme)
        self.protections.protections_chosen.connect(self._on_protections_chosen)
        self._pages.addWidget(self._faults)
        self._pages.addWidget(self.protections)
        grid = self._grid = QGridLayout(self._faults)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(GAP_PX)
        for place, row in enumerate(self.rows.values()):
            grid.addWidget(row, place // COLUMNS, place % COLUMNS)
            row.button.clicked.connect(self._on_row_clicked)
        for column in range(COLUMNS):
            grid.setColumnStretch(column, 1)
        self._running = False
        self.off.hide()
        self.show_observations({}, "", (0, 0, len(self.rows)))

    def show_observations(
        self, observations: Mapping[str, Observation], running: str, counts: tuple[int, int, int]
    ) -> None:
        """`counts`: as promised, tried, not tried."""
        for key, row in self.rows.items():
            row.show_observation(observations.get(key, NOT_TRIED), busy=bool(running) and running != key)
        kept, tried, untried = counts
        self.tally.show_counts(kept, tried)
        self.tally.setVisible(tried > 0)
        self._untried.setText(f"{untried} not tried" if untried else "")
        self.report.setEnabled(tried > 0)
        self._running = bool(running)
        self.all.set_text("Stop" if running else "All in turn")
        self.all.set_icon("square-outline" if running else "play")
        self._head.fit()

    def set_low(self, low: bool) -> None:
        """Whether there is little height: the rows come closer together."""
        self._grid.setVerticalSpacing(LOW_GAP_PX if low else GAP_PX)

    def show_page(self, key: str) -> None:
        """`faults` or `protections`."""
        self.page.select(key)

    @Slot(str)
    def _on_page_selected(self, key: str) -> None:
        self._pages.setCurrentWidget(self.protections if key == "protections" else self._faults)
        self._hint.setText(PROTECTIONS_HINT if key == "protections" else FAULTS_HINT)

    @Slot(object)
    def _on_protections_chosen(self, protections: Protections) -> None:
        self.off.show_count(sum(not getattr(protections, field.name) for field in fields(protections)))
        self._head.fit()

    def _show_all(self) -> None:
        self._hint.show()
        self._untried.show()

    @Slot()
    def _on_row_clicked(self) -> None:
        button = self.sender()
        if isinstance(button, Button):
            self.experiment_requested.emit(str(button.property("experiment")))

    @Slot()
    def _on_all_clicked(self) -> None:
        (self.stop_requested if self._running else self.all_requested).emit()
