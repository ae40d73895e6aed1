"""The status bar: time of the last event, counts, and the keys for help and commands."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QAction, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QStyle,
    QStyleOptionButton,
    QWidget,
)
from typing_extensions import override

from gui.changes.undo_offers import UndoOffers
from gui.changes.undo_strip import UndoStrip
from gui.frame.actions import FrameActions
from gui.frame.recording_sign import RecordingSign
from gui.frame.view_models import StatusView, age_text, rate_text
from gui.theme.theme import Theme
from gui.widgets import Rule, paint_glyph
from gui.widgets.pills import keycap_width, paint_keycap
from gui.widgets.timers import once_timer

HEIGHT_PX = 28
NOTE_MS = 4_000
_SPACE_PX = 12
_WORD_GAP_PX = 4
_GLYPH_PX = 11


@dataclass(frozen=True, slots=True)
class StatusEntry:
    """One part of the line: text, figure, more text; with a tray icon if workouts are pending."""

    words: str
    figure: str = ""
    after: str = ""
    tray: bool = False

    @property
    def text(self) -> str:
        return " ".join(part for part in (self.words, self.figure, self.after) if part)


def entries_of(view: StatusView) -> list[StatusEntry]:
    """The parts of the line, the most important first."""
    entries = [
        StatusEntry("No events yet")
        if view.last_event_age_s is None
        else StatusEntry("Last event", f"{age_text(view.last_event_age_s)} ago"),
        StatusEntry("Outbox", f"{view.outbox:,}", tray=view.outbox > 0 and not view.connected),
    ]
    if view.depth is None:
        entries.append(StatusEntry("Depth not known"))
    else:
        entries.append(StatusEntry("Depth", f"{view.depth:,}", f"at {view.depth_as_of}" if view.depth_as_of else ""))
    if view.http:
        entries.append(StatusEntry("HTTP endpoint on", view.http))
    if not view.connected:
        entries.append(StatusEntry("Not connected"))
    elif view.files_in and view.last_event_age_s is None:
        entries.append(StatusEntry("Files in", view.files_in))
    else:
        entries += [StatusEntry("In", rate_text(view.in_per_s))] if view.in_per_s is not None else []
        entries += [StatusEntry("Out", rate_text(view.out_per_s))] if view.out_per_s is not None else []
    return entries


class StatusLine(QWidget):
    """Draws the entries; without room the last ones are left out first."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._view = StatusView()
        self._entries: list[StatusEntry] = []
        self._note = ""
        self.note_timer = once_timer(self, NOTE_MS, self._on_note_shown)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        theme.changed.connect(self._on_theme_changed)
        self.show_view(self._view)

    @property
    def text(self) -> str:
        return " | ".join(entry.text for entry in self._entries)

    def show_view(self, view: StatusView) -> None:
        self._view = view
        entries = [StatusEntry("", self._note)] * bool(self._note) + entries_of(view)
        if entries != self._entries:
            self._entries = entries
            self.setAccessibleName(f"Status: {self.text.replace(' | ', ', ')}")
            self.setToolTip(view.files_in and f"Files in {view.files_in}")
            self.update()

    def show_note(self, words: str) -> None:
        """Say before all else what was just done, for a while."""
        self._note = words
        self.note_timer.start()
        self.show_view(self._view)

    @override
    def sizeHint(self) -> QSize:
        return QSize(round(sum(self._width(entry) + 2 * _SPACE_PX + 1 for entry in self._entries)), HEIGHT_PX - 1)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        left = 0.0
        for place, entry in enumerate(self._entries):
            start = left + (2 * _SPACE_PX + 1 if place else 0)
            if start + self._width(entry) > self.width():
                self._paint_shortened(painter, entry, start, place)
                return
            if place:
                self._paint_rule(painter, left + _SPACE_PX)
            left = self._paint_entry(painter, entry, start)

    def _paint_rule(self, painter: QPainter, left: float) -> None:
        painter.fillRect(QRectF(round(left), 7, 1, 13), self._theme.colour("line"))

    def _paint_shortened(self, painter: QPainter, entry: StatusEntry, start: float, place: int) -> None:
        """Elide only a long last figure (a path); other entries are left out whole."""
        metrics = QFontMetricsF(self._theme.font("small_bold"))
        words = QFontMetricsF(self._theme.font("small")).horizontalAdvance(entry.words) + _WORD_GAP_PX
        room = self.width() - start - words
        if entry.after or len(entry.figure) < 12 or room < 60:
            return
        if place:
            self._paint_rule(painter, start - _SPACE_PX - 1)
        short = metrics.elidedText(entry.figure, Qt.TextElideMode.ElideMiddle, room)
        self._paint_entry(painter, StatusEntry(entry.words, short), start)

    def _paint_entry(self, painter: QPainter, entry: StatusEntry, left: float) -> float:
        if entry.tray:
            paint_glyph(painter, QRectF(round(left), 7, _GLYPH_PX, _GLYPH_PX), "tray", self._theme.colour("second"))
            left += _GLYPH_PX + 5
        for words, figure in ((entry.words, False), (entry.figure, True), (entry.after, False)):
            if not words:
                continue
            painter.setFont(self._theme.font("small_bold" if figure else "small"))
            painter.setPen(self._theme.colour("text" if figure else "second"))
            metrics = QFontMetricsF(painter.font())
            painter.drawText(QPointF(left, round((HEIGHT_PX - 3) / 2 + metrics.capHeight() / 2)), words)
            left += metrics.horizontalAdvance(words) + _WORD_GAP_PX
        return left - _WORD_GAP_PX

    def _width(self, entry: StatusEntry) -> float:
        plain, bold = QFontMetricsF(self._theme.font("small")), QFontMetricsF(self._theme.font("small_bold"))
        parts = [plain.horizontalAdvance(words) for words in (entry.words, entry.after) if words]
        parts += [bold.horizontalAdvance(entry.figure)] if entry.figure else []
        return sum(parts) + _WORD_GAP_PX * (len(parts) - 1) + (_GLYPH_PX + 5 if entry.tray else 0)

    @Slot()
    def _on_note_shown(self) -> None:
        self._note = ""
        self.show_view(self._view)

    @Slot()
    def _on_theme_changed(self) -> None:
        self.update()


