"""How starts are written: in the workout's own time, with its offset where the console has another."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from gui.forms.starts import dated_start_words, start_words

BERLIN = ZoneInfo("Europe/Berlin")
NOW_MS = int(datetime(2026, 11, 28, 19, tzinfo=UTC).timestamp() * 1000)  # 20:00 in Berlin


@pytest.mark.parametrize(
    ("start", "zone", "words"),
    [
        ("2026-11-28T18:24:30+01:00", "Europe/Berlin", "18:24"),
        ("2026-11-27T18:24:00+01:00", "Europe/Berlin", "27 Nov 18:24"),
        ("2026-07-13T08:30:00+02:00", "Europe/Berlin", "13 Jul 08:30"),
        ("2025-12-10T10:00:00+01:00", "Europe/Berlin", "10 Dec 2025 10:00"),
        ("2026-07-13T06:30:00+00:00", "Europe/Berlin", "13 Jul 06:30 +00:00"),
        ("2026-11-28T08:30:00-08:00", "Europe/Berlin", "08:30 -08:00"),
        ("2026-10-25T02:30:00+02:00", "Europe/Berlin", "25 Oct 02:30"),
        ("2026-10-25T02:30:00+01:00", "Europe/Berlin", "25 Oct 02:30"),
        ("2026-11-29T00:30:00+05:30", "Asia/Kolkata", "00:30"),
        ("", "Europe/Berlin", ""),
        ("2026-11-28T18:24:30", "Europe/Berlin", ""),
    ],
)
def test_that_a_start_is_written_in_its_own_time(start: str, zone: str, words: str) -> None:
    assert start_words(start, NOW_MS, ZoneInfo(zone)) == words


def test_that_a_column_has_the_day_alone_of_other_years() -> None:
    assert start_words("2025-12-10T10:00:00+00:00", NOW_MS, BERLIN, brief=True) == "10 Dec 2025"
    assert start_words("2026-07-13T06:30:00+00:00", NOW_MS, BERLIN, brief=True) == "13 Jul 06:30 +00:00"


def test_that_a_start_at_the_end_of_the_calendar_is_written_all_the_same() -> None:
    assert dated_start_words(datetime.fromisoformat("9999-12-31T23:59-10:00"), BERLIN) == "31 Dec 9999 23:59 -10:00"
    assert dated_start_words(datetime.fromisoformat("2026-07-13T08:30+02:00"), BERLIN) == "13 Jul 2026 08:30"
