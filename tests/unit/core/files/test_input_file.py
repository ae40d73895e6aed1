"""A file or a pipe whose content is asked for before it has been read to the end."""

from __future__ import annotations

import hashlib
import io
import os
from pathlib import Path

import pytest

from core.files import input_file
from core.files.input_file import InputFile

CONTENT = b"type,duration\n" + b"Running,45\n" * 500


def rest(file: InputFile) -> bytes:
    return b"".join(iter(lambda: file.read1(100), b""))


def test_that_a_file_is_hashed_whole_and_read_on_where_it_was(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(CONTENT)
    with path.open("rb") as opened:
        file = InputFile(opened)
        first = file.read1(20)
        assert file.digest() == hashlib.sha256(CONTENT).digest()
        assert first + rest(file) == CONTENT
        assert file.digest() == hashlib.sha256(CONTENT).digest()


@pytest.mark.parametrize("in_memory", [10, 1_000_000])
def test_that_a_pipe_is_hashed_whole_and_read_on_where_it_was(in_memory: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(input_file, "IN_MEMORY_BYTES", in_memory)
    source, sink = os.pipe()
    os.write(sink, CONTENT)
    os.close(sink)
    with open(source, "rb") as pipe:  # noqa: PTH123 - a descriptor
        file = InputFile(pipe)
        first = file.read1(20)
        assert file.digest() == hashlib.sha256(CONTENT).digest()
        assert first + rest(file) == CONTENT
        assert file.digest() == hashlib.sha256(CONTENT).digest()
        file.close()


def test_that_what_was_read_before_is_no_part_of_it() -> None:
    whole = io.BytesIO(b"before" + CONTENT)
    whole.seek(6)
    assert InputFile(whole).digest() == hashlib.sha256(CONTENT).digest()
