"""The texts of an athlete's badges. Qt-free."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from core.achievements.icons import is_icon
from core.achievements.rule_schema import AchievementRule
from core.athletes.badges import Badge
from core.parsing.units import at_most, distance_at_most, from_km
from core.workouts.sports import default_catalogue
from gui.forms.formatting import DistanceUnit, Units

CLOSED, CLOSED_LINE, CLOSED_ICON = "Hidden badge", "keep training", "mdi6.lock-outline"
_STAND_IN_ICON = "mdi6.medal-outline"
NOT_YET, JUST_NOW = "not yet", "earned just now"
_HOURS_FROM_MIN = 120
_UNITS = {"energy_kcal": "kcal", "ascent_m": "m"}
_COUNTED = {"count": "workouts", "streak": "days", "variety": "sports"}


def icon_of(rule: AchievementRule) -> str:
    """The rule's icon; a medal where this console does not have it: rules can be set by a program without icons."""
    return rule.icon if is_icon(rule.icon) else _STAND_IN_ICON


def in_order(badges: Iterable[Badge]) -> list[Badge]:
    """The earned ones in the order of the rules, then those in progress from the nearest, the closed ones last."""
    return sorted(badges, key=lambda badge: (badge.is_closed, not badge.is_earned, -badge.percent))


def earned_words(badges: Iterable[Badge]) -> str:
    """`14 of 24 earned`."""
    found = [badge.is_earned for badge in badges]
    return f"{sum(found):,} of {len(found):,} earned"


def fresh_words(badges: Sequence[Badge]) -> str:
    """`Climber earned just now`, `3 badges earned just now`."""
    return f"{badges[0].rule.name if len(badges) == 1 else f'{len(badges):,} badges'} {JUST_NOW}"


@dataclass(slots=True)
class BadgeFormat:
    """What the texts of badges depend on."""

    units: Units = field(default_factory=Units)
    today: date = date.min
    fresh: frozenset[str] = frozenset()  # codes of those that were earned just now

    def name(self, badge: Badge) -> str:
        return CLOSED if badge.is_closed else badge.rule.name

    def line(self, badge: Badge) -> str:
        """`earned 2 Mar 24`, `earned 3 times`, `82 of 100 km`, `not yet`."""
        if badge.is_closed:
            return CLOSED_LINE
        if badge.first is None:
            return self._progress(badge)
        if badge.rule.code in self.fresh:
            return JUST_NOW
        if badge.times > 1:  # from a thousand on there is no room for both words
            return f"{'' if badge.times >= 1_000 else 'earned '}{badge.times:,} times"
        return f"earned {self._day(badge.first)}"

    def last_earned(self, badge: Badge) -> str:
        """`2 Mar 24`, `12 Dec, 14 times`; empty for one that is not earned."""
        day = "" if badge.last is None else self._day(badge.last)
        return f"{day}, {badge.times:,} times" if badge.times > 1 else day

    def spoken(self, badge: Badge) -> str:
        """`5K Runner, earned 2 Mar 24. Running, 5 km or more`; `Century Ride, 82 %, 82 of 100 km. Cycling, ...`."""
        if badge.is_closed:
            return f"{CLOSED}, {CLOSED_LINE}"
        percent = [] if badge.is_earned else [f"{badge.percent} %"]
        return f"{', '.join([badge.rule.name, *percent, self.line(badge)])}. {badge.rule.description}"

    def tip(self, badge: Badge) -> str:
        if badge.is_closed:
            return "It opens when it is earned"
        lines = [badge.rule.description, self.line(badge)]
        if badge.times > 1 and badge.first is not None and badge.last is not None:
            lines.append(f"first {self._day(badge.first)}, last {self._day(badge.last)}")
        return "\n".join(lines)

    def _day(self, day: date) -> str:
        """As short as there is room for in a tile."""
        if day == self.today:
            return "today"
        return f"{day.day} {day:%b}" if day.year == self.today.year else f"{day.day} {day:%b %y}"

    def _progress(self, badge: Badge) -> str:
        rule, current, target = badge.rule, badge.progress.current, badge.progress.target
        if rule.measure == "distance_km" and rule.kind != "record":
            return _distance_progress(rule, current, target, self._unit(rule))
        if rule.kind == "record" or target == 1:
            return NOT_YET
        if rule.measure == "duration_min" and target >= _HOURS_FROM_MIN:
            return f"{at_most(current / 60, 1)} of {_rounded_up(target / 60, 1)} h"
        unit = "min" if rule.measure == "duration_min" else _UNITS.get(rule.measure or "", _COUNTED.get(rule.kind, ""))
        return f"{at_most(current, 0)} of {_rounded_up(target, 0)} {unit}"

    def _unit(self, rule: AchievementRule) -> DistanceUnit:
        """That of all its sports, if they have the same."""
        catalogue = default_catalogue()
        found = {self.units.distance_for(catalogue.find(sport)) for sport in rule.sports or ("",)}
        return found.pop() if len(found) == 1 else self.units.distance


def _distance_progress(rule: AchievementRule, current_km: float, target_km: float, unit: DistanceUnit) -> str:
    """The target is rounded up where the current value is cut, so that they are equal only when it is reached."""
    said, _, said_unit = (rule.customary or "").partition(" ")
    decimals = 0 if unit in ("m", "yd") or from_km(target_km, unit) >= 100 else 1
    target = said if said_unit == unit else _rounded_up(from_km(target_km, unit), decimals)
    current = distance_at_most(current_km, unit, decimals).partition(" ")[0].removesuffix(".0")
    return f"{current} of {target} {unit}"


def _rounded_up(value: float, decimals: int) -> str:
    """`21.1` of 21.0975, `1,000`; without a decimal that is zero."""
    factor = 10**decimals
    rounded = math.ceil(round(value * factor, 6)) / factor
    return f"{rounded:,.{decimals}f}".removesuffix(".0")
