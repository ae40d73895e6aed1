"""A button with a menu: by what the leaderboard ranks."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from core.athletes.sums import Amount
from gui.theme.theme import Theme
from gui.widgets import Button
from gui.workspaces.athletes.board.rows import BOARD_TITLES


class AmountButton(Button):
    """Main thread."""

    chosen = Signal(str)  # Amount

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, "", menu_mark=True, parent=parent)
        menu = QMenu(self)
        self._group = QActionGroup(self)
        for amount, title in BOARD_TITLES.items():
            action = menu.addAction(f"&{title}")
            action.setCheckable(True)
            action.setData(amount)
            self._group.addAction(action)
        self.setMenu(menu)
        self._group.actions()[0].setChecked(True)
        self._show_amount()
        self._group.triggered.connect(self._on_triggered)

    @property
    def amount(self) -> Amount:
        action = self._group.checkedAction()
        assert action is not None
        return cast(Amount, action.data())

    def _show_amount(self) -> None:
        title = BOARD_TITLES[self.amount]
        self.set_text(title)
        self.setAccessibleName(f"Ranked by {title.lower()}")
        self.setToolTip(f"Ranked by {title.lower()}")

    @Slot(QAction)
    def _on_triggered(self, _action: QAction) -> None:
        if self.accessibleName() != f"Ranked by {BOARD_TITLES[self.amount].lower()}":
            self._show_amount()
            self.chosen.emit(self.amount)
