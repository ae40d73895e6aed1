"""The list of athletes: what is asked for, and its pages."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal, NamedTuple

from core.achievements.athlete_history import Totals
from core.athletes.sums import Amount
from core.athletes.weeks import Week

AthleteSort = Literal["name", "last active", "this week"]


class ListPlace(NamedTuple):
    """Where a page ends, and the next one begins. `value`: what is sorted by before the name."""

    value: int
    name_folded: str
    name: str


@dataclass(frozen=True, slots=True)
class AthleteListRequest:
    """`week`: the current one. `amount`: what `this week` sorts by.

    Names go up, the most of the week comes first, and so does the latest start: as a moment, wherever it was.
    """

    week: Week
    text: str = ""  # words in any order, each found anywhere in the name
    sort: AthleteSort = "name"
    amount: Amount = "distance"
    limit: int = field(kw_only=True)
    after: ListPlace | None = None


@dataclass(frozen=True, slots=True)
class AthleteRow:
    name: str
    last_day: date  # of the last workout, in its own local time
    last_sports: tuple[str, ...]  # of all workouts of that day, by name
    week: Totals  # of the week asked for


@dataclass(frozen=True, slots=True)
class AthleteList:
    """One page; without `anonymous`, and without those all of whose workouts were deleted."""

    request: AthleteListRequest
    rows: tuple[AthleteRow, ...]
    found: int  # on all pages
    athletes: int  # with a workout ever
    is_near: bool  # no athlete is called like that: these have similar names
    next: ListPlace | None  # for `after` of the next request; None at the end
