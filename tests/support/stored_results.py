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
    return {
        "workouts": place.rows(
            "SELECT id, athlete, sport, started_at, utc_offset_min, revision, calories_kcal FROM workouts ORDER BY 1"
        ),
        "athletes": place.rows(f"SELECT name, {sums} FROM athletes WHERE workouts > 0 ORDER BY 1"),
        "weeks": place.rows(f"SELECT iso_year, iso_week, athlete, {sums} FROM weekly_totals ORDER BY 1, 2, 3"),
        "periods": place.rows("SELECT * FROM period_totals ORDER BY period, sport, athlete"),
        "period sums": place.rows("SELECT * FROM period_sums ORDER BY period, sport"),
        "earned": place.rows(
            "SELECT athlete, code, number, name, workout_id, earned_at FROM earned_achievements ORDER BY 1, 2, 3, 5",
        ),
        "counts": place.rows("SELECT * FROM achievement_counts WHERE times > 0 ORDER BY code"),
    }


def ledger(place: Place) -> dict[tuple[str, str], int]:
    """By origin and kind; failures are counted where they are kept."""
    counted = place.rows("SELECT origin, kind, n FROM ledger_counts")
    listed = place.rows("SELECT origin, 'failed', count(*) FROM failures WHERE state = 'open' GROUP BY origin")
    return {(origin, kind): n for origin, kind, n in (*counted, *listed)}
