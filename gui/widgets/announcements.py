"""What a screen reader announces unasked: outcomes, the connection, problems."""

from __future__ import annotations

from collections import Counter

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QStatusTipEvent
from PySide6.QtWidgets import QApplication, QWidget

COLLECT_MS = 1_000
QUIET_MS = 10_000  # between two announcements of counts: a queue may be busy for hours
MOST_SENTENCES = 3


class Announcements(QObject):
    """Main thread. Belongs to a window; collects what happens for a moment, and announces it in one sentence."""

    announced = Signal(str)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._counts: Counter[str] = Counter()
        self._sentences: list[str] = []
        self._sentence_timer = self._timer(COLLECT_MS)
        self._count_timer = self._timer(COLLECT_MS)

    def count(self, words: str, number: int) -> None:
        """`40 stored`: numbers of the same words are added up."""
        if number:
            self._counts[words] += number
            if not self._count_timer.isActive():
                self._count_timer.start()

    def say(self, sentence: str) -> None:
        """A sentence that ends with a full stop; the same one is said once."""
        if sentence and sentence not in self._sentences:
            self._sentences.append(sentence)
            if not self._sentence_timer.isActive():
                self._sentence_timer.start()

    def say_at_once(self, words: str) -> None:
        """What a key just went to, which a moment later is something else."""
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self._window, words))
        self.announced.emit(words)

    def _timer(self, interval_ms: int) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(interval_ms)
        timer.timeout.connect(self._on_due)
        return timer

    @Slot()
    def _on_due(self) -> None:
        parts = self._sentences[:MOST_SENTENCES]
        if more := len(self._sentences) - len(parts):
            parts.append(f"And {more:,} more.")
        self._sentences.clear()
        if self.sender() is self._count_timer:
            # After a pause at once, then in intervals.
            self._count_timer.setInterval(QUIET_MS if self._counts else COLLECT_MS)
            if self._counts:
                parts.append(", ".join(f"{number:,} {words}" for words, number in self._counts.items()) + ".")
                self._counts.clear()
                self._count_timer.start()
        if parts:
            self.say_at_once(" ".join(parts))


def announce(widget: QWidget, sentence: str, *, at_once: bool = False) -> None:
    """By the announcements of the widget's window, or of the window that its dialog belongs to; else not at all."""
    window: QWidget | None = widget.window()
    while window is not None:
        if (found := window.findChild(Announcements)) is not None:
            say = found.say_at_once if at_once else found.say
            say(sentence)
            return
        parent = window.parentWidget()
        window = None if parent is None else parent.window()


def show_note(widget: QWidget, words: str) -> None:
    """For a while in the status bar of the widget's window, and announced: what was done, or why nothing was."""
    QApplication.sendEvent(widget, QStatusTipEvent(words))
    announce(widget, f"{words}.")
