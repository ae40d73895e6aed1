from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import SettingError
from core.files import fit
from core.files.activity import Activity
from core.files.fit import is_fit, read_fit
from tests.support import activity_files as made
from tests.support.activity_files import ENUM, S32, U8, U16, U32, fit_file, fit_message, fit_time

START = datetime(2025, 12, 1, 10, tzinfo=UTC)
AT = fit_time(START)
RUNNING, CYCLING, TRAINING, SWIMMING = 1, 2, 10, 5


def record(second: int, *more: Any) -> bytes:
    return fit_message(made.RECORD, [(253, U32, AT + second), *more])


def session(*more: Any, sport: int = RUNNING, sub_sport: int = 0) -> bytes:
    return fit_message(made.SESSION, [(2, U32, AT), (5, ENUM, sport), (6, ENUM, sub_sport), *more])


TOTALS = [
    (7, U32, 1_900_000),  # elapsed, ms
    (8, U32, 1_800_000),  # timer
    (9, U32, 500_000),  # distance, cm
    (22, U16, 55),  # ascent
    (16, U8, 150),
    (17, U8, 170),
    (18, U8, 82),  # cadence
    (20, U16, 250),
    (92, U8, 64),  # half a revolution
]


def activities(content: bytes) -> list[Activity]:
    found: list[Activity] = []
    read_fit(content, found.append)
    return found


def test_that_a_session_has_the_totals_of_the_file() -> None:
    content = fit_file(
        fit_message(made.WORKOUT, [(8, made.TEXT, b"Tempo")]),
        session(*TOTALS),
        fit_message(made.ACTIVITY, [(253, U32, AT), (5, U32, AT + 3_600)]),
    )
    assert is_fit(content)
    (found,) = activities(content)
    assert (found.sport, found.title) == ("running", "Tempo")
    assert found.started_at == START
    assert found.started_at.utcoffset() == timedelta(hours=1)
    assert (found.duration_s, found.distance_m, found.ascent_m) == (1800, 5000, 55)
    assert (found.heart_rate_bpm, found.max_heart_rate_bpm, found.power_w, found.cadence_rpm) == (150, 170, 250, 82.5)


def test_that_the_moving_time_comes_first_where_there_is_a_distance() -> None:
    moving = (59, U32, 1_500_000)
    assert activities(fit_file(session(*TOTALS, moving)))[0].duration_s == 1500
    assert activities(fit_file(session((8, U32, 1_800_000), moving, sport=TRAINING)))[0].duration_s == 1800


def test_that_the_records_are_added_up_where_the_session_has_no_totals() -> None:
    content = fit_file(
        record(0, (0, S32, 2**29), (1, S32, 0), (2, U16, 600 * 5), (3, U8, 120), (7, U16, 200), (4, U8, 80)),
        record(10, (0, S32, 2**29), (1, S32, 12_000), (2, U16, 610 * 5), (3, U8, 140)),
        fit_message(made.EVENT, [(0, ENUM, 0), (1, ENUM, 4)]),  # the timer is stopped
        record(600, (0, S32, 2**29), (1, S32, 24_000)),
        session(),
    )
    track = activities(content)[0].track
    assert (track.points, track.time_s, track.ascent_m) == (3, 10, 10)
    assert track.distance_m == pytest.approx(79, abs=1)
    assert (track.heart_rate.value, track.power.value, track.cadence.value) == (130, 200, 80)


def test_that_of_sessions_at_the_end_it_is_not_known_whose_the_records_are() -> None:
    together = activities(fit_file(record(0), record(1), session(), session(sport=CYCLING)))
    assert [(one.sport, one.track.points) for one in together] == [("running", 0), ("cycling", 0)]
    parted = activities(fit_file(record(0), session(), record(1), record(2), session(sport=CYCLING)))
    assert [one.track.points for one in parted] == [1, 2]


