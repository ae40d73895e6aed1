"""Reads files once to give each row a verdict; nothing is accepted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import Enum
from functools import partial
from itertools import islice
from pathlib import Path

from core.errors import SettingError
from core.files.options import ReadingOptions
from core.files.rows import Row, read_rows
from core.files.text_table import Say
from core.store.known_workouts import KnownWorkouts, Start
from core.workouts.model import Workout
from core.workouts.plausibility import soft_warnings

STEP_ROWS = 500
MOST_REMEMBERED = 1_000_000  # ids, to find rows that are in an import twice


class Verdict(Enum):
    """The value is how it is said."""

    READY = "ready"
    UNLIKELY = "unlikely"
    STORED = "stored already"
    WRONG = "wrong"


SENT = (Verdict.READY, Verdict.UNLIKELY)  # unless the user leaves them out


@dataclass(frozen=True, slots=True)
class ImportRow:
    """`number`: among all rows of the import, from 0. `workout` None: it is wrong, `reason` says which field."""

    number: int
    file: str
    place: str
    verdict: Verdict
    reason: str = ""
    workout: Workout | None = None

    @property
    def start(self) -> Start | None:
        one = self.workout
        return None if one is None else (one.athlete, round(one.started_at.timestamp() * 1000))


@dataclass(frozen=True, slots=True)
class PreviewStep:
    """`said`: what was guessed of the files. `finished`: these are the last rows."""

    rows: Sequence[ImportRow] = ()
    said: Sequence[str] = ()
    finished: bool = False


@dataclass(slots=True)
class ImportPreview:
    """One thread at a time."""

    paths: Sequence[str]
    options: ReadingOptions
    now_ms: int
    _said: list[str] = field(default_factory=list)
    _ids: set[int] = field(default_factory=set)
    _rows: Iterator[ImportRow] | None = None

    def step(self) -> PreviewStep:
        """The next rows."""
        if self._rows is None:
            self._rows = self._judged()
        rows = list(islice(self._rows, STEP_ROWS))
        said, self._said = self._said, []
        return PreviewStep(rows, said, len(rows) < STEP_ROWS)

    def _judged(self) -> Iterator[ImportRow]:
        now = datetime.fromtimestamp(self.now_ms / 1000, UTC)
        for number, (path, row) in enumerate(rows_of(self.paths, self.options, self.now_ms, self._said.append)):
            found = _judge(number, Path(path).name, row, now)
            own_id = None if found.workout is None else found.workout.id.int
            if own_id in self._ids:
                found = replace(found, verdict=Verdict.STORED, reason="twice in this import")
            elif own_id is not None and len(self._ids) < MOST_REMEMBERED:
                self._ids.add(own_id)
            yield found


def rows_of(paths: Sequence[str], options: ReadingOptions, now_ms: int, say: Say) -> Iterator[tuple[str, Row]]:
    """The rows of all files; one for what keeps a file, or the rest of it, from being read. The same each time."""
    for path in paths:
        name = Path(path).name
        try:
            with Path(path).open("rb") as file:
                for row in read_rows(file, path, options, now_ms=now_ms, say=partial(_say_of, name, say)):
                    yield path, row
        except SettingError as error:
            yield path, Row(0, None, str(error))
        except OSError as error:
            yield path, Row(0, None, f"The file cannot be read: {error.strerror}.")


def _say_of(name: str, say: Say, words: str) -> None:
    say(f"{name}: {words}")


def checked(rows: Sequence[ImportRow], known: KnownWorkouts) -> list[ImportRow]:
    """With the verdict of those that are stored already."""
    return [_checked(row, known) for row in rows]


def _checked(row: ImportRow, known: KnownWorkouts) -> ImportRow:
    if row.workout is None or row.verdict is Verdict.STORED:
        return row
    if row.workout.workout_id in known.ids:
        return replace(row, verdict=Verdict.STORED, reason="the same workout")
    if row.start in known.starts:
        return replace(row, verdict=Verdict.STORED, reason="one of this athlete with this start")
    return row


def _judge(number: int, file: str, row: Row, now: datetime) -> ImportRow:
    place = row.place if row.line else ""
    if row.workout is None:
        return ImportRow(number, file, place, Verdict.WRONG, row.problem)
    # A file may be of last year: that is not unlikely, as it is of what was typed.
    warnings = [one for one in soft_warnings(row.workout, now=now) if one.field != "timestamp"]
    reason = "; ".join((*(f"{one.field}: {one.text}" for one in warnings), *filter(None, [row.note])))
    return ImportRow(number, file, place, Verdict.UNLIKELY if reason else Verdict.READY, reason, row.workout)
