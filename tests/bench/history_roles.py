"""Role for the history: times its pages, filters, orders and searches over a results database that is filled."""

from __future__ import annotations

import gc
import json
import random
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from core.athletes.history import HistoryFilter, HistoryPage, HistoryRequest, HistorySort
from core.store.reader import ResultsReader
from tests.bench.athlete_roles import PER_ATHLETE, TODAY, name_of, p95_ms

SORTS: tuple[HistorySort, ...] = ("start", "athlete", "sport", "duration", "distance", "energy")
TEXTS = ("knee", "lindqvist", "ana hills", "swim race", "oyvind as", "threshold windy")
RARE_TEXTS = ("lap 7777", "zebra")
_ROWS = 200  # as the screen asks for


def read(url: str, count: int) -> dict[str, float]:
    """95th percentiles in milliseconds, by what is read. A search `to the end` is many reads, other queries between."""
    gc.disable()  # as in the console, which collects in its main thread
    reader = ResultsReader(url, now_ms=lambda: 0)
    reader.open()
    chance, people = random.Random(3), count // PER_ATHLETE
    history = reader.athletes.history

    def pages(request: HistoryRequest) -> Callable[[], object]:
        """One page after the other."""
        place = None

        def act() -> None:
            nonlocal place
            place = history(replace(request, after=place)).next

        return act

    def first(make: Callable[[], HistoryFilter], sort: HistorySort = "start") -> Callable[[], object]:
        return lambda: history(HistoryRequest(make(), sort, limit=_ROWS))

    def days(number: int) -> HistoryFilter:
        last = TODAY - timedelta(days=chance.randrange(600))
        return HistoryFilter(first_day=last - timedelta(days=number - 1), last_day=last)

    def to_the_end(text: str) -> None:
        """Until a page is full, or all was looked through."""
        request, found = HistoryRequest(HistoryFilter(text=text), limit=_ROWS), 0
        while True:
            page: HistoryPage = history(request)
            found += len(page.rows)
            if page.next is None or found >= request.limit:
                return
            request = replace(request, after=page.next)

    parts: dict[str, Callable[[], object]] = {
        f"by {sort}": pages(HistoryRequest(sort=sort, limit=_ROWS)) for sort in SORTS
    }
    parts |= {
        "the last page": lambda: history(HistoryRequest(before=True, limit=_ROWS)),
        "of an athlete": first(lambda: HistoryFilter(name_of(chance.randrange(1, people)))),
        "of an athlete with 5,000": first(lambda: HistoryFilter(name_of(0)), "distance"),
        "a sport": first(lambda: HistoryFilter(sport=chance.choice(("Cycling", "Swimming", "Strength")))),
        "a sport without workouts": first(lambda: HistoryFilter(sport="Golf")),
        "a day, by distance": first(lambda: days(1), "distance"),
        "a month, by distance": first(lambda: days(30), "distance"),
        "corrected": first(lambda: HistoryFilter(corrected=True)),
        "a badge": first(lambda: HistoryFilter(badge="5k-runner")),
        "text, first answer": first(lambda: HistoryFilter(text=chance.choice(TEXTS))),
        "text, full page": lambda: to_the_end(chance.choice(TEXTS)),
        "rare text, first answer": first(lambda: HistoryFilter(text=chance.choice(RARE_TEXTS))),
        "rare text, to the end": lambda: to_the_end(chance.choice(RARE_TEXTS)),
    }
    found: dict[str, float] = {}
    for name, part in parts.items():
        found[name], found[f"{name}, processor"] = p95_ms(part)
    reader.close()
    return found


if __name__ == "__main__":
    print(json.dumps(read(sys.argv[1], int(sys.argv[2]))))
