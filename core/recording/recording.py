"""Reads a recording: what is whole of it, also where its end is missing. Times are milliseconds since the epoch."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from pathlib import Path

from core.recording.lines import MAX_LINE_BYTES, RecordingError, read_header, read_line, time_in
from core.recording.records import Record, RecordingHeader

GZIP = 31  # window bits of zlib for the format of gzip
_READ_BYTES = 4_096  # damage costs as much before it
_MOST_AT_ONCE = 1_048_576


class Recording:
    """Made by `open_recording`. `records` may be called again; the others are of its last whole pass."""

    def __init__(self, path: Path, header: RecordingHeader) -> None:
        self.path, self.header = path, header
        self.end_ms = header.began_ms  # of the last record
        self.is_whole = False  # its end was read: recording ended in order
        self.dropped = 0  # events that the recorder had no time to write
        self.skipped = 0  # lines and events that could not be read

    def find_end(self) -> int:
        """When it ends, by the times of its lines alone, which is much quicker than reading them. RecordingError."""
        times = (time_in(line) for line in read_lines(self.path))
        return max((at_ms for at_ms in times if at_ms is not None), default=self.header.began_ms)

    def records(self) -> Iterator[Record]:
        """In the order in which they happened. RecordingError where the file cannot be read any more."""
        self.is_whole, self.dropped, self.skipped = False, 0, 0
        lines = read_lines(self.path)
        next(lines, b"")  # the header
        for line in lines:
            found = read_line(line)
            self.skipped += found.skipped
            if found.end_ms is not None:
                self.is_whole, self.dropped = True, found.dropped
                self.end_ms = max(self.end_ms, found.end_ms)
            elif found.record is not None:
                self.end_ms = max(self.end_ms, found.record.at_ms)
                yield found.record


def open_recording(path: Path) -> Recording:
    """RecordingError, with the name of the file, for one that is no recording or cannot be read."""
    try:
        first = next(read_lines(path), b"")
        return Recording(path, read_header(first))
    except RecordingError as error:
        raise RecordingError(f"{path}: {error}") from None


def read_lines(path: Path) -> Iterator[bytes]:
    """Whole lines. What follows a cut, or bytes that are damaged, is left out. RecordingError: it cannot be opened."""
    try:
        with path.open("rb") as file:
            yield from _lines_of(iter(lambda: file.read(_READ_BYTES), b""))
    except OSError as error:
        raise RecordingError(f"It cannot be read ({error.strerror}).") from None


def _lines_of(chunks: Iterator[bytes]) -> Iterator[bytes]:
    rest = b""
    for text in _unzipped(chunks):
        *lines, rest = (rest + text).split(b"\n")
        yield from lines
        if len(rest) > MAX_LINE_BYTES:
            return


def _unzipped(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """A little at a time, however much a few bytes may stand for."""
    unzip = zlib.decompressobj(GZIP)
    for chunk in chunks:
        left = chunk
        while left:
            try:
                yield unzip.decompress(left, _MOST_AT_ONCE)
            except zlib.error:
                return
            left = unzip.unconsumed_tail
        if unzip.eof:
            return
