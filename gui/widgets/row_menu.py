"""The menu of a table's row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QMenu, QTableView


@dataclass(frozen=True, slots=True)
class RowAction:
    """An entry in the menu of a row: its words, with `&` and behind a tab the key; a disabled one says why not."""

    words: str
    run: Callable[[], object]
    enabled: bool = True


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

    @Slot()
    def _fill(self) -> None:
        self.clear()
        for entry in self._entries() or (RowAction("Choose a row first", int, enabled=False),):
            self.addAction(entry.words, entry.run).setEnabled(entry.enabled)
