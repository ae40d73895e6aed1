"""What a field suggests while its text is typed: in any case, with accents or without."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import (
    QCoreApplication,
    QEvent,
    QIdentityProxyModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSize,
    QStringListModel,
    Qt,
    Slot,
)
from PySide6.QtGui import QKeyEvent, QStandardItem, QStandardItemModel, QWindow
from PySide6.QtWidgets import QAbstractItemView, QCompleter, QWidget
from typing_extensions import override

from core.workouts.folding import folded
from core.workouts.sports import SportCatalogue
from gui.theme.theme import Theme
from gui.widgets import copy_of

NO_NAME = "\0"
SearchRole = int(Qt.ItemDataRole.UserRole) + 1
Index = QModelIndex | QPersistentModelIndex


class FoldingCompleter(QCompleter):
    """Finds what is typed anywhere in the folded texts that its model has under SearchRole."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setCompletionRole(SearchRole)
        self.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.setFilterMode(Qt.MatchFlag.MatchContains)
        self.setMaxVisibleItems(9)
        self.is_quiet = False  # suggests nothing meanwhile

    @override
    def splitPath(self, path: str) -> list[str]:
        return [NO_NAME if self.is_quiet else folded(path)]

    @override
    def pathFromIndex(self, index: Index) -> str:
        return str(index.data(Qt.ItemDataRole.DisplayRole))

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(watched, QAbstractItemView):
            if event.type() == QEvent.Type.Show and (window := watched.windowHandle()) is not None:
                window.installEventFilter(self)  # once more is the same as once
        elif isinstance(watched, QWindow):
            return isinstance(event, QKeyEvent) and not watched.isVisible() and self._pass_on(event)
        return super().eventFilter(watched, event)

    def _pass_on(self, event: QKeyEvent) -> bool:
        """The list grabs the keyboard: what was typed ahead still comes to it once it is closed, and Qt would give it
        to the field that the list belongs to, although the focus has gone on."""
        home = self.widget().window().windowHandle()
        return home is not None and QCoreApplication.sendEvent(home, copy_of(event))


class NameCompleter(FoldingCompleter):
    """Suggests names, which others put into the list."""

    def __init__(self, names: QStringListModel, parent: QWidget) -> None:
        super().__init__(parent)
        searched = _FoldedNames(self)
        searched.setSourceModel(names)
        self.setModel(searched)


class SportCompleter(FoldingCompleter):
    """Suggests sports by name and by every alias."""

    def __init__(self, theme: Theme, catalogue: SportCatalogue, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme, self._catalogue = theme, catalogue
        self._sports = QStandardItemModel(self)
        self._fill()
        self.setModel(self._sports)
        theme.changed.connect(self._fill)

    @Slot()
    def _fill(self) -> None:
        self._sports.clear()
        for sport in self._catalogue.all:
            item = QStandardItem(self._theme.icon(sport.icon), sport.name)
            item.setData(folded("|".join((sport.name, *sport.aliases))), SearchRole)
            item.setSizeHint(QSize(0, 28))
            self._sports.appendRow(item)


class _FoldedNames(QIdentityProxyModel):
    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == SearchRole:
            return folded(str(super().data(index, Qt.ItemDataRole.DisplayRole)))
        return super().data(index, role)
