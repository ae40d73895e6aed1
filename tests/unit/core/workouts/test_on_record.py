"""Which stored workout a new one looks like."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from core.workouts.model import Workout
from core.workouts.on_record import AthleteDay, athlete_day, recorded, same_again, same_start
from tests.support.incoming import make_workout

BERLIN = ZoneInfo("Europe/Berlin")
EVENING = datetime(2026, 3, 1, 22, 30, tzinfo=UTC)  # 23:30 in Berlin


def run(number: int, **fields: Any) -> Workout:
    return make_workout(number, started_at=EVENING, **fields)


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (run(2), True),
        (run(2, minutes=30 + 0.4 / 60), True),  # within the same second
        (run(2, minutes=31), False),
        (run(2, km=5.0), False),
        (run(2, sport="Walking"), False),
        (run(2, athlete="Ben"), False),
        (run(1), False),  # itself, repaired
        (run(2, minutes=30 + 1 / 60), False),
        (make_workout(2, started_at=EVENING - timedelta(hours=23)), True),
        (make_workout(2, started_at=EVENING + timedelta(minutes=31)), False),  # after midnight in Berlin
        (make_workout(2, started_at=EVENING + timedelta(minutes=30)), False),  # midnight, as the first one ended
    ],
)
def test_that_the_same_again_is_found_within_the_local_day(other: Workout, same: bool) -> None:
    assert (same_again(run(1), [recorded(other)], BERLIN) is not None) is same


@pytest.mark.parametrize(("km", "same"), [(5.2, True), (5.200_009, True), (5.200_01, False), (5.19, False)])
def test_that_distances_are_compared_to_the_centimetre(km: float, same: bool) -> None:
    assert (same_again(run(1, km=5.2), [recorded(run(2, km=km))], BERLIN) is not None) is same


def test_that_one_typed_again_after_midnight_is_found() -> None:
    """No one can do both: the first had not ended when the second began."""
    before, after = (run(number, minutes=30.0) for number in (1, 2))
    late = before.model_copy(update={"started_at": EVENING + timedelta(minutes=29)})
    early = after.model_copy(update={"started_at": EVENING + timedelta(minutes=31)})
    assert late.started_at.astimezone(BERLIN).date() < early.started_at.astimezone(BERLIN).date()
    assert same_again(early, [recorded(late)], BERLIN) is not None
    assert same_again(late, [recorded(early)], BERLIN) is not None


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (run(2, sport="Walking", minutes=5), True),
        (run(2, athlete="Ben"), False),
        (run(1), False),
        (make_workout(2, started_at=EVENING + timedelta(seconds=59)), True),
        (make_workout(2, started_at=EVENING + timedelta(seconds=60)), False),
    ],
)
def test_that_the_same_start_is_found(other: Workout, same: bool) -> None:
    assert (same_start(run(1), [recorded(other)]) is not None) is same


def test_that_a_day_has_the_hours_that_it_has_there() -> None:
    wanted = athlete_day("Ana", date(2026, 3, 29), BERLIN)
    assert wanted == AthleteDay("Ana", wanted.from_ms, wanted.from_ms + 23 * 3_600_000)
    assert datetime.fromtimestamp(wanted.from_ms / 1000, BERLIN) == datetime(2026, 3, 29, tzinfo=BERLIN)
