"""Reads the JSON objects of a text one by one in bounded memory: from a list, one a line, or over several lines."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

import orjson

from core.codec.json_reader import MAX_BODY_BYTES
from core.parsing.text_file import LineReader, lines_of

MAX_LINES = 5_000  # of one object
_LONGEST_BETWEEN = 64  # characters between two objects of a list
_NOT_CLOSED = "the object that begins here is not closed"
_CUT = "the list is not closed: the file ends early"

_LIST = re.compile(r'\s*(?:\{\s*"workouts"\s*:\s*)?\[')
_MAY_BE_LIST = re.compile(r'\s*(?:\{\s*(?:"[a-z]{0,8}(?:"\s*(?::\s*)?)?)?)?')  # more text follows
_BETWEEN = re.compile(r"[\s,]*")
_STRUCTURE = re.compile(r'[{}\[\]"]')
_IN_TEXT = re.compile(r'["\\\n]')
_END_OF_PLAIN = re.compile(r"[,\]\s]")
_NEXT_ONE = re.compile(r"\}\s*,\s*(?=\{)|\n\s*(?=[{\]])")
# Whole numbers stay texts: only the end of a value is wanted, and Python refuses to read some of them.
_DECODER = json.JSONDecoder(parse_int=str)


@dataclass(frozen=True, slots=True)
class JsonRow:
    """`number`: of its first line, from 1; in a list its position. `text` may be invalid JSON."""

    number: int
    text: str = ""
    problem: str = ""


def json_rows(chunks: Iterator[str]) -> Iterator[JsonRow]:
    """Every object or invalid text in its place, once; empty lines and a comma after an object are skipped.

    A list of objects, `{"workouts": [...]}`, or one object after the other. Invalid text costs its own row, not the
    rows after it.
    """
    head = ""
    while _MAY_BE_LIST.fullmatch(head) and len(head) < MAX_BODY_BYTES and (chunk := next(chunks, None)) is not None:
        head += chunk
    begin = _LIST.match(head)
    if begin is None:
        yield from _from_lines(LineReader(lines_of(chain([head], chunks))))
    else:
        yield from _ListReader(head[begin.end() :], chunks, in_object="{" in begin[0]).rows()


class Nesting:
    """Tracks how deep a text is in objects, lists and strings, piece by piece."""

    def __init__(self) -> None:
        self._open: list[str] = []  # open brackets
        self._in_string = False
        self.is_broken = False  # a line ends inside a string, or brackets do not match
        self._skips = 0  # characters after a backslash at the very end of a piece

    def end_in(self, text: str, at: int = 0) -> int | None:
        """Where in this piece the value is complete; None where more is needed or `is_broken`."""
        at += self._skips
        while (found := (_IN_TEXT if self._in_string else _STRUCTURE).search(text, at)) is not None:
            at, mark = found.end(), found[0]
            if mark == "\\":
                at += 1
                continue
            if mark == '"':
                self._in_string = not self._in_string
            elif mark in "{[":
                self._open.append(mark)
            elif not self._open or self._open.pop() + mark not in ("{}", "[]"):  # no line feed closes one
                self.is_broken = True
                return None
            if not self._open and not self._in_string:
                return at
        self._skips = max(0, at - len(text))
        return None


# --- one after the other ---------------------------------------------------------------------------------------------


def _from_lines(reader: LineReader) -> Iterator[JsonRow]:
    while (line := reader.take()) is not None:
        text = line.strip().removesuffix(",").rstrip()
        if not text:
            continue
        number = reader.number
        if not text.startswith("{") or len(text) > MAX_BODY_BYTES or _is_json(text):
            yield JsonRow(number, text)
        else:
            yield _over_lines(reader, number, line)


def _over_lines(reader: LineReader, number: int, first: str) -> JsonRow:
    """The object that begins in `first`, if it is closed in a later line."""
    nesting, taken, size = Nesting(), [first], len(first)
    line: str | None = first
    while line is not None and nesting.end_in(line) is None and not nesting.is_broken:
        line = reader.take() if len(taken) < MAX_LINES and size <= MAX_BODY_BYTES else None
        if line is not None:
            taken.append(line)
            size += len(line)
            if _begins_a_workout(line):
                line = None
    if line is not None and not nesting.is_broken:
        return JsonRow(number, "".join(taken).strip().removesuffix(",").rstrip())
    if nesting.is_broken and len(taken) == 1:
        return JsonRow(number, first.strip())  # invalid JSON: the body parser reports what is wrong
    reader.give_back(taken[1:])
    _skip_rest(reader)
    where = f" (line {number + len(taken) - 1} ends inside quotes)" if nesting.is_broken else ""
    return JsonRow(number, problem=_NOT_CLOSED + where)


def _skip_rest(reader: LineReader) -> None:
    """To the next line that begins an object: lines before it belong to the unclosed one."""
    while (line := reader.take()) is not None:
        if line.startswith(("{", "[")) or _begins_a_workout(line):
            reader.give_back([line])
            return


def _begins_a_workout(line: str) -> bool:
    """Whether a line by itself is a whole workout, and so not part of another one."""
    text = line.strip().removesuffix(",").rstrip()
    if not text.startswith("{"):
        return False
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        return False
    return "type" in value or "duration" in value


def _is_json(text: str) -> bool:
    try:
        orjson.loads(text)
    except (orjson.JSONDecodeError, UnicodeEncodeError):
        return False
    return True


# --- a list ----------------------------------------------------------------------------------------------------------


class _ListReader:
    def __init__(self, text: str, chunks: Iterator[str], *, in_object: bool) -> None:
        self._text, self._at = text, 0
        self._chunks = chunks
        self._in_object = in_object

    def rows(self) -> Iterator[JsonRow]:
        number, row = 0, None
        while (mark := self._next_mark()) not in ("", "]"):
            number += 1
            row = self._value(number, mark)
            yield row
        if not mark:
            if row is None or not row.problem:  # else it was reported already
                yield JsonRow(number + 1, problem=_CUT)
            return
        self._at += 1
        rest = self._next_mark()
        if self._in_object and rest == "}":
            self._at += 1
            rest = self._next_mark()
        if rest:
            yield JsonRow(number + 1, problem="what follows the end of the list was not read")

    def _next_mark(self) -> str:
        """The first character of the next token; empty at the end."""
        while True:
            found = _BETWEEN.match(self._text, self._at)
            self._at = self._at if found is None else found.end()
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._fill():
                return ""

    def _fill(self) -> bool:
        """Append text to the buffer; False at the end."""
        chunk = next(self._chunks, None)
        self._text, self._at = self._text[self._at :] + (chunk or ""), 0
        return chunk is not None

    def _value(self, number: int, mark: str) -> JsonRow:
        if mark not in '{["':
            return JsonRow(number, self._plain())
        if mark == "{" and (end := self._quick_end()):
            return JsonRow(number, self._take(end))
        nesting, seen = Nesting(), 0
        while True:
            found_end = nesting.end_in(self._text, self._at + seen)
            if found_end is not None:
                return JsonRow(number, self._take(found_end))
            seen = len(self._text) - self._at
            if nesting.is_broken or seen > MAX_BODY_BYTES or not self._fill():
                break
        self._skip_to_next()
        if seen > MAX_BODY_BYTES:
            return JsonRow(number, problem=f"the row is longer than {MAX_BODY_BYTES:,} bytes, or is not closed")
        return JsonRow(number, problem=_NOT_CLOSED)

    def _plain(self) -> str:
        """A number or a word."""
        while (found := _END_OF_PLAIN.search(self._text, self._at)) is None and self._fill():
            pass
        return self._take(len(self._text) if found is None else found.start())

    def _quick_end(self) -> int:
        """Where a value that is complete here ends; 0 where it may continue, or is invalid."""
        try:
            return _DECODER.raw_decode(self._text, self._at)[1]
        except (json.JSONDecodeError, RecursionError):
            return 0

    def _take(self, end: int) -> str:
        text = self._text[self._at : end]
        self._at = end
        return text

    def _skip_to_next(self) -> None:
        """Skip a value that does not end: to what looks like the beginning of another."""
        while (found := _NEXT_ONE.search(self._text, self._at)) is None:
            self._at = max(self._at, len(self._text) - _LONGEST_BETWEEN)
            if not self._fill():
                self._at = len(self._text)
                return
        self._at = found.end()
