"""One achievement rule: its keys, which of them go together, and what it counts."""

from __future__ import annotations

import re
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, model_validator

from core.parsing.units import to_km

Kind = Literal["best", "total", "count", "streak", "variety", "record"]
Measure = Literal["distance_km", "duration_min", "energy_kcal", "ascent_m", "pace"]
Weekday = Literal["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]

# Positions in the tuple of a workout's amounts. All are integers, so that sums are exact.
DURATION, DISTANCE, ENERGY, ASCENT, ONE, STREAK, WEEK_SPORTS, EVER_SPORTS, PACE = range(9)

# Integers in one unit of a measure: km in mm, min in ms, kcal in thousandths, m in mm. Of all others it is 1.
_UNITS = {"distance_km": 1_000_000, "duration_min": 60_000, "energy_kcal": 1000, "ascent_m": 1000}
_SLOTS = {"distance_km": DISTANCE, "duration_min": DURATION, "energy_kcal": ENERGY, "ascent_m": ASCENT, "pace": PACE}
WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)
_DECIMALS_OF_KM = range(2, 7)  # from 10 m to a millimetre: the precision with which programs store distances
_TEXT = r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029]+$"  # one line
_CUSTOMARY = r"^([0-9]{1,4}(?:\.[0-9]{1,4})?) (mi|yd)$"

Amount = Annotated[float, Field(gt=0, le=1_000_000_000, allow_inf_nan=False)]


class AchievementRule(BaseModel):
    """One table of `achievements.toml`.

    `best`: one workout reaches `target` (or goes over `more_than`) of `measure`; needs no history, so that a workout
    without an athlete earns it too. `total`: all of them together do.
    `count`: so many workouts. `streak`: days in a row. `variety`: different sports in one ISO week, or ever.
    `record`: each improvement on the athlete's own best of `measure`, the first workout apart; the only repeatable one.
    `customary`: of a `best` distance with a `target`, the same distance as people say it in miles or yards ("26.2 mi").
    It is rounded, so it may be a little less than `target`, and it is enough.
    Filters: `sports` (canonical names), `min_distance_km`, `from_hour` to `before_hour` (of the start; over midnight
    when the first is the larger) and `weekdays`. Hours, days and weeks are those of the workout's own local time.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    code: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)]
    name: Annotated[str, Field(min_length=1, max_length=64, pattern=_TEXT)]
    description: Annotated[str, Field(min_length=1, max_length=200, pattern=_TEXT)]
    icon: Annotated[str, Field(pattern=r"^mdi6\.[a-z0-9-]+$")]
    kind: Kind
    hidden: bool = False
    repeatable: bool = False
    measure: Measure | None = None
    target: Amount | None = None
    more_than: Amount | None = None
    customary: Annotated[str, Field(pattern=_CUSTOMARY)] | None = None
    period: Literal["week", "ever"] | None = None
    per_sport: bool = False
    sports: Annotated[tuple[str, ...], Field(strict=False, min_length=1)] | None = None
    min_distance_km: Amount | None = None
    from_hour: Annotated[int, Field(ge=0, le=23)] | None = None
    before_hour: Annotated[int, Field(ge=1, le=24)] | None = None
    weekdays: Annotated[tuple[Weekday, ...], Field(strict=False, min_length=1)] | None = None

    @model_validator(mode="after")
    def _check_combination(self) -> AchievementRule:
        problem = self._combination_problem()
        if problem:
            raise ValueError(problem)
        return self

    def _combination_problem(self) -> str:
        measured = self.kind in ("best", "total", "record")
        checks = (
            (measured and self.measure is None, f"measure: a {self.kind} needs one"),
            (not measured and self.measure is not None, f"measure: a {self.kind} takes none"),
            (self.measure == "pace" and self.kind != "record", "measure: pace is for a record only"),
            ((self.kind == "record") != self.repeatable, "repeatable: a record is, and nothing else"),
            (self.kind == "record" and self._limits() != 0, "target: a record takes none"),
            (self.kind != "record" and self._limits() != 1, "target: needs it, or more_than"),
            (self.more_than is not None and self.kind != "best", "more_than: for a best only"),
            (self.customary is not None and not self._takes_customary, "customary: for the target of a best distance"),
            (self._is_far_from_customary, "customary: must be within 1 % of the target"),
            ((self.kind == "variety") != (self.period is not None), "period: a variety needs one, others take none"),
            (self.per_sport and self.kind != "record", "per_sport: for a record only"),
            (self.kind in ("streak", "variety") and self.is_filtered, "kind: a streak or variety takes no filter"),
        )
        return next((text for wrong, text in checks if wrong), "")

    def _limits(self) -> int:
        return (self.target is not None) + (self.more_than is not None)

    @property
    def _takes_customary(self) -> bool:
        return self.kind == "best" and self.measure == "distance_km" and self.target is not None

    @property
    def _is_far_from_customary(self) -> bool:
        target, customary_km = self.target, self.customary_km
        return target is not None and customary_km is not None and abs(customary_km - target) > target / 100

    @property
    def customary_km(self) -> float | None:
        said = re.search(_CUSTOMARY, self.customary or "")
        return None if said is None else to_km(float(said[1]), said[2])

    @property
    def is_filtered(self) -> bool:
        return self.sports is not None or self.has_conditions

    @property
    def has_conditions(self) -> bool:
        conditions = (self.min_distance_km, self.from_hour, self.before_hour, self.weekdays)
        return any(condition is not None for condition in conditions)

    @property
    def unit(self) -> int:
        """How many of the integers are in one unit of the target."""
        return _UNITS.get(self.measure or "", 1)

    @property
    def slot(self) -> int:
        """Position of the amount that counts."""
        if self.measure is not None:
            return _SLOTS[self.measure]
        if self.kind == "variety":
            return WEEK_SPORTS if self.period == "week" else EVER_SPORTS
        return ONE if self.kind == "count" else STREAK

    @property
    def threshold(self) -> int:
        """The smallest integer amount that earns; 0 for a record.

        Programs write 26.2 mi as 42.16 km, and 62 mi as 99.779: the customary figure with fewer decimals counts as the
        same.
        """
        if self.more_than is not None:
            return round(self.more_than * self.unit) + 1
        enough = [self.target or 0]
        if self.customary_km is not None:
            enough += [round(self.customary_km, decimals) for decimals in _DECIMALS_OF_KM]
        return min(round(amount * self.unit) for amount in enough)
