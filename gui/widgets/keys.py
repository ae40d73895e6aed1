"""Which shortcut a key press is; rejects those not meant: repeats of a held key, answers to a question not yet read."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QWidget

from gui.shortcuts import SHORTCUTS, Scope

ENTER_KEYS = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})
ACTING_KEYS = ENTER_KEYS | {Qt.Key.Key_Space, Qt.Key.Key_Select, Qt.Key.Key_Delete}
READING_MS = 500  # the second press of an accidental double press comes earlier
_NAMES = {
    scope: {key: name for name, each in own.items() for key in each.keys.split()} for scope, own in SHORTCUTS.items()
}


def pressed(scope: Scope, event: QKeyEvent) -> str:
    """The name of the shortcut of this scope that this is; empty: none of them."""
    text, modifiers = event.text(), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    if text and text.isprintable() and not text.isalpha():
        modifiers &= ~Qt.KeyboardModifier.ShiftModifier  # some keyboards have + and - with Shift
    keys = QKeySequence(event.key() | modifiers.value).toString().replace("Return", "Enter")
    return _NAMES[scope].get(keys, "")


def is_enter(event: QKeyEvent) -> bool:
    return event.key() in ENTER_KEYS


def is_held(event: QKeyEvent) -> bool:
    """Whether this is a repeat of a held key that triggers actions: the first press may have changed the target."""
    return event.isAutoRepeat() and event.key() in ACTING_KEYS


def tab_before(later: QWidget, parts: Sequence[QWidget]) -> None:
    """Let Tab come to the controls of these parts before `later`; else what is added last comes last."""
    before = later.previousInFocusChain()
    while before is not None and before.focusPolicy() == Qt.FocusPolicy.NoFocus:  # Qt ignores those
        before = before.previousInFocusChain()
    for part in parts:
        for control in part.findChildren(QWidget):
            if before is not None and control.focusPolicy() != Qt.FocusPolicy.NoFocus:
                QWidget.setTabOrder(before, control)
                before = control


def copy_of(event: QKeyEvent, *, auto_repeat: bool | None = None) -> QKeyEvent:
    """A copy to send again; `auto_repeat` None keeps the original's mark."""
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
    """Tracks whether a question has been visible for READING_MS, so that a key press can be its answer."""

    def __init__(self, now_ms: Callable[[], int]) -> None:
        self._now_ms = now_ms
        self._seen_at_ms: int | None = None

    def begin(self) -> None:
        """A new question is about to be painted."""
        self._seen_at_ms = None

    def painted(self) -> None:
        if self._seen_at_ms is None:
            self._seen_at_ms = self._now_ms()

    @property
    def is_over(self) -> bool:
        """True also after the clock was set back: a question must never stay unanswerable."""
        return self._seen_at_ms is not None and not 0 <= self._now_ms() - self._seen_at_ms < READING_MS
