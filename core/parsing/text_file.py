"""Decodes a text file to text and lines, in the encodings that spreadsheets and shells write."""

from __future__ import annotations

import codecs
import re
from collections import deque
from collections.abc import Iterator
from typing import Protocol

from core.errors import SettingError
from core.workouts.validation_errors import quoted

CHUNK_BYTES = 65_536
MAX_ROW = 65_536  # characters; no body may have more bytes
MAX_LINE = MAX_ROW + 2  # including its end; of a longer line one more is kept, which shows that it was longer
UTF_8, CP1252 = "utf-8", "cp1252"
LONE = "\udc80"  # stands for undecodable bytes; no body may contain it, so its row is refused

# The longer ones first: the mark of UTF-32 begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LOOKED_AT = 64  # bytes, for UTF-16 without a byte order mark
_QUOTED_OR_END = re.compile(r'"[^"]*"|([\r\n])')
_MOST_BLANK = 1_048_576  # bytes
_BLANK = b" \t\r\n\0\xef\xbb\xbf\xff\xfe"


class Readable(Protocol):
    """An open file or a pipe. `read1` returns what is available, empty only at the end."""

    def read1(self, size: int = -1, /) -> bytes: ...


class TextFile:
    """Read once, from the beginning. `encoding` is what was given, or guessed from the first bytes."""

    def __init__(self, file: Readable, encoding: str | None = None) -> None:
        """SettingError for an unknown encoding."""
        self._file = file
        self._head = _head(file)
        self.is_guessed = encoding is None
        self.encoding = _guess(self._head) if encoding is None else _checked(encoding, self._head)
        self._codec = self.encoding  # of all of it: what turns out to be CP1252 is decoded again, line by line
        self._decided = not (self.is_guessed and self.encoding == UTF_8)

    @property
    def first_character(self) -> str:
        """The first that is no white space; empty where there is none in the first megabyte."""
        return self._head.decode(self._codec, errors="replace").lstrip("\ufeff \t\r\n")[:1]

    @property
    def is_archive(self) -> bool:
        """A ZIP file, which is how spreadsheets save their own formats."""
        return self._head.startswith(b"PK\x03\x04")

    def chunks(self) -> Iterator[str]:
        """The text, as it is read. Undecodable bytes become lone surrogates."""
        decoder = codecs.getincrementaldecoder(self._codec)(_errors(self._codec))
        chunk, self._head = self._head, b""
        try:
            while chunk:
                yield decoder.decode(chunk)
                chunk = self._file.read1(CHUNK_BYTES)
            yield decoder.decode(b"", final=True)
        except UnicodeError:  # for a codec that cannot continue after a wrong byte
            raise SettingError(f"It cannot be read as {self._codec}; say another --encoding.") from None

    def lines(self) -> Iterator[str]:
        """Each line ending in one line feed; the last one may have none.

        A guessed UTF-8 becomes CP1252 at the first non-ASCII line that is not UTF-8.
        """
        for line in lines_of(self.chunks()):
            yield line if line.isascii() else self._read_again(line)

    def decide(self) -> None:
        """Decide from the first bytes whether a guessed UTF-8 is CP1252."""
        text = self._head.decode(UTF_8, errors="surrogateescape") if not self._decided else ""
        for line in text.splitlines(keepends=True):
            # A line without an end may be cut in the middle of a character.
            if not line.isascii() and line.endswith(("\n", "\r")):
                self._decide(line)
                return

    def _read_again(self, line: str) -> str:
        if not self._decided:
            self._decide(line)
        if self.encoding != CP1252 or not self.is_guessed:
            return line
        raw = line.encode(UTF_8, errors="surrogateescape")
        return raw.decode(CP1252, errors="surrogateescape")

    def _decide(self, line: str) -> None:
        self._decided = True
        if not is_text(line):
            self.encoding = CP1252


def is_text(text: str) -> bool:
    """Whether no byte of it was undecodable."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


class LineReader:
    """Lines one by one, which can be pushed back. `number` is that of the last one read, from 1."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._given_back: deque[str] = deque()
        self.number = 0

    def take(self) -> str | None:
        line = self._given_back.popleft() if self._given_back else next(self._lines, None)
        self.number += line is not None
        return line

    def give_back(self, lines: list[str]) -> None:
        """Push back the last lines read, in their order."""
        self._given_back.extendleft(reversed(lines))
        self.number -= len(lines)


def _head(file: Readable) -> bytes:
    """Enough to guess by, and no more than a slow pipe's first line."""
    head = b""
    while len(head) < _MOST_BLANK and not _says_enough(head) and (chunk := file.read1(CHUNK_BYTES)):
        head += chunk
    return head


def _says_enough(head: bytes) -> bool:
    said = head.lstrip(_BLANK)
    return len(said) >= _LOOKED_AT or b"\n" in said or b"\r" in said


def _guess(head: bytes) -> str:
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding
    first = head[:_LOOKED_AT]
    if _is_mostly_nul(first[1::2]) and any(first[::2]):
        return "utf-16-le"
    if _is_mostly_nul(first[::2]) and any(first[1::2]):
        return "utf-16-be"
    return UTF_8


def _is_mostly_nul(half: bytes) -> bool:
    return len(half) > 1 and half.count(0) > len(half) / 2


def _checked(encoding: str, head: bytes) -> str:
    try:
        name = codecs.lookup(encoding).name
        b"a".decode(name)
    except UnicodeDecodeError:
        pass  # of two bytes at least
    except (LookupError, ValueError):
        raise SettingError(f"--encoding {quoted(encoding)} is not known; try utf-8, cp1252 or utf-16.") from None
    # The byte order mark is not part of the text, whether the encoding was given or guessed.
    marked = {"utf-8": "utf-8-sig", "utf-16-le": "utf-16", "utf-16-be": "utf-16"}.get(name)
    return marked if marked is not None and _guess(head) == marked else name


def _errors(encoding: str) -> str:
    if encoding in (UTF_8, "utf-8-sig", CP1252):
        return "surrogateescape"
    codecs.register_error("paceline.lone", _as_lone)
    return "paceline.lone"


def _as_lone(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)  # nothing is encoded here
    return LONE, error.end


def lines_of(chunks: Iterator[str]) -> Iterator[str]:
    """Lines that end with a line feed, whichever end they had; a line longer than MAX_LINE is cut to one character
    more.

    A carriage return alone is a line end if the first line ends with one; otherwise it is a character of its line.
    """
    rest, first_end = "", ""
    for chunk in chunks:
        text = rest + chunk
        # A carriage return at the very end may be half of a line end.
        held = "\r" if text.endswith("\r") else ""
        text = text[: len(text) - len(held)].replace("\r\n", "\n")
        first_end = first_end or next((end for end in _QUOTED_OR_END.findall(text) if end), "")
        *whole, rest = (text.replace("\r", "\n") if first_end == "\r" else text).split("\n")
        for line in whole:
            yield line[: MAX_LINE + 1] + "\n"
        rest = rest[: MAX_LINE + 1] + held
    if rest:
        yield rest.removesuffix("\r") + ("\n" if rest.endswith("\r") else "")
