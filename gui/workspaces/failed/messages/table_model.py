"""Table model of the failed list: loads pages when they are about to be drawn."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import tzinfo

from PySide6.QtCore import QObject, Signal
from typing_extensions import override

from core.failures.models import FailedFilter, FailedRow
from gui.forms.formatting import Units
from gui.widgets.table_model import PagedModel
from gui.workspaces.failed.messages.columns import FailedFormat, failed_columns, reason_says_more

PAGE_ROWS = 200
MAX_PAGES = 12


@dataclass(frozen=True, slots=True)
class PageAsked:
    """A request for rows. `counted`: also count the list and find the position of `key`."""

    wanted: FailedFilter
    version: int
    number: int
    counted: bool
    key: str = ""

    @property
    def first(self) -> int:
        return self.number * PAGE_ROWS


@dataclass(frozen=True, slots=True)
class FailedPage:
    """The reply. `count` None: not requested. `place` None: not on the list, or not requested."""

    asked: PageAsked
    rows: tuple[FailedRow, ...]
    count: int | None = None
    place: int | None = None


class FailedModel(PagedModel[FailedRow]):
    """Main thread. Caches MAX_PAGES pages at most, however long the list is."""

    page_requested = Signal(object)  # PageAsked
    checks_changed = Signal()

    def __init__(self, *, now_ms: Callable[[], int], zone: tzinfo | None = None, parent: QObject | None = None) -> None:
        self._texts = FailedFormat(now_ms, zone)
        super().__init__(failed_columns(self._texts, self._is_checked), parent)
        self._wanted = FailedFilter()
        self._version = 0
        self._key = ""
        self._pages: OrderedDict[int, FailedPage] = OrderedDict()
        self._asked: dict[int, PageAsked] = {}  # by the page's parity, so that two neighbouring pages can be loaded
        self._checked: set[str] = set()
        self.loaded = False  # whether the count of this list is known

    @property
    def wanted(self) -> FailedFilter:
        return self._wanted

    @property
    def checked(self) -> frozenset[str]:
        """The checked keys, of this list and of those shown before."""
        return frozenset(self._checked)

    @property
    def checked_count(self) -> int:
        return len(self._checked)

    def show(self, wanted: FailedFilter, key: str = "") -> None:
        """Show another list from its beginning; `key`: the message whose position is requested."""
        self.beginResetModel()
        self._wanted = wanted
        self._texts.shows_reasons = reason_says_more(wanted.cause)
        self._count = 0
        self._pages.clear()
        self.loaded = False
        self.endResetModel()
        self.reload(0, key)

    def reload(self, near_row: int, key: str = "") -> None:
        """Load the list again; the current rows stay until the reply comes.

        `key`: the message whose position is requested.
        """
        self._version += 1
        self._key = key
        self._asked.clear()
        self._ask(max(0, near_row) // PAGE_ROWS)

    def take(self, page: FailedPage) -> bool:
        """Add a page; False if it is outdated."""
        asked = page.asked
        if asked.version != self._version or asked.wanted != self._wanted:
            return False
        if self._asked.get(asked.number % 2) == asked:
            del self._asked[asked.number % 2]
        self._pages[asked.number] = page
        self._pages.move_to_end(asked.number)
        while len(self._pages) > MAX_PAGES:
            self._pages.popitem(last=False)
        if page.count is not None:
            self.loaded = True
            self._resize(page.count)
        if page.rows and self._count:
            last = min(self._count, asked.first + len(page.rows)) - 1
            self.dataChanged.emit(self.index(min(asked.first, last), 0), self.index(last, len(self.columns) - 1))
        return True

    def forget_asked(self) -> None:
        """Drop pending requests, which will not be answered; pages are requested again when drawn."""
        self._asked.clear()

    @override
    def row(self, number: int) -> FailedRow | None:
        """The row, or None if its page is not loaded. Requests the page if it is missing or outdated."""
        if not 0 <= number < self._count:
            return None
        page = self._pages.get(number // PAGE_ROWS)
        if page is None or page.asked.version != self._version:
            self._ask(number // PAGE_ROWS)
        place = number % PAGE_ROWS
        return page.rows[place] if page is not None and place < len(page.rows) else None

    def number_of(self, key: str) -> int | None:
        """The position of a message if its page is loaded and up to date."""
        for number, page in self._pages.items():
            if page.asked.version == self._version:
                for place, row in enumerate(page.rows):
                    if row.key == key:
                        return number * PAGE_ROWS + place
        return None

    @override
    def toggle(self, number: int) -> None:
        row = self.row(number)
        if row is not None:
            self._checked.symmetric_difference_update((row.key,))
            self.dataChanged.emit(self.index(number, 0), self.index(number, len(self.columns) - 1))
            self.checks_changed.emit()

    def check(self, keys: Iterable[str]) -> None:
        """Check exactly these keys."""
        self._checked = set(keys)
        self.emit_changed()
        self.checks_changed.emit()

    def uncheck(self, keys: Iterable[str]) -> None:
        self.check(self._checked.difference(keys))

    @property
    def reason(self) -> Callable[[FailedRow], str] | None:
        """What stands below the cells; None: they show what is wrong."""
        return self._texts.reason if self._texts.shows_reasons else None

    def reason_of(self, row: FailedRow) -> str:
        """Whole, also where the cells show what is wrong."""
        return self._texts.whole_reason(row)

    @override
    def copied(self, row: FailedRow) -> str:
        return f"{super().copied(row)}\t{self.reason_of(row)}"

    def set_units(self, units: Units) -> None:
        self._texts.units = units
        self.emit_changed()

    @override
    def tip(self, row: FailedRow) -> str:
        return f"{row.cause.title}\n{self.reason_of(row)}"

    @override
    def row_id(self, row: FailedRow) -> str:
        return row.message_id or row.key

    def _is_checked(self, row: FailedRow) -> bool:
        return row.key in self._checked

    def _ask(self, number: int) -> None:
        waiting = self._asked.get(number % 2)
        if waiting is not None and waiting.number == number:
            return
        counted = not any(page.asked.version == self._version for page in self._pages.values())
        asked = self._asked[number % 2] = PageAsked(
            self._wanted, self._version, number, counted, self._key if counted else ""
        )
        self.page_requested.emit(asked)

    @override
    def _resize(self, count: int) -> None:
        super()._resize(count)
        for number in [number for number in self._pages if number * PAGE_ROWS >= count]:
            del self._pages[number]
