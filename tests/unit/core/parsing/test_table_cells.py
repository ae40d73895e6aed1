"""From the cells of a row to the fields of a body."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from core.parsing.column_names import default_column_names
from core.parsing.table_cells import NOTHING, RowReader
from core.parsing.table_columns import plan_table

NOW = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


def reader(header: str, *, commas: bool = False, keep: bool = False, units: dict[str, str] | None = None) -> RowReader:
    plan = plan_table(header.split(","), default_column_names(), keep_unknown=keep, units=units)
    return RowReader(plan, now=NOW, zone=BERLIN, has_decimal_commas=commas)


def read(header: str, cells: Sequence[str], **options: Any) -> dict[str, object]:
    fields, problems = reader(header, **options).fields(cells)
    assert problems == []
    return dict(fields)


def problem(header: str, cells: Sequence[str], **options: Any) -> str:
    (sentence,) = reader(header, **options).fields(cells)[1]
    return sentence


def duration(text: str, header: str = "duration", **options: Any) -> object:
    return read(f"type,{header}", ["Run", text], **options)["duration"]


@pytest.mark.parametrize(
    ("header", "text", "minutes"),
    [
        ("duration", "45", 45),
        ("duration", "45,5", 45.5),
        ("duration", "7:30:00", 450),
        ("duration", "29m", 29),
        ("duration", "1:05", 65),
        ("duration", "0", 0),
        ("Dauer (min)", "0,5", 0.5),
        ("Dauer (min)", "1:05:30", 65.5),
        ("Duration (s)", "2700", 45),
        ("Duration (s)", "90s", 1.5),
        ("Duration (h)", "1,5", 90),
        ("Duration (days)", "0.0451388888888889", 65),
        ("Duration (h:mm)", "5:30", 330),
        ("Duration (h:mm)", "12:30", 750),
        ("Duration (h:mm)", "45 min", 45),
        ("Duration (mm:ss)", "45 min", 45),
        ("Duration (s)", "0" * 36 + "2700", 45),  # 40 characters
        ("Duration (h:mm)", "1:05:30", 65.5),
        ("Duration (days)", "0.50000162", 43_200.14 / 60),  # to a hundredth of a second
        ("Duration (days)", "0.5000016", 43_200.14 / 60),
        ("duration", "1", 1),
        ("duration", "1,5", 1.5),
        ("Duration (mm:ss)", "5:30", 5.5),
        ("Duration (mm:ss)", "1:05:30", 65.5),
        ("Elapsed Time", "45 min", 45),
        ("Elapsed Time", "0", 0),
    ],
)
def test_that_durations_are_those_of_the_form(header: str, text: str, minutes: float) -> None:
    found = duration(text, header)
    assert found == minutes
    assert isinstance(found, float) == (minutes != int(minutes))


def test_that_a_part_of_a_day_is_asked_about_and_not_taken() -> None:
    sentence = problem("type,duration", ["Run", "0.0451388"])
    assert sentence.startswith("duration: 0.0451388 may be 2.7 s, or 1 h 5 min as a part of a day;")
    assert "--unit duration=days" in sentence
    assert "0.00001 may be 0 s, or 1 s as a part" in problem("type,duration", ["Run", "0.00001"])
    assert "0.75 may be 45 s, or 18 h as a part" in problem("type,duration", ["Run", "0.75"])
    assert duration("0.000005") == 0.000005  # less than can be sent, as either
    assert duration("-0.5") == -0.5  # refused by its bounds, as any duration
    assert duration("0.0451388888", units={"duration": "d"}) == 65


def test_that_five_thirty_is_asked_about_and_not_taken() -> None:
    assert problem("type,duration", ["Run", "5:30"]) == (
        "duration: 5:30 may be 5 h 30 min or 5 min 30 s; write 5:30:00 or 0:05:30."
    )
    assert duration("5:30:00") == 330
    assert duration("0:05:30") == 5.5


def test_that_a_number_that_may_be_seconds_is_asked_about() -> None:
    assert "900 may be minutes or seconds" in problem("type,Moving Time", ["Run", "900"])
    assert duration("900", "Moving Time", units={"duration": "s"}) == 15


@pytest.mark.parametrize(
    ("header", "text", "value"),
    [
        ("distance", "5.2", 5.2),
        ("distance", "5,2", 5.2),
        ("distance", "3.1 mi", 4.9889664),
        ("Distance (mi)", "10", 16.09344),
        ("Distanz (m)", "400", 0.4),
        ("distance", "5", 5),
        ("weightKg", "70,5", 70.5),
        ("Gewicht (lb)", "155 lb", 70.30681735),
        ("Gewicht (lb)", "155", 70.30681735),
        ("elevationGain", "120 m", 120),
        ("Elevation (ft)", "1000", 304.8),
        ("avgHeartRate", "140 bpm", 140),
        ("avgHeartRate", "140.5", 140.5),
        ("rpe", "7", 7),
        ("revision", "2", 2),
        ("title", "  Morning ", "Morning"),
        ("notes", "a\nb", "a\nb"),
        ("id", "3f2b", "3f2b"),
    ],
)
def test_that_amounts_are_read_in_their_units(header: str, text: str, value: object) -> None:
    fields = read(f"type,duration,{header}", ["Run", "45", text])
    (found,) = list(fields.values())[2:]
    assert found == (pytest.approx(value) if isinstance(value, float) else value)


def test_that_a_plain_duration_has_a_longest_length() -> None:
    sentence = problem("type,Duration (s)", ["Run", "0" * 37 + "2700"])
    assert sentence.startswith("duration: Type a duration such as 45 or 1:05:30, not '000")


def test_that_a_mark_between_thousands_is_asked_about() -> None:
    header = "type,duration,elevationGain"
    assert problem(header, ["Run", "45", "1,234"]) == (
        "elevationGain: 1,234 may be 1.234 or 1234; write it without the comma."
    )
    for text in ("1,500 m", "1,500m", "1,500 Metros", "1，500 m", "1،500m"):
        assert "may be 1.500 or 1500" in problem("type,duration,distance", ["Swim", "45", text])
        assert read("type,duration,distance", ["Swim", "45", text], commas=True)["distance"] == 0.0015
    assert "may be 2.700 or 2700" in problem("type,duration", ["Swim", "2,700 s"])
    assert read(header, ["Run", "45", "1,234"], commas=True)["elevationGain"] == 1.234
    assert read("type,duration,distance", ["Run", "45", "0,123"])["distance"] == 0.123
    assert "thousands" in problem(header, ["Run", "45", "1,234.5"])
    assert read("type,duration,distance", ["Swim", "45", "1,234 m."], commas=True)["distance"] == 0.001234


@pytest.mark.parametrize(
    ("header", "text"),
    [
        ("Höhenmeter", "1.234"),
        ("Distanz (m)", "5.200"),
        ("Dauer (s)", "2.700"),
        ("Distanz", "5.200 m"),
        ("Distanz", "5.200m"),
        ("Distanz", "5．200 m"),
        ("Distanz", "5.200 Meter"),
        ("Dauer", "2.700 s"),
        ("Dauer", "2.700 Sekunden"),
    ],
)
def test_that_a_point_between_thousands_is_asked_about_where_commas_are_decimal(header: str, text: str) -> None:
    columns = f"Sport,{header}" if "Dauer" in header else f"Sport,Dauer (min),{header}"
    cells = ["Lauf", text] if "Dauer" in header else ["Lauf", "45", text]
    number = text[:5].replace("．", ".")
    words = f"{number} may be {number.replace('.', ',')} or {number.replace('.', '')}; write it without the point."
    assert words in problem(columns, cells, commas=True)
    assert words in problem(f"{columns},Gewicht", [*cells, "70,5"])
    read(columns, cells)


def test_that_a_point_before_three_decimals_is_read_where_no_thousands_can_be_meant() -> None:
    fields = read("Sport,Dauer (min),Distanz,Gewicht", ["Lauf", "45", "5.125", "70,5"], commas=True)
    assert (fields["distance"], fields["weightKg"]) == (5.125, 70.5)


@pytest.mark.parametrize("text", ["1,234", "1.234", "1234", "1'234"])
def test_that_thousands_are_read_in_the_export_of_a_program_that_writes_them(text: str) -> None:
    fields = read("Activity Type,Date,Time,Distance,Total Ascent", ["Running", "", "00:52:31", "10.02", text])
    assert (fields["elevationGain"], fields["distance"]) == (1234, 10.02)


def test_that_thousands_are_asked_about_in_the_export_of_a_program_that_writes_none() -> None:
    cells = ["Jul 26, 2025, 7:06:11 AM", "Ride", "2700", "1,234"]
    sentence = problem("Activity Date,Activity Type,Elapsed Time,Distance", cells)
    assert sentence.startswith("distance: 1,234 may be 1.234 or 1234;")


@pytest.mark.parametrize(("text", "kilometres"), [("1,002.1", 1002.1), ("1.002,15", 1002.15), ("10,02", 10.02)])
def test_that_decimals_behind_thousands_are_read_there_too(text: str, kilometres: float) -> None:
    header = "Activity Type,Date,Time,Distance"
    assert read(header, ["Cycling", "", "23:52:31", text])["distance"] == kilometres


def test_that_a_stray_quote_makes_no_athlete_of_its_own() -> None:
    assert problem("type,duration,userId", ["Run", "45", 'Ana"']).startswith("userId: holds a stray quote")
    assert read("type,duration,userId", ["Run", "45", 'Ana "La" Ruiz'])["userId"] == 'Ana "La" Ruiz'
    assert read("type,duration,userId", ["Run", "45", 'Ana "La"'])["userId"] == 'Ana "La"'


def test_that_a_text_kept_by_a_formula_is_the_text() -> None:
    fields = read("type,duration,userId,title", ["Run", '="45"', '="Ana"', '="a" & "b"'])
    assert fields == {"type": "Run", "duration": 45, "userId": "Ana", "title": '="a" & "b"'}
    others = {"userId": 'Ana "La"', "notes": '="a" & b'}
    fields = read("type,duration,title,userId,notes", ["Run", "45", '="Legs"', *others.values()])
    assert fields == {"type": "Run", "duration": 45, "title": "Legs", **others}


def test_that_what_is_no_number_is_refused_by_name() -> None:
    fields, problems = reader("type,duration,distance,rpe").fields(["Run", "long", "far", "hard"])
    assert fields == {"type": "Run"}
    assert [each.partition(":")[0] for each in problems] == ["duration", "distance", "rpe"]


@pytest.mark.parametrize("nothing", ["--", "-", "–", "N/A", "n/a", ""])
def test_that_what_stands_for_no_value_is_no_athlete_and_no_number(nothing: str) -> None:
    cells = ["Run", "45", nothing, nothing]
    assert read("type,duration,userId,distance", cells) == {"type": "Run", "duration": 45}


def test_that_all_that_stands_for_no_value_may_stand_in_one_row() -> None:
    header = "type,duration,userId,distance,title,notes,rpe,cadence"
    assert read(header, ["Run", "45", *NOTHING]) == {"type": "Run", "duration": 45}


def test_that_placeholders_and_missing_cells_are_nothing() -> None:
    assert read("type,duration,avgHeartRate,distance", ["Run", "45", "--"]) == {"type": "Run", "duration": 45}


@pytest.mark.parametrize(
    ("header", "cells", "start"),
    [
        ("timestamp", ["2025-12-10T10:00:00Z"], "2025-12-10T10:00:00Z"),
        ("timestamp", ["2025-12-10T10:00+05:00"], "2025-12-10T10:00+05:00"),
        ("Start", ["26 Jul 2025, 07:06"], "2025-07-26T07:06:00+02:00"),
        ("Start", ["10.12.25 7:00"], "2025-12-10T07:00:00+01:00"),
        ("Start", ["26 Jul 2025 07:06:11.2500 -0500"], "2025-07-26T07:06:11.250000-05:00"),
        ("Datum", ["10.12.2025 18:30"], "2025-12-10T18:30:00+01:00"),
        ("Date,Time", ["10.12.2025", "07:06"], "2025-12-10T07:06:00+01:00"),
        ("Date,Time", ["10.12.2025 00:00:00", "7:06 PM"], "2025-12-10T19:06:00+01:00"),
        ("Date,Start Time", ["2025-12-10", "07:06"], "2025-12-10T07:06:00+01:00"),
        ("Date,Start Time", ["2025-12-10", "2025-12-11 07:06"], "2025-12-11T07:06:00+01:00"),
        ("Startzeit (UTC)", ["2025-07-26 07:06"], "2025-07-26T07:06:00+00:00"),
        ("Date (UTC),Time", ["2025-07-26", "07:06"], "2025-07-26T07:06:00+00:00"),
    ],
)
def test_that_starts_are_those_of_the_form(header: str, cells: list[str], start: str) -> None:
    assert read(f"type,duration,{header}", ["Run", "45", *cells])["timestamp"] == start


@pytest.mark.parametrize(
    "text",
    [
        "18:24",
        "yesterday 7:30",
        "mon 18:00",
        "now",
        "today 7am",
        "yesterday 7:30 +0100",
        "yesterday 7:30 -1400",
        "mon 7:30:15.2500",
        "mon 7:30:15,2500",
    ],
)
def test_that_a_start_that_is_another_each_day_is_refused(text: str) -> None:
    assert "says no date" in problem("type,duration,start", ["Run", "45", text])


def test_that_a_date_without_a_year_is_read_if_it_was_the_same_forty_days_ago() -> None:
    header = "type,duration,start"
    assert read(header, ["Run", "45", "26 Nov 12:00"])["timestamp"] == "2025-11-26T12:00:00+01:00"
    assert "says no date" in problem(header, ["Run", "45", "27 Nov 12:00"])


def test_that_a_day_without_a_time_is_refused() -> None:
    assert "Add the time" in problem("type,duration,date", ["Run", "45", "2025-12-10"])
    assert "Add the time" in problem("type,duration,date,time", ["Run", "45", "10.12.2025", ""])
    assert problem("type,duration,date,time", ["Run", "45", "", "07:06"]) == (
        "timestamp: has a time of the day without a date."
    )
    assert read("type,duration,date,time", ["Run", "45", "", ""]) == {"type": "Run", "duration": 45}


def test_that_a_start_and_an_end_make_a_duration() -> None:
    header = "type,start,end"
    assert read(header, ["Run", "26 Jul 2025, 07:06", "26 Jul 2025, 08:10"])["duration"] == 64
    # Over the night on which the clocks go back.
    assert read(header, ["Run", "2025-10-26 01:30", "2025-10-26 03:30"])["duration"] == 180
    assert read("type,date,start,end", ["Run", "2025-12-10", "07:06", "07:36"])["duration"] == 30
    assert read("type,start,end", ["Run", "2025-12-10 07:06", ""]) == {
        "type": "Run",
        "timestamp": "2025-12-10T07:06:00+01:00",
    }
    assert "not after the start" in problem(header, ["Run", "2025-12-10 07:06", "2025-12-10 07:00"])
    assert "not after the start" in problem(header, ["Run", "2025-12-10 07:06", "2025-12-10 07:06"])
    assert "needs its start" in problem(header, ["Run", "", "2025-12-10 07:00"])
    assert read("type,duration,start,end", ["Run", "5", "2025-12-10 07:06", "x"])["duration"] == 5


def test_that_the_first_column_that_a_row_fills_is_taken() -> None:
    header = "Activity Date,Activity Type,Elapsed Time,Moving Time,Distance,Distance"
    first = read(header, ["Jul 26, 2025, 7:06:11 AM", "Run", "2700", "2650", "5.2", "5200.5"])
    assert (first["duration"], first["distance"]) == (pytest.approx(2650 / 60), 5.2005)
    other = read(header, ["Jul 26, 2025, 7:06:11 AM", "Run", "2700", "", "5.2", ""])
    assert (other["duration"], other["distance"]) == (45, 5.2)


def test_that_an_export_without_a_sport_has_its_own() -> None:
    header = "title,start_time,end_time"
    assert read(header, ["Legs", "26 Jul 2025, 07:06", "26 Jul 2025, 08:10"])["type"] == "Strength"
    assert read(f"{header},type", ["Legs", "2025-07-26 07:06", "2025-07-26 08:10", "Yoga"])["type"] == "Yoga"


@pytest.mark.parametrize(
    ("start", "words"),
    [
        ("2025-02-30T10:00:00Z", "There is no 30 February 2025."),
        ("2025-13-01T10:00:00+01:00", "There is no 2025-13-01."),
        ("2025-02-28T24:00:00Z", "A time goes from 0:00 to 23:59."),
    ],
)
def test_that_a_start_in_iso_8601_that_does_not_exist_is_refused_in_words(start: str, words: str) -> None:
    assert problem("type,duration,start", ["Run", "45", start]) == f"timestamp: {words}"
    assert problem("type,start,end", ["Run", start, "2025-02-28T11:00:00Z"]) == f"timestamp: {words}"


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        ("2025-12-10T10:00:00Z", "11:40", 100),
        ("2025-12-10 10:00 -08:00", "11:40", 100),
        ("2025-12-10 10:00", "11:40", 100),
        ("2025-03-30 01:00", "3:30", 90),
        ("2025-10-26 01:00", "3:30", 210),
    ],
)
def test_that_an_end_of_a_clock_alone_is_by_the_clock_of_the_start(start: str, end: str, minutes: int) -> None:
    assert read("type,start,end", ["Run", start, end])["duration"] == minutes


def test_that_a_start_at_the_end_of_the_calendar_is_no_error() -> None:
    row = ["Run", "9999-12-31T23:00:00-10:00", "23:30"]
    assert problem("type,start,end", row) == "timestamp: That is too far away in time."


def test_that_a_start_is_told_that_the_clocks_show_twice() -> None:
    row = reader("type,duration,date,time")
    (started, _), cells = row.fields(["Run", "45", "2025-10-26", "02:30"]), ["Run", "45", "2025-10-26", "02:30"]
    assert "02:30 comes twice that day" in row.start_note(cells, str(started["timestamp"]))
    assert row.start_note(["Run", "45", "2025-10-26", "03:30"], "2025-10-26T03:30:00+01:00") == ""
    in_utc = reader("type,duration,start (utc)")
    assert in_utc.start_note(["Run", "45", "2025-10-26 02:30"], "2025-10-26T02:30:00+00:00") == ""


def test_that_kept_columns_keep_their_names() -> None:
    assert read("type,duration,club,team", ["Run", "45", "north", ""], keep=True)["club"] == "north"


def test_that_a_line_is_known_as_a_row_by_its_duration_or_its_start() -> None:
    row = reader("type,duration,notes")
    assert row.is_row(["Yoga", "30", "x"])
    assert not row.is_row(["Yoga", "30"])
    assert not row.is_row(["warm up", "then main", "x"])
    assert not row.is_row(["Yoga", "", "x"])
    assert not row.is_row(["squat", "5", "100"])
    row.fields(["squat", "45", ""])
    assert row.is_row(["squat", "5", "100"])
    for number in range(2_000):
        row.fields([f"sport {number}", "45", ""])
    known = [row.is_row([f"sport {number}", "5", ""]) for number in (998, 999, 1999)]
    assert known == [True, False, False]  # a thousand, with squat
    assert reader("title,start_time,end_time").is_row(["Legs", "2025-12-10 07:00", "x"])
    assert reader("type,start,end").is_row(["Yoga", "2025-12-10 07:00", "x"])
    assert not reader("type,start,end").is_row(["Yoga", "later", "x"])


def test_that_the_columns_of_a_start_and_an_end_are_no_fields_of_their_own() -> None:
    assert read("type,duration,Date,Time,End", ["Running", "45", "2025-12-10", "7:00", "2025-12-10 7:45"]) == {
        "type": "Running",
        "timestamp": "2025-12-10T07:00:00+01:00",
        "duration": 45,
    }


def test_that_a_row_without_a_sport_has_none_unless_its_export_has_only_one() -> None:
    header = "Activity Date,Activity Type,Elapsed Time,Moving Time,Distance,Distance"
    assert "type" not in read(header, ["Dec 10, 2025, 6:00:00 AM", "", "2700", "2700", "5", "5000"])
    hevy = read("title,start_time,end_time,description", ["Legs", "10 Dec 2025, 18:00", "10 Dec 2025, 18:45", ""])
    assert hevy["type"] == "Strength"
