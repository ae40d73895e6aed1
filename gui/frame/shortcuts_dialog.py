"""The list of all keyboard shortcuts (F1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from gui.frame.workspace_entry import KeyHint
from gui.theme.theme import Theme
from gui.widgets import Button, Dialog, KeyCap, Label


@dataclass(frozen=True, slots=True)
class KeyGroup:
    title: str
    hints: Sequence[KeyHint]


class ShortcutsDialog(Dialog):
    """Shows groups of shortcuts in two columns."""

    def __init__(self, theme: Theme, groups: Sequence[KeyGroup], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setWindowTitle("Shortcuts")
        self.setModal(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(0)
        column.addWidget(Label(theme, "Shortcuts", "headline"))
        column.addSpacing(12)
        column.addWidget(self._build_list(groups), 1)
        column.addSpacing(12)
        row = QHBoxLayout()
        row.addStretch(1)
        done = Button(theme, "Close", key="Esc")
        done.setDefault(True)
        done.clicked.connect(self.accept)
        row.addWidget(done)
        column.addLayout(row)

    def _build_list(self, groups: Sequence[KeyGroup]) -> QScrollArea:
        inside = QWidget()
        inside.setProperty("role", "scrolled")
        sides = QHBoxLayout(inside)
        sides.setContentsMargins(0, 0, 12, 0)
        sides.setSpacing(40)
        for side in _halves(groups):
            column = QVBoxLayout()
            column.setSpacing(16)
            for group in side:
                column.addLayout(self._build_group(group))
            column.addStretch(1)
            sides.addLayout(column, 1)
        area = QScrollArea()
        area.setWidget(inside)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setAccessibleName("Shortcuts")
        area.setMinimumSize(inside.sizeHint().width() + 12, min(inside.sizeHint().height(), 460))
        return area

    def _build_group(self, group: KeyGroup) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(0, 1)
        grid.addWidget(Label(self._theme, group.title, "title"), 0, 0, 1, 2)
        for row, hint in enumerate(group.hints, start=1):
            grid.addWidget(Label(self._theme, hint.words, "body", "second"), row, 0)
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
