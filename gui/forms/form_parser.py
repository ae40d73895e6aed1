"""What was typed into the form, read into a workout or into what is wrong with it. Qt-free."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from types import MappingProxyType

from core.errors import EntryError, FieldProblem, InvalidWorkoutError, ProblemKind
from core.parsing.durations import WANTED, parse_duration_min
from core.parsing.fields import parse_distance_km, parse_number, parse_weight_kg
from core.parsing.sets import parse_sets
from core.parsing.sets_text import sets_text, with_unsaid
from core.parsing.start import format_start, parse_start
from core.parsing.thousands import ELEVATION, POWER
from core.workouts.model import Workout, check_workout
from core.workouts.sports import Sport, default_catalogue
from gui.forms.formatting import (
    Units,
    amount_number,
    distance_number,
    duration_text,
    in_units,
    plain_number,
    weight_number,
)

Texts = Mapping[str, str]  # what stands in each field, by the name the message body uses
BodyFields = Mapping[str, object]
NO_FIELDS: BodyFields = MappingProxyType({})

TYPED_NUMBERS = ("elevationGain", "avgHeartRate", "maxHeartRate", "rpe", "avgPower", "cadence", "weightKg")
FIELDS = ("userId", "type", "duration", "distance", "sets", "timestamp", *TYPED_NUMBERS, "title", "notes")
REQUIRED = {
    "userId": "Type the athlete's name",
    "type": "Type a sport such as Running",
    "duration": WANTED,
}
ALL_OPTIONAL = ("distance", "elevationGain", "avgHeartRate", "maxHeartRate", "avgPower", "cadence", "rpe")


@dataclass(frozen=True, slots=True)
class ParsedForm:
    """A workout, or why there is none; problems by the body's field names, in the order of the form."""

    workout: Workout | None
    problems: tuple[FieldProblem, ...] = ()

    def problem_of(self, name: str) -> str:
        return next((problem.problem for problem in self.problems if problem.field == name), "")


def shown_fields(sport: Sport | None) -> tuple[str, ...]:
    """The optional fields worth showing; all of them for an unknown sport."""
    return ALL_OPTIONAL if sport is None else sport.fields


def parse_form(
    texts: Texts,
    *,
    units: Units,
    now: datetime,
    zone: tzinfo,
    kept: BodyFields = NO_FIELDS,
    exact: BodyFields = NO_FIELDS,
) -> ParsedForm:
    """Every problem at once. An empty start is `now`, in the offset of `zone`. The workout has a fresh id unless `kept`
    has one: what a workout that is repaired or corrected has beyond the form. `exact`: taken instead of the texts."""
    fields: dict[str, object] = {"timestamp": parse_start("", now=now, zone=zone).isoformat(), **kept}
    found: dict[str, str] = {}
    readers = readers_of(texts, units, now, zone, sets=fields.pop("sets", None))
    for name in FIELDS:
        text = texts.get(name, "").strip()
        if name in exact:
            fields[name] = exact[name]
            continue
        if not text:
            if name in REQUIRED:
                found[name] = REQUIRED[name]
            continue
        try:
            fields[name] = readers[name](text) if name in readers else text
        except EntryError as error:
            found[name] = _sentence(str(error))
    try:
        workout = check_workout(fields, now=now)
    except InvalidWorkoutError as error:
        for problem in error.problems:
            shown = in_units(problem, texts.get("type", ""), units)
            found.setdefault(form_field(problem.field), _sentence(in_form(shown).problem))
        workout = None
    ordered = sorted(found.items(), key=lambda item: FIELDS.index(item[0]) if item[0] in FIELDS else len(FIELDS))
    return ParsedForm(None if found else workout, tuple(FieldProblem(name, text) for name, text in ordered))


