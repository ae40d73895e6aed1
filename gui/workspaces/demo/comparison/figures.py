"""The numbers of both sides, one below the other."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from gui.theme.theme import Theme
from gui.widgets import Label, Rule
from gui.workspaces.demo.comparison.formatting import Words, rate_words, wait_words
from worker.demo.comparison.report import ComparisonReport, SideReport

ROWS = ("p50, the person waits", "p95", "p99", "Sustained", "Failed, and lost", "Failed, and kept")
SIDES = ("Inline", "Queued")
_NUMBER_PX, _UNIT_PX, _ROW_GAP_PX, _UNIT_GAP_PX = 46, 18, 2, 3


class FiguresTable(QWidget):
    """Main thread. Digits stand below each other, and so do the units."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(_UNIT_GAP_PX)
        grid.setVerticalSpacing(_ROW_GAP_PX)
        grid.setColumnStretch(0, 3)
        end = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        self._cells: dict[tuple[int, int], tuple[Label, Label]] = {}
        for side, name in enumerate(SIDES):
            column = 1 + 2 * side
            grid.setColumnStretch(column, 1)
            grid.addWidget(Label(theme, name, "small", "second"), 0, column, 1, 2, end)
        for row, text in enumerate(ROWS):
            grid.addWidget(Rule(), 1 + 2 * row, 0, 1, 5)
            grid.addWidget(Label(theme, text, "body", "second"), 2 + 2 * row, 0)
            for side in range(len(SIDES)):
                number = Label(theme, "", "title" if side else "body")
                unit = Label(theme, "", "small", "second")
                number.setAlignment(end)
                theme.bound_width(number, _NUMBER_PX)
                theme.bound_width(unit, _UNIT_PX)
                grid.addWidget(number, 2 + 2 * row, 1 + 2 * side)
                grid.addWidget(unit, 2 + 2 * row, 2 + 2 * side)
                self._cells[row, side] = number, unit
        self.show_report(ComparisonReport())

    def show_report(self, report: ComparisonReport) -> None:
        for side, measured in enumerate((report.inline, report.queued)):
            for row, words in enumerate(_column(measured)):
                self._show(row, side, words)

    def text(self, row: str, side: str) -> str:
        """As it is shown."""
        number, unit = self._cells[ROWS.index(row), SIDES.index(side)]
        return f"{number.text()} {unit.text()}".strip()

    def _show(self, row: int, side: int, words: Words) -> None:
        number, unit = self._cells[row, side]
        number.setText(words[0])
        unit.setText(words[1])
        number.setAccessibleName(f"{ROWS[row]}, {SIDES[side]}: {' '.join(words).strip()}")


def _column(side: SideReport) -> tuple[Words, ...]:
    return (
        wait_words(side.p50_ms),
        wait_words(side.p95_ms),
        wait_words(side.p99_ms),
        rate_words(side.sustained_per_s),
        (f"{side.lost:,}", ""),
        (f"{side.kept:,}", ""),
    )
