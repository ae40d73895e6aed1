"""The header of a table alone, and what its columns are guessed to be, to be shown and changed."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import BinaryIO

from core.files.input_file import InputFile
from core.files.options import ReadingOptions
from core.files.rows import HEAD_BYTES, is_table, kind_of
from core.files.table_rows import header_key
from core.files.text_table import TextTable
from core.files.xlsx import MAX_PACKED_BYTES, SheetTable
from core.parsing.column_names import default_column_names
from core.parsing.table_columns import ColumnChoice, guess_columns
from core.parsing.text_file import TextFile


@dataclass(frozen=True, slots=True)
class FileHeader:
    """`key`: what choices are remembered by. `choices`: one a column."""

    key: str
    names: tuple[str, ...]
    choices: tuple[ColumnChoice, ...]


def read_header(file: BinaryIO, name: str, options: ReadingOptions) -> FileHeader | None:
    """None for what is no table. SettingError as reading its rows would raise."""
    with closing(InputFile(file)) as opened:
        kind = kind_of(opened.peek(HEAD_BYTES), name)
        if kind == "xlsx":
            with opened.whole(MAX_PACKED_BYTES + 1) as content:
                return _header(SheetTable(content).header)
        if kind != "text":
            return None
        text = TextFile(opened, options.encoding)
        if not text.first_character or not is_table(text, name):
            return None
        return _header(TextTable(text, options.delimiter).header)


def _header(names: list[str]) -> FileHeader:
    return FileHeader(header_key(names), tuple(names), guess_columns(names, default_column_names()))