def readers_of(
    texts: Texts, units: Units, now: datetime, zone: tzinfo, *, sets: object = None
) -> dict[str, Callable[[str], object]]:
    """By field: what reads its text into a value of the body, or raises EntryError. Other fields are texts. `sets`: of
    the body before, of which a text says only a part."""
    unit = units.distance_for(default_catalogue().find(texts.get("type", "")))
    readers: dict[str, Callable[[str], object]] = dict.fromkeys(TYPED_NUMBERS, parse_number)
    readers["elevationGain"] = lambda text: parse_number(text, ELEVATION)
    readers["avgPower"] = lambda text: parse_number(text, POWER)
    readers["duration"] = parse_duration_min
    readers["distance"] = lambda text: parse_distance_km(text, unit)
    readers["timestamp"] = lambda text: parse_start(text, now=now, zone=zone).isoformat()
    readers["weightKg"] = lambda text: parse_weight_kg(text, units.weight)
    readers["sets"] = lambda text: list(with_unsaid(parse_sets(text, units.weight), sets))
    return readers


def in_form_words(problem: FieldProblem, texts: Texts, *, units: Units, now: datetime, zone: tzinfo) -> FieldProblem:
    """A problem of a body, as the form says it of the texts that stand in its fields."""
    name = problem.field
    if problem.kind is ProblemKind.MISSING and name in REQUIRED:
        return replace(problem, problem=REQUIRED[name])
    readers = readers_of(texts, units, now, zone)
    if problem.kind is ProblemKind.WRONG and name in readers:
        try:
            readers[name](texts.get(name, "").strip())
        except EntryError as error:
            return replace(problem, problem=str(error))
    return in_units(problem, texts.get("type", ""), units)


def form_field(name: str) -> str:
    """`sets` of `sets.0.reps`, which has no place of its own in the form."""
    return name if name in FIELDS else name.split(".")[0]


def in_form(problem: FieldProblem) -> FieldProblem:
    """`sets`: `Set 1, reps: must be …` of `sets.0.reps`; others as they are."""
    head, _, rest = problem.field.partition(".")
    place, _, part = rest.partition(".")
    if head != "sets" or not place.isdecimal():
        return problem
    where = f"Set {int(place) + 1:,}{', ' if part else ''}{part}"
    return replace(problem, field=head, problem=f"{where}: {problem.problem}")


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def kept_of(fields: BodyFields) -> BodyFields:
    """What to carry along when the workout of these body fields is repaired: its id and unknown fields, and its sets,
    of which a text does not say all. Its revision goes up by one, so that the repaired one wins over the broken one
    should both arrive."""
    revision = fields.get("revision")
    kept = {name: value for name, value in fields.items() if name not in FIELDS or name == "sets"}
    if "id" in kept:
        kept["revision"] = revision + 1 if isinstance(revision, int) and not isinstance(revision, bool) else 2
    return kept


def texts_of(fields: BodyFields, *, units: Units, zone: tzinfo, exact: bool = True) -> dict[str, str]:
    """The body fields of a workout, valid or not, as they would be typed; a distance perhaps not `exact`."""
    sport = default_catalogue().find(str(fields.get("type", "")))
    writers: dict[str, Callable[[object], str]] = dict.fromkeys(TYPED_NUMBERS, plain_number)
    writers["elevationGain"] = writers["avgPower"] = amount_number
    writers["duration"] = duration_text
    writers["distance"] = lambda value: distance_number(value, units.distance_for(sport), exact=exact)
    writers["weightKg"] = lambda value: weight_number(value, units.weight)
    writers["sets"] = lambda value: sets_text(value, units.weight)
    writers["timestamp"] = lambda value: _start_text(value, zone)
    return {name: writers.get(name, str)(value) for name in FIELDS if (value := fields.get(name)) not in (None, [], ())}


def _start_text(value: object, zone: tzinfo) -> str:
    """In the offset that it came with; what cannot be read stays as it came."""
    try:
        moment = datetime.fromisoformat(str(value).strip().upper())
    except ValueError:
        return str(value)
    return str(value) if moment.tzinfo is None else format_start(moment, zone=zone)
