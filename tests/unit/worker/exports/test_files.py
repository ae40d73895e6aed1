"""Files of exports: complete or not there, and safe in a spreadsheet."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest

from worker.exports.files import BOM, STOPPED, ExportError, complete_file, need_running, write_objects, write_table


def test_that_a_table_begins_with_a_mark_and_its_titles_and_has_no_formula() -> None:
    file = StringIO(newline="")
    assert write_table(file, [{"b": "=1+1", "a": -2.5}, {"a": None, "b": "é, x"}], ["a", "b"]) == 2
    assert file.getvalue() == f'{BOM}a,b\n-2.5,\'=1+1\n,"é, x"\n'


@pytest.mark.parametrize("objects", [[], [{"a": "é"}], [{"a": 1}, {"a": None}]])
def test_that_objects_are_a_json_array(objects: list[dict[str, object]]) -> None:
    file = StringIO()
    assert write_objects(file, objects) == len(objects)
    assert json.loads(file.getvalue()) == objects


def test_that_what_was_there_stays_when_the_writing_fails(tmp_path: Path) -> None:
    target = tmp_path / "a.csv"
    target.write_text("mine")
    with pytest.raises(ExportError, match=STOPPED):
        _write_half(target)
    assert target.read_text() == "mine"
    assert list(tmp_path.iterdir()) == [target]
    with pytest.raises(ExportError, match=r"Could not save a\.csv"):
        _write_half(tmp_path / "nowhere" / "a.csv")


def _write_half(path: Path) -> None:
    with complete_file(path) as file:
        file.write("half")
        need_running(lambda: True)
