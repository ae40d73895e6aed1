"""Shared by all tables: column titles, single-row selection, no grid, rows of equal height."""

from __future__ import annotations

from collections.abc import Set
from typing import Any, ClassVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRect, Qt
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyleOptionViewItem, QTableView
from typing_extensions import override

Index = QModelIndex | QPersistentModelIndex
NO_PARENT = QModelIndex()


class TitledTable(QAbstractTableModel):
    """A table model with a title for each column; columns in `numbers` are right-aligned."""

    titles: tuple[str, ...]
    numbers: ClassVar[Set[int]]

    def count(self) -> int:
        """The number of rows."""
        raise NotImplementedError

    @override
    def rowCount(self, parent: Index = NO_PARENT) -> int:
        return 0 if parent.isValid() else self.count()

    @override
    def columnCount(self, parent: Index = NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self.titles)

    @override
    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.titles[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignRight if section in self.numbers else Qt.AlignmentFlag.AlignLeft)
        return None


def style_rows(table: QTableView, row_px: int) -> None:
    rows = table.verticalHeader()
    rows.hide()
    rows.setMinimumSectionSize(row_px)
    rows.setDefaultSectionSize(row_px)
    table.setShowGrid(False)
    table.setMouseTracking(True)
    table.setWordWrap(False)
    table.setCornerButtonEnabled(False)
    table.setTabKeyNavigation(False)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)


# PySide's type stubs lack the fields of style options.
def rect_of(option: QStyleOptionViewItem) -> QRect:
    rect: QRect = getattr(option, "rect")  # noqa: B009 -- see above
    return rect


def state_of(option: QStyleOptionViewItem) -> QStyle.StateFlag:
    state: QStyle.StateFlag = getattr(option, "state")  # noqa: B009 -- see above
    return state
