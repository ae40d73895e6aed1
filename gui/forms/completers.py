"""What a field suggests while its text is typed: in any case, with accents or without."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import (
    QIdentityProxyModel,
    QModelIndex,
    QPersistentModelIndex,
    QSize,
    QStringListModel,
    Qt,
    Slot,
)
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QCompleter, QWidget
from typing_extensions import override

from core.workouts.folding import folded
from core.workouts.sports import default_catalogue
from gui.theme.theme import Theme

ROW_PX = 28
SearchRole = int(Qt.ItemDataRole.UserRole) + 1
Index = QModelIndex | QPersistentModelIndex


class FoldingCompleter(QCompleter):
    """Finds what is typed anywhere in the folded texts that its model has under SearchRole.

    It only matches: a SuggestionList shows `completionModel()`. Its own popup would grab the keyboard.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setCompletionRole(SearchRole)
        self.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.setFilterMode(Qt.MatchFlag.MatchContains)

    @override
    def splitPath(self, path: str) -> list[str]:
        return [folded(path)]

    @override
    def pathFromIndex(self, index: Index) -> str:
        return str(index.data(Qt.ItemDataRole.DisplayRole))


class NameCompleter(FoldingCompleter):
    """Suggests names, which others put into the list."""

    def __init__(self, names: QStringListModel, parent: QWidget) -> None:
        super().__init__(parent)
        searched = _FoldedNames(self)
        searched.setSourceModel(names)
        self.setModel(searched)


class SportCompleter(FoldingCompleter):
    """Suggests sports by name and by every alias."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._sports = QStandardItemModel(self)
        self._fill()
        self.setModel(self._sports)
        theme.changed.connect(self._fill)

    @Slot()
    def _fill(self) -> None:
        self._sports.clear()
        for sport in default_catalogue().all:
            item = QStandardItem(self._theme.icon(sport.icon), sport.name)
            item.setData(folded("|".join((sport.name, *sport.aliases))), SearchRole)
            item.setSizeHint(QSize(0, ROW_PX))
            self._sports.appendRow(item)


class _FoldedNames(QIdentityProxyModel):
    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == SearchRole:
            return folded(str(super().data(index, Qt.ItemDataRole.DisplayRole)))
        if role == Qt.ItemDataRole.SizeHintRole:
            return QSize(0, ROW_PX)
        return super().data(index, role)
