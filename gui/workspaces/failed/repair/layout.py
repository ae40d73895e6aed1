"""The layout of the repair pane."""

from __future__ import annotations

from collections.abc import Callable
from datetime import tzinfo

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from gui.shortcuts import SHORTCUTS, Scope
from gui.theme.theme import Theme
from gui.widgets import (
    Button,
    ElidedLabel,
    EmptyPage,
    IconButton,
    Label,
    NoteLabel,
    Panel,
    Rule,
    ScrollArea,
    SegmentedControl,
)
from gui.workspaces.failed.messages.action_bar import BAR_PX
from gui.workspaces.failed.repair.details import Attempts, Headers
from gui.workspaces.failed.repair.fields import RepairFields
from gui.workspaces.failed.repair.problem_box import ProblemBox
from gui.workspaces.failed.repair.raw_body import RawBody

FORM, RAW = "form", "raw"
NARROW_PX = 370
SIDE_PX = 12
SCROLL_BAR_PX = 10


class RepairFrame(Panel):
    """Header, scrolling content and action bar; a sentence while no message is selected."""

    def __init__(self, theme: Theme, *, now_ms: Callable[[], int], zone: tzinfo, parent: QWidget | None = None) -> None:
        super().__init__("Repair", parent, padding_px=0)
        self._theme, self._now_ms, self._zone = theme, now_ms, zone
        self.title = ElidedLabel(theme, "Repair workout", "title")
        self.segment = SegmentedControl(theme, "Edit", [(FORM, "Form"), (RAW, "Raw body")])
        self.back_button = IconButton(theme, "chevron-left", SHORTCUTS[Scope.REPAIR]["before"].hint())
        self.on_button = IconButton(theme, "chevron-right", SHORTCUTS[Scope.REPAIR]["next"].hint())
        self.place = Label(theme, "", "small", "second")
        self.note = ProblemBox(theme)
        self.fields = RepairFields(theme, now_ms=now_ms, zone=zone)
        self.raw = RawBody(theme)
        self.attempts = Attempts(theme)
        self.tries_count = Label(theme, "", "body", "second")
        self.headers = Headers(theme)
        self.resend_button = Button(theme, "Send repaired", "arrow-right", role="default")
        self.retry_button = Button(theme, "Retr&y", "refresh")
        self.discard_button = Button(theme, "Discard…", "trash-can-outline", role="danger")
        self.empty = EmptyPage(theme)
        self._scroll = ScrollArea()
        self._build()

    def show_page(self, *, raw: bool) -> None:
        self.raw.setVisible(raw)
        self.fields.setVisible(not raw)

    def show_message_page(self, shown: bool) -> None:
        self._pages.setCurrentIndex(0 if shown else 1)

    def show_in_view(self, name: str) -> None:
        """Scroll a field and its problem box into view."""
        field = self.fields.fields[name]
        self._scroll.ensureWidgetVisible(field, 0, 70)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < self._theme.px(NARROW_PX)
        self.place.setVisible(not narrow)
        self.retry_button.set_compact(narrow)
        self.discard_button.set_compact(narrow)

    @Slot(int, int)
    def _on_range_changed(self, least: int, most: int) -> None:
        # The scroll bar has a strip reserved for it, so that nothing moves when it appears.
        self._inside.setContentsMargins(0, 0, 0 if most > least else SCROLL_BAR_PX, 8)

    def _build(self) -> None:
        self.body.setContentsMargins(1, 1, 1, 1)
        self._pages = self.add_pages()
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._make_head())
        column.addWidget(self._make_scroll(), 1)
        column.addWidget(self._make_bar())
        self._pages.addWidget(page)
        self._pages.addWidget(self.empty)

    def _make_head(self) -> QHBoxLayout:
        head = QHBoxLayout()
        head.setContentsMargins(SIDE_PX, 11, 8, 8)
        head.setSpacing(8)
        head.addWidget(self.title, 1)
        head.addWidget(self.segment)
        head.addSpacing(4)
        head.addWidget(self.back_button)
        head.addWidget(self.place)
        head.addWidget(self.on_button)
        head.setSpacing(2)
        self.title.setMinimumHeight(24)
        return head

    def _make_scroll(self) -> ScrollArea:
        inside = QWidget()
        inside.setProperty("role", "scrolled")
        column = self._inside = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, SCROLL_BAR_PX, 8)
        column.setSpacing(0)
        edit = QVBoxLayout()
        edit.setContentsMargins(SIDE_PX, 0, SIDE_PX - SCROLL_BAR_PX, 12)
        edit.setSpacing(8)
        edit.addWidget(self.note)
        edit.addWidget(self.fields)
        edit.addWidget(self.raw, 1)
        column.addLayout(edit)
        column.addWidget(Rule())
        column.addLayout(self._make_attempts())
        column.addWidget(Rule())
        column.addWidget(_padded(self.headers, 10))
        column.addStretch(1)
        stays = NoteLabel(
            self._theme,
            "information-outline",
            "The original stays in the history. The failure notes are removed when it is sent.",
        )
        column.addWidget(_padded(stays, 2))
        self._scroll.put_in(inside)
        self._scroll.verticalScrollBar().rangeChanged.connect(self._on_range_changed)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return self._scroll

    def _make_attempts(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setContentsMargins(SIDE_PX, 10, SIDE_PX - SCROLL_BAR_PX, 8)
        column.setSpacing(2)
        head = QHBoxLayout()
        head.setSpacing(6)
        head.addWidget(Label(self._theme, "Attempts", "title"))
        head.addWidget(self.tries_count)
        head.addStretch(1)
        column.addLayout(head)
        column.addWidget(self.attempts)
        return column

    def _make_bar(self) -> QFrame:
        bar = QFrame()
        bar.setProperty("role", "foot")
        bar.setFixedHeight(BAR_PX)
        bar.setAccessibleName("What to do with this message")
        row = QHBoxLayout(bar)
        row.setContentsMargins(SIDE_PX, 0, SIDE_PX, 0)
        row.setSpacing(8)
        row.addWidget(self.resend_button)
        row.addWidget(self.retry_button)
        row.addStretch(1)
        row.addWidget(self.discard_button)
        return bar


def _padded(widget: QWidget, above_px: int) -> QWidget:
    box = QWidget()
    column = QVBoxLayout(box)
    column.setContentsMargins(SIDE_PX, above_px, SIDE_PX - SCROLL_BAR_PX, 8)
    column.addWidget(widget)
    return box
