from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.broker.ports import Message
from core.codec.workout_codec import decode
from core.errors import SettingError
from core.files.options import ReadingOptions
from core.files.rows import Row, read_rows
from core.files.table_rows import header_key
from core.parsing.table_columns import ColumnChoice
from tests.support import activity_files as made
from tests.support.activity_files import fit_file, fit_message, fit_time, gpx, tcx, text_cell, trkpt, xlsx

NOW_MS = 1_765_360_800_000


def rows_of(text: bytes, name: str = "-", **options: Any) -> list[Row]:
    return list(read_rows(io.BytesIO(text), name, ReadingOptions(**options), now_ms=NOW_MS))


def ids_of(text: bytes, name: str = "-", **options: Any) -> list[str]:
    return [row.workout.workout_id for row in rows_of(text, name, **options) if row.workout is not None]


def said_of(text: bytes, **options: Any) -> list[str]:
    said: list[str] = []
    list(read_rows(io.BytesIO(text), "-", ReadingOptions(**options), now_ms=NOW_MS, say=said.append))
    return said


def bodies_of(text: bytes, **options: Any) -> list[dict[str, Any]]:
    return [json.loads(row.message.body) for row in rows_of(text, **options) if row.message is not None]


def problems_of(text: bytes, **options: Any) -> list[tuple[int, str]]:
    return [(row.line, row.problem) for row in rows_of(text, **options) if row.problem]


# --- identity --------------------------------------------------------------------------------------------------------


def test_that_a_file_sent_again_has_the_same_ids() -> None:
    text = b'{"type": "Running", "duration": 45}\n{"type": "Running", "duration": 46}\n'
    assert ids_of(text) == ids_of(text)
    assert len(set(ids_of(text))) == 2
    assert [row.message.body for row in rows_of(text) if row.message] == text.splitlines()


@pytest.mark.parametrize("start", [b"", b"2025-12-10T10:00:00Z"])
def test_that_equal_rows_are_workouts_of_their_own(start: bytes) -> None:
    text = b"type,duration,timestamp\n" + 3 * (b"Running,45," + start + b"\n")
    assert len(set(ids_of(text))) == 3
    assert ids_of(text) == ids_of(text)


def test_that_tomorrows_equal_row_without_a_start_is_a_new_workout() -> None:
    today = b"type,duration\nRunning,45\nRunning,45\nRunning,45\n"
    tomorrow = b"type,duration\nRunning,45\n"
    assert not set(ids_of(today)) & set(ids_of(tomorrow))
    assert not set(ids_of(today)) & set(ids_of(today + b"Running,45\n"))


def test_that_rows_with_a_start_are_known_in_a_file_that_has_grown_or_was_put_right() -> None:
    row = b"Running,45,2025-12-09T1%d:00:00Z\n"
    header = b"type,duration,timestamp\n"
    before = ids_of(header + row % 0 + b"Running,x,\n" + row % 1)
    after = ids_of(header + row % 3 + row % 0 + b"Running,46,2025-12-09T12:00:00Z\n" + row % 1)
    assert set(before) < set(after)
    assert len(after) == 4


def test_that_an_id_in_the_row_is_the_workouts_own() -> None:
    given = "3f2b8c1e-5d47-4a90-9c55-0d6f1e2a7b34"
    assert ids_of(f"type,duration,id\nRunning,45,{given}\n".encode()) == [given]


def test_that_a_row_with_a_start_has_the_id_that_its_body_has_anywhere() -> None:
    body = b'{"type": "Running", "duration": 45, "timestamp": "2025-12-10T10:00:00Z"}'
    assert ids_of(body) == [decode(Message(body), now_ms=NOW_MS).workout_id]


# --- tables ----------------------------------------------------------------------------------------------------------


def test_that_a_csv_row_is_sent_as_json_that_does_not_change() -> None:
    text = b"type,duration,userId,club\nrun,45,Ana,north\n"
    (row,) = rows_of(text, keep_unknown=True)
    assert row.message is not None
    assert json.loads(row.message.body) == {"type": "run", "duration": 45, "userId": "Ana", "club": "north"}
    assert rows_of(text, keep_unknown=True)[0].message == row.message
    with pytest.raises(SettingError, match="'club'"):
        rows_of(text)


