"""Parses sets as a coach types them: `3x10@40`, `10@40, 8@45`, `Squat 3x10@40; Bench 5x5@60 lb`."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

from core.errors import EntryError
from core.parsing.fields import weight_unit
from core.parsing.units import to_kg
from core.workouts.limits import SET_DISTANCE_M, SET_DURATION_S, SET_REPS, SET_WEIGHT_KG, Bounds
from core.workouts.model import MAX_SETS
from core.workouts.validation_errors import quoted

SetFields = dict[str, object]  # one set, as in a body
EXAMPLE = "3x10@40"
MAX_CHARACTERS = 65_536  # of a body; sets are never longer as text
MAX_BODY_BYTES = 48 * 1024  # of the sets in a body of 64 KiB
MAX_EXERCISE = 100  # characters

_TIMES = dict.fromkeys("×✕✖⨯∗*", "x")
_FULL_WIDTH = range(0xFF01, 0xFF5F)
# A comma between digits is a decimal mark, unless what follows it is a set of its own: `10@40,8@45`.
_NUMBER = r"(?:\d+(?:\.\d+|,\d+(?!\d|\s*[xX@]))?|\.\d+)"
_UNIT_WORD = r"(?:m|met(?:er|re)s?|s|secs?|seconds?|min|mins|minutes?)\b"
_SET = re.compile(
    r"(?:(?P<count>\d+)\s*[xX]\s*)?"
    rf"(?:(?P<reps>\d+)(?!\d|\.\d|:\d|(?:,\d+)?\s*{_UNIT_WORD})(?:\s*reps?\b)?)?"
    rf"(?:\s*(?P<meters>{_NUMBER})\s*m(?:et(?:er|re)s?)?\b)?"
    rf"(?:\s*(?:(?P<min>\d+):(?P<sec>[0-5]\d)(?!\d)|(?P<time>{_NUMBER})\s*(?P<unit>s(?:ec(?:ond)?s?)?|min(?:ute)?s?)\b))?"
    rf"(?:\s*(?:@|(?<=\d)\s*[xX](?=\s*\d))\s*(?P<weight>{_NUMBER})\s*(?P<weight_unit>[^\W\d_]+)?)?"
    r"\s*(?=[,;]|$)",
    re.ASCII,
)
_NOTHING = re.compile(r"-\s*(?=[,;]|$)")
_QUOTED = re.compile(r'"((?:[^"]|"")*)"\s*:?\s*')
_NAME = re.compile(r'([^";]*?)\s*:?\s+(?=\d|\.\d|@\s*\.?\d|-\s*(?:[,;]|$))', re.ASCII)
_PIECE = re.compile(r"[^,;]*")
_LACKS_REPS = re.compile(r"\d+\s*[xX]\s*(?:@.*)?", re.ASCII)


def parse_sets(text: str, unit: str = "kg") -> tuple[SetFields, ...]:
    """The sets of a text, in body fields; a weight without a unit of its own is in `unit`, kg or lb. EntryError.

    Sets are `[count x] repetitions [@ weight]`, or seconds (`8x20s`, `1:30`) or metres (`6x400m`) in their place; they
    are divided by commas, exercises by semicolons or lines. A text that begins with `[` is JSON, as in a body.
    """
    if len(text) > MAX_CHARACTERS:
        raise EntryError(f"That is longer than {MAX_CHARACTERS:,} characters.")
    found = tuple(_json_sets(text) if text.lstrip().startswith("[") else _Scan(text, unit).sets())
    size = len(json.dumps(found, ensure_ascii=False).encode("utf-8", "replace"))
    if size > MAX_BODY_BYTES:
        raise EntryError("That is too much for one workout; shorten the names of the exercises.")
    return found


def _json_sets(text: str) -> list[SetFields]:
    """Objects, whatever they have: the workout refuses what is no set."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise EntryError(f"This is no JSON list of sets; type sets such as {EXAMPLE}.")
    if len(found) > MAX_SETS:
        raise EntryError(_too_many())
    return found


