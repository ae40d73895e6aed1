"""The rows of the history that are loaded: a part of the list, which grows at the ends that are scrolled to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, Signal
from typing_extensions import override

from core.athletes.history import HistoryPage, HistoryPlace, HistoryRequest, HistoryRow
from gui.forms.formatting import Units
from gui.history.columns import HistoryFormat
from gui.widgets.cells import Column
from gui.widgets.table_model import RowsModel

PAGE_ROWS = 200
MOST_ROWS = 2_000  # loaded; those far away are forgotten
NEAR_ROWS = 60  # so near to an end that more is asked for


class HistoryModel(RowsModel[HistoryRow]):
    """Main thread. A page goes on where the one before ended, so its time does not depend on how far it is."""

    page_requested = Signal(object)  # HistoryRequest; answer with `take`, one at a time

    def __init__(
        self, texts: HistoryFormat, columns: Sequence[Column[HistoryRow]], parent: QObject | None = None
    ) -> None:
        super().__init__(
            columns,
            lambda row: row.workout_id,
            tip=texts.tip,
            row_id=lambda row: row.workout_id,
            parent=parent,
        )
        self.texts = texts
        self.wanted = HistoryRequest(limit=PAGE_ROWS)
        self.total: int | None = None
        self.loaded = False  # something of this list has been read
        self._head: HistoryPlace | None = None  # where the part begins; None: with the list
        self._tail: HistoryPlace | None = None  # where it ends; None: with the list
        self._asked: HistoryRequest | None = None
        self._reloading = self._replacing = False
        self._gained = 0  # rows of the pages that were asked for together

    @property
    def is_searching(self) -> bool:
        """Not enough has been found so far, and more is looked through."""
        return self._asked is not None and not self._reloading

    @property
    def is_whole(self) -> bool:
        """All of the list is loaded."""
        return self.loaded and self._head is None and self._tail is None and not self.is_searching

    @property
    def at_start(self) -> bool:
        return self._head is None

    @property
    def at_end(self) -> bool:
        return self._tail is None

    def ask_for(self, wanted: HistoryRequest, *, from_end: bool = False) -> None:
        """Show another list, from its beginning or its end; until that is read, what was shown before."""
        self.wanted = replace(wanted, limit=PAGE_ROWS, after=None, before=False)
        self._reloading, self._replacing, self._gained = False, True, 0
        self._ask(replace(self.wanted, before=from_end))

    def reload(self) -> None:
        """Read the loaded part again, unless something is being read."""
        if self._asked is None and self.loaded:
            self._reloading = True
            self._ask(replace(self.wanted, after=self._head, limit=max(PAGE_ROWS, len(self.rows))))

    def forget_asked(self) -> None:
        """There will be no answer."""
        self._asked, self._reloading = None, False

    def go_on(self, *, up: bool) -> None:
        """Load more at this end, if there is more."""
        place = self._head if up else self._tail
        if place is not None and self._asked is None:
            self._gained = 0
            self._ask(replace(self.wanted, after=place, before=up))

    def take(self, page: HistoryPage) -> bool:
        """Show a page; False if it is outdated."""
        if page.request != self._asked:
            return False
        self._asked = None
        self.total = page.total if page.total is not None else None
        self.loaded = True
        if self._reloading:
            self._reloading, self._tail = False, page.next
            self.show(page.rows)
            self.emit_changed()
            return True
        self._gained += len(page.rows)
        if self._replacing:
            self._replacing = False
            self._head, self._tail = (page.next, None) if page.request.before else (None, page.next)
            self.reset(page.rows)
        elif page.request.before:
            self._head = page.next
            self._show_part([*page.rows, *self.rows], up=True)
        else:
            self._tail = page.next
            self._show_part([*self.rows, *page.rows], up=False)
        if page.next is not None and self._gained < PAGE_ROWS:
            self._ask(replace(self.wanted, after=page.next, before=page.request.before))
        return True

    def set_units(self, units: Units) -> None:
        self.texts.units = units
        self.emit_changed()

    @override
    def row(self, number: int) -> HistoryRow | None:
        if number >= len(self.rows) - NEAR_ROWS:
            self.go_on(up=False)
        if number < NEAR_ROWS:
            self.go_on(up=True)
        return super().row(number)

    def _show_part(self, rows: list[HistoryRow], *, up: bool) -> None:
        """Without the rows that are too many, at the other end."""
        if len(rows) > MOST_ROWS and up:
            rows = rows[:MOST_ROWS]
            self._tail = rows[-1].place
        elif len(rows) > MOST_ROWS:
            rows = rows[-MOST_ROWS:]
            self._head = rows[0].place
        self.show(rows)

    def _ask(self, request: HistoryRequest) -> None:
        self._asked = request
        self.page_requested.emit(request)
