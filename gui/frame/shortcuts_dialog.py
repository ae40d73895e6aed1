"""The list of all keyboard shortcuts (F1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gui.shortcuts import Shortcut
from gui.theme.theme import Theme
from gui.widgets import Button, Dialog, KeyCap, Label

WIDTH_PX = 1_180
COLUMNS = 3


class ShortcutsDialog(Dialog):
    """Shows groups of shortcuts in columns."""

    def __init__(self, theme: Theme, groups: Mapping[str, Sequence[Shortcut]], parent: QWidget | None = None) -> None:
        """`groups`: the shortcuts by the title that they stand under."""
        super().__init__(theme, "Shortcuts", width_px=WIDTH_PX, parent=parent)
        self._theme = theme
        self.body.addLayout(self._build_list(groups))
        self.area.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # to be scrolled by keys: there is nothing else in it
        self.area.setAccessibleName("Shortcuts")
        self.area.setProperty("role", "framed")
        self.foot.addStretch(1)
        done = Button(theme, "Close", key="Esc")
        done.setDefault(True)
        done.clicked.connect(self.accept)
        self.foot.addWidget(done)

    def _build_list(self, groups: Mapping[str, Sequence[Shortcut]]) -> QHBoxLayout:
        sides = QHBoxLayout()
        sides.setContentsMargins(0, 0, 12, 0)
        sides.setSpacing(32)
        for titles in _columns(groups):
            column = QVBoxLayout()
            column.setSpacing(12)
            for title in titles:
                column.addLayout(self._build_group(title, groups[title]))
            column.addStretch(1)
            sides.addLayout(column, 1)
        return sides

    def _build_group(self, title: str, shortcuts: Sequence[Shortcut]) -> QVBoxLayout:
        group = QVBoxLayout()
        group.setSpacing(6)
        head = Label(self._theme, title, "title")
        head.setWordWrap(True)
        group.addWidget(head)
        for shortcut in shortcuts:
            words = Label(self._theme, shortcut.plain, "body", "second")
            words.setWordWrap(True)
            row = QHBoxLayout()
            row.setSpacing(4)
            row.addWidget(words, 1)
            row.addSpacing(12)
            for keys in shortcut.keys.split():
                row.addWidget(KeyCap(self._theme, keys))
            group.addLayout(row)
        return group


def _columns(groups: Mapping[str, Sequence[Shortcut]]) -> list[list[str]]:
    """Split the titles into columns of about the same number of lines, in the given order."""
    columns: list[list[str]] = [[] for _ in range(COLUMNS)]
    lines, whole = 0, sum(len(shortcuts) + 2 for shortcuts in groups.values())
    for title, shortcuts in groups.items():
        columns[lines * COLUMNS // whole].append(title)
        lines += len(shortcuts) + 2
    return columns
