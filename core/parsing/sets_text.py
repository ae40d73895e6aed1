"""Writes sets as they would be typed, so that parsing gives them back exactly; and sums them up."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from core.parsing.sets import MAX_EXERCISE, SetFields
from core.parsing.units import from_kg, plain_number, to_kg
from core.workouts.limits import BOUNDS, SET_REPS

SAID = frozenset({"exercise", "reps", "weight", "seconds", "meters"})  # what a text says of a set
_WORD = r"[^\W\d_](?:[^\W\d_]|['()/&+])*"
_PLAIN_NAME = re.compile(rf"{_WORD}(?: (?:{_WORD}|\({_WORD}(?: {_WORD})*\)))*")


@dataclass(frozen=True, slots=True)
class SetTotals:
    """`reps`, `weight_kg` moved in all, and seconds: 0 where no set has them."""

    sets: int
    reps: int
    volume_kg: float
    seconds: float


def sets_text(value: object, unit: str = "kg") -> str:
    """Weights without a unit are in `unit`; what is no valid list of sets is written as JSON."""
    sets = _readable(value)
    if sets is None:
        return json.dumps(value, default=str)
    groups = []
    for exercise, members in groupby(sets, key=lambda one: one.get("exercise")):
        runs = [(text, len(list(same))) for text, same in groupby(_set_text(one, unit) for one in members)]
        name = f"{_exercise_text(str(exercise))} " if exercise else ""
        groups.append(name + ", ".join(each for text, count in runs for each in _run_texts(text, count)))
    return "; ".join(groups)


def with_unsaid(sets: Sequence[SetFields], before: object) -> tuple[SetFields, ...]:
    """With what no text says of a set, such as a note: of the same set in `before`, in order; where there are as many
    sets as before, a changed one keeps that of the one in its place."""
    listed = before if isinstance(before, (list, tuple)) else ()
    known = [one if isinstance(one, dict) else {} for one in listed]  # also what is wrong with a body
    left = list(known)
    found = []
    for place, one in enumerate(sets):
        same = next((other for other in left if _said(other) == _said(one)), None)
        if same is not None:
            left.remove(same)
        elif len(sets) == len(known):
            same = known[place]
        found.append({**_unsaid(same or {}), **one})
    return tuple(found)


def set_totals(sets: Sequence[Mapping[str, object]]) -> SetTotals:
    """Of sets that are valid."""
    reps = sum(_amount(one, "reps") for one in sets)
    volume = sum(_amount(one, "reps") * _amount(one, "weight") for one in sets)
    return SetTotals(len(sets), int(reps), volume, sum(_amount(one, "seconds") for one in sets))


def _amount(one: Mapping[str, object], part: str) -> float:
    number = one.get(part)
    return number if isinstance(number, (int, float)) else 0


def _readable(value: object) -> list[SetFields] | None:
    """None where a text cannot say all that a form would change of these sets."""
    if not isinstance(value, (list, tuple)):
        return None
    return list(value) if all(isinstance(one, dict) and _is_valid(one) for one in value) else None


def _is_valid(one: Mapping[str, object]) -> bool:
    exercise = one.get("exercise")
    if exercise is not None and not (isinstance(exercise, str) and _is_name(exercise)):
        return False
    return all(_is_amount(part, one.get(part)) for part in SAID - {"exercise"})


def _is_name(exercise: str) -> bool:
    return exercise.isprintable() and 0 < len(exercise) <= MAX_EXERCISE


def _is_amount(part: str, value: object) -> bool:
    if value is None:
        return True
    bounds = BOUNDS[part]
    kinds = int if bounds is SET_REPS else (int, float)
    return isinstance(value, kinds) and not isinstance(value, bool) and bounds.low <= value <= bounds.high


def _said(one: SetFields) -> SetFields:
    return {part: value for part, value in one.items() if part in SAID and value is not None}


def _unsaid(one: SetFields) -> SetFields:
    return {part: value for part, value in one.items() if part not in SAID}


def _run_texts(text: str, count: int) -> Iterator[str]:
    if count > 1 and text[0] not in "-@":
        yield f"{count}x{text}"
    else:
        yield from [text] * count


def _set_text(one: SetFields, unit: str) -> str:
    amounts = [f"{one[part]}" for part in ("reps",) if one.get(part) is not None]
    amounts += [
        f"{_plain(one[part])}{mark}" for part, mark in (("meters", "m"), ("seconds", "s")) if one.get(part) is not None
    ]
    weight = "" if one.get("weight") is None else f"@{_weight_text(one['weight'], unit)}"
    return f"{' '.join(amounts)}{weight}" or "-"


def _plain(value: object) -> str:
    assert isinstance(value, (int, float))  # a valid set
    return plain_number(float(value) + 0.0)


def _weight_text(value: object, unit: str) -> str:
    """In `unit`, or else with its own where that is shorter: a weight typed in kg is no round one in lb."""
    assert isinstance(value, (int, float))  # a valid set
    kg = float(value) + 0.0
    other = "lb" if unit == "kg" else "kg"
    here, there = _exact(kg, unit), _exact(kg, other)
    if here and (not there or len(here) <= len(there)):
        return here
    return f"{there} {other}" if there else f"{plain_number(kg)} kg"


def _exact(kg: float, unit: str) -> str:
    """Empty where no number in this unit is exactly this weight."""
    number = from_kg(kg, unit)
    return plain_number(number) if to_kg(number, unit) == kg else ""


def _exercise_text(name: str) -> str:
    if _PLAIN_NAME.fullmatch(name) and name[0].isalpha():  # a superscript two is of the words too, and begins none
        return name
    doubled = name.replace('"', '""')
    return f'"{doubled}"'
