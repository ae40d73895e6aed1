"""The achievement rules: read from `resources/achievements.toml`, checked, and compiled for evaluation."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from hashlib import sha256
from importlib.resources import files
from typing import Annotated, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.achievements.rule_lines import line_of, line_of_table
from core.achievements.rule_schema import DISTANCE, WEEKDAYS, AchievementRule
from core.errors import RuleFileError

RULE_FILE = "achievements.toml"


def shipped_text() -> str:
    """The rule file that comes with the program."""
    return files("resources").joinpath(RULE_FILE).read_text(encoding="utf-8")


class _RulesToml(BaseModel):
    model_config = ConfigDict(extra="forbid")

    achievement: Annotated[list[AchievementRule], Field(min_length=1)]


class Earned(NamedTuple):
    """`earned_at_ms` is the start of the workout that earned it; `number` counts a repeatable one from 1."""

    code: str
    name: str
    workout_id: str
    earned_at_ms: int
    number: int


@dataclass(frozen=True, slots=True)
class AchievementProgress:
    """`current` and `target` in the rule's own unit (km, min, kcal, m, workouts, days, sports).

    A streak and a week's variety count the run that includes the athlete's last workout. A record's `current` is how
    often it was earned, its `target` 1.
    """

    code: str
    current: float
    target: float
    fraction: float


class NearMiss(NamedTuple):
    """A distance achievement that one workout did not quite reach. `short_m` is in metres, at least 1."""

    code: str
    name: str
    short_m: int


class Condition(NamedTuple):
    """Which workouts of a sport count. Hours of the week are counted from Monday, 0:00 of its local time."""

    hours_of_week: frozenset[int]
    min_distance_mm: int


@dataclass(frozen=True, slots=True)
class PersonalBest:
    """A repeatable best. Paces are negated, so that more is always better."""

    slot: int
    per_sport: bool
    condition: Condition | None
    achievement: AchievementRule


# All achievements on the same amount of the same workouts: the track's number, the slot, whether amounts add up (else
# the highest single one counts), hours of the week and least distance in mm (None and 0: no condition), thresholds with
# the lowest first, and their achievements. A plain tuple, since every workout unpacks many.
Track = tuple[int, int, bool, frozenset[int] | None, int, tuple[int, ...], tuple[AchievementRule, ...]]


@dataclass(frozen=True, slots=True)
class CompiledRules:
    """The rules that apply to a workout of one sport."""

    tracks: tuple[Track, ...]
    records: tuple[PersonalBest, ...]


class AchievementRules:
    """Immutable except for caches; from any thread."""

    def __init__(self, rules: Sequence[AchievementRule], text: str = "") -> None:
        """`text`: the rule file that they are of. RuleFileError when two rules share a code or a name."""
        self.all = tuple(rules)
        self.text = text
        self.by_code = {achievement.code: achievement for achievement in self.all}
        for key in ("code", "name"):
            _check_unique(key, [getattr(achievement, key) for achievement in self.all], text)
        self.tracks = _tracks(self.all)
        self.track_of = {a.code: track for track in self.tracks for a in track[-1]}
        self._records = tuple(PersonalBest(a.slot, a.per_sport, _condition(a), a) for a in rules if a.kind == "record")
        self._plans: dict[str, CompiledRules] = {}
        self._other_plan = self._make_plan(None)
        parts = (rule.model_dump_json(exclude={"description", "icon", "hidden"}) for rule in rules)
        self.digest = sha256("\n".join(parts).encode()).hexdigest()  # of what decides who has earned what
        self._known_sports = frozenset(sport for a in self.all for sport in a.sports or ())

    @classmethod
    def load(cls) -> AchievementRules:
        """The rules shipped with the program; RuleFileError names the rule and the key that are wrong."""
        return cls.parse(shipped_text())

    @classmethod
    def parse(cls, toml_text: str) -> AchievementRules:
        """RuleFileError names the line, the rule and the key that are wrong."""
        try:
            raw = tomllib.loads(toml_text)
        except ValueError as problem:  # also of a number with thousands of digits
            said = str(problem)
            raise RuleFileError(f"{RULE_FILE} is not valid TOML: {said}.", _line_said(said, toml_text)) from None
        except RecursionError:
            raise RuleFileError(f"{RULE_FILE} is nested too deeply.") from None
        try:
            return cls(_RulesToml.model_validate(raw).achievement, toml_text)
        except ValidationError as problem:
            raise _first_problem(problem, raw, toml_text) from None

    @cached_property
    def places(self) -> Mapping[str, int]:
        """By code: the order in which badges are listed."""
        return {code: place for place, code in enumerate(self.by_code)}

    @cached_property
    def of_one_workout(self) -> AchievementRules:
        """Rules that need no history."""
        return AchievementRules([rule for rule in self.all if rule.kind == "best"])

    def plan(self, sport: str) -> CompiledRules:
        if sport not in self._known_sports:
            return self._other_plan
        plan = self._plans.get(sport)
        if plan is None:
            plan = self._plans[sport] = self._make_plan(sport)
        return plan

    def _make_plan(self, sport: str | None) -> CompiledRules:
        def fits(sports: Sequence[str] | None) -> bool:
            return sports is None or sport in sports

        return CompiledRules(
            tuple(track for track in self.tracks if fits(track[-1][0].sports)),
            tuple(record for record in self._records if fits(record.achievement.sports)),
        )


def _check_unique(key: str, texts: Sequence[str], toml_text: str) -> None:
    twice = next((number for number, text in enumerate(texts) if text in texts[:number]), None)
    if twice is not None:
        line = line_of(toml_text, twice, key)
        raise RuleFileError(f"{RULE_FILE}, line {line}: {key} {texts[twice]!r} is there twice.", line)


def _condition(rule: AchievementRule) -> Condition | None:
    if not rule.has_conditions:
        return None
    start, end = rule.from_hour or 0, rule.before_hour or 24
    hours = range(start, end) if start < end else (*range(start, 24), *range(end))
    days = range(7) if rule.weekdays is None else [WEEKDAYS.index(day) for day in rule.weekdays]
    hours_of_week = frozenset(day * 24 + hour for day in days for hour in hours)
    return Condition(hours_of_week, round((rule.min_distance_km or 0) * 1_000_000))


def _tracks(rules: Sequence[AchievementRule]) -> tuple[Track, ...]:
    groups: dict[tuple[object, ...], list[AchievementRule]] = {}
    for rule in rules:
        if rule.kind != "record":
            sports = None if rule.sports is None else frozenset(rule.sports)
            groups.setdefault((rule.kind, rule.slot, sports, _condition(rule)), []).append(rule)
    tracks: list[Track] = []
    for number, group in enumerate(groups.values()):
        first = group[0]
        ordered = tuple(sorted(group, key=lambda rule: rule.threshold))
        thresholds = tuple(rule.threshold for rule in ordered)
        adds = first.kind in ("total", "count")
        tracks.append((number, first.slot, adds, *(_condition(first) or (None, 0)), thresholds, ordered))
    return tuple(tracks)


def _line_said(problem: str, toml_text: str) -> int | None:
    """The reader of TOML says the line in words only."""
    if "at end of document" in problem:
        return toml_text.count("\n", 0, len(toml_text.rstrip())) + 1
    said = re.search(r"\bat line (\d+)", problem)
    return None if said is None else int(said[1])


def _first_problem(error: ValidationError, raw: dict[str, object], toml_text: str) -> RuleFileError:
    problem = error.errors(include_url=False, include_input=False, include_context=False)[0]
    place = problem["loc"]
    message = problem["msg"].removeprefix("Value error, ")
    if len(place) < 2 or not isinstance(place[1], int):
        line = line_of_table(toml_text, str(place[0]))
        return RuleFileError(f"{RULE_FILE}, line {line}: {'.'.join(map(str, place))}: {message}.", line)
    tables = raw["achievement"]
    table = tables[place[1]] if isinstance(tables, list) else {}
    name = table.get("code") if isinstance(table, dict) else None
    rule = f"rule {name!r}" if name else f"rule number {place[1] + 1}"
    # What the whole rule is about says itself which key it is.
    said = str(place[2]) if len(place) > 2 else message.partition(":")[0]
    key = "".join(f"{part}: " for part in place[2:3])
    line = line_of(toml_text, place[1], said)
    return RuleFileError(f"{RULE_FILE}, line {line}: {rule}: {key}{message}.", line)


def near_miss(sport: str, distance_km: float | None, rules: AchievementRules | None = None) -> NearMiss | None:
    """The achievement for the distance of one workout that is missed by less than 1 %; None where there is none.

    `sport` is a canonical name. Whether the athlete has that achievement from another workout is not checked.
    """
    distance_mm = round((distance_km or 0) * 1_000_000)
    for track in (rules or default_rules()).plan(sport).tracks:
        _, slot, adds, hours, _, thresholds, achievements = track
        if slot != DISTANCE or adds or hours is not None:
            continue
        for threshold, achievement in zip(thresholds, achievements, strict=True):
            if threshold * 99 // 100 < distance_mm < threshold:
                return NearMiss(achievement.code, achievement.name, max(1, round((threshold - distance_mm) / 1000)))
    return None


@cache
def default_rules() -> AchievementRules:
    return AchievementRules.load()
