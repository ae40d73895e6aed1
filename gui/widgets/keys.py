"""Key presses that count: none of a key held down, and no answer to a question before it could be read."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QDialog
from typing_extensions import override

ENTER_KEYS = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})
ACTING_KEYS = ENTER_KEYS | {Qt.Key.Key_Space, Qt.Key.Key_Select, Qt.Key.Key_Delete}
READING_MS = 500  # a second press of a hurried double one comes sooner


def is_enter(event: QKeyEvent) -> bool:
    return event.key() in ENTER_KEYS


def is_held(event: QKeyEvent) -> bool:
    """A repeat of a key held down that would act: the press before it may have changed what it acts on."""
    return event.isAutoRepeat() and event.key() in ACTING_KEYS


def copy_of(event: QKeyEvent, *, auto_repeat: bool | None = None) -> QKeyEvent:
    """To be sent again, marked as a repeat or not where that is told."""
    copy = QKeyEvent(
        event.type(),
        event.key(),
        event.modifiers(),
        event.nativeScanCode(),
        event.nativeVirtualKey(),
        event.nativeModifiers(),
        event.text(),
        event.isAutoRepeat() if auto_repeat is None else auto_repeat,
        event.count(),
    )
    copy.setTimestamp(event.timestamp())
    return copy


class ReadingTime:
    """Whether a question has been on screen long enough for a press to be its answer."""

    def __init__(self, now_ms: Callable[[], int]) -> None:
        self._now_ms = now_ms
        self._seen_at_ms: int | None = None

    def begin(self) -> None:
        """Something new is to be read; it has not been painted yet."""
        self._seen_at_ms = None

    def painted(self) -> None:
        if self._seen_at_ms is None:
            self._seen_at_ms = self._now_ms()

    @property
    def is_over(self) -> bool:
        """A clock that was set back counts as time enough: nothing may stay unanswerable."""
        return self._seen_at_ms is not None and not 0 <= self._now_ms() - self._seen_at_ms < READING_MS


class Dialog(QDialog):
    """A dialog that a key held down since before it opened does not answer."""

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.activateWindow()  # its keys come to it where there is no window manager, too

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not is_held(event):
            super().keyPressEvent(event)
