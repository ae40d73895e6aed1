"""What to ask about before sending: unlikely values, and a workout that looks like one sent already. Qt-free."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, tzinfo

from core.failures.causes import FIELD_LABELS
from core.workouts.model import Workout
from core.workouts.names import isolated
from core.workouts.near_names import NameIndex
from core.workouts.on_record import RecordedWorkout, recorded, same_again, same_start
from core.workouts.plausibility import FieldWarning, soft_warnings
from gui.forms.formatting import whole_seconds_text

MAX_REMEMBERED = 512
SHOWN = 2


class DuplicateCheck:
    """The workouts sent from here of late, which need not be stored yet."""

    def __init__(self) -> None:
        self._sent: OrderedDict[str, RecordedWorkout] = OrderedDict()

    def remember(self, workouts: Iterable[Workout]) -> None:
        for workout in workouts:
            self._sent[workout.workout_id] = recorded(workout)
            if len(self._sent) > MAX_REMEMBERED:
                self._sent.popitem(last=False)

    def forget(self, athlete: str) -> None:
        self._sent = OrderedDict((key, one) for key, one in self._sent.items() if one.athlete != athlete)

    def of(self, athlete: str) -> list[RecordedWorkout]:
        """The newest first."""
        return [one for one in reversed(self._sent.values()) if one.athlete == athlete]


def find_unusual(
    workout: Workout,
    *,
    now: datetime,
    zone: tzinfo,
    athletes: NameIndex,
    known: Sequence[RecordedWorkout],
    last_weight_kg: float | None,
) -> list[FieldWarning]:
    """`known`: workouts of the athlete, stored or sent."""
    found = [
        _in_form(doubt)
        for doubt in soft_warnings(workout, now=now, known_athletes=athletes, last_weight_kg=last_weight_kg)
    ]
    again = _again(workout, known, zone)
    return found if again is None else [*found, again]


def _in_form(doubt: FieldWarning) -> FieldWarning:
    """`sets`: `set 1 has more than 400 kg` of `sets.0.weight`, which has no field of its own."""
    head, _, rest = doubt.field.partition(".")
    place = rest.partition(".")[0]
    return replace(doubt, field=head, text=f"set {int(place) + 1:,} has {doubt.text}") if place else doubt


def _again(workout: Workout, known: Sequence[RecordedWorkout], zone: tzinfo) -> FieldWarning | None:
    if (same := same_again(workout, known, zone)) is not None:
        at = same.started_at.astimezone(zone)
        what = f"{workout.sport} of {whole_seconds_text(workout.duration_min)}"
        return FieldWarning(
            "timestamp", f"{isolated(workout.athlete)} has the same {what} that day already, at {at:%H:%M}"
        )
    if same_start(workout, known) is not None:
        return FieldWarning("timestamp", f"{isolated(workout.athlete)} has a workout with this start already")
    return None


def suggestion_of(found: Sequence[FieldWarning]) -> FieldWarning | None:
    """The first that says what was probably meant, of those that are shown."""
    return next((doubt for doubt in found[:SHOWN] if doubt.suggestion), None)


def question(found: Sequence[FieldWarning]) -> str:
    """`Distance: 31.2 km/h is unusual for Running (4 to 25).`"""
    sentences = [f"{FIELD_LABELS[doubt.field]}: {doubt.text}." for doubt in found[:SHOWN]]
    if len(found) > SHOWN:
        sentences.append(f"And {len(found) - SHOWN} more.")
    return " ".join(sentences)
