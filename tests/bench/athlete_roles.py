"""Roles for the athletes' queries: fill a results database quickly, and time what screens read of it."""

from __future__ import annotations

import gc
import json
import random
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from time import perf_counter, process_time
from uuid import UUID

from sqlalchemy import Connection

from core.achievements.athlete_history import Totals, iso_week, totals_of
from core.achievements.progress import DAY_MS, WorkoutEntry, make_entry, utc_ms
from core.athletes.board_periods import period_of
from core.athletes.leaderboard import BoardAmount, LeaderboardRequest
from core.athletes.listing import AthleteListRequest, AthleteSort
from core.athletes.periods import Period
from core.athletes.weeks import week_of
from core.store.athletes.period_totals import rebuild_totals
from core.store.bulk_sql import Bindings, Row, Write, stored_columns
from core.store.database.connect import database_at
from core.store.database.schema import athletes, weekly_totals, workouts
from core.store.reader import ResultsReader
from core.store.rows import folded_beyond_ascii
from core.store.writer import ResultsStore
from core.workouts.folding import folded

TODAY = date(2025, 12, 12)
DAYS = 728
PER_ATHLETE = 100
BUSY = 5_000  # workouts of the busiest athlete
READS = 60
BOUND_MS = 20_000
_FIRST = (
    *("Ana", "Ben", "Cy", "Diego", "Élodie", "Finn", "Greta", "Hugo", "Ivan", "Jonas"),
    *("Kofi", "Leila", "Mia", "Noah", "Øyvind", "Petra", "Ruth", "Sam", "Tove", "Zoë"),
)
_LAST = (
    *("Ruiz", "Okafor", "Tan", "Álvarez", "Popescu", "Byrne", "Olsen", "Lambert"),
    *("Petrov", "Weber", "Mensah", "Aziz", "Chen", "Lindqvist", "Ås", "Cohen"),
)
_SPORTS = ("Running", "Running", "Cycling", "Swimming", "Strength")
_CORRECTED_EVERY, _TITLED_EVERY, _NOTED_EVERY = 50, 3, 10
_WORDS = (
    "easy",
    "long",
    "hills",
    "intervals",
    "windy",
    "new shoes",
    "with the squad",
    "knee sore",
    "threshold",
    "race",
)
_BUSIEST = 0
_LISTED, _RANKED = 100, 50  # rows, as the screens ask for
_AT_ONCE = 20_000


def name_of(athlete: int) -> str:
    last, rest = divmod(athlete, len(_FIRST))
    number, last = divmod(last, len(_LAST))
    return f"{_FIRST[rest]} {_LAST[last]}{f'-{_LAST[number % len(_LAST)]} {number}' if number else ''}"