def test_that_a_german_spreadsheet_is_read_as_it_was_written() -> None:
    text = 'Sport;Dauer;Distanz;Athlet;Datum\r\nLaufen;45,5;"5,2";Jörg;26.07.2025 07:06\r\n'
    there = {
        "type": "Laufen",
        "duration": 45.5,
        "distance": 5.2,
        "userId": "Jörg",
        "timestamp": "2025-07-26T07:06:00+02:00",
    }
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "cp1252"):
        assert bodies_of(text.encode(encoding), zone=ZoneInfo("Europe/Berlin")) == [there]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_that_delimiters_and_line_ends_are_found_out(delimiter: str, end: str) -> None:
    table = [["type", '"Dauer\n(min)"', "notes"], ["Running", "45", '"a,b;c"'], ["Yoga", "30", ""]]
    text = end.join(delimiter.join(row) for row in table) + end
    assert [body["duration"] for body in bodies_of(text.encode())] == [45, 30]


def test_that_sep_says_the_delimiter() -> None:
    assert bodies_of(b"sep=^\r\ntype^duration\r\nRunning^45\r\n") == [{"type": "Running", "duration": 45}]
    assert bodies_of(b'"sep=;"\ntype;duration\nRunning;45\n') == [{"type": "Running", "duration": 45}]
    assert bodies_of(b"\n;;\ntype;duration\nRunning;45\n") == [{"type": "Running", "duration": 45}]


def test_that_what_was_guessed_is_said_first_and_can_be_overruled() -> None:
    text = "Sport;Dauer\nLäufen;45\n".encode("cp1252")
    (said,) = said_of(text, zone=ZoneInfo("Europe/Berlin"))
    assert said == (
        "read as CSV, delimiter semicolon, cp1252; times without a zone in Europe/Berlin; "
        "Sport is type, Dauer is duration"
    )
    assert bodies_of(text, encoding="cp1250")[0]["type"] == "Läufen"
    with pytest.raises(SettingError, match="missing: type, duration"):
        rows_of(b"type;duration\nRun;45\n", delimiter=",")
    (said,) = said_of(b"type\tduration (s)\tclub\nRun\t60\tx\n", keep_unknown=True, zone=UTC)
    assert said == "read as CSV, delimiter tab, utf-8; times without a zone in UTC; duration (s) is duration in s"
    assert said_of(b'{"type": "Running", "duration": 45}') == ["read as JSON, utf-8"]


def test_that_of_a_time_that_comes_twice_the_first_is_taken_and_said() -> None:
    starts = ("2025-10-26 02:30", "26.10.2025 02:45", "2025-10-26T02:30:00+02:00", "2025-10-26 03:30")
    text = "type,duration,start\n" + "".join(f"Running,45,{start}\n" for start in starts)
    assert said_of(text.encode(), zone=ZoneInfo("Europe/Berlin"))[1:] == [
        "line 2: 02:30 comes twice that day; the first one is taken. For the second, type 2025-10-26 02:30 +01:00.",
        "line 3: 02:45 comes twice that day; the first one is taken. For the second, type 2025-10-26 02:45 +01:00.",
    ]
    assert bodies_of(text.encode(), zone=ZoneInfo("Europe/Berlin"))[0]["timestamp"] == "2025-10-26T02:30:00+02:00"
    in_utc = b"type,duration,start (utc)\nRunning,45,2025-10-26 02:30\n"
    assert len(said_of(in_utc, zone=ZoneInfo("Europe/Berlin"))) == 1


