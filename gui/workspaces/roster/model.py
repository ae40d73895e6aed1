"""Table model of the grid: its rows, and an empty one below them to go on typing in."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QObject
from typing_extensions import override

from core.roster.grid import RosterRow
from gui.widgets.cells import Column
from gui.widgets.table_model import NO_PARENT, TableModel

END = RosterRow(0)


class RosterModel(TableModel[RosterRow]):
    """Main thread. `fields` by column; empty for those that are not typed in."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__((), parent)
        self.fields: tuple[str, ...] = ()
        self._rows: list[RosterRow] = [END]
        self._numbers: dict[int, int] = {}

    def set_columns(self, columns: Sequence[Column[RosterRow]], fields: Sequence[str]) -> None:
        self.beginResetModel()
        self.columns, self.fields = tuple(columns), tuple(fields)
        self.endResetModel()

    def show_rows(self, rows: Sequence[RosterRow]) -> None:
        """Rows stand by their places: the current cell stays where it is."""
        before, now = len(self._rows), len(rows) + 1
        if now > before:
            self.beginInsertRows(NO_PARENT, before, now - 1)
        elif now < before:
            self.beginRemoveRows(NO_PARENT, now, before - 1)
        self._rows = [*rows, END]
        self._numbers = {row.key: number for number, row in enumerate(self._rows, 1)}
        if now > before:
            self.endInsertRows()
        elif now < before:
            self.endRemoveRows()
        self.emit_changed()

    def number_of(self, row: RosterRow) -> int:
        """From 1."""
        return self._numbers.get(row.key, 0)

    @override
    def count(self) -> int:
        return len(self._rows)

    @override
    def row(self, number: int) -> RosterRow | None:
        return self._rows[number] if 0 <= number < len(self._rows) else None

    def field_of(self, index: QModelIndex) -> str:
        return self.fields[index.column()] if index.isValid() else ""

    def place_of_field(self, name: str) -> int:
        """The column of a field; of one that is not shown, the last one, where its problem is said."""
        return self.fields.index(name) if name in self.fields else len(self.fields) - 1
