"""Starts as people type them, paste them and export them; under zones of their own, never the machine's."""

from __future__ import annotations

import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import EntryError
from core.parsing.start import format_start, parse_start, start_note

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 28, 19, 0, tzinfo=UTC)  # a Saturday, 20:00 in Berlin
NBSP, NARROW, ZERO_WIDTH, BOM, RIGHT_TO_LEFT = "\u00a0", "\u202f", "\u200b", "\ufeff", "\u202e"


def parsed(text: str, zone: tzinfo = BERLIN) -> str:
    return parse_start(text, now=NOW, zone=zone).isoformat()


def refusal(text: str, zone: tzinfo = BERLIN) -> str:
    with pytest.raises(EntryError) as caught:
        parse_start(text, now=NOW, zone=zone)
    assert start_note(text, now=NOW, zone=zone) == ""
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("now", "2026-11-28T20:00:00+01:00"),
        (f" {NBSP}NOW\n", "2026-11-28T20:00:00+01:00"),
        ("", "2026-11-28T20:00:00+01:00"),
        ("18:24", "2026-11-28T18:24:00+01:00"),
        ("today 18:24:30", "2026-11-28T18:24:30+01:00"),
        ("Yesterday 7:30", "2026-11-27T07:30:00+01:00"),
        ("yesterday, 07:30", "2026-11-27T07:30:00+01:00"),
        ("gestern um 7:30 Uhr", "2026-11-27T07:30:00+01:00"),
        ("7am", "2026-11-28T07:00:00+01:00"),
        ("7:30 pm", "2026-11-28T19:30:00+01:00"),
        ("12:15am", "2026-11-28T00:15:00+01:00"),
        ("12 p.m.", "2026-11-28T12:00:00+01:00"),
        ("7:06 a. m.", "2026-11-28T07:06:00+01:00"),
        ("18h30", "2026-11-28T18:30:00+01:00"),
        ("18 h", "2026-11-28T18:00:00+01:00"),
        ("18.30 Uhr", "2026-11-28T18:30:00+01:00"),
        ("18:30h", "2026-11-28T18:30:00+01:00"),
        ("6.30 pm", "2026-11-28T18:30:00+01:00"),
        ("6 p.m.", "2026-11-28T18:00:00+01:00"),
        ("0h15", "2026-11-28T00:15:00+01:00"),
        ("today at 6pm", "2026-11-28T18:00:00+01:00"),
    ],
)
def test_that_times_of_today_and_yesterday_are_understood(text: str, moment: str) -> None:
    assert parsed(text) == moment


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-07-13 08:30", "2026-07-13T08:30:00+02:00"),
        ("2026-11-28 6:30 PM", "2026-11-28T18:30:00+01:00"),
        ("2025/12/10 10:00", "2025-12-10T10:00:00+01:00"),
        ("2025.7.6 10:00", "2025-07-06T10:00:00+02:00"),
        ("10.12.2025 18:30", "2025-12-10T18:30:00+01:00"),
        ("10. 12. 2025, 18:30", "2025-12-10T18:30:00+01:00"),
        ("10.12.25 7:00", "2025-12-10T07:00:00+01:00"),
        ("10.12.2025 18.30", "2025-12-10T18:30:00+01:00"),
        ("10.12. 18:30", "2025-12-10T18:30:00+01:00"),
        ("28.11. 18:30", "2026-11-28T18:30:00+01:00"),
        ("25/12/2025 7:00", "2025-12-25T07:00:00+01:00"),
        ("12/25/2025 07:06 AM", "2025-12-25T07:06:00+01:00"),
        ("5/5/2025 7:00", "2025-05-05T07:00:00+02:00"),
        ("7:06 26.07.2025", "2025-07-26T07:06:00+02:00"),
    ],
)
def test_that_dates_in_figures_are_understood(text: str, moment: str) -> None:
    assert parsed(text) == moment


