"""The columns that the grid shows: chosen, needed by what is typed, and those of the session's sport."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from core.roster.fields import FIELDS, SHOWN_FIRST, fields_after, in_order
from core.roster.grid import Grid, TrainingSession
from gui.workspaces.roster.bars.head import RosterHead
from gui.workspaces.roster.columns import GridTexts, grid_columns, has_dates
from gui.workspaces.roster.model import RosterModel
from gui.workspaces.roster.table import RosterTable


class ShownColumns:
    """Main thread. What stands in a row that is not sent yet is in view: it would be sent unseen."""

    def __init__(
        self,
        texts: GridTexts,
        grid: Grid,
        model: RosterModel,
        table: RosterTable,
        head: RosterHead,
        offer_weight: Callable[[bool], None],
    ) -> None:
        """`offer_weight`: whether a last known weight is in view."""
        self._offer_weight = offer_weight
        self._texts, self._grid, self._model, self._table, self._head = texts, grid, model, table, head
        self.fields: tuple[str, ...] = SHOWN_FIRST
        self.show()

    def show(self) -> None:
        self._model.set_columns(grid_columns(self._texts, self.fields), ("", *self.fields, "", ""))
        self._head.show_fields(self.fields)
        self._offer_weight("weightKg" in self.fields)

    def choose(self, fields: Iterable[str]) -> Sequence[str]:
        """Show these, and stay in the current cell. Returns those that stay because something stands in them."""
        wanted = set(fields)
        used = self._used()
        current = self._table.currentIndex()
        number, name = max(0, current.row()), self._model.field_of(current)
        self.fields = in_order(wanted | used)
        self.show()
        if current.isValid():
            self._table.go_to(number, name if name in self.fields else "userId")
        return tuple(name for name in FIELDS if name in used - wanted)

    def follow_session(self, session: TrainingSession) -> None:
        """Another sport has other columns."""
        before = self._texts.sport
        is_other, self._texts.session = session.sport != self._texts.session.sport, session
        if is_other:
            self.choose(fields_after(self.fields, before, self._texts.sport, self._used()))

    def follow_starts(self) -> None:
        """A start with its day needs more room."""
        if (is_dated := has_dates(self._grid.rows)) is not self._texts.is_dated:
            self._texts.is_dated = is_dated
            self.choose(self.fields)

    def _used(self) -> set[str]:
        return {name for row in self._grid.rows if not row.is_sent for name in row.texts} - set(in_order(()))