@dataclass(slots=True)
class _Scan:
    """`plain` has the length of `text`, with ASCII digits and marks: names are cut out of `text`."""

    text: str
    unit: str
    plain: str = ""
    at: int = 0
    exercise: str = ""
    _found: list[SetFields] = field(default_factory=list)

    def sets(self) -> list[SetFields]:
        self.plain = "".join(map(_plain, self.text))
        while (at := self._next()) < len(self.plain):
            mark = self.plain[at]
            if mark == ";":
                self.exercise = ""
                self.at += 1
            elif mark == ",":
                self.at += 1
            else:
                if mark == '"' or mark.isalpha():
                    self._take_exercise()
                self._take_sets()
        if not self._found:
            raise EntryError(f"Type sets such as {EXAMPLE}.")
        return self._found

    def _next(self) -> int:
        while self.at < len(self.plain) and self.plain[self.at] == " ":
            self.at += 1
        return self.at

    def _take_exercise(self) -> None:
        is_quoted = self.plain[self.at] == '"'
        found = (_QUOTED if is_quoted else _NAME).match(self.plain, self.at)
        if found is None:
            if is_quoted:
                raise EntryError("The name of an exercise lacks its second quotation mark.")
            raise EntryError(_lacks_sets(self._piece()))
        name = self.text[found.start(1) : found.end(1)]
        self.exercise = name.replace('""', '"') if is_quoted else " ".join(name.split())
        if len(self.exercise) > MAX_EXERCISE:
            raise EntryError(f"{quoted(self.exercise)} is longer than {MAX_EXERCISE} characters.")
        self.at = found.end()

    def _take_sets(self) -> None:
        found = _SET.match(self.plain, self.at)
        if found is None or found.end() == self.at:
            nothing = _NOTHING.match(self.plain, self.at)
            if nothing is None:
                raise EntryError(self._why_none())
            self.at = nothing.end()
            self._add(1, {})
            return
        piece = self.plain[self.at : found.end()].strip()
        if found["count"] and not any(found.group("reps", "meters", "min", "time")):
            raise EntryError(_lacks_repetitions(piece))
        self.at = found.end()
        self._add(int(found["count"] or 1), dict(self._parts(found, piece)))

    def _parts(self, found: re.Match[str], piece: str) -> Iterator[tuple[str, float]]:
        if found["reps"]:
            yield "reps", _within(SET_REPS, int(found["reps"]), piece, "repetitions")
        if found["weight"]:
            unit = weight_unit(found["weight_unit"]) if found["weight_unit"] else self.unit
            yield "weight", _within(SET_WEIGHT_KG, to_kg(_number(found["weight"]), unit), piece, "weight")
        if found["min"] or found["time"]:
            yield "seconds", _within(SET_DURATION_S, _seconds(found), piece, "time")
        if found["meters"]:
            yield "meters", _within(SET_DISTANCE_M, _number(found["meters"]), piece, "distance")

    def _add(self, count: int, parts: SetFields) -> None:
        if not count:
            raise EntryError("The number of sets is at least 1.")
        if len(self._found) + count > MAX_SETS:
            raise EntryError(_too_many())
        named: SetFields = {"exercise": self.exercise} if self.exercise else {}
        self._found += [{**named, **parts} for _ in range(count)]

    def _piece(self) -> str:
        found = _PIECE.match(self.plain, self.at)
        assert found is not None  # it may be empty
        return found[0].strip()

    def _why_none(self) -> str:
        words = self._piece()
        if not words:
            return _lacks_sets(self.exercise)
        if _LACKS_REPS.fullmatch(words):
            return _lacks_repetitions(words)
        if words.endswith("@"):
            return f"{quoted(words)} lacks the weight, such as {EXAMPLE}."
        return f"{quoted(words)} is no set; type sets x repetitions @ weight, such as {EXAMPLE}."


def _lacks_sets(exercise: str) -> str:
    return f"{quoted(exercise)} lacks its sets, such as Squat {EXAMPLE}."


def _lacks_repetitions(piece: str) -> str:
    return f"{quoted(piece)} lacks the repetitions, such as {EXAMPLE}."


def _too_many() -> str:
    return f"A workout has at most {MAX_SETS} sets."


def _within(bounds: Bounds, value: float, piece: str, what: str) -> float:
    if not bounds.low <= value <= bounds.high:
        raise EntryError(f"{quoted(piece)}: the {what} {bounds.sentence()}.")
    return value


def _seconds(found: re.Match[str]) -> float:
    if found["min"]:
        return int(found["min"]) * 60 + int(found["sec"])
    number = _number(found["time"])
    return number * 60 if found["unit"].startswith("m") else number


def _number(text: str) -> float:
    number = float(text.replace(",", "."))
    return int(number) if number.is_integer() else number


def _plain(char: str) -> str:
    """One character for one: a new line divides exercises."""
    if char in "\n\r\u2028\u2029":
        return ";"
    if char.isspace():
        return " "
    digit = unicodedata.decimal(char, None)
    if digit is not None:
        return str(digit)
    return chr(ord(char) - 0xFEE0) if ord(char) in _FULL_WIDTH else _TIMES.get(char, char)