@pytest.mark.parametrize(
    "text",
    [
        "26 Jul 2025, 07:06",
        "26-Jul-2025 07:06",
        "26th July 2025 at 7:06 am",
        "26 of Jul 25 07:06",
        "2025 Jul 26 07:06",
        f"Jul 26, 2025, 7:06{NARROW}AM",
        "July 26, 2025 at 7:06 AM",
        "26. Juli 2025 um 07:06",
        "Samstag, 26. Juli 2025, 07:06 Uhr",
        "26 juil. 2025 à 07:06",
        "sam. 26 juillet 2025 07h06",
        "26 de julio de 2025, 07:06",
        "26 jul 2025 a las 7:06 a. m.",
        "Sat, 26 Jul 2025 07:06",
        "2025-07-26 (Sat) 07:06",
        f"26{NBSP}Jul{NBSP}2025,{NARROW}07:06",
        "26 Jul 2025\r\n07:06",
        "２６ Jul ２０２５， ０７：０６",
        f"{BOM}{RIGHT_TO_LEFT}26 Jul{ZERO_WIDTH} 2025 07:06",
        "٢٦ Jul ٢٠٢٥ ٠٧:٠٦",
        "2025\N{NON-BREAKING HYPHEN}07\N{EN DASH}26 07:06",
    ],
)
def test_that_dates_of_exports_in_four_languages_are_understood(text: str) -> None:
    assert parsed(text) == "2025-07-26T07:06:00+02:00"


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("1 Mrz 2025 7:00", "2025-03-01"),
        ("1. März 2025 7:00", "2025-03-01"),
        ("1er août 2025 7:00", "2025-08-01"),
        ("1 févr. 2025 7:00", "2025-02-01"),
        ("1 Dez. 2025 7:00", "2025-12-01"),
        ("1 Okt 2025 7:00", "2025-10-01"),
        ("1 sept. 2025 7:00", "2025-09-01"),
        ("1 ene 2025 7:00", "2025-01-01"),
        ("1 déc. 2025 7:00", "2025-12-01"),
        ("mar. 29 juil. 2025 7:00", "2025-07-29"),
        ("mar 29 2025 7:00", "2025-03-29"),
    ],
)
def test_that_months_are_known_as_they_are_abbreviated(text: str, month: str) -> None:
    assert parsed(text).startswith(f"{month}T07:00:00")


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2025-12-10T10:00:00Z", "2025-12-10T10:00:00+00:00"),
        ("2025-12-10t10:00+02:00", "2025-12-10T10:00:00+02:00"),
        ("2025-12-10T10:00:00.5-08:00", "2025-12-10T10:00:00.500000-08:00"),
        ("2025-12-10 10:00:00,25", "2025-12-10T10:00:00.250000+01:00"),
        ("20251210T1000", "2025-12-10T10:00:00+01:00"),
        ("2025-W50-3T10:00", "2025-12-10T10:00:00+01:00"),
        ("2025-07-26 07:06:11 +0000", "2025-07-26T07:06:11+00:00"),
        ("2025-07-26 07:06:11 \N{MINUS SIGN}08:00", "2025-07-26T07:06:11-08:00"),
        ("26 Jul 2025 07:06:11.5 UTC", "2025-07-26T07:06:11.500000+00:00"),
        ("Sat, 26 Jul 2025 07:06:00 +0200", "2025-07-26T07:06:00+02:00"),
        ("Sat Jul 26 07:06:11 UTC 2025", "2025-07-26T07:06:11+00:00"),
        ("Sat Jul 26 2025 07:06:11 GMT+0530 (India Standard Time)", "2025-07-26T07:06:11+05:30"),
        ("yesterday 7:30 +5", "2026-11-27T07:30:00+05:00"),
        ("yesterday 7:30 -5", "2026-11-27T07:30:00-05:00"),
        ("26 Jul 2025 07:06 GMT-3:30", "2025-07-26T07:06:00-03:30"),
    ],
)
def test_that_a_zone_of_its_own_is_kept(text: str, moment: str) -> None:
    assert parsed(text) == moment


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("mon 18:00", "2026-11-23T18:00:00+01:00"),
        ("Friday, 18:00", "2026-11-27T18:00:00+01:00"),
        ("sat 19:59", "2026-11-28T19:59:00+01:00"),
        ("sat 20:00", "2026-11-28T20:00:00+01:00"),
        ("sat 20:01", "2026-11-21T20:01:00+01:00"),
        ("sun 7am", "2026-11-22T07:00:00+01:00"),
        ("26 Jul 18:00", "2026-07-26T18:00:00+02:00"),
        ("28 Nov 20:01", "2025-11-28T20:01:00+01:00"),
    ],
)
def test_that_a_weekday_or_a_date_without_a_year_is_the_newest_not_later_than_now(text: str, moment: str) -> None:
    assert parsed(text) == moment


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("tomorrow 7:30", "Type a start such as now, 18:24"),
        ("in spring", "not 'in spring'"),
        (f"5{NBSP}o'clock", "2025-12-10 10:00, not"),
        ("\ud800\ue000 7:00", "not '�� 7:00'"),
        ("45867.2958", "2025-12-10 10:00, not"),
        ("mar 18:00", "2025-12-10 10:00, not"),
        ("18.30", "2025-12-10 10:00, not"),
        ("2025-12-10 18.30", "2025-12-10 10:00, not"),
        ("10/12 7:00", "Write the date with a year of four figures, like 2025-12-10."),
        ("28/11/26 7:00", "a year of four figures"),
        ("10-12-25", "a year of four figures"),
        ("Jul 2025 7:00", "2025-12-10 10:00, not"),
        ("26 Jul Aug 7:00", "2025-12-10 10:00, not"),
        ("26 Jul 2025 2026 7:00", "2025-12-10 10:00, not"),
        ("2025 Jul 2026 7:00", "2025-12-10 10:00, not"),
        ("26 Jul 2025 foo 7:00", "2025-12-10 10:00, not"),
        ("2025-12-10 10:00 CET", "Write CET as its offset, like 2025-12-10 10:00 +02:00."),
        ("25:00", "from 0:00 to 23:59"),
        ("7:60", "from 0:00 to 23:59"),
        ("2025-12-10 24:00", "from 0:00 to 23:59"),
        ("13:00 pm", "1 to 12"),
        ("0:30 am", "1 to 12"),
        ("30 Feb 2025 7:00", "There is no 30 February 2025."),
        ("29.02. 7:00", "There is no 29 February 2026."),
        ("2025-13-10 10:00", "There is no 2025-13-10."),
        ("2025-00-10 10:00", "There is no 2025-00-10."),
        ("Fri, 26 Jul 2025 07:06", "26 July 2025 is a Saturday."),
        ("18:00 - 19:00", "more than one time"),
        ("18:00-10:00", "Give the date with a time zone"),
        ("18:00 +02:00", "Give the date with a time zone"),
        ("2025-12-10 10:00 +15:00", "A time zone is from -14:00 to +14:00."),
        ("2025-12-10T10:00-23:00", "A time zone is from -14:00 to +14:00."),
        ("0001-01-01 00:00", "too far away"),
        ("0001-01-01T00:00+10:00", "too far away"),
        ("9" * 81, "at most 80 characters"),
        ("9" * 80, "2025-12-10 10:00, not"),
    ],
)
def test_that_other_starts_are_refused_in_plain_words(text: str, words: str) -> None:
    said = refusal(text)
    assert words in said
    assert "\\" not in said


