"""The one act that can be undone just now: the newest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal, Slot

from core.workouts.names import spells
from gui.widgets.timers import once_timer

OFFER_MS = 10_000


@dataclass(frozen=True, slots=True)
class UndoOffer:
    """`done`: one word, such as `Sent`; `what`: what it was done with."""

    done: str
    what: str
    undo: Callable[[], object]


class UndoOffers(QObject):
    """Main thread. The strip shows it, Ctrl+Z takes it."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.current: UndoOffer | None = None
        self._timer = once_timer(self, OFFER_MS, self._withdraw)

    def offer(self, done: str, undo: Callable[[], object], *, what: str = "", lasts: bool = False) -> None:
        """For ten seconds; one that `lasts`, until it is withdrawn or another one comes."""
        self.current = UndoOffer(done, what, undo)
        if lasts:
            self._timer.stop()
        else:
            self._timer.start()
        self.changed.emit()

    def withdraw(self, undo: Callable[[], object]) -> None:
        """It cannot be undone any more, if it is the one that is offered."""
        if self.current is not None and self.current.undo == undo:
            self._withdraw()

    def forget(self, athlete: str) -> None:
        """What was done with workouts of this athlete cannot be undone any more: they were erased."""
        if self.current is not None and spells(self.current.what, athlete):
            self._withdraw()

    @Slot()
    def undo(self) -> None:
        if (offer := self.current) is not None:
            self._withdraw()
            offer.undo()

    @Slot()
    def _withdraw(self) -> None:
        self._timer.stop()
        self.current = None
        self.changed.emit()
