"""What to ask about before sending: unlikely values, and a workout that looks like one sent already. Qt-free."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from core.causes import FIELD_LABELS
from core.doubts import FieldWarning, soft_warnings
from core.workout import Workout
from core.workouts.near_names import NameIndex

MAX_REMEMBERED = 512
SHOWN = 2


@dataclass(frozen=True, slots=True)
class Asked:
    """What has been asked about, and of which texts."""

    texts: Mapping[str, str]
    found: frozenset[FieldWarning]

    def covers(self, other: Asked) -> bool:
        """Whether an answer to this is one to the other: the same texts, and nothing new about them."""
        return self.texts == other.texts and other.found <= self.found


class SentBefore:
    """Who started when, for the workouts of late: the same athlete in the same minute is likely the same workout."""

    def __init__(self, limit: int = MAX_REMEMBERED) -> None:
        self._limit = limit
        self._starts: OrderedDict[tuple[str, int], str] = OrderedDict()

    def remember(self, workouts: Iterable[Workout]) -> None:
        for workout in workouts:
            self._starts[_key(workout)] = str(workout.id)
            if len(self._starts) > self._limit:
                self._starts.popitem(last=False)

    def doubt(self, workout: Workout) -> FieldWarning | None:
        known = self._starts.get(_key(workout))
        if known is None or known == str(workout.id):
            return None
        return FieldWarning("timestamp", f"{workout.athlete} has a workout with this start already")


def _key(workout: Workout) -> tuple[str, int]:
    return workout.athlete.casefold(), int(workout.started_at.timestamp()) // 60


def doubts(
    workout: Workout, *, now: datetime, athletes: NameIndex, sent: SentBefore, last_weight_kg: float | None
) -> list[FieldWarning]:
    found = list(soft_warnings(workout, now=now, known_athletes=athletes, last_weight_kg=last_weight_kg))
    again = sent.doubt(workout)
    return found if again is None else [*found, again]


def question(found: Sequence[FieldWarning]) -> str:
    """`Distance: 31.2 km/h is unusual for Running (4 to 25). Enter again to send it.`"""
    if not found:
        return ""
    sentences = [f"{FIELD_LABELS.get(doubt.field, 'Sets')}: {doubt.text}." for doubt in found[:SHOWN]]
    if len(found) > SHOWN:
        sentences.append(f"And {len(found) - SHOWN} more.")
    return " ".join([*sentences, "Enter again to send it."])
