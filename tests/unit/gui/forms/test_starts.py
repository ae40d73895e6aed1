"""How starts are written, in the workout's own time with its offset where the console has another; those offered."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.parsing.start import parse_start
from gui.forms.starts import dated_start_words, start_choices, start_entry, start_words

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


@pytest.mark.parametrize(
    ("now", "times", "texts"),
    [
        (
            "2026-11-30T09:23:40+00:00",
            ("10:23", "09:23", "Sun 29 Nov 10:23"),
            ("now", "2026-11-30 09:23", "2026-11-29 10:23"),
        ),
        (
            "2026-11-29T23:20:00+00:00",
            ("00:20", "Sun 29 Nov 23:20", "Sun 29 Nov 00:20"),
            ("now", "2026-11-29 23:20", "2026-11-29 00:20"),
        ),
        (
            "2026-10-25T01:30:00+00:00",  # 02:30 for the second time
            ("02:30 +01:00", "02:30 +02:00", "Sat 24 Oct 02:30"),
            ("now", "2026-10-25 02:30", "2026-10-24 02:30"),
        ),
        (
            "2026-10-25T02:30:00+00:00",
            ("03:30", "02:30 +01:00", "Sat 24 Oct 03:30"),
            ("now", "2026-10-25 02:30 +01:00", "2026-10-24 03:30"),
        ),
        (
            "2026-03-30T00:30:00+00:00",  # the day after the clocks went from 02:00 to 03:00
            ("02:30", "01:30", "Sun 29 Mar 03:30"),
            ("now", "2026-03-30 01:30", "2026-03-29 03:30"),
        ),
    ],
)
def test_that_the_starts_offered_say_which_they_are(now: str, times: tuple[str, ...], texts: tuple[str, ...]) -> None:
    offered = start_choices(datetime.fromisoformat(now), BERLIN)
    assert tuple(each.time for each in offered) == times
    assert tuple(each.text for each in offered) == texts


MINUTES = st.datetimes(datetime(2000, 1, 2), datetime(2030, 1, 1), timezones=st.just(UTC)).map(
    lambda moment: moment.replace(second=0, microsecond=0)
)


@given(moment=MINUTES, zone=st.sampled_from(["Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "UTC"]))
def test_that_a_start_which_is_written_reads_back_to_the_same_minute(moment: datetime, zone: str) -> None:
    there = ZoneInfo(zone)
    local = moment.astimezone(there)
    fixed = datetime.fromisoformat(local.isoformat())
    assert parse_start(start_entry(fixed, there), now=moment, zone=there) == moment
    for choice, ago in zip(start_choices(moment, there), (timedelta(), timedelta(hours=1)), strict=False):
        assert parse_start(choice.text, now=moment, zone=there) == moment - ago