@pytest.mark.parametrize(
    ("text", "example"),
    [
        ("10.12.2025", "10.12.2025 18:30"),
        ("2025-12-10", "2025-12-10 18:30"),
        ("2025-12-10 10", "18:30"),
        ("26 Jul 2025", "26 jul 2025 18:30"),
        ("yesterday", "yesterday 18:30"),
        ("mon", "mon 18:30"),
    ],
)
def test_that_a_date_without_a_time_says_what_to_add(text: str, example: str) -> None:
    said = refusal(text)
    if text != "2025-12-10 10":
        assert said == f"Add the time, like {example}."
        assert parse_start(example, now=NOW, zone=BERLIN)
    else:
        assert "2025-12-10 10:00, not" in said


@pytest.mark.parametrize("separator", ["/", "-"])
def test_that_a_date_with_two_readings_is_refused_with_both(separator: str) -> None:
    said = refusal(separator.join(("10", "12", "2025")) + " 18:30")
    assert "10 December to some and 12 October to others" in said
    assert "write 2025-12-10 or 2025-10-12" in said


@pytest.mark.parametrize(
    ("zone", "text", "words"),
    [
        (
            "Europe/Berlin",
            "2026-03-29 02:30",
            "02:30 did not exist on 29 March 2026: the clocks went from 02:00 to 03:00. Type another time.",
        ),
        ("Europe/Berlin", "2026-03-29T02:00", "the clocks went from 02:00 to 03:00"),
        ("Australia/Lord_Howe", "2026-10-04 02:15:30.5", "the clocks went from 02:00 to 02:30"),
        ("America/Havana", "2026-03-08 00:30", "the clocks went from 00:00 to 01:00"),
        ("Pacific/Apia", "2011-12-30 10:00", "30 December 2011 was left out of the calendar in this time zone"),
    ],
)
def test_that_a_skipped_time_is_refused_with_its_reason(zone: str, text: str, words: str) -> None:
    assert words in refusal(text, ZoneInfo(zone))


