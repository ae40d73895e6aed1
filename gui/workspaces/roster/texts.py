"""The words of the roster grid. Qt-free."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

from core.roster.check import RowState, RowVerdict
from core.roster.paste import PastedTable
from core.workouts.names import isolated
from core.workouts.sports import Sport
from gui.forms.formatting import Units

NAMES_SHOWN = 3

TITLES = {
    "userId": "Athlete",
    "type": "Sport",
    "timestamp": "Start",
    "duration": "Duration",
    "distance": "Distance",
    "sets": "Sets",
    "avgHeartRate": "Avg HR, bpm",
    "rpe": "RPE",
    "notes": "Notes",
    "elevationGain": "Ascent, m",
    "maxHeartRate": "Max HR, bpm",
    "avgPower": "Power, W",
    "cadence": "Cadence",
    "weightKg": "Weight",
    "title": "Title",
}


def column_title(name: str, units: Units, sport: Sport | None) -> str:
    """`Distance, m` of a session of swimmers."""
    unit = {"distance": units.distance_for(sport), "weightKg": units.weight}.get(name)
    return TITLES[name] if unit is None else f"{TITLES[name]}, {unit}"


def counted(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def day_words(day: date | None, today: date) -> str:
    """`Today`, or `Wed 10 Dec 2025`."""
    return "Today" if day is None or day == today else f"{day:%a} {day.day} {day:%b %Y}"


def submit_words(ready: int) -> str:
    return f"&Submit {counted(ready, 'workout')}" if ready else "&Submit"


def pasted_headline(table: PastedTable, taken: int) -> str:
    return f"Pasted {counted(taken, 'row')}, {counted(len(table.fields), 'column')}."


def pasted_words(table: PastedTable, taken: int) -> str:
    """How the table was read, and what of it was not taken."""
    parts = [f"{table.delimiter} separated" if table.delimiter else "one column"]
    if table.has_decimal_comma:
        parts.append("with a decimal comma")
    sentences = [f"Read as {' '.join(parts)}{', by its header' if table.has_header else ''}."]
    if table.left_out:
        sentences.append(f"Left out: {_listed(table.left_out)}.")
    if table.beyond:
        sentences.append(f"Left out: {counted(table.beyond, 'column')} beyond the last one.")
    if taken < len(table.rows):
        sentences.append(f"{counted(len(table.rows) - taken, 'row')} did not fit into the grid.")
    return " ".join(sentences)


def checked_words(counts: Counter[RowState], *, done: bool) -> str:
    """What the check found after a paste."""
    if not done:
        return "Checking the rows."
    found = []
    if wrong := counts[RowState.WRONG]:
        found.append(f"{counted(wrong, 'row')} to fix")
    if unusual := counts[RowState.UNUSUAL]:
        found.append(f"{unusual:,} {'looks' if unusual == 1 else 'look'} unusual")
    return f"{', '.join(found)}." if found else "Nothing to fix."


def why_words(counts: Counter[RowState]) -> str:
    """What Submit leaves in the grid."""
    sentences = []
    if wrong := counts[RowState.WRONG]:
        sentences.append("The row to fix stays here." if wrong == 1 else f"The {wrong:,} rows to fix stay here.")
    if unusual := counts[RowState.UNUSUAL]:
        sentences.append("The unusual one asks first." if unusual == 1 else f"The {unusual:,} unusual ones ask first.")
    if not sentences and counts[RowState.BLANK]:
        sentences.append("Rows without a figure are not sent.")
    return "\n".join(sentences)


def problem_words(verdict: RowVerdict, text: str) -> str:
    """`Not a time: 4o:00`, for which there is room; else the sentence of the form."""
    is_unreadable = text and verdict.words.startswith(("Type a duration", "Type a number"))
    if is_unreadable:
        return f"Not a {'time' if verdict.field == 'duration' else 'number'}: {text}"
    return verdict.words


def question_words(verdict: RowVerdict) -> str:
    """`69 km/h. Sure?`; of a workout that is there already without the athlete, whose row it is."""
    words = verdict.words.partition(" is unusual for ")[0]
    name = "" if verdict.workout is None else f"{isolated(verdict.workout.athlete)} has "
    if name and words.startswith(name):
        words, _, at = words.removeprefix(name).partition(" that day already, at ")
        words = f"the same workout at {at}" if at else "the same start as another"
    return f"{words[:1].upper()}{words[1:]}. Sure?"


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(name[:30] for name in names[:NAMES_SHOWN])
    more = len(names) - NAMES_SHOWN
    return shown if more <= 0 else f"{shown} and {more} more"
