"""What is stored of the rows, as far as it was read: records of athletes, and what rows would unlock. Qt-free."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import tzinfo

from core.roster.check import RowState, RowVerdict
from core.roster.grid import RosterRow
from core.workouts.model import Workout
from core.workouts.on_record import AthleteDay, AthleteRecord, athlete_day

Names = tuple[str, ...]
MOST_ROWS = 2_000
MOST_KNOWN = 20_000  # athletes and days; twice the rows of a grid
PORTION = 25  # read at once: other screens wait for the same thread


class RecordBook:
    """Belongs to one thread. Looking something up that is not known says that it is wanted."""

    def __init__(self) -> None:
        self._known: OrderedDict[AthleteDay, AthleteRecord] = OrderedDict()
        self._wanted: OrderedDict[AthleteDay, None] = OrderedDict()

    @property
    def is_complete(self) -> bool:
        return not self._wanted

    def of(self, workout: Workout, zone: tzinfo) -> AthleteRecord | None:
        """None for many people's name, and where it is not read yet."""
        if workout.anonymous:
            return None
        try:
            wanted = athlete_day(workout.athlete, workout.started_at.astimezone(zone).date(), zone)
        except OverflowError:  # at an end of the calendar: such a start is refused
            return None
        record = self._known.get(wanted)
        if record is None and len(self._wanted) < MOST_KNOWN:
            self._wanted[wanted] = None
        return record

    def portion(self) -> tuple[AthleteDay, ...]:
        """What to read next; asked for again until it is taken."""
        return tuple(self._wanted)[:PORTION]

    def take(self, records: Iterable[AthleteRecord]) -> frozenset[str]:
        """The athletes of whom something is stored."""
        found = set()
        for record in records:
            self._wanted.pop(record.wanted, None)
            self._known[record.wanted] = record
            if len(self._known) > MOST_KNOWN:
                self._known.popitem(last=False)
            if record.workouts:
                found.add(record.wanted.athlete)
        return frozenset(found)

    def forget(self, athletes: frozenset[str]) -> None:
        """Something of them was stored since."""
        for wanted in [each for each in self._known if each.athlete in athletes]:
            del self._known[wanted]

    def clear(self) -> None:
        """Everything may have changed while no one looked."""
        self._known.clear()
        self._wanted.clear()


class RowUnlocks:
    """Belongs to one thread. Known of a verdict: a row that is checked again is asked about again."""

    def __init__(self, verdict: Callable[[RosterRow], RowVerdict]) -> None:
        self._verdict = verdict
        self._known: dict[int, tuple[RowVerdict, Names]] = {}

    def names(self, row: RosterRow) -> Names:
        """Of its new badges; empty too where that is not known yet."""
        known = self._known.get(row.key)
        return known[1] if known is not None and known[0] is self._verdict(row) else ()

    def portion(self, rows: Iterable[RosterRow]) -> tuple[tuple[int, RowVerdict], ...]:
        """Those of the rows to ask about next, by their keys."""
        found: list[tuple[int, RowVerdict]] = []
        for row in rows:
            verdict = self._verdict(row)
            is_known = (known := self._known.get(row.key)) is not None and known[0] is verdict
            if verdict.state is RowState.READY and not is_known and len(found) < PORTION:
                found.append((row.key, verdict))
        return tuple(found)

    def take(self, asked: Sequence[tuple[int, RowVerdict]], names: Mapping[str, Names]) -> None:
        """`names`: by the ids of the workouts; those that are not in it were not read."""
        if len(self._known) + len(asked) > MOST_ROWS:
            self._known.clear()
        for key, verdict in asked:
            if verdict.workout is not None and verdict.workout.workout_id in names:
                self._known[key] = (verdict, names[verdict.workout.workout_id])

    def clear(self) -> None:
        self._known.clear()

    def forget(self, athletes: frozenset[str]) -> None:
        """Something of them was stored since."""
        stale = [key for key, (verdict, _) in self._known.items() if _athlete(verdict) in athletes]
        for key in stale:
            del self._known[key]


def _athlete(verdict: RowVerdict) -> str:
    return "" if verdict.workout is None else verdict.workout.athlete
