from __future__ import annotations

import io

import pytest

from core.files.headers import FileHeader, read_header
from core.files.options import ReadingOptions
from core.parsing.table_columns import ColumnChoice
from tests.support.activity_files import gpx, text_cell, xlsx


def header_of(content: bytes, name: str = "a") -> FileHeader | None:
    return read_header(io.BytesIO(content), name, ReadingOptions())


def test_that_the_header_of_a_table_is_read_with_what_it_is_guessed_to_be() -> None:
    found = header_of(b"Sport;Dauer [min];Weather\nYoga;30;x\n")
    assert found is not None
    assert found.names == ("Sport", "Dauer [min]", "Weather")
    assert found.choices == (ColumnChoice("type"), ColumnChoice("duration", "min"), ColumnChoice())
    assert found.key == "sport\tdauermin\tweather"
    sheet = f'<row r="1">{text_cell("A1", "Sport")}{text_cell("B1", "Dauer [min]")}{text_cell("C1", "Weather")}</row>'
    assert header_of(xlsx(sheet)) == found


@pytest.mark.parametrize("content", [b"", b'{"type": "Yoga"}', gpx()])
def test_that_other_files_have_none(content: bytes) -> None:
    assert header_of(content) is None
