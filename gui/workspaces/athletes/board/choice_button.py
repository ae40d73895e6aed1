"""A button with a menu of choices, of which one is made: what the leaderboard ranks, and by what."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QSizePolicy, QWidget

from gui.theme.theme import Theme
from gui.widgets import Button

Choices = Sequence[tuple[str, str]]  # values and titles


class ChoiceButton(Button):
    """Main thread. `spoken` stands before the title for a screen reader."""

    chosen = Signal(str)  # value

    def __init__(self, theme: Theme, spoken: str, choices: Choices, parent: QWidget | None = None) -> None:
        super().__init__(theme, "", menu_mark=True, parent=parent)
        self._spoken = spoken
        self.value = choices[0][0]
        self._choices: Choices = ()
        self._menu = QMenu(self)
        self._group = QActionGroup(self)
        self._group.triggered.connect(self._on_triggered)
        self.setMenu(self._menu)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set_choices(choices)

    def set_choices(self, choices: Choices) -> None:
        """The chosen value must be one of them."""
        if choices == self._choices:
            return
        self._choices = tuple(choices)
        self._menu.clear()
        for action in self._group.actions():
            self._group.removeAction(action)
        for value, title in choices:
            action = self._menu.addAction(f"&{title.replace('&', '&&')}")
            action.setCheckable(True)
            action.setData(value)
            action.setChecked(value == self.value)
            self._group.addAction(action)
        self._show()

    def _show(self) -> None:
        title = dict(self._choices)[self.value]
        self.set_text(title.replace("&", "&&"))
        self.setAccessibleName(f"{self._spoken} {title}")
        self.setToolTip(f"{self._spoken} {title}")

    @Slot(QAction)
    def _on_triggered(self, action: QAction) -> None:
        if action.data() != self.value:
            self.value = action.data()
            self._show()
            self.chosen.emit(self.value)
