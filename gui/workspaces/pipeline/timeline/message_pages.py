"""The pages beside the timeline: a message's body and its headers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo
from html import escape

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QFontDatabase, QTextOption
from PySide6.QtWidgets import QPlainTextEdit, QStackedLayout, QTextEdit, QVBoxLayout, QWidget

from core.store.models import MessageSnapshot
from gui.theme.theme import Theme
from gui.widgets import Label
from gui.workspaces.pipeline.empty_state import PipelineEmptyState
from gui.workspaces.pipeline.timeline.message_formatting import NO_HEADERS, body_text, header_rows, source_words

_SELECTABLE = Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
ONLY_IN_QUEUE = "Neither sent from here nor stored or given up yet: only the broker has it."


class MessagePage(QWidget):
    """Main thread. Shows a copy of the message and which copy it is, or an empty state."""

    def __init__(self, theme: Theme, shown: QWidget, icon: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.source = Label(theme, "", "small", "second")
        self.source.setWordWrap(True)
        self.empty = PipelineEmptyState(theme, icon)
        full = QWidget()
        column = QVBoxLayout(full)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.source)
        column.addWidget(shown, 1)
        self._pages = QStackedLayout(self)
        self._pages.addWidget(self.empty)
        self._pages.addWidget(full)

    def show_nothing(self, *, looking: bool) -> None:
        """Show that there is no copy; `looking`: it may still be found."""
        if looking:
            self.empty.show_text("Looking for it", "In the outbox, the results and the failures of this computer.")
        else:
            self.empty.show_text("Not on this computer", ONLY_IN_QUEUE)
        self._pages.setCurrentIndex(0)

    def show_source(self, source: str) -> None:
        self.source.setText(source)
        self._pages.setCurrentIndex(1)


class BodyPage(MessagePage):
    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        self.text = QPlainTextEdit()
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        font.setPixelSize(12)
        self.text.setFont(font)
        self.text.setReadOnly(True)
        self.text.setTextInteractionFlags(_SELECTABLE)
        self.text.setTabChangesFocus(True)
        self.text.setWordWrapMode(QTextOption.WrapMode.WrapAnywhere)
        self.text.setAccessibleName("Body of the message")
        super().__init__(theme, self.text, "code-json", parent)

    def show_copy(self, copy: MessageSnapshot, now_ms: int, zone: tzinfo | None) -> None:
        body = body_text(copy)
        self.show_source(f"{source_words(copy, now_ms, zone)}. {body.form}.")
        if self.text.toPlainText() != body.text:  # unchanged text keeps its selection
            self.text.setPlainText(body.text)


class HeadersPage(MessagePage):
    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        self._theme = theme
        self._rows: Sequence[tuple[str, str]] = ()
        self.text = QTextEdit()
        self.text.setFont(theme.font("body"))
        self.text.setReadOnly(True)
        self.text.setTextInteractionFlags(_SELECTABLE)
        self.text.setTabChangesFocus(True)
        self.text.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.text.setAccessibleName("Headers of the message")
        super().__init__(theme, self.text, "table-of-contents", parent)
        theme.changed.connect(self._on_theme_changed)

    def show_copy(self, copy: MessageSnapshot, now_ms: int, zone: tzinfo | None) -> None:
        self.show_source(NO_HEADERS if copy.source == "stored" else f"{source_words(copy, now_ms, zone)}.")
        rows = header_rows(copy, now_ms, zone)
        if rows != self._rows:
            self._rows = rows
            self._write()

    def _write(self) -> None:
        name, value = (self._theme.ink(role).name() for role in ("second", "text"))
        self.text.setHtml(
            "".join(
                f'<p style="margin: 0 0 8px 0"><span style="color: {name}; font-size: 11px">{escape(title)}</span><br>'
                f'<span style="color: {value}; font-size: 13px">{escape(text)}</span></p>'
                for title, text in self._rows
            )
        )

    @Slot()
    def _on_theme_changed(self) -> None:
        self._write()