def test_that_a_start_which_an_export_writes_in_utc_counts_by_its_local_time() -> None:
    header = b"Activity Date,Activity Type,Elapsed Time,Distance\n"
    text = header + b'"Jul 27, 2025, 2:30:00 AM",Run,2700,5.2\n"Jan 27, 2025, 2:30:00 AM",Run,2700,5.2\n'
    west: dict[str, Any] = {"system_zone": ZoneInfo("America/Los_Angeles")}
    assert [body["timestamp"] for body in bodies_of(text, **west)] == [
        "2025-07-26T19:30:00-07:00",
        "2025-01-26T18:30:00-08:00",
    ]
    assert ids_of(text, **west) == ids_of(text, system_zone=UTC) == ids_of(text, system_zone=ZoneInfo("Asia/Tokyo"))
    assert "times without a zone in UTC, local time of America/Los_Angeles" in said_of(text, **west)[0]
    own = header + b"2025-07-27T02:30:00Z,Run,2700,5.2\n2025-07-27T02:30:00+02:00,Run,2700,5.2\n"
    assert [body["timestamp"][19:] for body in bodies_of(own, **west)] == ["Z", "+02:00"]
    odd = header + b"0001-01-01 00:00:00,Run,2700,5.2\n2025-07-27 02:30:00,Run,soon,5.2\n,Run,2700,5.2\n"
    assert [line for line, _ in problems_of(odd, **west)] == [2, 3]


def test_that_a_change_of_encoding_further_down_is_said() -> None:
    text = b"type,duration\n" + b"Running,45\n" * 8_000 + "Läufen,30\n".encode("cp1252")
    first, second = said_of(text)
    assert "utf-8" in first
    assert second == "line 8002 is not UTF-8: read as cp1252 from there on"


def test_that_times_of_an_export_are_in_its_own_zone() -> None:
    text = (
        b"Activity Date,Activity Type,Elapsed Time,Moving Time,Distance,Gear\n"
        b'"Jul 26, 2025, 7:06:11 AM",Run,2760,2700,5.2,Shoe\n'
    )
    there = {"type": "Run", "duration": 45, "distance": 5.2, "timestamp": "2025-07-26T07:06:11+00:00"}
    assert bodies_of(text, system_zone=UTC) == [there]
    assert bodies_of(text, zone=ZoneInfo("Europe/Berlin"))[0]["timestamp"] == "2025-07-26T07:06:11+02:00"
    assert "columns of Strava" in said_of(text)[0]
    assert said_of(text)[0].endswith("left out: Gear")


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (b"Running,45,Ana,,x", "the row has 5 cells, the header 4"),
        (b"Running,45,Ana,x", "cell 4 holds 'x', and its column has no name"),
        (b"Running,45,A\0na", "NUL"),
        (b"Running,45", "the file ends in it"),
        (b"Running,-1,Ana", "duration"),
        (b"Running,1e3,Ana", "duration"),
        (b"Running,45," + b"A" * 70_000 + b"\n", "longer than 65,536 bytes"),
        ("Running,45,Än€".encode() * 10_000 + b"\n", "longer than 65,536 bytes"),
        (b",45,Ana", "type: is required"),
    ],
)
def test_that_a_row_that_is_wrong_is_refused_by_its_line(row: bytes, problem: str) -> None:
    ((line, found),) = problems_of(b"type,duration,userId,\nYoga,30,Ana\n" + row)
    assert line == 3
    assert problem in found


def test_that_empty_cells_and_rows_are_nothing() -> None:
    text = b"type,duration,userId\nRunning,45,Ana,,,\n,,\n\nRunning,46\n"
    assert [row.problem for row in rows_of(text)] == ["", ""]


def test_that_bytes_that_are_no_text_are_refused_in_their_own_row() -> None:
    text = "type,duration,notes\nRunning,45,ä\n".encode() + b"Running,46,\xe4\nRunning,47,b\n"
    ((line, problem),) = problems_of(text)
    assert (line, "not UTF-8" in problem) == (3, True)
    odd = "type,duration,notes\nRunning,45,ä\n".encode("utf-16")[:-1]
    assert len(problems_of(odd)) == 1


def test_that_a_note_of_several_lines_with_commas_is_one_row() -> None:
    text = b'type,duration,notes\nStrength,45,"main:\nsquat, 5, 100\nbench, 5, 80"\nYoga,30,\n'
    assert [body.get("notes") for body in bodies_of(text)] == ["main:\nsquat, 5, 100\nbench, 5, 80", None]


