"""A correction in the form: what is corrected, and what stood in the form before. Qt-free."""

from __future__ import annotations

from dataclasses import dataclass

from core.codec.json_reader import parse_object
from core.codec.workout_codec import dumps_workout
from core.outbox.changes import is_same_content
from core.workouts.model import Workout
from gui.forms.form_parser import FIELDS, BodyFields, ParsedForm, Texts
from gui.forms.formatting import Units, distance_text, whole_seconds_text
from gui.workspaces.console.form.draft import Draft

NOTHING_CHANGED = "Nothing is changed, so nothing is sent. Esc leaves the workout as it is."


@dataclass(frozen=True, slots=True)
class Correction:
    """`fields` and `texts`: of `before`, in the body and as the form first showed them."""

    before: Workout
    fields: BodyFields
    texts: Texts
    stood_here: Draft

    def is_same(self, reading: ParsedForm) -> bool:
        return reading.workout is not None and is_same_content(reading.workout, self.before)

    def exact(self, texts: Texts) -> BodyFields:
        """The values of the texts that were not changed: a text may say less, as a duration of whole seconds does."""
        return {
            name: self.fields[name]
            for name in FIELDS
            if name in self.fields and name in texts and texts[name] == self.texts.get(name)
        }


def fields_of(workout: Workout) -> dict[str, object]:
    """The body fields of a workout, with a name for one that has no athlete: the form wants one."""
    return {"userId": workout.athlete, **parse_object(dumps_workout(workout))[0]}


def was_words(workout: Workout, units: Units) -> str:
    """`was 45:00, 5.2 km`."""
    figures = [whole_seconds_text(workout.duration_min)]
    if workout.distance_km is not None:
        figures.append(distance_text(workout.distance_km, workout.sport, units))
    return f"was {', '.join(figures)}"
