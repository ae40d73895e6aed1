"""How the Athletes workspace writes amounts, days and sports: cut, never rounded up. Qt-free."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from core.athletes.sums import Amount
from core.athletes.weeks import Week
from core.parsing.units import at_most, distance_at_most, from_kg, from_km
from gui.forms.formatting import Units

AMOUNT_TITLES: dict[Amount, str] = {"distance": "Distance", "duration": "Time", "energy": "Energy"}
MM_PER_KM, MM_PER_M, MS_PER_MIN, MKCAL_PER_KCAL = 1_000_000, 1_000, 60_000, 1_000
_LONG_DISTANCE = 1_000  # from here on without decimals
_RECENT_DAYS = 14
SAME = "same"  # a change that cannot be seen


class WrittenAmount(NamedTuple):
    """A number as it is written, and its unit."""

    value: str
    unit: str

    @property
    def text(self) -> str:
        return f"{self.value} {self.unit}".strip()


def distance_figure(distance_mm: float, units: Units) -> WrittenAmount:
    """`42.6 km`, `1,042 km`."""
    km = distance_mm / MM_PER_KM
    decimals = 0 if abs(from_km(km, units.distance)) >= _LONG_DISTANCE else 1
    number, unit = distance_at_most(km, units.distance, decimals).split()
    return WrittenAmount(number, unit)


def time_figure(duration_ms: float) -> WrittenAmount:
    """`4:38 h`: hours and whole minutes."""
    hours, minutes = divmod(int(abs(duration_ms)) // MS_PER_MIN, 60)
    sign = "-" if duration_ms < 0 and (hours or minutes) else ""
    return WrittenAmount(f"{sign}{hours:,}:{minutes:02}", "h")


def energy_figure(energy_mkcal: float) -> WrittenAmount:
    return WrittenAmount(at_most(energy_mkcal / MKCAL_PER_KCAL, 0), "kcal")


def climb_figure(ascent_mm: float) -> WrittenAmount:
    return WrittenAmount(at_most(ascent_mm / MM_PER_M, 0), "m")


def count_figure(count: int) -> WrittenAmount:
    return WrittenAmount(f"{count:,}", "")


def amount_figure(amount: Amount, value: float, units: Units) -> WrittenAmount:
    """`value` in the unit of the amount, see `core.athletes.sums.amount_of`."""
    if amount == "distance":
        return distance_figure(value, units)
    if amount == "duration":
        return time_figure(value)
    return energy_figure(value) if amount == "energy" else count_figure(int(value))


def change_text(figure: WrittenAmount) -> str:
    """`+11.4`, `−36`; without a difference that can be seen `SAME`."""
    if not figure.value.strip("-0:.,"):
        return SAME
    return f"−{figure.value[1:]}" if figure.value.startswith("-") else f"+{figure.value}"


def weight_figure(kg: float, units: Units) -> WrittenAmount:
    """`61.5 kg`, `62 kg`."""
    return WrittenAmount(at_most(from_kg(kg, units.weight), 1).removesuffix(".0"), units.weight)


def weight_change(before_kg: float, kg: float, units: Units) -> str:
    """`+0.4 kg`, `−1.2 kg`, `same`: the difference of both as they are written."""
    before, now = (float(weight_figure(value, units).value) for value in (before_kg, kg))
    change = change_text(WrittenAmount(f"{now - before:.1f}", units.weight))
    return change if change == SAME else f"{change} {units.weight}"


def counted(count: int, one: str, many: str = "") -> str:
    """`1 workout`, `1,204 workouts`."""
    return f"{count:,} {one if count == 1 else many or f'{one}s'}"


def initials(name: str) -> str:
    """At most two capitals: of the first and the last word."""
    words = [word for word in name.split() if word[0].isalnum()] or name.split()
    return "".join(word[0] for word in dict.fromkeys((words[0], words[-1]))).upper() if words else "?"


def sports_text(sports: Sequence[str], last: str = ", ") -> str:
    """`Running, cycling`; `last` stands before the last one."""
    words = [
        sport if place == 0 or sport.isupper() else sport[:1].lower() + sport[1:] for place, sport in enumerate(sports)
    ]
    return last.join((", ".join(words[:-1]), words[-1])) if len(words) > 1 else "".join(words)


def day_ago(day: date, today: date) -> str:
    """`today`, `yesterday`, `9 days ago`, `4 Oct`, `4 Oct 2024`."""
    days = (today - day).days
    if days <= 0:  # a workout in a zone where it is tomorrow already
        return "today"
    if days == 1:
        return "yesterday"
    return f"{days} days ago" if days <= _RECENT_DAYS else day_text(day, today)


def day_text(day: date, today: date) -> str:
    """`4 Oct`, of another year `4 Oct 2024`."""
    return f"{day.day} {day:%b}" if day.year == today.year else f"{day.day} {day:%b} {day.year}"


def days_text(first: date, last: date) -> str:
    """`10 to 16 Nov`, `29 Nov to 5 Dec`."""
    begin = f"{first.day}" if (first.year, first.month) == (last.year, last.month) else f"{first.day} {first:%b}"
    return f"{begin} to {last.day} {last:%b}"


def week_days(week: Week) -> str:
    return days_text(week.monday, week.sunday)
