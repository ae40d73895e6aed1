"""The failed list as a file: whole or not there at all."""

from __future__ import annotations

import csv
import json
from base64 import b64decode
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from core.broker.ports import Message
from core.failures.failed_json import message_fields
from core.failures.models import FailedFilter
from core.store.failure_actions import FailureActions
from core.store.reader import ResultsReader
from tests.support.failures import NOW_MS, TOO_FAR, failure
from worker.exports.files import ExportError
from worker.failed.export import export_failed

COUNT = 450


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[ResultsReader]:
    url = f"sqlite:///{tmp_path / 'results.db'}"
    records = [
        failure(
            message=Message(
                json.dumps({"type": "run", "userId": f"=Ana {n}", "distance": 5000 + n}).encode(), f"m-{n}"
            ),
            failure_code=TOO_FAR,
            at_ms=NOW_MS + n,
        )
        for n in range(COUNT)
    ]
    with closing(FailureActions(url, by="coach", now_ms=lambda: NOW_MS)) as marks:
        marks.open()
        marks.import_failures(records)
    with closing(ResultsReader(url, now_ms=lambda: NOW_MS)) as reader:
        yield reader


def test_that_rows_are_written_for_a_spreadsheet_and_a_name_is_no_formula(
    reader: ResultsReader, tmp_path: Path
) -> None:
    target = tmp_path / "failed.csv"
    assert export_failed(reader, target, FailedFilter()) == COUNT
    with target.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == COUNT
    assert rows[0]["messageId"] == f"m-{COUNT - 1}", "newest first"
    assert rows[0]["athlete"] == f"'=Ana {COUNT - 1}"
    assert json.loads(rows[0]["body"])["distance"] == 5000 + COUNT - 1


def test_that_whole_messages_are_written_as_json(reader: ResultsReader, tmp_path: Path) -> None:
    target = tmp_path / "failed.json"
    reader.open()
    keys = reader.failed.keys(FailedFilter(None, "m-7 "))[:2]
    assert export_failed(reader, target, FailedFilter(), keys) == 2
    written = json.loads(target.read_text(encoding="utf-8"))
    assert [one["key"] for one in written] == list(keys)
    assert written[0]["tries"][0]["worker"] == "w-1"
    assert export_failed(reader, target, FailedFilter(None, "nobody")) == 0
    assert json.loads(target.read_text(encoding="utf-8")) == []


def test_that_a_body_that_is_no_text_is_written_whole(reader: ResultsReader) -> None:
    reader.open()
    (key,) = reader.failed.keys(FailedFilter(None, f"m-{COUNT - 1}"))
    one = reader.failed.message(key)
    assert one is not None
    assert "bodyBase64" not in message_fields(one)
    raw = b"\xff\x00 raw"
    told = message_fields(replace(one, message=replace(one.message, body=raw)))
    assert b64decode(str(told["bodyBase64"])) == raw


def test_that_a_file_that_cannot_be_written_is_told_and_what_was_there_stays(
    reader: ResultsReader, tmp_path: Path
) -> None:
    with pytest.raises(ExportError, match=r"Could not save failed\.csv: No such file or directory"):
        export_failed(reader, tmp_path / "nowhere" / "failed.csv", FailedFilter())
    target = tmp_path / "failed.json"
    target.write_text("mine")
    with pytest.raises(ExportError, match="stopped"):
        export_failed(reader, target, FailedFilter(), stopped=lambda: True)
    assert target.read_text() == "mine"
    assert sorted(path.name for path in tmp_path.iterdir() if path.suffix in (".json", ".part")) == ["failed.json"]
