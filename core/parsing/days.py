"""Parses a day as people type it: `yesterday`, `mon`, `10.12.2025`, `26 Jul 2025`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from core.errors import EntryError
from core.parsing.calendar_words import MONTH_NAMES, MONTHS, WEEKDAY_NAMES, WEEKDAYS, name_of

_DAYS_BACK = {
    **dict.fromkeys(("today", "heute", "aujourd'hui", "hoy"), 0),
    **dict.fromkeys(("yesterday", "gestern", "hier", "ayer"), 1),
}
_YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})", re.ASCII)
_WITH_DOTS = re.compile(r"(\d{1,2})\. ?(\d{1,2})\.(?: ?(\d{4}|\d{2}))?", re.ASCII)
_DAY_OR_MONTH_FIRST = re.compile(r"(\d{1,2})([-/])(\d{1,2})\2(\d{4})", re.ASCII)
_WITHOUT_YEAR = re.compile(r"\d{1,2}([-/])\d{1,2}(?:\1\d{2})?", re.ASCII)  # or with half of one
_NUMBER = re.compile(r"(\d{1,2}|\d{4})(?:st|nd|rd|th|er|º|ª|°)?", re.ASCII)
_BETWEEN = re.compile(r"[\s./-]+")


def read_day(words: Sequence[str], *, now: datetime, at: time) -> date | None:
    """The day that these lower-case words name, None where they are not understood; today without words.

    `now` is local and without a zone; `at` is the time typed beside the day. A weekday, or a date without a year, is
    the latest one whose `at` is not later than `now`. EntryError where a day is understood and wrong.
    """
    if not words:
        return now.date()
    only = name_of(words[0]) if len(words) == 1 else ""
    if only in _DAYS_BACK:
        return now.date() - timedelta(days=_DAYS_BACK[only])
    if only in WEEKDAYS and only not in MONTHS:
        back = (now.weekday() - WEEKDAYS[only]) % 7
        return now.date() - timedelta(days=7 if back == 0 and at > now.time() else back)
    return _date(words, now, at) or _date_beside_weekday(words, now, at)


def _date_beside_weekday(words: Sequence[str], now: datetime, at: time) -> date | None:
    for name, rest in ((words[0], words[1:]), (words[-1], words[:-1])):
        weekday = WEEKDAYS.get(name_of(name))
        day = None if weekday is None else _date(rest, now, at)
        if day is not None and day.weekday() != weekday:
            raise EntryError(f"{_written(day.year, day.month, day.day)} is a {WEEKDAY_NAMES[day.weekday()]}.")
        if day is not None:
            return day
    return None


def _date(words: Sequence[str], now: datetime, at: time) -> date | None:
    text = " ".join(words)
    if found := _YEAR_FIRST.fullmatch(text):
        return _day(int(found[1]), int(found[3]), int(found[4]))
    if found := _WITH_DOTS.fullmatch(text):
        return _dated(found[3], int(found[2]), int(found[1]), now, at)
    if found := _DAY_OR_MONTH_FIRST.fullmatch(text):
        return _day_or_month_first(text, int(found[1]), int(found[3]), int(found[4]))
    if _WITHOUT_YEAR.fullmatch(text):
        raise EntryError("Write the date with a year of four figures, like 2025-12-10.")
    return _with_month_name([part for part in _BETWEEN.split(text) if part], now, at)


def _day_or_month_first(text: str, first: int, second: int, year: int) -> date:
    """Parsed where only one of both orders is a valid day, or where both give the same."""
    if first != second and first <= 12 and second <= 12:
        raise EntryError(
            f"{text} is {first} {MONTH_NAMES[second - 1]} to some and {second} {MONTH_NAMES[first - 1]} to others; "
            f"write {year}-{second:02}-{first:02} or {year}-{first:02}-{second:02}."
        )
    return _day(year, first, second) if second > 12 >= first else _day(year, second, first)


def _with_month_name(parts: Sequence[str], now: datetime, at: time) -> date | None:
    """`26 jul 2025`, `jul 26 2025`, `2025 jul 26`, `26 jul`."""
    months = [MONTHS[name] for name in map(name_of, parts) if name in MONTHS]
    numbers = [found[1] for part in parts if (found := _NUMBER.fullmatch(part))]
    if len(months) != 1 or len(months) + len(numbers) != len(parts) or len(numbers) > 2:
        return None
    years = [number for number in numbers if len(number) == 4] or numbers[1:]
    days = [number for number in numbers if len(number) < 3]
    if not days:
        return None
    return _dated(years[0] if years else None, months[0], int(days[0]), now, at)


def _dated(year_text: str | None, month: int, day: int, now: datetime, at: time) -> date:
    if year_text is not None:
        return _day(int(year_text) + (2000 if len(year_text) == 2 else 0), month, day)
    this_year = _day(now.year, month, day)
    return this_year if datetime.combine(this_year, at) <= now else _day(now.year - 1, month, day)


def _day(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise EntryError(f"There is no {_written(year, month, day)}.") from None


def _written(year: int, month: int, day: int) -> str:
    """`26 July 2025`; with a month that does not exist, `2025-13-26`."""
    return f"{day} {MONTH_NAMES[month - 1]} {year}" if 1 <= month <= 12 else f"{year}-{month:02}-{day:02}"
