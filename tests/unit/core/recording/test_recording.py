"""Reading recordings, whole and cut."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from core.recording import recording as module
from core.recording.lines import RecordingError, header_line, record_line
from core.recording.recording import open_recording
from core.recording.records import RecordedNote
from tests.support.recorded import RECORDS, T0, header, record_to


def test_that_a_recording_is_read_as_it_was_written_and_again(tmp_path: Path) -> None:
    found = open_recording(record_to(tmp_path / "a.rec"))
    assert found.header == header()
    assert found.end_ms == T0
    assert found.find_end() == T0 + 60
    for _ in range(2):
        assert tuple(found.records()) == RECORDS
        assert (found.is_whole, found.dropped, found.skipped, found.end_ms) == (True, 0, 0, T0 + 60)


def test_that_a_cut_at_any_byte_leaves_what_was_before_it(tmp_path: Path) -> None:
    whole = record_to(tmp_path / "a.rec").read_bytes()
    most = 0
    for size in range(len(whole)):
        path = tmp_path / "cut.rec"
        path.write_bytes(whole[:size])
        try:
            found = open_recording(path)
        except RecordingError:
            assert most == 0
            continue
        records = tuple(found.records())
        assert found.find_end() == found.end_ms
        assert records == RECORDS[: len(records)]
        assert len(records) >= most
        assert not found.is_whole or size > len(whole) - 12  # without the check sum and the length of gzip
        most = len(records)


def test_that_damage_ends_it(tmp_path: Path) -> None:
    notes = [RecordedNote(T0, str(3**number)) for number in range(500)]
    path = record_to(tmp_path / "a.rec", notes)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)
    found = open_recording(path)
    records = [*found.records()]
    assert 100 < len(records) < 500
    assert not found.is_whole


def test_that_lines_that_cannot_be_read_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "a.rec"
    path.write_bytes(gzip.compress(header_line(header()) + b"?\n" + record_line(RECORDS[1])))
    found = open_recording(path)
    assert tuple(found.records()) == RECORDS[1:2]
    assert (found.skipped, found.is_whole) == (1, False)


def test_that_a_line_without_end_is_not_kept_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_LINE_BYTES", 10_000)
    path = tmp_path / "bomb.rec"
    path.write_bytes(gzip.compress(header_line(header()) + b"x" * 50_000_000))
    assert path.stat().st_size < 100_000
    assert tuple(open_recording(path).records()) == ()


@pytest.mark.parametrize("content", [b"", b"text", gzip.compress(b"{}\n", mtime=0), gzip.compress(b"", mtime=0)])
def test_that_another_file_is_none(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "other.rec"
    path.write_bytes(content)
    with pytest.raises(RecordingError, match=r"other\.rec: It is not a recording"):
        open_recording(path)


def test_that_a_file_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match=r"none\.rec: It cannot be read \(No such file"):
        open_recording(tmp_path / "none.rec")


def test_that_a_file_that_went_away_is_a_sentence(tmp_path: Path) -> None:
    found = open_recording(record_to(tmp_path / "a.rec"))
    found.path.unlink()
    with pytest.raises(RecordingError):
        next(found.records())
