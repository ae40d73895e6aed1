"""The table of a bulk fix preview: athlete, sport, wrong value and corrected value of each message.

Rows start checked; an unchecked message is not changed.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QRectF, Signal
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from core.failures.corrections import CommonMistake
from gui.forms.formatting import NOTHING
from gui.theme.palette import Role
from gui.theme.theme import Theme
from gui.widgets.cells import Cell, Column
from gui.widgets.painted_table import PaintedTable
from gui.widgets.table_model import TableModel
from gui.workspaces.failed.bulk_fix.formatting import PreviewRow, PreviewRows, preview_titles

ROW_PX, NARROW_PX = 30, 560
_ARROW_PX = 14
_WIDE = (CommonMistake.LATE_START, CommonMistake.MISNAMED)


def preview_columns(mistake: CommonMistake, is_checked: Callable[[PreviewRow], bool]) -> tuple[Column[PreviewRow], ...]:
    """The wrong value in the colour of failures, an arrow, the new value; faint if unchecked."""
    athlete, sport, fact, old, new = preview_titles(mistake)
    wide = mistake in _WIDE

    def ink(row: PreviewRow) -> Role:
        return "text" if is_checked(row) else "second"

    def paint_new(cell: Cell[PreviewRow]) -> None:
        if not is_checked(cell.row):
            cell.draw(NOTHING, "medium", "second")
            return
        cell.draw(cell.text, "medium")
        top = round(cell.area.center().y() - _ARROW_PX / 2)
        arrow = QRectF(cell.area.left() + 4, top, _ARROW_PX, _ARROW_PX)
        cell.theme.paint_icon(cell.painter, arrow, "arrow-right", cell.theme.colour("second"))

    return (
        Column(width_px=40, checked=is_checked, spoken=lambda row: "checked" if is_checked(row) else "left as it is"),
        Column(title=athlete, width_px=60, takes_rest=True, text=lambda row: row.athlete, font="medium", ink=ink),
        Column(
            title=sport,
            width_px=108 if wide else 118,
            narrow_px=22,
            text=lambda row: row.sport,
            paint=lambda cell: cell.paint_sport(cell.row.sport, cell.text, ink(cell.row)),
        ),
        Column(
            title=fact,
            width_px=66 if wide else 80,
            from_px=480 if wide else 410,
            text=lambda row: row.fact,
            ink=ink,
            right=True,
        ),
        Column(
            title=old,
            width_px=134 if wide else 96,
            text=lambda row: row.old,
            ink=lambda row: "failed" if is_checked(row) else "second",
            right=True,
        ),
        Column(title=new, width_px=152 if wide else 104, text=lambda row: row.new, paint=paint_new, right=True),
    )


class PreviewModel(TableModel[PreviewRow]):
    """Main thread."""

    checked_changed = Signal()

    def __init__(self, rows: PreviewRows, parent: QObject | None = None) -> None:
        super().__init__(preview_columns(rows.mistake, self._is_checked), parent)
        self._rows = rows
        self._left_out: set[int] = set()

    @property
    def checked(self) -> list[int]:
        """Indexes of the checked rows, in order."""
        return [number for number in range(len(self._rows)) if number not in self._left_out]

    @override
    def toggle(self, number: int) -> None:
        self._leave_out(self._left_out ^ {number})

    def toggle_all(self) -> None:
        """Check all rows, or uncheck all if all are checked."""
        self._leave_out(set() if self._left_out else set(range(len(self._rows))))

    @override
    def count(self) -> int:
        return len(self._rows)

    @override
    def row(self, number: int) -> PreviewRow:
        return self._rows[number]

    def _is_checked(self, row: PreviewRow) -> bool:
        return row.number not in self._left_out

    def _leave_out(self, numbers: set[int]) -> None:
        self._left_out = numbers
        self.emit_changed()
        self.checked_changed.emit()


class PreviewTable(PaintedTable[PreviewRow]):
    """Arrows, page keys, Home and End move; Space toggles a row, Ctrl+A all rows."""

    checked_changed = Signal()

    def __init__(self, theme: Theme, rows: PreviewRows, parent: QWidget | None = None) -> None:
        self._model = PreviewModel(rows)
        super().__init__(
            theme, self._model, "What becomes of each message", row_px=ROW_PX, narrow_px=NARROW_PX, parent=parent
        )
        self._model.setParent(self)
        self.setCurrentIndex(self._model.index(0, 1))
        self.all_toggled.connect(self._model.toggle_all)
        self._model.checked_changed.connect(self.checked_changed)

    @property
    def checked(self) -> list[int]:
        """Indexes of the rows to change, in order."""
        return self._model.checked
