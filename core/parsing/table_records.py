"""Records of a table in text: quoted cells over several lines, and recovery after a stray quote."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from core.parsing.text_file import MAX_ROW, LineReader

QUOTE = '"'
MAX_RECORD_LINES = 200
_STRAY = "double the quotes that belong to the text, or take them out"


@dataclass(frozen=True, slots=True)
class TableRecord:
    """One row. `line`: its first line, from 1. With a `problem` the cells must not be used.

    `is_cut`: the text ends here without a line end.
    """

    line: int
    cells: Sequence[str] = ()
    problem: str = ""
    is_cut: bool = False
    lines: Sequence[str] = ()  # as they were read
    open_column: int = 0  # over several lines: the cell that the first line leaves open

    @property
    def is_blank(self) -> bool:
        return not self.problem and not any(map(str.strip, self.cells))


@dataclass(frozen=True, slots=True)
class _Broken:
    """A quote that opens a cell and is not closed. `at`: where; `is_misplaced`: text follows the closing quote."""

    at: int
    column: int
    is_misplaced: bool


def read_record(reader: LineReader, delimiter: str) -> TableRecord | None:
    """The next record; None at the end.

    A cell whose quote is not closed properly costs the line with the quote, not the lines after it: they are parsed
    again, each by itself. A quote inside a cell that does not begin with one is an ordinary character.
    """
    first = reader.take()
    if first is None:
        return None
    line = reader.number
    body = first.removesuffix("\n")
    if len(body) > MAX_ROW:
        return TableRecord(line, problem=f"the row is longer than {MAX_ROW:,} bytes", lines=(first,))
    if QUOTE not in body:
        return TableRecord(line, body.split(delimiter), is_cut=not first.endswith("\n"), lines=(first,))
    taken = [first]
    found = split_cells(body, delimiter)
    open_column = found.column if isinstance(found, _Broken) else 0
    while isinstance(found, _Broken) and not found.is_misplaced and (following := _following(reader, taken)):
        taken.append(following)
        if QUOTE in following:
            found = split_cells("".join(taken).removesuffix("\n"), delimiter)
    if isinstance(found, _Broken):
        return _give_up(reader, line, taken, found)
    is_cut = not taken[-1].endswith("\n")
    return TableRecord(line, found, is_cut=is_cut, lines=taken, open_column=open_column)


def _following(reader: LineReader, taken: list[str]) -> str | None:
    """The next line of an open cell, if the cell may continue."""
    if len(taken) >= MAX_RECORD_LINES or sum(map(len, taken)) > MAX_ROW:
        return None
    return reader.take()


def _give_up(reader: LineReader, line: int, taken: list[str], broken: _Broken) -> TableRecord:
    before = "".join(taken)[: broken.at].count("\n")
    reader.give_back(taken[before + 1 :])
    is_alone = broken.is_misplaced and len(taken) == before + 1
    what = "a quote stands inside a quoted cell" if is_alone else "the quote that opens a cell is never closed"
    where = f" on line {line + before}" if before else ""
    return TableRecord(line, problem=f"{what}{where}: {_STRAY}", lines=taken[: before + 1])


def split_cells(text: str, delimiter: str) -> list[str] | _Broken:
    """The cells of one record. Spaces around a quoted cell do not count."""
    if ' "' not in text:
        try:
            return next(csv.reader([text], delimiter=delimiter, strict=True), [])
        except csv.Error:
            pass  # what is wrong with it is found below
    cells: list[str] = []
    at = 0
    while True:
        start = at
        while text.startswith(" ", start):
            start += 1
        if text.startswith(QUOTE, start):
            end = _closing(text, start)
            if end is None:
                return _Broken(start, len(cells), False)
            cells.append(text[start + 1 : end].replace(QUOTE * 2, QUOTE))
            end += 1
            while text.startswith(" ", end):
                end += 1
            if end < len(text) and not text.startswith(delimiter, end):
                return _Broken(start, len(cells) - 1, True)
        else:
            end = text.find(delimiter, at)
            end = len(text) if end < 0 else end
            cells.append(text[at:end])
        if end >= len(text):
            return cells
        at = end + len(delimiter)


def _closing(text: str, start: int) -> int | None:
    """Where the quote at `start` is closed; two in a row are one quote in the text."""
    at = start + 1
    while (end := text.find(QUOTE, at)) >= 0:
        if not text.startswith(QUOTE, end + 1):
            return end
        at = end + 2
    return None


def records(reader: LineReader, delimiter: str, is_row: Callable[[Sequence[str]], bool]) -> Iterator[TableRecord]:
    """Every row that is not blank, once.

    Two stray quotes make one cell of all rows between them. So a cell that contains lines which are rows by themselves
    (see `is_row`) is refused, and each of these lines too: the author of the file must say which is meant.
    """
    while (record := read_record(reader, delimiter)) is not None:
        swallowed = [] if len(record.lines) < 2 or record.problem else _swallowed(record, delimiter, is_row)
        if swallowed:
            yield TableRecord(record.line, problem=f"a quoted cell takes in {_like_rows(swallowed)}: {_STRAY}")
            for line in swallowed:
                yield TableRecord(
                    line, problem=f"it is inside a quoted cell that begins on line {record.line}: {_STRAY}"
                )
        elif not record.is_blank:
            yield record


def _like_rows(lines: Sequence[int]) -> str:
    if len(lines) == 1:
        return f"line {lines[0]}, which looks like a row"
    return f"lines {lines[0]} to {lines[-1]}, which look like rows"


def _swallowed(record: TableRecord, delimiter: str, is_row: Callable[[Sequence[str]], bool]) -> list[int]:
    """Numbers of lines, after the first, that are rows by themselves."""
    *inner, last = [line.removesuffix("\n") for line in record.lines[1:]]
    found = [record.line + 1 + n for n, line in enumerate(inner) if is_row(line.split(delimiter))]
    # The last line ends a cell: it is a row only if that cell is in the column where it was opened, and not the first.
    column = last[: last.index(QUOTE)].count(delimiter)
    if column and column == record.open_column and is_row(last.split(delimiter)):
        found.append(record.line + len(record.lines) - 1)
    return found
