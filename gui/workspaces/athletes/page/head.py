"""The head of an athlete's page: who this is, and a new workout for them."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from core.athletes.page import AthletePage
from core.parsing.units import at_most, from_kg
from gui.forms.formatting import Units
from gui.shortcuts import SHORTCUTS, Scope
from gui.theme.theme import Theme
from gui.widgets import Button, ElidedLabel
from gui.workspaces.athletes.avatar import Avatar
from gui.workspaces.athletes.formatting import sports_text


class AthleteHead(QWidget):
    new_workout_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._avatar = Avatar(theme)
        self._name = ElidedLabel(theme, "", "headline")
        self._line = ElidedLabel(theme, "", "body", "second")
        self.new_button = Button(theme, "New workout", "plus", role="default")
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._name)
        words.addWidget(self._line)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self._avatar)
        row.addLayout(words, 1)
        row.addWidget(self.new_button)
        self.new_button.clicked.connect(self.new_workout_requested)
        self.set_why_not("")

    @property
    def words(self) -> tuple[str, str]:
        """The name, and the line below it."""
        return self._name.text(), self._line.text()

    def show_page(self, page: AthletePage, units: Units) -> None:
        self._avatar.show_name(page.name)
        self._name.setText(page.name)
        parts = [sports_text(page.main_sports, " and ")]
        if page.weights:
            parts.append(f"{at_most(from_kg(page.weights[-1].kg, units.weight), 1)} {units.weight}".replace(".0 ", " "))
        if page.since is not None:
            parts.append(f"since {page.since:%B %Y}")
        self._line.setText(", ".join(filter(None, parts)))

    def set_why_not(self, why_not: str) -> None:
        """Why there can be no new workout; empty: there can."""
        self.new_button.set_possible(SHORTCUTS[Scope.ATHLETES]["new"].plain, why_not)
