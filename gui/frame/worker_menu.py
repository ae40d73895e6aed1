"""The menu of the worker button."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget
from typing_extensions import override

from gui.formatting import READ_ONLY
from gui.frame.actions import FrameActions
from gui.frame.view_models import WorkerButtonView
from gui.shortcuts import SHORTCUTS, Scope
from gui.theme.theme import Theme
from gui.widgets.row_menu import RowAction

PREFETCH_CHOICES = (1, 10, 50, 200, 500)
WORK_CHOICES = ("", "0.1:0.5", "0.5:2.5", "1:2", "2:5")  # seconds


def work_words(span: str) -> str:
    """The text of a choice such as `0.5:2.5`."""
    if not span:
        return "Off"
    low, _, high = span.partition(":")
    return f"{low} to {high} s a workout" if high and high != low else f"{low} s a workout"


class WorkerMenu(QMenu):
    """Start, pause and stop the worker; choose prefetch and simulated work."""

    prefetch_chosen = Signal(int)
    simulated_work_chosen = Signal(str)  # `0.5:2.5`, empty for none

    def __init__(self, theme: Theme, actions: FrameActions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Worker")
        self.setFont(theme.font("body"))
        self._start, self._stop = (self.addAction("", action.trigger) for action in (actions.start, actions.stop))
        self.addSeparator()
        self._prefetch = _ChoiceMenu("&Prefetch", self)
        self._prefetch.chosen.connect(self._on_prefetch)
        self.addMenu(self._prefetch)
        self._work = _ChoiceMenu("Simulated &work", self)
        self._work.chosen.connect(self.simulated_work_chosen)
        self.addMenu(self._work)
        self.addSeparator()
        self.addAction("&More in Settings…").triggered.connect(actions.settings.trigger)

    def show_view(self, view: WorkerButtonView) -> None:
        words = SHORTCUTS[Scope.WORKER]
        of_none = "" if view.states else READ_ONLY
        for entry, name, why_not in (
            (self._start, words["start"].words, view.why_not_start),
            (self._stop, words["stop"].words, view.why_not_stop),
            (self._prefetch.menuAction(), self._prefetch.name, of_none),
            (self._work.menuAction(), self._work.name, of_none),
        ):
            entry.setText(RowAction(name, entry.trigger, why_not).text)
            entry.setEnabled(not why_not)
        prefetch = {str(number): f"{number:,} at a time" for number in sorted({*PREFETCH_CHOICES, view.prefetch} - {0})}
        self._prefetch.offer(prefetch, str(view.prefetch))
        work = {span: work_words(span) for span in dict.fromkeys((*WORK_CHOICES, view.simulated_work))}
        self._work.offer(work, view.simulated_work)

    @Slot(str)
    def _on_prefetch(self, number: str) -> None:
        self.prefetch_chosen.emit(int(number))


class _ChoiceMenu(QMenu):
    """A menu of exclusive choices, of which one is checked."""

    chosen = Signal(str)

    def __init__(self, title: str, parent: QWidget) -> None:
        super().__init__(title, parent)
        self.name = title  # the title has the reason behind it while there is no choice
        self.setFont(parent.font())
        self._offered: dict[str, str] = {}
        self._group = QActionGroup(self)
        self._group.triggered.connect(self._on_triggered)

    def offer(self, choices: dict[str, str], current: str) -> None:
        if choices != self._offered:
            self._refill(list(choices.items()))
            self._offered = choices
        for action in self._group.actions():
            action.setChecked(action.data() == current)

    def _refill(self, choices: Sequence[tuple[str, str]]) -> None:
        self.clear()
        for action in self._group.actions():
            self._group.removeAction(action)
            action.deleteLater()
        for key, words in choices:
            action = QAction(words, self._group)
            action.setCheckable(True)
            action.setData(key)
            self.addAction(action)

    @Slot(QAction)
    def _on_triggered(self, action: QAction) -> None:
        self.chosen.emit(str(action.data()))

    @override
    def clear(self) -> None:
        super().clear()
        self._offered = {}
