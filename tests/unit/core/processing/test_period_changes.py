"""What a batch changes in the sums of periods."""

from __future__ import annotations

from datetime import date

from core.achievements.progress import DAY_MS, make_entry
from core.athletes.weeks import EPOCH_DAY
from core.processing.apply_batch import AthleteDelta
from core.processing.period_changes import PeriodChanges

NEW_YEAR_MS = (date(2025, 1, 1).toordinal() - EPOCH_DAY) * DAY_MS
RUN = make_entry("r", NEW_YEAR_MS, "Running", 30, 5.0, 255, 12.5, utc_offset_min=-60)  # 23:00 in the old year
RIDE = make_entry("b", NEW_YEAR_MS, "Cycling", 60, 25.0, 510, None)
RUN_SUMS, RIDE_SUMS = (1, 1_800_000, 5_000_000, 255_000, 12_500), (1, 3_600_000, 25_000_000, 510_000, 0)
BOTH = (2, 5_400_000, 30_000_000, 765_000, 12_500)


def test_that_a_workout_counts_in_each_period_of_its_local_day_for_its_sport_and_for_all() -> None:
    assert PeriodChanges.of({"Ana": AthleteDelta([], [RUN, RIDE])}).of_athletes == {
        ("2025-W01", "", "Ana"): BOTH,
        ("2025-W01", "Running", "Ana"): RUN_SUMS,
        ("2025-W01", "Cycling", "Ana"): RIDE_SUMS,
        ("2024-12", "", "Ana"): RUN_SUMS,
        ("2024-12", "Running", "Ana"): RUN_SUMS,
        ("2025-01", "", "Ana"): RIDE_SUMS,
        ("2025-01", "Cycling", "Ana"): RIDE_SUMS,
        ("2024", "", "Ana"): RUN_SUMS,
        ("2024", "Running", "Ana"): RUN_SUMS,
        ("2025", "", "Ana"): RIDE_SUMS,
        ("2025", "Cycling", "Ana"): RIDE_SUMS,
        ("all", "", "Ana"): BOTH,
        ("all", "Running", "Ana"): RUN_SUMS,
        ("all", "Cycling", "Ana"): RIDE_SUMS,
    }


def test_that_what_is_removed_counts_backwards() -> None:
    changes = PeriodChanges.of({"Ana": AthleteDelta([RUN, RIDE], [RIDE])}).of_athletes
    assert changes["all", "", "Ana"] == changes["2024", "Running", "Ana"] == tuple(-value for value in RUN_SUMS)
    assert changes["2025", "", "Ana"] == (0, 0, 0, 0, 0)


def test_that_anonymous_is_on_no_board() -> None:
    changes = PeriodChanges.of({"anonymous": AthleteDelta([RIDE], [RUN])})
    assert not changes.of_athletes
    assert not changes.over_athletes()


def test_that_athletes_are_added_up() -> None:
    changes = PeriodChanges.of({"Ana": AthleteDelta([], [RUN]), "Ben": AthleteDelta([], [RIDE])})
    whole = changes.over_athletes()
    assert whole["all", ""] == BOTH
    assert whole["all", "Running"] == whole["2024", ""] == RUN_SUMS
    assert changes.of_athletes["all", "", "Ana"] == RUN_SUMS
    assert len(whole) == 14
