"""What a results database holds, read past the reader."""

from __future__ import annotations

from typing import Any

from core.store.writer import ResultsStore
from tests.support.databases import Place

NOW_MS = 1_750_000_000_000


def clock() -> int:
    return NOW_MS


def make_store(place: Place, **more: Any) -> ResultsStore:
    store = ResultsStore(place.url, now_ms=clock, **more)
    store.open()
    return store


def results(place: Place) -> dict[str, list[tuple[Any, ...]]]:
    """All that must be a function of the set of workouts."""
    sums = "workouts, duration_ms, distance_mm, energy_mkcal, duration_min, distance_km, calories_kcal"
    queries = {
        "workouts": (
            "SELECT id, athlete, sport, started_at, utc_offset_min, revision, calories_kcal FROM workouts ORDER BY 1"
        ),
        "athletes": f"SELECT name, {sums} FROM athletes WHERE workouts > 0 ORDER BY 1",
        "weeks": f"SELECT iso_year, iso_week, athlete, {sums} FROM weekly_totals ORDER BY 1, 2, 3",
        "periods": "SELECT * FROM period_totals ORDER BY period, sport, athlete",
        "period sums": "SELECT * FROM period_sums ORDER BY period, sport",
        "earned": (
            "SELECT athlete, code, number, name, workout_id, earned_at FROM earned_achievements ORDER BY 1, 2, 3, 5"
        ),
        "counts": "SELECT * FROM achievement_counts WHERE times > 0 ORDER BY code",
    }
    return dict(zip(queries, place.rows_of(*queries.values()), strict=True))


def ledger(place: Place) -> dict[tuple[str, str], int]:
    """By origin and kind; failures are counted where they are kept."""
    counted, listed = place.rows_of(
        "SELECT origin, kind, n FROM ledger_counts",
        "SELECT origin, 'failed', count(*) FROM failures WHERE state = 'open' GROUP BY origin",
    )
    return {(origin, kind): n for origin, kind, n in (*counted, *listed)}