class KeyButton(QPushButton):
    """The key cap and the name of an action, which a click runs too."""

    def __init__(self, theme: Theme, action: QAction, parent: QWidget | None = None) -> None:
        super().__init__(action.text(), parent)
        self._theme, self._keys = theme, action.shortcut().toString()
        self.setProperty("role", "key")
        self.setFont(theme.font("small"))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(f"{action.text()} ({self._keys})")
        self.clicked.connect(action.trigger)
        theme.changed.connect(self._on_theme_changed)

    @override
    def sizeHint(self) -> QSize:
        words = QFontMetricsF(self.font()).horizontalAdvance(self.text())
        return QSize(round(4 + keycap_width(self._theme, self._keys) + 7 + words + 4), 24)

    @override
    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        option = QStyleOptionButton()
        self.initStyleOption(option)
        option.text = ""
        self.style().drawControl(QStyle.ControlElement.CE_PushButton, option, painter, self)
        cap = QRectF(4, (self.height() - 18) / 2, round(keycap_width(self._theme, self._keys)), 18)
        colour = self._theme.colour
        paint_keycap(
            painter, cap, self._keys, self._theme, fill=colour("window"), border=colour("line"), ink=colour("text")
        )
        painter.setFont(self.font())
        painter.setPen(colour("second"))
        base = round(self.height() / 2 + QFontMetricsF(self.font()).capHeight() / 2)
        painter.drawText(QPointF(cap.right() + 7, base), self.text())

    @Slot()
    def _on_theme_changed(self) -> None:
        self.update()


class StatusBar(QFrame):
    """28 px high: what can be undone and the line at the left, F1 and Ctrl+K at the right."""

    def __init__(
        self, theme: Theme, actions: FrameActions, undo_offers: UndoOffers, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setProperty("role", "status")
        self.setFixedHeight(HEIGHT_PX)
        self.setAccessibleName("Status bar")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 1, 8, 0)
        row.setSpacing(0)
        self.undo_strip = UndoStrip(theme, undo_offers)
        self.line = StatusLine(theme)
        self.recording = RecordingSign(theme, actions.record)
        self.shortcuts = KeyButton(theme, actions.shortcuts)
        self.commands = KeyButton(theme, actions.commands)
        rule = Rule(Qt.Orientation.Vertical)
        rule.setFixedHeight(13)
        row.addWidget(self.undo_strip)
        row.addWidget(self.line, 1)
        row.addSpacing(12)
        row.addWidget(self.recording)
        row.addSpacing(8)
        row.addWidget(self.shortcuts)
        row.addSpacing(8)
        row.addWidget(rule)
        row.addSpacing(8)
        row.addWidget(self.commands)