@pytest.mark.parametrize(
    ("zone", "text", "first", "second"),
    [
        ("Europe/Berlin", "2026-10-25 02:30", "2026-10-25T02:30:00+02:00", "2026-10-25 02:30 +01:00"),
        ("Europe/Berlin", "25.10.2026 2:59:59", "2026-10-25T02:59:59+02:00", "2026-10-25 02:59:59 +01:00"),
        ("Australia/Lord_Howe", "2026-04-05 01:45", "2026-04-05T01:45:00+11:00", "2026-04-05 01:45 +10:30"),
        ("America/Havana", "2025-11-02 00:15", "2025-11-02T00:15:00-04:00", "2025-11-02 00:15 -05:00"),
    ],
)
def test_that_of_a_repeated_time_the_first_is_taken_and_said(zone: str, text: str, first: str, second: str) -> None:
    there = ZoneInfo(zone)
    assert parsed(text, there) == first
    note = start_note(text, now=NOW, zone=there)
    assert "comes twice that day; the first one is taken" in note
    assert note.endswith(f"For the second, type {second}.")
    assert start_note(second, now=NOW, zone=there) == ""
    assert parse_start(second, now=NOW, zone=there) > parse_start(first, now=NOW, zone=there)


def test_that_now_in_the_second_pass_of_an_hour_is_the_second() -> None:
    now = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert parse_start("now", now=now, zone=BERLIN).isoformat() == "2026-10-25T02:30:00+01:00"
    assert start_note("now", now=now, zone=BERLIN) == ""


def test_that_the_day_of_now_is_that_of_the_zone() -> None:
    now = datetime(2026, 3, 31, 23, 30, tzinfo=UTC)
    assert parse_start("0:15", now=now, zone=BERLIN).isoformat() == "2026-04-01T00:15:00+02:00"
    assert parse_start("yesterday 0:15", now=now, zone=ZoneInfo("America/Los_Angeles")).day == 30


@pytest.mark.parametrize(
    ("moment", "zone", "text"),
    [
        ("2025-12-10T10:00:00+01:00", "Europe/Berlin", "2025-12-10 10:00:00"),
        ("2025-12-10T10:00:00+00:00", "Europe/Berlin", "2025-12-10 10:00:00 +00:00"),
        ("2025-12-10T10:00:00.750+00:00", "UTC", "2025-12-10 10:00:00"),
        ("2026-10-25T02:30:00+02:00", "Europe/Berlin", "2026-10-25 02:30:00"),
        ("2026-10-25T02:30:00+01:00", "Europe/Berlin", "2026-10-25 02:30:00 +01:00"),
        ("2026-03-29T02:30:00+01:00", "Europe/Berlin", "2026-03-29 02:30:00 +01:00"),
        ("2026-03-29T02:30:00+05:30", "Europe/Berlin", "2026-03-29 02:30:00 +05:30"),
    ],
)
def test_that_a_known_start_is_written_so_that_it_is_read_back(moment: str, zone: str, text: str) -> None:
    known, there = datetime.fromisoformat(moment), ZoneInfo(zone)
    assert format_start(known, zone=there) == text
    again = parse_start(text, now=NOW, zone=there)
    assert again == known.replace(microsecond=0)
    assert again.utcoffset() == known.utcoffset()


@given(
    st.datetimes(datetime(2000, 1, 1), datetime(2030, 1, 1)),
    st.integers(-14 * 60, 14 * 60),
    st.sampled_from(("Europe/Berlin", "Australia/Lord_Howe", "America/Havana", "Pacific/Apia", "UTC")),
)
def test_that_any_start_comes_back_as_it_was_written(wall: datetime, offset_min: int, zone: str) -> None:
    there = ZoneInfo(zone)
    own = wall.replace(microsecond=0, tzinfo=timezone(timedelta(minutes=offset_min)))
    local = own.astimezone(there)
    for moment in (own, local.replace(tzinfo=timezone(local.utcoffset() or timedelta()), fold=0)):
        again = parse_start(format_start(moment, zone=there), now=NOW, zone=there)
        assert (again, again.utcoffset()) == (moment, moment.utcoffset())


@given(
    st.datetimes(datetime(2000, 1, 1), datetime(2037, 1, 1)).map(lambda wall: wall.replace(second=0, microsecond=0)),
    st.sampled_from(("Europe/Berlin", "Australia/Lord_Howe", "America/Havana", "Pacific/Apia", "Asia/Kolkata")),
)
def test_that_any_wall_time_is_read_by_the_rules_of_its_date_or_was_skipped(wall: datetime, name: str) -> None:
    zone = ZoneInfo(name)
    passes = {wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}
    shown = {moment for moment in passes if moment.astimezone(zone).replace(tzinfo=None, fold=0) == wall}
    text = f"{wall:%d.%m.%Y %H:%M}"
    if not shown:
        refusal(text, zone)
        return
    assert parse_start(text, now=NOW, zone=zone) == min(shown)
    assert bool(start_note(text, now=NOW, zone=zone)) is (len(shown) == 2)


