"""A table in text: its delimiter is found, or is as it was given; its header and its records."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from core.errors import SettingError
from core.files.options import DELIMITERS
from core.parsing.column_names import default_column_names
from core.parsing.table_columns import known_columns
from core.parsing.table_records import TableRecord, read_record, records
from core.parsing.text_file import LineReader, TextFile

_SEP = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)
_NAMES = {"\t": "tab", ",": "comma", ";": "semicolon", "|": "pipe"}
IsRow = Callable[[Sequence[str]], bool]
Say = Callable[[str], None]


class WorkoutTable(Protocol):
    """`description`: what was guessed, for the user. `has_decimal_commas`: a comma does not separate thousands."""

    @property
    def header(self) -> Sequence[str]: ...

    @property
    def description(self) -> str: ...

    @property
    def has_decimal_commas(self) -> bool: ...

    def records(self, is_row: IsRow, say: Say) -> Iterator[TableRecord]:
        """Every row that is not blank, once. `is_row`: whether cells are a row by themselves."""
        ...


class TextTable:
    """CSV as spreadsheets write it, read as it comes."""

    def __init__(self, text: TextFile, delimiter: str | None) -> None:
        """SettingError for a header that is none."""
        text.decide()
        self._text = text
        self._reader = LineReader(text.lines())
        self.delimiter, self.header = _header(self._reader, delimiter)
        self._encoding = text.encoding

    @property
    def description(self) -> str:
        return f"read as CSV, delimiter {_NAMES.get(self.delimiter, self.delimiter)}, {self._encoding}"

    @property
    def has_decimal_commas(self) -> bool:
        return self.delimiter == ";"

    def records(self, is_row: IsRow, say: Say) -> Iterator[TableRecord]:
        for record in records(self._reader, self.delimiter, is_row):
            if self._text.encoding != self._encoding:
                self._encoding = self._text.encoding
                say(f"line {record.line} is not UTF-8: read as {self._encoding} from there on")
            yield record


def _header(reader: LineReader, said: str | None) -> tuple[str, list[str]]:
    """The delimiter and the cells of the first row that is not blank."""
    while (line := reader.take()) is not None:
        separator = _SEP.fullmatch(line)
        if separator is not None:
            said = said or separator[1]
        elif line.strip("\n\r\t ,;|"):
            reader.give_back([line])
            break
    delimiter = said or _best_delimiter(reader)
    record = read_record(reader, delimiter)
    if record is None:
        raise SettingError("There is no header: the first line of a CSV must name the columns.")
    if record.problem:
        raise SettingError(f"The header on line {record.line} cannot be read: {record.problem}.")
    return delimiter, list(record.cells)


def _best_delimiter(reader: LineReader) -> str:
    """The one that cuts the header into the most columns that mean something, then into the most."""
    names = default_column_names()
    best, best_score = DELIMITERS[0], (-1, -1)
    for delimiter in DELIMITERS:
        record = read_record(reader, delimiter) or TableRecord(0)
        reader.give_back(list(record.lines))
        cells = "".join(record.lines).split(delimiter) if record.problem else record.cells
        known = known_columns(cells, names)
        score = (known, len(cells)) if known or not record.problem else (-1, 0)
        if score > best_score:
            best, best_score = delimiter, score
    return best
