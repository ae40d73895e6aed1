"""`make bench ARGS="--only athletes"`: what the athletes' screens read of many stored workouts."""

from __future__ import annotations

import tempfile

from tests.bench.measure import run_role, verdict
from tests.support.postgres_server import start_private_server

ROLES, HISTORY = "tests.bench.athlete_roles", "tests.bench.history_roles"
MOST_MS = {
    "list by name": 50,
    "list by this week": 50,
    "list by last active": 50,
    "search": 100,
    "search with a typo": 100,
    "athlete with 100": 50,
    "athlete with 5,000": 50,
    "board": 20,
    "board with ten weeks": 20,
    "board of a week, one sport": 20,
    "board of a month": 20,
    "board of a year, one sport": 20,
    "board of all time, by climb": 20,
}
MOST_MS_OF_HISTORY = {
    "by start": 50,
    "by athlete": 50,
    "by sport": 50,
    "by duration": 50,
    "by distance": 50,
    "by energy": 50,
    "the last page": 50,
    "of an athlete": 50,
    "of an athlete with 5,000": 50,
    "a sport": 50,
    "a sport without workouts": 50,
    "a day, by distance": 50,
    "a month, by distance": 50,
    "corrected": 50,
    "a badge": 50,
    "text, first answer": 100,
    "text, full page": 100,
    "rare text, first answer": 100,
    "rare text, to the end": 100,
}


def bench_athletes(count: int) -> None:
    server = start_private_server()
    try:
        with tempfile.TemporaryDirectory(prefix="paceline-bench-") as folder:
            _bench("SQLite", f"sqlite:///{folder}/results.db", count)
        _bench("PostgreSQL", server.new_database(), count)
    finally:
        server.stop()


def _bench(database: str, url: str, count: int) -> None:
    filled = run_role(ROLES, "fill", url, str(count))
    found = run_role(ROLES, "read", url, str(count)) | run_role(HISTORY, url, str(count))
    people, fill_s = filled["athletes"], filled["fill_s"]
    print(f"\n{count:,} workouts of {people:,.0f} athletes on {database}, stored in {fill_s:,.0f} s: p95 in ms")
    for name, most_ms in (MOST_MS | MOST_MS_OF_HISTORY).items():
        line = verdict(name, found[name], most_ms, at_least=False)
        print(f"{line}, of which on the reader's processor {found[f'{name}, processor']:,.1f}")