def fill(url: str, count: int) -> dict[str, float]:
    """So many workouts of a hundredth as many athletes over two years, stored in the order of their starts."""
    began_s = perf_counter()
    engine = database_at(url).open()
    with engine.begin() as connection:
        for index in workouts.indexes:
            index.drop(connection)
        _put_all(connection, count)
        for index in workouts.indexes:
            index.create(connection)
        rebuild_totals(connection, lambda *_: None)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE" if connection.dialect.name == "postgresql" else "PRAGMA optimize")
    engine.dispose()
    store = ResultsStore(url, now_ms=lambda: 0)
    store.open()  # works out what is earned
    store.close()
    return {"fill_s": perf_counter() - began_s, "athletes": count // PER_ATHLETE}


def _put_all(connection: Connection, count: int) -> None:
    put_workout, put_athlete, put_week = (
        Write.insert(table, connection.dialect) for table in (workouts, athletes, weekly_totals)
    )
    versions: dict[str, int] = {}
    whole: dict[str, Totals] = {}
    week, of_week = (0, 0), dict[str, list[WorkoutEntry]]()
    rows: list[Row] = []

    def end_week() -> None:
        sums = {name: totals_of(some) for name, some in of_week.items()}
        put_week.run(connection, [(*week, name, *_values(totals)) for name, totals in sums.items()])
        for name, totals in sums.items():
            whole[name] = _sum(whole.get(name, Totals()), totals)

    for name, entry, row in _workouts(count, Bindings(connection.dialect)):
        versions[name] = versions.get(name, 0) + 1
        if iso_week(entry.local_ms) != week:
            end_week()
            week, of_week = iso_week(entry.local_ms), {}
        of_week.setdefault(name, []).append(entry)
        rows.append((*row, versions[name], folded_beyond_ascii(name), None, None))
        if len(rows) == _AT_ONCE:
            put_workout.run(connection, rows)
            rows.clear()
    end_week()
    put_workout.run(connection, rows)
    people = [(name, versions[name], 0, *_values(totals), folded(name)) for name, totals in whole.items()]
    put_athlete.run(connection, people)


def _workouts(count: int, bind: Bindings) -> Iterator[tuple[str, WorkoutEntry, Row]]:
    """With the first columns of the row."""
    chance = random.Random(1)
    people = count // PER_ATHLETE
    owners = [
        *[_BUSIEST] * min(BUSY, count // 2),
        *(number % people for number in range(count - min(BUSY, count // 2))),
    ]
    chance.shuffle(owners)
    first_ms = utc_ms(datetime.combine(TODAY - timedelta(days=DAYS - 1), time(), UTC))
    step_ms = DAYS * DAY_MS // count
    for number, owner in enumerate(owners):
        at_ms, name, sport = first_ms + number * step_ms, name_of(owner), chance.choice(_SPORTS)
        minutes, kg = chance.randint(20, 120), 60 + owner % 30 + number % 5 / 10
        km = None if sport == "Strength" else minutes * chance.randint(100, 250) / 1000
        entry = make_entry(str(UUID(int=number)), at_ms, sport, minutes, km, minutes * 8.5, minutes / 2)
        of_columns = {
            "id": entry.workout_id,
            "athlete": name,
            "sport": sport,
            "started_at": bind.time(at_ms),
            "utc_offset_min": 0,
            "duration_min": minutes,
            "distance_km": km,
            "calories_kcal": minutes * 8.5,
            "revision": 2 if number % _CORRECTED_EVERY == 0 else 1,
            "processed_at": bind.time(at_ms),
            "worker": "w-1",
            "picked_up_at": bind.time(at_ms),
            "calories_estimate": bind.flag(True),
            "elevation_gain_m": minutes / 2,
            "weight_kg": kg if number % 7 == 0 else None,
            "title": _title(number, sport),
            "notes": _notes(number, chance),
        }
        yield name, entry, tuple(of_columns.get(column.name) for column in stored_columns(workouts)[:-4])


def _title(number: int, sport: str) -> str | None:
    return f"{_WORDS[number % len(_WORDS)].capitalize()} {sport.lower()}" if number % _TITLED_EVERY == 0 else None


def _notes(number: int, chance: random.Random) -> str | None:
    if number % _NOTED_EVERY:
        return None
    return f"{', '.join(chance.sample(_WORDS, 4))}; lap {number // _NOTED_EVERY}"


def _values(totals: Totals) -> Row:
    return (totals.workouts, totals.duration_ms, totals.distance_mm, totals.energy_mkcal)


def _sum(one: Totals, other: Totals) -> Totals:
    return Totals(*map(sum, zip(_values(one), _values(other), strict=True)))


def read(url: str, count: int) -> dict[str, float]:
    """95th percentiles in milliseconds, by what is read; the processor time of this process beside it."""
    gc.disable()  # as in the console, which collects in its main thread
    reader = ResultsReader(url, now_ms=lambda: 0)
    reader.open()
    chance = random.Random(2)
    week, people = week_of(TODAY), count // PER_ATHLETE

    def page_by(sort: AthleteSort) -> Callable[[], object]:
        place = None

        def act() -> None:
            nonlocal place
            place = reader.athletes.list(AthleteListRequest(week, sort=sort, limit=_LISTED, after=place)).next

        return act

    def search(*texts: str) -> Callable[[], object]:
        return lambda: reader.athletes.list(AthleteListRequest(week, chance.choice(texts), limit=_LISTED))

    def leaderboard(kind: Period, amount: BoardAmount, sport: str | None = None) -> Callable[[], object]:
        return lambda: reader.athletes.leaderboard(
            LeaderboardRequest(period_of(kind, TODAY), amount, sport, limit=_RANKED, cells=10)
        )

    def week_board(cells: int) -> Callable[[], object]:
        return lambda: reader.athletes.leaderboard(
            LeaderboardRequest(period_of("week", TODAY).shifted(-chance.randint(0, 50)), limit=_RANKED, cells=cells)
        )

    parts: dict[str, Callable[[], object]] = {
        "list by name": page_by("name"),
        "list by this week": page_by("this week"),
        "list by last active": page_by("last active"),
        "search": search("ana", "ruiz", "oyv as", "o", "lindqvist 7"),
        "search with a typo": search("riuz", "oyvnd", "lindqvits", "popesu gretta"),
        "athlete with 100": lambda: reader.athletes.page(name_of(chance.randrange(1, people)), TODAY),
        "athlete with 5,000": lambda: reader.athletes.page(name_of(_BUSIEST), TODAY),
        "board": week_board(1),
        "board with ten weeks": week_board(10),
        "board of a week, one sport": leaderboard("week", "distance", "Cycling"),
        "board of a month": leaderboard("month", "distance"),
        "board of a year, one sport": leaderboard("year", "duration", "Running"),
        "board of all time, by climb": leaderboard("all", "climb"),
    }
    found: dict[str, float] = {}
    for name, part in parts.items():
        found[name], found[f"{name}, processor"] = p95_ms(part)
    reader.close()
    return found


def p95_ms(part: Callable[[], object]) -> tuple[float, float]:
    """Of the time that passes, and of this process's processor time."""
    part()
    took_ms: list[tuple[float, float]] = []
    while len(took_ms) < READS and sum(passed for passed, _ in took_ms) < BOUND_MS:
        began_s, used_s = perf_counter(), process_time()
        part()
        took_ms.append(((perf_counter() - began_s) * 1000, (process_time() - used_s) * 1000))
    passed, used = (sorted(series)[int(len(series) * 0.95)] for series in zip(*took_ms, strict=True))
    return passed, used


if __name__ == "__main__":
    act = {"fill": fill, "read": read}[sys.argv[1]]
    print(json.dumps(act(sys.argv[2], int(sys.argv[3]))))
