"""The panel of the selected workout: timeline, body, headers and attempts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import tzinfo
from enum import IntEnum

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget
from typing_extensions import override

from core.events import OutcomeKind
from core.live.timeline import Timeline
from core.store.models import MessageSnapshot
from gui.changes.row_changes import HAS_FAILED, NOT_YET_STORED, RowChanges
from gui.forms.formatting import Units
from gui.forms.starts import start_words
from gui.frame.worker_names import WorkerNames
from gui.shortcuts import SHORTCUTS, Scope
from gui.theme.theme import Theme
from gui.widgets import Button, ElidedLabel, IconButton, Label, Panel, Rule, ScrollArea, StateGlyph
from gui.widgets.announcements import show_note
from gui.widgets.keys import pressed
from gui.widgets.tabs import Tabs
from gui.workspaces.pipeline.empty_state import PipelineEmptyState
from gui.workspaces.pipeline.formatting import KIND_STATES, KIND_WORDS
from gui.workspaces.pipeline.timeline.attempts_page import AttemptsPage
from gui.workspaces.pipeline.timeline.formatting import identity, subject
from gui.workspaces.pipeline.timeline.message_formatting import attempts_title
from gui.workspaces.pipeline.timeline.message_pages import BodyPage, HeadersPage
from gui.workspaces.pipeline.timeline.revisions import RevisionsList
from gui.workspaces.pipeline.timeline.view import TimelineView

TABS = ("Timeline", "Body", "Headers", "0 attempts")
_COPIES = ("Copy id", "Copy body", "Copy headers", "Copy id")
HINT = "Choose a workout in the live tail, or search for one. Its way from Enter to badge is shown here."


class _Tab(IntEnum):
    WAY = 0
    BODY = 1
    HEADERS = 2
    ATTEMPTS = 3


class TimelinePanel(Panel):
    """Main thread. Shows the given timeline and message. C corrects the workout, Del deletes it, U uses it again."""

    closed = Signal()
    repair_requested = Signal(str)  # workout id

    def __init__(
        self,
        theme: Theme,
        names: WorkerNames,
        zone: tzinfo | None = None,
        *,
        now_ms: Callable[[], int],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("Timeline", parent)
        self._theme, self._zone, self._now_ms = theme, zone, now_ms
        self._units = Units()
        self._timeline: Timeline | None = None
        self.view = TimelineView(theme, names, zone)
        self.revisions = RevisionsList(theme, zone, now_ms=now_ms)
        self.tabs = Tabs(theme, "About this workout", TABS)
        self.body_page = BodyPage(theme)
        self.headers_page = HeadersPage(theme)
        self.attempts_page = AttemptsPage(theme, names, zone)
        self._pages = self.add_pages()
        self._pages.addWidget(self._build_empty())
        self._pages.addWidget(self._build_shown())
        self.copy_button.clicked.connect(self._on_copy)
        self.repair_button.clicked.connect(self._on_repair)
        self.changes = RowChanges(self)
        for button in self._change_buttons.values():
            button.clicked.connect(self._on_change)
        self._close_button.clicked.connect(self._on_close)
        self.tabs.chosen.connect(self._on_tab_chosen)
        for name, slot in (("next", self._on_next_tab), ("before", self._on_tab_before)):
            keys = QKeySequence(SHORTCUTS[Scope.TIMELINE][name].key)
            QShortcut(keys, self, slot, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self.show_copy(None, looking=True)

    @property
    def timeline(self) -> Timeline | None:
        return self._timeline

    def show_timeline(self, timeline: Timeline | None) -> None:
        """Show a timeline; None: no workout is selected."""
        if timeline == self._timeline:
            return
        self._timeline = timeline
        if timeline is None:
            self._pages.setCurrentIndex(0)
            return
        self._athlete.setText(timeline.trace.athlete or "No athlete named")
        self._subject.setText(subject(timeline, self._units))
        start = start_words(timeline.trace.started_at, self._now_ms(), self._zone)
        self._start.setText(f"Started {start}")
        self._start.setVisible(bool(start))
        self._identity.setText(identity(timeline))
        self._show_end(timeline.trace.end)
        self.repair_button.setVisible(timeline.trace.end is OutcomeKind.FAILED)
        is_stored = timeline.trace.end is OutcomeKind.STORED
        self.correct_button.setVisible(is_stored)
        self.delete_button.setVisible(is_stored)
        self.view.show_timeline(timeline, self._units)
        self.attempts_page.show_timeline(timeline, self._units)
        self.tabs.set_words(_Tab.ATTEMPTS, attempts_title(timeline.tries))
        self._pages.setCurrentIndex(1)

    def show_copy(self, copy: MessageSnapshot | None, *, looking: bool = False) -> None:
        """Show the message; None: there is none, or not yet while `looking`."""
        for page in (self.body_page, self.headers_page):
            if copy is None:
                page.show_nothing(looking=looking)
            else:
                page.show_copy(copy, self._now_ms(), self._zone)
        self._can_copy = copy is not None
        self._fit_copy_button()

    def focus_revisions(self) -> bool:
        """Go to the newest revision; False if there is only one, or none is read yet."""
        if self.revisions.isHidden():
            return False
        self.tabs.setCurrentIndex(_Tab.WAY)
        return self.revisions.focus_first()

    def set_why_not_change(self, why_not: str) -> None:
        """Why no workout can be corrected or deleted; empty: it can."""
        self.changes.why_not_any = why_not
        for name, button in self._change_buttons.items():
            button.set_possible(SHORTCUTS[Scope.WORKOUTS][name].hint(), why_not)

    def set_units(self, units: Units) -> None:
        self._units = units
        self.revisions.set_units(units)
        timeline, self._timeline = self._timeline, None
        self.show_timeline(timeline)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        timeline = self._timeline
        if timeline is not None and pressed(Scope.TIMELINE, event) == "revisions":
            if not self.focus_revisions():
                show_note(self, "No second revision of it is stored")
        elif timeline is None or not self.changes.take_key(event, timeline.trace.workout_id, _why_not_change(timeline)):
            super().keyPressEvent(event)

    @override
    def hasHeightForWidth(self) -> bool:
        return False  # the text of the empty state must not set the panel's minimum height

    def _show_end(self, end: OutcomeKind | None) -> None:
        if end is None:
            self._glyph.set_state("waiting", "on its way")
            self._end.setText("on its way")
        else:
            self._glyph.set_state(KIND_STATES[end][0], KIND_WORDS[end])
            self._end.setText(KIND_WORDS[end])

    def _build_empty(self) -> QWidget:
        return PipelineEmptyState(self._theme, "timeline-clock-outline", "One workout, step by step", HINT)

    def _build_shown(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._build_head())
        self._subject = ElidedLabel(self._theme, "", "body")
        self._identity = ElidedLabel(self._theme, "", "small", "second", middle=True)
        self._start = ElidedLabel(self._theme, "", "small", "second")
        column.addWidget(self._subject)
        column.addSpacing(3)
        column.addWidget(self._start)
        column.addSpacing(3)
        column.addWidget(self._identity)
        column.addSpacing(8)
        column.addWidget(self.tabs)
        column.addWidget(Rule())
        column.addSpacing(12)
        self._shown = QStackedWidget()
        for each in (self._build_way(), self.body_page, self.headers_page, self.attempts_page):
            self._shown.addWidget(each)
        column.addWidget(self._shown, 1)
        column.addSpacing(8)
        column.addLayout(self._build_foot())
        return page

    def _build_way(self) -> ScrollArea:
        way = QWidget()
        column = QVBoxLayout(way)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.view)
        column.addWidget(self.revisions)
        column.addStretch(1)
        scroll = ScrollArea()
        scroll.put_in(way)
        scroll.setAccessibleName("Steps")
        return scroll

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
        self.correct_button = Button(self._theme, "Correct…", "pencil-outline")
        self.again_button = Button(self._theme, "Use again", "restore")
        self.again_button.set_compact(True)
        self.delete_button = Button(self._theme, "Delete…", "trash-can-outline")
        self.delete_button.set_compact(True)
        self._change_buttons = {
            "correct": self.correct_button,
            "delete": self.delete_button,
            "again": self.again_button,
        }
        foot.addWidget(self.copy_button, 1)
        foot.addWidget(self.repair_button, 1)
        foot.addWidget(self.correct_button, 1)
        foot.addWidget(self.again_button)
        foot.addWidget(self.delete_button)
        return foot

    def _fit_copy_button(self) -> None:
        tab = self.tabs.currentIndex()
        self.copy_button.set_text(_COPIES[tab])
        self.copy_button.setEnabled(self._can_copy or tab not in (_Tab.BODY, _Tab.HEADERS))

    @Slot(int)
    def _on_tab_chosen(self, tab: int) -> None:
        self._shown.setCurrentIndex(tab)
        self._fit_copy_button()

    @Slot()
    def _on_next_tab(self) -> None:
        self.tabs.go(1)

    @Slot()
    def _on_tab_before(self) -> None:
        self.tabs.go(-1)

    @Slot()
    def _on_copy(self) -> None:
        if self._timeline is not None:
            match self.tabs.currentIndex():
                case _Tab.BODY:
                    text = self.body_page.text.toPlainText()
                case _Tab.HEADERS:
                    text = self.headers_page.text.toPlainText()
                case _:
                    text = self._timeline.trace.workout_id
            QGuiApplication.clipboard().setText(text)

    @Slot()
    def _on_repair(self) -> None:
        if self._timeline is not None:
            self.repair_requested.emit(self._timeline.trace.workout_id)

    @Slot()
    def _on_change(self) -> None:
        if self._timeline is not None:
            name = next(name for name, button in self._change_buttons.items() if button is self.sender())
            self.changes.request(name, self._timeline.trace.workout_id)

    @Slot()
    def _on_close(self) -> None:
        self.closed.emit()


def _why_not_change(timeline: Timeline) -> str:
    if timeline.trace.end is OutcomeKind.FAILED:
        return HAS_FAILED
    return "" if timeline.trace.end in (OutcomeKind.STORED, OutcomeKind.DUPLICATE) else NOT_YET_STORED
