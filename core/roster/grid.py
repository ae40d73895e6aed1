"""The rows of the grid and what is done to them, each step of which can be undone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import count

from core.roster.fields import FIELDS, MAX_CHARACTERS, MAX_ROWS, MAX_TEXT, OF_THE_SESSION
from core.workouts.plausibility import FieldWarning

MAX_STEPS = 50  # that can be undone

Texts = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RosterRow:
    """`texts`: as typed, by field, only those that are not empty. `kept`: what was asked and answered with Keep.

    `workout_id`: of the workout that was sent; a row that has one does not change any more.
    """

    key: int
    texts: Texts = field(default_factory=dict)
    kept: frozenset[FieldWarning] = frozenset()
    workout_id: str = ""

    @property
    def is_sent(self) -> bool:
        return bool(self.workout_id)

    @property
    def is_blank(self) -> bool:
        """Nothing is known yet of what was done."""
        return not any(name not in OF_THE_SESSION for name in self.texts)


@dataclass(frozen=True, slots=True)
class TrainingSession:
    """What holds for every row that says nothing else. `day`: of starts that are a time of the day; None: today."""

    sport: str = ""
    day: date | None = None


@dataclass(frozen=True, slots=True)
class GridStep:
    """`done`: in words, for the undo strip."""

    done: str
    rows: tuple[RosterRow, ...]  # before it


class Grid:
    """Belongs to one thread. `version` goes up with each change."""

    def __init__(self, *, max_rows: int = MAX_ROWS, max_text: int = MAX_TEXT) -> None:
        self._max_rows, self._max_text = max_rows, max_text
        self._rows: list[RosterRow] = []
        self._steps: list[GridStep] = []
        self._keys = count(1)
        self.version = 0

    @property
    def rows(self) -> Sequence[RosterRow]:
        return self._rows

    @property
    def newest_step(self) -> str:
        """What `undo` would take back; empty: nothing."""
        return self._steps[-1].done if self._steps else ""

    def load(self, rows: Iterable[Texts]) -> None:
        """In place of all rows; nothing of before can be undone."""
        self._rows, self._steps = [], []
        self._put(0, list(rows), ())
        self.version += 1

    def begin(self, rows: Sequence[Texts]) -> bool:
        """In place of all rows, as a template does; this can be undone."""
        return self._step("Replaced", lambda: self._begin(rows))

    def type(self, number: int, name: str, text: str) -> bool:
        """One cell, also of the row after the last one. False where nothing changes."""
        is_sent = number < len(self._rows) and self._rows[number].is_sent
        if is_sent or self._text(number, name) == text.strip():
            return False
        return self._step("Typed", lambda: self._put(number, [{name: text}], (name,)))

    def paste(self, number: int, rows: Sequence[Texts], names: Sequence[str]) -> int:
        """From this row down over what stands in these fields, and beyond the end; rows that were sent are passed over.
        Returns how many were taken."""
        taken: list[int] = []
        self._step("Pasted", lambda: taken.append(self._put(number, rows, names)))
        return taken[0]

    def fill_down(self, first: int, last: int, names: Sequence[str]) -> bool:
        """Copy the cells of the first row into those below."""
        if first >= min(last, len(self._rows) - 1):
            return False
        texts = {name: self._text(first, name) for name in names}
        return self._step("Filled down", lambda: self._each(first + 1, last, texts))

    def clear(self, first: int, last: int, names: Sequence[str]) -> bool:
        return self._step("Cleared", lambda: self._each(first, last, dict.fromkeys(names, "")))

    def remove(self, first: int, last: int) -> bool:
        """Whole rows, also those that were sent: the workouts stay."""
        return self._step("Rows removed", lambda: self._replace(first, last, ()))

    def keep(self, number: int, questions: Iterable[FieldWarning]) -> None:
        """What is asked about is meant so."""
        row = self._rows[number]
        kept = replace(row, kept=row.kept | set(questions))
        self._step("Kept", lambda: self._replace(number, number, (kept,)))

    def mark_sent(self, ids: Mapping[int, str]) -> None:
        """Workout ids by the keys of their rows. What was done before cannot be undone any more."""
        self._rows = [replace(row, workout_id=ids.get(row.key, row.workout_id)) for row in self._rows]
        self._steps.clear()
        self.version += 1

    def forget(self, is_left_out: Callable[[Texts], bool]) -> None:
        """Rows that are to be left out, also those that were sent; then nothing can be undone that had them."""
        if any(is_left_out(row.texts) for rows in (self._rows, *(step.rows for step in self._steps)) for row in rows):
            self._rows = [row for row in self._rows if not is_left_out(row.texts)]
            self._steps.clear()
            self.version += 1

    def remove_sent(self) -> None:
        self._rows = [row for row in self._rows if not row.is_sent]
        self._steps.clear()
        self.version += 1

    def undo(self) -> str:
        """What was taken back; empty: there was nothing."""
        if not self._steps:
            return ""
        step = self._steps.pop()
        self._rows = list(step.rows)
        self.version += 1
        return step.done

    def _text(self, number: int, name: str) -> str:
        return self._rows[number].texts.get(name, "") if number < len(self._rows) else ""

    def _step(self, done: str, change: Callable[[], object]) -> bool:
        """False where it changes nothing."""
        before = tuple(self._rows)
        change()
        if before == tuple(self._rows):
            return False
        self._steps = [*self._steps[1 - MAX_STEPS :], GridStep(done, before)]
        self.version += 1
        return True

    def _begin(self, rows: Sequence[Texts]) -> None:
        self._rows = []
        self._put(0, rows, ())

    def _replace(self, first: int, last: int, rows: Sequence[RosterRow]) -> None:
        self._rows[first : last + 1] = rows

    def _each(self, first: int, last: int, texts: Texts) -> None:
        for number in range(first, min(last + 1, len(self._rows))):
            self._rows[number] = _with(self._rows[number], texts)

    def _put(self, number: int, rows: Sequence[Texts], names: Sequence[str]) -> int:
        """Cells of `names` that a row does not have become empty."""
        left = self._max_text - sum(len("".join(row.texts.values())) for row in self._rows)
        place = number
        for taken, texts in enumerate(rows):
            while place < len(self._rows) and self._rows[place].is_sent:
                place += 1
            left -= sum(map(len, texts.values()))
            if place >= self._max_rows or left < 0:
                return taken
            if place >= len(self._rows):
                place = len(self._rows)
                self._rows.append(RosterRow(next(self._keys)))
            self._rows[place] = _with(self._rows[place], {**dict.fromkeys(names, ""), **texts})
            place += 1
        return len(rows)


def _with(row: RosterRow, texts: Texts) -> RosterRow:
    """With other texts; what was kept is asked again where its cell changes."""
    if row.is_sent:
        return row
    merged = {**row.texts, **{name: text.strip()[:MAX_CHARACTERS] for name, text in texts.items()}}
    changed = {name: merged[name] for name in FIELDS if merged.get(name)}
    if changed == row.texts:
        return row
    return replace(row, texts=changed, kept=frozenset())
