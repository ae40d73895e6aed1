from __future__ import annotations

import io
import zipfile
from datetime import date, datetime, time, timedelta

import pytest

from core.errors import SettingError
from core.files import xlsx as module
from core.files.xlsx import SheetTable, cell_text
from tests.support.activity_files import text_cell, xlsx

HEAD = f'<row r="2">{text_cell("B2", "Sport")}{text_cell("C2", "Start")}{text_cell("D2", "Duration")}</row>'


def table_of(content: bytes) -> SheetTable:
    return SheetTable(io.BytesIO(content))


def refusal(content: bytes) -> str:
    with pytest.raises(SettingError) as caught:
        table_of(content)
    return str(caught.value)


def test_that_the_cells_are_texts_as_a_csv_has_them() -> None:
    values = '<c r="C3" s="1"><v>46000.75</v></c><c r="D3" s="2"><v>0.03125</v></c>'
    row = f'<row r="3">{text_cell("B3", "Yoga")}{values}</row>'
    table = table_of(xlsx(HEAD + row + '<row r="4"/><row r="5"><c r="B5"><v>1</v></c></row>'))
    assert table.header == ["Sport", "Start", "Duration"]
    assert table.description == "read as XLSX, sheet Week"
    assert [(one.line, list(one.cells)) for one in table.records(lambda cells: True, print)] == [
        (3, ["Yoga", "2025-12-09 18:00:00", "0:45:00"]),
        (5, ["1", "", ""]),
    ]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (True, "true"),
        (45.0, "45"),
        (5.25, "5.25"),
        (1e21, "1000000000000000000000"),
        ("a", "a"),
        (timedelta(hours=30, seconds=1), "30:00:01"),
        (timedelta(seconds=-90), "-0:01:30"),
        (datetime(2025, 12, 9), "2025-12-09"),
        (datetime(2025, 12, 9, 18, 30, 5), "2025-12-09 18:30:05"),
        (date(2025, 12, 9), "2025-12-09"),
        (time(0, 45), "00:45:00"),
    ],
)
def test_that_a_value_is_written_as_people_do(cell: object, text: str) -> None:
    assert cell_text(cell) == text


def test_that_a_hidden_or_empty_sheet_has_no_table() -> None:
    assert "no sheet with cells" in refusal(xlsx(HEAD, state="hidden"))
    assert "no sheet with cells" in refusal(xlsx(""))


def test_that_cells_far_apart_do_not_fill_the_memory() -> None:
    far = "more than 5,000,000 cells"
    assert far in refusal(xlsx(HEAD + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'))
    assert far in refusal(xlsx(HEAD + '<row r="9999999">' + "<c/>" * 600 + "</row>"))
    assert far in refusal(xlsx(HEAD + '<row r="x"/><row><c r="a9999999"/></row>'))


def test_that_a_zip_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_UNPACKED_BYTES", 2_097_152)
    packed = xlsx(HEAD, parts={"xl/bomb.xml": b"<a>" + b"<b></b>" * 3_000_000 + b"</a>"})
    assert len(packed) < 100_000
    assert "larger than 2 MB" in refusal(packed)
    half = b"<a>" + b"<b/>" * 300_000 + b"</a>"
    assert "larger than 2 MB" in refusal(xlsx(HEAD, parts={"xl/1.xml": half, "xl/2.xml": half}))
    assert table_of(xlsx(HEAD, parts={"xl/media/image.png": bytes(30_000_000)})).header  # not taken along


def test_that_entities_in_a_part_are_refused() -> None:
    evil = b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'
    assert "not allowed" in refusal(xlsx(HEAD, parts={"xl/sharedStrings.xml": evil}))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_that_what_is_no_workbook_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = "not an XLSX file that can be read"
    assert wrong in refusal(b"PK\3\4" + bytes(100))
    assert wrong in refusal(xlsx(HEAD)[:-30])
    only = io.BytesIO()
    with zipfile.ZipFile(only, "w") as archive:
        archive.writestr("word/document.xml", "<a/>")
    assert wrong in refusal(only.getvalue())
    with zipfile.ZipFile(only, "a") as archive:
        archive.writestr("word/document.xml", "<a/>")
    assert "two of one name" in refusal(only.getvalue())
    monkeypatch.setattr(module, "MAX_PACKED_BYTES", 100)
    assert "larger than 0 MB" in refusal(xlsx(HEAD))
