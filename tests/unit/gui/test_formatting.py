"""How screens write moments and durations."""

from __future__ import annotations

from datetime import UTC
from zoneinfo import ZoneInfo

import pytest

from gui.formatting import clock_text, day_clock, file_title, ordinal, took_text, waited_text

T0 = 1_700_000_000_987  # 2023-11-14T22:13:20.987Z


def test_that_a_clock_is_cut_and_not_rounded() -> None:
    assert clock_text(T0, UTC) == "22:13:20"
    assert clock_text(T0, UTC, "minutes") == "22:13"
    assert clock_text(T0, UTC, "milliseconds") == "22:13:20.987"
    assert clock_text(1_700_000_000_000, ZoneInfo("Europe/Berlin"), "milliseconds") == "23:13:20.000"
    assert clock_text(float(T0) + 0.9, UTC, "milliseconds") == "22:13:20.987"


def test_that_older_times_say_their_day() -> None:
    assert day_clock(T0, T0 + 1_000, UTC) == "22:13:20"
    assert day_clock(T0 - 86_400_000, T0, UTC) == "13 Nov 22:13"
    assert day_clock(T0 - 400 * 86_400_000, T0, UTC) == "10 Oct 2022"


def test_that_work_is_written_in_milliseconds_and_a_wait_in_seconds() -> None:
    assert [took_text(ms) for ms in (None, 0.2, 3.4, 1_400.0)] == ["", "<1 ms", "3 ms", "1.4 s"]
    waits = (940, 9_960, 59_400, 60_000, 3_600_000, 172_800_000)
    assert [waited_text(ms) for ms in waits] == ["0.9 s", "10 s", "59 s", "1 min", "1 h", "2 d"]
    assert waited_text(940, tenths=False) == "1 s"


def test_that_a_short_wait_is_told_in_milliseconds() -> None:
    assert [waited_text(ms) for ms in (0.0, 12.3, 99.0, 99.6)] == ["< 1 ms", "12 ms", "99 ms", "0.1 s"]


@pytest.mark.parametrize(
    ("number", "words"),
    [(1, "1st"), (2, "2nd"), (3, "3rd"), (11, "11th"), (112, "112th"), (23, "23rd"), (1_013, "1,013th")],
)
def test_that_places_are_ordinals(number: int, words: str) -> None:
    assert ordinal(number) == words


@pytest.mark.parametrize(
    ("name", "title"),
    [("Ana Ruiz", "Ana Ruiz"), ("../../a:b?", "a b"), ("Zoë / Łukasz", "Zoë Łukasz"), ("???", "athlete")],
)
def test_that_the_name_of_a_file_is_one_everywhere(name: str, title: str) -> None:
    assert file_title(name) == title
