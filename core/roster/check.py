"""What is to be said of a row: ready, not filled in yet, wrong, or unlikely; and the one-click fix."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass
from enum import Enum

from core.errors import FieldProblem
from core.roster.fields import MAX_CHARACTERS
from core.roster.grid import RosterRow, Texts, TrainingSession
from core.roster.likely import likely_texts
from core.workouts.model import Workout
from core.workouts.plausibility import FieldWarning

CUT_OFF = f"Is cut off after {MAX_CHARACTERS:,} characters"
NO_TIME = "Type the time of the start, like 18:30"

_CLOCK = re.compile(r"\d{1,2}(?:[:.]\d\d(?::\d\d)?)?\s?(?:h|[ap]\.?m\.?)?", re.ASCII | re.IGNORECASE)

Reader = Callable[[Texts], tuple[Workout | None, Sequence[FieldProblem]]]
Doubter = Callable[[Texts, Workout], Sequence[FieldWarning]]


class RowState(Enum):
    BLANK = "blank"  # what was done is not typed yet
    READY = "ready"
    UNUSUAL = "unusual"  # asks first
    WRONG = "wrong"
    SENT = "sent"


@dataclass(frozen=True, slots=True)
class RowVerdict:
    """`fix`: a text for the first cell that is wrong or asked about; empty: none is known."""

    state: RowState
    workout: Workout | None = None
    problems: tuple[FieldProblem, ...] = ()
    questions: tuple[FieldWarning, ...] = ()
    fix: str = ""

    @property
    def field(self) -> str:
        """The cell to go to; empty: none."""
        return next(iter(self._fields), "")

    @property
    def fields(self) -> frozenset[str]:
        """All cells that are wrong or asked about."""
        return frozenset(self._fields)

    @property
    def words(self) -> str:
        """Of the first of them."""
        if self.problems:
            return self.problems[0].problem
        return self.questions[0].text if self.questions else ""

    @property
    def _fields(self) -> tuple[str, ...]:
        return (*(each.field for each in self.problems), *(each.field for each in self.questions))


BLANK, SENT = RowVerdict(RowState.BLANK), RowVerdict(RowState.SENT)


def texts_to_read(row: RosterRow, session: TrainingSession) -> Texts:
    """The cells, with what holds for the whole session: the sport, and the day of a time."""
    texts = dict(row.texts)
    if not texts.get("type"):
        texts["type"] = session.sport
    start = texts.get("timestamp", "")
    if session.day is not None and _CLOCK.fullmatch(start):
        texts["timestamp"] = f"{session.day} {start}"
    return texts


def check_row(row: RosterRow, session: TrainingSession, read: Reader, doubt: Doubter) -> RowVerdict:
    """`read`: the parser of the form; `doubt`: what it would ask about."""
    if row.is_sent:
        return SENT
    if row.is_blank:
        return BLANK
    texts = texts_to_read(row, session)
    workout, problems = read(texts)
    if session.day is not None and "timestamp" not in row.texts:
        problems = (*problems, FieldProblem("timestamp", NO_TIME))
    problems = (*problems, *_cut_off(row, {problem.field for problem in problems}))
    if problems or workout is None:
        fix = _fix(row, session, problems[0].field, read, doubt) if problems else ""
        return RowVerdict(RowState.WRONG, None, tuple(problems), (), fix)
    questions = tuple(each for each in doubt(texts, workout) if each not in row.kept)
    if not questions:
        return RowVerdict(RowState.READY, workout)
    first = questions[0]
    fix = first.suggestion or _fix(row, session, first.field, read, doubt)
    return RowVerdict(RowState.UNUSUAL, workout, (), questions, fix)


def _cut_off(row: RosterRow, wrong: Set[str]) -> tuple[FieldProblem, ...]:
    """Cells that hold no more, of which the end may be missing."""
    full = (name for name, text in row.texts.items() if len(text) >= MAX_CHARACTERS and name not in wrong)
    return tuple(FieldProblem(name, CUT_OFF) for name in full)


def _fix(row: RosterRow, session: TrainingSession, name: str, read: Reader, doubt: Doubter) -> str:
    """A text with which nothing is wrong or unlikely in this cell."""
    for text in likely_texts(name, row.texts.get(name, "")):
        texts = texts_to_read(RosterRow(row.key, {**row.texts, name: text}), session)
        workout, problems = read(texts)
        if any(problem.field == name for problem in problems):
            continue
        if workout is None or not any(each.field == name for each in doubt(texts, workout)):
            return text
    return ""
