"""A file or a pipe that is read once, and whose content can be asked for before it has been read to the end."""

from __future__ import annotations

import hashlib
import io
from tempfile import SpooledTemporaryFile
from typing import IO, BinaryIO

from core.parsing.text_file import CHUNK_BYTES as TEXT_CHUNK_BYTES

CHUNK_BYTES = 1_048_576
IN_MEMORY_BYTES = 8_388_608  # of the rest of a pipe; more of it goes into a temporary file


class InputFile:
    """Of one thread. Methods raise OSError as the file does."""

    def __init__(self, file: BinaryIO) -> None:
        """`file` is buffered, as `open` and standard input give it."""
        self._file = file
        self._hash = hashlib.sha256()
        self._rest: IO[bytes] | None = None
        self._start = file.tell() if file.seekable() else None
        self._head = b""  # looked at, not read yet

    def peek(self, size: int) -> bytes:
        """The first bytes, at least so many unless the file ends before; they are read again."""
        # With what comes along: the encoding of a text is guessed from the first bytes that `read1` gives.
        while len(self._head) < size and (chunk := self._next(TEXT_CHUNK_BYTES)):
            self._head += chunk
        return self._head

    def whole(self, most: int | None = None) -> IO[bytes]:
        """All of it, or the first `most` bytes or some more, as a file at its beginning. A large one is on disk."""
        copy: IO[bytes] = SpooledTemporaryFile(max_size=IN_MEMORY_BYTES)  # noqa: SIM115 - of the caller
        while (most is None or copy.tell() < most) and (chunk := self.read1(CHUNK_BYTES)):
            copy.write(chunk)
        copy.seek(0)
        return copy

    def read1(self, size: int = -1, /) -> bytes:
        """What is there; empty at the end only."""
        head, self._head = self._head, b""
        return head or self._next(size)

    def _next(self, size: int) -> bytes:
        if self._rest is not None:
            return self._rest.read(size)
        assert isinstance(self._file, io.BufferedIOBase)
        chunk = self._file.read1(size)
        if self._start is None:
            self._hash.update(chunk)
        return chunk

    def digest(self) -> bytes:
        """SHA-256 of all of it. Waits for the end of a pipe; what was not read yet can still be read."""
        if self._start is None:
            self._rest = self._rest or self._read_to_end()
            return self._hash.digest()
        here = self._file.tell()
        self._file.seek(self._start)
        whole = hashlib.sha256()
        while chunk := self._file.read(CHUNK_BYTES):
            whole.update(chunk)
        self._file.seek(here)
        return whole.digest()

    def close(self) -> None:
        """The file itself belongs to the caller."""
        if self._rest is not None:
            self._rest.close()

    def _read_to_end(self) -> IO[bytes]:
        rest: IO[bytes] = SpooledTemporaryFile(max_size=IN_MEMORY_BYTES)  # noqa: SIM115 - closed by `close`
        while chunk := self._file.read(CHUNK_BYTES):
            self._hash.update(chunk)
            rest.write(chunk)
        rest.seek(0)
        return rest