def test_that_two_stray_quotes_swallow_no_row() -> None:
    text = b'type,duration,notes\nStrength,45,"hard\nRun,20,x\nRun,21,y\nYoga,30,easy"\nYoga,31,\n'
    assert [line for line, _ in problems_of(text)] == [2, 3, 4, 5]
    assert "lines 3 to 5, which look like rows" in problems_of(text)[0][1]
    assert [body["duration"] for body in bodies_of(text)] == [31]


def test_that_sets_are_told_where_they_belong() -> None:
    assert problems_of(b"type,duration,sets\nStrength,45,5x5\n") == [
        (2, "sets: cannot be given in a CSV; use JSON Lines")
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"sep=;\n", "no header"),
        (b'"type,duration\nRunning,45\n', "header on line 1"),
        (b'type,"duration,userId\nRunning,45,Ana\n', "header on line 1"),
        (b"Running,45\nYoga,30\n", "missing: type, duration"),
    ],
)
def test_that_a_header_that_is_none_is_refused(text: bytes, words: str) -> None:
    with pytest.raises(SettingError, match=words):
        rows_of(text)


CELL = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from('",;\t\n|'), max_size=10)
DIALECTS = st.sampled_from([*csv.list_dialects(), "semicolon"])


class Semicolon(csv.excel):
    delimiter = ";"


