"""The list of all keyboard shortcuts (F1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from gui.frame.workspace_entry import KeyHint
from gui.theme.theme import Theme
from gui.widgets import Button, Dialog, KeyCap, Label

WIDTH_PX = 900


@dataclass(frozen=True, slots=True)
class KeyGroup:
    title: str
    hints: Sequence[KeyHint]


class ShortcutsDialog(Dialog):
    """Shows groups of shortcuts in two columns."""

    def __init__(self, theme: Theme, groups: Sequence[KeyGroup], parent: QWidget | None = None) -> None:
        super().__init__(theme, "Shortcuts", width_px=WIDTH_PX, parent=parent)
        self._theme = theme
        self.body.addLayout(self._build_list(groups))
        self.foot.addStretch(1)
        done = Button(theme, "Close", key="Esc")
        done.setDefault(True)
        done.clicked.connect(self.accept)
        self.foot.addWidget(done)

    def _build_list(self, groups: Sequence[KeyGroup]) -> QHBoxLayout:
        sides = QHBoxLayout()
        sides.setContentsMargins(0, 0, 12, 0)
        sides.setSpacing(40)
        for side in _halves(groups):
            column = QVBoxLayout()
            column.setSpacing(16)
            for group in side:
                column.addLayout(self._build_group(group))
            column.addStretch(1)
            sides.addLayout(column, 1)
        return sides

    def _build_group(self, group: KeyGroup) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(0, 1)
        grid.addWidget(Label(self._theme, group.title, "title"), 0, 0, 1, 2)
        for row, hint in enumerate(group.hints, start=1):
            words = Label(self._theme, hint.words, "body", "second")
            words.setWordWrap(True)
            grid.addWidget(words, row, 0)
            grid.addWidget(KeyCap(self._theme, hint.keys), row, 1, Qt.AlignmentFlag.AlignRight)
        return grid


def _halves(groups: Sequence[KeyGroup]) -> tuple[list[KeyGroup], list[KeyGroup]]:
    """Split the groups into two columns of about the same number of lines, in the given order."""
    left: list[KeyGroup] = []
    right: list[KeyGroup] = []
    half = sum(len(group.hints) + 2 for group in groups) / 2
    lines = 0
    for group in groups:
        (left if lines < half else right).append(group)
        lines += len(group.hints) + 2
    return left, right
