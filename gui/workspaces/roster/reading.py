"""Reads a row as the form would read it, and asks what the form would ask. Qt-free."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo

from typing_extensions import override

from core.errors import FieldProblem
from core.parsing.start import parse_start
from core.roster.check import RowVerdict, check_row, texts_to_read
from core.roster.grid import RosterRow, Texts, TrainingSession
from core.workouts.model import Workout
from core.workouts.near_names import NameIndex
from core.workouts.on_record import RecordedWorkout, recorded
from core.workouts.plausibility import FieldWarning
from gui.forms.echo import reading_doubts
from gui.forms.form_parser import parse_form
from gui.forms.formatting import Units
from gui.workspaces.console.form.confirm_unusual import DuplicateCheck, find_unusual
from gui.workspaces.roster.stored_values import RecordBook


class RememberedNames(NameIndex):
    """Remembers what a name is near to: a squad is checked again with each change."""

    def __init__(self) -> None:
        self._near: dict[str, str | None] = {}
        super().__init__()

    @override
    def set_names(self, names: Collection[str]) -> None:
        self._near.clear()
        super().set_names(names)

    @override
    def near(self, name: str) -> str | None:
        if name not in self._near:
            self._near[name] = super().near(name)
        return self._near[name]


@dataclass(slots=True)
class RosterReading:
    """Belongs to one thread. `session`: what holds for rows that say nothing else."""

    now_ms: Callable[[], int]
    zone: tzinfo
    units: Units = field(default_factory=Units)
    session: TrainingSession = field(default_factory=TrainingSession)
    names: RememberedNames = field(default_factory=RememberedNames)
    records: RecordBook = field(default_factory=RecordBook)
    offers_weight: bool = False  # the last known one is in view where none is typed
    _sent: DuplicateCheck = field(default_factory=DuplicateCheck)

    @property
    def now(self) -> datetime:
        return datetime.fromtimestamp(self.now_ms() / 1000, UTC)

    def remember(self, workouts: Iterable[Workout]) -> None:
        """What was sent, to compare with for duplicates."""
        self._sent.remember(workouts)

    def forget(self, athlete: str) -> None:
        self._sent.forget(athlete)
        self.records.forget(frozenset({athlete}))

    def check(self, row: RosterRow, others: Sequence[RosterRow] = ()) -> RowVerdict:
        """`others`: rows above of the same athlete, which may be the same workout."""
        above = [recorded(workout) for other in others if (workout := self._workout_of(other)) is not None]
        return check_row(row, self.session, self._read, lambda texts, workout: self._doubts(texts, workout, above))

    def started_now(self, row: RosterRow, workout: Workout) -> Workout:
        """Where the row names no start it is the moment of sending, rather than the one of the last check."""
        if row.texts.get("timestamp", "now").lower() != "now":
            return workout
        return workout.model_copy(update={"started_at": parse_start("", now=self.now, zone=self.zone)})

    def _workout_of(self, row: RosterRow) -> Workout | None:
        return None if row.is_sent else self._read(texts_to_read(row, self.session))[0]

    def _read(self, texts: Texts) -> tuple[Workout | None, Sequence[FieldProblem]]:
        parsed = parse_form(texts, units=self.units, now=self.now, zone=self.zone)
        return self._with_last_weight(parsed.workout), parsed.problems

    def _with_last_weight(self, workout: Workout | None) -> Workout | None:
        """As the form offers it: sent only where it is in view."""
        if workout is None or workout.weight_kg is not None or not self.offers_weight:
            return workout
        record = self.records.of(workout, self.zone)
        if record is None or record.weight is None:
            return workout
        return workout.model_copy(update={"weight_kg": record.weight.kg})

    def _doubts(self, texts: Texts, workout: Workout, above: Sequence[RecordedWorkout]) -> list[FieldWarning]:
        record = self.records.of(workout, self.zone)
        unusual = find_unusual(
            workout,
            now=self.now,
            zone=self.zone,
            athletes=self.names,
            known=(*self._sent.of(workout.athlete), *above, *(() if record is None else record.day)),
            last_weight_kg=None if record is None or record.weight is None else record.weight.kg,
        )
        return [*reading_doubts(texts, self.units), *unusual]
