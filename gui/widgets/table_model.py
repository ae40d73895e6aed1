"""Models of tables that are described by columns."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any, Generic

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from typing_extensions import override

from gui.widgets.cells import Column, RowT

Index = QModelIndex | QPersistentModelIndex
NO_PARENT = QModelIndex()
_MAX_RUNS = 16  # more runs of rows at once are a model reset
_LOADING = "Loading"


class TableModel(QAbstractTableModel, Generic[RowT]):
    """Main thread. Says what the columns say of rows that a subclass has."""

    def __init__(self, columns: Sequence[Column[RowT]], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)

    def count(self) -> int:
        """The number of rows."""
        raise NotImplementedError

    def row(self, number: int) -> RowT | None:
        """The row; None while it is being loaded, or if there is none."""
        raise NotImplementedError

    def tip(self, row: RowT) -> str:
        """The tool tip of a row."""
        return ""

    def row_id(self, row: RowT) -> str:
        """What `Copy id` in the menu of a row puts on the clipboard; empty: there is no such entry."""
        return ""

    def copied(self, row: RowT) -> str:
        """What Ctrl+C puts on the clipboard: the texts of the columns."""
        return "\t".join(filter(None, (column.text(row) for column in self.columns)))

    def toggle(self, number: int) -> None:
        """Check or uncheck a row, in a model with check boxes."""

    def place_of(self, title: str) -> int:
        """The number of the column with this title."""
        return next(place for place, column in enumerate(self.columns) if column.title == title)

    def emit_changed(self) -> None:
        """Have every row shown anew."""
        if self.count():
            self.dataChanged.emit(self.index(0, 0), self.index(self.count() - 1, len(self.columns) - 1))

    @override
    def rowCount(self, parent: Index = NO_PARENT) -> int:
        return 0 if parent.isValid() else self.count()

    @override
    def columnCount(self, parent: Index = NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self.columns)

    @override
    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self.columns[section].title
        return None

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.row(index.row()) if index.isValid() else None
        if row is None:
            return _LOADING if index.isValid() and role == Qt.ItemDataRole.AccessibleTextRole else None
        column = self.columns[index.column()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return column.text(row)
            case Qt.ItemDataRole.AccessibleTextRole:
                return column.spoken(row) if column.spoken is not None else f"{column.title}: {column.text(row)}"
            case Qt.ItemDataRole.ToolTipRole:
                return (self.tip(row) if column.tip is None else column.tip(row)) or None
            case Qt.ItemDataRole.CheckStateRole if column.checked is not None:
                return Qt.CheckState.Checked if column.checked(row) else Qt.CheckState.Unchecked
        return None


class PagedModel(TableModel[RowT]):
    """Main thread. Knows how many rows there are before it has loaded them."""

    def __init__(self, columns: Sequence[Column[RowT]], parent: QObject | None = None) -> None:
        super().__init__(columns, parent)
        self._count = 0

    @override
    def count(self) -> int:
        return self._count

    def _resize(self, count: int) -> None:
        """Change the number of rows at the end; their contents change by dataChanged."""
        if count > self._count:
            self.beginInsertRows(NO_PARENT, self._count, count - 1)
            self._count = count
            self.endInsertRows()
        elif count < self._count:
            self.beginRemoveRows(NO_PARENT, count, self._count - 1)
            self._count = count
            self.endRemoveRows()


class RowsModel(TableModel[RowT]):
    """Main thread. Has all of its rows; changes reach its views as a few runs of rows that came and went."""

    def __init__(
        self,
        columns: Sequence[Column[RowT]],
        key: Callable[[RowT], Hashable],
        *,
        tip: Callable[[RowT], str] | None = None,
        row_id: Callable[[RowT], str] | None = None,
        copied: Callable[[RowT], str] | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(columns, parent)
        self._key, self._tip, self._row_id, self._copied = key, tip, row_id, copied
        self.rows: list[RowT] = []

    @override
    def count(self) -> int:
        return len(self.rows)

    @override
    def row(self, number: int) -> RowT | None:
        return self.rows[number] if 0 <= number < len(self.rows) else None

    def key(self, row: RowT) -> Hashable:
        """What makes out a row, so that it stays the current one when others come and go."""
        return self._key(row)

    def number_of(self, key: Hashable) -> int | None:
        """The number of the row with this key."""
        return next((number for number, row in enumerate(self.rows) if self._key(row) == key), None)

    @override
    def tip(self, row: RowT) -> str:
        return "" if self._tip is None else self._tip(row)

    @override
    def row_id(self, row: RowT) -> str:
        return "" if self._row_id is None else self._row_id(row)

    @override
    def copied(self, row: RowT) -> str:
        return super().copied(row) if self._copied is None else self._copied(row)

    def show(self, rows: Sequence[RowT]) -> None:
        """Show these rows. Those that stay are not shown anew: see `emit_changed`."""
        old, new = [self._key(row) for row in self.rows], [self._key(row) for row in rows]
        staying = set(old).intersection(new)
        removed, added = _runs(old, staying), _runs(new, staying)
        same_order = [key for key in old if key in staying] == [key for key in new if key in staying]
        if len(removed) + len(added) > _MAX_RUNS or not same_order:
            self.reset(rows)
            return
        for first, last in reversed(removed):
            self.beginRemoveRows(NO_PARENT, first, last)
            del self.rows[first : last + 1]
            self.endRemoveRows()
        for first, last in added:
            self.beginInsertRows(NO_PARENT, first, last)
            self.rows[first:first] = rows[first : last + 1]
            self.endInsertRows()
        self.rows = list(rows)

    def reset(self, rows: Sequence[RowT]) -> None:
        """Show these rows in place of others, from the top."""
        self.beginResetModel()
        self.rows = list(rows)
        self.endResetModel()


def _runs(keys: list[Hashable], staying: set[Hashable]) -> list[tuple[int, int]]:
    """First and last index of each run of keys that are not in `staying`."""
    runs: list[tuple[int, int]] = []
    for place, key in enumerate(keys):
        if key in staying:
            continue
        if runs and runs[-1][1] == place - 1:
            runs[-1] = (runs[-1][0], place)
        else:
            runs.append((place, place))
    return runs