@given(st.text(max_size=30))
def test_that_any_typing_is_understood_or_refused_without_escapes(text: str) -> None:
    said = ""
    try:
        assert isinstance(parse_start(text, now=NOW, zone=BERLIN).tzinfo, timezone)
    except EntryError as error:
        said = str(error)
    assert "\\" in text or "\\" not in said
    assert isinstance(start_note(text, now=NOW, zone=BERLIN), str)


@given(
    st.from_regex(r"[0-9]{1,4}[ ./-][0-9a-z]{1,4}[ ./-][0-9]{1,4}[ T,]?[0-9]{1,2}[:h]?[0-9]{0,2}( ?[+-][0-9]{1,4})?")
)
def test_that_anything_like_a_date_is_understood_or_refused(text: str) -> None:
    with suppress(EntryError):
        assert isinstance(parse_start(text, now=NOW, zone=BERLIN).tzinfo, timezone)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("saturday 21:00", "2026-11-21T21:00:00+01:00"),  # today is one, at 20:00
        ("saturday 20:00", "2026-11-28T20:00:00+01:00"),
        ("monday 23:59", "2026-11-23T23:59:00+01:00"),
        ("sunday 0:00", "2026-11-22T00:00:00+01:00"),
        ("28 nov 20:01", "2025-11-28T20:01:00+01:00"),
        ("28 nov 20:00", "2026-11-28T20:00:00+01:00"),
        ("1/13/2025 7:00", "2025-01-13T07:00:00+01:00"),
        ("13/12/2025 7:00", "2025-12-13T07:00:00+01:00"),
        ("12/12/2025 7:00", "2025-12-12T07:00:00+01:00"),
        ("2025-12-10 10:00 +02", "2025-12-10T10:00:00+02:00"),
        ("2025-12-10 10:00 -08", "2025-12-10T10:00:00-08:00"),
        ("2025-12-10 10:00 -03:30", "2025-12-10T10:00:00-03:30"),
        ("2025-12-10 10:00 +14:00", "2025-12-10T10:00:00+14:00"),
        ("2025-12-10 10:00 -14:00", "2025-12-10T10:00:00-14:00"),
        ("26 Jul 2025 07:06:00.1234567", "2025-07-26T07:06:00.123456+02:00"),
        ("26 Jul 2025 07:06:00.5", "2025-07-26T07:06:00.500000+02:00"),
        ("2025-12-10 1 am", "2025-12-10T01:00:00+01:00"),
        ("fri 28 nov 20:01", "2025-11-28T20:01:00+01:00"),
        ("sat 28 nov 20:00", "2026-11-28T20:00:00+01:00"),
        ("26 nov 2026, thursday 18:00", "2026-11-26T18:00:00+01:00"),
        ("26 nov. 18:00", "2026-11-26T18:00:00+01:00"),
        ("2025-12-10 12:59 pm", "2025-12-10T12:59:00+01:00"),
        ("10.12.2025 - 18:30", "2025-12-10T18:30:00+01:00"),
        ("2025-12-10 (18:30)", "2025-12-10T18:30:00+01:00"),
    ],
)
def test_that_what_stands_at_an_edge_is_on_the_right_side(text: str, moment: str) -> None:
    assert parsed(text) == moment


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("12/5/2025 7:00", "12 May to some and 5 December to others"),
        ("5/12/2025 7:00", "5 December to some and 12 May to others"),
        ("32.1.2025 7:00", "There is no 32 January 2025."),
        ("31.12.2025 24:00", "A time goes from 0:00 to 23:59."),
        ("32.12.2025 7:00", "There is no 32 December 2025."),
        ("1.13.2025 7:00", "There is no 2025-13-01."),
        ("2025-12-10 10:00 +14:15", "A time zone is from -14:00 to +14:00."),
        ("2025-12-10 10:00 -14:01", "A time zone is from -14:00 to +14:00."),
    ],
)
def test_that_what_is_just_beyond_an_edge_is_refused(text: str, words: str) -> None:
    assert words in refusal(text)


def test_that_the_zone_of_the_computer_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "America/New_York")
        time.tzset()
        said = refusal("2026-03-29 02:30")
    time.tzset()
    assert "the clocks went from 02:00 to 03:00" in said
