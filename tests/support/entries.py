"""Workouts as the rules and the athletes' screens see them, made short to write."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from hypothesis import strategies as st

from core.achievements.progress import WorkoutEntry, make_entry, utc_ms

TODAY = date(2025, 12, 12)  # Friday of ISO week 50
SPORTS = ("Running", "Cycling", "Swimming", "Yoga")


def entry(
    day: date = TODAY,
    *,
    number: int = 0,
    hour: int = 12,
    sport: str = "Running",
    minutes: float = 30,
    km: float | None = None,
    kcal: float = 100,
    ascent_m: float | None = None,
    offset_min: int = 0,
) -> WorkoutEntry:
    """`day` and `hour` by the clock of the workout. Without a number the id is made of the rest."""
    local_ms = utc_ms(datetime.combine(day, time(hour), UTC))
    workout_id = f"w{number:03}" if number else f"{day} {hour} {sport} {minutes:g} {km}"
    return make_entry(workout_id, local_ms - offset_min * 60_000, sport, minutes, km, kcal, ascent_m, offset_min)


def entry_lists(*, days: int = 60, most: int = 25) -> st.SearchStrategy[list[WorkoutEntry]]:
    """Sorted, with distinct ids, of the last days until today; values that often coincide."""
    one = st.tuples(
        st.integers(0, days - 1).map(lambda back: date.fromordinal(TODAY.toordinal() - back)),
        st.integers(0, 23),
        st.sampled_from(SPORTS),
        st.sampled_from([0.5, 5, 30, 45, 200]),
        st.sampled_from([None, 0, 1, 4.999, 5, 10.5, 21.1, 43]),
        st.sampled_from([0, 10.5, 100]),
        st.sampled_from([-480, 0, 345]),
    )

    def made(drawn: list[tuple[date, int, str, float, float | None, float, int]]) -> list[WorkoutEntry]:
        return sorted(
            entry(
                day, number=number, hour=hour, sport=sport, minutes=minutes, km=km, ascent_m=ascent_m, offset_min=offset
            )
            for number, (day, hour, sport, minutes, km, ascent_m, offset) in enumerate(drawn, 1)
        )

    return st.lists(one, max_size=most).map(made)
