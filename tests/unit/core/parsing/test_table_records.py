"""Records of a table, and what quotes do to them."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.parsing.table_records import TableRecord, records
from core.parsing.text_file import MAX_LINE, LineReader, lines_of

CELLS = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from('",;\t\n\r |'), max_size=12)


def is_row(cells: Sequence[str]) -> bool:
    return len(cells) == 3 and cells[1].strip().isdecimal()


def read(text: str, delimiter: str = ",") -> list[TableRecord]:
    return list(records(LineReader(lines_of(iter([text]))), delimiter, is_row))


def verdicts(text: str) -> list[tuple[int, bool]]:
    return [(record.line, not record.problem) for record in read(text)]


def test_that_a_stray_quote_costs_its_own_row_only() -> None:
    found = read('Running,45,ok\nYoga,30,"oops\nRunning,46,fine\nCycling,60,"said ""hi"""\n')
    assert [(record.line, bool(record.problem)) for record in found] == [(1, False), (2, True), (3, False), (4, False)]
    assert "never closed" in found[1].problem
    assert found[3].cells == ["Cycling", "60", 'said "hi"']


def test_that_cells_over_several_lines_work() -> None:
    (one, two) = read('Running,45,"warm up, 10 min\nmain, 20\n"\n"a\nb",30,x\n')
    assert one.cells == ["Running", "45", "warm up, 10 min\nmain, 20\n"]
    assert (two.line, two.cells) == (4, ["a\nb", "30", "x"])


def test_that_two_stray_quotes_do_not_swallow_the_rows_between_them() -> None:
    text = 'Running,45,"easy\nYoga,30,x\nYoga,31,y\nRowing,20,calm"\nRunning,50,z\n'
    assert verdicts(text) == [(1, False), (2, False), (3, False), (4, False), (5, True)]
    assert "lines 2 to 4" in read(text)[0].problem
    assert verdicts('Running,45,"easy\nYoga,30,calm"\nRunning,50,z\n') == [(1, False), (2, False), (3, True)]


def test_that_a_quote_is_named_where_it_stands_in_a_record_of_several_lines() -> None:
    found = read('Running,"a\nb","open\nYoga,30,x\n')
    assert [record.line for record in found] == [1, 3]
    assert "on line 2" in found[0].problem


@pytest.mark.parametrize(
    "row",
    ['Running,45,"he said "hi" to me"', 'Running,45,"a" b', '"Running"x,45,', 'Running,45,"a"" b'],
)
def test_that_a_quote_that_is_not_doubled_costs_its_own_row(row: str) -> None:
    assert verdicts(f"{row}\nYoga,30,x\n") == [(1, False), (2, True)]


def test_that_quotes_inside_other_cells_are_characters() -> None:
    assert read('Running,45,12" pipe\n')[0].cells == ["Running", "45", '12" pipe']
    assert read('Running, "a, b" , 45\n')[0].cells == ["Running", "a, b", " 45"]
    assert read('Running," a",""\n')[0].cells == ["Running", " a", ""]
    assert read('a, "b"\n')[0].cells == ["a", "b"]
    assert read('a, "b",\n')[0].cells == ["a", "b", ""]
    assert read('a, "b" c\n')[0].problem
    assert read('a, "",b\n')[0].cells == ["a", "", "b"]


def test_that_a_file_cut_inside_quotes_has_a_verdict() -> None:
    assert verdicts('Running,45,a\nRunning,45,"my no') == [(1, True), (2, False)]
    (cut,) = read("Running,4")
    assert cut.is_cut
    assert not read("Running,4\n")[0].is_cut
    assert read('Running,"4\n5"')[0].is_cut


def test_that_an_open_quote_is_followed_so_far_and_no_further() -> None:
    many = '"open\n' + "x\n" * 600
    assert len(read(many)) == 601
    wide = '"open\n' + ("y" * 30_000 + "\n") * 10
    assert len(read(wide)) == 11


def test_that_a_line_too_long_is_refused_by_its_length() -> None:
    (long, after) = read("x" * 65_537 + "\nRunning,45,x\n")
    assert "longer than 65,536 bytes" in long.problem
    assert after.cells == ["Running", "45", "x"]


def test_that_blank_rows_are_nothing() -> None:
    assert read("\n , ,\n,,\n") == []


def lined(cell: str) -> str:
    return cell.replace("\r\n", "\n").replace("\r", "\n").strip()


def written(table: Sequence[Sequence[str]], dialect: str) -> str:
    file = io.StringIO(newline="")
    csv.writer(file, dialect=dialect).writerows(table)
    return file.getvalue()


