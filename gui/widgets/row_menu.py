"""The menu of a table's row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QMenu, QTableView


@dataclass(frozen=True, slots=True)
class RowAction:
    """An entry in the menu of a row: its words, with `&` and behind a tab the key. `why_not`: disabled, and says so."""

    words: str
    run: Callable[[], object]
    why_not: str = ""

    @property
    def text(self) -> str:
        name, why_not = self.words.partition("\t")[0].removesuffix("…"), self.why_not.replace("&", "&&")
        return f"{name}: {why_not}" if why_not else self.words


class RowMenu(QMenu):
    """Main thread. Asks for its entries when it opens; none: there is no current row."""

    def __init__(self, table: QTableView, entries: Callable[[], Sequence[RowAction]]) -> None:
        super().__init__(table)
        self._table, self._entries = table, entries
        self.aboutToShow.connect(self._fill)

    def open_at_row(self) -> None:
        """Below the current row, for those who use keys."""
        index = self._table.currentIndex().siblingAtColumn(0)
        if index.isValid():
            self._table.scrollTo(self._table.currentIndex())
            below = self._table.visualRect(index).bottomLeft()
            self.popup(self._table.viewport().mapToGlobal(below))

    def refresh(self) -> None:
        """While it is open, ask for the entries again: what they depend on has changed."""
        if self.isVisible():
            self._fill()

    @Slot()
    def _fill(self) -> None:
        self.clear()
        entries = self._entries()
        for entry in entries:
            self.addAction(entry.text, entry.run).setEnabled(not entry.why_not)
        if not entries:
            self.addAction("Choose a row first").setEnabled(False)
