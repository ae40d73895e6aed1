"""The lines that a console and its processes tell each other."""

from __future__ import annotations

from io import BytesIO

import pytest
from pydantic import BaseModel

from core.errors import SettingError
from worker.demo.lines import line_of, read_line


class _Said(BaseModel):
    count: int
    word: str | None = None


def _read(line: bytes, most_bytes: int = 100) -> _Said | None:
    return read_line(BytesIO(line), _Said, most_bytes, "saying")


def test_that_a_line_is_read_as_it_was_written() -> None:
    said = _Said(count=3, word="two\nlines")
    assert line_of(said).count(b"\n") == 1
    assert _read(line_of(said)) == said
    assert line_of(_Said(count=3)) == b'{"count":3}\n'


def test_that_a_line_without_an_end_is_the_end() -> None:
    assert _read(b"") is None
    assert _read(b'{"count":3}') is None
    assert _read(b'{"count":3}' + b" " * 100 + b"\n") is None


def test_that_what_is_no_line_is_named() -> None:
    with pytest.raises(SettingError, match=r"This is no saying: .*what"):
        _read(b"what?\n")
