"""The live tail: the newest outcomes that match a filter, and counts of those not shown. Pure, bounded."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from core.events import AthleteErased, BatchProcessed, Event, EventsLost, WorkoutOutcome
from core.parsing.search_query import SearchQuery
from core.workouts.folding import folded
from core.workouts.names import spells

LIMIT = 200
KEPT = 2_000  # outcomes searched when the filter changes


@dataclass(frozen=True, slots=True)
class TailRow:
    number: int  # number within this tail, increasing: identifies a row
    at_ms: int
    worker: str
    outcome: WorkoutOutcome


@dataclass(frozen=True, slots=True)
class HiddenCounts:
    """Outcomes since the tail began that are not among the rows, by reason."""

    by_filter: int = 0
    over_limit: int = 0
    while_paused: int = 0
    missed: int = 0

    @property
    def total(self) -> int:
        return self.by_filter + self.over_limit + self.while_paused + self.missed


class Tail:
    """Belongs to one thread. `version` is incremented by each change of the rows or counts."""

    def __init__(self, limit: int = LIMIT, kept: int = KEPT) -> None:
        self._limit = limit
        self._buffer: deque[TailRow] = deque(maxlen=kept)
        self._rows: deque[TailRow] = deque(maxlen=limit)
        self._query = SearchQuery()
        self.seen = self._missed = 0  # outcomes so far, and those that did not arrive
        self._filtered = self._over = 0
        self._paused_at: int | None = None
        self.version = 0

    @property
    def paused(self) -> bool:
        return self._paused_at is not None

    def rows(self) -> list[TailRow]:
        """Newest first."""
        return list(reversed(self._rows))

    def not_shown(self) -> HiddenCounts:
        waiting = 0 if self._paused_at is None else self.seen - self._paused_at
        return HiddenCounts(self._filtered, self._over, waiting, self._missed)

    def apply_all(self, events: Iterable[Event]) -> None:
        for event in events:
            if isinstance(event, BatchProcessed):
                self._take(event)
            elif isinstance(event, EventsLost):
                self._missed += event.outcomes
                self.version += 1
            elif isinstance(event, AthleteErased):
                self._forget(event.athlete)

    def filter(self, query: SearchQuery) -> None:
        """Search the buffer again; older outcomes count as over the limit or filtered, as they were then."""
        if query == self._query:
            return
        self._query = query
        paused_at = self.seen if self._paused_at is None else self._paused_at
        self._rows.clear()
        self._filtered = 0
        self._over = max(0, paused_at - self._buffered_until(paused_at))
        self._show(row for row in self._buffer if row.number < paused_at)
        self.version += 1

    def pause(self) -> None:
        if self._paused_at is None:
            self._paused_at = self.seen
            self.version += 1

    def resume(self) -> None:
        """Show what arrived meanwhile, as far as it is buffered."""
        if self._paused_at is not None:
            paused_at, self._paused_at = self._paused_at, None
            came = [row for row in self._buffer if row.number >= paused_at]
            self._over += self.seen - paused_at - len(came)
            self._show(came)
            self.version += 1

    def _take(self, event: BatchProcessed) -> None:
        outcomes = event.outcomes
        if not outcomes:
            return
        # Rows that would be dropped at once are not made.
        skipped = max(0, len(outcomes) - (self._buffer.maxlen or 0))
        first = self.seen + skipped
        made = [
            TailRow(first + place, event.at_ms, event.worker, outcome)
            for place, outcome in enumerate(islice(outcomes, skipped, None))
        ]
        self.seen += len(outcomes)
        self._buffer.extend(made)
        if self._paused_at is None:
            self._over += skipped
            self._show(made)
        self.version += 1

    def _forget(self, athlete: str) -> None:
        """Also what quotes the name, as the reason of a failure may."""
        for rows in (self._buffer, self._rows):
            others = [row for row in rows if not any(spells(text, athlete) for text in _texts(row.outcome))]
            rows.clear()
            rows.extend(others)
        self.version += 1

    def _show(self, rows: Iterable[TailRow]) -> None:
        rows = list(rows)
        fitting = rows if not self._query else [row for row in rows if self._query.matches(_fields(row))]
        self._filtered += len(rows) - len(fitting)
        self._over += max(0, len(self._rows) + len(fitting) - self._limit)
        self._rows.extend(fitting)

    def _buffered_until(self, number: int) -> int:
        return sum(row.number < number for row in self._buffer)


def _texts(outcome: WorkoutOutcome) -> tuple[str, ...]:
    return outcome.athlete, outcome.sport, outcome.reason


def _fields(row: TailRow) -> dict[str, str]:
    outcome = row.outcome
    return {
        "athlete": folded(outcome.athlete),
        "sport": folded(outcome.sport),
        "id": outcome.workout_id.lower(),
        "worker": folded(row.worker),
        "error": folded(outcome.reason),
        "state": outcome.kind.value,
    }
