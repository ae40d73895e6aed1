"""What is read of a table that was copied from a spreadsheet, a file or a message."""

from __future__ import annotations

import pytest

from core.errors import EntryError
from core.roster.fields import MAX_TEXT, SHOWN_FIRST
from core.roster.paste import read_table

FROM_DURATION = SHOWN_FIRST[3:]


def test_that_tabs_without_a_header_go_into_the_columns_from_the_current_one_on() -> None:
    found = read_table("45:00\t5,2\t152\r\n38:30\t6,4\t\r\n", FROM_DURATION)
    assert found.rows == (
        {"duration": "45:00", "distance": "5,2", "avgHeartRate": "152"},
        {"duration": "38:30", "distance": "6,4"},
    )
    assert (found.delimiter, found.has_header, found.has_decimal_comma) == ("tab", False, True)
    assert found.fields == ("duration", "distance", "avgHeartRate")


def test_that_a_header_says_what_the_columns_mean_in_any_order() -> None:
    found = read_table("Distance (m)\tName\tDauer\tLaune\n5200\tAna\t45\tgood\n", SHOWN_FIRST)
    assert found.rows == ({"distance": "5200 m", "userId": "Ana", "duration": "45"},)
    assert found.has_header
    assert found.left_out == ("Laune",)
    assert found.fields == ("userId", "duration", "distance")


def test_that_commas_separate_with_points_as_decimal_marks() -> None:
    found = read_table('Ana,Running,18:30,45:00,5.2,152,6,"6 × 800 m, hot"', SHOWN_FIRST)
    assert found.rows[0]["notes"] == "6 × 800 m, hot"
    assert (found.delimiter, found.has_decimal_comma, found.beyond) == ("comma", False, 0)


def test_that_semicolons_separate_with_commas_as_decimal_marks() -> None:
    found = read_table("45;5,2\n30;4,1", FROM_DURATION)
    assert [row["distance"] for row in found.rows] == ["5,2", "4,1"]
    assert (found.delimiter, found.has_decimal_comma) == ("semicolon", True)


def test_that_a_column_of_decimal_commas_is_one_column() -> None:
    found = read_table("5,2\n8,1\n\n6,4\n", ("distance", "rpe"))
    assert found.rows == ({"distance": "5,2"}, {"distance": "8,1"}, {"distance": "6,4"})
    assert found.delimiter == ""


def test_that_columns_beyond_the_last_one_are_counted() -> None:
    assert read_table("6\thot\tmore\tstill more", ("rpe", "notes")).beyond == 2


def test_that_nothing_copied_is_no_row() -> None:
    assert read_table(" \n\t\n", SHOWN_FIRST).rows == ()
    assert read_table("", SHOWN_FIRST).rows == ()


def test_that_a_short_row_leaves_the_other_cells_empty() -> None:
    assert read_table("Name\tDuration\tRPE\nAna\t45\nBen", SHOWN_FIRST).rows == (
        {"userId": "Ana", "duration": "45"},
        {"userId": "Ben"},
    )


def test_that_a_quote_that_is_never_closed_costs_nothing_of_the_table() -> None:
    found = read_table('Ana\t"45\nBen\t30\n', ("userId", "duration"))
    assert [row["userId"] for row in found.rows] == ["Ana", "Ben"]


def test_that_a_cell_of_several_lines_is_one_cell() -> None:
    found = read_table('Ana\t"hot\nwindy"\nBen\t\n', ("userId", "notes"))
    assert [row.get("notes") for row in found.rows] == ["hot\nwindy", None]


@pytest.mark.parametrize(
    ("header", "cell", "name", "text"),
    [
        ("Duration (s)", "2700", "duration", "2700 s"),
        ("Duration (h:mm)", "1:05", "duration", "1:05 h"),
        ("Duration (mm:ss)", "45:30", "duration", "45:30 min"),
        ("Duration (mm:ss)", "45", "duration", "45"),
        ("Duration (days)", "0.03125", "duration", "2700 s"),
        ("Duration (hh:mm:ss)", "0:45:00", "duration", "0:45:00"),
        ("Time", "45:00", "duration", "45:00"),
        ("Distance (mi)", "3,1", "distance", "3,1 mi"),
        ("Distance (m)", "5 km", "distance", "5 km"),
        ("Elevation (ft)", "100", "elevationGain", "30.5"),
        ("Avg HR (bpm)", "152", "avgHeartRate", "152"),
        ("Weight (lb)", "155", "weightKg", "155 lb"),
        ("Start (UTC)", "2025-12-10 10:00", "timestamp", "2025-12-10 10:00 UTC"),
        ("Distance (yd)", "64 x 25", "distance", "64 x 25 yd"),
    ],
)
def test_that_a_unit_in_a_header_is_written_behind_the_number(header: str, cell: str, name: str, text: str) -> None:
    assert read_table(f"Name\t{header}\nAna\t{cell}", SHOWN_FIRST).rows == ({"userId": "Ana", name: text},)


def test_that_a_date_and_a_time_are_one_start() -> None:
    found = read_table("Name\tDate\tTime\tDuration\nAna\t2025-12-10\t18:30\t45", SHOWN_FIRST)
    assert found.rows[0]["timestamp"] == "2025-12-10 18:30"
    assert "timestamp" in found.fields


def test_that_a_time_in_utc_keeps_its_zone_and_a_date_has_none() -> None:
    found = read_table("Date (UTC)\tTime (UTC)\tDuration\n2025-12-10\t18:30\t45", SHOWN_FIRST)
    assert found.rows[0]["timestamp"] == "2025-12-10 18:30 UTC"


def test_that_the_second_column_of_a_name_is_left_out_and_named() -> None:
    found = read_table("Name\tAthlete\t\tDuration\tEnd\nAna\tBen\t\t45\t19:00", SHOWN_FIRST)
    assert found.rows[0]["userId"] == "Ana"
    assert found.left_out == ("Athlete", "End")


def test_that_figures_in_the_first_line_make_it_a_row() -> None:
    assert not read_table("Name\t45:00", ("userId", "duration")).has_header


def test_that_too_much_is_refused() -> None:
    with pytest.raises(EntryError, match="longer than"):
        read_table("a" * (MAX_TEXT + 1), SHOWN_FIRST)
    with pytest.raises(EntryError, match="200 columns"):
        read_table("a\t" * 300, SHOWN_FIRST)
    with pytest.raises(EntryError, match="cannot be read"):
        read_table("Ana,45\n" + "a" * 200_000, SHOWN_FIRST)
