"""The history of workouts: what is asked for, and its pages."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal, NamedTuple

from core.events import EarnedBadge
from core.workouts.folding import folded

HistorySort = Literal["start", "athlete", "sport", "duration", "distance", "energy"]
MAX_TEXT = 200


class HistoryPlace(NamedTuple):
    """A place between two workouts of the list. `value`: what they are sorted by; by athlete the folded name and the
    name. `workout_id` of the one before it; empty: behind all workouts of that value."""

    value: tuple[str | float, ...]
    workout_id: str


NOWHERE = HistoryPlace((), "")


@dataclass(frozen=True, slots=True)
class HistoryFilter:
    """Every part that is set must fit; days are those of the workout's own local time."""

    athlete: str = ""
    sport: str = ""
    first_day: date | None = None
    last_day: date | None = None
    text: str = ""  # words in any order, each found in athlete, sport, title or notes
    badge: str = ""  # code of one that the workout earned
    corrected: bool = False  # with a revision above the first

    @property
    def words(self) -> tuple[str, ...]:
        return search_words(self.text)

    @property
    def scans(self) -> bool:
        """No index finds what fits, so that workouts are looked through."""
        return bool(self.sport or self.words or self.badge)


@dataclass(frozen=True, slots=True)
class HistoryRequest:
    """`after`: where the page begins; `before`: it ends at `after`, or at the end of the list."""

    wanted: HistoryFilter = HistoryFilter()
    sort: HistorySort = "start"
    descending: bool = True
    limit: int = field(kw_only=True)
    after: HistoryPlace | None = None
    before: bool = False


@dataclass(frozen=True, slots=True)
class HistoryRow:
    workout_id: str
    athlete: str
    sport: str
    started_at_ms: int
    utc_offset_min: int
    duration_min: float
    distance_km: float | None
    calories_kcal: float
    calories_estimate: bool
    revision: int
    title: str
    notes: str
    badges: tuple[EarnedBadge, ...] = ()
    place: HistoryPlace = NOWHERE
    sets: str = ""  # JSON, as in a body; empty without any

    @property
    def is_corrected(self) -> bool:
        return self.revision > 1


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """A part of the list, in its order. It may have fewer rows than asked for, even none, though more follow: then so
    many workouts were looked through that it is better to go on with another request."""

    request: HistoryRequest
    rows: tuple[HistoryRow, ...]
    next: HistoryPlace | None  # for `after` of a request that goes on in the same direction; None at the end
    total: int | None = None  # of all pages, where it is known without looking through them


def search_words(text: str) -> tuple[str, ...]:
    """Folded, each once."""
    return tuple(dict.fromkeys(folded(text[:MAX_TEXT]).split()))