@settings(max_examples=60)
@given(
    st.lists(st.tuples(CELL, CELL), max_size=6),
    DIALECTS,
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_that_every_row_that_is_written_has_one_verdict(
    table: list[tuple[str, str]], dialect: str, encoding: str, quoting: Any
) -> None:
    file = io.StringIO(newline="")
    writer = csv.writer(file, Semicolon if dialect == "semicolon" else dialect, quoting=quoting)
    writer.writerow(["type", "duration", "title", "notes"])
    writer.writerows(["Running", "45", title, notes] for title, notes in table)
    rows = rows_of(file.getvalue().encode(encoding, errors="replace"), "table.csv")
    assert len(rows) == len(table)
    assert len({row.line for row in rows}) == len(table)
    assert all((row.workout is None) == bool(row.problem) for row in rows)


# --- JSON ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_that_lists_objects_and_lines_are_files_too(encoding: str) -> None:
    rows = [{"type": "Running", "duration": 45, "title": "ä"}, {"type": "Yoga", "duration": 30}]
    for text in (
        json.dumps(rows, ensure_ascii=False),
        json.dumps(rows, indent=2),
        json.dumps({"workouts": rows}),
        "".join(json.dumps(row, indent=1) + "\n" for row in rows),
        "\n\n".join(json.dumps(row) + "," for row in rows),
    ):
        assert bodies_of(text.encode(encoding)) == rows


def test_that_json_is_read_as_strictly_as_a_message() -> None:
    text = (
        b'[{"type":"Running","duration":NaN},{"type":"Running","type":"Yoga","duration":1},5,'
        b'{"type":"Running","duration":45,"x":123456789012345678901234567890},{"type":"Running","Timestamp":"x",'
        b'"duration":5},{"type":"Running","duration":"\xff"}]'
    )
    words = ["NaN", "twice", "not 5", "64 bits", "field `Timestamp` looks like `timestamp`", "not UTF-8"]
    found = problems_of(text)
    assert [number for number, _ in found] == [1, 2, 3, 4, 5, 6]
    assert all(word in problem for word, (_, problem) in zip(words, found, strict=True))


def test_that_the_format_can_be_said() -> None:
    assert len(problems_of(b"type,duration\nRunning,45\n", format="json")) == 2
    assert rows_of(b"", format="csv") == rows_of(b"\n\n  \n") == []
    assert [row.problem for row in rows_of(b'{"type":"Yoga","duration":30}', "a.csv", format="jsonl")] == [""]
    assert len(rows_of(b"Running,45\n", "rows.ndjson")) == 1
    with pytest.raises(SettingError, match="missing"):
        rows_of(b'{"type":"Yoga","duration":30}\n', "rows.csv")


def test_that_a_row_longer_than_a_message_is_refused() -> None:
    long = b'{"type": "Yoga", "duration": 30, "x": "' + b"y" * 70_000 + b'"}\n'
    assert [problem for _line, problem in problems_of(long)] == ["the row is longer than 65,536 bytes"]


# --- one row a set ---------------------------------------------------------------------------------------------------

STRONG = b"Date,Workout Name,Duration,Exercise Name,Set Order,Weight,Reps\n"
HEVY = b"""title,start_time,end_time,exercise_title,set_index,weight_kg,reps
Legs,"7 Dec 2025, 18:00","7 Dec 2025, 18:45",Squat,0,60,10
Legs,"7 Dec 2025, 18:00","7 Dec 2025, 18:45",Squat,1,62.5,8
Arms,"8 Dec 2025, 18:00","8 Dec 2025, 18:30",Curl,0,,12
"""


def test_that_rows_of_sets_are_workouts() -> None:
    rows = rows_of(HEVY, zone=UTC)
    assert [(row.place, row.problem) for row in rows] == [("2-3", ""), ("4", "")]
    assert bodies_of(HEVY, zone=UTC)[0] == {
        "type": "Strength",
        "title": "Legs",
        "timestamp": "2025-12-07T18:00:00+00:00",
        "duration": 45,
        "sets": [{"exercise": "Squat", "reps": 10, "weight": 60}, {"exercise": "Squat", "reps": 8, "weight": 62.5}],
    }
    assert ids_of(HEVY, zone=UTC) == ids_of(HEVY, zone=UTC)
    assert "each row is a set" in said_of(HEVY)[0]


def test_that_a_wrong_set_costs_its_workout_and_is_named() -> None:
    text = STRONG + (
        b"2025-12-07 18:00,Legs,45m,Squat,1,60,ten\n"
        b"2025-12-07 18:00,Legs,45m,Squat,2,heavy,5\n"
        b"2025-12-07 18:00,Legs,45m,Squat,Rest Timer,,\n"
        b"2025-12-08 18:00,Legs,soon,Squat,1,60,5\n"
        b"2025-12-09 18:00,Legs,45m,Squat,1,60,5\n"
    )
    rows = rows_of(text, zone=UTC)
    assert [row.place for row in rows] == ["2-4", "5", "6"]
    assert "line 2: sets, reps: Type a number" in rows[0].problem
    assert "line 3: sets, weight: Type a number" in rows[0].problem
    assert rows[1].problem.startswith("duration: ")
    assert rows[2].problem == ""


def test_that_a_row_of_sets_that_cannot_be_read_is_not_lost() -> None:
    text = STRONG + b'2025-12-07 18:00,"Legs" x,45m,Squat,1,60,5\n2025-12-07 18:00,Legs,45m,Squat,1,60,5\n'
    rows = rows_of(text, zone=UTC)
    assert [(row.place, bool(row.problem)) for row in rows] == [("2", True), ("3", False)]
    rows = rows_of(STRONG + b"2025-12-07 18:00,Legs,45m,Squat,1,60,5,6\n", zone=UTC)
    assert "the row has 8 cells" in rows[0].problem
    assert rows_of(STRONG) == []


def test_that_a_workout_without_an_end_costs_no_memory() -> None:
    row = b"2025-12-07 18:00,Legs,45m,Squat,1,60,ten\n"
    (only,) = rows_of(STRONG + row * 3_000, zone=UTC)
    assert only.place == "2-3001"
    assert "more than 1,000 rows" in only.problem
    assert "more" in only.problem
    assert len(only.problem) < 1_000


def test_that_a_workout_has_at_most_five_hundred_sets() -> None:
    (only,) = rows_of(STRONG + b"2025-12-07 18:00,Legs,45m,Squat,1,60,5\n" * 501, zone=UTC)
    assert only.place == "2-502"
    assert only.problem.startswith("sets: ")


# --- what is given besides -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        b"type,duration,userId\nYoga,30,\nYoga,30,Bo\n",
        b'{"type":"Yoga","duration":30}\n{"type":"Yoga","duration":30,"userId":"Bo"}',
    ],
)
def test_that_an_athlete_is_given_to_workouts_that_have_none(text: bytes) -> None:
    rows = rows_of(text, athlete="Ana")
    assert [row.workout and row.workout.athlete for row in rows] == ["Ana", "Bo"]
    assert [json.loads(row.message.body)["userId"] for row in rows if row.message] == ["Ana", "Bo"]
    wrong, _right = rows_of(text, athlete="x" * 65)
    assert wrong.problem.startswith("userId: ")


