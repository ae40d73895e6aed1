"""The toolbar of the workspace: search, scope of the charts, time window, freeze."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy, QWidget
from typing_extensions import override

from core.live.console_state import ConsoleState
from gui.charts.time_window import DAY_MIN, WINDOWS_MIN, TimeView
from gui.frame.worker_names import WorkerNames
from gui.shortcuts import SHORTCUTS, Scope
from gui.theme.acts import ACTS
from gui.theme.theme import Theme
from gui.widgets import Button, FittedRow, KeyCap, Label, SegmentedControl, StateGlyph, is_enter, pressed

WHOLE, OWN = "whole", "own"  # whose work the charts show
SCOPE_TIP = "Only what this console's workers took and did"

HEIGHT_PX = 32
_CAP_FROM_PX = 380
_KEYS = SHORTCUTS[Scope.PIPELINE]
_FREEZE, _LIVE = ACTS["freeze"], ACTS["live"]
SEARCH_MS = 250  # after the last key press


def _window_words(minutes: int) -> str:
    return f"{minutes} min"


class SearchField(QLineEdit):
    """The search field, with a key cap at its right end. Esc clears it; Down moves to the rows."""

    left_downwards = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFont(theme.font("body"))
        self.setPlaceholderText("Search history: athlete, sport, id, error, worker")
        self.setAccessibleName("Search the stored history")
        self.setClearButtonEnabled(True)
        icon = theme.icon("magnify", "second", 16)
        self._icon = self.addAction(icon, QLineEdit.ActionPosition.LeadingPosition)
        self._theme = theme
        self._cap = KeyCap(theme, _KEYS["search"].key, self)
        self.textChanged.connect(self._on_text_changed)
        theme.changed.connect(self._on_theme_changed)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        match pressed(Scope.PIPELINE, event):
            case "live" if self.text():
                self.clear()
            case "rows" if self.text() or not is_enter(event):
                self.left_downwards.emit()
            case _:
                super().keyPressEvent(event)

    @override
    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Show):
            self._cap.adjustSize()
            self._cap.move(self.width() - self._cap.width() - 8, (self.height() - self._cap.height()) // 2)
            self._show_cap()
        return bool(super().event(event))

    def _show_cap(self) -> None:
        shown = not self.text() and self.width() >= self._theme.px(_CAP_FROM_PX)
        self._cap.setVisible(shown)
        self.setTextMargins(0, 0, self._cap.width() if shown else 0, 0)

    @Slot(str)
    def _on_text_changed(self, _text: str) -> None:
        self._show_cap()

    @Slot()
    def _on_theme_changed(self) -> None:
        self._icon.setIcon(self._theme.icon("magnify", "second", 16))


class Toolbar(FittedRow):
    """Main thread. Controls the TimeView; emits a search when the user pauses typing."""

    search_changed = Signal(str)
    search_entered = Signal()  # the user moves to the rows
    scope_chosen = Signal(str)  # WHOLE or OWN

    def __init__(self, theme: Theme, view: TimeView, names: WorkerNames) -> None:
        super().__init__(theme)
        self._theme, self._view, self._names = theme, view, names
        self._now_ms = 0
        self._asked = ""
        self.setFixedHeight(HEIGHT_PX)
        self.setAccessibleName("Tools")
        self.search = SearchField(theme)
        self._missed_glyph = StateGlyph(theme, "waiting", "Warning", 12)
        self._missed = Label(theme, "", "small", "second")
        scopes = ((WHOLE, "Whole queue"), (OWN, "This worker"))
        self.scope_segment = SegmentedControl(theme, "Charts show", scopes, large=True)
        windows = [(str(minutes), _window_words(minutes)) for minutes in WINDOWS_MIN]
        self.window_segment = SegmentedControl(theme, "Window of time", [*windows, (str(DAY_MIN), "Day")], large=True)
        self.freeze_button = Button(theme, _FREEZE.verb, _FREEZE.icon)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(SEARCH_MS)
        self._build()
        self._connect()

    def refresh(self, state: ConsoleState, now_ms: int) -> None:
        self._now_ms = now_ms
        missed = state.missed
        words = f"{missed:,} {'outcome' if missed == 1 else 'outcomes'} missed" if missed else ""
        if words != self._missed.text():
            self._missed.setText(words)
            for widget in (self._missed, self._missed_glyph):
                widget.setVisible(missed > 0)
            self.fit()

    def show_workers(self) -> None:
        """The workers of this console have changed."""
        own = self.scope_segment.button(OWN)
        count = len(self._names.own)
        words = "These workers" if count > 1 else "This worker"
        if words != self.scope_segment.words(OWN):
            self.scope_segment.set_words(OWN, words)
            self.fit()
        own.setEnabled(count > 0)
        own.setToolTip(SCOPE_TIP if count else "This console has no worker")
        if not count:
            self.scope_segment.select(WHOLE)

    def _show_all(self) -> None:
        self.freeze_button.set_compact(False)
        for minutes in WINDOWS_MIN:
            self.window_segment.set_words(str(minutes), _window_words(minutes))

    def _shorten_button(self) -> None:
        self.freeze_button.set_compact(True)

    def _shorten_windows(self) -> None:
        for minutes in WINDOWS_MIN:
            self.window_segment.set_words(str(minutes), str(minutes))

    def clear_search(self) -> None:
        self.search.clear()
        self._emit_search()

    def _build(self) -> None:
        row = self.row
        self.ways = (self._show_all, self._shorten_button, self._shorten_windows)
        self.search.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.search.setMinimumWidth(120)
        row.addWidget(self.search, 3)
        missed = QHBoxLayout()
        missed.setSpacing(6)
        missed.addWidget(self._missed_glyph)
        missed.addWidget(self._missed)
        row.addLayout(missed)
        row.addStretch(1)
        row.addWidget(self.scope_segment)
        row.addWidget(self.window_segment)
        row.addWidget(self.freeze_button)
        tip = "Announced by workers, but dropped before this console could take them. The results have them all."
        self._missed.setToolTip(tip)
        self._missed.hide()
        self._missed_glyph.hide()
        self.window_segment.select(str(self._view.window_min))
        QShortcut(QKeySequence(_KEYS["search"].key), self, self._on_search_key)

    def _connect(self) -> None:
        self.search.textChanged.connect(self._on_typed)
        self.search.left_downwards.connect(self._on_entered)
        self._pause.timeout.connect(self._on_typing_paused)
        self.scope_segment.selected.connect(self.scope_chosen)
        self.window_segment.selected.connect(self._on_window_selected)
        self.freeze_button.clicked.connect(self._on_freeze)
        self._view.changed.connect(self._on_view_changed)

    def _emit_search(self) -> None:
        self._pause.stop()
        text = self.search.text().strip()
        if text != self._asked:
            self._asked = text
            self.search_changed.emit(text)

    @Slot(str)
    def _on_typed(self, text: str) -> None:
        if text.strip():
            self._pause.start()
        else:
            self._emit_search()

    @Slot()
    def _on_typing_paused(self) -> None:
        self._emit_search()

    @Slot()
    def _on_entered(self) -> None:
        self._emit_search()
        self.search_entered.emit()

    @Slot()
    def _on_search_key(self) -> None:
        self.search.setFocus()
        self.search.selectAll()

    @Slot(str)
    def _on_window_selected(self, minutes: str) -> None:
        self._view.set_window(int(minutes))

    @Slot()
    def _on_freeze(self) -> None:
        if self._view.live:
            self._view.freeze(self._now_ms)
        else:
            self._view.go_live()

    @Slot()
    def _on_view_changed(self) -> None:
        live = self._view.live
        if self.window_segment.value != str(self._view.window_min):
            self.window_segment.select(str(self._view.window_min))
        act = _FREEZE if live else _LIVE
        self.freeze_button.set_text(act.verb)
        self.freeze_button.set_icon(act.icon)
        self.fit()
