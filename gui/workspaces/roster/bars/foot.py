"""The bar below the grid: how many rows are ready, what stays, and Submit."""

from __future__ import annotations

from collections import Counter

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QWidget
from typing_extensions import override

from core.roster.check import RowState
from gui.shortcuts import SHORTCUTS, Scope
from gui.theme.palette import Role
from gui.theme.theme import Theme
from gui.widgets import Button, FittedRow, KeyCap, Label, Panel, Rule
from gui.workspaces.roster.texts import submit_words, why_words

HEIGHT_PX = 60


class _CountIcon(QWidget):
    def __init__(self, theme: Theme, icon: str, role: Role) -> None:
        super().__init__()
        self._theme, self._icon, self._role = theme, icon, role
        self.setFixedSize(16, 16)
        theme.changed.connect(self.update)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._theme.paint_icon(painter, QRectF(1, 1, 14, 14), self._icon, self._theme.colour(self._role))


class RosterFoot(Panel):
    """Main thread."""

    submitted = Signal()
    save_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__("Rows of the grid", parent, padding_px=0)
        self._theme = theme
        theme.fix_size(self, height_px=HEIGHT_PX)
        self._numbers = {state: Label(theme, "0", "title") for state in RowState}
        self._unusual = Label(theme, "", "body", "waiting")
        self._why = Label(theme, "", "small", "second")
        self._why_not = ""
        self._hints = QWidget()
        self._line = FittedRow(theme, side_px=14, spacing_px=6)
        self._fill_words = Label(theme, "", "small", "second")
        self.save = Button(theme, "Save template")
        self.save.setToolTip(SHORTCUTS[Scope.ROSTER]["template"].hint())
        key = SHORTCUTS[Scope.ROSTER]["submit"].key
        self.submit = Button(theme, submit_words(0), role="primary", key=key)
        self._build()
        self.submit.clicked.connect(self.submitted)
        self.save.clicked.connect(self.save_requested)

    def show_counts(self, counts: Counter[RowState], *, done: bool, fill: str) -> None:
        """`fill`: what Ctrl+D would do now."""
        for state, label in self._numbers.items():
            label.setText(f"{counts[state]:,}")
        unusual, ready = counts[RowState.UNUSUAL], counts[RowState.READY]
        self._unusual.setText(f"{unusual:,} unusual" if unusual else "")
        self._unusual.setVisible(bool(unusual))
        self._why.setText(why_words(counts) if done else "Checking the rows …")
        self._fill_words.setText(fill)
        self.submit.set_text(submit_words(ready))
        self.submit.set_possible("", self._why_not or ("" if ready else "No row is ready"))
        self._line.fit()

    def set_why_not(self, why_not: str) -> None:
        self._why_not = why_not

    def _show_all(self) -> None:
        self._hints.show()
        self._why.show()

    def _build(self) -> None:
        theme = self._theme
        row = self._line.row
        self._add_count(RowState.READY, "check", "stored", "ready")
        row.addWidget(self._unusual)
        row.addSpacing(12)
        self._add_count(RowState.WRONG, "alert-circle-outline", "failed", "to fix")
        row.addSpacing(12)
        self._add_count(RowState.SENT, "tray-arrow-up", "second", "sent")
        row.addSpacing(8)
        rule = Rule(Qt.Orientation.Vertical)
        theme.fix_size(rule, height_px=36)
        row.addWidget(rule)
        row.addSpacing(8)
        hints = QGridLayout(self._hints)
        hints.setContentsMargins(0, 0, 0, 0)
        hints.setHorizontalSpacing(8)
        hints.setVerticalSpacing(4)
        words = Label(theme, "pastes a table: tabs or commas, 4.3 or 4,3", "small", "second")
        for line, (name, label) in enumerate((("paste", words), ("fill", self._fill_words))):
            hints.addWidget(KeyCap(theme, SHORTCUTS[Scope.ROSTER][name].key), line, 0)
            hints.addWidget(label, line, 1)
        row.addWidget(self._hints)
        row.addStretch(1)
        row.addWidget(self._why)
        row.addSpacing(6)
        row.addWidget(self.save)
        row.addWidget(self.submit)
        self._line.ways = (self._show_all, self._hints.hide, self._why.hide)
        self.body.addWidget(self._line, 1)

    def _add_count(self, state: RowState, icon: str, role: Role, words: str) -> None:
        self._line.row.addWidget(_CountIcon(self._theme, icon, role))
        self._line.row.addWidget(self._numbers[state])
        self._line.row.addWidget(Label(self._theme, words, "body", "second"))