@given(st.lists(st.lists(CELLS, min_size=2, max_size=4), max_size=5), st.sampled_from(csv.list_dialects()))
@example([["a", '"'], ["\n", "b"]], "excel")
def test_that_every_row_that_python_writes_comes_back_once(table: list[list[str]], dialect: str) -> None:
    delimiter = csv.get_dialect(dialect).delimiter
    found = list(records(LineReader(lines_of(iter([written(table, dialect)]))), delimiter, lambda cells: False))
    # One line break may have become another, and spaces around do not count.
    assert [[lined(cell) for cell in record.cells] for record in found] == [
        [lined(cell) for cell in row] for row in table if any(cell.strip() for cell in row)
    ]
    assert not any(record.problem for record in found)


@given(st.text(st.sampled_from('ab1",\n ;'), max_size=60))
def test_that_whatever_stands_in_a_file_every_line_has_its_verdict(text: str) -> None:
    found = read(text)
    covered = [record.line for record in found]
    assert covered == sorted(set(covered))
    by_line = dict.fromkeys(covered)
    for number, line in enumerate(text.split("\n"), 1):
        inside = any(r.line < number < r.line + len(r.lines) for r in found)
        assert number in by_line or inside or not line.strip(" ,") or not line.replace('"', "").strip(" ,")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('Run,45,"a" b\n', "a quote stands inside a quoted cell: "),
        ('Run,45,"a" b\nYoga,30,x\n', "a quote stands inside a quoted cell: "),
        ('"a" b,45,x\n', "a quote stands inside a quoted cell: "),
        ('"a\nYoga,30,x\nb",45,"c\nRun,46,y\n', "the quote that opens a cell is never closed on line 3: "),
        ('Run,45,"a\n', "the quote that opens a cell is never closed: "),
        ('Run,45,"a\nb" c\n', "the quote that opens a cell is never closed: "),
        ('Run,"a\nb","c" d\n', "a quote stands inside a quoted cell on line 2: "),
        ('Run,45,"easy\nYoga,30,calm"\n', "a quoted cell takes in line 2, which looks like a row: "),
    ],
)
def test_that_the_sentence_says_what_is_wrong_with_the_quote(text: str, problem: str) -> None:
    assert read(text)[0].problem.startswith(problem)


def test_that_a_refused_record_keeps_its_lines() -> None:
    oops = read('Run,45,"oops\nYoga,30,x\n')[0]
    assert (oops.lines, oops.is_cut) == (['Run,45,"oops\n'], False)
    assert read('Run,"a\nb","c" d\nYoga,30,x\n')[0].lines == ['Run,"a\n', 'b","c" d\n']
    long = "x" * MAX_LINE + "\n"
    assert read(long)[0].lines == (long,)


@pytest.mark.parametrize(("length", "refused"), [(65_536, False), (65_537, True)])
def test_that_a_line_has_a_longest_length(length: int, refused: bool) -> None:
    (record,) = read("x" * length + "\n")
    assert bool(record.problem) is refused


@pytest.mark.parametrize(("count", "refused"), [(200, False), (201, True)])
def test_that_a_record_has_at_most_two_hundred_lines(count: int, refused: bool) -> None:
    record = read('"' + "x\n" * (count - 1) + '"\n')[0]
    assert bool(record.problem) is refused


def test_that_a_record_over_long_lines_is_not_followed_beyond_the_longest_row() -> None:
    found = read('"' + ("y" * 40_000 + "\n") * 2 + 'z"\n')
    assert [record.line for record in found] == [1, 2, 3]
    assert found[0].problem
    longest = '"' + "y" * 65_534 + "\n"
    assert [record.problem for record in read(f'{longest}z"\n')] == [""]
    assert [bool(record.problem) for record in read(f'"y{longest[1:]}z"\n')] == [True, False]


def test_that_a_record_keeps_its_lines_and_where_its_first_one_leaves_a_cell_open() -> None:
    plain, quoted, several = read('Run,45,x\nRun,"46",y\nRun,47,"a\nb"\n')
    assert (plain.lines, plain.open_column) == (("Run,45,x\n",), 0)
    assert (quoted.lines, quoted.open_column) == (['Run,"46",y\n'], 0)
    assert (several.lines, several.open_column) == (['Run,47,"a\n', 'b"\n'], 2)


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ('Running,"5 x\n10, 20, 30"\n', ["Running", "5 x\n10, 20, 30"]),  # as many commas, but from another column
        ('Running,45,"easy\nmain, 45 min, calm"\n', ["Running", "45", "easy\nmain, 45 min, calm"]),
    ],
)
def test_that_a_note_is_no_row_for_the_commas_in_its_last_line(text: str, cells: list[str]) -> None:
    assert [record.cells for record in read(text)] == [cells]


def test_that_an_empty_first_cell_before_a_quote_is_a_cell() -> None:
    assert read(', "b",1\n')[0].cells == ["", "b", "1"]