@pytest.mark.parametrize(
    ("sport", "sub_sport", "found"),
    [(SWIMMING, 17, "lap_swimming"), (TRAINING, 20, "strength_training"), (RUNNING, 0, "running"), (0, 0, "")],
)
def test_that_the_narrower_sport_is_taken(sport: int, sub_sport: int, found: str) -> None:
    assert activities(fit_file(session(sport=sport, sub_sport=sub_sport)))[0].sport == found


def test_that_a_recording_that_was_not_closed_is_an_activity() -> None:
    begun = [fit_message(0, [(0, ENUM, 4)]), fit_message(12, [(0, ENUM, CYCLING)]), record(0), record(5)]
    found: list[Activity] = []
    with pytest.raises(SettingError, match="cannot be read to its end"):
        read_fit(fit_file(*begun, size=100_000), found.append)
    assert [(one.sport, one.track.points, one.track.time_s) for one in found] == [("cycling", 2, 5)]
    assert activities(fit_file(fit_message(0, [(0, ENUM, 6)]), record(0), record(5))) == []  # a course


def test_that_a_clock_that_cannot_be_is_no_offset() -> None:
    for local in ([(5, U32, AT + 10**6)], []):
        activity = fit_message(made.ACTIVITY, [(253, U32, AT), *local])
        (found,) = activities(fit_file(session(), activity, fit_message(made.EVENT, [(0, ENUM, 5)])))
        assert found.started_at is not None
        assert found.started_at.utcoffset() == timedelta()


def test_that_a_time_since_power_on_is_no_start() -> None:
    content = fit_file(fit_message(made.RECORD, [(253, U32, 5)]), fit_message(made.SESSION, [(2, U32, 5)]))
    (found,) = activities(content)
    assert (found.started_at, found.track.first) == (None, None)


@pytest.mark.parametrize(
    "content",
    [
        fit_file(session(*TOTALS), size=100_000),
        fit_file(session(*TOTALS), record(1), size=2**32 - 1),
        fit_file(session(*TOTALS), crc=1),
        fit_file(session(*TOTALS))[:-1],
        fit_file(session(*TOTALS)) + b"more",
        fit_file(session(*TOTALS), b"\x0f"),
    ],
)
def test_that_a_damaged_file_is_said_and_its_sessions_are_kept(content: bytes) -> None:
    found: list[Activity] = []
    with pytest.raises(SettingError, match=r"cannot be read to its end|checksum"):
        read_fit(content, found.append)
    assert [one.duration_s for one in found] == [1800]


WHOLE = fit_file(record(0), session(*TOTALS), fit_message(made.ACTIVITY, [(253, U32, AT), (5, U32, AT)]))


@given(st.integers(0, len(WHOLE) - 1), st.binary(min_size=1, max_size=8))
def test_that_no_bytes_break_more_than_their_file(place: int, other: bytes) -> None:
    found: list[Activity] = []
    with suppress(SettingError):
        read_fit(WHOLE[:place] + other + WHOLE[place + len(other) :], found.append)
    assert len(found) <= 2


def test_that_what_the_library_raises_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*arguments: Any, **options: Any) -> Any:
        raise OverflowError

    monkeypatch.setattr("fitdecode.FitReader", broken)
    with pytest.raises(SettingError, match="cannot be read to its end: OverflowError"):
        activities(WHOLE)


def test_that_sizes_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fit, "MAX_POINTS", 2)
    with pytest.raises(SettingError, match="more than 2 points"):
        activities(fit_file(*[record(n) for n in range(3)]))
    monkeypatch.setattr(fit, "MAX_ACTIVITIES", 1)
    with pytest.raises(SettingError, match="more than 1 activities"):
        activities(fit_file(session(), session()))
    monkeypatch.setattr(fit, "MAX_BYTES", 1_048_576)
    with pytest.raises(SettingError, match="larger than 1 MB"):
        activities(bytes(1_048_577))