def test_that_columns_are_as_they_were_chosen() -> None:
    header = ["What", "How long", "Sport"]
    choices = {header_key(header): (ColumnChoice("type"), ColumnChoice("duration", "s"), ColumnChoice())}
    text = b"What,How long,Sport\nYoga,1800,x\n"
    assert bodies_of(text, columns=choices) == [{"type": "Yoga", "duration": 30}]
    assert "left out: Sport" in said_of(text, columns=choices)[0]
    with pytest.raises(SettingError, match="missing: duration"):
        rows_of(text, columns={"another": ()})


# --- other kinds of files --------------------------------------------------------------------------------------------

RUN = gpx(trkpt(50, 8, 0) + trkpt(50, 8.001, 20) + trkpt(50, 8.002, 40))


def test_that_a_track_is_a_row_that_is_known_again() -> None:
    (row,) = rows_of(RUN, "a.gpx", zone=UTC, athlete="Ana")
    assert row.message is not None
    assert json.loads(row.message.body)["distance"] == 0.1429
    assert ids_of(RUN, "b.gpx", zone=UTC, athlete="Ana") == ids_of(RUN, athlete="Ana") != ids_of(RUN)
    assert said_of(RUN) == ["read as GPX", "activity 1: duration, distance computed from 3 points"]


def test_that_what_kind_a_file_is_is_seen_in_it() -> None:
    start = datetime(2025, 12, 1, 10, tzinfo=UTC)
    session = fit_message(made.SESSION, [(2, made.U32, fit_time(start)), (5, made.ENUM, 1), (8, made.U32, 1_800_000)])
    assert bodies_of(fit_file(session), zone=UTC) == [
        {"type": "Running", "timestamp": "2025-12-01T10:00:00+00:00", "duration": 30}
    ]
    lap = "<Lap StartTime='2025-12-01T10:00:00Z'><TotalTimeSeconds>1800</TotalTimeSeconds></Lap>"
    (row,) = rows_of(tcx(f"<Activity Sport='Biking'>{lap}</Activity>"), "a.tcx", zone=UTC)
    assert row.workout is not None
    assert (row.workout.sport, row.workout.duration_min) == ("Cycling", 30)
    sheet = f'<row r="1">{text_cell("A1", "Sport")}{text_cell("B1", "Minutes")}</row>'
    sheet += f'<row r="2">{text_cell("A2", "Yoga")}<c r="B2"><v>30</v></c></row>'
    assert bodies_of(xlsx(sheet)) == [{"type": "Yoga", "duration": 30}]


def test_that_an_activity_that_is_out_of_bounds_is_refused() -> None:
    (row,) = rows_of(gpx(trkpt(50, 8, 0) + trkpt(50, 9, 1)))
    assert row.problem.startswith("distance: ")


def test_that_a_file_without_an_activity_and_a_damaged_one_have_a_row() -> None:
    assert problems_of(b"<gpx/>") == [(1, "the file has no activity (a route, course or setting)")]
    whole, damaged = rows_of(RUN[:-4])
    assert (whole.problem, damaged.line) == ("", 2)
    assert damaged.problem.startswith("The XML cannot be read")


@pytest.mark.parametrize(
    ("text", "words"),
    [(b"\x1f\x8b\x08", "compressed: unpack it first"), (b"\xd0\xcf\x11\xe0", "old Excel file")],
)
def test_that_other_archives_are_refused_in_words(text: bytes, words: str) -> None:
    with pytest.raises(SettingError, match=words):
        rows_of(text + bytes(100))
