"""The way of the chosen workout, at the right."""

from __future__ import annotations

from datetime import tzinfo

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QStackedLayout, QVBoxLayout, QWidget
from typing_extensions import override

from core.events import OutcomeKind
from core.timeline import Timeline
from gui.console.values import Units
from gui.pipeline.empty import EmptyWords
from gui.pipeline.lines import KIND_STATES, KIND_WORDS
from gui.pipeline.timeline_paint import TimelineView
from gui.pipeline.timeline_words import identity, subject
from gui.theme import Theme
from gui.widgets import Button, ElidedLabel, IconButton, Label, Panel, Rule, StateGlyph

HINT = "Choose a workout in the live tail, or search for one. Its way from Enter to badge is shown here."


class TimelinePanel(Panel):
    """Main thread. Shows what it is given."""

    closed = Signal()
    repair_requested = Signal(str)  # workout id

    def __init__(self, theme: Theme, zone: tzinfo | None = None, parent: QWidget | None = None) -> None:
        super().__init__("Timeline", parent)
        self._theme = theme
        self._units = Units()
        self._timeline: Timeline | None = None
        self.view = TimelineView(theme, zone)
        self._pages = QStackedLayout()
        self._pages.addWidget(self._build_empty())
        self._pages.addWidget(self._build_shown())
        self.body.addLayout(self._pages, 1)
        self.copy_button.clicked.connect(self._on_copy)
        self.repair_button.clicked.connect(self._on_repair)
        self._close_button.clicked.connect(self._on_close)

    @property
    def timeline(self) -> Timeline | None:
        return self._timeline

    def show_timeline(self, timeline: Timeline | None) -> None:
        """None: nothing is chosen."""
        if timeline == self._timeline:
            return
        self._timeline = timeline
        if timeline is None:
            self._pages.setCurrentIndex(0)
            return
        self._athlete.setText(timeline.athlete or "Nobody named")
        self._subject.setText(subject(timeline, self._units))
        self._identity.setText(identity(timeline))
        self._show_end(timeline.end)
        self.repair_button.setVisible(timeline.end is OutcomeKind.FAILED)
        self.view.show_timeline(timeline, self._units)
        self._pages.setCurrentIndex(1)

    def set_units(self, units: Units) -> None:
        self._units = units
        timeline, self._timeline = self._timeline, None
        self.show_timeline(timeline)

    @override
    def hasHeightForWidth(self) -> bool:
        return False  # the words of an empty page must not ask for more room than there is

    def _show_end(self, end: OutcomeKind | None) -> None:
        if end is None:
            self._glyph.set_state("waiting", "on its way")
            self._end.setText("on its way")
        else:
            self._glyph.set_state(KIND_STATES[end][0], KIND_WORDS[end])
            self._end.setText(KIND_WORDS[end])

    def _build_empty(self) -> QWidget:
        return EmptyWords(self._theme, "timeline-clock-outline", "One workout, step by step", HINT)

    def _build_shown(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._build_head())
        self._subject = ElidedLabel(self._theme, "", "body")
        self._identity = ElidedLabel(self._theme, "", "small", "second", middle=True)
        column.addWidget(self._subject)
        column.addSpacing(3)
        column.addWidget(self._identity)
        column.addSpacing(10)
        column.addWidget(Rule())
        column.addSpacing(10)
        scroll = QScrollArea()
        scroll.setWidget(self.view)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setAccessibleName("Steps")
        scroll.viewport().setAutoFillBackground(False)
        self.view.setAutoFillBackground(False)
        column.addWidget(scroll, 1)
        column.addSpacing(8)
        column.addLayout(self._build_foot())
        return page

    def _build_head(self) -> QHBoxLayout:
        head = QHBoxLayout()
        head.setSpacing(6)
        self._athlete = ElidedLabel(self._theme, "", "title")
        head.addWidget(self._athlete, 1)
        self._glyph = StateGlyph(self._theme, "stored", "State", 12)
        self._end = Label(self._theme, "", "small")
        head.addWidget(self._glyph)
        head.addWidget(self._end)
        self._close_button = IconButton(self._theme, "close", "Close the timeline")
        head.addWidget(self._close_button)
        return head

    def _build_foot(self) -> QHBoxLayout:
        foot = QHBoxLayout()
        foot.setSpacing(8)
        self.copy_button = Button(self._theme, "Copy id", "content-copy")
        self.repair_button = Button(self._theme, "Repair", "pencil-outline")
        foot.addWidget(self.copy_button, 1)
        foot.addWidget(self.repair_button, 1)
        return foot

    @Slot()
    def _on_copy(self) -> None:
        if self._timeline is not None:
            QGuiApplication.clipboard().setText(self._timeline.workout_id)

    @Slot()
    def _on_repair(self) -> None:
        if self._timeline is not None:
            self.repair_requested.emit(self._timeline.workout_id)

    @Slot()
    def _on_close(self) -> None:
        self.closed.emit()
