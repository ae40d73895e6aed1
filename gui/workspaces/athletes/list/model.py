"""The rows of the list, loaded page by page as they are about to be drawn."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from PySide6.QtCore import QObject, Signal
from typing_extensions import override

from core.athletes.listing import AthleteList, AthleteListRequest, AthleteRow
from core.athletes.weeks import week_of
from gui.forms.formatting import Units
from gui.widgets.table_model import PagedModel
from gui.workspaces.athletes.list.columns import RowFormat, list_column

PAGE_ROWS = 100


@dataclass(slots=True)
class _Page:
    answer: AthleteList
    version: int  # of the list; one of an earlier version is shown until it has been read anew


class AthletesModel(PagedModel[AthleteRow]):
    """Main thread. A page begins after the last athlete of the one before, so one not yet loaded waits for those."""

    page_requested = Signal(object)  # AthleteListRequest; answer with `take`, one at a time

    def __init__(self, today: date, parent: QObject | None = None) -> None:
        self.texts = RowFormat(today)
        super().__init__([list_column(self.texts)], parent)
        self._wanted = AthleteListRequest(week_of(today), limit=PAGE_ROWS)
        self._pages: list[_Page] = []
        self._version = 0
        self._replaced = True  # `show` was called: the pages are those of another list
        self._asked: tuple[int, AthleteListRequest] | None = None

    @property
    def wanted(self) -> AthleteListRequest:
        return self._wanted

    @property
    def answer(self) -> AthleteList | None:
        """The first page of what is shown; None before one has been read."""
        return self._pages[0].answer if self._pages else None

    @property
    def is_awaited(self) -> bool:
        """Another list was asked for, and is not shown yet."""
        return self._replaced

    def show(self, wanted: AthleteListRequest) -> None:
        """Show another list from its beginning, once it has been read; until then what was shown before."""
        self._wanted = replace(wanted, limit=PAGE_ROWS, after=None)
        self._replaced = True
        self._version += 1
        self._asked = None
        self._ask(0)

    def reload(self, near_row: int) -> None:
        """Read the rows in view again, others when they come into view."""
        self._version += 1
        self._asked = None
        self._ask(0 if self._replaced else max(0, near_row) // PAGE_ROWS)

    def forget(self) -> None:
        """What was read; it is read anew."""
        self.beginResetModel()
        self._pages.clear()
        self._count = 0
        self.endResetModel()
        self.show(self._wanted)

    def forget_asked(self) -> None:
        """There will be no answer: ask again when something is drawn."""
        self._asked = None

    def take(self, answer: AthleteList) -> bool:
        """Show a page; False if it is outdated."""
        if self._asked is None or answer.request != self._asked[1]:
            return False
        number, self._asked = self._asked[0], None
        page = _Page(answer, self._version)
        if self._replaced:
            self._replaced = False
            self.beginResetModel()
            self._pages, self._count = [page], _count([page])
            self.endResetModel()
            return True
        self._pages[number : number + 1] = [page]
        if answer.next is None:
            del self._pages[number + 1 :]
        self._resize(_count(self._pages))
        self.emit_changed()
        return True

    def number_of(self, name: str) -> int | None:
        """The place of an athlete, if loaded."""
        for number, page in enumerate(self._pages):
            for place, row in enumerate(page.answer.rows):
                if row.name == name:
                    return number * PAGE_ROWS + place
        return None

    def set_units(self, units: Units) -> None:
        self.texts.units = units
        self.emit_changed()

    @override
    def row(self, number: int) -> AthleteRow | None:
        """Asks for its page if that is missing or of an earlier version."""
        if not 0 <= number < self._count:
            return None
        place = number // PAGE_ROWS
        page = self._pages[place] if place < len(self._pages) else None
        if page is None or page.version != self._version:
            self._ask(place)
        rows = () if page is None else page.answer.rows
        return rows[number % PAGE_ROWS] if number % PAGE_ROWS < len(rows) else None

    @override
    def tip(self, row: AthleteRow) -> str:
        return f"{row.name}\n{self.texts.spoken(row).partition(': ')[2]}"

    @override
    def copied(self, row: AthleteRow) -> str:
        return f"{row.name}\t{self.texts.week(row)}"

    def _ask(self, number: int) -> None:
        if self._asked is not None or (self._replaced and number):
            return
        number = min(number, len(self._pages))
        after = self._pages[number - 1].answer.next if number else None
        if number and after is None:
            return
        self._asked = number, replace(self._wanted, after=after)
        self.page_requested.emit(self._asked[1])


def _count(pages: list[_Page]) -> int:
    """As counted when a page was read, until the last one is known."""
    loaded, last = (len(pages) - 1) * PAGE_ROWS, pages[-1].answer
    return loaded + len(last.rows) if last.next is None else max(last.found, loaded + len(last.rows) + 1)
