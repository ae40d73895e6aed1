"""The head of an athlete's page: who this is, a new workout for them, the page on paper, and all their data."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QMenu, QSizePolicy, QVBoxLayout

from core.athletes.page import AthletePage
from gui.forms.formatting import Units
from gui.shortcuts import SHORTCUTS, Scope
from gui.theme.theme import Theme
from gui.widgets import Button, ElidedLabel, FittedRow
from gui.widgets.row_menu import RowAction
from gui.workspaces.athletes.avatar import Avatar
from gui.workspaces.athletes.formatting import sports_text, weight_figure

PAPER_ENTRIES = {"pdf": "Save as &PDF…", "print": "P&rint…"}  # by their names in the registry


class AthleteHead(FittedRow):
    """In a narrow page its buttons are icons, so that the name has room."""

    new_workout_requested = Signal()
    paper_requested = Signal(str)  # one of PAPER_ENTRIES
    history_requested = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, spacing_px=12)
        self._avatar = Avatar(theme)
        self._name = ElidedLabel(theme, "", "headline")
        self._line = ElidedLabel(theme, "", "body", "second")
        self.history_button = Button(theme, "History", "history")
        self.history_button.setToolTip(SHORTCUTS[Scope.ATHLETES]["athlete_history"].hint())
        self.new_button = Button(theme, "New workout", "plus", role="default")
        self.paper_button = Button(theme, "Print, or save as PDF", "printer-outline")
        self.paper_button.set_compact(True)
        self.paper_button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        menu = QMenu(self.paper_button)
        for name, entry in PAPER_ENTRIES.items():
            menu.addAction(SHORTCUTS[Scope.ATHLETES][name].entry(entry), partial(self.paper_requested.emit, name))
        self.paper_button.setMenu(menu)
        self.care_button = Button(theme, "More", "dots-vertical")
        self.care_button.set_compact(True)
        self.care_button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.care_entries: Callable[[], Sequence[RowAction]] = tuple
        self._care_menu = QMenu(self.care_button)
        self._care_menu.aboutToShow.connect(self._fill_care_menu)
        self.care_button.setMenu(self._care_menu)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._name)
        words.addWidget(self._line)
        self.row.addWidget(self._avatar)
        self.row.addLayout(words, 1)
        for button in (self.care_button, self.paper_button, self.history_button, self.new_button):
            self.row.addWidget(button)
        self.ways = (self._show_words, self._show_history_icon, self._show_new_icon)
        self.new_button.clicked.connect(self.new_workout_requested)
        self.history_button.clicked.connect(self.history_requested)
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
            parts.append(weight_figure(page.weights[-1].kg, units).text)
        if page.since is not None:
            parts.append(f"since {page.since:%b %Y}")
        self._line.setText(", ".join(filter(None, parts)))

    def set_why_not(self, why_not: str) -> None:
        """Why there can be no new workout; empty: there can."""
        self.new_button.set_possible(SHORTCUTS[Scope.ATHLETES]["new"].plain, why_not)

    def _show_words(self) -> None:
        self.history_button.set_compact(False)
        self.new_button.set_compact(False)

    def _show_history_icon(self) -> None:
        self.history_button.set_compact(True)

    def _show_new_icon(self) -> None:
        self.new_button.set_compact(True)

    @Slot()
    def _fill_care_menu(self) -> None:
        self._care_menu.clear()
        for entry in self.care_entries():
            self._care_menu.addAction(entry.text, entry.run).setEnabled(not entry.why_not)
