"""List model of the causes: a row for all of them, then each by count."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import tzinfo
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from typing_extensions import override

from core.failures.models import FailedGroup
from gui.workspaces.failed.formatting import last_text, messages

GroupRole = int(Qt.ItemDataRole.UserRole)  # the FailedGroup; None for all causes together
_Index = QModelIndex | QPersistentModelIndex
_NO_PARENT = QModelIndex()
ALL = "All causes"


class GroupModel(QAbstractListModel):
    """Main thread. With two or more causes, the first row stands for all of them."""

    def __init__(self, *, now_ms: Callable[[], int], zone: tzinfo | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._now_ms, self._zone = now_ms, zone
        self._rows: list[FailedGroup | None] = []

    @property
    def groups(self) -> list[FailedGroup]:
        return [group for group in self._rows if group is not None]

    @property
    def count(self) -> int:
        """The number of all messages."""
        return sum(group.count for group in self.groups)

    def group(self, number: int) -> FailedGroup | None:
        return self._rows[number]

    def number_of(self, code: str | None) -> int | None:
        """The row of a cause; code None: all causes."""
        for number, group in enumerate(self._rows):
            if (None if group is None else group.cause.code) == code:
                return number
        return None

    def show(self, groups: Sequence[FailedGroup]) -> None:
        """Replace the causes. If their order changed, the view loses its selection and must select again."""
        rows: list[FailedGroup | None] = [None, *groups] if len(groups) > 1 else list(groups)
        if [_code(row) for row in rows] == [_code(row) for row in self._rows]:
            self._rows = rows
            if rows:
                self.dataChanged.emit(self.index(0), self.index(len(rows) - 1))
            return
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def last_words(self, group: FailedGroup) -> str:
        return last_text(group.last_at_ms, self._now_ms(), self._zone)

    @override
    def rowCount(self, parent: _Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    @override
    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        group = self._rows[index.row()]
        if role == GroupRole:
            return group
        if role == Qt.ItemDataRole.DisplayRole:
            return ALL if group is None else group.cause.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken(group)
        if role == Qt.ItemDataRole.ToolTipRole and group is not None:
            return f"{group.cause.title}: {messages(group.count)}, {sum(group.recent):,} in the last hour"
        return None

    def _spoken(self, group: FailedGroup | None) -> str:
        if group is None:
            return f"{ALL}, {messages(self.count)}"
        return f"{group.cause.title}, {messages(group.count)}, {group.cause.advice.value}, {self.last_words(group)}"


def _code(group: FailedGroup | None) -> str:
    return "" if group is None else group.cause.code
