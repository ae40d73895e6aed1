"""The first sheet of an XLSX file as a table (python-calamine).

The library fills a rectangle from the first to the last cell, whatever is between, and unpacks whatever the archive
holds. So the archive is written anew before, of XML parts only, of bounded size, each read by defusedxml, and the
rectangle of each sheet is measured.
"""

from __future__ import annotations

import io
import re
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import IO, Any

from typing_extensions import override

from core.errors import SettingError
from core.files.extras import reader_library
from core.files.text_table import IsRow, Say
from core.files.xml_elements import Elements, read_elements
from core.parsing.table_records import TableRecord
from core.parsing.units import plain_number

MAX_PACKED_BYTES = 64 * 1_048_576
MAX_UNPACKED_BYTES = 256 * 1_048_576
MAX_PARTS = 2_000
MAX_CELLS = 5_000_000  # of the rectangle of one sheet
_PARTS = (".xml", ".rels")
_REFERENCE = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})", re.ASCII)
_NOT_ONE = "This is not an XLSX file that can be read"


class SheetTable:
    """Reads the sheet when it is made. The first sheet with a cell, of those that are shown."""

    has_decimal_commas = False

    def __init__(self, content: IO[bytes]) -> None:
        """SettingError for what is no XLSX, is too large, or has no cell."""
        library = reader_library("python_calamine", "XLSX")
        if content.seek(0, io.SEEK_END) > MAX_PACKED_BYTES:
            raise SettingError(f"The file is larger than {MAX_PACKED_BYTES // 1_048_576} MB.")
        with tempfile.TemporaryFile() as clean:
            _rewrite(content, clean)
            clean.seek(0)
            try:
                with library.load_workbook(clean) as book:
                    self._name, self._rows, self._first = _first_sheet(library, book)
            except library.CalamineError as error:
                raise SettingError(f"{_NOT_ONE}: {error}.") from None
        self.header = [cell_text(cell) for cell in self._rows[0]]

    @property
    def description(self) -> str:
        return f"read as XLSX, sheet {self._name}"

    def records(self, is_row: IsRow, say: Say) -> Iterator[TableRecord]:
        for number, row in enumerate(self._rows[1:], self._first + 1):
            record = TableRecord(number, [cell_text(cell) for cell in row])
            if not record.is_blank:
                yield record


def _first_sheet(library: Any, book: Any) -> tuple[str, Sequence[Sequence[object]], int]:
    """Its name, its rows from the first that is not empty, and the number of that, from 1."""
    for sheet in book.sheets_metadata:
        if sheet.typ != library.SheetTypeEnum.WorkSheet or sheet.visible != library.SheetVisibleEnum.Visible:
            continue
        found = book.get_sheet_by_name(sheet.name)
        rows = found.to_python()
        skipped = next((number for number, row in enumerate(rows) if any(cell != "" for cell in row)), None)
        if skipped is not None:
            top = found.start[0] if found.start else 0
            return sheet.name, rows[skipped:], top + skipped + 1
    raise SettingError("The workbook has no sheet with cells.")


def cell_text(cell: object) -> str:
    """As a table in text has it. A time is one of the day or a duration; both are read from `1:05:00`."""
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, int | float):
        return plain_number(float(cell))
    if isinstance(cell, timedelta):
        seconds = cell.total_seconds()
        minutes, rest = divmod(round(abs(seconds)), 60)
        return f"{'-' if seconds < 0 else ''}{minutes // 60}:{minutes % 60:02}:{rest:02}"
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d}" if cell.time() == time() else f"{cell:%Y-%m-%d %H:%M:%S}"
    if isinstance(cell, date | time):
        return cell.isoformat() if isinstance(cell, date) else f"{cell:%H:%M:%S}"
    return str(cell)


# --- the archive -----------------------------------------------------------------------------------------------------


def _rewrite(content: IO[bytes], clean: IO[bytes]) -> None:
    """Each XML part, checked, into a new archive: what the directory of the old one says of sizes need not be true."""
    left = MAX_UNPACKED_BYTES
    try:
        with zipfile.ZipFile(content) as packed, zipfile.ZipFile(clean, "w") as unpacked:
            names = [name for name in packed.namelist() if name.lower().endswith(_PARTS)]
            if len(names) > MAX_PARTS or len(set(names)) < len(names):
                raise SettingError(f"{_NOT_ONE}: it has more than {MAX_PARTS:,} parts, or two of one name.")
            for name in names:
                with packed.open(name) as source, unpacked.open(name, "w") as target:
                    copy = _Copy(source, target, left)
                    read_elements(copy, _Sheet(), "XLSX", MAX_UNPACKED_BYTES)
                    left -= copy.size
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        raise SettingError(f"{_NOT_ONE}: {str(error) or type(error).__name__}.") from None


class _Copy:
    """Writes what is read."""

    def __init__(self, source: IO[bytes], target: IO[bytes], most: int) -> None:
        self._source, self._target, self._most = source, target, most
        self.size = 0

    def read1(self, size: int = -1, /) -> bytes:
        chunk = self._source.read(size)
        self.size += len(chunk)
        if self.size > self._most:
            raise SettingError(f"{_NOT_ONE}: unpacked it is larger than {MAX_UNPACKED_BYTES // 1_048_576} MB.")
        self._target.write(chunk)
        return chunk


class _Sheet(Elements):
    """Measures the rectangle of the cells, as their references say; a cell without one follows the one before."""

    def __init__(self) -> None:
        super().__init__()
        self._row = self._column = 0
        self._rows: tuple[int, int] | None = None  # first and last
        self._columns = (0, 0)

    @override
    def begin(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "row":
            self._row = _whole(attributes.get("r"), self._row + 1)
            self._column = 0
        elif name == "c":
            reference = _REFERENCE.fullmatch(attributes.get("r") or "")
            self._column = self._column + 1 if reference is None else _column(reference[1])
            self._take(self._row if reference is None else int(reference[2]), self._column)

    def _take(self, row: int, column: int) -> None:
        first, last = self._rows or (row, row)
        left, right = self._columns if self._rows is not None else (column, column)
        self._rows = (min(first, row), max(last, row))
        self._columns = (min(left, column), max(right, column))
        cells = (self._rows[1] - self._rows[0] + 1) * (self._columns[1] - self._columns[0] + 1)
        if cells > MAX_CELLS:
            raise SettingError(f"The sheet spans more than {MAX_CELLS:,} cells; delete what is far from the table.")


def _whole(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= 7 else otherwise


def _column(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
