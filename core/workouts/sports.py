"""The sport catalogue: names, aliases, the fields a form shows, METs and plausible speeds."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from rapidfuzz.distance import OSA

from core.workouts.folding import folded
from core.workouts.near_names import is_slip

DistanceUnit = Literal["km", "m"]
PaceStyle = Literal["per_km", "per_100m", "per_500m", "speed"]

MAX_DISTANCE_KM = 1000.0
UNKNOWN_SPORT_ICON = "mdi6.heart-pulse"
_KM_PER_MILE = 1.609344
_BEFORE_FIGURES = re.compile(r"\D+(?=\d)")


def _slowest_first(rows: tuple[SpeedRow, ...]) -> tuple[SpeedRow, ...]:
    return tuple(sorted(rows, key=lambda row: row.from_kmh))


@dataclass(frozen=True, slots=True)
class SpeedRow:
    """MET from this average speed on; with `over`, from above it. The file has miles per hour."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    from_kmh: Annotated[float, Field(gt=0, alias="mph"), AfterValidator(lambda mph: mph * _KM_PER_MILE)]
    met: Annotated[float, Field(gt=0)]
    over: bool = False

    def covers(self, speed_kmh: float) -> bool:
        slack = self.from_kmh * 1e-9  # 6 miles in an hour, converted to km and minutes, must still be 6 mph
        return speed_kmh > self.from_kmh + slack if self.over else speed_kmh >= self.from_kmh - slack


@dataclass(frozen=True, slots=True)
class Limits:
    """Hard limits of a sport: a longer distance, or a higher average speed, than a person can reach is refused."""

    distance_km: float
    speed_kmh: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Sport:
    """One sport of the catalogue. `fields` are optional body fields (`distance`, `avgHeartRate`) in form order."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    name: str
    aliases: tuple[str, ...] = ()
    icon: str  # a QtAwesome name
    fields: tuple[str, ...] = ()
    distance_unit: DistanceUnit | None = None  # unit that a form offers first; bodies always have km
    pace_style: PaceStyle | None = None
    met: Annotated[float, Field(gt=0)] | None = None  # None: none is published for it
    mets: dict[str, float] = field(default_factory=dict)
    speed_table: Annotated[tuple[SpeedRow, ...], AfterValidator(_slowest_first)] = ()
    band_kmh: tuple[float, float] | None = None
    max_distance_km: Annotated[float, Field(gt=0, le=MAX_DISTANCE_KM)] = MAX_DISTANCE_KM
    max_speed_kmh: Annotated[float, Field(gt=0)] | None = None  # None: that of an unknown sport
    cadence_ask_rpm: Annotated[float, Field(gt=0)] = 220.0

    @property
    def own_fields(self) -> tuple[str, ...]:
        """What it is measured by before the heart rate: sets, power, cadence."""
        until = self.fields.index("avgHeartRate") if "avgHeartRate" in self.fields else len(self.fields)
        return tuple(name for name in self.fields[:until] if name in ("sets", "avgPower", "cadence"))

    def met_at(self, speed_kmh: float) -> float:
        """MET of the speed table's row at or below `speed_kmh`; below the first row, the first."""
        found = self.speed_table[0]
        for row in self.speed_table:
            if not row.covers(speed_kmh):
                break
            found = row
        return found.met


class _CatalogueToml(BaseModel):
    model_config = ConfigDict(extra="forbid")

    guess_met: Annotated[float, Field(gt=0)]
    max_speed_kmh: Annotated[float, Field(gt=0)]
    sport: tuple[Sport, ...]


class SportCatalogue:
    """Immutable after construction; from any thread."""

    def __init__(self, sports: tuple[Sport, ...], *, guess_met: float, max_speed_kmh: float) -> None:
        """ValueError when two sports claim the same name or alias."""
        self.all = sports
        self.names = tuple(sport.name for sport in sports)
        self.guess_met = guess_met  # for an unknown sport
        self._unknown_limits = Limits(MAX_DISTANCE_KM, max_speed_kmh)
        self._limits = {one.name: Limits(one.max_distance_km, one.max_speed_kmh or max_speed_kmh) for one in sports}
        self._by_key: dict[str, Sport] = {}
        self._by_name = {sport.name: sport for sport in sports}
        for sport in sports:
            for text in (sport.name, *sport.aliases):
                if self._by_key.setdefault(_key(text), sport) is not sport:
                    raise ValueError(f"{text!r} means both {self._by_key[_key(text)].name} and {sport.name}")

    @classmethod
    def load(cls) -> SportCatalogue:
        """The catalogue shipped with the program, `resources/sports.toml`."""
        return cls.parse(files("resources").joinpath("sports.toml").read_text(encoding="utf-8"))

    @classmethod
    def parse(cls, toml_text: str) -> SportCatalogue:
        """ValueError when the text is no catalogue."""
        raw = _CatalogueToml.model_validate(tomllib.loads(toml_text))
        return cls(raw.sport, guess_met=raw.guess_met, max_speed_kmh=raw.max_speed_kmh)

    def find(self, text: str) -> Sport | None:
        """By name or alias; case, accents, spacing and marks do not matter (`TrailRun`, `trail_run`, `TRAIL-RUN`)."""
        return self._by_name.get(text) or self._by_key.get(_key(_bare(text)))

    def near(self, text: str) -> Sport | None:
        """The sport that an unknown name may be a typo of (`Runing`), or that is followed by figures of another field
        (`Swimming1.500`); None where it is known, or like no other."""
        key = _key(text)
        if self.find(text) is not None:
            return None
        if (word := _BEFORE_FIGURES.match(text)) is not None and (sport := self.find(word[0])) is not None:
            return sport
        slips = (other for other in self._by_key if is_slip(key, other))
        closest = min(slips, key=lambda other: OSA.distance(key, other), default=None)
        return None if closest is None else self._by_key[closest]

    def limits(self, text: str) -> Limits:
        """Of a sport by name or alias, or of an unknown one."""
        sport = self.find(text)
        return self._unknown_limits if sport is None else self._limits[sport.name]

    def canonical(self, text: str) -> str:
        """The catalogue's name, or an unknown one as given (trimmed)."""
        sport = self.find(text)
        return text.strip() if sport is None else sport.name


def _bare(text: str) -> str:
    """Without the affixes of Garmin Connect and Apple Health: `tennis_v2`, `HKWorkoutActivityTypeTennis`."""
    return text.removesuffix("_v2").removesuffix("_ws").removeprefix("HKWorkoutActivityType")


def _key(text: str) -> str:
    return "".join(filter(str.isalnum, folded(text)))


@cache
def default_catalogue() -> SportCatalogue:
    return SportCatalogue.load()
