"""What the table asks for, done to the rows: typing, pasting, filling down, fixing."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from core.errors import EntryError
from core.roster.check import RowState
from core.roster.grid import Grid, RosterRow
from core.roster.paste import read_table
from gui.widgets.announcements import announce, show_note
from gui.workspaces.roster.bars.notice import PasteNotice
from gui.workspaces.roster.check_cell import KEEP
from gui.workspaces.roster.checks import RowChecks
from gui.workspaces.roster.model import RosterModel
from gui.workspaces.roster.spans import CellSpan
from gui.workspaces.roster.table import RosterTable
from gui.workspaces.roster.texts import checked_words, pasted_headline, pasted_words


class GridEdits(QObject):
    """Main thread."""

    changed = Signal()  # the rows are others than before
    fields_requested = Signal(tuple)  # these are to be shown too

    def __init__(
        self,
        grid: Grid,
        checks: RowChecks,
        model: RosterModel,
        table: RosterTable,
        notice: PasteNotice,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._grid, self._checks, self._model, self._table, self._notice = grid, checks, model, table, notice
        self._pasted: tuple[str, str] | None = None  # headline and words of the paste that is shown
        table.typed.connect(self._on_typed)
        table.pasted.connect(self._on_pasted)
        table.fill_requested.connect(self._on_fill)
        table.clear_requested.connect(self._on_clear)
        table.remove_requested.connect(self._on_remove)
        table.fix_requested.connect(self._on_fix)
        table.next_requested.connect(self._on_next)

    def forget_paste(self) -> None:
        """Something else was done since."""
        self._pasted = None
        self._notice.hide()

    def show_check(self) -> None:
        """What the check has found so far in what was pasted."""
        if self._pasted is not None:
            headline, words = self._pasted
            found = checked_words(self._checks.counts(), done=self._checks.is_done)
            self._notice.show_notice(headline, f"{words} {found}", can_undo=bool(self._grid.newest_step))

    @Slot(int, str, str)
    def _on_typed(self, number: int, name: str, text: str) -> None:
        if self._grid.type(number, name, text):
            self.changed.emit()

    @Slot(int, int, str)
    def _on_pasted(self, number: int, place: int, text: str) -> None:
        shown = tuple(filter(None, self._model.fields))
        try:
            table = read_table(text, tuple(filter(None, self._model.fields[place:])) or shown[:1])
        except EntryError as error:
            self._notice.show_notice("", str(error), can_undo=False)
            announce(self._table, str(error))
            return
        if not table.rows:
            show_note(self._table, "There is no table on the clipboard")
            return
        taken = self._grid.paste(number, table.rows, table.fields)
        if not set(table.fields) <= set(shown):
            self.fields_requested.emit((*shown, *table.fields))
        self.changed.emit()
        self._pasted = (pasted_headline(table, taken), pasted_words(table, taken))
        self.show_check()
        announce(self._table, self._notice.text)

    @Slot(object)
    def _on_fill(self, span: CellSpan) -> None:
        if self._grid.fill_down(span.first, span.last, span.names):
            self.changed.emit()

    @Slot(object)
    def _on_clear(self, span: CellSpan) -> None:
        if self._grid.clear(span.first, span.last, span.names):
            self.changed.emit()

    @Slot(object)
    def _on_remove(self, span: CellSpan) -> None:
        if self._grid.remove(span.first, span.last):
            self.changed.emit()
            self._table.go_to(span.first, "userId")

    @Slot(str, object)
    def _on_fix(self, act: str, row: RosterRow) -> None:
        verdict, number = self._checks.verdict(row), self._model.number_of(row) - 1
        if act == KEEP and verdict.questions:
            self._grid.keep(number, verdict.questions)
            self.changed.emit()
        elif act != KEEP and verdict.fix:
            self._on_typed(number, verdict.field, verdict.fix)

    @Slot()
    def _on_next(self) -> None:
        """From the current row on, and from the top again."""
        rows, here = self._grid.rows, self._table.currentIndex().row()
        for number in (*range(here + 1, len(rows)), *range(min(here + 1, len(rows)))):
            verdict = self._checks.verdict(rows[number])
            if verdict.state in (RowState.WRONG, RowState.UNUSUAL):
                self._table.go_to(number, verdict.field)
                announce(self._table, verdict.words)
                return
        show_note(self._table, "No row is to be fixed")
