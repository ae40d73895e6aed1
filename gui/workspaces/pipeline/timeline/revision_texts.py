"""How the revisions of a workout are written: who sent each, when, and what it changed. Qt-free."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo

import orjson

from core.broker.topology import APP_ID
from core.failures.causes import FIELD_LABELS
from core.parsing.sets_text import sets_text
from core.parsing.units import distance_at_most
from core.workouts.names import isolated
from core.workouts.revisions import FieldChange, RevisionKind, RevisionStep
from core.workouts.sports import default_catalogue
from gui.formatting import day_clock
from gui.forms.form_parser import FIELDS, BodyFields, texts_of
from gui.forms.formatting import NOTHING, Units, distance_text, duration_text, weight_text
from gui.forms.starts import start_words

MOST_CHARACTERS = 120  # of a text that is shown; all of it is copied
NOT_KNOWN = "What it changed is not known: the content before it was not kept."
NO_CONTENT = "Its content was not kept."
NOTHING_ELSE = "Nothing is different in it."
_KINDS: dict[RevisionKind, str] = {"new": "Sent", "correction": "Corrected", "deletion": "Deleted"}
_UNITS = {
    "elevationGain": "m",
    "avgHeartRate": "bpm",
    "maxHeartRate": "bpm",
    "avgPower": "W",
    "cadence": "/min",
}


@dataclass(frozen=True, slots=True)
class ChangeText:
    label: str
    before: str
    after: str

    @property
    def spoken(self) -> str:
        return f"{self.label} {self.before} to {self.after}"

    @property
    def shown(self) -> ChangeText:
        """With long texts cut."""
        return ChangeText(self.label, _cut(self.before), _cut(self.after))


@dataclass(frozen=True, slots=True)
class RevisionText:
    """`changes` or, where there are none to list, the `line` instead."""

    number: str
    kind: RevisionKind
    done: str
    when: str
    who: str
    changes: tuple[ChangeText, ...]
    line: str = ""

    @property
    def spoken(self) -> str:
        """All of it in one sentence, for screen readers."""
        what = (*(change.spoken for change in self.changes), self.line.removesuffix("."))
        return ", ".join(filter(None, (f"Revision {self.number[1:]}: {self.done} {self.when}", self.who, *what)))

    @property
    def copied(self) -> str:
        lines = [f"{change.label}: {change.before} → {change.after}" for change in self.changes]
        return "\n".join(filter(None, (f"{self.number} {self.done} {self.when}, {self.who}", *lines, self.line)))


@dataclass(frozen=True, slots=True)
class RevisionFormat:
    """What the texts depend on beside the revisions. `outbox`: of this console."""

    now_ms: int
    zone: tzinfo | None
    units: Units
    outbox: str

    def texts(self, steps: Sequence[RevisionStep]) -> tuple[RevisionText, ...]:
        """The newest first."""
        before = (None, *steps[:-1])
        return tuple(map(self._text, reversed(steps), reversed(before)))

    def _text(self, step: RevisionStep, before: RevisionStep | None) -> RevisionText:
        one = step.revision
        done = _KINDS[one.kind]
        if one.kind != "deletion" and before is not None and before.revision.kind == "deletion":
            done = "Brought back"
        at_ms = one.stored_at_ms if one.submitted_at_ms is None else one.submitted_at_ms
        when = day_clock(at_ms, self.now_ms, self.zone)
        changes = () if step.changes is None else self._changes(step.changes, one.fields or {})
        line = "" if changes else self._line(step, is_first=before is None)
        return RevisionText(f"r{one.revision}", one.kind, done, when, self._who(one.outbox, one.app_id), changes, line)

    def _who(self, outbox: str, app_id: str | None) -> str:
        if outbox and outbox == self.outbox:
            return "from here"
        program = "" if app_id in (None, "", APP_ID) else f"by {isolated(str(app_id))}"
        if outbox:
            return program or f"from another outbox, {isolated(outbox[:8])}"
        return program or ("by Paceline" if app_id == APP_ID else "its message names no program")

    def _line(self, step: RevisionStep, *, is_first: bool) -> str:
        fields = step.revision.fields
        if step.revision.kind == "deletion":
            return ""
        if fields is None:
            return NO_CONTENT
        if not is_first:
            return NOTHING_ELSE if step.changes is not None else NOT_KNOWN
        sport, km = str(fields.get("type", "")), fields.get("distance")
        figures = [f"{sport} {duration_text(fields.get('duration'))}"]
        if isinstance(km, (int, float)):
            figures.append(distance_text(km, sport, self.units))
        if fields.get("sets"):
            figures.append(_cut(sets_text(fields["sets"], self.units.weight)))
        return ", ".join(figures)

    def _changes(self, changes: Sequence[FieldChange], after: BodyFields) -> tuple[ChangeText, ...]:
        before = {**after, **{change.field: change.before for change in changes}}
        return tuple(self._change(change, before, after) for change in changes)

    def _change(self, change: FieldChange, before: BodyFields, after: BodyFields) -> ChangeText:
        """With as few decimals as make a difference; where both are written alike, as they are in the body."""
        for decimals in (1, 2):
            texts = self._value(change.field, before, decimals), self._value(change.field, after, decimals)
            if texts[0] != texts[1]:
                break
        else:
            texts = _raw(change.before), _raw(change.after)
        return ChangeText(FIELD_LABELS.get(change.field, change.field), *texts)

    def _value(self, name: str, fields: BodyFields, decimals: int) -> str:
        value = fields.get(name)
        if value is None:
            return NOTHING
        match name:
            case "timestamp":
                return start_words(str(value), self.now_ms, self.zone) or str(value)
            case "sets":
                return sets_text(value, self.units.weight) or NOTHING
            case _ if name not in FIELDS:
                return _raw(value)
            case "distance" if isinstance(value, (int, float)):
                unit = self.units.distance_for(default_catalogue().find(str(fields.get("type", ""))))
                return distance_at_most(value, unit, 0 if unit in ("m", "yd") else decimals)
            case "weightKg" if isinstance(value, (int, float)):
                return f"{weight_text(value, self.units.weight)} {self.units.weight}"
        text = texts_of({**fields, name: value}, units=self.units, zone=self.zone or UTC)[name]
        return f"{text} {_UNITS[name]}" if name in _UNITS else text


def _raw(value: object) -> str:
    if value is None:
        return NOTHING
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= MOST_CHARACTERS else f"{line[: MOST_CHARACTERS - 1]}…"
